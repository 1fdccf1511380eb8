"""A calendar document (read from TOML or JSON) -> a `BusinessCalendar`, or every problem in it with its path.

The format is described in docs/clock.md. Two kinds of document share the lists of days: a *calendar* (time zone, office
hours, confirmed years, days) and a *year* (the days one holiday notice settles), which `with_year` adds to a calendar.
Dates may be TOML dates or ISO strings. Nothing is guessed: an unknown key, a repeated date, an hour that cannot be
read are problems, and all of them are reported at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from workflows.business_calendar import AnnualDay, BusinessCalendar, DayKind, OfficeInterval, SpecialDay
from workflows.problem import DefinitionProblems, Problems
from workflows.text import Text
from workflows.units import FIRST_YEAR, LAST_YEAR

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LISTS = {
    "holidays": DayKind.HOLIDAY,
    "make_up_days": DayKind.MAKE_UP_DAY,
    "half_days": DayKind.HALF_DAY,
    "closures": DayKind.LOCAL_CLOSURE,
    "openings": DayKind.LOCAL_OPENING,
}
_CALENDAR_KEYS = {
    "id",
    "version",
    "extends",
    "time_zone",
    "source",
    "confirmed_years",
    "office_hours",
    "annual_days",
    *_LISTS,
}
_YEAR_KEYS = {"year", "source", *_LISTS}
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MOST_DAYS = 20_000
_MOST_INTERVALS = 12


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """The special days that one year's notice settles."""

    year: int
    source: str
    days: tuple[SpecialDay, ...]


def read_calendar(
    document: Mapping[str, object], known: Mapping[str, BusinessCalendar] | None = None
) -> BusinessCalendar:
    """This will read a whole calendar. `known` offers the calendars a document may extend, by id.

    Raises `DefinitionProblems` with every problem found.
    """
    reader = _Reader()
    reader.only(document, "", _CALENDAR_KEYS)
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
    reader = _Reader()
    reader.only(document, "", _YEAR_KEYS)
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
            f"该日历已确认 {begins.year}—{through.year} 年,请先导入与之相邻的年份。",
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


def _is_local(day: SpecialDay) -> bool:
    return day.kind in {DayKind.LOCAL_CLOSURE, DayKind.LOCAL_OPENING, DayKind.HALF_DAY}


def _merged(base: Iterable[SpecialDay], own: Iterable[SpecialDay]) -> tuple[SpecialDay, ...]:
    by_date = {day.on: day for day in base} | {day.on: day for day in own}
    return tuple(by_date[on] for on in sorted(by_date))


class _Reader:
    """Reads the parts of a document and collects what is wrong with them."""

    def __init__(self) -> None:
        self.problems = Problems()

    def stop_if_any(self) -> None:
        if self.problems:
            raise DefinitionProblems(self.problems.listed())

    def only(self, table: Mapping[str, object], path: str, keys: set[str]) -> None:
        for key in table:
            if key not in keys:
                known = ", ".join(sorted(keys))
                self.problems.add(
                    _join(path, str(key)),
                    "key.unknown",
                    f"不认识的键;可用:{known}。",
                    f"Unknown key; known: {known}.",
                )

    def words(self, table: Mapping[str, object], path: str, key: str) -> str:
        value = table.get(key)
        if isinstance(value, str) and value.strip() and len(value) <= 500 and value.isprintable():
            return value
        self.problems.add(
            _join(path, key),
            "text.missing",
            "必填:一行可读的文字(不超过500字)。",
            "Required: one printable line of text (at most 500 characters).",
        )
        return ""

    def base(
        self, document: Mapping[str, object], known: Mapping[str, BusinessCalendar]
    ) -> BusinessCalendar | None:
        name = document.get("extends")
        if name is None:
            return None
        if isinstance(name, str) and name in known:
            return known[name]
        names = ", ".join(sorted(known)) or "-"
        self.problems.add(
            "extends",
            "extends.unknown",
            f"没有这个日历;可用:{names}。",
            f"There is no such calendar; known: {names}.",
        )
        return None

    def time_zone(self, document: Mapping[str, object], base: BusinessCalendar | None) -> str:
        if base is not None and "time_zone" not in document:
            return base.time_zone
        name = document.get("time_zone")
        try:
            # ZoneInfo raises ValueError for a name that leaves its folder, OSError for one that names a folder.
            if isinstance(name, str) and name:
                return ZoneInfo(name).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass
        self.problems.add(
            "time_zone",
            "time_zone.unknown",
            "不是 IANA 时区名,例如 Asia/Shanghai。",
            "Not an IANA time zone name such as Asia/Shanghai.",
        )
        return "UTC"

    def year(self, value: object, path: str) -> int | None:
        if isinstance(value, int) and not isinstance(value, bool) and FIRST_YEAR <= value <= LAST_YEAR:
            return value
        self.problems.add(
            path,
            "year.bad",
            f"必须是 {FIRST_YEAR}—{LAST_YEAR} 之间的年份。",
            f"Must be a year between {FIRST_YEAR} and {LAST_YEAR}.",
        )
        return None

    def confirmed_years(
        self, document: Mapping[str, object], base: BusinessCalendar | None
    ) -> tuple[date | None, date | None]:
        if base is not None and "confirmed_years" not in document:
            return base.confirmed_from, base.confirmed_through
        listed = document.get("confirmed_years")
        if not isinstance(listed, list):
            self.problems.add(
                "confirmed_years",
                "confirmed_years.missing",
                "必填:放假安排已确认的年份列表,可为空。",
                "Required: the list of years whose holidays are settled; it may be empty.",
            )
            return None, None
        years = [self.year(value, f"confirmed_years[{n}]") for n, value in enumerate(listed)]
        sure = [year for year in years if year is not None]
        if not sure:
            return None, None
        if sure != list(range(sure[0], sure[0] + len(sure))):
            self.problems.add(
                "confirmed_years",
                "confirmed_years.gap",
                "年份必须从小到大、连续、不重复。",
                "The years must ascend without gap or repetition.",
            )
        return date(sure[0], 1, 1), date(sure[-1], 12, 31)

    def week(
        self, document: Mapping[str, object], base: BusinessCalendar | None
    ) -> tuple[tuple[tuple[OfficeInterval, ...], ...], str]:
        if base is not None and "office_hours" not in document:
            return base.week, base.office_hours_source
        table = document.get("office_hours")
        if not isinstance(table, Mapping):
            self.problems.add(
                "office_hours",
                "office_hours.missing",
                "必填:每周各日的办公时间。",
                "Required: the office hours of each weekday.",
            )
            return ((),) * 7, ""
        self.only(table, "office_hours", {*WEEKDAYS, "source"})
        week = tuple(self.intervals(table.get(day, []), f"office_hours.{day}") for day in WEEKDAYS)
        if not any(week):
            self.problems.add(
                "office_hours",
                "office_hours.never_open",
                "一周至少要有一天办公。",
                "The office must be open on at least one weekday.",
            )
        return week, self.words(table, "office_hours", "source")

    def intervals(self, value: object, path: str) -> tuple[OfficeInterval, ...]:
        if not isinstance(value, list) or len(value) > _MOST_INTERVALS:
            self.problems.add(
                path,
                "hours.bad",
                f'必须是时段列表,如 ["08:30-12:00", "14:30-17:30"],至多 {_MOST_INTERVALS} 段。',
                f'Must be a list of spans such as ["08:30-12:00", "14:30-17:30"], at most {_MOST_INTERVALS}.',
            )
            return ()
        found = [self.interval(item, f"{path}[{n}]") for n, item in enumerate(value)]
        spans = [span for span in found if span is not None]
        for earlier, later in pairwise(spans):
            if later.opens < earlier.closes:
                self.problems.add(
                    path,
                    "hours.overlap",
                    "各时段必须按先后排列且互不重叠。",
                    "The spans must be in order and must not overlap.",
                )
        return tuple(spans)

    def interval(self, value: object, path: str) -> OfficeInterval | None:
        parts = value.split("-") if isinstance(value, str) else []
        minutes = [_minutes(part) for part in parts]
        if (
            len(minutes) == 2
            and minutes[0] is not None
            and minutes[1] is not None
            and minutes[0] < minutes[1]
        ):
            return OfficeInterval(minutes[0], minutes[1])
        self.problems.add(
            path,
            "hours.bad_time",
            "不是有效时段;写作 08:30-12:00(24小时制,先早后晚,最晚 24:00)。",
            "Not a span; write 08:30-12:00 (24-hour clock, earlier first, 24:00 at the latest).",
        )
        return None

    def days(self, document: Mapping[str, object]) -> tuple[SpecialDay, ...]:
        common = document.get("source")
        seen: dict[date, str] = {}
        found = []
        for key, kind in _LISTS.items():
            for n, entry in enumerate(self.entries(document.get(key, []), key)):
                path = f"{key}[{n}]"
                day = self.special_day(entry, path, kind, common)
                if day is None:
                    continue
                if day.on in seen:
                    self.problems.add(
                        f"{path}.date",
                        "date.twice",
                        f"{day.on} 已在 {seen[day.on]} 写过,同一天只能有一种安排。",
                        f"{day.on} stands already at {seen[day.on]}; a date can be one thing only.",
                    )
                seen.setdefault(day.on, path)
                found.append(day)
        return tuple(found)

    def entries(self, value: object, path: str) -> Sequence[object]:
        if isinstance(value, list) and len(value) <= _MOST_DAYS:
            return value
        self.problems.add(
            path,
            "list.bad",
            f"必须是列表,至多 {_MOST_DAYS} 项。",
            f"Must be a list of at most {_MOST_DAYS} entries.",
        )
        return ()

    def special_day(self, entry: object, path: str, kind: DayKind, common: object) -> SpecialDay | None:
        if not isinstance(entry, Mapping):
            self.problems.add(path, "table.bad", "必须是一个表。", "Must be a table.")
            return None
        keys = {"date", "name", "source"}
        if kind is DayKind.HOLIDAY:
            keys.add("in_lieu")
        if kind.works:
            keys.add("hours")
        self.only(entry, path, keys)
        on = self.date(entry.get("date"), f"{path}.date")
        name = self.name(entry.get("name"), f"{path}.name")
        source = (
            common if "source" not in entry and isinstance(common, str) else self.words(entry, path, "source")
        )
        hours = self.intervals(entry["hours"], f"{path}.hours") if kind.works and "hours" in entry else None
        if (kind is DayKind.HALF_DAY and hours is None) or hours == ():
            self.problems.add(
                f"{path}.hours",
                "hours.missing",
                "必须写明当日办公时段。",
                "The office hours of the day are required.",
            )
        in_lieu = entry.get("in_lieu", False)
        if not isinstance(in_lieu, bool):
            self.problems.add(
                f"{path}.in_lieu", "flag.bad", "只能是 true 或 false。", "Must be true or false."
            )
        return None if on is None else SpecialDay(on, kind, name, str(source), hours, in_lieu is True)

    def annual_days(self, document: Mapping[str, object]) -> tuple[AnnualDay, ...]:
        found = []
        for n, entry in enumerate(self.entries(document.get("annual_days", []), "annual_days")):
            day = self.annual_day(entry, f"annual_days[{n}]")
            if day is not None:
                found.append(day)
        return tuple(found)

    def annual_day(self, entry: object, path: str) -> AnnualDay | None:
        if not isinstance(entry, Mapping):
            self.problems.add(path, "table.bad", "必须是一个表。", "Must be a table.")
            return None
        self.only(entry, path, {"day", "name", "source", "effective_from", "effective_to"})
        # 2000 was a leap year, so "02-29" can be read too.
        on = self.date(f"2000-{entry.get('day')}", f"{path}.day")
        name = self.name(entry.get("name"), f"{path}.name")
        source = self.words(entry, path, "source")
        begins = self.date(entry.get("effective_from"), f"{path}.effective_from")
        ends = self.date(entry["effective_to"], f"{path}.effective_to") if "effective_to" in entry else None
        if on is None or begins is None:
            return None
        return AnnualDay(on.month, on.day, name, source, begins, ends)

    def name(self, value: object, path: str) -> Text:
        if isinstance(value, str):
            return Text(self.words({"name": value}, path.rpartition(".")[0], "name"))
        if isinstance(value, Mapping):
            self.only(value, path, {"zh", "en"})
            zh = self.words(value, path, "zh")
            return Text(zh, self.words(value, path, "en") if "en" in value else "")
        self.problems.add(
            path,
            "name.missing",
            '必填:名称,或 { zh = "…", en = "…" }。',
            'Required: a name, or { zh = "…", en = "…" }.',
        )
        return Text("")

    def date(self, value: object, path: str) -> date | None:
        on = None
        if isinstance(value, date) and not isinstance(value, datetime):
            on = value
        elif isinstance(value, str) and _DATE.fullmatch(value):
            try:
                on = date.fromisoformat(value)
            except ValueError:
                on = None
        if on is None or not FIRST_YEAR <= on.year <= LAST_YEAR:
            self.problems.add(
                path,
                "date.bad",
                f"不是有效日期;写作 2017-10-01(年份 {FIRST_YEAR}—{LAST_YEAR}),annual_days 写作 10-01。",
                f"Not a date; write 2017-10-01 (years {FIRST_YEAR}-{LAST_YEAR}), in annual_days 10-01.",
            )
            return None
        return on


def _minutes(clock_time: str) -> int | None:
    clock_time = clock_time.strip()
    if not _TIME.fullmatch(clock_time):
        return None
    hours, minutes = clock_time.split(":")
    return int(hours) * 60 + int(minutes)


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
