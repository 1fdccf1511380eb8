"""A definition as people read it: its machines with live counts, its clocks, ladders and routing tables."""

from __future__ import annotations

from flask import Response, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as BaseResponse

from services.api.pages import pictures
from services.api.pages.frame import ask, pages, render
from shared.application import page_queries


@pages.get("/definitions")
def show_definition_in_force() -> BaseResponse:
    """This will open the definition the campaign runs under."""
    now = ask(page_queries.frame)["definition"]
    return redirect(url_for("pages.show_rules", definition_id=now["id"], version=now["version"]), 303)


@pages.get("/definitions/<definition_id>/<int:version>")
def show_rules(definition_id: str, version: int) -> Response:
    """This will show one version of a definition."""
    found = ask(page_queries.rules, definition_id=definition_id, version=version)
    for machine in found["machines"]:
        counts = found["counts"] if machine["subject"] == "lead" else {}
        machine["picture"] = pictures.whole(machine, counts)
    return render("rules.html", found=found)
