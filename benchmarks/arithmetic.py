"""The clock's arithmetic against counting the same days one by one with the package the holidays come from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import chinese_calendar

from benchmarks.timing import Result, compare
from workflows.calendars import china
from workflows.explanation import explain_text
from workflows.term import Term, Unit, add

STARTS = [date(2017, 1, 1) + timedelta(days=3 * n) for n in range(300)]
TERM = Term(15, Unit.WORKING_DAY)


def run() -> Iterator[Result]:
    """This will compare fifteen working days from three hundred starts, ours with its whole account."""
    assert [add(s, TERM, china()).on for s in STARTS] == [_one_by_one(s) for s in STARTS], "both must agree"
    yield compare(
        "15 working days, with the account of every day",
        ("workflows.term.add", lambda: [add(start, TERM, china()) for start in STARTS]),
        ("chinesecalendar, day by day", lambda: [_one_by_one(start) for start in STARTS]),
        goal=0.5,
        pieces=len(STARTS),
    )
    dues = [add(start, TERM, china()) for start in STARTS]
    yield compare(
        "telling it in Chinese",
        ("explain_text", lambda: [explain_text(due.trace) for due in dues]),
        ("workflows.term.add", lambda: [add(start, TERM, china()) for start in STARTS]),
        goal=4.0,
        pieces=len(STARTS),
    )


def _one_by_one(start: date) -> date:
    day, left = start, TERM.whole
    while left:
        day += timedelta(days=1)
        left -= chinese_calendar.is_workday(day)
    return day
