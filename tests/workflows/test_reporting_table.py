"""The results table: figures from records, nothing counted twice, empty apart from zero."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reporting_campaign import (
    STAGE_2,
    STATIONS,
    a_campaign,
    a_lead,
    a_report,
    a_seizure,
    an_inspection,
    some_records,
)
from workflows.reporting import Submission, Table, compute_table
from workflows.reporting.ledger import BadRecord

FIRST_STAGE = (date(2017, 8, 10), date(2017, 9, 18))
SECOND_STAGE = (date(2017, 9, 19), date(2017, 12, 18))


def table(
    records: Sequence[dict[str, object]],
    span: tuple[date, date] = FIRST_STAGE,
    *submissions: Submission,
) -> Table:
    by_unit = {unit: [s for s in submissions if s.unit == unit] for unit in STATIONS}
    return compute_table(a_campaign(), records, *span, STATIONS, by_unit)


def test_a_figure_names_the_records_behind_it():
    cell = table(some_records()).row("north").period["A1"]
    assert (cell.value, cell.computed, cell.records) == (Decimal(10), Decimal(10), ("i-1", "i-2"))


def test_the_day_is_the_campaigns_day():
    """A lead of 23:59 on the last day belongs to the period, one of 00:00 to the next, whatever UTC says."""
    records = some_records()
    assert table(records).row("south").period["C1"].records == ("lead-LJ-2017-0002",)
    assert table(records, SECOND_STAGE).row("north").period["C1"].records == ("lead-LJ-2017-0003",)


def test_cumulative_figures_run_from_the_first_day():
    row = table(some_records(), SECOND_STAGE).row("north")
    assert (row.period["C1"].value, row.cumulative["C1"].value) == (1, 2)
    assert row.before["C1"] == 1


def test_pieces_and_weight_stay_apart():
    total = table(some_records()).total.period
    assert (total["G1"].value, total["G2"].value) == (Decimal(25), Decimal("0.5335"))


def test_weights_are_exact():
    records = [a_seizure(f"s-{n}", date(2017, 9, 1), "north", None, 0.1) for n in range(3)]
    assert table(records).row("north").period["G2"].value == Decimal("0.0003")


def test_a_joint_case_counts_once_for_the_first_named_unit():
    result = table(some_records())
    assert result.row("south").period["G2"].records == ("s-2",)
    assert result.row("north").period["G2"].value == 0
    assert result.total.period["G2"].value == Decimal("0.5335")


def test_records_of_nobody_who_reports_are_shown_not_lost():
    result = table(some_records())
    assert result.row("").period["C1"].records == ("lead-LJ-2017-0004",)
    assert result.total.period["C1"].value == 3


def test_without_such_records_there_is_no_such_row():
    assert [row.unit for row in table([]).rows] == list(STATIONS)


def test_a_sum_column_is_the_sum_of_its_parts_with_their_records():
    cell = table(some_records()).row("north").period["B1"]
    assert (cell.value, cell.records) == (Decimal(2), ("i-1", "i-2"))


def test_nobody_said_is_not_zero():
    result = table([], FIRST_STAGE, a_report("north", figures={"A2": 0, "J2": 0, "J3": 0}))
    assert result.row("north").period["J2"].value == Decimal(0)
    assert result.row("south").period["J2"].value is None
    assert result.row("south").period["C1"].value == Decimal(0)
    assert table([]).total.period["J2"].value is None


def test_a_zero_report_says_zero_for_every_manual_figure():
    result = table([], FIRST_STAGE, a_report("river", zero=True, figures={"J3": None}))
    assert result.row("river").period["J3"].value == Decimal(0)


def test_manual_figures_add_up_over_the_periods():
    first = a_report("north", figures={"A2": 1, "J2": 10, "J3": 20})
    second = a_report("north", STAGE_2, figures={"A2": 2, "J2": 5, "J3": 7})
    row = table([], SECOND_STAGE, second, first).row("north")
    assert (row.period["J2"].value, row.cumulative["J2"].value) == (5, 15)
    assert row.before["J3"] == 20


def test_a_later_report_does_not_reach_back():
    second = a_report("north", STAGE_2, figures={"A2": 2, "J2": 5, "J3": 7})
    assert table([], FIRST_STAGE, second).row("north").cumulative["J2"].value is None


def test_a_correction_keeps_both_figures_and_its_reason():
    correction = {"A1": {"value": 13, "reason": "另有三人次未录"}}
    result = table(some_records(), FIRST_STAGE, a_report("north", corrections=correction))
    cell = result.row("north").period["A1"]
    assert (cell.value, cell.computed, cell.corrected, cell.reason) == (13, 10, 13, "另有三人次未录")
    assert (result.total.period["A1"].value, result.total.period["A1"].computed) == (13, 10)


def test_a_correction_moves_the_cumulative_figure_by_as_much():
    correction = {"A1": {"value": 13, "reason": "另有三人次未录"}}
    records = [*some_records(), an_inspection("i-9", date(2017, 11, 1), "north", 2)]
    row = table(records, SECOND_STAGE, a_report("north", corrections=correction)).row("north")
    assert (row.period["A1"].value, row.cumulative["A1"].value, row.cumulative["A1"].computed) == (2, 15, 12)


def test_a_qualified_figure_stays_qualified():
    figures = {"A2": 0, "J2": 0, "J3": {"period": 300, "qualifier": "余"}}
    result = table([], FIRST_STAGE, a_report("north", figures=figures), a_report("south"))
    assert result.row("north").period["J3"].qualifier == "余"
    assert (result.total.period["J3"].value, result.total.period["J3"].qualifier) == (320, "余")


def test_bad_records_are_refused_by_name():
    naive = {**a_lead("LJ-1", "2017-09-01T08:00", "north"), "received_at": datetime(2017, 9, 1, 8)}  # noqa: DTZ001 - a moment without its offset is the case
    with pytest.raises(BadRecord, match="time zone"):
        table([naive])
    with pytest.raises(BadRecord, match="s-1"):
        table([a_seizure("s-1", date(2017, 9, 1), "north", None, "半斤")])
    with pytest.raises(BadRecord, match="not finite"):
        table([a_seizure("s-1", date(2017, 9, 1), "north", None, float("nan"))])
    twin = a_seizure("s-1", date(2017, 9, 1), "north", 1, None)
    with pytest.raises(BadRecord, match="share the id"):
        table([twin, {**twin, "pieces": 2}])


def test_the_same_record_twice_counts_once():
    twin = a_seizure("s-1", date(2017, 9, 1), "north", 4, None)
    assert table([twin, dict(twin)]).total.period["G1"].value == 4


@given(
    st.lists(
        st.tuples(
            st.dates(date(2017, 8, 10), date(2018, 3, 30)),
            st.sampled_from([*STATIONS, "market", None]),
            st.one_of(st.none(), st.integers(0, 500)),
            st.one_of(st.none(), st.integers(0, 10**7).map(lambda n: Decimal(n).scaleb(-2))),
        ),
        max_size=30,
    )
)
def test_the_total_is_the_independent_sum_of_the_records(facts):
    records = [a_seizure(f"s-{n}", *fact) for n, fact in enumerate(facts)]
    result = table(records, SECOND_STAGE)
    inside = [f for f in facts if SECOND_STAGE[0] <= f[0] <= SECOND_STAGE[1]]
    so_far = [f for f in facts if f[0] <= SECOND_STAGE[1]]
    assert result.total.period["G1"].value == sum(f[2] or 0 for f in inside)
    assert result.total.cumulative["G1"].value == sum(f[2] or 0 for f in so_far)
    assert result.total.cumulative["G2"].value == sum((f[3] or Decimal(0)) for f in so_far) / 1000
    for row in result.rows:
        assert row.before["G1"] == row.cumulative["G1"].value - row.period["G1"].value


def test_ten_thousand_records_of_two_hundred_units_take_seconds():
    units = tuple(f"unit-{n}" for n in range(200))
    records = [a_lead(f"LJ-{n}", "2017-09-01T08:00", units[n % 200]) for n in range(10_000)]
    began = process_time()
    result = compute_table(a_campaign(), records, *FIRST_STAGE, units, {})
    assert result.total.period["C1"].value == 10_000
    assert process_time() - began < 5
