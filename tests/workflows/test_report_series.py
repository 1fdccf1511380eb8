"""Reports that come back: each date of a series is an obligation of its own, and every slip in one is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests.workflows import quarry
from workflows.calendars import china
from workflows.campaign import ReportObligation
from workflows.recurrence import Shift
from workflows.reporting import due_at, owing_units


def entry(**when: Any) -> dict[str, Any]:
    return {
        "id": "weekly",
        "kind": "periodic",
        "name": {"zh": "周报", "en": "Weekly report"},
        "words": "每周一上午10时前",
        "source": "invented plan, 7",
        **when,
    }


def reports(**when: Any) -> list[ReportObligation]:
    found = quarry.altered(lambda document: document["reports"].append(entry(**when)))
    return [report for report in found.reports if report.entry == 1]


def problems(**when: Any) -> set[tuple[str, str]]:
    return quarry.problems(lambda document: document["reports"].append(entry(**when)))


def test_every_monday_at_ten_covers_the_week_before():
    series = reports(every={"weekdays": ["monday"]}, due_time=time(10))
    assert [(r.covers_from, r.covers_to, r.due_on) for r in series[:2]] == [
        (date(2027, 3, 1), date(2027, 3, 7), date(2027, 3, 8)),
        (date(2027, 3, 8), date(2027, 3, 14), date(2027, 3, 15)),
    ]
    assert {r.due_on.weekday() for r in series} == {0}
    assert series[-1].due_on <= quarry.definition().ends_on
    assert [series[0].id, series[0].name.zh] == ["weekly-2027-03-08", "周报（2027年3月8日）"]


def test_the_periods_of_a_series_leave_no_day_out_and_name_none_twice():
    for when in (
        {"every": {"weekdays": ["tuesday", "friday"]}},
        {"every": {"month_days": [31]}},
        {"every": {"month_days": [10, 25]}, "covers_lag": 3},
        {"every": {"weekdays": ["sunday"], "weeks": 2}, "due_time": time(9)},
    ):
        series = reports(**when)
        assert series[0].covers_from == quarry.definition().starts_on
        for before, after in pairwise(series):
            assert after.covers_from == before.covers_to + timedelta(days=1)


def test_twice_a_month_inside_one_phase():
    series = reports(every={"month_days": [10, 25]}, phase="correction")
    assert [r.due_on for r in series] == [date(2027, m, d) for m in (6, 7, 8) for d in (10, 25)]
    assert series[0].covers_from == date(2027, 6, 1)


def test_every_other_week_from_a_day_and_the_last_day_of_short_months():
    series = reports(every={"weekdays": ["wednesday"], "weeks": 2}, starts_on=date(2027, 4, 7))
    assert [r.due_on for r in series[:3]] == [date(2027, 4, d) for d in (7, 21)] + [date(2027, 5, 5)]
    assert [r.due_on.day for r in reports(every={"month_days": [31]})] == [31, 30, 31, 30, 31, 31]
    assert [r.due_on.month for r in reports(every={"month_days": [31], "short_month": "skip"})] == [
        3,
        5,
        7,
        8,
    ]


def test_so_many_days_before_the_report_it_is_for():
    (one,) = reports(before={"report": "2027-05", "days": 5})
    assert (one.id, one.covers_from, one.covers_to, one.due_on) == (
        "weekly",
        date(2027, 3, 1),
        date(2027, 5, 26),
        date(2027, 5, 26),
    )


def test_so_many_days_before_each_report_of_a_series():
    """What the stations give three days ahead of every monthly report, day for day and leaving out none."""

    def change(document: dict[str, Any]) -> None:
        document["reports"] += [
            entry(every={"month_days": [25]}),
            {**entry(before={"report": "weekly", "days": 3}), "id": "ahead"},
        ]

    found = quarry.altered(change).reports
    parents = [r for r in found if r.entry == 1]
    ahead = [r for r in found if r.entry == 2]
    assert len(ahead) == len(parents) > 2
    assert [r.due_on for r in ahead] == [p.due_on - timedelta(days=3) for p in parents]
    assert ahead[0].id == f"ahead-{ahead[0].due_on.isoformat()}"
    assert ahead[0].covers_from == parents[0].covers_from
    for first, after in pairwise(ahead):
        assert after.covers_from == first.covers_to + timedelta(days=1)


def test_a_report_may_be_asked_of_some_kinds_of_agencies_only():
    (one,) = reports(before={"report": "2027-05", "days": 5}, owed_by=["water"])
    units = owing_units(quarry.definition(), one)
    assert [unit.type for unit in units] == ["water"] * len(units)
    assert units


def test_a_report_nobody_owes_is_refused():
    ahead = {"report": "2027-05", "days": 5}
    assert problems(before=ahead, owed_by=["waters"]) == {("reports[1].owed_by[0]", "unknown_name")}

    def change(document: dict[str, Any]) -> None:
        document["agency_types"].append(
            {"id": "post", "name": {"zh": "邮政", "en": "Post"}, "source": "policy"}
        )
        document["reports"].append(entry(before=ahead, owed_by=["post"]))

    assert quarry.problems(change) == {("reports[1].owed_by", "nobody")}


@pytest.mark.parametrize(
    ("when", "found"),
    [
        ({"every": {"weekdays": ["someday"]}}, ("reports[1].every.weekdays[0]", "unknown_name")),
        ({"every": {"weekdays": []}}, ("reports[1].every.weekdays", "too_few")),
        ({"every": {}}, ("reports[1].every", "missing_key")),
        ({"every": {"weekdays": ["monday"], "month_days": [1]}}, ("reports[1].every", "missing_key")),
        ({"every": {"month_days": [0]}}, ("reports[1].every.month_days", "out_of_range")),
        ({"every": {"month_days": [True]}}, ("reports[1].every.month_days", "out_of_range")),
        ({"every": {"month_days": "25"}}, ("reports[1].every.month_days", "out_of_range")),
        ({"every": {"weekdays": ["monday"], "weeks": 0}}, ("reports[1].every.weeks", "out_of_range")),
        ({"every": {"weekdays": ["monday"], "hour": 10}}, ("reports[1].every.hour", "unknown_key")),
        ({"every": {"month_days": [5]}, "phase": "nowhere"}, ("reports[1].phase", "unknown_name")),
        ({"every": {"month_days": [5]}, "starts_on": date(2026, 1, 1)}, ("reports[1].starts_on", "outside_window")),
        ({"every": {"month_days": [5]}, "ends_on": date(2028, 1, 1)}, ("reports[1].ends_on", "outside_window")),
        ({"every": {"month_days": [5]}, "covers_from": date(2027, 3, 1)}, ("reports[1].covers_from", "unknown_key")),
        ({"every": {"weekdays": ["monday"]}, "ends_on": date(2027, 3, 1), "starts_on": date(2027, 5, 1)},
         ("reports[1].every", "span_reversed")),
        ({"every": {"month_days": [30], "short_month": "skip"}, "starts_on": date(2027, 3, 1),
          "ends_on": date(2027, 3, 9)}, ("reports[1].every", "recurrence_never_occurs")),
        ({"before": {"report": "2027-06", "days": 5}}, ("reports[1].before.report", "unknown_name")),
        ({"before": {"report": "2027-05", "days": 0}}, ("reports[1].before.days", "out_of_range")),
        ({"every": {"month_days": [5]}, "before": {"report": "2027-05", "days": 1}}, ("reports[1].before", "not_here")),
        ({}, ("reports[1].due_on", "missing_key")),
        ({"kind": "hourly", "every": {"month_days": [5]}}, ("reports[1].kind", "unknown_word")),
    ],
)  # fmt: skip
def test_a_slip_in_a_series_is_named_with_its_place(when: dict[str, Any], found: tuple[str, str]):
    assert found in problems(**when)


def test_a_unit_owes_what_is_due_while_it_takes_part():
    def change(document: dict[str, Any]) -> None:
        document["reports"].append(entry(every={"month_days": [25]}))
        unit = next(a for a in document["agencies"] if a.get("reports"))
        unit |= {"reports_from": date(2027, 4, 1), "reports_to": date(2027, 6, 30)}

    definition = quarry.altered(change)
    unit = next(agency for agency in definition.agencies if agency.reports)
    owed = [r.due_on.month for r in definition.reports if r.entry == 1 and unit in owing_units(definition, r)]
    assert owed == [4, 5, 6]
    assert quarry.problems(lambda d: d["agencies"][0].update(reports=False, reports_to=date(2027, 6, 1))) == {
        ("agencies[0].reports_to", "not_here")
    }


def test_a_day_off_passes_the_term_on_to_the_units_next_working_day():
    (planned,) = {r.shift for r in reports(every={"weekdays": ["sunday"]})}
    assert planned is Shift.NONE
    sundays = reports(every={"weekdays": ["sunday"], "shift": "later"}, due_time=time(10))
    definition = quarry.definition()
    calendar = china()
    closed = replace(sundays[0], due_on=date(2017, 10, 1))
    assert due_at(definition, closed).date() == date(2017, 10, 1)
    assert due_at(definition, closed, calendar).isoformat() == "2017-10-09T10:00:00+08:00"
    worked_sunday = replace(closed, due_on=date(2017, 9, 30))
    assert due_at(definition, worked_sunday, calendar).date() == date(2017, 9, 30)
    whole_day = replace(closed, due_time=None)
    assert due_at(definition, whole_day, calendar).isoformat() == "2017-10-10T00:00:00+08:00"
    stays = replace(closed, shift=Shift.NONE)
    assert due_at(definition, stays, calendar).date() == date(2017, 10, 1)


def test_a_series_is_never_due_before_what_it_covers_is_over():
    every = {"weekdays": ["monday"], "shift": "earlier"}
    assert ("reports[1].every.shift", "unknown_word") in problems(every=every)
