"""A term within which one may act, and need not: it lapses, and nobody is late."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.workflows import quarry
from workflows import deadline, escalation
from workflows.business_calendar import BusinessCalendar
from workflows.calendars import china
from workflows.campaign import Actor, Ladder, Offset, Rung
from workflows.deadline import Deadline
from workflows.text import Text

START = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
DUE = START + timedelta(days=3)
REMINDER = Rung(
    "L1",
    Text("提醒"),
    Offset(Decimal(-1), "calendar_day"),
    (Actor("officer", "holder"),),
    "reminder",
    "policy",
)
LADDER = Ladder("reminders", Text("只提醒"), (REMINDER,), "policy")


def clock(*, right: bool) -> Deadline:
    return Deadline(
        id="d1", campaign_id="c", definition_hash="h", subject="transfer", subject_id="t1", lead_id=None,
        code="XF6", rule=0, generation=1, round=1, holder="water", started_at=START, original_due_at=DUE,
        due_at=DUE, provisional=False, calendar="cn@1", state=deadline.RUNNING, next_at=DUE, optional_right=right,
    )  # fmt: skip


def calendar() -> BusinessCalendar:
    return china()


def test_a_right_that_was_not_used_lapses_at_the_moment_its_time_runs_out() -> None:
    late = DUE + timedelta(days=9)
    after = escalation.fire(clock(right=True), LADDER, calendar(), late).deadline
    assert (after.state, after.stopped_at, after.next_at) == (deadline.LAPSED, DUE, None)
    assert not after.is_overdue(late)
    assert deadline.light(after, late, None, escalated=False) == "done"


def test_a_duty_whose_time_runs_out_stays_open_and_late() -> None:
    late = DUE + timedelta(days=9)
    after = escalation.fire(clock(right=False), LADDER, calendar(), late).deadline
    assert after.is_open
    assert after.is_overdue(late)


def test_a_right_used_too_late_has_lapsed_and_a_duty_done_too_late_was_missed() -> None:
    late = DUE + timedelta(hours=1)
    assert deadline.stopped(clock(right=True), late).state == deadline.LAPSED
    assert deadline.stopped(clock(right=False), late).state == deadline.MISSED
    assert deadline.stopped(clock(right=True), DUE).state == deadline.MET


def test_a_rung_for_a_role_anywhere_is_addressed_to_the_role_and_no_agency() -> None:
    rung = Rung(
        "L5", Text("通报"), Offset(Decimal(10), "calendar_day"),
        (Actor("unit_head", "any"), Actor("leader", "office"), Actor("liaison", "receiver")), "bulletin", "policy",
    )  # fmt: skip
    assert escalation.addressed(rung, {"office": "county", "receiver": None}) == [
        {"role": "unit_head", "agency": None},
        {"role": "leader", "agency": "county"},
    ]


def test_who_urges_by_hand_repeats_the_last_rung_that_came_and_never_a_signed_one() -> None:
    def rung(level: str, *, signature: bool = False) -> Rung:
        return replace(REMINDER, level=level, signature=signature)

    ladder = Ladder("r", Text("报送"), (rung("L0"), rung("L1"), rung("L3", signature=True)), "policy")
    assert escalation.by_hand((), ladder) == rung("L0")
    assert escalation.by_hand(("L0", "L1", "due", "L3"), ladder) == rung("L1")
    assert escalation.by_hand((), Ladder("s", Text("督办"), (rung("L3", signature=True),), "policy")) is None


def test_a_right_cannot_climb_after_its_end() -> None:
    def change(data: dict[str, Any]) -> None:
        data["clocks"][0]["optional_right"] = True
        ladder = next(x for x in data["ladders"] if x["id"] == data["clocks"][0]["ladder"])
        ladder["rungs"][-1]["offset"] = {"amount": 1, "unit": "working_day"}

    assert ("clocks[0].ladder", "late_rung") in quarry.problems(change)
