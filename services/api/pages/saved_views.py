"""Saving what the list of leads is narrowed to, and forgetting it again."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from flask import request, url_for
from werkzeug.wrappers import Response as BaseResponse

from services.api.pages.forms import refused
from services.api.pages.frame import caller, done, pages, perform, render, status_of, t
from workflows.saved_views import EndView, SaveView


@pages.post("/views")
def save_view() -> BaseResponse:
    """This will keep the filters of the list the form stood on under a name."""
    asked = dict(parse_qsl(request.form.get("query", "")))
    filters = {name: value for name, value in asked.items() if name not in {"page", "lang"}}
    name = request.form.get("name", "").strip()
    refusal = perform(SaveView(caller(), name, filters, request.form.get("shared") == "1"))
    if refusal is not None:
        return render(
            "save_view.html", status_of(refusal), refused=refused("view", refusal), query=request.form
        )
    return done(f"{url_for('pages.show_leads')}?{urlencode(filters)}", t("views.saved", name=name))


@pages.post("/views/<view_id>/end")
def end_view(view_id: str) -> BaseResponse:
    """This will forget a view."""
    refusal = perform(EndView(caller(), view_id))
    if refusal is not None:
        raise refusal
    return done(url_for("pages.show_leads"), t("views.ended"))
