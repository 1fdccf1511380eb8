"""Which days the office works, and when it is open."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest

from tests.clock_cases import plain_calendar
from workflows.business_calendar import DayKind, OfficeInterval, SpecialDay
from workflows.calendars import china
from workflows.text import Text

ORDINARY_HOURS = (OfficeInterval(510, 720), OfficeInterval(870, 1050))


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def test_every_day_of_2004_to_2026_agrees_with_chinesecalendar() -> None:
    calendar = china()
    span = days(date(2004, 1, 1), date(2026, 12, 31))
    assert [on for on in span if calendar.is_working_day(on) != chinese_calendar.is_workday(on)] == []
    assert all(calendar.is_confirmed(on) for on in span)


def test_holidays_moved_rest_days_and_make_up_days_are_told_apart_as_chinesecalendar_does() -> None:
    calendar = china()
    for on in days(date(2004, 1, 1), date(2026, 12, 31)):
        day = calendar.day_kind(on)
        assert (day.kind is DayKind.HOLIDAY) == (on in chinese_calendar.holidays)
        assert (day.kind is DayKind.MAKE_UP_DAY) == (on in chinese_calendar.workdays)
        assert day.statutory == (day.kind is DayKind.HOLIDAY)
    moved = {day.on for day in calendar.special_days if day.in_lieu}
    assert moved == set(chinese_calendar.constants.in_lieu_days) & set(chinese_calendar.holidays)


def test_every_make_up_day_is_open_for_the_hours_of_an_ordinary_working_day() -> None:
    calendar = china()
    for on in chinese_calendar.workdays:
        assert calendar.office_intervals(on) == ORDINARY_HOURS
        assert sum((b - a for a, b in calendar.office_moments(on)), timedelta()) == timedelta(
            hours=6, minutes=30
        )


def test_office_is_open_exactly_on_working_days() -> None:
    calendar = china()
    for on in days(date(2016, 1, 1), date(2018, 12, 31)):
        assert bool(calendar.office_moments(on)) == calendar.is_working_day(on)


def test_the_make_up_saturday_before_national_day_2017_works_and_the_week_after_does_not() -> None:
    calendar = china()
    assert calendar.day_kind(date(2017, 9, 30)).kind is DayKind.MAKE_UP_DAY
    assert not any(calendar.is_working_day(on) for on in days(date(2017, 10, 1), date(2017, 10, 8)))
    assert calendar.is_working_day(date(2017, 10, 9))


def test_a_holiday_names_itself_and_its_notice() -> None:
    day = china().day_kind(date(2017, 10, 4))
    assert day.name == Text("中秋", "Mid-autumn Festival")
    assert "2017年部分节假日安排的通知" in day.source


def test_a_plain_weekend_is_no_statutory_holiday_even_beside_one() -> None:
    assert not china().is_statutory_holiday(date(2017, 9, 24))
    assert china().is_statutory_holiday(date(2017, 10, 8))


def test_beyond_the_published_years_only_fixed_statutory_days_are_known_and_nothing_is_confirmed() -> None:
    calendar = china()
    off = [on for on in days(date(2027, 1, 1), date(2027, 12, 31)) if calendar.is_statutory_holiday(on)]
    assert [(on.month, on.day) for on in off] == [(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)]
    assert not any(calendar.is_confirmed(on) for on in off)
    assert calendar.is_working_day(date(2027, 1, 4))


def test_the_second_of_may_became_a_statutory_day_in_2025() -> None:
    unpublished = plain_calendar(
        "Asia/Shanghai", annual_days=china().annual_days, confirmed_from=None, confirmed_through=None
    )
    assert not unpublished.is_statutory_holiday(date(2024, 5, 2))
    assert unpublished.is_statutory_holiday(date(2025, 5, 2))


def test_fixed_statutory_days_never_override_a_published_year() -> None:
    calendar = plain_calendar("Asia/Shanghai", annual_days=china().annual_days)
    assert calendar.is_working_day(date(2019, 5, 1))


def test_a_local_closure_closes_and_a_half_day_has_its_own_hours() -> None:
    typhoon = SpecialDay(date(2018, 9, 17), DayKind.LOCAL_CLOSURE, Text("台风停工"), "县政府通知")
    half = SpecialDay(
        date(2018, 9, 18), DayKind.HALF_DAY, Text("半天"), "局通知", (OfficeInterval(540, 720),)
    )
    calendar = china().with_special_days([typhoon, half], version="2026.2")
    assert not calendar.is_working_day(typhoon.on)
    assert not calendar.is_statutory_holiday(typhoon.on)
    assert calendar.office_intervals(half.on) == (OfficeInterval(540, 720),)
    assert (calendar.version, china().is_working_day(typhoon.on)) == ("2026.2", True)


def test_a_local_opening_on_a_sunday_keeps_ordinary_hours_unless_it_names_its_own() -> None:
    opening = SpecialDay(date(2018, 9, 16), DayKind.LOCAL_OPENING, Text("加班"), "局通知")
    assert china().with_special_days([opening], version="x").office_intervals(opening.on) == ORDINARY_HOURS


def test_a_calendar_that_never_opens_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="at least one of them open"):
        plain_calendar(week=((),) * 7)


def test_office_hours_follow_the_wall_clock_through_a_change_of_the_clock() -> None:
    calendar = plain_calendar()
    friday, monday = calendar.office_moments(date(2018, 3, 9)), calendar.office_moments(date(2018, 3, 12))
    assert friday[0][0] == datetime(2018, 3, 9, 14, tzinfo=UTC)
    assert monday[0][0] == datetime(2018, 3, 12, 13, tzinfo=UTC)


def test_a_wall_time_the_clock_skips_means_the_moment_of_the_change() -> None:
    skipped = plain_calendar().moment(date(2018, 3, 11), 2 * 60 + 30)
    assert skipped == datetime(2018, 3, 11, 7, tzinfo=UTC)


def test_a_wall_time_shown_twice_means_the_first() -> None:
    assert plain_calendar().moment(date(2018, 11, 4), 90) == datetime(2018, 11, 4, 5, 30, tzinfo=UTC)


def test_office_hours_in_a_skipped_hour_are_shorter_and_never_overlap() -> None:
    nights = (OfficeInterval(60, 150), OfficeInterval(150, 240))
    calendar = plain_calendar(week=(nights,) * 7)
    spans = calendar.office_moments(date(2018, 3, 11))
    assert sum((b - a for a, b in spans), timedelta()) == timedelta(hours=2)
    assert spans[0][1] <= spans[1][0]


def test_an_equal_calendar_is_equal_whatever_was_asked_of_it() -> None:
    asked, fresh = plain_calendar(), plain_calendar()
    asked.is_working_day(date(2018, 1, 1))
    assert asked == fresh
