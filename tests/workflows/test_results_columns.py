"""Columns beyond counts and sums: rates, balances, conversions, what stands at the end, different values, who fills in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.reporting_campaign import at
from tests.workflows import quarry
from workflows.campaign import CampaignDefinition
from workflows.reporting import Row, Submission, Table, check_submission, compile_period, compute_table

UNITS = ("resources", "water", "police")
APRIL, MAY = (date(2027, 4, 1), date(2027, 4, 30)), (date(2027, 5, 1), date(2027, 5, 31))


def name(words: str) -> dict[str, str]:
    return {"zh": words, "en": words}


def column(code: str, unit: str = "件", basis: str = "derived", **more: Any) -> dict[str, Any]:
    about = {"code": code, "name": name(code), "unit": name(unit), "group": code[0], "basis": basis}
    return {**about, "source": "policy", **more}


def counted(code: str, unit: str = "件", **measure: Any) -> dict[str, Any]:
    return column(code, unit, measure={"records": "visit", "moment": "occurred_on", **measure})


def check(left: str, relation: str, *right: str, **more: str) -> dict[str, Any]:
    return {
        "left": left,
        "relation": relation,
        "right": list(right),
        "reason": name(left),
        "source": "policy",
        **more,
    }


def laid_over(*columns: dict[str, Any], checks: tuple[dict[str, Any], ...] = ()) -> Any:
    def change(document: dict[str, Any]) -> None:
        document["fields"] += [
            {"id": "place_called", "name": name("场所"), "type": "text", "source": "policy"},
            {"id": "done_on", "name": name("办结日"), "type": "date", "source": "policy"},
            {"id": "yuan", "name": name("元"), "type": "decimal", "source": "policy"},
        ]
        fields = ["place_called", "done_on", "yuan"]
        document["record_kinds"].append(
            {"id": "visit", "name": name("检查"), "fields": fields, "needs": [], "source": "policy"}
        )
        document["results"] = {"columns": list(columns), "checks": list(checks)}
        for period, first, last in (("april", *APRIL), ("may", *MAY)):
            document["reports"].append(
                {"id": period, "kind": "results", "name": name(period), "covers_from": first, "covers_to": last,
                 "due_on": last, "words": period, "source": "policy"}
            )  # fmt: skip

    return change


def campaign(*columns: dict[str, Any], checks: tuple[dict[str, Any], ...] = ()) -> CampaignDefinition:
    return quarry.altered(laid_over(*columns, checks=checks))


def problems(*columns: dict[str, Any], checks: tuple[dict[str, Any], ...] = ()) -> set[tuple[str, str]]:
    return quarry.problems(laid_over(*columns, checks=checks))


def visit(n: int, on: date, unit: str = "police", **facts: object) -> dict[str, object]:
    return {"id": f"v{n}", "kind": "visit", "number": None, "agency": unit, "occurred_on": on, **facts}


def sent(unit: str, period: str = "may", zero: bool = False, **figures: Any) -> Submission:
    moment = at(f"2027-0{5 if period == 'may' else 4}-30T10:00")
    return Submission(unit, "results", period, zero=zero, submitted_at=moment, figures=figures)


def table(
    definition: CampaignDefinition, records: list[dict[str, object]], *sent: Submission, span: Any = MAY
) -> Table:
    by_unit = {unit: [s for s in sent if s.unit == unit] for unit in UNITS}
    return compute_table(definition, records, *span, UNITS, by_unit)


def values(row: Row, span: str = "period") -> dict[str, str | None]:
    cells = getattr(row, span)
    return {code: None if cell.value is None else str(cell.value) for code, cell in cells.items()}


# -- rates, averages, balances, conversions


RATES = (
    column("A", basis="manual"),
    column("B", basis="manual"),
    column("R", "%", decimals=1, ratio={"of": ["B"], "per": ["A"], "scale": 100}),
    column("G", "%", decimals=1, ratio={"of": ["A"], "less": ["B"], "per": ["B"], "scale": 100}),
    column("D", ratio={"of": ["A"], "less": ["B"]}),
)


def test_a_rate_of_all_is_that_of_the_totals_and_no_sum_of_rates():
    found = table(
        campaign(*RATES),
        [],
        *(sent(u, A=a, B=b) for u, a, b in zip(UNITS, (3, 1, 8), (1, 1, 8), strict=True)),
    )
    assert [values(row)["R"] for row in found.rows] == ["33.3", "100.0", "100.0"]
    assert values(found.total) == {"A": "12", "B": "10", "R": "83.3", "G": "20.0", "D": "2"}


def test_growth_and_balance_may_be_negative():
    row = table(campaign(*RATES), [], sent("police", A=7, B=8)).row("police")
    assert (values(row)["G"], values(row)["D"]) == ("-12.5", "-1")


def test_nothing_is_divided_by_nothing_and_empty_is_not_zero():
    row = table(campaign(*RATES), [], sent("police", A=0, B=0)).row("police")
    assert (values(row)["R"], values(row)["D"]) == (None, "0")
    assert values(table(campaign(*RATES), []).row("police"))["R"] is None


def test_the_rate_of_all_is_not_given_while_a_unit_has_said_only_one_part():
    lines = (counted("A"), column("B", basis="manual"), RATES[2])
    visits = [visit(1, MAY[0]), visit(2, MAY[0], "water")]
    half = table(campaign(*lines), visits, sent("police", B=1))
    assert (values(half.row("police"))["R"], values(half.total)["R"]) == ("100.0", None)
    whole = table(campaign(*lines), visits, sent("police", B=1), sent("water", B=0), sent("resources", B=0))
    assert values(whole.total)["R"] == "50.0"


def test_the_cumulative_rate_is_that_of_the_cumulative_figures():
    reports = (sent("police", "april", A=10, B=1), sent("police", A=10, B=9))
    row = table(campaign(*RATES), [], *reports).row("police")
    assert (values(row)["R"], values(row, "cumulative")["R"], row.before["R"]) == ("90.0", "50.0", None)


def test_a_rounded_part_makes_a_rounded_rate():
    row = table(campaign(*RATES), [], sent("police", A={"period": 300, "qualifier": "余"}, B=30)).row(
        "police"
    )
    assert (row.period["R"].value, row.period["R"].qualifier) == (Decimal("10.0"), "约")


def test_an_area_is_told_in_mu_beside_hectares():
    lines = (
        column("H", "公顷", "manual", decimals=2),
        column("M", "亩", decimals=1, ratio={"of": ["H"], "scale": 15}),
    )
    assert values(table(campaign(*lines), [], sent("police", H=1.25)).total)["M"] == "18.75"


def test_a_check_speaks_of_a_rate_too():
    lines = (*RATES[:3], column("L", "%", "manual", decimals=1))
    asked = campaign(*lines, checks=(check("R", "at_most", "L"),))
    rule = asked.report("results", "may")
    given: dict[str, Any] = {"unit": "police", "zero": False, "texts": {}, "corrections": {}}
    found = check_submission(
        asked, rule, figures={"A": 4, "B": 3, "L": 50}, computed={}, previous={}, **given
    )
    assert [(r.code, r.field) for r in found] == [("check_failed", "/figures/L")]


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        (column("R", ratio={"of": ["A"]}), ("results.columns[1].ratio.of", "missing_key")),
        (column("R", ratio={"of": ["A"], "per": ["X"]}), ("results.columns[1].ratio.per[0]", "unknown_name")),
        (column("R", ratio={"of": ["A"], "per": ["R"]}), ("results.columns[1]", "circular")),
        (column("R", ratio={"of": ["A"], "per": ["A"], "scale": 0}), ("results.columns[1].ratio.scale", "not_positive")),
        (column("R", basis="manual", ratio={"of": ["A"], "scale": 2}), ("results.columns[1].ratio", "not_here")),
        (column("R", chart=True, ratio={"of": ["A"], "less": ["A"]}), ("results.columns[1].chart", "not_here")),
        (column("R", filled_by=["water"], ratio={"of": ["A"], "scale": 2}), ("results.columns[1].filled_by", "not_here")),
        (column("R", stock=True, ratio={"of": ["A"], "scale": 2}), ("results.columns[1].stock", "not_here")),
        (column("R"), ("results.columns[1].measure", "missing_key")),
    ],
)  # fmt: skip
def test_a_column_that_cannot_be_computed_is_refused(bad: dict[str, Any], expected: tuple[str, str]):
    assert problems(column("A", basis="manual"), bad) == {expected}


def test_a_circle_of_sums_is_refused_with_every_column_in_it():
    lines = (column("A"), column("B"), column("C", basis="manual"))
    found = problems(*lines, checks=(check("A", "equals", "B", "C"), check("B", "equals", "A", "C")))
    assert found == {("results.columns[0]", "circular"), ("results.columns[1]", "circular")}


@pytest.mark.parametrize(
    ("left", "right", "is_refused"),
    [("件", "千克", True), ("吨", "千克", True), ("公顷", "亩", True), ("万元", "元", True), ("千克", "公斤", False),
     ("头", "只", False), ("条", "次", False), ("%", "%", False)],
)  # fmt: skip
def test_pieces_and_weight_cannot_be_declared_as_one_sum(left: str, right: str, is_refused: bool):
    lines = (column("T", left), column("A", left, "manual"), column("B", right, "manual"))
    expected = {("results.checks[0].right", "mixed_units")} if is_refused else set()
    assert problems(*lines, checks=(check("T", "equals", "A", "B"),)) == expected


def test_rates_cannot_be_declared_as_a_sum():
    lines = (*RATES[:3], column("S", "%", decimals=1), column("Q", "%", "manual"))
    assert problems(*lines, checks=(check("S", "equals", "R", "Q"),)) == {
        ("results.checks[0].right", "mixed_units")
    }


# -- what stands at the end of a period


STOCK = column("S", basis="manual", stock=True)


def test_what_stands_is_the_newest_figure_and_no_sum():
    reports = (sent("police", "april", S=40), sent("police", S=35), sent("water", "april", S=7))
    found = table(campaign(STOCK), [], *reports)
    assert (values(found.total), values(found.total, "cumulative")) == ({"S": "35"}, {"S": "42"})


def test_a_zero_report_says_nothing_of_what_stands():
    found = table(campaign(STOCK), [], sent("police", "april", S=40), sent("police", zero=True))
    assert (values(found.row("police")), values(found.row("police"), "cumulative")) == (
        {"S": None},
        {"S": "40"},
    )


def test_a_stated_cumulative_of_what_stands_is_the_figure_itself():
    asked = campaign(STOCK)
    rule, row = asked.report("results", "may"), table(asked, [], sent("police", "april", S=40)).row("police")
    given: dict[str, Any] = {"unit": "police", "zero": False, "texts": {}, "corrections": {}}
    given |= {"computed": row.computed, "previous": row.before}
    assert not check_submission(asked, rule, figures={"S": {"period": 35, "cumulative": 35}}, **given)
    found = check_submission(asked, rule, figures={"S": {"period": 35, "cumulative": 75}}, **given)
    assert [r.code for r in found] == ["cumulative_differs"]


HALF_CLOSED = (
    counted("N"),
    column("D", measure={"records": "visit", "moment": "done_on"}),
    counted("P", until="done_on"),
)


def test_what_is_half_done_stands_until_the_day_it_is_done():
    visits = [visit(1, APRIL[0], done_on=MAY[0]), visit(2, APRIL[1]), visit(3, MAY[0], done_on=MAY[1])]
    asked = campaign(*HALF_CLOSED, checks=(check("N", "equals", "D", "P", over="cumulative"),))
    april, may = table(asked, visits, span=APRIL).total, table(asked, visits).total
    assert (values(april), values(may)) == ({"N": "2", "D": "0", "P": "2"}, {"N": "1", "D": "2", "P": "1"})
    assert values(may, "cumulative") == {"N": "3", "D": "2", "P": "1"}
    snapshot = compile_period(asked, asked.report("results", "may"), records=visits, submissions=[],
                              at=at("2027-06-01T09:00"), version=1, previous=None)  # fmt: skip
    assert snapshot.document["contradictions"] == []
    assert may.period["P"].records == ("v2",)


def test_what_stands_may_have_begun_before_the_campaign_and_is_no_record_outside_it():
    old = [visit(1, date(2026, 1, 5))]
    asked = campaign(counted("P", until="done_on"))
    assert values(table(asked, old).total) == {"P": "1"}
    snapshot = compile_period(asked, asked.report("results", "may"), records=old, submissions=[],
                              at=at("2027-06-01T09:00"), version=1, previous=None)  # fmt: skip
    assert "outside_campaign" not in {c["code"] for c in snapshot.document["contradictions"]}


def test_a_zero_report_beside_what_still_stands_needs_no_reason():
    asked = campaign(counted("P", until="done_on"))
    row = table(asked, [visit(1, APRIL[0])]).row("police")
    given: dict[str, Any] = {"unit": "police", "texts": {}, "figures": {}, "corrections": {}}
    given |= {"computed": row.computed, "previous": row.before}
    assert not check_submission(asked, asked.report("results", "may"), zero=True, **given)


def test_what_stands_is_not_added_to_what_happened():
    lines = (column("T"), counted("A"), counted("P", until="done_on"))
    assert problems(*lines, checks=(check("T", "equals", "A", "P"),)) == {
        ("results.checks[0].right", "mixed_times")
    }


def test_a_cumulative_check_is_told_where_the_cumulative_figures_break_it():
    asked = campaign(column("A", basis="manual"), column("B", basis="manual"),
                     checks=(check("B", "at_most", "A", over="cumulative"),))  # fmt: skip
    given: dict[str, Any] = {"unit": "police", "zero": False, "texts": {}, "corrections": {}, "computed": {}}
    rule = asked.report("results", "may")
    assert not check_submission(asked, rule, figures={"A": 0, "B": 3}, previous={"A": Decimal(3)}, **given)
    found = check_submission(asked, rule, figures={"A": 0, "B": 3}, previous={"A": Decimal(2)}, **given)
    assert [r.code for r in found] == ["check_failed"]
    assert "累计" in found[0].text.zh


# -- different values


PLACES = (counted("V"), counted("W", distinct="place_called"))


def test_visits_and_places_are_both_kept():
    calls = ("南门市场", " 南门　市场", "北门市场", None)
    visits = [visit(n, MAY[0], place_called=called) for n, called in enumerate(calls)]
    assert values(table(campaign(*PLACES), visits).total) == {"V": "4", "W": "2"}


def test_a_place_two_units_visited_is_one_place_of_whoever_came_first():
    visits = [visit(1, MAY[1], "police", place_called="甲"), visit(2, MAY[0], "water", place_called="甲")]
    found = table(campaign(*PLACES), visits)
    assert [values(row)["W"] for row in found.rows] == ["0", "1", "0"]
    assert values(found.total)["W"] == "1"


def test_a_place_of_an_earlier_period_is_new_in_the_period_and_one_in_all():
    visits = [visit(1, APRIL[0], place_called="甲"), visit(2, MAY[0], place_called="甲")]
    total = table(campaign(*PLACES), visits).total
    assert (values(total)["W"], values(total, "cumulative")["W"]) == ("1", "1")


def test_different_values_are_counted_and_not_summed():
    bad = counted("W", distinct="place_called", total="yuan")
    assert problems(bad) == {("results.columns[0].measure.distinct", "not_here")}
    assert problems(counted("W", distinct="yuan")) == {("results.columns[0].measure.distinct", "wrong_type")}


# -- who fills in


OWN = (column("A", basis="manual"), column("B", basis="manual", filled_by=["public_security"]))


def test_a_column_of_one_kind_of_agency_is_asked_of_no_other():
    kinds = {a.id: a.type for a in quarry.definition().agencies}
    asked = campaign(OWN[0], {**OWN[1], "filled_by": [kinds["police"]]})
    rule = asked.report("results", "may")
    given: dict[str, Any] = {"zero": False, "texts": {}, "corrections": {}, "computed": {}, "previous": {}}
    assert not check_submission(asked, rule, unit="water", figures={"A": 1}, **given)
    assert [r.code for r in check_submission(asked, rule, unit="police", figures={"A": 1}, **given)] == [
        "figure_missing"
    ]
    refused = check_submission(asked, rule, unit="water", figures={"A": 1, "B": 2}, **given)
    assert [(r.code, r.field) for r in refused] == [("not_yours", "/figures/B")]
    found = table(asked, [], sent("water", A=1), sent("police", A=1, B=2))
    assert (found.row("water").period["B"].asked, values(found.total)["B"]) == (False, "2")


def test_a_rate_of_one_kind_of_agency_is_given_though_others_are_not_asked():
    kinds = {a.id: a.type for a in quarry.definition().agencies}
    own = {**OWN[1], "filled_by": [kinds["police"]]}
    asked = campaign(OWN[0], own, column("R", "%", ratio={"of": ["B"], "per": ["A"], "scale": 100}))
    found = table(asked, [], sent("water", A=1), sent("police", A=3, B=2), sent("resources", A=0))
    assert (values(found.row("water"))["R"], values(found.total)["R"]) == (None, "50")
