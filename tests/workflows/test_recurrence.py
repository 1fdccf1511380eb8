"""What comes back, and when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.clock_cases import NEW_YORK, at, plain_calendar
from workflows.calendars import china
from workflows.recurrence import (
    Around,
    Monthly,
    Recurrence,
    Shift,
    ShortMonth,
    Weekly,
    next_after,
    occurrences,
)
from workflows.rejection import Rejected
from workflows.term import Boundary, Roll, Term, Unit


def days_of(recurrence: Recurrence, begins: str, ends: str) -> list[str]:
    found = occurrences(recurrence, at(begins), at(ends), china())
    return [str(occurrence.on) for occurrence in found]


def test_every_monday_at_ten() -> None:
    mondays = Weekly((0,), date(2017, 8, 10), time(10))
    found = occurrences(mondays, at("2017-08-10"), at("2017-09-01"), china())
    assert [o.at for o in found] == [at("2017-08-14 10:00"), at("2017-08-21 10:00"), at("2017-08-28 10:00")]


def test_every_other_week_counts_from_the_week_it_starts_in() -> None:
    fortnight = Weekly((1, 3), date(2017, 8, 10), time(10), every=2)
    assert days_of(fortnight, "2017-08-01", "2017-09-12") == [
        "2017-08-10",
        "2017-08-22",
        "2017-08-24",
        "2017-09-05",
        "2017-09-07",
    ]


def test_by_the_25th_of_each_month_is_over_at_midnight() -> None:
    monthly = Monthly((25,), date(2017, 8, 10), ShortMonth.SKIP)
    found = occurrences(monthly, at("2017-08-10"), at("2017-10-01"), china())
    assert [(o.at, o.on) for o in found] == [
        (at("2017-08-26 00:00"), date(2017, 8, 25)),
        (at("2017-09-26 00:00"), date(2017, 9, 25)),
    ]


def test_twice_a_month_inside_a_phase() -> None:
    twice = Monthly((10, 25), date(2017, 8, 16), ShortMonth.SKIP, time(17), ends_on=date(2017, 10, 20))
    assert days_of(twice, "2017-01-01", "2018-12-31") == [
        "2017-08-25",
        "2017-09-10",
        "2017-09-25",
        "2017-10-10",
    ]


def test_the_31st_is_the_last_day_or_left_out_as_the_rule_says() -> None:
    clamped = Monthly((31,), date(2018, 1, 1), ShortMonth.LAST_DAY, time(9))
    skipping = Monthly((31,), date(2018, 1, 1), ShortMonth.SKIP, time(9))
    assert days_of(clamped, "2018-01-01", "2018-05-01") == [
        "2018-01-31",
        "2018-02-28",
        "2018-03-31",
        "2018-04-30",
    ]
    assert days_of(skipping, "2018-01-01", "2018-05-01") == ["2018-01-31", "2018-03-31"]


def test_the_29th_of_february_comes_every_leap_year() -> None:
    leap = Monthly((29,), date(2016, 1, 1), ShortMonth.SKIP, time(9), months=(2,))
    assert days_of(leap, "2016-01-01", "2025-01-01") == ["2016-02-29", "2020-02-29", "2024-02-29"]


@pytest.mark.parametrize(
    ("shift", "expected"),
    [
        (Shift.NONE, ["2017-10-02"]),
        (Shift.LATER, ["2017-10-09"]),
        (Shift.EARLIER, ["2017-09-30"]),
        (Shift.SKIP, []),
    ],
)
def test_a_date_in_the_holiday_is_shifted_as_the_rule_says(shift: Shift, expected: list[str]) -> None:
    monthly = Monthly(
        (2,), date(2017, 10, 1), ShortMonth.SKIP, time(9), shift=shift, ends_on=date(2017, 10, 31)
    )
    assert days_of(monthly, "2017-09-01", "2017-11-30") == expected
    for occurrence in occurrences(monthly, at("2017-09-01"), at("2017-11-30"), china()):
        assert occurrence.planned == date(2017, 10, 2)


def test_dates_shifted_to_the_same_moment_are_one() -> None:
    daily = Weekly(tuple(range(7)), date(2017, 10, 1), time(9), shift=Shift.LATER, ends_on=date(2017, 10, 9))
    assert days_of(daily, "2017-09-01", "2017-11-30") == ["2017-10-09"]


def test_a_shift_in_an_unpublished_year_is_provisional() -> None:
    monthly = Monthly((2,), date(2027, 5, 1), ShortMonth.SKIP, time(9), shift=Shift.LATER)
    first = next_after(monthly, at("2027-04-01"), china())
    assert first is not None
    assert (first.on, first.provisional) == (date(2027, 5, 3), True)


def test_so_long_before_a_date_that_is_set() -> None:
    report = Around(
        (at("2017-09-18 00:00"), at("2017-12-18 00:00")),
        Term(-3, Unit.WORKING_DAY, boundary=Boundary.SAME_TIME),
    )
    assert days_of(report, "2017-01-01", "2018-01-01") == ["2017-09-13", "2017-12-13"]


def test_within_twenty_four_hours_of_a_fact() -> None:
    told = Around((at("2017-09-15 16:20"),), Term(24, Unit.HOUR))
    assert occurrences(told, at("2017-09-15"), at("2017-09-20"), china())[0].at == at("2017-09-16 16:20")


def test_an_offset_that_rolls_keeps_its_planned_date() -> None:
    around = Around((at("2017-09-29"),), Term(3, Unit.CALENDAR_DAY, roll=Roll.NON_WORKING_DAY))
    (only,) = occurrences(around, at("2017-09-01"), at("2017-12-01"), china())
    assert (only.on, only.planned) == (date(2017, 10, 9), date(2017, 10, 2))


def test_what_was_missed_is_not_repeated_the_next_lies_in_the_future() -> None:
    mondays = Weekly((0,), date(2017, 8, 10), time(10))
    after = next_after(mondays, at("2017-11-06 10:00"), china())
    assert after is not None
    assert after.at == at("2017-11-13 10:00")


def test_a_recurrence_that_is_over_has_no_next() -> None:
    assert (
        next_after(
            Weekly((0,), date(2017, 8, 10), time(10), ends_on=date(2017, 9, 1)), at("2018-01-01"), china()
        )
        is None
    )


def test_local_times_follow_the_clock_of_new_york() -> None:
    mornings = Weekly((6,), date(2018, 3, 1), time(2, 30))
    found = occurrences(mornings, at("2018-03-01", NEW_YORK), at("2018-03-20", NEW_YORK), plain_calendar())
    assert [o.at.astimezone(UTC) for o in found] == [
        datetime(2018, 3, 4, 7, 30, tzinfo=UTC),
        datetime(2018, 3, 11, 7, tzinfo=UTC),
        datetime(2018, 3, 18, 6, 30, tzinfo=UTC),
    ]


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: Monthly((31,), date(2018, 1, 1), ShortMonth.SKIP, months=(2,)), "recurrence.never_occurs"),
        (
            lambda: Monthly((10, 31), date(2018, 1, 1), ShortMonth.SKIP, months=(4, 6)),
            "recurrence.never_occurs",
        ),
        (
            lambda: Monthly((25,), date(2018, 1, 1), ShortMonth.SKIP, ends_on=date(2018, 1, 20)),
            "recurrence.never_occurs",
        ),
        (lambda: Monthly((), date(2018, 1, 1), ShortMonth.SKIP), "days.bad"),
        (lambda: Monthly((0,), date(2018, 1, 1), ShortMonth.LAST_DAY), "days.bad"),
        (lambda: Monthly((1,), date(2018, 1, 1), ShortMonth.LAST_DAY, months=(13,)), "months.bad"),
        (lambda: Weekly((), date(2018, 1, 1)), "weekdays.bad"),
        (lambda: Weekly((7,), date(2018, 1, 1)), "weekdays.bad"),
        (lambda: Weekly((0,), date(2018, 1, 1), every=0), "every.bad"),
        (lambda: Weekly((6,), date(2018, 1, 1), ends_on=date(2018, 1, 3)), "recurrence.never_occurs"),
        (lambda: Weekly((0,), date(2018, 1, 1), ends_on=date(2017, 1, 1)), "span.reversed"),
        (lambda: Weekly((0,), date(2018, 1, 1), time(9, tzinfo=UTC)), "time.zone"),
        (lambda: Weekly((0,), date(1018, 1, 1)), "time.out_of_window"),
        (lambda: Around((), Term(1, Unit.HOUR)), "recurrence.never_occurs"),
        (
            lambda: occurrences(Weekly((0,), date(2018, 1, 1)), at("2018-02-01"), at("2018-01-01"), china()),
            "window.bad",
        ),
    ],
)
def test_a_recurrence_that_makes_no_sense_is_refused(make: Callable[[], object], code: str) -> None:
    with pytest.raises(Rejected) as refused:
        make()
    assert refused.value.reasons[0].code == code


@settings(max_examples=150, deadline=None)
@given(
    st.sets(st.integers(1, 31), min_size=1, max_size=3),
    st.sampled_from(list(Shift)),
    st.integers(0, 3_000),
    st.integers(1, 60),
    st.integers(1, 60),
)
def test_two_windows_side_by_side_give_what_one_gives(
    days: set[int], shift: Shift, offset: int, first: int, second: int
) -> None:
    monthly = Monthly(tuple(days), date(2010, 1, 1), ShortMonth.LAST_DAY, time(9), shift=shift)
    begins = at("2010-01-01") + timedelta(days=offset)
    middle, ends = begins + timedelta(days=first), begins + timedelta(days=first + second)
    whole = occurrences(monthly, begins, ends, china())
    assert whole == occurrences(monthly, begins, middle, china()) + occurrences(
        monthly, middle, ends, china()
    )
    assert all(one.at < other.at for one, other in pairwise(whole))
