"""Which days an office works, when it is open, and how sure that is.

A `BusinessCalendar` is one immutable version of an agency's calendar. Weekly office hours say what an ordinary week
looks like; special days (holidays, make-up working days, half days, local closures and openings) say where a date
differs. Dates outside the confirmed years are answered from the weekly pattern, the statutory days that return every
year and whatever special days are already known, and are marked unconfirmed: nobody can foresee make-up days.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from workflows.text import Text

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_SEVEN_DAYS = range(7)
_YEAR = 366
_MIDNIGHT = time(0)


class DayKind(StrEnum):
    """What a date is to the office."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKE_UP_DAY = "make_up_day"
    HALF_DAY = "half_day"
    LOCAL_CLOSURE = "local_closure"
    LOCAL_OPENING = "local_opening"

    @property
    def works(self) -> bool:
        """This will say whether the office works on such a day."""
        return self in _WORKING_KINDS


_WORKING_KINDS = frozenset({DayKind.WORKDAY, DayKind.MAKE_UP_DAY, DayKind.HALF_DAY, DayKind.LOCAL_OPENING})
_OFF_WEEK = {
    DayKind.WORKDAY: Text("工作日", "working day"),
    DayKind.WEEKEND: Text("休息日", "weekend"),
}


@dataclass(frozen=True, slots=True, order=True)
class OfficeInterval:
    """A stretch of office time by the wall clock, in minutes after local midnight: 0 <= opens < closes <= 1440."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A date that differs from the ordinary week.

    `hours` None means the usual ones: on a make-up day or local opening the hours of an ordinary working day.
    `in_lieu` marks a rest day that a notice moved into a holiday. `source` names the notice or decision.
    """

    on: date
    kind: DayKind
    name: Text
    source: str
    hours: tuple[OfficeInterval, ...] | None = None
    in_lieu: bool = False


@dataclass(frozen=True, slots=True)
class AnnualDay:
    """A statutory day off that returns on the same month and day, while its rule is in force."""

    month: int
    day: int
    name: Text
    source: str
    effective_from: date
    effective_to: date | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """What the calendar says of one date. Days that read alike are equal, so runs of them can be told as one."""

    kind: DayKind
    name: Text
    source: str
    confirmed: bool
    works: bool
    statutory: bool


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """One version of an agency's calendar.

    `week` holds the office hours of Monday to Sunday; a weekday without hours is a day off. `confirmed_from` and
    `confirmed_through` bound the dates whose holidays are published; both None means none is.
    `time_zone` is an IANA name; every date and office hour is local to it.
    """

    id: str
    version: str
    time_zone: str
    week: tuple[tuple[OfficeInterval, ...], ...]
    special_days: tuple[SpecialDay, ...] = ()
    annual_days: tuple[AnnualDay, ...] = ()
    confirmed_from: date | None = None
    confirmed_through: date | None = None
    office_hours_source: str = ""
    _special: dict[date, SpecialDay] = field(init=False, repr=False, compare=False)
    _annual: dict[tuple[int, int], tuple[AnnualDay, ...]] = field(init=False, repr=False, compare=False)
    _days: dict[date, Day] = field(init=False, repr=False, compare=False)
    _alike: dict[Day, Day] = field(init=False, repr=False, compare=False)
    _alike_until: dict[date, tuple[Day, date]] = field(init=False, repr=False, compare=False)
    _open: dict[date, tuple[tuple[datetime, datetime], ...]] = field(init=False, repr=False, compare=False)
    _twin: dict[str, BusinessCalendar] = field(init=False, repr=False, compare=False)
    _zone: ZoneInfo = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.week) != len(_SEVEN_DAYS) or not any(self.week):
            raise ValueError("a calendar needs the office hours of seven weekdays, at least one of them open")
        annual: dict[tuple[int, int], tuple[AnnualDay, ...]] = {}
        for day in self.annual_days:
            annual[day.month, day.day] = (*annual.get((day.month, day.day), ()), day)
        object.__setattr__(self, "_special", {day.on: day for day in self.special_days})
        object.__setattr__(self, "_annual", annual)
        # Answers already given. They follow from the fields above alone, so keeping them changes no result.
        object.__setattr__(self, "_days", {})
        object.__setattr__(self, "_alike", {})
        object.__setattr__(self, "_alike_until", {})
        object.__setattr__(self, "_open", {})
        object.__setattr__(self, "_twin", {})
        object.__setattr__(self, "_zone", ZoneInfo(self.time_zone))

    @property
    def zone(self) -> ZoneInfo:
        """This will give the time zone all dates and hours are local to."""
        return self._zone

    def is_confirmed(self, on: date) -> bool:
        """This will say whether the holidays around `on` are published and in this calendar."""
        if self.confirmed_from is None or self.confirmed_through is None:
            return False
        return self.confirmed_from <= on <= self.confirmed_through

    def is_working_day(self, on: date) -> bool:
        """This will say whether the office works on `on`."""
        return self.day_kind(on).works

    def is_statutory_holiday(self, on: date) -> bool:
        """This will say whether `on` belongs to a public holiday, moved rest days of its period included.

        A plain weekend is no statutory holiday, even next to one; nor is a local closure.
        """
        return self.day_kind(on).statutory

    def day_kind(self, on: date) -> Day:
        """This will say what `on` is, by what name and source, and whether that is confirmed."""
        known = self._days.get(on)
        if known is None:
            day = self._look_up(on)
            known = self._days[on] = self._alike.setdefault(day, day)
        return known

    def days_alike(self, on: date) -> tuple[Day, date]:
        """This will say what `on` is and give the first later date that is not (a year on at the latest)."""
        known = self._alike_until.get(on)
        if known is None:
            day, after = self.day_kind(on), on + _ONE_DAY
            while self.day_kind(after) is day and after.toordinal() - on.toordinal() < _YEAR:
                after += _ONE_DAY
            known = self._alike_until[on] = (day, after)
        return known

    def office_intervals(self, on: date) -> tuple[OfficeInterval, ...]:
        """This will give the office hours of `on` by the wall clock; none on a day off."""
        if not self.is_working_day(on):
            return ()
        special = self._special.get(on)
        if special is not None and special.hours is not None:
            return special.hours
        if special is not None and on.weekday() >= _SATURDAY:
            return self._ordinary_hours()
        return self.week[on.weekday()] or self._ordinary_hours()

    def office_moments(self, on: date) -> tuple[tuple[datetime, datetime], ...]:
        """This will give the office hours of `on` as moments in UTC, right across changes of the clock."""
        known = self._open.get(on)
        if known is None:
            spans = ((self.moment(on, i.opens), self.moment(on, i.closes)) for i in self.office_intervals(on))
            known = self._open[on] = tuple((a, b) for a, b in spans if a < b)
        return known

    def moment(self, on: date, minute: int) -> datetime:
        """This will give the moment, in UTC, `minute` minutes after midnight of `on` by the wall clock.

        A time the clock skips becomes the moment of the change; of a time it shows twice, the first is meant.
        """
        wall = datetime.combine(on, _MIDNIGHT) + timedelta(minutes=minute)
        return self.wall_moment(wall)

    def wall_moment(self, wall: datetime) -> datetime:
        """This will give the moment, in UTC, at which the local clock shows `wall` (a time without zone)."""
        first = wall.replace(tzinfo=self._zone, fold=0)
        moment = first.astimezone(UTC)
        second = wall.replace(tzinfo=self._zone, fold=1)
        if (
            first.utcoffset() == second.utcoffset()
            or moment.astimezone(self._zone).replace(tzinfo=None) == wall
        ):
            return moment
        return _change_between(second.astimezone(UTC), moment, self._zone)

    def by_the_wall(self) -> BusinessCalendar:
        """This will give the same calendar with its wall clock read as UTC, for counts that keep the time of day."""
        if "UTC" not in self._twin:
            self._twin["UTC"] = replace(self, time_zone="UTC")
        return self._twin["UTC"]

    def local_date(self, moment: datetime) -> date:
        """This will give the local date of a moment."""
        return moment.astimezone(self._zone).date()

    def with_special_days(
        self, days: Iterable[SpecialDay], *, version: str, confirmed_through: date | None = None
    ) -> BusinessCalendar:
        """This will make the next version: `days` replace those of the same date, and more years may be confirmed."""
        merged = {**self._special, **{day.on: day for day in days}}
        return replace(
            self,
            version=version,
            special_days=tuple(merged[on] for on in sorted(merged)),
            confirmed_through=confirmed_through or self.confirmed_through,
        )

    def _look_up(self, on: date) -> Day:
        confirmed = self.is_confirmed(on)
        special = self._special.get(on)
        if special is not None:
            kind = special.kind
            return Day(kind, special.name, special.source, confirmed, kind.works, kind is DayKind.HOLIDAY)
        annual = None if confirmed else self._annual_day(on)
        if annual is not None:
            return Day(DayKind.HOLIDAY, annual.name, annual.source, confirmed, works=False, statutory=True)
        kind = DayKind.WORKDAY if self.week[on.weekday()] else DayKind.WEEKEND
        return Day(kind, _OFF_WEEK[kind], "", confirmed, kind.works, statutory=False)

    def _annual_day(self, on: date) -> AnnualDay | None:
        for day in self._annual.get((on.month, on.day), ()):
            if day.effective_from <= on and (day.effective_to is None or on <= day.effective_to):
                return day
        return None

    def _ordinary_hours(self) -> tuple[OfficeInterval, ...]:
        return next((hours for hours in self.week if hours), ())


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The moment between the two at which the zone's clock changes, to the second."""
    old = before.astimezone(zone).utcoffset()
    seconds = range(int((after - before).total_seconds()) + 1)
    steps = bisect_left(
        seconds, 1, key=lambda s: (before + timedelta(seconds=s)).astimezone(zone).utcoffset() != old
    )
    return before + timedelta(seconds=steps)
