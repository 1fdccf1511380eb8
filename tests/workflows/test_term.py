"""When terms end: golden dates, units, boundaries, rolls, refusals."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.clock_cases import NEW_YORK, SHANGHAI, at, pause, plain_calendar
from workflows.business_calendar import DayKind, OfficeInterval, SpecialDay
from workflows.calendars import china
from workflows.rejection import Rejected
from workflows.term import Boundary, Roll, Term, Unit, add, between, extend, subtract
from workflows.text import Text
from workflows.timeline import Due


def end(start: str, amount: int | Fraction | Decimal, unit: Unit, **options: object) -> Due:
    return add(at(start), Term(amount, unit, **options), china())  # type: ignore[arg-type]  # options of any kind, wrong ones too


def code_of(rejected: pytest.ExceptionInfo[Rejected]) -> str:
    assert rejected.value.kind == "invalid"
    return rejected.value.reasons[0].code


@pytest.mark.parametrize(
    ("start", "working_days", "last_day"),
    [
        ("2017-09-25", 7, "2017-10-10"),
        ("2017-09-25", 15, "2017-10-20"),
        ("2018-02-08", 7, "2018-02-23"),
        ("2018-02-08", 15, "2018-03-06"),
        ("2026-02-06", 15, "2026-03-05"),
        ("2026-09-30", 3, "2026-10-10"),
        ("2026-04-24", 5, "2026-05-06"),
    ],
)
def test_golden_working_days(start: str, working_days: int, last_day: str) -> None:
    due = end(start, working_days, Unit.WORKING_DAY)
    assert due.on == date.fromisoformat(last_day)
    assert due.at == at(f"{last_day} 00:00") + timedelta(days=1)
    assert not due.provisional


@pytest.mark.parametrize(
    ("start", "calendar_days", "strict", "rolled"),
    [
        ("2017-09-29", 3, "2017-10-02", "2017-10-09"),
        ("2018-02-12", 3, "2018-02-15", "2018-02-22"),
        ("2018-01-17", 30, "2018-02-16", "2018-02-22"),
    ],
)
def test_golden_calendar_days_strict_and_rolled(
    start: str, calendar_days: int, strict: str, rolled: str
) -> None:
    unrolled = end(start, calendar_days, Unit.CALENDAR_DAY)
    assert unrolled.on == date.fromisoformat(strict)
    assert unrolled.trace.latest_arguable_on == date.fromisoformat(rolled)
    for roll in (Roll.NON_WORKING_DAY, Roll.STATUTORY_HOLIDAY):
        due = end(start, calendar_days, Unit.CALENDAR_DAY, roll=roll)
        assert due.on == date.fromisoformat(rolled)
        assert due.trace.strict_on == date.fromisoformat(strict)
        assert due.trace.rolled


def test_golden_month_is_clamped_to_the_end_of_february() -> None:
    assert end("2018-01-31", 1, Unit.MONTH).on == date(2018, 2, 28)


def test_golden_a_term_into_an_unpublished_year_is_provisional_and_says_why() -> None:
    due = end("2026-12-25", 15, Unit.WORKING_DAY)
    assert (due.on, due.provisional) == (date(2027, 1, 18), True)
    assert due.reason is not None
    assert "2026-12-31" in due.reason.zh
    assert due.trace.unconfirmed == ((date(2027, 1, 1), date(2027, 1, 18)),)


def test_calendar_days_without_roll_need_no_unpublished_holidays() -> None:
    assert not end("2026-12-25", 30, Unit.CALENDAR_DAY).provisional
    assert end("2026-12-25", 30, Unit.CALENDAR_DAY, roll=Roll.NON_WORKING_DAY).provisional


@pytest.mark.parametrize(
    ("start", "months", "last_day"),
    [
        ("2016-02-29", 12, "2017-02-28"),
        ("2015-12-31", 2, "2016-02-29"),
        ("2017-11-30", 3, "2018-02-28"),
        ("2017-08-16", 1, "2017-09-16"),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_the_month(start: str, months: int, last_day: str) -> None:
    assert end(start, months, Unit.MONTH).on == date.fromisoformat(last_day)


def test_a_year_is_twelve_months() -> None:
    assert end("2016-02-29", 1, Unit.YEAR).on == date(2017, 2, 28)
    assert end("2016-02-29", 4, Unit.YEAR).on == date(2020, 2, 29)


@pytest.mark.parametrize(
    ("start", "last_day"),
    [
        ("2018-01-15", "2018-02-14"),
        ("2018-01-28", "2018-02-27"),
        ("2018-01-31", "2018-02-28"),
        ("2018-02-01", "2018-02-28"),
    ],
)
def test_a_month_whose_start_day_counts_ends_the_day_before(start: str, last_day: str) -> None:
    assert end(start, 1, Unit.MONTH, start_counts=True).on == date.fromisoformat(last_day)


def test_the_day_of_the_start_counts_only_when_the_rule_says_so() -> None:
    assert end("2017-09-25", 3, Unit.WORKING_DAY).on == date(2017, 9, 28)
    assert end("2017-09-25", 3, Unit.WORKING_DAY, start_counts=True).on == date(2017, 9, 27)
    assert end("2017-09-24", 3, Unit.WORKING_DAY, start_counts=True).on == date(2017, 9, 27)


def test_boundaries_end_the_last_day_at_midnight_at_the_close_of_office_or_at_the_same_time() -> None:
    assert end("2017-09-25 10:20", 2, Unit.WORKING_DAY).at == at("2017-09-28 00:00")
    assert end("2017-09-25 10:20", 2, Unit.WORKING_DAY, boundary=Boundary.END_OF_OFFICE_DAY).at == at(
        "2017-09-27 17:30"
    )
    assert end("2017-09-25 10:20", 2, Unit.WORKING_DAY, boundary=Boundary.SAME_TIME).at == at(
        "2017-09-27 10:20"
    )


def test_a_calendar_day_without_office_hours_ends_at_midnight() -> None:
    due = end("2017-09-29", 2, Unit.CALENDAR_DAY, boundary=Boundary.END_OF_OFFICE_DAY)
    assert due.at == at("2017-10-02 00:00")


def test_statutory_roll_stops_at_a_plain_weekend_and_the_other_does_not() -> None:
    # 2016-09-15..17 was the Mid-autumn holiday and the 18th a make-up Sunday; 2017-08-19 is a plain Saturday.
    assert end("2017-08-16", 3, Unit.CALENDAR_DAY, roll=Roll.STATUTORY_HOLIDAY).on == date(2017, 8, 19)
    assert end("2017-08-16", 3, Unit.CALENDAR_DAY, roll=Roll.NON_WORKING_DAY).on == date(2017, 8, 21)
    assert end("2016-09-13", 3, Unit.CALENDAR_DAY, roll=Roll.NON_WORKING_DAY).on == date(2016, 9, 18)


def test_twenty_four_hours_run_through_the_holiday_and_do_not_roll() -> None:
    due = end("2017-09-30 17:45", 24, Unit.HOUR)
    assert due.at == at("2017-10-01 17:45")
    assert due.trace.latest_arguable_at == due.at


def test_whole_clock_hours_leave_out_the_hour_of_the_start() -> None:
    assert end("2017-09-25 09:20", 24, Unit.HOUR, boundary=Boundary.END_OF_HOUR).at == at("2017-09-26 10:00")
    counted = end("2017-09-25 09:20", 24, Unit.HOUR, boundary=Boundary.END_OF_HOUR, start_counts=True)
    assert counted.at == at("2017-09-26 09:00")


def test_office_hours_begun_on_friday_at_closing_time_run_from_the_make_up_saturday() -> None:
    assert end("2017-09-29 17:30", 2, Unit.OFFICE_HOUR).at == at("2017-09-30 10:30")
    assert end("2017-09-22 17:30", 2, Unit.OFFICE_HOUR).at == at("2017-09-25 10:30")


def test_office_hours_step_over_lunch_and_end_at_the_close_not_the_next_opening() -> None:
    assert end("2017-09-25 11:00", 2, Unit.OFFICE_HOUR).at == at("2017-09-25 15:30")
    assert end("2017-09-25 11:00", 4, Unit.OFFICE_HOUR).at == at("2017-09-25 17:30")


def test_one_working_day_and_its_office_hours_agree_on_every_make_up_day() -> None:
    calendar = china()
    for day in calendar.special_days:
        if day.kind is DayKind.MAKE_UP_DAY:
            eve = datetime.combine(day.on, datetime.min.time(), SHANGHAI) - timedelta(hours=1)
            by_day = add(eve, Term(1, Unit.WORKING_DAY, boundary=Boundary.END_OF_OFFICE_DAY), calendar)
            by_hour = add(eve, Term(Decimal("6.5"), Unit.OFFICE_HOUR), calendar)
            assert by_day.on == day.on
            assert by_day.at == by_hour.at


def test_amounts_of_hours_may_be_fractions_and_stay_exact() -> None:
    assert end("2017-09-25 09:00", Fraction(1, 3), Unit.HOUR).at == at("2017-09-25 09:20")
    assert end("2017-09-25 09:00", Decimal("1.5"), Unit.OFFICE_HOUR).at == at("2017-09-25 10:30")
    assert end("2017-09-25 09:00", 90, Unit.MINUTE).at == at("2017-09-25 10:30")


def test_a_negative_amount_counts_back_from_an_event() -> None:
    calendar, event = china(), at("2017-10-10 15:00")
    assert add(event, Term(-3, Unit.WORKING_DAY), calendar).on == date(2017, 9, 29)
    assert subtract(event, Term(3, Unit.CALENDAR_DAY, roll=Roll.NON_WORKING_DAY), calendar).on == date(
        2017, 9, 30
    )
    assert subtract(event, Term(3, Unit.CALENDAR_DAY), calendar).on == date(2017, 10, 7)
    assert subtract(event, Term(8, Unit.HOUR), calendar).at == at("2017-10-10 07:00")
    assert subtract(event, Term(10, Unit.OFFICE_HOUR), calendar).at == at("2017-10-09 09:00")
    assert subtract(at("2018-03-31"), Term(1, Unit.MONTH), calendar).on == date(2018, 2, 28)


def test_midnight_ends_the_day_before_for_reminders_and_for_overdue_steps_alike() -> None:
    due = end("2017-09-25", 7, Unit.WORKING_DAY)
    assert due.at is not None
    step = Term(2, Unit.WORKING_DAY, boundary=Boundary.SAME_TIME)
    assert add(due.at, step, china()).at == at("2017-10-13 00:00")
    assert subtract(due.at, Term(3, Unit.WORKING_DAY, boundary=Boundary.SAME_TIME), china()).at == at(
        "2017-09-30 00:00"
    )


def test_a_step_after_friday_midnight_lands_on_the_end_of_a_working_day() -> None:
    # A term over on Friday 24:00 is, two working days later, at Tuesday 24:00; never at the beginning of a day.
    friday = at("2017-08-19 00:00")
    step = Term(2, Unit.WORKING_DAY, boundary=Boundary.SAME_TIME)
    due = add(friday, step, china())
    assert (due.at, due.on) == (at("2017-08-23 00:00"), date(2017, 8, 22))
    assert add(at("2017-08-17 00:00"), step, china()).at == at("2017-08-19 00:00")


def test_the_same_time_of_a_start_on_a_day_off_is_the_next_opening_of_a_working_day() -> None:
    step = Term(1, Unit.WORKING_DAY, boundary=Boundary.SAME_TIME)
    assert add(at("2017-08-19 18:00"), step, china()).at == at("2017-08-22 00:00")
    assert add(at("2017-08-20 10:00"), step, china()).at == at("2017-08-22 00:00")


def test_a_fixed_date_ends_with_its_day_and_rolls_only_if_told() -> None:
    calendar, start = china(), at("2017-08-10")
    assert add(start, Term(unit=Unit.FIXED, fixed=date(2017, 9, 18)), calendar).at == at("2017-09-19 00:00")
    assert add(start, Term(unit=Unit.FIXED, fixed=at("2017-09-18 17:00")), calendar).at == at(
        "2017-09-18 17:00"
    )
    rolled = add(start, Term(unit=Unit.FIXED, fixed=date(2017, 10, 1), roll=Roll.NON_WORKING_DAY), calendar)
    assert (rolled.on, rolled.trace.strict_on) == (date(2017, 10, 9), date(2017, 10, 1))


def test_not_before_holds_a_term_back_and_never_shortens_it() -> None:
    held = end("2017-09-25", 2, Unit.WORKING_DAY, not_before=date(2017, 10, 16))
    assert (held.on, held.trace.held_back) == (date(2017, 10, 16), True)
    free = end("2017-09-25", 2, Unit.WORKING_DAY, not_before=date(2017, 9, 26))
    assert (free.on, free.trace.held_back) == (date(2017, 9, 27), False)


def test_a_term_of_nothing_ends_at_its_start() -> None:
    assert end("2017-09-25 09:00", 0, Unit.HOUR).at == at("2017-09-25 09:00")
    assert end("2017-09-25 09:00", 0, Unit.WORKING_DAY).on == date(2017, 9, 25)


def test_the_start_may_be_written_in_any_offset() -> None:
    start = datetime(2017, 9, 25, 17, tzinfo=UTC)
    assert add(start, Term(1, Unit.WORKING_DAY), china()).on == date(2017, 9, 27)


def test_a_date_as_start_means_that_day() -> None:
    assert add(date(2017, 9, 25), Term(7, Unit.WORKING_DAY), china()).on == date(2017, 10, 10)


def test_hours_are_real_hours_when_new_york_changes_its_clocks() -> None:
    calendar = plain_calendar()
    spring = add(at("2018-03-10 12:00", NEW_YORK), Term(24, Unit.HOUR), calendar)
    autumn = add(at("2018-11-03 12:00", NEW_YORK), Term(24, Unit.HOUR), calendar)
    assert spring.at == at("2018-03-11 13:00", NEW_YORK)
    assert autumn.at == at("2018-11-04 11:00", NEW_YORK)


def test_days_keep_the_wall_clock_when_new_york_changes_its_clocks() -> None:
    calendar = plain_calendar()
    same_time = Term(1, Unit.CALENDAR_DAY, boundary=Boundary.SAME_TIME)
    due = add(at("2018-03-10 12:00", NEW_YORK), same_time, calendar)
    assert due.at is not None
    assert due.at.astimezone(UTC) == datetime(2018, 3, 11, 16, tzinfo=UTC)
    hours = add(at("2018-03-09 17:00", NEW_YORK), Term(2, Unit.OFFICE_HOUR), calendar)
    assert hours.at == at("2018-03-12 10:00", NEW_YORK)


def test_a_day_in_which_midnight_does_not_exist_still_begins_once() -> None:
    calendar = plain_calendar("America/Sao_Paulo")
    due = add(datetime(2018, 11, 2, 15, tzinfo=UTC), Term(1, Unit.CALENDAR_DAY), calendar)
    assert due.at is not None
    assert due.at.astimezone(UTC) == datetime(2018, 11, 4, 3, tzinfo=UTC)


def test_an_extension_is_counted_from_the_last_day_of_the_original() -> None:
    original = end("2017-09-25", 15, Unit.WORKING_DAY)
    extended = extend(original, Term(15, Unit.WORKING_DAY), china())
    assert extended.on == date(2017, 11, 10)
    assert extended.trace.original_at == original.at


def test_an_extension_of_a_same_time_term_goes_on_from_that_moment() -> None:
    original = end("2017-09-25 10:00", 24, Unit.HOUR)
    assert extend(original, Term(12, Unit.HOUR), china()).at == at("2017-09-26 22:00")


def test_an_extension_keeps_the_doubt_about_the_original() -> None:
    original = end("2026-12-25", 15, Unit.WORKING_DAY)
    assert extend(original, Term(24, Unit.HOUR), china()).provisional


def test_between_counts_a_bare_end_date_in() -> None:
    assert between(date(2017, 9, 25), date(2017, 10, 20), Unit.WORKING_DAY, china()) == 15
    assert between(date(2018, 1, 31), date(2018, 2, 28), Unit.MONTH, china()) == 1
    assert between(date(2017, 9, 25), date(2017, 9, 25), Unit.CALENDAR_DAY, china()) == 0


def test_between_backwards_is_negative() -> None:
    assert between(at("2017-09-26 12:00"), at("2017-09-25 12:00"), Unit.HOUR, china()) == -24


def test_between_measures_office_hours_exactly() -> None:
    measured = between(at("2017-09-29 17:10"), at("2017-09-30 08:50"), Unit.OFFICE_HOUR, china())
    assert measured == Fraction(2, 3)


def test_an_extra_holiday_moves_only_the_terms_that_meet_it() -> None:
    closure = SpecialDay(date(2017, 9, 27), DayKind.LOCAL_CLOSURE, Text("停电"), "局通知")
    changed = china().with_special_days([closure], version="2026.2")
    term = Term(3, Unit.WORKING_DAY)
    assert add(at("2017-09-25"), term, changed).on == date(2017, 9, 29)
    assert add(at("2017-09-27"), term, changed).on == add(at("2017-09-27"), term, china()).on


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"amount": 1.5, "unit": "hour"}, "amount.type"),
        ({"amount": True, "unit": "working_day"}, "amount.type"),
        ({"amount": Decimal("NaN"), "unit": "hour"}, "amount.not_a_number"),
        ({"amount": Decimal("Infinity"), "unit": "hour"}, "amount.not_a_number"),
        ({"amount": Decimal("1E+1000000"), "unit": "hour"}, "amount.not_a_number"),
        ({"amount": 10**400, "unit": "working_day"}, "amount.too_large"),
        ({"amount": Decimal("1.5"), "unit": "working_day"}, "amount.not_whole"),
        ({"amount": Fraction(1, 7_000_000_000), "unit": "hour"}, "amount.too_fine"),
        ({"amount": 1, "unit": "fortnight"}, "unit.unknown"),
        ({"amount": 1, "unit": "month", "roll": "weekend"}, "roll.unknown"),
        ({"amount": 1, "unit": "month", "boundary": "noon"}, "boundary.unknown"),
        ({"amount": 1, "unit": "hour", "roll": "non_working_day"}, "roll.unit"),
        ({"amount": 1, "unit": "hour", "boundary": "end_of_day"}, "boundary.unit"),
        ({"amount": 1, "unit": "working_day", "boundary": "end_of_hour"}, "boundary.unit"),
        ({"amount": 1, "unit": "hour", "start_counts": True}, "start_counts.unit"),
        ({"amount": 1, "unit": "month", "boundary": "same_time", "start_counts": True}, "start_counts.unit"),
        ({"amount": 1, "unit": "fixed"}, "amount.fixed"),
        ({"unit": "fixed"}, "fixed.mismatch"),
        ({"amount": 1, "unit": "working_day", "fixed": date(2017, 9, 18)}, "fixed.mismatch"),
        ({"amount": 1, "unit": "working_day", "not_before": datetime(2017, 9, 1)}, "time.offset_required"),  # noqa: DTZ001 - a moment without its offset is the case
    ],
)
def test_a_term_that_makes_no_sense_is_refused_by_name(arguments: dict[str, object], code: str) -> None:
    with pytest.raises(Rejected) as rejected:
        Term(**arguments)  # type: ignore[arg-type]  # options of any kind, wrong ones too
    assert code_of(rejected) == code


@pytest.mark.parametrize(
    ("start", "code"),
    [
        (datetime(2017, 9, 25, 9), "time.offset_required"),  # noqa: DTZ001 - a moment without its offset is the case
        (datetime(1, 1, 1, tzinfo=UTC), "time.out_of_window"),
        (date(9999, 12, 31), "time.out_of_window"),
        ("2017-09-25", "time.type"),
    ],
)
def test_a_start_that_cannot_be_placed_is_refused(start: date, code: str) -> None:
    with pytest.raises(Rejected) as rejected:
        add(start, Term(1, Unit.WORKING_DAY), china())
    assert code_of(rejected) == code


@pytest.mark.parametrize(
    "term",
    [
        Term(36_000, Unit.CALENDAR_DAY),
        Term(25_000, Unit.WORKING_DAY),
        Term(1_200, Unit.MONTH),
        Term(876_000, Unit.HOUR),
        Term(200_000, Unit.OFFICE_HOUR),
    ],
)
def test_a_term_that_leaves_the_calendar_is_refused(term: Term) -> None:
    with pytest.raises(Rejected) as rejected:
        add(at("2190-01-01"), term, china())
    assert code_of(rejected) == "amount.out_of_window"


def test_a_pause_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(Rejected) as rejected:
        pause("2017-10-02", "2017-10-01")
    assert code_of(rejected) == "pause.reversed"


def test_an_office_open_through_the_whole_day_counts_as_the_clock_does() -> None:
    always = plain_calendar("Asia/Shanghai", week=((OfficeInterval(0, 1440),),) * 7)
    start = at("2017-09-25 10:20")
    assert add(start, Term(100, Unit.OFFICE_HOUR), always).at == add(start, Term(100, Unit.HOUR), always).at
