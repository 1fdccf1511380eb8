"""Search over everything one may see; the address is the query, so that it can be kept and sent on."""

from __future__ import annotations

from flask import Response, request

from services.api.pages.forms import Refusal, refused
from services.api.pages.frame import ask, pages, render, status_of
from services.api.pages.typed_numbers import whole_number
from shared.application import search as cases
from workflows.rejection import Rejected

_PAGE = 30


@pages.get("/search")
def show_search() -> Response:
    """This will show what was found, or only the form as long as nothing is asked."""
    q, page = request.args.get("q", "").strip(), request.args.get("page", "1")
    number = min(whole_number(page) or 1, 1000)
    if not q:
        return render("search.html", q="", found=None, refused=None)
    try:
        found = ask(cases.search, q=q, page=number, limit=_PAGE)
    except Rejected as refusal:
        wrong: Refusal = refused("search", refusal)
        return render("search.html", status_of(refusal), q=q, found=None, refused=wrong)
    return render("search.html", q=q, found=found, refused=None, last=max(1, -(-found["total"] // _PAGE)))
