"""/campaign/clock: an exercise's own time. A live campaign's clock can be read, never moved."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Response, jsonify

from services.api import campaign_answers, parameters, schemas
from services.api.auth import caller, system
from services.api.operations import Noun
from services.api.reading import ask, show
from services.api.writing import Write
from shared.application import queries
from shared.application.work import Done, Work
from workflows.commands import SetClockTarget, TickClock, system_caller
from workflows.rejection import Reason, Rejected
from workflows.term import Term, Unit, add
from workflows.text import Text

clock = Noun("clock", __name__, url_prefix="/v1", description="演练时钟 · The clock of an exercise")

WAIT_SECONDS, LOOK_SECONDS = 30.0, 0.02


@clock.operation("GET", "/campaign/clock", answer=campaign_answers.ClockState)
def show_clock() -> Response:
    """查看时钟 · Read the campaign's clock"""
    return show(queries.clock)


@clock.operation(
    "POST",
    "/campaign/clock",
    body=schemas.MoveClock,
    query=parameters.WaitQuery,
    answer=campaign_answers.ClockMoved,
    status=202,
    also={200: "已到 · It has arrived"},
)
def move_clock(body: dict[str, Any], query: dict[str, Any], write: Write) -> Response:
    """拨动演练时钟 · Let an exercise's clock run: `to` a moment, `by` an amount, or `until` the next event

    途中到期的事项逐一发生，时钟才到。`wait=true` 等它走到，最多 30 秒；没走到答 202。
    Everything due on the way happens first. `wait=true` waits, at most 30 seconds; 202 when it still runs.
    """
    target = body["to"] if body.keys() == {"to"} else ask(_target(body))
    command = SetClockTarget(caller(), target, at_once=query["wait"] and not write.dry_run)
    response = write.perform(command, _rehearsed if write.dry_run else _moved)
    state = response.get_json()
    if "Idempotent-Replayed" in response.headers or state["state"] == "advancing":
        state |= _watched(wait=query["wait"])
        response.set_data(jsonify(state).get_data())
    response.status_code = 202 if state["state"] == "advancing" else 200
    return response


def _moved(work: Work, done: Done) -> dict[str, Any]:
    return {**queries.clock_at(work, done.extra["at"], done.extra["target"]), "events": list(done.events)}


def _rehearsed(work: Work, done: Done) -> dict[str, Any]:
    """The clock where it stands, and where it would run to."""
    to = done.extra["target"] or done.extra["at"]
    return {**queries.clock(work), "target": work.in_zone(to), "events": list(done.events)}


def _target(body: dict[str, Any]) -> Callable[[Work], datetime]:
    if len(body) != 1:
        words = Text("to、by、until 须给且只给一个", "give exactly one of to, by and until")
        raise Rejected(Reason("exactly_one", words, ""), kind="invalid")
    return _next_event if "until" in body else lambda work: _after(work, **body["by"])


def _after(work: Work, amount: int, unit: str) -> datetime:
    """`by` counts like a deadline of that length on the office's calendar: a day ends at 24:00."""
    calendar = work.calendar_of(work.definition, work.definition.office.id)
    due = add(work.at, Term(amount, Unit(unit)), calendar)
    return due.at or work.at


def _next_event(work: Work) -> datetime:
    due = work.uow.deadlines.next_due_at(work.campaign.id)
    if due is None:
        words = Text("没有会自行发生的事", "nothing will happen by itself")
        raise Rejected(Reason("nothing_due", words))
    return max(due, work.at)


def _watched(*, wait: bool) -> dict[str, Any]:
    """The clock now; with `wait`, when it has arrived, or as it stands when the patience is over."""
    state: dict[str, Any] = ask(queries.clock)
    ends = time.monotonic() + WAIT_SECONDS
    while wait and state["state"] == "advancing" and time.monotonic() < ends:
        stride = system().handle(TickClock(system_caller(caller().campaign_id))).done
        left = stride.extra["state"] if stride is not None else "ready"
        if left == "waiting":
            time.sleep(LOOK_SECONDS)
        if left != "advancing":
            state = ask(queries.clock)
    return state
