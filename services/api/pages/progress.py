"""How far the campaign has come, on one page for leaders; every number opens the leads it counts, at any past moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, request

from services.api.pages import charts
from services.api.pages.frame import ask, pages, render
from services.api.pages.paging import page_asked
from shared.application import queries
from shared.application.figures import COUNTS
from shared.application.page_queries import progress
from workflows.rejection import Reason, Rejected
from workflows.reporting.figures import ALL
from workflows.text import Text

LINES = ("received", "closed")


@pages.get("/progress")
def show_progress() -> Response:
    """This will show the campaign's progress now, or as it was known at the moment the address asks for."""
    found = ask(progress.progress, as_of=_moment())
    whole = found["whole"]
    return render(
        "progress.html",
        found=found,
        whole=whole,
        curve=charts.curve(found["curve"], LINES),
        strip=() if found["is_past"] else ask(progress.due_days),
        ages=charts.bars(whole["open_by_age"]) if whole is not None else [],
        at=request.args.get("at", ""),
    )


def _moment() -> datetime | None:
    """The moment asked for, in the campaign's time zone where none is named. Raises Rejected for one nobody can read."""
    typed = request.args.get("at", "").strip()
    if not typed:
        return None
    offset = str(ask(queries.clock)["at"])[-6:]
    try:
        found = datetime.fromisoformat(typed)
        return found if found.tzinfo is not None else datetime.fromisoformat(f"{found.isoformat()}{offset}")
    except ValueError:
        words = Text("时刻应写成 2017-09-16T10:00", "a moment is written 2017-09-16T10:00")
        raise Rejected(Reason("moment", words, "at"), kind="invalid") from None


@pages.get("/progress/leads")
def show_counted() -> Response:
    """This will list the leads one number counts."""
    given: dict[str, Any] = {"dimension": request.args.get("by", ALL), "value": request.args.get("value")}
    count = request.args.get("count", "")
    if given["dimension"] not in {ALL, "agency"} or count not in COUNTS:
        words = Text("没有这个数", "there is no such number")
        raise Rejected(Reason("choice", words, "count"), kind="invalid")
    if given["dimension"] == ALL:
        given["value"] = ALL
    found = ask(progress.counted, **given, count=count, as_of=_moment(), page=page_asked())
    return render("counted.html", found=found, at=request.args.get("at", ""))
