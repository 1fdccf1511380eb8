"""How a clock begins anew: what was left of an ended one runs on, or the next of a series begins.

Reassignment does neither: a clock that runs is left alone. A change of jurisdiction starts the whole term again where
the rule's source says so (`restarts_on`); opening a matter again lets the rest of the term run (`continues_on`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from workflows.business_calendar import BusinessCalendar
from workflows.campaign import Clock
from workflows.deadline import MET, MISSED, RUNNING, Deadline, due_of
from workflows.recurrence import Occurrence, next_after
from workflows.units import Pause

REOPENED = "办结后恢复 reopened"
_TICK = timedelta(microseconds=1)


def last_ended(deadlines: Iterable[Deadline], code: str) -> Deadline | None:
    """This will find the clock of a code that was settled last: the one whose rest may run on."""
    ended = [d for d in deadlines if d.code == code and d.state in (MET, MISSED) and d.stopped_at is not None]
    return max(ended, key=lambda d: d.stopped_at or d.started_at, default=None)


def continued(
    ended: Deadline,
    clock: Clock,
    calendar: BusinessCalendar,
    at: datetime,
    *,
    deadline_id: str,
    generation: int,
) -> Deadline:
    """This will let the rest of a settled clock run on: the time it was settled counts like a pause.

    What was used stays used, extensions and rungs stay as they were; a clock that was late when it was settled is late
    again at once.
    """
    assert ended.stopped_at is not None, "a settled clock knows when"
    pauses = (*(_closed(p, ended.stopped_at) for p in ended.pauses), Pause(ended.stopped_at, at, REOPENED))
    due = due_of(clock, ended.begins, calendar, pauses, ended.extensions, ended.original_due_at)
    assert due.at is not None, "every pause here has an end"
    return replace(
        ended,
        id=deadline_id,
        generation=generation,
        state=RUNNING,
        stopped_at=None,
        pauses=pauses,
        due_at=due.at.astimezone(UTC),
        provisional=due.provisional,
        calendar=f"{calendar.id}@{calendar.version}",
        next_at=None,
        acknowledged_at=None,
        snoozed_until=None,
    )


def _closed(pause: Pause, at: datetime) -> Pause:
    """A pause that nobody ended was over when the clock was settled; a planned one ends then at the latest."""
    return Pause(pause.start, at if pause.end is None else max(pause.start, min(pause.end, at)), pause.ground)


def first_of_series(clock: Clock, at: datetime, calendar: BusinessCalendar) -> datetime | None:
    """This will give the day (its first moment) the next of a series is planned for; None when the series is over."""
    assert clock.recurs is not None, "only what recurs has a series"
    found = next_after(clock.recurs, at, calendar)
    return _day_of(found, calendar) if found is not None else None


def following(
    settled: Deadline, clock: Clock, calendar: BusinessCalendar, *, deadline_id: str
) -> Deadline | None:
    """This will arm the next of a series, which begins when this one falls due; None when the series is over."""
    assert clock.recurs is not None, "only what recurs has a series"
    # Searched from the planned day on, so that a shift never gives the same day twice nor leaves one out.
    found = next_after(clock.recurs, settled.due_at, calendar)
    while found is not None and found.planned <= calendar.local_date(settled.begins):
        found = next_after(clock.recurs, found.at + _TICK, calendar)
    if found is None:
        return None
    day = _day_of(found, calendar)
    due = due_of(clock, day, calendar)
    assert due.at is not None, "nothing is paused in a series"
    return replace(
        settled,
        id=deadline_id,
        started_at=settled.due_at,
        counted_from=day,
        original_due_at=due.at.astimezone(UTC),
        due_at=due.at.astimezone(UTC),
        provisional=due.provisional,
        calendar=f"{calendar.id}@{calendar.version}",
        state=RUNNING,
        next_at=None,
        stopped_at=None,
        expired_at=None,
        acknowledged_at=None,
        snoozed_until=None,
        done=(),
    )


def _day_of(found: Occurrence, calendar: BusinessCalendar) -> datetime:
    return datetime.combine(found.planned, time(0), calendar.zone).astimezone(UTC)
