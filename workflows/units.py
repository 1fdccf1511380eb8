"""What a term is made of: unit, roll, boundary, pause, and the term itself, each checked when it is made.

Nothing here counts; `workflows.term` does. All amounts are exact: whole numbers, decimals or fractions, never floats.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from workflows.rejection import Rejected, invalid

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Dates outside these years are refused: they are slips of the pen, and some of them cannot be stored."""

Amount = int | Decimal | Fraction
_Option = TypeVar("_Option", bound=StrEnum)


class Unit(StrEnum):
    """In what a term is counted."""

    MINUTE = "minute"
    HOUR = "hour"
    OFFICE_HOUR = "office_hour"
    CALENDAR_DAY = "calendar_day"
    WORKING_DAY = "working_day"
    MONTH = "month"
    YEAR = "year"
    FIXED = "fixed"

    @property
    def counts_hours(self) -> bool:
        """This will say whether the unit measures elapsed time rather than days."""
        return self in _HOUR_UNITS


class Roll(StrEnum):
    """Where the end goes when the last day falls on a day off."""

    NONE = "none"
    STATUTORY_HOLIDAY = "statutory_holiday"
    NON_WORKING_DAY = "non_working_day"


class Boundary(StrEnum):
    """Which moment ends the last day (or hour)."""

    END_OF_DAY = "end_of_day"
    END_OF_OFFICE_DAY = "end_of_office_day"
    SAME_TIME = "same_time"
    END_OF_HOUR = "end_of_hour"


_HOUR_UNITS = frozenset({Unit.MINUTE, Unit.HOUR, Unit.OFFICE_HOUR})
_WHOLE_UNITS = frozenset({Unit.CALENDAR_DAY, Unit.WORKING_DAY, Unit.MONTH, Unit.YEAR})
_DAY_BOUNDARIES = frozenset({Boundary.END_OF_DAY, Boundary.END_OF_OFFICE_DAY, Boundary.SAME_TIME})
_BOUNDARIES: dict[Unit, frozenset[Boundary]] = {
    Unit.MINUTE: frozenset({Boundary.SAME_TIME}),
    Unit.HOUR: frozenset({Boundary.SAME_TIME, Boundary.END_OF_HOUR}),
    Unit.OFFICE_HOUR: _DAY_BOUNDARIES,
    Unit.CALENDAR_DAY: _DAY_BOUNDARIES,
    Unit.WORKING_DAY: _DAY_BOUNDARIES,
    Unit.MONTH: _DAY_BOUNDARIES,
    Unit.YEAR: _DAY_BOUNDARIES,
    Unit.FIXED: frozenset({Boundary.END_OF_DAY, Boundary.END_OF_OFFICE_DAY}),
}
# About a hundred years in each unit: longer terms are slips, and the bound keeps every count short.
_LARGEST: dict[Unit, int] = {
    Unit.MINUTE: 52_596_000,
    Unit.HOUR: 876_600,
    Unit.OFFICE_HOUR: 200_000,
    Unit.CALENDAR_DAY: 36_525,
    Unit.WORKING_DAY: 25_000,
    Unit.MONTH: 1_200,
    Unit.YEAR: 100,
}
_HOUR_IN_MICROSECONDS = 3_600_000_000
_MOST_DIGITS = 30


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time as a rule states it.

    `amount` counts `unit`s; a negative one lies before the event ("three working days before"). `start_counts` tells
    whether the day (or, with `end_of_hour`, the clock hour) of the start is the first one counted; the default
    leaves it out. `roll` moves an end that falls on a day off, away from the start. `boundary` is the moment that
    ends the last day: by default 24:00, for hours the moment itself. `not_before` keeps the end from falling earlier.
    `fixed` is the date or moment of a `fixed` term.

    With `same_time` an end that rolls keeps its time of day.

    Raises `Rejected` (kind "invalid") where an option does not belong to the unit or the amount cannot be counted.
    """

    amount: Amount = 0
    unit: Unit = Unit.WORKING_DAY
    roll: Roll = Roll.NONE
    boundary: Boundary | None = None
    start_counts: bool = False
    not_before: date | datetime | None = None
    fixed: date | datetime | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", _one_of(Unit, self.unit, "unit"))
        object.__setattr__(self, "roll", _one_of(Roll, self.roll, "roll"))
        _check_amount(self.amount, self.unit)
        if self.boundary is not None:
            object.__setattr__(self, "boundary", _one_of(Boundary, self.boundary, "boundary"))
        _check_fixed(self)
        _check_options(self)
        if self.not_before is not None:
            check_moment(self.not_before, "not_before")

    @property
    def ends_at(self) -> Boundary:
        """This will give the boundary in force: the one named, or the unit's usual one."""
        if self.boundary is not None:
            return self.boundary
        return Boundary.SAME_TIME if self.unit.counts_hours else Boundary.END_OF_DAY

    @property
    def whole(self) -> int:
        """This will give the amount of a term that counts whole days, months or years."""
        return int(self.amount)

    @property
    def microseconds(self) -> int:
        """This will give the exact length of an hour or minute term in microseconds."""
        return microseconds(self.amount, self.unit)


@dataclass(frozen=True, slots=True)
class Pause:
    """A span in which a clock stands still: from `start` up to, not including, `end`; `end` None means until further
    notice. Both carry an offset. `ground` names the legal reason.
    """

    start: datetime
    end: datetime | None = None
    ground: str = ""

    def __post_init__(self) -> None:
        check_moment(self.start, "pause.start", needs_time=True)
        if self.end is None:
            return
        check_moment(self.end, "pause.end", needs_time=True)
        if self.end.astimezone(UTC) < self.start.astimezone(UTC):
            raise invalid(
                "pause",
                "pause.reversed",
                "中止的结束时间早于开始时间，请对调或更正。",
                "The pause ends before it begins; swap the two moments or correct one.",
            )


def check_moment(value: date | datetime, field: str, *, needs_time: bool = False) -> None:
    """This will refuse a moment without offset, a bare date where a time is needed, and years outside 1900-2200."""
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            raise invalid(
                field,
                "time.offset_required",
                f"{field} 缺少时区偏移，请写成 2017-09-25T09:00:00+08:00 的形式。",
                f"{field} has no offset; write it like 2017-09-25T09:00:00+08:00.",
            )
    elif not isinstance(value, date):
        raise invalid(
            field,
            "time.type",
            f"{field} 必须是日期或带时区的时间。",
            f"{field} must be a date or a time with offset.",
        )
    elif needs_time:
        raise invalid(
            field,
            "time.time_required",
            f"{field} 只写了日期，这里需要带时区的时刻。",
            f"{field} is only a date; a time of day with offset is needed here.",
        )
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise out_of_window(field)


def out_of_window(field: str) -> Rejected:
    """This will make the refusal of a date outside the years that can be counted."""
    return invalid(
        field,
        "time.out_of_window",
        f"{field} 超出可计算的年份（{FIRST_YEAR}—{LAST_YEAR} 年）。",
        f"{field} lies outside the years that can be counted ({FIRST_YEAR}-{LAST_YEAR}).",
    )


def end_out_of_window() -> Rejected:
    """This will make the refusal of a term that leads out of the years that can be counted."""
    return invalid(
        "amount",
        "amount.out_of_window",
        f"期限的终点超出可计算的年份（{FIRST_YEAR}—{LAST_YEAR} 年），请减小时长或更正起算日期。",
        f"The term ends outside the years that can be counted ({FIRST_YEAR}-{LAST_YEAR}); shorten it or correct the start.",
    )


def microseconds(amount: Amount, unit: Unit) -> int:
    """This will turn hours or minutes into whole microseconds; refuses an amount that is none."""
    exact = Fraction(amount) * (_HOUR_IN_MICROSECONDS // (60 if unit is Unit.MINUTE else 1))
    if exact.denominator != 1:
        raise invalid(
            "amount",
            "amount.too_fine",
            "时长必须能化为整数微秒，请减少小数位数或换用更小的单位。",
            "The amount must be a whole number of microseconds; use fewer decimals or a smaller unit.",
        )
    return int(exact)


def _one_of(options: type[_Option], value: str, field: str) -> _Option:
    try:
        return options(value)
    except ValueError:
        known = "、".join(options)
        raise invalid(
            field,
            f"{field}.unknown",
            f"{field} 不认识“{value}”，可选：{known}。",
            f"{field} does not know '{value}'; choose one of: {', '.join(options)}.",
        ) from None


def _check_amount(amount: Amount, unit: Unit) -> None:
    if isinstance(amount, bool) or not isinstance(amount, int | Decimal | Fraction):
        raise invalid(
            "amount",
            "amount.type",
            "时长必须是整数、十进制小数或分数，不接受浮点数。",
            "The amount must be a whole number, a Decimal or a Fraction; floats are not exact and are refused.",
        )
    if isinstance(amount, Decimal):
        _check_decimal(amount)
    if unit is Unit.FIXED:
        if amount != 0:
            raise invalid(
                "amount",
                "amount.fixed",
                "固定日期的期限没有时长，amount 应为 0。",
                "A fixed term has no amount; leave it 0.",
            )
        return
    if abs(Fraction(amount)) > _LARGEST[unit]:
        raise invalid(
            "amount",
            "amount.too_large",
            f"时长过大：单位 {unit} 最多 {_LARGEST[unit]}。",
            f"The amount is too large: at most {_LARGEST[unit]} for the unit {unit}.",
        )
    if unit in _WHOLE_UNITS and Fraction(amount).denominator != 1:
        raise invalid(
            "amount",
            "amount.not_whole",
            f"单位 {unit} 只接受整数。",
            f"The unit {unit} takes whole numbers only.",
        )
    if unit.counts_hours:
        microseconds(amount, unit)


def _check_decimal(amount: Decimal) -> None:
    # Looked at before any conversion: Fraction(Decimal("1E+1000000")) would take a million digits.
    if not amount.is_finite() or amount.adjusted() > _MOST_DIGITS or amount.adjusted() < -_MOST_DIGITS:
        raise invalid(
            "amount",
            "amount.not_a_number",
            "时长必须是有限的普通数字（不能是 NaN、无穷或天文数字）。",
            "The amount must be an ordinary finite number (no NaN, infinity or astronomical exponent).",
        )


def _check_fixed(term: Term) -> None:
    if (term.unit is Unit.FIXED) != (term.fixed is not None):
        raise invalid(
            "fixed",
            "fixed.mismatch",
            "unit 为 fixed 时必须写明日期 fixed，其他单位不得写。",
            "A term of unit fixed needs the date `fixed`, and no other unit takes one.",
        )
    if term.fixed is not None:
        check_moment(term.fixed, "fixed")


def _check_options(term: Term) -> None:
    allowed = _BOUNDARIES[term.unit]
    if term.ends_at not in allowed:
        names = sorted(allowed)
        raise invalid(
            "boundary",
            "boundary.unit",
            f"单位 {term.unit} 不能用 boundary={term.ends_at}，可用：{'、'.join(names)}。",
            f"The unit {term.unit} cannot end at {term.ends_at}; use one of: {', '.join(names)}.",
        )
    if term.roll is not Roll.NONE and term.unit.counts_hours:
        raise invalid(
            "roll",
            "roll.unit",
            f"单位 {term.unit} 连续计时，不因节假日顺延；请去掉 roll。",
            f"The unit {term.unit} runs by the clock and does not roll; leave roll out.",
        )
    by_hours = term.unit.counts_hours and term.ends_at is not Boundary.END_OF_HOUR
    from_moment = by_hours or term.ends_at is Boundary.SAME_TIME
    if term.start_counts and (term.unit is Unit.FIXED or from_moment):
        raise invalid(
            "start_counts",
            "start_counts.unit",
            "按时刻连续计算的期限没有起算之日（时）可计入；请去掉 start_counts，按整点计算请用 boundary=end_of_hour。",
            "A term measured from moment to moment has no start day or hour to count; leave start_counts out, or use "
            "boundary=end_of_hour for whole hours.",
        )
