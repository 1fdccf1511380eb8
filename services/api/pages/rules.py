"""A definition as people read it: its machines with live counts, its clocks, ladders and routing tables; what a rule
would do, and what differs between versions.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from flask import Response, g, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as BaseResponse

from services.api.pages import pictures
from services.api.pages.forms import Refusal, refused
from services.api.pages.frame import ask, pages, render, status_of
from services.api.pages.typed_numbers import whole_number
from shared.application import definition_queries, page_queries
from shared.application import what_if as cases
from workflows.rejection import Reason, Rejected
from workflows.text import Text

_MOST = 9_999
"""The longest term one may try."""


@pages.get("/definitions")
def show_definition_in_force() -> BaseResponse:
    """This will open the definition the campaign runs under."""
    now = ask(page_queries.frame)["definition"]
    return redirect(url_for("pages.show_rules", definition_id=now["id"], version=now["version"]), 303)


@pages.get("/definitions/<definition_id>/<int(min=1, max=1000000):version>")
def show_rules(definition_id: str, version: int) -> Response:
    """This will show one version of a definition."""
    found = ask(page_queries.rules, definition_id=definition_id, version=version)
    for machine in found["machines"]:
        counts = found["counts"] if machine["subject"] == "lead" else {}
        machine["picture"] = pictures.whole(machine, counts, g.lang)
    return render("rules.html", found=found)


@pages.get("/definitions/<definition_id>/<int(min=1, max=1000000):version>.json")
def download_definition(definition_id: str, version: int) -> Response:
    """This will give a definition as it was published, to check, to compare, and for the next campaign."""
    found = ask(definition_queries.definition, definition_id=definition_id, version=version)
    words = json.dumps(found["document"], ensure_ascii=False, indent=1, default=float)
    response = Response(words + "\n", content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{found["id"]}-v{version}.json"'
    return response


@pages.get("/definitions/<definition_id>/<int(min=1, max=1000000):version>/what-if")
def show_what_if(definition_id: str, version: int) -> Response:
    """This will show the form for trying a rule out, and, once it is filled in, what would happen."""
    rules = ask(page_queries.rules, definition_id=definition_id, version=version)
    wrong: Refusal | None = None
    answer, status = None, 200
    if "rule" in request.args:
        try:
            answer = ask(
                cases.what_if, definition_id=definition_id, version=version, **_asked(rules["as_of"])
            )
        except Rejected as refusal:
            wrong, status = refused("try", refusal), status_of(refusal)
    agencies = ask(page_queries.form_words)["agencies"]
    number, lead = request.args.get("lead", "").strip(), None
    if number:
        try:
            lead = ask(page_queries.lead_page, number=number)
        except Rejected as refusal:
            wrong, status = refused("lead", refusal), status_of(refusal)
    return render(
        "what_if.html", status, rules=rules, answer=answer, refused=wrong, agencies=agencies, lead=lead
    )


def _asked(now: str) -> dict[str, Any]:
    """What the address asks; a moment without an offset is the campaign's."""
    given, faults = request.args, []
    try:
        starts_at = datetime.fromisoformat(given.get("starts_at", ""))
        starts_at = (
            starts_at if starts_at.tzinfo else starts_at.replace(tzinfo=datetime.fromisoformat(now).tzinfo)
        )
    except ValueError:
        faults.append(Reason("date", Text("请选择日期和时间", "choose a day and a time"), "starts_at"))
        starts_at = datetime.fromisoformat(now)
    rule, typed = whole_number(given.get("rule", "")[:9]), given.get("amount", "").strip()
    amount = whole_number(typed)
    if rule is None:
        faults.append(Reason("choice", Text("请选择一个时限", "choose a clock"), "rule"))
    if typed and (amount is None or amount > _MOST):
        faults.append(Reason("range", Text("请填整数", "give a whole number"), "amount"))
    if faults:
        raise Rejected(*faults, kind="invalid")
    other = {"amount": amount} if typed else {}
    return {"rule": rule, "holder": given.get("holder", ""), "starts_at": starts_at, **other}


@pages.get(
    "/definitions/<definition_id>/<int(min=1, max=1000000):version>/changes/<int(min=1, max=1000000):other>"
)
def show_changes(definition_id: str, version: int, other: int) -> Response:
    """This will show what differs between two versions."""
    found = ask(cases.versions_compared, definition_id=definition_id, version=version, other=other)
    return render("changes.html", found=found)
