"""What holds for every term, checked on many drawn ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.clock_cases import SHANGHAI, at, random_moment, random_pauses, random_term
from workflows.calendars import china
from workflows.explanation import explain_text
from workflows.term import Boundary, Pause, Roll, Term, Unit, add, between, extend, subtract
from workflows.timeline import Why

CASES = 10_000
DAY_UNITS = (Unit.CALENDAR_DAY, Unit.WORKING_DAY)
moments = st.datetimes(
    min_value=at("2004-01-05").replace(tzinfo=None),
    max_value=at("2024-12-31").replace(tzinfo=None),
    timezones=st.just(SHANGHAI),
)
spans = st.timedeltas(min_value=timedelta(minutes=1), max_value=timedelta(days=40))


def test_counted_segments_sum_exactly_to_the_term_in_ten_thousand_cases() -> None:
    chance = Random(20170810)
    for _ in range(CASES):
        start, term = random_moment(chance), random_term(chance)
        trace = add(start, term, china(), random_pauses(chance, start)).trace
        assert trace.counted == trace.total, (start, term)
        if term.unit not in (Unit.MONTH, Unit.YEAR):
            assert trace.total == term.amount
        edges = [(s.start, s.end) for s in trace.segments]
        for (_, ends), (begins, _) in pairwise(edges):
            assert ends is not None
            assert ends <= begins, (start, term)


def test_between_gives_back_what_add_was_given() -> None:
    chance = Random(20180330)
    for _ in range(3_000):
        start, drawn = random_moment(chance), random_term(chance)
        term = Term(drawn.amount, drawn.unit, boundary=drawn.boundary, start_counts=drawn.start_counts)
        pauses = random_pauses(chance, start)
        due = add(start, term, china(), pauses)
        assert due.at is not None
        measured = between(
            start, due.at, term.unit, china(), pauses, start_counts=term.start_counts, boundary=term.boundary
        )
        assert measured == term.amount, (start, term, pauses)


def test_a_later_start_never_ends_earlier() -> None:
    chance = Random(5)
    for _ in range(3_000):
        start, term = random_moment(chance), random_term(chance)
        # The days of a paused month depend on the month it began in, so two starts may cross by a day there.
        pauses = [] if term.unit in (Unit.MONTH, Unit.YEAR) else random_pauses(chance, start)
        if term.boundary is Boundary.SAME_TIME:
            # Two moments of different days that roll to one day keep their own time of day.
            term = replace(term, roll=Roll.NONE)
        later = start + timedelta(minutes=chance.randrange(10_000))
        first, second = add(start, term, china(), pauses), add(later, term, china(), pauses)
        assert first.at is not None
        assert second.at is not None
        assert first.at <= second.at, (start, later, term, pauses)


def test_a_longer_term_never_ends_earlier() -> None:
    chance = Random(6)
    for _ in range(3_000):
        start, term = random_moment(chance), random_term(chance)
        longer = replace(term, amount=term.amount + 1)
        pauses = random_pauses(chance, start)
        first, second = add(start, term, china(), pauses), add(start, longer, china(), pauses)
        assert first.at is not None
        assert second.at is not None
        assert first.at <= second.at


def test_an_extension_never_shortens() -> None:
    chance = Random(7)
    for _ in range(3_000):
        start, pauses = random_moment(chance), []
        original = add(start, random_term(chance), china(), pauses)
        extended = extend(original, random_term(chance), china())
        assert original.at is not None
        assert extended.at is not None
        assert extended.at >= original.at


@pytest.mark.parametrize("unit", [*DAY_UNITS, Unit.HOUR, Unit.OFFICE_HOUR, Unit.MINUTE])
def test_two_terms_one_after_the_other_end_where_their_sum_ends(unit: Unit) -> None:
    chance = Random(8)
    for _ in range(500):
        start, first, second = random_moment(chance), chance.randint(1, 60), chance.randint(1, 60)
        one = extend(add(start, Term(first, unit), china()), Term(second, unit), china())
        assert one.at == add(start, Term(first + second, unit), china()).at


@settings(max_examples=300, deadline=None)
@given(moments, st.integers(1, 60), spans, spans)
def test_a_pause_moves_calendar_days_by_exactly_its_days(
    start: datetime, amount: int, wait: timedelta, length: timedelta
) -> None:
    free = add(start, Term(amount, Unit.CALENDAR_DAY), china())
    begins = start + wait
    resumed = begins + length
    paused = add(start, Term(amount, Unit.CALENDAR_DAY), china(), [Pause(begins, resumed)])
    moved = resumed.date() - begins.date() if begins < free.at else timedelta(0)
    assert paused.on == free.on + moved


@settings(max_examples=300, deadline=None)
@given(moments, st.integers(1, 12), spans, spans)
def test_a_pause_moves_months_by_exactly_its_days(
    start: datetime, amount: int, wait: timedelta, length: timedelta
) -> None:
    free = add(start, Term(amount, Unit.MONTH), china())
    begins = start + wait
    paused = add(start, Term(amount, Unit.MONTH), china(), [Pause(begins, begins + length)])
    moved = (begins + length).date() - begins.date() if begins < free.at else timedelta(0)
    assert paused.on == free.on + moved


@settings(max_examples=300, deadline=None)
@given(moments, st.integers(1, 40), spans, spans)
def test_a_pause_moves_working_days_by_exactly_its_working_days(
    start: datetime, amount: int, wait: timedelta, length: timedelta
) -> None:
    free = add(start, Term(amount, Unit.WORKING_DAY), china())
    begins = start + wait
    resumed = begins + length
    paused = add(start, Term(amount, Unit.WORKING_DAY), china(), [Pause(begins, resumed)])
    if begins.date() == start.date():
        assert (
            paused.on
            == add(
                resumed if resumed.date() > start.date() else start, Term(amount, Unit.WORKING_DAY), china()
            ).on
        )
        return
    # A month's margin: the paused days are all those worked from the first day of the pause to the eve of resumption.
    taken = 0
    if begins < free.at:
        days = (resumed.date() - begins.date()).days
        taken = sum(chinese_calendar.is_workday(begins.date() + timedelta(days=n)) for n in range(days))
    assert paused.on == add(start, Term(amount + taken, Unit.WORKING_DAY), china()).on


@settings(max_examples=300, deadline=None)
@given(moments, st.integers(1, 500), spans, spans)
def test_a_pause_moves_hours_by_exactly_itself(
    start: datetime, amount: int, wait: timedelta, length: timedelta
) -> None:
    free = add(start, Term(amount, Unit.HOUR), china())
    begins = start + wait
    paused = add(start, Term(amount, Unit.HOUR), china(), [Pause(begins, begins + length)])
    assert paused.at == free.at + (length if begins < free.at else timedelta(0))


@settings(max_examples=300, deadline=None)
@given(moments, st.integers(1, 60), spans, spans)
def test_a_pause_moves_office_hours_by_exactly_its_office_hours(
    start: datetime, amount: int, wait: timedelta, length: timedelta
) -> None:
    free = add(start, Term(amount, Unit.OFFICE_HOUR), china())
    begins = start + wait
    paused = add(start, Term(amount, Unit.OFFICE_HOUR), china(), [Pause(begins, begins + length)])
    taken = between(begins, begins + length, Unit.OFFICE_HOUR, china()) if begins < free.at else 0
    assert paused.at == add(start, Term(amount + taken, Unit.OFFICE_HOUR), china()).at


@settings(max_examples=200, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_and_the_cutting_up_of_pauses_change_nothing(chance: Random) -> None:
    start, term = random_moment(chance), random_term(chance)
    pauses = random_pauses(chance, start)
    cut = []
    for pause in pauses:
        assert pause.end is not None
        middle = pause.start + (pause.end - pause.start) / 2
        cut += [Pause(middle, pause.end), Pause(pause.start, middle)]
    chance.shuffle(cut)
    assert add(start, term, china(), cut).at == add(start, term, china(), pauses).at


@settings(max_examples=200, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_offset_the_start_is_written_in_changes_nothing(chance: Random) -> None:
    start, term = random_moment(chance), random_term(chance)
    assert add(start.astimezone(UTC), term, china()) == add(start, term, china())


@settings(max_examples=200, deadline=None)
@given(moments, st.integers(1, 2_000))
def test_hours_counted_back_come_to_where_they_began(start: datetime, amount: int) -> None:
    forward = add(start, Term(amount, Unit.HOUR), china())
    assert subtract(forward.at, Term(amount, Unit.HOUR), china()).at == start


@settings(max_examples=200, deadline=None)
@given(moments, st.integers(1, 80), st.sampled_from([Unit.CALENDAR_DAY, Unit.WORKING_DAY, Unit.OFFICE_HOUR]))
def test_counting_back_finds_the_same_amount_as_counting_on(start: datetime, amount: int, unit: Unit) -> None:
    earlier = subtract(start, Term(amount, unit), china())
    assert earlier.trace.counted == amount
    if unit is Unit.OFFICE_HOUR:
        assert between(earlier.at, start, unit, china()) == amount
    else:
        assert (
            between(earlier.on - timedelta(days=1), start.date() - timedelta(days=1), unit, china()) == amount
        )


def test_working_days_agree_with_a_day_by_day_count_over_chinesecalendar() -> None:
    chance = Random(9)
    for _ in range(300):
        start, amount = random_moment(chance), chance.randint(1, 120)
        on, left = start.date(), amount
        while left:
            on += timedelta(days=1)
            left -= chinese_calendar.is_workday(on)
        assert add(start, Term(amount, Unit.WORKING_DAY), china()).on == on


def test_a_rolled_end_is_the_first_working_day_from_the_strict_one_on() -> None:
    chance = Random(10)
    for _ in range(2_000):
        due = add(
            random_moment(chance),
            Term(chance.randint(1, 90), Unit.CALENDAR_DAY, Roll.NON_WORKING_DAY),
            china(),
        )
        assert due.on is not None
        assert due.trace.strict_on is not None
        assert chinese_calendar.is_workday(due.on)
        between_them = [
            due.trace.strict_on + timedelta(days=n) for n in range((due.on - due.trace.strict_on).days)
        ]
        assert not any(chinese_calendar.is_workday(on) for on in between_them)


def test_every_case_can_be_told_in_both_languages() -> None:
    chance = Random(11)
    for _ in range(500):
        start = random_moment(chance)
        trace = add(start, random_term(chance), china(), random_pauses(chance, start)).trace
        assert len(explain_text(trace, "zh").splitlines()) >= len(trace.segments)
        assert len(explain_text(trace, "en").splitlines()) >= len(trace.segments)
        assert all(s.source for s in trace.segments if s.why in (Why.HOLIDAY, Why.MAKE_UP_DAY))


def test_ten_thousand_days_are_counted_in_one_pass() -> None:
    due = add(at("2004-01-02"), Term(5_000, Unit.WORKING_DAY, boundary=Boundary.END_OF_OFFICE_DAY), china())
    assert due.on is not None
    assert due.on < date(2026, 1, 1)
    assert due.trace.counted == 5_000
