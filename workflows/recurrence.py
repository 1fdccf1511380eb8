"""What comes back: every Monday at ten, by the 25th of each month, twice a month inside a phase, every other week,
so many days before or after something else.

A recurrence is a structured value, not a text to parse. One that can never occur is refused when it is made. Asked for
a window, it gives its occurrences in order; what an agency's days off do to them is said by `shift`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from workflows.business_calendar import BusinessCalendar
from workflows.day_counting import ONE_DAY, months_later
from workflows.rejection import Rejected, invalid
from workflows.term import add
from workflows.text import Text
from workflows.units import LAST_YEAR, Term, check_moment

_LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MOST_WEEKS = 520
_LONGEST_WINDOW = timedelta(days=36_525)
_MINUTES_OF_A_DAY = 24 * 60
_WEEKDAYS = tuple(zip("一二三四五六日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))


class Shift(StrEnum):
    """Where an occurrence goes that falls on a day off."""

    NONE = "none"
    EARLIER = "earlier"
    LATER = "later"
    SKIP = "skip"


_SHIFTS = {
    Shift.NONE: Text("", ""),
    Shift.EARLIER: Text("，遇休息日提前", ", earlier where that is a day off"),
    Shift.LATER: Text("，遇休息日顺延", ", later where that is a day off"),
    Shift.SKIP: Text("，遇休息日免", ", left out on days off"),
}


class ShortMonth(StrEnum):
    """What becomes of a day a month does not have."""

    LAST_DAY = "last_day"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time a recurrence falls due. `planned` is the date before any shift; `provisional` says that the day off
    was looked up in a year that is not published.
    """

    at: datetime
    on: date
    planned: date
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Weekly:
    """Every `every` weeks on the weekdays named (0 is Monday), from the week of `starts_on`.

    `at` is the local time; None means "in the course of the day", which is over at 24:00.
    """

    weekdays: tuple[int, ...]
    starts_on: date
    at: time | None = None
    every: int = 1
    ends_on: date | None = None
    shift: Shift = Shift.NONE

    def __post_init__(self) -> None:
        if not self.weekdays or not set(self.weekdays) <= set(range(7)):
            raise invalid(
                "weekdays",
                "weekdays.bad",
                "请写明星期几：0（周一）至 6（周日），至少一天。",
                "Name at least one weekday, from 0 (Monday) to 6 (Sunday).",
            )
        if not 1 <= self.every <= _MOST_WEEKS:
            raise invalid(
                "every",
                "every.bad",
                f"间隔须为 1—{_MOST_WEEKS} 周。",
                f"The interval is 1 to {_MOST_WEEKS} weeks.",
            )
        _check_span(self.starts_on, self.ends_on)
        _check_time(self.at)
        if _is_empty(self):
            raise _never_occurs("weekdays")

    def dates(self, first: date) -> Iterator[date]:
        """This will give the planned dates from `first` on, in order, to the end of the recurrence."""
        monday = self.starts_on - timedelta(days=self.starts_on.weekday())
        rounds = max((first - monday).days // (7 * self.every), 0)
        week = monday + timedelta(days=7 * self.every * rounds)
        while week.year <= LAST_YEAR and (self.ends_on is None or week <= self.ends_on):
            for weekday in sorted(set(self.weekdays)):
                on = week + timedelta(days=weekday)
                if on >= max(first, self.starts_on) and (self.ends_on is None or on <= self.ends_on):
                    yield on
            week += timedelta(days=7 * self.every)


@dataclass(frozen=True, slots=True)
class Monthly:
    """On (by) the given days of each month, or of the months named, between `starts_on` and `ends_on`.

    Two days make "twice a month inside a phase". `short_month` must say what happens to day 31 in June.
    """

    days: tuple[int, ...]
    starts_on: date
    short_month: ShortMonth
    at: time | None = None
    months: tuple[int, ...] = tuple(range(1, 13))
    ends_on: date | None = None
    shift: Shift = Shift.NONE

    def __post_init__(self) -> None:
        if not self.days or not set(self.days) <= set(range(1, 32)):
            raise invalid(
                "days",
                "days.bad",
                "请写明每月几日（1—31），至少一日。",
                "Name at least one day of the month, 1 to 31.",
            )
        if not self.months or not set(self.months) <= set(range(1, 13)):
            raise invalid(
                "months", "months.bad", "月份须为 1—12，至少一个月。", "Name at least one month, 1 to 12."
            )
        _check_span(self.starts_on, self.ends_on)
        _check_time(self.at)
        longest = max(_LONGEST_MONTH[month - 1] for month in self.months)
        impossible = self.short_month is ShortMonth.SKIP and max(self.days) > longest
        if impossible or _is_empty(self):
            raise _never_occurs("days")

    def dates(self, first: date) -> Iterator[date]:
        """This will give the planned dates from `first` on, in order, to the end of the recurrence."""
        begins = max(first, self.starts_on)
        month = begins.replace(day=1)
        while month.year < LAST_YEAR and (self.ends_on is None or month <= self.ends_on):
            for on in self._dates_in(month) if month.month in self.months else ():
                if on >= begins and (self.ends_on is None or on <= self.ends_on):
                    yield on
            month = months_later(month, 1)

    def _dates_in(self, month: date) -> list[date]:
        last = months_later(month, 1) - ONE_DAY
        if self.short_month is ShortMonth.SKIP:
            return [month.replace(day=day) for day in sorted(set(self.days)) if day <= last.day]
        return sorted({month.replace(day=min(day, last.day)) for day in self.days})


@dataclass(frozen=True, slots=True)
class Around:
    """So long before (negative amount) or after each of some moments: events that happened, or dates that are set."""

    anchors: tuple[datetime, ...]
    offset: Term

    def __post_init__(self) -> None:
        if not self.anchors:
            raise _never_occurs("anchors")
        for anchor in self.anchors:
            check_moment(anchor, "anchors", needs_time=True)


Recurrence = Weekly | Monthly | Around


def occurrences(
    recurrence: Recurrence, begins: datetime, ends: datetime, calendar: BusinessCalendar
) -> tuple[Occurrence, ...]:
    """This will give what falls due from `begins` up to, not including, `ends`, earliest first.

    Two occurrences that a shift brings to the same moment are one. The window is at most a hundred years long.
    """
    check_moment(begins, "begins", needs_time=True)
    check_moment(ends, "ends", needs_time=True)
    first, last = begins.astimezone(UTC), ends.astimezone(UTC)
    if not first <= last <= first + _LONGEST_WINDOW:
        raise invalid(
            "ends",
            "window.bad",
            "时间窗须先早后晚，且不超过一百年。",
            "The window must run forwards and be no longer than a hundred years.",
        )
    found = (
        _around(recurrence, calendar)
        if isinstance(recurrence, Around)
        else _planned(recurrence, begins, ends, calendar)
    )
    inside = {moment: o for o in found if first <= (moment := o.at.astimezone(UTC)) < last}
    return tuple(inside[at] for at in sorted(inside))


def next_after(recurrence: Recurrence, moment: datetime, calendar: BusinessCalendar) -> Occurrence | None:
    """This will give the first occurrence later than `moment`; None where there is none within ten years.

    Occurrences missed in between are not repeated: what is late fires once, and its next lies in the future.
    """
    for years in (1, 10):
        ends = min(moment + timedelta(days=366 * years), datetime(LAST_YEAR, 12, 31, tzinfo=UTC))
        listed = occurrences(recurrence, moment, max(moment, ends), calendar)
        later = listed[bisect_right([o.at.astimezone(UTC) for o in listed], moment.astimezone(UTC)) :]
        if later:
            return later[0]
    return None


def occurrence_on(recurrence: Weekly | Monthly, planned: date, calendar: BusinessCalendar) -> Occurrence:
    """This will give the occurrence planned for a date on a calendar; one that a day off would skip stays on its date."""
    on = _shifted(planned, recurrence.shift, calendar) or planned
    looked_up = recurrence.shift is not Shift.NONE
    provisional = looked_up and not all(calendar.is_confirmed(day) for day in _days_through(planned, on))
    return Occurrence(_moment(on, recurrence.at, calendar), on, planned, provisional)


def in_words(recurrence: Weekly | Monthly) -> Text:
    """This will say how something comes back, as an officer would: "每周一 10:00", "每月10日、25日"."""
    at_zh, at_en = (f" {recurrence.at:%H:%M}", f" at {recurrence.at:%H:%M}") if recurrence.at else ("", "")
    off = _SHIFTS[recurrence.shift]
    if isinstance(recurrence, Weekly):
        zh_days = "、".join(_WEEKDAYS[day][0] for day in sorted(set(recurrence.weekdays)))
        en_days = ", ".join(_WEEKDAYS[day][1] for day in sorted(set(recurrence.weekdays)))
        every = (
            ("每周", "every ")
            if recurrence.every == 1
            else (f"每{recurrence.every}周的周", f"every {recurrence.every} weeks on ")
        )
        return Text(f"{every[0]}{zh_days}{at_zh}{off.zh}", f"{every[1]}{en_days}{at_en}{off.en}")
    days = sorted(set(recurrence.days))
    all_year = len(set(recurrence.months)) == len(_LONGEST_MONTH)
    months = sorted(set(recurrence.months))
    zh_when = "每月" if all_year else f"每年{'、'.join(map(str, months))}月"
    en_when = "of each month" if all_year else f"of the months {', '.join(map(str, months))}"
    zh = f"{zh_when}{'、'.join(f'{day}日' for day in days)}{at_zh}{off.zh}"
    return Text(zh, f"day {', '.join(map(str, days))} {en_when}{at_en}{off.en}")


def _around(recurrence: Around, calendar: BusinessCalendar) -> Iterator[Occurrence]:
    for anchor in recurrence.anchors:
        due = add(anchor, recurrence.offset, calendar)
        if due.at is not None and due.on is not None and due.trace.strict_on is not None:
            yield Occurrence(due.at, due.on, due.trace.strict_on, due.provisional)


def _planned(
    recurrence: Weekly | Monthly, begins: datetime, ends: datetime, calendar: BusinessCalendar
) -> Iterator[Occurrence]:
    # A shift may carry a date across a whole holiday, so the search starts and stops well outside the window.
    margin = timedelta(days=40)
    first, last = calendar.local_date(begins) - margin, calendar.local_date(ends) + margin
    for planned in recurrence.dates(first):
        if planned > last:
            return
        if _shifted(planned, recurrence.shift, calendar) is not None:
            yield occurrence_on(recurrence, planned, calendar)


def _shifted(on: date, shift: Shift, calendar: BusinessCalendar) -> date | None:
    if shift is Shift.NONE or calendar.is_working_day(on):
        return on
    if shift is Shift.SKIP:
        return None
    step = ONE_DAY if shift is Shift.LATER else -ONE_DAY
    while not calendar.is_working_day(on):
        on += step
    return on


def _days_through(one: date, other: date) -> Sequence[date]:
    first, last = sorted((one, other))
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _moment(on: date, at: time | None, calendar: BusinessCalendar) -> datetime:
    if at is None:
        return calendar.moment(on, _MINUTES_OF_A_DAY).astimezone(calendar.zone)
    return calendar.wall_moment(datetime.combine(on, at)).astimezone(calendar.zone)


def _is_empty(recurrence: Weekly | Monthly) -> bool:
    return recurrence.ends_on is not None and next(recurrence.dates(recurrence.starts_on), None) is None


def _never_occurs(field: str) -> Rejected:
    return invalid(
        field,
        "recurrence.never_occurs",
        "这样的日期永远不会出现，请更正日期、月份或起止日期。",
        "Such a date never occurs; correct the days, the months or the span.",
    )


def _check_span(starts_on: date, ends_on: date | None) -> None:
    check_moment(starts_on, "starts_on")
    if ends_on is None:
        return
    check_moment(ends_on, "ends_on")
    if ends_on < starts_on:
        raise invalid("ends_on", "span.reversed", "结束日期早于开始日期。", "The span ends before it begins.")


def _check_time(at: time | None) -> None:
    if at is not None and at.tzinfo is not None:
        raise invalid(
            "at",
            "time.zone",
            "时刻按日历的时区理解，不要另写时区。",
            "The time is local to the calendar; give no zone.",
        )
