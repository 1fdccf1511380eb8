"""Days from a moment to the same moment: the time of day is kept, as the clock on the wall shows it.

Such a term is measured like hours, on the wall clock and with days of 24 hours; for working days the days off are cut
out. A pause moves the end by exactly itself, to the minute. A start on a day off counts from the next working day on,
and an end at 24:00 belongs to the day it ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from fractions import Fraction

from workflows.business_calendar import BusinessCalendar
from workflows.day_counting import ONE_DAY, Count, DayGrid, Stop
from workflows.hour_counting import count_hours, elapsed
from workflows.timeline import Segment
from workflows.units import Boundary, Unit


def count_to_same_time(
    began: datetime,
    days: int,
    unit: Unit,
    calendar: BusinessCalendar,
    stops: Sequence[Stop],
    *,
    backwards: bool,
) -> tuple[Count, DayGrid]:
    """This will count `days` from a moment to the same moment: the count and the grid its last day ends on."""
    count = count_hours(
        _on_the_wall(began, calendar),
        days * ONE_DAY,
        unit,
        calendar.by_the_wall(),
        _wall_stops(stops, calendar),
        backwards=backwards,
    )
    count.segments = [_in_zone(segment, calendar) for segment in count.segments]
    if count.moment is None:
        return count, DayGrid(calendar, Boundary.SAME_TIME)
    wall, count.moment = count.moment, None
    if wall.time() == time(0) and not backwards:
        count.day = wall.date() - ONE_DAY
        return count, DayGrid(calendar, Boundary.END_OF_DAY)
    count.day = wall.date()
    return count, DayGrid(calendar, Boundary.SAME_TIME, wall.time())


def measure_by_the_wall(
    began: datetime, ended: datetime, unit: Unit, calendar: BusinessCalendar, stops: Sequence[Stop]
) -> Fraction:
    """This will measure the (working) days between two moments by the wall clock, parts of days included."""
    return elapsed(
        _on_the_wall(began, calendar),
        _on_the_wall(ended, calendar),
        unit,
        calendar.by_the_wall(),
        _wall_stops(stops, calendar),
    )


def _on_the_wall(moment: datetime, calendar: BusinessCalendar) -> datetime:
    """What the wall clock shows, tagged as UTC so that it can be reckoned with."""
    return moment.astimezone(calendar.zone).replace(tzinfo=UTC, fold=0)


def _wall_stops(stops: Sequence[Stop], calendar: BusinessCalendar) -> list[Stop]:
    shown = (
        Stop(
            _on_the_wall(stop.start, calendar),
            None if stop.end is None else _on_the_wall(stop.end, calendar),
            stop.ground,
        )
        for stop in stops
    )
    # When the clock is set back, a pause within the repeated hour takes no wall-clock time.
    return [stop for stop in shown if stop.end is None or stop.end > stop.start]


def _in_zone(segment: Segment, calendar: BusinessCalendar) -> Segment:
    zone = calendar.zone
    end = None if segment.end is None else segment.end.replace(tzinfo=zone)
    return segment._replace(start=segment.start.replace(tzinfo=zone), end=end)
