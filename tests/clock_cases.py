"""Moments and calendars the clock's tests share."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from workflows.business_calendar import BusinessCalendar, OfficeInterval
from workflows.term import Boundary, Pause, Roll, Term, Unit

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
_OFFICE = (OfficeInterval(9 * 60, 12 * 60), OfficeInterval(13 * 60, 18 * 60))


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    """This will read "2017-09-25" (nine o'clock) or "2017-09-25 17:30" as a moment in the zone."""
    day, _, clock = text.partition(" ")
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock or "09:00"), zone)


def pause(start: str, end: str | None, ground: str = "鉴定") -> Pause:
    """This will make a pause between two Shanghai moments."""
    return Pause(at(start), None if end is None else at(end), ground)


def plain_calendar(zone: str = "America/New_York", **changes: object) -> BusinessCalendar:
    """This will make a calendar without holidays: Monday to Friday, 09:00-12:00 and 13:00-18:00."""
    settings: dict[str, object] = {
        "id": "plain",
        "version": "1",
        "time_zone": zone,
        "week": (_OFFICE,) * 5 + ((), ()),
        "confirmed_from": date(2000, 1, 1),
        "confirmed_through": date(2030, 12, 31),
    }
    return BusinessCalendar(**{**settings, **changes})  # type: ignore[arg-type]  # a test changes any setting


def random_moment(chance: Random, years: tuple[int, int] = (2004, 2025)) -> datetime:
    """This will draw a moment, to the second, between the beginnings of two years."""
    first = datetime(years[0], 1, 1, tzinfo=SHANGHAI)
    seconds = int((datetime(years[1], 1, 1, tzinfo=SHANGHAI) - first).total_seconds())
    return first + timedelta(seconds=chance.randrange(seconds))


def random_term(chance: Random) -> Term:
    """This will draw a term of any counting unit with options that fit it."""
    unit = chance.choice([unit for unit in Unit if unit is not Unit.FIXED])
    largest = {Unit.MINUTE: 3_000, Unit.HOUR: 500, Unit.OFFICE_HOUR: 90, Unit.MONTH: 14, Unit.YEAR: 2}.get(
        unit, 60
    )
    amount = chance.randint(1, largest)
    if unit is Unit.HOUR:
        boundary = chance.choice([Boundary.SAME_TIME, Boundary.END_OF_HOUR])
        return Term(
            amount,
            unit,
            boundary=boundary,
            start_counts=boundary is Boundary.END_OF_HOUR and chance.random() < 0.5,
        )
    if unit.counts_hours:
        return Term(amount, unit)
    boundary = chance.choice([Boundary.END_OF_DAY, Boundary.END_OF_OFFICE_DAY, Boundary.SAME_TIME])
    counts = boundary is not Boundary.SAME_TIME and chance.random() < 0.3
    return Term(amount, unit, roll=chance.choice(list(Roll)), boundary=boundary, start_counts=counts)


def random_pauses(chance: Random, start: datetime) -> list[Pause]:
    """This will draw up to three closed pauses, overlapping or not, around the days after `start`."""
    found = []
    for _ in range(chance.choice([0, 0, 1, 2, 3])):
        begins = start + timedelta(minutes=chance.randrange(-5_000, 60_000))
        found.append(Pause(begins, begins + timedelta(minutes=chance.randrange(1, 30_000))))
    return found
