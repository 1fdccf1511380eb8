"""Reads how something comes back: `{ weekdays = ["monday"], at = 10:00 }` or `{ month_days = [10, 25] }`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from workflows.definition_format.table import NO_DAY, Table
from workflows.recurrence import Monthly, Shift, ShortMonth, Weekly
from workflows.rejection import Rejected

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_OF_WEEKS, _OF_MONTHS = ("weekdays", "weeks"), ("month_days", "short_month")


def read_recurrence(every: Table, first: date, last: date) -> Weekly | Monthly | None:
    """This will read the dates between two days, without time of day or shift; None when they are wrong.

    `weekdays` with `weeks` (every how many, from the week of the first day), or `month_days` with `short_month`.
    """
    unknown = NO_DAY in (first, last)  # which is said where that day stands; the keys are read all the same
    weekly = every.has("weekdays")
    if weekly == every.has("month_days"):
        zh, en = "须写 weekdays 或 month_days 之一", "names either weekdays or month_days"
        every.refuse(None, "missing_key", zh, en)
        for key in (*_OF_WEEKS, *_OF_MONTHS):
            every.raw(key, required=False)
        return None
    try:
        if weekly:
            days = every.names("weekdays", WEEKDAYS, required=True, least=1)
            weeks = every.integer("weeks", 1, 52, default=1)
            known = tuple(WEEKDAYS.index(day) for day in days if day in WEEKDAYS)
            return None if unknown else Weekly(known, first, every=weeks, ends_on=last)
        month_days = _month_days(every)
        short = ShortMonth(every.one_of("short_month", tuple(ShortMonth), default=ShortMonth.LAST_DAY))
        return None if unknown or not month_days else Monthly(month_days, first, short, ends_on=last)
    except Rejected as rejected:
        for reason in rejected.reasons:
            every.refuse(None, reason.code.replace(".", "_"), reason.text.zh, reason.text.en)
        return None


def read_timed_recurrence(every: Table, first: date, last: date) -> Weekly | Monthly | None:
    """This will read dates with their time of day (`at`; without it the whole day) and where a day off sends them
    (`shift`: none, earlier, later, skip).
    """
    at = every.optional_time("at")
    shift = Shift(every.one_of("shift", tuple(Shift), default=Shift.NONE))
    dates = read_recurrence(every, first, last)
    return replace(dates, at=at, shift=shift) if dates is not None else None


def _month_days(every: Table) -> tuple[int, ...]:
    value = every.raw("month_days")
    if isinstance(value, list) and value and all(type(day) is int and 1 <= day <= 31 for day in value):
        return tuple(value)
    every.refuse("month_days", "out_of_range", "须为 1—31 的日期列表", "must be a list of days from 1 to 31")
    return ()
