"""How a due date came about, stretch by stretch: the values an explanation is made of.

A `Trace` holds the segments of a count in order. The amounts of the counted segments sum exactly to `total`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from workflows.text import Text
from workflows.units import Pause, Term, Unit

Exact = int | Fraction


class Why(StrEnum):
    """Why a stretch counts or does not."""

    START = "start"
    RUNNING = "running"
    CALENDAR_DAY = "calendar_day"
    WORKING_DAY = "working_day"
    MAKE_UP_DAY = "make_up_day"
    HALF_DAY = "half_day"
    LOCAL_OPENING = "local_opening"
    OFFICE_HOURS = "office_hours"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    LOCAL_CLOSURE = "local_closure"
    OUTSIDE_OFFICE_HOURS = "outside_office_hours"
    PAUSE = "pause"
    ROLL = "roll"


class Segment(NamedTuple):
    """A stretch of time from `start` up to, not including, `end`, all counted or all not.

    `end` None is an open pause. `amount` is its size in the trace's counted unit; only counted segments add to the
    term. `name` is the day's or the ground's name, `source` where that is written. `confirmed` is False where the
    calendar's year is not published.
    """

    start: datetime
    end: datetime | None
    counted: bool
    amount: Exact
    why: Why
    name: Text
    source: str
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Trace:
    """The whole account of one due date.

    `counted_unit` is the unit of the segments: that of the term, except that months and years are counted out in
    calendar days (`total` says how many). `strict_*` is the end before any roll; `latest_arguable_*` the end if every
    day off at the end moved it, which may be argued. `held_back` tells that `not_before` moved the end, `unconfirmed`
    lists the first and last of each run of days whose year is not published. All moments are in the calendar's zone;
    `at` is None while an open pause keeps the end unknown.
    """

    term: Term
    start: datetime
    segments: tuple[Segment, ...]
    counted_unit: Unit
    total: Exact
    at: datetime | None
    on: date | None
    strict_at: datetime | None
    strict_on: date | None
    latest_arguable_at: datetime | None
    latest_arguable_on: date | None
    calendar_id: str
    calendar_version: str
    time_zone: str
    pauses: tuple[Pause, ...] = ()
    rolled: bool = False
    held_back: bool = False
    unconfirmed: tuple[tuple[date, date], ...] = ()
    rule: Text | None = None
    source: str = ""
    original_at: datetime | None = None

    @property
    def counted(self) -> Exact:
        """This will give the sum of the counted segments, in the counted unit."""
        return sum((s.amount for s in self.segments if s.counted), 0)

    @property
    def paused(self) -> Exact:
        """This will give how much of the counted unit the pauses took out."""
        return sum((s.amount for s in self.segments if s.why is Why.PAUSE), 0)


@dataclass(frozen=True, slots=True)
class Due:
    """The end of a term.

    `at` is the moment (in the calendar's zone) from which it is overdue, `on` the last day; both None while an open
    pause keeps the end unknown. `provisional` says that days of an unpublished year were needed; `reason` says which,
    or why the end is unknown.
    """

    at: datetime | None
    on: date | None
    provisional: bool
    reason: Text | None
    trace: Trace
