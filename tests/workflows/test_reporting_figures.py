"""Numbers for leaders and the burden meter: as of a moment, from moments, without scores."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.reporting_campaign import SOURCE, a_campaign, a_lead, at
from workflows.campaign import Phase
from workflows.reporting import burden_of, leaders_figures
from workflows.reporting.figures import InTime, LeaderRow, known_at, nearest_rank
from workflows.text import Text

FIRST = a_lead(
    "1", "2017-08-10T08:00", "north",
    accepted_at=at("2017-08-11T08:00"), verified_at=at("2017-08-15T08:00"), closed_at=at("2017-09-01T08:00"),
)  # fmt: skip
SECOND = a_lead(
    "2", "2017-08-20T08:00", "north", accepted_at=at("2017-08-20T20:00"), refuted_at=at("2017-08-21T08:00")
)
THIRD = a_lead("3", "2017-08-12T08:00", None)
AS_OF = at("2017-09-02T08:00")


def rows(*leads: dict[str, Any], moment: Any = AS_OF, **parts: Any) -> dict[str | None, LeaderRow]:
    known = known_at(leads, parts.get("kept", {}), moment)
    return {row.value: row for row in leaders_figures(a_campaign(), known, "agency", moment)}


def test_leads_are_counted_by_what_became_of_them():
    counts = rows(FIRST, SECOND)["north"].counts
    assert counts == {"received": 2, "verified": 1, "refuted": 1, "transferred": 0, "closed": 1, "open": 1}


def test_what_happened_later_is_not_known_yet():
    early = rows(FIRST, SECOND, moment=at("2017-08-12T09:00"))["north"]
    assert early.counts == {
        "received": 1,
        "verified": 0,
        "refuted": 0,
        "transferred": 0,
        "closed": 0,
        "open": 1,
    }
    assert early.steps["accept"].median == timedelta(days=1)
    assert early.steps["verify"].count == 0


def test_leads_of_nobody_have_a_row_of_their_own():
    assert list(rows(FIRST, THIRD)) == ["north", None]


def test_open_leads_are_counted_by_age():
    assert rows(FIRST, SECOND, THIRD)["north"].open_by_age == {"7": 0, "30": 1, "90": 0, "more": 0}


def test_a_reopened_lead_is_open_again():
    again = {**FIRST, "reopened_at": at("2017-09-01T12:00")}
    assert rows(again)["north"].counts["open"] == 1
    assert rows(again, moment=at("2017-09-01T09:00"))["north"].counts["open"] == 0


def test_a_step_has_a_median_and_what_nine_in_ten_do_not_exceed():
    spell = rows(FIRST, SECOND)["north"].steps["verify"]
    assert (spell.count, spell.median, spell.p90) == (2, timedelta(hours=12), timedelta(days=4))


def test_an_investigation_lasts_from_filing_to_its_end_or_the_polices_filing():
    filed = a_lead(
        "3",
        "2017-08-10T08:00",
        "north",
        filed_at=at("2017-08-12T08:00"),
        investigated_at=at("2017-08-15T08:00"),
    )
    spell = rows(filed)["north"].steps["investigate"]
    assert (spell.count, spell.median) == (1, timedelta(days=3))


def test_nine_in_ten_is_a_value_that_occurred():
    values = [timedelta(days=n) for n in range(1, 11)]
    assert (nearest_rank(values, 50), nearest_rank(values, 90)) == (timedelta(days=5), timedelta(days=9))
    assert nearest_rank([], 90) is None


@given(st.lists(st.timedeltas(timedelta(0), timedelta(days=400)), min_size=1), st.integers(1, 100))
def test_the_rank_is_the_smallest_that_covers_the_share(values, percent):
    rank = nearest_rank(values, percent)
    assert 100 * sum(value <= rank for value in values) >= percent * len(values)
    assert 100 * sum(value < rank for value in values) < percent * len(values)


def test_in_time_is_the_sum_of_what_the_clocks_of_its_leads_did():
    kept = {FIRST["id"]: (3, 1, 2), SECOND["id"]: (1, 1, 1), THIRD["id"]: (5, 0, 0)}
    assert rows(FIRST, SECOND, THIRD, kept=kept)["north"].in_time == InTime(4, 2, 3)


def test_leads_are_told_apart_by_phase():
    survey = Phase("survey", Text("调查摸底"), date(2017, 8, 10), date(2017, 8, 15), SOURCE)
    campaign = replace(a_campaign(), phases=(survey,))
    found = leaders_figures(campaign, known_at([FIRST, SECOND, THIRD], {}, AS_OF), "phase", AS_OF)
    assert [(row.value, row.counts["received"]) for row in found] == [("survey", 2), (None, 1)]


def test_the_burden_is_what_a_unit_must_type():
    burden = burden_of(a_campaign())
    assert (burden.units, burden.per_unit, burden.spared_per_unit) == (3, 3 * (3 + 3), 3 * 7)
    assert {(report.figures, report.texts) for report in burden.reports} == {(3, 3)}


def test_the_burden_is_counted_unit_by_unit():
    """Who joins late owes fewer reports; a column of one kind of agency burdens nobody else."""
    campaign = a_campaign()
    agencies = tuple(
        replace(a, reports_from=date(2017, 12, 1)) if a.id == "north" else a
        for a in (*campaign.agencies, replace(campaign.agency("market"), reports=True))
    )
    agencies = tuple({agency.id: agency for agency in agencies}.values())
    columns = tuple(replace(c, filled_by=("market",)) if c.code == "A2" else c for c in campaign.columns)
    burden = burden_of(replace(campaign, agencies=agencies, columns=columns))
    found = {unit.unit: (unit.reports, unit.typed, unit.spared) for unit in burden.by_unit}
    assert found["north"] == (2, 2 * (2 + 3), 2 * 7)
    assert found["south"] == (3, 3 * (2 + 3), 3 * 7)
    assert found["market"] == (3, 3 * (3 + 3), 3 * 7)
    assert burden.per_unit == 3 * (3 + 3)
