"""Counting in days: calendar days, working days, and months turned into their days.

One rule covers pauses: **a day counts when the clock is running at the moment that ends the day** (its boundary). So
the day on which a pause begins does not count, the day on which it ends does, and a pause of n days moves the end by
exactly n. If the clock is stopped at the end of the very day of the start, counting starts afresh with the day of
resumption.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from workflows.business_calendar import BusinessCalendar, Day, DayKind
from workflows.text import Text
from workflows.timeline import Segment, Why
from workflows.units import FIRST_YEAR, LAST_YEAR, Boundary, Roll, end_out_of_window

ONE_DAY = timedelta(days=1)
_MIDNIGHT = time(0)
_MINUTES_OF_A_DAY = 24 * 60
WHY = {
    DayKind.WORKDAY: Why.WORKING_DAY,
    DayKind.MAKE_UP_DAY: Why.MAKE_UP_DAY,
    DayKind.HALF_DAY: Why.HALF_DAY,
    DayKind.LOCAL_OPENING: Why.LOCAL_OPENING,
    DayKind.WEEKEND: Why.WEEKEND,
    DayKind.HOLIDAY: Why.HOLIDAY,
    DayKind.LOCAL_CLOSURE: Why.LOCAL_CLOSURE,
}
_START = Text("起算之时", "the start")
_CALENDAR_DAY = Text("自然日", "calendar day")


@dataclass(frozen=True, slots=True)
class Stop:
    """A span in UTC in which the clock stands still; pauses that touch are already one. `end` None: open."""

    start: datetime
    end: datetime | None
    ground: str


class StoppedDays(NamedTuple):
    """Days a pause takes out: from `first` up to, not including, `after`; None: until further notice."""

    first: date
    after: date | None
    ground: str


@dataclass(slots=True)
class Count:
    """What a count found: its segments, the last day or moment reached, and the unconfirmed days it looked at."""

    segments: list[Segment] = field(default_factory=list)
    day: date | None = None
    moment: datetime | None = None
    unconfirmed: list[tuple[date, date]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DayGrid:
    """The days of one count: where each of them ends, and which of them a pause takes out."""

    calendar: BusinessCalendar
    boundary: Boundary
    time_of_day: time = _MIDNIGHT

    def end_of(self, on: date) -> datetime:
        """This will give the moment, in UTC, that ends `on`: 24:00, the close of office (24:00 on a day without office
        hours), or the moment of day that is kept.
        """
        if self.boundary is Boundary.SAME_TIME:
            return self.calendar.wall_moment(datetime.combine(on, self.time_of_day))
        if self.boundary is Boundary.END_OF_OFFICE_DAY:
            opened = self.calendar.office_moments(on)
            if opened:
                return opened[-1][1]
        return self.calendar.moment(on, _MINUTES_OF_A_DAY)

    def stopped_days(self, stops: Sequence[Stop]) -> list[StoppedDays]:
        """This will give the days each stop takes out, as first day and the day counting goes on."""
        found = []
        for stop in stops:
            first = self.calendar.local_date(stop.start)
            if self.end_of(first) <= stop.start:
                first += ONE_DAY
            after = None
            if stop.end is not None:
                after = self.calendar.local_date(stop.end)
                if self.end_of(after) <= stop.end:
                    after += ONE_DAY
            if after is None or after > first:
                found.append(StoppedDays(first, after, stop.ground))
        return found


def running_start(
    start: datetime, day: date, grid: DayGrid, stops: Sequence[Stop]
) -> tuple[datetime | None, date, list[Segment]]:
    """This will move a start whose day ends in a pause to the resumption.

    Gives the moment (None where the pause is open), its day, and the stretches waited through.
    """
    zone = grid.calendar.zone
    waited: list[Segment] = []
    for stop in stops:
        ends = grid.end_of(day)
        if not (stop.start < ends and (stop.end is None or ends <= stop.end)):
            continue
        began, end = start.astimezone(zone), None if stop.end is None else stop.end.astimezone(zone)
        waited.append(Segment(began, end, False, 0, Why.PAUSE, pause_name(stop.ground), ""))
        if stop.end is None or end is None:
            return None, day, waited
        start, day = stop.end, end.date()
    return start, day, waited


class _Segments:
    """Runs of like days, told as one segment each."""

    def __init__(self, calendar: BusinessCalendar) -> None:
        self._zone = calendar.zone
        self._told: list[Segment] = []

    def add(
        self, first: date, after: date, *, counted: bool, why: Why, name: Text, source: str, confirmed: bool
    ) -> None:
        begins = datetime(first.year, first.month, first.day, tzinfo=self._zone)
        ends = datetime(after.year, after.month, after.day, tzinfo=self._zone)
        days = after.toordinal() - first.toordinal()
        self._told.append(Segment(begins, ends, counted, days, why, name, source, confirmed))

    def listed(self) -> list[Segment]:
        # Runs counted backwards come latest first.
        if len(self._told) > 1 and self._told[0].start > self._told[-1].start:
            self._told.reverse()
        return self._told


def count_calendar_days(
    first: date, amount: int, grid: DayGrid, stopped: Sequence[StoppedDays], *, backwards: bool = False
) -> Count:
    """This will count `amount` calendar days from `first` on, stepping over the stopped ones.

    The answer's `day` is the last day counted, None where an open pause comes first.
    """
    runs = _Segments(grid.calendar)
    if backwards:
        return _calendar_days_back(first, amount, runs, stopped)
    left = amount
    for begins, resumes, ground in stopped:
        if resumes is not None and resumes <= first:
            continue
        free = max((begins - first).days, 0)
        if free >= left:
            break
        if free:
            _calendar_run(runs, first, begins)
            left -= free
        if resumes is None:
            return Count([*runs.listed(), open_pause(max(begins, first), ground, grid.calendar)])
        _pause_run(runs, max(begins, first), resumes, ground)
        first = resumes
    after = shifted(first, left)
    if left:
        _calendar_run(runs, first, after)
    return Count(runs.listed(), after - ONE_DAY)


def _calendar_days_back(last: date, amount: int, runs: _Segments, stopped: Sequence[StoppedDays]) -> Count:
    left = amount
    for begins, resumes, ground in reversed(stopped):
        if begins > last:
            continue
        until = last + ONE_DAY if resumes is None else min(resumes, last + ONE_DAY)
        free = (last + ONE_DAY - until).days
        if free >= left:
            break
        if free:
            _calendar_run(runs, until, last + ONE_DAY)
            left -= free
        _pause_run(runs, begins, until, ground)
        last = begins - ONE_DAY
    earliest = shifted(last, 1 - left)
    if left:
        _calendar_run(runs, earliest, last + ONE_DAY)
    return Count(runs.listed(), earliest)


def count_working_days(
    first: date, amount: int, grid: DayGrid, stopped: Sequence[StoppedDays], *, backwards: bool = False
) -> Count:
    """This will count `amount` working days from `first` on (or back), stepping over days off and stopped ones.

    The answer's `day` is the last day counted, None where an open pause comes first.
    """
    if backwards:
        earliest = _working_day_back(first, amount, grid.calendar, stopped)
        count = count_working_days(earliest, amount, grid, stopped)
        return Count(count.segments, earliest, unconfirmed=count.unconfirmed)
    runs = _Segments(grid.calendar)
    unconfirmed: list[tuple[date, date]] = []
    on, left = first, amount
    while left:
        check_year(on)
        day, after = grid.calendar.days_alike(on)
        ground = None
        if stopped:
            ground, change = _stop_on(on, stopped)
            if ground is not None and change is None:
                return Count([*runs.listed(), open_pause(on, ground, grid.calendar)], unconfirmed=unconfirmed)
            after = after if change is None else min(after, change)
        if day.works and ground is None:
            days = after.toordinal() - on.toordinal()
            if days > left:
                after, days = on + left * ONE_DAY, left
            left -= days
        if not day.confirmed:
            unconfirmed.append((on, after - ONE_DAY))
        _day_run(runs, on, after, day, ground)
        on = after
    check_year(on - ONE_DAY)
    return Count(runs.listed(), on - ONE_DAY, unconfirmed=unconfirmed)


def _working_day_back(
    last: date, amount: int, calendar: BusinessCalendar, stopped: Sequence[StoppedDays]
) -> date:
    on, left = last + ONE_DAY, amount
    while left:
        on -= ONE_DAY
        check_year(on)
        if calendar.is_working_day(on) and _stop_on(on, stopped)[0] is None:
            left -= 1
    return on


def roll_day(on: date, roll: Roll, grid: DayGrid, stopped: Sequence[StoppedDays], *, backwards: bool) -> date:
    """This will give the day an end on `on` rolls to: the first that is no such day off (nor paused), away from the
    start; `on` itself where it is none or the rule does not roll.
    """
    calendar = grid.calendar
    step = -ONE_DAY if backwards else ONE_DAY

    def off(day: date) -> bool:
        if roll is Roll.STATUTORY_HOLIDAY:
            return calendar.is_statutory_holiday(day)
        return not calendar.is_working_day(day)

    if roll is Roll.NONE or not off(on):
        return on
    while off(on) or _pauses_for_now(on, stopped):
        on += step
        check_year(on)
    return on


def shifted(on: date, days: int) -> date:
    """This will give the date `days` after `on`; refuses one outside the years that can be counted."""
    try:
        moved = on + timedelta(days=days)
    except OverflowError:
        raise end_out_of_window() from None
    check_year(moved)
    return moved


def check_year(on: date) -> None:
    """This will refuse a date outside the years that can be counted."""
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        raise end_out_of_window()


def start_segment(start: datetime, until: datetime, calendar: BusinessCalendar) -> Segment:
    """This will give the uncounted rest of the day (or hour) of the start."""
    zone = calendar.zone
    return Segment(start.astimezone(zone), until.astimezone(zone), False, 0, Why.START, _START, "")


def count_within(
    first: date, last: date, grid: DayGrid, stopped: Sequence[StoppedDays], *, working: bool
) -> int:
    """This will count the days from `first` to `last`, both included, that no pause takes out."""
    total, after = 0, last + ONE_DAY
    free_from = first
    for begins, resumes, _ in (*stopped, StoppedDays(after, None, "")):
        until = min(begins, after)
        if until > free_from:
            days = (until - free_from).days
            total += _working_days(free_from, days, grid.calendar) if working else days
        if resumes is None:
            break
        free_from = max(free_from, resumes)
    return total


def _working_days(first: date, days: int, calendar: BusinessCalendar) -> int:
    return sum(calendar.is_working_day(first + timedelta(days=n)) for n in range(days))


def months_later(on: date, months: int) -> date:
    """This will give the same day of the month `months` later (or earlier), or that month's last day."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise end_out_of_window()
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def open_pause(begins: date, ground: str, calendar: BusinessCalendar) -> Segment:
    """This will give the segment of a pause that has no end yet."""
    midnight = datetime.combine(begins, _MIDNIGHT, calendar.zone)
    return Segment(midnight, None, False, 0, Why.PAUSE, pause_name(ground), "")


def as_utc(moment: date | datetime, calendar: BusinessCalendar) -> datetime:
    """This will give a moment in UTC; a bare date means its first moment in the calendar's zone."""
    if isinstance(moment, datetime):
        return moment.astimezone(UTC)
    return calendar.moment(moment, 0)


def pause_name(ground: str) -> Text:
    """This will give the words for a pause and its ground."""
    return Text(f"中止（{ground}）" if ground else "中止", f"pause ({ground})" if ground else "pause")


def _pauses_for_now(on: date, stopped: Sequence[StoppedDays]) -> bool:
    ground, change = _stop_on(on, stopped)
    return ground is not None and change is not None


def _stop_on(on: date, stopped: Sequence[StoppedDays]) -> tuple[str | None, date | None]:
    """Why `on` does not count (None: it does), and the first later day on which that changes (None: it never does)."""
    for begins, resumes, ground in stopped:
        if on < begins:
            return None, begins
        if resumes is None or on < resumes:
            return ground, resumes
    return None, None


def _calendar_run(runs: _Segments, first: date, after: date) -> None:
    runs.add(first, after, counted=True, why=Why.CALENDAR_DAY, name=_CALENDAR_DAY, source="", confirmed=True)


def _pause_run(runs: _Segments, first: date, after: date, ground: str) -> None:
    runs.add(first, after, counted=False, why=Why.PAUSE, name=pause_name(ground), source="", confirmed=True)


def _day_run(runs: _Segments, first: date, after: date, day: Day, ground: str | None) -> None:
    if ground is not None and day.works:
        _pause_run(runs, first, after, ground)
        return
    runs.add(
        first,
        after,
        counted=day.works,
        why=WHY[day.kind],
        name=day.name,
        source=day.source,
        confirmed=day.confirmed,
    )
