"""The exercise's clock: on to the next event, by a day, by a working day, to a date; and what happened on the way."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from services.api.auth import system
from services.api.pages.forms import Refusal, refused
from services.api.pages.frame import (
    ask,
    caller,
    done,
    fragment,
    is_inside,
    mark,
    pages,
    perform,
    render,
    status_of,
    t,
)
from services.api.pages.times import moment
from shared.application import page_queries, queries
from workflows.commands import SetClockTarget, TickClock, system_caller
from workflows.rejection import Reason, Rejected
from workflows.text import Text

_PATIENCE = 8.0


@pages.get("/sim")
def show_sim() -> Response:
    """This will show the exercise's clock and what it set off last."""
    if request.headers.get("HX-Request"):
        return fragment("sim_body.html", **_state())
    return _show()


def show_refused(refusal: Refusal, status: int) -> Response:
    """This will show the page again beside why a form of it was refused."""
    return _show(refusal, status)


def _show(refusal: Refusal | None = None, status: int = 200) -> Response:
    return render("sim.html", status, refused=refusal, **_state())


def _state() -> dict[str, Any]:
    clock = ask(queries.clock)
    since = _since(clock["at"])
    return {
        "clock": clock,
        "coming": ask(queries.next_event_at)["at"],
        "fired": ask(page_queries.lately)["items"],
        "since": since,
        "passed": ask(page_queries.stride, after=datetime.fromisoformat(since)) if since else None,
    }


def _since(now: str) -> str | None:
    """From when on the last move went, where the address says so."""
    try:
        since = datetime.fromisoformat(request.args.get("since", ""))
    except ValueError:
        return None
    known = since.tzinfo is not None and since <= datetime.fromisoformat(now)
    return since.isoformat() if known else None


@pages.post("/sim/move")
def move_clock() -> BaseResponse:
    """This will let the clock run; everything due on the way happens before it arrives."""
    try:
        target = _target(request.form.get("to", ""))
    except Rejected as impossible:
        return _show(refused("move", impossible), status_of(impossible))
    before = ask(queries.clock)["at"]
    told = set(ask(page_queries.foretold, until=target))
    refusal = perform(SetClockTarget(caller(), target))
    if refusal is not None:
        return _show(refused("move", refusal), status_of(refusal))
    state = _run()
    back = request.form.get("back", "")
    url = back if is_inside(back) and back != "/sim" else url_for("pages.show_sim", since=before)
    at = moment(state["at"], state["at"], t("lang"))
    if state["state"] == "advancing":
        return done(url, t("done.clock_runs", at=at))
    return done(url, mark("semicolon").join(filter(None, (t("done.clock", at=at), _passed(before, told)))))


def _passed(before: str, told: set[tuple[str, str, str]]) -> str:
    """What happened on the way, and how much of what was foretold before came as foretold."""
    passed = ask(page_queries.stride, after=datetime.fromisoformat(before))
    if not passed["steps"]:
        return ""
    kept = len(told & set(passed["steps"]))
    return t("sim.passed", n=len(passed["steps"]), kept=kept, told=len(told))


def _run() -> dict[str, Any]:
    """The strides are taken here too: with workers away an exercise still moves, beside them it moves sooner."""
    tick = TickClock(system_caller(caller().campaign_id))
    ends = time.monotonic() + _PATIENCE
    while time.monotonic() < ends:
        handled = system().handle(tick).done
        if handled is None or handled.extra["state"] == "ready":
            break
    found: dict[str, Any] = ask(queries.clock)
    return found


def _target(wanted: str) -> datetime:
    now = datetime.fromisoformat(ask(queries.clock)["at"])
    if wanted == "next":
        at = ask(queries.next_event_at)["at"]
        if at is None:
            raise Rejected(Reason("nothing_due", Text("没有会自行发生的事", "nothing will happen by itself")))
        return max(datetime.fromisoformat(at), now)
    if wanted == "day":
        return now + timedelta(days=1)
    if wanted == "working_day":
        return datetime.fromisoformat(ask(page_queries.office_days, days=1)["at"])
    return _date(request.form.get("date", ""), now)


def _date(text: str, now: datetime) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=now.tzinfo, hour=9)
    except ValueError:
        words = Text("请选择日期，如 2017-09-18", "choose a date, like 2017-09-18")
        raise Rejected(Reason("date", words, "date"), kind="invalid") from None
