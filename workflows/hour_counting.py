"""Counting elapsed time: hours and minutes by the clock, hours of office time, days from moment to moment.

Everything is measured between moments in UTC, so nights in which the clock changes are right by construction. A pause
takes out exactly its span. Whole clock hours (`end_of_hour`) are counted like days: an hour counts when the clock is
running at its end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import NamedTuple

from workflows.business_calendar import BusinessCalendar, DayKind
from workflows.day_counting import ONE_DAY, WHY, Count, Stop, check_year, pause_name
from workflows.text import Text
from workflows.timeline import Segment, Why
from workflows.units import FIRST_YEAR, LAST_YEAR, Unit, end_out_of_window

_HOUR = timedelta(hours=1)
_NOTHING = timedelta(0)
_MICROSECOND = timedelta(microseconds=1)
_OPENS = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
_CLOSES = datetime(LAST_YEAR, 12, 31, tzinfo=UTC)
_RUNNING = Text("连续计时", "running time")
_OFFICE = Text("办公时间", "office hours")
_OUTSIDE = Text("非办公时间", "outside office hours")
_CALENDAR_DAY = Text("自然日", "calendar day")
_SIZE = {
    Unit.MINUTE: timedelta(minutes=1),
    Unit.HOUR: _HOUR,
    Unit.OFFICE_HOUR: _HOUR,
    Unit.CALENDAR_DAY: ONE_DAY,
    Unit.WORKING_DAY: ONE_DAY,
}
_DAY_BY_DAY = frozenset({Unit.OFFICE_HOUR, Unit.WORKING_DAY})


class Stretch(NamedTuple):
    """A span in UTC that is like itself throughout."""

    start: datetime
    end: datetime | None
    counted: bool
    why: Why
    name: Text
    source: str
    confirmed: bool


def count_hours(
    start: datetime,
    length: timedelta,
    unit: Unit,
    calendar: BusinessCalendar,
    stops: Sequence[Stop],
    *,
    backwards: bool = False,
) -> Count:
    """This will count `length` of running (or office) time from `start`, forwards or back.

    The answer's `moment` is the earliest at which the count is complete (backwards: the latest), None where an open
    pause comes first.
    """
    if length == _NOTHING:
        return Count(moment=start)
    stretches = (
        _backward(start, unit, calendar, stops) if backwards else _forward(start, unit, calendar, stops)
    )
    count, left, pieces = Count(), length, []
    for stretch in stretches:
        if not stretch.confirmed:
            on = calendar.local_date(stretch.start)
            count.unconfirmed.append((on, on))
        if stretch.end is None:
            pieces.append(stretch)
            break
        span = stretch.end - stretch.start
        if stretch.counted and span >= left:
            edge = stretch.end - left if backwards else stretch.start + left
            pieces.append(stretch._replace(start=edge) if backwards else stretch._replace(end=edge))
            count.moment = edge
            break
        if stretch.counted:
            left -= span
        pieces.append(stretch)
    else:
        raise end_out_of_window()
    count.segments = _told(reversed(pieces) if backwards else iter(pieces), unit, calendar)
    return count


def elapsed(
    start: datetime, end: datetime, unit: Unit, calendar: BusinessCalendar, stops: Sequence[Stop]
) -> Fraction:
    """This will measure the running (or office) time between two moments, in `unit`s, exactly."""
    total = _NOTHING
    for stretch in _forward(start, unit, calendar, stops):
        if stretch.start >= end:
            break
        if stretch.counted:
            total += (end if stretch.end is None else min(stretch.end, end)) - stretch.start
        if stretch.end is None:
            break
    return in_units(total, unit)


def in_units(span: timedelta, unit: Unit) -> Fraction:
    """This will express a span in the unit, exactly."""
    return Fraction(span // _MICROSECOND, _SIZE[unit] // _MICROSECOND)


def hour_floor(moment: datetime, calendar: BusinessCalendar) -> datetime:
    """This will give the beginning, in UTC, of the local clock hour `moment` lies in."""
    local = moment.astimezone(calendar.zone)
    return moment - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)


def whole_hour_stops(stops: Sequence[Stop], calendar: BusinessCalendar) -> list[Stop]:
    """This will give the pauses as the clock hours they take out: those at whose end the clock stands still."""
    floored = (
        Stop(
            hour_floor(stop.start, calendar),
            None if stop.end is None else hour_floor(stop.end, calendar),
            stop.ground,
        )
        for stop in stops
    )
    return [stop for stop in floored if stop.end is None or stop.end > stop.start]


def _forward(
    start: datetime, unit: Unit, calendar: BusinessCalendar, stops: Sequence[Stop]
) -> Iterator[Stretch]:
    ahead = [stop for stop in stops if stop.end is None or stop.end > start]
    for piece in _unpaused(start, unit, calendar):
        begin, end = piece.start, piece.end
        assert end is not None
        while ahead and ahead[0].start < end:
            stop = ahead[0]
            if stop.start > begin:
                yield piece._replace(start=begin, end=stop.start)
            begin = max(begin, stop.start)
            if stop.end is None:
                yield piece._replace(
                    start=begin, end=None, counted=False, why=Why.PAUSE, name=pause_name(stop.ground)
                )
                return
            until = min(stop.end, end)
            if until > begin:
                yield _stopped(piece, begin, until, stop)
            begin = until
            if stop.end > end:
                break
            ahead.pop(0)
        if begin < end:
            yield piece._replace(start=begin)


def _stopped(piece: Stretch, begin: datetime, end: datetime, stop: Stop) -> Stretch:
    if not piece.counted:
        return piece._replace(start=begin, end=end)
    return piece._replace(
        start=begin, end=end, counted=False, why=Why.PAUSE, name=pause_name(stop.ground), source=""
    )


def _unpaused(start: datetime, unit: Unit, calendar: BusinessCalendar) -> Iterator[Stretch]:
    if unit not in _DAY_BY_DAY:
        is_days = unit is Unit.CALENDAR_DAY
        why, name = (Why.CALENDAR_DAY, _CALENDAR_DAY) if is_days else (Why.RUNNING, _RUNNING)
        yield Stretch(start, _CLOSES, True, why, name, "", True)
        return
    on = calendar.local_date(start)
    while on.year <= LAST_YEAR:
        for piece in _office_day(on, calendar) if unit is Unit.OFFICE_HOUR else (_whole_day(on, calendar),):
            assert piece.end is not None
            if piece.end > start:
                yield piece._replace(start=max(piece.start, start))
        on += ONE_DAY


def _whole_day(on: date, calendar: BusinessCalendar) -> Stretch:
    day = calendar.day_kind(on)
    begins, ends = calendar.moment(on, 0), calendar.moment(on, 24 * 60)
    return Stretch(begins, ends, day.works, WHY[day.kind], day.name, day.source, day.confirmed)


def _office_day(on: date, calendar: BusinessCalendar) -> Iterator[Stretch]:
    """The stretches of one date, in order, without gaps."""
    day = calendar.day_kind(on)
    at, midnight = calendar.moment(on, 0), calendar.moment(on, 24 * 60)
    if not day.works:
        yield _whole_day(on, calendar)
        return
    worked = _OFFICE if day.kind is DayKind.WORKDAY else day.name
    why = Why.OFFICE_HOURS if day.kind is DayKind.WORKDAY else Why(day.kind.value)
    for opens, closes in calendar.office_moments(on):
        if at < opens:
            yield Stretch(at, opens, False, Why.OUTSIDE_OFFICE_HOURS, _OUTSIDE, "", day.confirmed)
        yield Stretch(opens, closes, True, why, worked, day.source, day.confirmed)
        at = closes
    if at < midnight:
        yield Stretch(at, midnight, False, Why.OUTSIDE_OFFICE_HOURS, _OUTSIDE, "", day.confirmed)


def _backward(
    start: datetime, unit: Unit, calendar: BusinessCalendar, stops: Sequence[Stop]
) -> Iterator[Stretch]:
    """The stretches before `start`, latest first: each day counted out forwards, then turned round."""
    if unit not in _DAY_BY_DAY:
        yield from _turned(_OPENS, start, unit, calendar, stops)
        return
    on, until = calendar.local_date(start), start
    while on.year >= FIRST_YEAR:
        begins = calendar.moment(on, 0)
        yield from _turned(begins, until, unit, calendar, stops)
        on, until = on - ONE_DAY, begins


def _turned(
    begins: datetime, until: datetime, unit: Unit, calendar: BusinessCalendar, stops: Sequence[Stop]
) -> Iterator[Stretch]:
    pieces = []
    for piece in _forward(begins, unit, calendar, stops):
        if piece.start >= until:
            break
        pieces.append(piece._replace(end=until if piece.end is None else min(piece.end, until)))
    yield from reversed(pieces)


def _told(pieces: Iterator[Stretch], unit: Unit, calendar: BusinessCalendar) -> list[Segment]:
    """Neighbours that are alike become one segment, in the calendar's zone and the term's unit."""
    merged: list[Stretch] = []
    for piece in pieces:
        last = merged[-1] if merged else None
        if last is not None and last.end == piece.start and last[2:] == piece[2:]:
            merged[-1] = last._replace(end=piece.end)
        else:
            merged.append(piece)
    zone = calendar.zone
    for piece in merged:
        check_year(piece.start.date())
    return [
        Segment(
            piece.start.astimezone(zone),
            None if piece.end is None else piece.end.astimezone(zone),
            piece.counted,
            0 if piece.end is None else in_units(piece.end - piece.start, unit),
            piece.why,
            piece.name,
            piece.source,
            piece.confirmed,
        )
        for piece in merged
    ]
