"""Reads the parts of a calendar document strictly and collects what is wrong with them.

A wrong part is noted and a blank given instead, so that reading goes on and the rest is checked too; blanks never
leave `calendar_format`, for a document with problems gives no calendar.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
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
CALENDAR_KEYS = {
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
YEAR_KEYS = {"year", "source", *_LISTS}
LOCAL_KEYS = {"source", "withdrawn", "half_days", "closures", "openings"}
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MOST_DAYS = 20_000
_MOST_INTERVALS = 12
_LONGEST_KEY = 60


class CalendarReader:
    """Reads the parts of a document and collects what is wrong with them."""

    def __init__(self) -> None:
        self.problems = Problems()

    def stop_if_any(self) -> None:
        """This will raise `DefinitionProblems` if anything was noted."""
        if self.problems:
            raise DefinitionProblems(self.problems.listed())

    def only(self, table: Mapping[str, object], path: str, keys: set[str]) -> None:
        """This will note every key that is not known."""
        for key in table:
            if key not in keys:
                known = ", ".join(sorted(keys))
                self.problems.add(
                    _join(path, str(key)),
                    "key.unknown",
                    f"不认识的键；可用：{known}。",
                    f"Unknown key; known: {known}.",
                )

    def words(self, table: Mapping[str, object], path: str, key: str) -> str:
        """This will read one required line of text."""
        value = table.get(key)
        if isinstance(value, str) and value.strip() and len(value) <= 500 and value.isprintable():
            return value
        self.problems.add(
            _join(path, key),
            "text.missing",
            "必填：一行可读的文字（不超过500字）。",
            "Required: one printable line of text (at most 500 characters).",
        )
        return ""

    def base(
        self, document: Mapping[str, object], known: Mapping[str, BusinessCalendar]
    ) -> BusinessCalendar | None:
        """This will find the calendar a document extends; None where it names none."""
        name = document.get("extends")
        if name is None:
            return None
        if isinstance(name, str) and name in known:
            return known[name]
        names = ", ".join(sorted(known)) or "-"
        self.problems.add(
            "extends",
            "extends.unknown",
            f"没有这个日历；可用：{names}。",
            f"There is no such calendar; known: {names}.",
        )
        return None

    def time_zone(self, document: Mapping[str, object], base: BusinessCalendar | None) -> str:
        """This will read an IANA time zone name that this machine knows."""
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
            "不是 IANA 时区名，例如 Asia/Shanghai。",
            "Not an IANA time zone name such as Asia/Shanghai.",
        )
        return "UTC"

    def year(self, value: object, path: str) -> int | None:
        """This will read a year within the years that can be counted."""
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
        """This will read the years whose holidays are settled, as their first and last day."""
        if base is not None and "confirmed_years" not in document:
            return base.confirmed_from, base.confirmed_through
        listed = document.get("confirmed_years")
        if not isinstance(listed, list):
            self.problems.add(
                "confirmed_years",
                "confirmed_years.missing",
                "必填：放假安排已确认的年份列表，可为空。",
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
        """This will read the office hours of Monday to Sunday and their source."""
        if base is not None and "office_hours" not in document:
            return base.week, base.office_hours_source
        table = document.get("office_hours")
        if not isinstance(table, Mapping):
            self.problems.add(
                "office_hours",
                "office_hours.missing",
                "必填：每周各日的办公时间。",
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
        """This will read the office hours of one day: spans in order that do not overlap."""
        if not isinstance(value, list) or len(value) > _MOST_INTERVALS:
            self.problems.add(
                path,
                "hours.bad",
                f'必须是时段列表，如 ["08:30-12:00", "14:30-17:30"]，至多 {_MOST_INTERVALS} 段。',
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
        """This will read one span such as 08:30-12:00."""
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
            "不是有效时段；写作 08:30-12:00（24小时制，先早后晚，最晚 24:00）。",
            "Not a span; write 08:30-12:00 (24-hour clock, earlier first, 24:00 at the latest).",
        )
        return None

    def days(self, document: Mapping[str, object]) -> tuple[SpecialDay, ...]:
        """This will read every list of special days; a date may stand in one of them, once."""
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
                        f"{day.on} 已在 {seen[day.on]} 写过，同一天只能有一种安排。",
                        f"{day.on} stands already at {seen[day.on]}; a date can be one thing only.",
                    )
                seen.setdefault(day.on, path)
                found.append(day)
        return tuple(found)

    def entries(self, value: object, path: str) -> Sequence[object]:
        """This will read a list, whatever it holds."""
        if isinstance(value, list) and len(value) <= _MOST_DAYS:
            return value
        self.problems.add(
            path,
            "list.bad",
            f"必须是列表，至多 {_MOST_DAYS} 项。",
            f"Must be a list of at most {_MOST_DAYS} entries.",
        )
        return ()

    def special_day(self, entry: object, path: str, kind: DayKind, common: object) -> SpecialDay | None:
        """This will read one special day of a kind; `common` is the source of the whole document."""
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
        """This will read the statutory days that return on a fixed date."""
        found = []
        for n, entry in enumerate(self.entries(document.get("annual_days", []), "annual_days")):
            day = self.annual_day(entry, f"annual_days[{n}]")
            if day is not None:
                found.append(day)
        return tuple(found)

    def annual_day(self, entry: object, path: str) -> AnnualDay | None:
        """This will read one of them."""
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
        """This will read a name: one line, or one in each language."""
        if isinstance(value, str):
            return Text(self.words({"name": value}, path.rpartition(".")[0], "name"))
        if isinstance(value, Mapping):
            self.only(value, path, {"zh", "en"})
            zh = self.words(value, path, "zh")
            return Text(zh, self.words(value, path, "en") if "en" in value else "")
        self.problems.add(
            path,
            "name.missing",
            '必填：名称，或 { zh = "…", en = "…" }。',
            'Required: a name, or { zh = "…", en = "…" }.',
        )
        return Text("")

    def date(self, value: object, path: str) -> date | None:
        """This will read a date, written as such or as ISO text."""
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
                f"不是有效日期；写作 2017-10-01（年份 {FIRST_YEAR}—{LAST_YEAR}），annual_days 写作 10-01。",
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
    shown = key if key.isprintable() and len(key) <= _LONGEST_KEY else ascii(key[:_LONGEST_KEY])
    return f"{path}.{shown}" if path else shown
