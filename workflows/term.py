"""When a term ends, how much of it has run, and why: the clock's arithmetic, exact and pure.

`add` finds the end of a term, `between` measures what lies between two moments, `subtract` counts back from an event,
`extend` adds a second term to a due date. Every answer carries its account (`Due.trace`). Moments carry an offset;
dates are local to the calendar's zone. Bad input raises `Rejected` of kind "invalid", naming the field.

Sources of the counting rules: the day or hour of the start is not counted and the last day rolls over a holiday
(Criminal Procedure Law art. 105; market-regulation penalty procedure art. 80); terms in months end on the same day of
the month, or on its last day. Whether a given rule rolls over a plain weekend is a reading, hence `Roll`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

from workflows.business_calendar import BusinessCalendar
from workflows.day_counting import (
    ONE_DAY,
    Count,
    DayGrid,
    Stop,
    as_utc,
    count_calendar_days,
    count_within,
    count_working_days,
    months_later,
    running_start,
    shifted,
    start_segment,
)
from workflows.ending import Reached, ending
from workflows.hour_counting import count_hours, elapsed, hour_floor, whole_hour_stops
from workflows.rejection import invalid
from workflows.same_time import count_to_same_time, measure_by_the_wall
from workflows.text import Text
from workflows.timeline import Due, Segment, Trace
from workflows.units import LAST_YEAR, Boundary, Pause, Roll, Term, Unit, check_moment

__all__ = [
    "Boundary",
    "Due",
    "Pause",
    "Roll",
    "Term",
    "Unit",
    "add",
    "between",
    "explain",
    "extend",
    "subtract",
]

_TICK = timedelta(microseconds=1)
_HOUR = timedelta(hours=1)
_MONTHS = {Unit.MONTH: 1, Unit.YEAR: 12}


def add(start: date | datetime, term: Term, calendar: BusinessCalendar, pauses: Sequence[Pause] = ()) -> Due:
    """This will find when `term`, begun at `start`, ends.

    `start` is a moment with offset, or a date, which means the first moment of that day. Pauses may overlap and come
    in any order. A negative amount counts back from `start`; its roll goes back too.
    """
    check_moment(start, "start")
    began = as_utc(start, calendar)
    return _due(began, calendar.local_date(began), term, calendar, pauses)


def subtract(
    moment: date | datetime, term: Term, calendar: BusinessCalendar, pauses: Sequence[Pause] = ()
) -> Due:
    """This will find the moment that lies `term` before `moment`."""
    return add(moment, replace(term, amount=-term.amount), calendar, pauses)


def extend(due: Due, term: Term, calendar: BusinessCalendar, pauses: Sequence[Pause] = ()) -> Due:
    """This will add a second term to a due date: it begins where the first ends, and never ends before it.

    Days are counted from the last day of the first term, which is not counted again. A due date that is unknown
    (open pause) stays unknown.
    """
    if due.at is None or due.on is None:
        return due
    if term.amount < 0:
        raise invalid("amount", "amount.negative", "延长期限不能为负数。", "An extension cannot be negative.")
    extended = _due(due.at.astimezone(UTC), due.on, term, calendar, pauses)
    trace = replace(extended.trace, original_at=due.at)
    if extended.at is not None and extended.at.astimezone(UTC) < due.at.astimezone(UTC):
        return replace(due, trace=replace(trace, at=due.at, on=due.on, held_back=True))
    provisional = due.provisional or extended.provisional
    return replace(extended, provisional=provisional, reason=extended.reason or due.reason, trace=trace)


def between(
    start: date | datetime,
    end: date | datetime,
    unit: Unit,
    calendar: BusinessCalendar,
    pauses: Sequence[Pause] = (),
    *,
    start_counts: bool = False,
    boundary: Boundary | None = None,
) -> Fraction:
    """This will measure, by the rules of `add`, how many `unit`s lie between two moments.

    A bare date as `start` means its first moment, as `end` its last: that day counts. A day is used up as soon as it
    has begun (with `same_time` its parts are measured), a month when it is complete. `between(s, add(s, t).at)` is the
    amount of t, for a term that does not roll. Negative where `end` comes first. `start_counts` and `boundary` mean
    what they mean in `Term`.
    """
    term = Term(0, Unit(unit), boundary=boundary, start_counts=start_counts)
    if term.unit is Unit.FIXED:
        raise invalid(
            "unit", "unit.fixed", "固定日期没有可计量的单位。", "A fixed date has no unit to measure in."
        )
    check_moment(start, "start")
    check_moment(end, "end")
    began, ended = as_utc(start, calendar), _end_as_utc(end, calendar)
    if ended < began:
        return -between(end, start, unit, calendar, pauses, start_counts=start_counts, boundary=boundary)
    stops = [stop for stop in _merged(pauses) if stop.start < ended]
    if term.unit.counts_hours:
        return _hours_between(began, ended, term, calendar, stops)
    if term.unit in _MONTHS:
        return _months_between(began, ended, term, calendar, pauses)
    return _days_between(began, ended, term, calendar, stops)


def explain(
    start: date | datetime,
    term: Term,
    calendar: BusinessCalendar,
    pauses: Sequence[Pause] = (),
    *,
    rule: Text | None = None,
    source: str = "",
) -> Trace:
    """This will give the account of `add` under the name of a rule and the place where the rule is written."""
    return replace(add(start, term, calendar, pauses).trace, rule=rule, source=source)


def _due(
    began: datetime,
    day: date,
    term: Term,
    calendar: BusinessCalendar,
    pauses: Sequence[Pause],
) -> Due:
    stops = _merged(pauses)
    if term.unit is Unit.FIXED:
        reached = _fixed(term, calendar)
    elif term.unit.counts_hours:
        reached = _hours(began, term, calendar, stops)
    else:
        reached = _days(began, day, term, calendar, stops)
    return ending(began, term, calendar, tuple(pauses), reached)


def _fixed(term: Term, calendar: BusinessCalendar) -> Reached:
    if isinstance(term.fixed, datetime):
        local = term.fixed.astimezone(calendar.zone)
        grid = DayGrid(calendar, Boundary.SAME_TIME, local.time())
        return Reached(Count(day=local.date()), 0, Unit.FIXED, grid)
    return Reached(Count(day=term.fixed), 0, Unit.FIXED, DayGrid(calendar, term.ends_at))


def _hours(began: datetime, term: Term, calendar: BusinessCalendar, stops: Sequence[Stop]) -> Reached:
    backwards = term.amount < 0
    length = abs(term.microseconds) * _TICK
    first = began
    if term.ends_at is Boundary.END_OF_HOUR:
        stops = whole_hour_stops(stops, calendar)
        first = _first_hour(began, calendar, stops, start_counts=term.start_counts, backwards=backwards)
    count = count_hours(first, length, term.unit, calendar, stops, backwards=backwards)
    if first > began and not backwards:
        count.segments.insert(0, start_segment(began, first, calendar))
    grid = DayGrid(calendar, Boundary.END_OF_DAY)
    if count.moment is not None and term.ends_at in {Boundary.END_OF_DAY, Boundary.END_OF_OFFICE_DAY}:
        grid = DayGrid(calendar, term.ends_at)
        count.day = calendar.local_date(count.moment if backwards else count.moment - _TICK)
    return Reached(count, abs(Fraction(term.amount)), term.unit, grid)


def _first_hour(
    began: datetime, calendar: BusinessCalendar, stops: Sequence[Stop], *, start_counts: bool, backwards: bool
) -> datetime:
    """The clock hour whole-hour counting begins (backwards: ends) with; a stopped one waits for the resumption."""
    hour = hour_floor(began, calendar)
    for stop in stops:
        if not backwards and stop.start <= hour and stop.end is not None and hour < stop.end:
            hour = stop.end
    return hour if start_counts != backwards else hour + _HOUR


def _days(
    began: datetime, day: date, term: Term, calendar: BusinessCalendar, stops: Sequence[Stop]
) -> Reached:
    backwards = term.amount < 0
    unit = Unit.WORKING_DAY if term.unit is Unit.WORKING_DAY else Unit.CALENDAR_DAY
    amount = _whole_days(day, term)
    if term.ends_at is Boundary.SAME_TIME:
        count, grid = count_to_same_time(began, amount, unit, calendar, stops, backwards=backwards)
        return Reached(count, amount, unit, grid, grid.stopped_days(stops))
    grid = DayGrid(calendar, term.ends_at)
    start: datetime | None = began
    waited: list[Segment] = []
    if not backwards:
        start, day, waited = running_start(began, day, grid, stops)
    if start is None:
        return Reached(Count(waited), amount, unit, grid)
    # A day whose end is past when the clock starts is over: it cannot be the first to count.
    may_count = not backwards and (term.start_counts or not amount)
    is_over = may_count and grid.end_of(day) <= start
    skips_start = is_over or not (term.start_counts and amount)
    first = shifted(day, (-1 if backwards else 1) if skips_start else 0)
    counted = count_working_days if unit is Unit.WORKING_DAY else count_calendar_days
    stopped = grid.stopped_days(stops)
    if amount:
        count = counted(first, amount, grid, stopped, backwards=backwards)
    else:
        count = Count(moment=start) if is_over else Count(day=day)
    midnight = datetime.combine(day + ONE_DAY, time(0), calendar.zone)
    if skips_start and not backwards and start < midnight:
        waited.append(start_segment(start, midnight, calendar))
    elif count.segments and not (skips_start or backwards):
        # The day of the start counts whole, but is told from the moment on.
        began_at = start.astimezone(calendar.zone)
        count.segments[0] = count.segments[0]._replace(start=began_at)
    count.segments = waited + count.segments
    return Reached(count, amount, unit, grid, stopped)


def _whole_days(day: date, term: Term) -> int:
    """How many days the term takes, counted from `day`; months end on the same day of the month, or its last."""
    if term.unit not in _MONTHS:
        return abs(term.whole)
    last = months_later(day, term.whole * _MONTHS[term.unit])
    # Counted from the start day itself, a period ends the day before; where there is no such day, on the month's last.
    extra = 1 if term.start_counts and last.day != day.day else 0
    return abs((last - day).days) + extra


def _days_between(
    began: datetime, ended: datetime, term: Term, calendar: BusinessCalendar, stops: Sequence[Stop]
) -> Fraction:
    if term.ends_at is Boundary.SAME_TIME:
        return measure_by_the_wall(began, ended, term.unit, calendar, stops)
    grid = DayGrid(calendar, term.ends_at)
    start, day, _ = running_start(began, calendar.local_date(began), grid, stops)
    if start is None:
        return Fraction(0)
    first = day if term.start_counts and grid.end_of(day) > start else day + ONE_DAY
    last = calendar.local_date(ended - _TICK)
    return Fraction(
        count_within(first, last, grid, grid.stopped_days(stops), working=term.unit is Unit.WORKING_DAY)
    )


def _months_between(
    began: datetime, ended: datetime, term: Term, calendar: BusinessCalendar, pauses: Sequence[Pause]
) -> Fraction:
    first, last = calendar.local_date(began), calendar.local_date(ended)
    size = _MONTHS[term.unit]
    # One more than the calendar shows: a period whose start day counts may end on the last day of the month before.
    most = ((last.year - first.year) * 12 + last.month - first.month) // size + 1

    def is_beyond(amount: int) -> bool:
        if first.year * 12 + first.month - 1 + amount * size >= (LAST_YEAR + 1) * 12:
            return True
        due = _due(began, first, replace(term, amount=amount), calendar, pauses)
        return due.at is None or due.at > ended

    return Fraction(bisect_left(range(1, most + 1), x=True, key=is_beyond))


def _hours_between(
    began: datetime, ended: datetime, term: Term, calendar: BusinessCalendar, stops: Sequence[Stop]
) -> Fraction:
    if term.ends_at is Boundary.END_OF_HOUR:
        stops = whole_hour_stops(stops, calendar)
        began = _first_hour(began, calendar, stops, start_counts=term.start_counts, backwards=False)
        ended = hour_floor(ended - _TICK, calendar) + _HOUR
    return elapsed(began, ended, term.unit, calendar, stops)


def _end_as_utc(end: date | datetime, calendar: BusinessCalendar) -> datetime:
    return as_utc(end if isinstance(end, datetime) else end + ONE_DAY, calendar)


def _merged(pauses: Sequence[Pause]) -> list[Stop]:
    """Pauses in order, those that overlap or touch made one, so that no time is taken out twice."""
    merged: list[Stop] = []
    for pause in sorted(pauses, key=lambda p: p.start.astimezone(UTC)):
        start, end = pause.start.astimezone(UTC), None if pause.end is None else pause.end.astimezone(UTC)
        if end == start:
            continue
        last = merged[-1] if merged else None
        if last is None or (last.end is not None and last.end < start):
            merged.append(Stop(start, end, pause.ground))
            continue
        until = None if last.end is None or end is None else max(last.end, end)
        grounds = dict.fromkeys(ground for ground in (*last.ground.split("、"), pause.ground) if ground)
        merged[-1] = Stop(last.start, until, "、".join(grounds))
    return merged
