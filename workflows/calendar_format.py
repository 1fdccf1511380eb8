"""A calendar document (read from TOML or JSON) -> a `BusinessCalendar`, or every problem in it with its path.

The format is described in docs/clock.md. Three kinds of document share the lists of days: a *calendar* (time zone,
office hours, confirmed years, days); a *year* (the days one holiday notice settles), which `with_year` adds to a calendar;
and *local days* (an office closed by a typhoon, open on a day off), which `with_local_days` adds or takes back.
Dates may be TOML dates or ISO strings. Nothing is guessed: an unknown key, a repeated date, an hour that cannot be
read are problems, and all of them are reported at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from workflows.business_calendar import BusinessCalendar, DayKind, SpecialDay
from workflows.calendar_reader import CALENDAR_KEYS, LOCAL_KEYS, YEAR_KEYS, CalendarReader
from workflows.problem import DefinitionProblems, Problems


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """The special days that one year's notice settles."""

    year: int
    source: str
    days: tuple[SpecialDay, ...]


@dataclass(frozen=True, slots=True)
class LocalDays:
    """Days on which an office differs from what the notices say: closed, open, or open half the day; or no longer."""

    source: str
    days: tuple[SpecialDay, ...]
    withdrawn: tuple[date, ...] = ()


def read_calendar(
    document: Mapping[str, object], known: Mapping[str, BusinessCalendar] | None = None
) -> BusinessCalendar:
    """This will read a whole calendar. `known` offers the calendars a document may extend, by id.

    Raises `DefinitionProblems` with every problem found.
    """
    reader = CalendarReader()
    reader.only(document, "", CALENDAR_KEYS)
    base = reader.base(document, known or {})
    own_days = reader.days(document)
    time_zone = reader.time_zone(document, base)
    years = reader.confirmed_years(document, base)
    week, week_source = reader.week(document, base)
    annual = reader.annual_days(document)
    name, version = reader.words(document, "", "id"), reader.words(document, "", "version")
    reader.stop_if_any()
    return BusinessCalendar(
        id=name,
        version=version,
        time_zone=time_zone,
        week=week,
        special_days=_merged(base.special_days if base else (), own_days),
        annual_days=(*(base.annual_days if base else ()), *annual),
        confirmed_from=years[0],
        confirmed_through=years[1],
        office_hours_source=week_source,
    )


def read_year(document: Mapping[str, object]) -> CalendarYear:
    """This will read the days of one year's notice; raises `DefinitionProblems` with every problem found.

    Days of the neighbouring years are allowed (a New Year's notice may touch December), others are not.
    """
    reader = CalendarReader()
    reader.only(document, "", YEAR_KEYS)
    year = reader.year(document.get("year"), "year")
    source = reader.words(document, "", "source")
    days = reader.days(document)
    for day in days:
        if year is not None and abs(day.on.year - year) > 1:
            reader.problems.add(
                "", "year.foreign", f"{day.on} 不属于 {year} 年的安排。", f"{day.on} is not of {year}."
            )
    reader.stop_if_any()
    assert year is not None
    return CalendarYear(year, source, days)


def with_year(calendar: BusinessCalendar, year: CalendarYear, *, version: str) -> BusinessCalendar:
    """This will make the next version of a calendar, with one more year confirmed.

    The year must be confirmed already (a corrected notice) or follow or precede the confirmed ones without a gap;
    anything else raises `DefinitionProblems`.
    """
    first, last = date(year.year, 1, 1), date(year.year, 12, 31)
    begins, through = calendar.confirmed_from, calendar.confirmed_through
    if begins is None or through is None:
        begins, through = first, last
    elif not begins.year - 1 <= year.year <= through.year + 1:
        problems = Problems()
        problems.add(
            "year",
            "year.gap",
            f"该日历已确认 {begins.year}—{through.year} 年，请先导入与之相邻的年份。",
            f"The calendar is confirmed for {begins.year}-{through.year}; import the year next to it first.",
        )
        raise DefinitionProblems(problems.listed())
    # A corrected notice replaces what the earlier one said of its year: days it no longer names are ordinary again.
    kept = [day for day in calendar.special_days if day.on.year != year.year or _is_local(day)]
    return replace(
        calendar,
        version=version,
        special_days=_merged(kept, year.days),
        confirmed_from=min(begins, first),
        confirmed_through=max(through, last),
    )


def read_local_days(document: Mapping[str, object]) -> LocalDays:
    """This will read days on which an office differs from the notices; raises `DefinitionProblems` with every problem."""
    reader = CalendarReader()
    reader.only(document, "", LOCAL_KEYS)
    source = reader.words(document, "", "source")
    days = reader.days(document)
    listed = reader.entries(document.get("withdrawn", []), "withdrawn")
    withdrawn = [reader.date(value, f"withdrawn[{n}]") for n, value in enumerate(listed)]
    if not days and not listed:
        reader.problems.add("", "days.none", "没有写明任何日期。", "The document names no day.")
    for n, on in enumerate(withdrawn):
        if on is not None and any(day.on == on for day in days):
            reader.problems.add(
                f"withdrawn[{n}]",
                "date.twice",
                f"{on} 同时被设置和撤回。",
                f"{on} is set and taken back at once.",
            )
    reader.stop_if_any()
    return LocalDays(source, days, tuple(on for on in withdrawn if on is not None))


def with_local_days(calendar: BusinessCalendar, local: LocalDays, *, version: str) -> BusinessCalendar:
    """This will make the next version of a calendar, with local days added or taken back; no year is confirmed by it.

    Raises `DefinitionProblems` for a day to take back on which nothing local stands.
    """
    stands = {day.on for day in calendar.special_days if _is_local(day)}
    problems = Problems()
    for n, on in enumerate(local.withdrawn):
        if on not in stands:
            problems.add(
                f"withdrawn[{n}]",
                "withdrawn.unknown",
                f"{on} 没有本单位安排可撤回。",
                f"Nothing local stands on {on} to be taken back.",
            )
    if len(problems):
        raise DefinitionProblems(problems.listed())
    kept = [day for day in calendar.special_days if day.on not in local.withdrawn]
    return replace(calendar, version=version, special_days=_merged(kept, local.days))


def _is_local(day: SpecialDay) -> bool:
    return day.kind in {DayKind.LOCAL_CLOSURE, DayKind.LOCAL_OPENING, DayKind.HALF_DAY}


def _merged(base: Iterable[SpecialDay], own: Iterable[SpecialDay]) -> tuple[SpecialDay, ...]:
    by_date = {day.on: day for day in base} | {day.on: day for day in own}
    return tuple(by_date[on] for on in sorted(by_date))
