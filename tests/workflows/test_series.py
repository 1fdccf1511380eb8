"""Clocks that come back, run on or begin anew; rungs told again; notices that wait for the morning."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.clock_cases import SHANGHAI, at, pause
from tests.workflows import quarry
from workflows import clocks, deadline, escalation, renewal
from workflows.account import account, counts
from workflows.calendars import china
from workflows.campaign import Actor, Clock, Ladder, Offset, QuietHours, Rung
from workflows.deadline import Deadline
from workflows.quiet import shown_from
from workflows.recurrence import Monthly, Shift, ShortMonth, Weekly, in_words
from workflows.rejection import Rejected
from workflows.term import Pause, Term, Unit
from workflows.text import Text

CAMPAIGN = (date(2017, 8, 1), date(2018, 3, 31))
MONDAYS = Weekly((0,), CAMPAIGN[0], time(10), ends_on=CAMPAIGN[1])


def a_clock(**changes: Any) -> Clock:
    values: dict[str, Any] = {
        "code": "D-X", "name": Text("测试时限", "test clock"), "subject": "lead", "starts_on": ("lead.received",),
        "stops_on": ("lead.filed",), "term": Term(7, Unit.WORKING_DAY), "holder": "lead_agency", "ladder": "l",
        "source": "policy",
    }  # fmt: skip
    return Clock(**{**values, **changes})


def started(clock: Clock, begun: datetime, **changes: Any) -> Deadline:
    return deadline.started(
        clock, 0, deadline_id="d1", definition=quarry.definition(), campaign_id="c", subject="lead", subject_id="s",
        lead_id="s", generation=1, holder="u", at=begun, calendar=china(), **changes,
    )  # fmt: skip


def local(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def first_of(clock: Clock, begun: datetime) -> Deadline:
    day = renewal.first_of_series(clock, begun, china())
    assert day is not None
    return started(clock, begun, counted_from=day)


def series(clock: Clock, begun: datetime, length: int) -> list[Deadline]:
    found = [first_of(clock, begun)]
    while len(found) < length:
        after = renewal.following(found[-1], clock, china(), deadline_id=f"d{len(found) + 1}")
        assert after is not None
        found.append(after)
    return found


def test_every_monday_at_ten_is_a_deadline_of_its_own_each_time() -> None:
    weekly = a_clock(term=None, recurs=MONDAYS)
    due = [local(one.due_at) for one in series(weekly, at("2017-09-04 10:00"), 3)]
    assert due == ["2017-09-11 10:00", "2017-09-18 10:00", "2017-09-25 10:00"]


def test_the_next_of_a_series_begins_when_this_one_falls_due() -> None:
    one, two = series(a_clock(term=None, recurs=MONDAYS), at("2017-09-05"), 2)
    assert two.started_at == one.due_at
    assert (two.done, two.expired_at, two.state) == ((), None, deadline.RUNNING)


def test_a_shift_over_national_day_neither_repeats_nor_loses_one_of_the_series() -> None:
    later = replace(MONDAYS, shift=Shift.LATER)
    due = [local(one.due_at) for one in series(a_clock(term=None, recurs=later), at("2017-09-19"), 4)]
    assert due == ["2017-09-25 10:00", "2017-10-09 10:00", "2017-10-16 10:00", "2017-10-23 10:00"]


def test_twice_a_month_ends_with_its_phase() -> None:
    twice = Monthly((10, 25), date(2017, 9, 1), ShortMonth.LAST_DAY, ends_on=date(2017, 9, 30))
    last = series(a_clock(term=None, recurs=twice), at("2017-09-02"), 2)[-1]
    assert local(last.due_at) == "2017-09-26 00:00"
    assert renewal.following(last, a_clock(term=None, recurs=twice), china(), deadline_id="x") is None


def test_an_act_settles_the_oldest_of_a_series_that_has_begun_and_no_other() -> None:
    weekly = a_clock(term=None, recurs=MONDAYS)
    rules = replace(quarry.definition(), clocks=(weekly,))
    one, two, three = series(weekly, at("2017-09-05"), 3)
    on_the_thirteenth = clocks.stopping(rules, "lead.filed", [three, two, one], at("2017-09-13"))
    assert on_the_thirteenth == [one]
    assert clocks.stopping(rules, "lead.filed", [two, three], at("2017-09-13")) == [two]
    assert clocks.stopping(rules, "lead.filed", [three], at("2017-09-13")) == []


@pytest.mark.parametrize(
    ("recurs", "zh", "en"),
    [
        (MONDAYS, "每周一 10:00", "every Mon at 10:00"),
        (Weekly((0, 3), CAMPAIGN[0], every=2), "每2周的周一、四", "every 2 weeks on Mon, Thu"),
        (
            Monthly((10, 25), CAMPAIGN[0], ShortMonth.LAST_DAY, shift=Shift.EARLIER),
            "每月10日、25日，遇休息日提前",
            "day 10, 25 of each month, earlier where that is a day off",
        ),
    ],
)
def test_a_series_is_said_as_an_officer_would(recurs: Weekly | Monthly, zh: str, en: str) -> None:
    assert in_words(recurs) == Text(zh, en)


def test_days_before_an_event_are_counted_back_from_it() -> None:
    before = a_clock(term=Term(-3, Unit.WORKING_DAY), counts_from="given.meeting_on")
    hearing = datetime(2017, 10, 13, tzinfo=SHANGHAI)
    found = started(before, at("2017-09-20"), counted_from=hearing)
    assert local(found.due_at) == "2017-10-11 00:00"
    assert "以 given.meeting_on 为准" in account(found, before, china())


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (date(2017, 10, 13), "2017-10-13 00:00"),
        ("2017-10-13", "2017-10-13 00:00"),
        ("2017-10-13T02:00:00+00:00", "2017-10-13 10:00"),
        (datetime(2017, 10, 13, 2, tzinfo=UTC), "2017-10-13 10:00"),
        ("soon", None),
        (None, None),
    ],
)
def test_a_clock_that_counts_from_a_fact_starts_only_where_the_fact_is_known(
    value: object, moment: str | None
) -> None:
    rule = a_clock(term=Term(24, Unit.HOUR), counts_from="given.found_at")
    rules = replace(quarry.definition(), clocks=(rule,), time_zone="Asia/Shanghai")
    facts, relations = {"given.found_at": value}, {"lead_agency": rules.agencies[0].id}
    found = clocks.starting(rules, "lead", "lead.received", facts, relations, [], date(2017, 10, 14))
    assert [local(start.counted_from) for start in found if start.counted_from] == (
        [moment] if moment else []
    )


def test_reassignment_leaves_a_clock_alone_and_a_change_of_jurisdiction_begins_it_anew() -> None:
    rule = a_clock(restarts_on=("lead.referred",), starts_on=("lead.received", "lead.reassigned"))
    rules = replace(quarry.definition(), clocks=(rule,))
    relations = {"lead_agency": rules.agencies[0].id}
    running = started(rule, at("2017-09-04"))
    assert clocks.starting(rules, "lead", "lead.reassigned", {}, relations, [running], date(2017, 9, 8)) == []
    assert clocks.restarting(rules, "lead.referred", [running]) == [running]
    anew = clocks.starting(
        rules, "lead", "lead.referred", {}, relations, [], date(2017, 9, 8), restarted={"D-X"}
    )
    assert [start.clock for start in anew] == [rule]
    assert clocks.starting(rules, "lead", "lead.referred", {}, relations, [], date(2017, 9, 8)) == []


def test_what_was_left_runs_on_when_a_matter_is_opened_again() -> None:
    rule = a_clock(term=Term(10, Unit.WORKING_DAY), continues_on=("lead.reopened",))
    whole = started(rule, at("2017-09-04"))
    settled = deadline.stopped(whole, at("2017-09-07"))
    again = renewal.continued(settled, rule, china(), at("2017-09-21"), deadline_id="d2", generation=2)
    assert settled.state == deadline.MET
    assert local(whole.due_at) == "2017-09-19 00:00"
    # Used before it was settled: 5 and 6 September; the eight that were left run from the day it was opened again.
    assert local(again.due_at) == "2017-10-01 00:00"
    assert (again.state, again.generation, again.original_due_at) == (deadline.RUNNING, 2, whole.due_at)
    assert renewal.last_ended([whole, settled], "D-X") == settled


def test_a_clock_that_was_late_when_it_was_settled_is_late_again_at_once() -> None:
    rule = a_clock(term=Term(3, Unit.WORKING_DAY))
    settled = deadline.stopped(started(rule, at("2017-09-04")), at("2017-09-15"))
    again = renewal.continued(settled, rule, china(), at("2017-09-21"), deadline_id="d2", generation=2)
    assert again.due_at == settled.due_at
    assert again.is_overdue(at("2017-09-21"))


def test_an_extended_date_keeps_the_account_of_the_original_in_both_languages() -> None:
    rule = a_clock(term=Term(7, Unit.WORKING_DAY))
    running = replace(
        started(rule, at("2017-09-25")), pauses=(pause("2017-09-27 10:00", "2017-09-29 15:00"),)
    )
    once = deadline.extended(running, rule, 0, Term(5, Unit.WORKING_DAY), china(), "p1", at("2017-10-09"))
    twice = deadline.extended(once, rule, 0, Term(1, Unit.WORKING_DAY), china(), "p1", at("2017-10-16"))
    told = account(twice, rule, china())
    assert told.count("到期：") == 5  # the original, each extension, and both in the last line
    assert "第1次延期（2017-10-09 09:00 批准）" in told
    assert "第2次延期（2017-10-16 09:00 批准）" in told
    assert told.endswith("原到期：2017-10-10 24:00；现到期：2017-10-20 24:00。")
    english = account(twice, rule, china(), "en")
    assert english.endswith("Originally due 2017-10-10 24:00; due now 2017-10-20 24:00.")
    assert [due.trace.counted for due in counts(twice, rule, china())] == [7, 5, 1]


def repeated(times: int) -> Ladder:
    to = (Actor("officer", "holder"),)
    again: dict[str, Any] = {"repeat": Offset(Decimal(1), "working_day"), "repeat_times": times}
    rungs = (
        Rung("L2", Text("催办"), Offset(Decimal(0), "calendar_day"), to, "urging", "policy", **again),
        Rung("L3", Text("督办"), Offset(Decimal(3), "working_day"), to, "order", "policy", signature=True),
    )
    return Ladder("l", Text("梯"), rungs, "policy")


def test_a_rung_is_told_again_until_the_next_one_comes() -> None:
    running = started(a_clock(), at("2017-09-04"))
    keys = [step.key for step in escalation.schedule(running, repeated(5), china())]
    assert keys == ["due", "L2", "L2+1", "L2+2", "L3"]


def test_saying_one_knows_stops_the_repeats_and_not_the_ladder() -> None:
    ladder = repeated(2)
    running = started(a_clock(), at("2017-09-04"))
    late = escalation.fire(running, ladder, china(), running.due_at).deadline
    known = replace(late, acknowledged_at=late.due_at + timedelta(hours=2))
    assert [step.key for step in escalation.forecast(late, ladder, china())] == ["L2+1", "L2+2", "L3"]
    assert [step.key for step in escalation.forecast(known, ladder, china())] == ["L3"]
    assert (
        escalation.armed(known, ladder, china()).next_at == escalation.forecast(known, ladder, china())[0].at
    )


def test_a_snooze_keeps_the_repeats_before_its_end_waiting() -> None:
    ladder = repeated(2)
    running = started(a_clock(), at("2017-09-04"))
    late = escalation.fire(running, ladder, china(), running.due_at).deadline
    snoozed = replace(late, snoozed_until=late.due_at + timedelta(hours=30))
    assert [step.key for step in escalation.forecast(snoozed, ladder, china())] == ["L2+2", "L3"]


def test_knowing_of_a_reminder_does_not_silence_the_rung_that_comes_later() -> None:
    ladder = repeated(2)
    running = replace(started(a_clock(), at("2017-09-04")), acknowledged_at=at("2017-09-05"))
    assert [step.key for step in escalation.forecast(running, ladder, china())] == [
        "due",
        "L2",
        "L2+1",
        "L2+2",
        "L3",
    ]


def test_after_an_outage_a_rung_is_told_once_and_not_for_each_repeat() -> None:
    ladder = repeated(2)
    running = started(a_clock(), at("2017-09-04"))
    firing = escalation.fire(running, ladder, china(), running.due_at + timedelta(hours=50))
    assert [step.key for step in firing.fired] == ["due", "L2"]
    assert [step.key for step in firing.skipped] == ["L2+1", "L2+2"]


NIGHT = QuietHours(time(20), time(8), "policy")


@pytest.mark.parametrize(
    ("quiet", "moment", "shown"),
    [
        (NIGHT, "2017-09-29 21:30", "2017-09-30 08:00"),
        (NIGHT, "2017-09-30 03:00", "2017-09-30 08:00"),
        (NIGHT, "2017-09-30 08:00", None),
        (NIGHT, "2017-09-30 19:59", None),
        (replace(NIGHT, days_off=True), "2017-09-30 21:00", "2017-10-09 08:00"),
        (replace(NIGHT, days_off=True), "2017-10-03 12:00", "2017-10-09 08:00"),
        (QuietHours(time(12), time(14, 30), "policy"), "2017-09-29 13:00", "2017-09-29 14:30"),
        (None, "2017-09-29 23:00", None),
    ],
)
def test_a_notice_of_the_night_is_shown_in_the_morning(
    quiet: QuietHours | None, moment: str, shown: str | None
) -> None:
    found = shown_from(quiet, at(moment), china(), urgent=False)
    assert (local(found) if found else None) == shown
    assert shown_from(quiet, at(moment), china(), urgent=True) is None


def test_a_reminder_that_would_fall_into_a_pause_comes_when_it_ends() -> None:
    early = replace(repeated(1).rungs[0], level="L1", offset=Offset(Decimal(-3), "working_day"), repeat=None)
    ladder = replace(repeated(1), rungs=(early, *repeated(1).rungs))
    running = started(a_clock(), at("2017-09-04"))
    quiet = replace(running, pauses=(pause("2017-09-06 09:00", "2017-09-12 15:00"),))
    assert local(escalation.schedule(running, ladder, china())[0].at) == "2017-09-09 00:00"
    assert local(escalation.schedule(quiet, ladder, china())[0].at) == "2017-09-12 15:00"


def test_half_of_a_term_is_half_of_what_the_clock_runs() -> None:
    half = replace(repeated(1).rungs[0], level="L1", offset=Offset(Decimal(50), "percent"), repeat=None)
    ladder = replace(repeated(1), rungs=(half, *repeated(1).rungs))
    fortnight = a_clock(term=Term(14, Unit.CALENDAR_DAY))
    running = started(fortnight, at("2017-09-04 00:00"))

    def half_at(*pauses: Pause) -> str:
        stood_still = timedelta(days=30 * len(pauses))
        clock = replace(running, pauses=pauses, due_at=running.due_at + stood_still)
        (step,) = (s for s in escalation.schedule(clock, ladder, china()) if s.key == "L1")
        return local(step.at)

    assert half_at() == "2017-09-11 12:00"
    # A day of fifteen had run: half of the term is still six and a half days away when the clock goes on.
    assert half_at(pause("2017-09-05 00:00", "2017-10-05 00:00")) == "2017-10-11 12:00"
    assert half_at(pause("2017-09-15 00:00", "2017-10-15 00:00")) == "2017-09-11 12:00"
    early, late = pause("2017-09-05 00:00", "2017-10-05 00:00"), pause("2017-10-06 00:00", "2017-11-05 00:00")
    assert half_at(late, early) == "2017-11-10 12:00"
    assert half_at(pause("2017-09-11 12:00", "2017-10-11 12:00")) == "2017-10-11 12:00"


def refusals(clock: Clock, ground: str, until: datetime) -> list[tuple[str, str]]:
    running = started(clock, at("2017-09-04"))
    with pytest.raises(Rejected) as refused:
        deadline.planned_pause(running, clock, china(), at("2017-09-05"), until, ground)
    return [(reason.code, reason.text.zh) for reason in refused.value.reasons]


def test_a_clock_whose_source_allows_no_pause_refuses_with_the_article() -> None:
    statutory = a_clock(source="行政执法机关移送涉嫌犯罪案件的规定 第五条")
    ((code, words),) = refusals(statutory, "appraisal", at("2017-09-08"))
    assert code == "no_pause"
    assert "移送涉嫌犯罪案件的规定 第五条" in words


def test_a_pause_is_bounded_by_its_rule_and_by_the_present() -> None:
    rule = a_clock(pause_grounds=("appraisal",), pause_at_most=Term(10, Unit.CALENDAR_DAY))
    assert [code for code, _ in refusals(rule, "appraisal", at("2017-09-20"))] == ["too_long"]
    assert [code for code, _ in refusals(rule, "appraisal", at("2017-09-04"))] == ["reversed"]
    assert [code for code, _ in refusals(rule, "weather", at("2017-09-08"))] == ["no_pause"]


def test_a_planned_pause_ends_by_itself_and_another_may_overlap_it() -> None:
    rule = a_clock(pause_grounds=("appraisal", "hearing"))
    running = started(rule, at("2017-09-04"))
    once = deadline.planned_pause(running, rule, china(), at("2017-09-05"), at("2017-09-08"), "appraisal")
    twice = deadline.planned_pause(once, rule, china(), at("2017-09-06"), at("2017-09-11"), "hearing")
    alone = deadline.planned_pause(running, rule, china(), at("2017-09-05"), at("2017-09-11"), "appraisal")
    assert deadline.in_pause(once, at("2017-09-07"))
    assert not deadline.in_pause(once, at("2017-09-08"))
    assert twice.due_at == alone.due_at
    assert running.due_at < once.due_at < twice.due_at
