"""The alarm for a year whose holidays are not known: from the first of December, and at once where this year is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from workflows.calendar_watch import unpublished_year
from workflows.calendars import china

LAST = 2026


@pytest.mark.parametrize(
    ("today", "missing"),
    [
        (date(LAST - 1, 12, 31), None),
        (date(LAST, 1, 1), None),
        (date(LAST, 11, 30), None),
        (date(LAST, 12, 1), LAST + 1),
        (date(LAST, 12, 31), LAST + 1),
        (date(LAST + 1, 1, 1), LAST + 1),
        (date(LAST + 1, 12, 1), LAST + 1),
    ],
)
def test_the_next_year_is_missed_from_the_first_of_december(today: date, missing: int | None) -> None:
    assert china().confirmed_through == date(LAST, 12, 31)
    assert unpublished_year(china(), today) == missing


def test_a_calendar_that_confirms_nothing_misses_the_year_it_is() -> None:
    blank = replace(china(), confirmed_from=None, confirmed_through=None)
    assert unpublished_year(blank, date(2020, 5, 5)) == 2020
    assert unpublished_year(china(), date(2003, 5, 5)) == 2003
