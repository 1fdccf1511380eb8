"""What a pause does to a clock: it moves the end by exactly itself, in the term's own unit."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.clock_cases import at, pause, plain_calendar
from workflows.business_calendar import OfficeInterval
from workflows.calendars import china
from workflows.term import Boundary, Pause, Roll, Term, Unit, add, between, extend

WORKING_DAYS = Term(15, Unit.WORKING_DAY)


def test_an_appraisal_over_national_day_moves_the_end_by_its_own_working_days() -> None:
    # 28, 29, 30 September and 9 October worked while the clock stood still; resumed on the 10th.
    due = add(at("2017-09-25"), WORKING_DAYS, china(), [pause("2017-09-28 10:00", "2017-10-10 15:00")])
    assert due.on == date(2017, 10, 26)
    assert due.on == add(at("2017-09-25"), Term(15 + 4, Unit.WORKING_DAY), china()).on
    assert due.trace.paused == 4
    assert not due.provisional


def test_the_day_a_pause_begins_does_not_count_and_the_day_it_ends_does() -> None:
    due = add(
        at("2017-09-11"), Term(3, Unit.CALENDAR_DAY), china(), [pause("2017-09-13 08:00", "2017-09-15 23:00")]
    )
    assert due.on == date(2017, 9, 16)


def test_days_to_the_same_time_move_by_exactly_the_pause() -> None:
    term = Term(3, Unit.WORKING_DAY, boundary=Boundary.SAME_TIME)
    paused = add(at("2017-09-25 10:20"), term, china(), [pause("2017-09-26 09:00", "2017-09-26 15:30")])
    assert paused.at == at("2017-09-28 16:50")


def test_a_pause_and_resumption_on_the_same_day_changes_nothing() -> None:
    paused = add(at("2017-09-25"), WORKING_DAYS, china(), [pause("2017-09-27 09:00", "2017-09-27 16:00")])
    assert paused.at == add(at("2017-09-25"), WORKING_DAYS, china()).at


def test_a_pause_on_the_last_day_keeps_the_clock_from_running_out() -> None:
    paused = add(
        at("2017-09-11"), Term(3, Unit.CALENDAR_DAY), china(), [pause("2017-09-14 16:00", "2017-09-18 09:00")]
    )
    assert paused.on == date(2017, 9, 18)


def test_a_pause_after_the_close_of_office_finds_the_term_already_over() -> None:
    term = Term(3, Unit.WORKING_DAY, boundary=Boundary.END_OF_OFFICE_DAY)
    paused = add(at("2017-09-11"), term, china(), [pause("2017-09-14 18:00", "2017-09-20")])
    assert paused.at == at("2017-09-14 17:30")


def test_a_pause_on_the_day_of_the_start_makes_the_resumption_the_new_start() -> None:
    paused = add(
        at("2017-09-11"), Term(3, Unit.CALENDAR_DAY), china(), [pause("2017-09-11 10:00", "2017-09-13 10:00")]
    )
    assert paused.on == date(2017, 9, 16)


def test_a_clock_started_inside_a_pause_begins_when_it_ends() -> None:
    pauses = [pause("2017-09-10", "2017-09-13 10:00")]
    assert add(at("2017-09-11"), Term(3, Unit.CALENDAR_DAY), china(), pauses).on == date(2017, 9, 16)
    assert add(at("2017-09-11"), Term(3, Unit.HOUR), china(), pauses).at == at("2017-09-13 13:00")


def test_hours_move_by_exactly_the_paused_hours() -> None:
    paused = add(
        at("2017-09-25 09:00"), Term(24, Unit.HOUR), china(), [pause("2017-09-25 20:00", "2017-09-26 01:30")]
    )
    assert paused.at == at("2017-09-26 14:30")


def test_office_hours_move_by_the_paused_office_hours_only() -> None:
    paused = add(
        at("2017-09-25 09:00"),
        Term(6, Unit.OFFICE_HOUR),
        china(),
        [pause("2017-09-25 11:00", "2017-09-25 15:00")],
    )
    assert paused.at == at("2017-09-26 10:00")
    assert paused.trace.paused == between(
        at("2017-09-25 11:00"), at("2017-09-25 15:00"), Unit.OFFICE_HOUR, china()
    )


def test_a_month_is_lengthened_by_the_paused_calendar_days() -> None:
    paused = add(at("2017-08-16"), Term(1, Unit.MONTH), china(), [pause("2017-08-20", "2017-08-30")])
    assert paused.on == date(2017, 9, 26)
    assert paused.trace.total == 31


def test_a_month_paused_on_its_first_day_keeps_the_length_it_began_with() -> None:
    # From 6 January one month is 31 days; the 28 days to the resumption on 3 February come on top.
    paused = add(
        at("2018-01-06 10:00"), Term(1, Unit.MONTH), china(), [pause("2018-01-06 15:00", "2018-02-03")]
    )
    assert paused.on == date(2018, 3, 6)


def test_overlapping_and_touching_pauses_count_once() -> None:
    overlapping = [
        pause("2017-09-27", "2017-09-29"),
        pause("2017-09-28", "2017-10-10"),
        pause("2017-10-10", "2017-10-11"),
    ]
    one = [pause("2017-09-27", "2017-10-11")]
    assert (
        add(at("2017-09-25"), WORKING_DAYS, china(), overlapping).at
        == add(at("2017-09-25"), WORKING_DAYS, china(), one).at
    )


def test_an_open_pause_leaves_the_end_unknown_and_says_so() -> None:
    for unit in (Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.MONTH, Unit.OFFICE_HOUR, Unit.HOUR):
        due = add(
            at("2017-09-25"),
            Term(60 if unit is not Unit.MONTH else 2, unit),
            china(),
            [pause("2017-09-26 08:00", None)],
        )
        assert (due.at, due.on) == (None, None)
        assert due.reason is not None
        assert due.trace.segments[-1].end is None


def test_an_open_pause_on_the_day_of_the_start_leaves_the_end_unknown() -> None:
    assert add(at("2017-09-25"), WORKING_DAYS, china(), [pause("2017-09-25 15:00", None)]).at is None


def test_an_open_pause_after_the_end_changes_nothing() -> None:
    paused = add(at("2017-09-25"), WORKING_DAYS, china(), [pause("2017-10-21 08:00", None)])
    assert paused.on == date(2017, 10, 20)


def test_an_unknown_end_cannot_be_extended_into_a_known_one() -> None:
    unknown = add(at("2017-09-25"), WORKING_DAYS, china(), [pause("2017-09-26", None)])
    assert extend(unknown, WORKING_DAYS, china()).at is None


def test_a_pause_during_the_extension_moves_the_extended_end() -> None:
    pauses = [pause("2017-10-24 10:00", "2017-10-26 10:00")]
    original = add(at("2017-09-25"), WORKING_DAYS, china(), pauses)
    assert original.on == date(2017, 10, 20)
    assert extend(original, Term(5, Unit.WORKING_DAY), china(), pauses).on == date(2017, 10, 31)


def test_a_rolled_end_does_not_land_on_a_paused_day() -> None:
    term = Term(3, Unit.CALENDAR_DAY, roll=Roll.NON_WORKING_DAY)
    paused = add(at("2017-09-29"), term, china(), [pause("2017-10-09 09:00", "2017-10-12 09:00")])
    assert paused.on == date(2017, 10, 12)


def test_a_fixed_date_does_not_move_for_a_pause() -> None:
    fixed = Term(unit=Unit.FIXED, fixed=date(2017, 9, 18))
    assert add(at("2017-08-10"), fixed, china(), [pause("2017-09-01", "2017-09-10")]).on == date(2017, 9, 18)


def test_fixed_dates_with_a_time_do_not_move_either() -> None:
    fixed = Term(unit=Unit.FIXED, fixed=at("2017-09-18 17:00"))
    assert add(at("2017-08-10"), fixed, china(), [pause("2017-09-01", None)]).at == at("2017-09-18 17:00")


@pytest.mark.parametrize("backwards", [False, True])
def test_a_pause_that_lasts_no_time_is_none(backwards: bool) -> None:
    term = Term(-4 if backwards else 4, Unit.WORKING_DAY)
    nothing = Pause(at("2017-09-26"), at("2017-09-26"))
    assert add(at("2017-09-25"), term, china(), [nothing]).at == add(at("2017-09-25"), term, china()).at


def test_counting_back_steps_over_paused_days_too() -> None:
    pauses = [pause("2017-09-19", "2017-09-21")]
    assert add(at("2017-09-25"), Term(-4, Unit.WORKING_DAY), china(), pauses).on == date(2017, 9, 15)
    assert add(at("2017-09-25"), Term(-5, Unit.CALENDAR_DAY), china(), pauses).on == date(2017, 9, 18)
    back = add(
        at("2017-09-25 09:00"), Term(-10, Unit.HOUR), china(), [pause("2017-09-25 01:00", "2017-09-25 03:00")]
    )
    assert back.at == at("2017-09-24 21:00")


def test_whole_clock_hours_follow_the_same_pause_rule_as_days() -> None:
    term = Term(3, Unit.HOUR, boundary=Boundary.END_OF_HOUR)
    paused = add(at("2017-09-25 09:20"), term, china(), [pause("2017-09-25 11:30", "2017-09-25 13:10")])
    assert paused.at == at("2017-09-25 15:00")


def test_a_thousand_pauses_are_merged_in_any_order() -> None:
    always = plain_calendar("Asia/Shanghai", week=((OfficeInterval(0, 1440),),) * 7)
    start = at("2017-01-01")
    pauses = [
        Pause(start + timedelta(hours=2 * n), start + timedelta(hours=2 * n + 1)) for n in range(1, 1001)
    ]
    assert add(start, Term(500, Unit.HOUR), always, pauses[::-1]).at == start + timedelta(hours=2 + 2 * 498)
