"""A report is checked whole: every problem, each with the field it stands in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.reporting_campaign import STAGE_1, a_campaign
from tests.workflows import quarry
from workflows.rejection import Reason
from workflows.reporting import check_submission

GOOD_FIGURES = {"A2": 2, "J2": 10, "J3": 20}
COMPUTED = {"A1": Decimal(10), "B1": Decimal(2), "C1": Decimal(3)}
PREVIOUS = {"J2": Decimal(100), "J3": Decimal(200)}


def problems(**parts: Any) -> list[tuple[str, str | None]]:
    return [(reason.code, reason.field) for reason in reasons(**parts)]


def reasons(**parts: Any) -> tuple[Reason, ...]:
    campaign = a_campaign()
    given: dict[str, Any] = {
        "unit": "north",
        "zero": False,
        "texts": {"progress": "已检查市场两处。"},
        "figures": GOOD_FIGURES,
        "corrections": {},
        "computed": COMPUTED,
        "previous": PREVIOUS,
    }
    return check_submission(campaign, campaign.report("stage", STAGE_1), **{**given, **parts})


def test_a_good_report_has_no_problem():
    assert problems() == []


def test_a_zero_report_is_one_act():
    assert problems(zero=True, texts={}, figures={}, computed={}) == []


def test_a_zero_report_beside_records_needs_a_reason():
    (reason,) = reasons(zero=True, figures={})
    assert (reason.code, reason.field) == ("zero_beside_records", "/zero")
    assert "出动执法人员 10 人次、检查场所合计 2 处、接收线索 3 条" in reason.text.zh
    assert problems(zero=True, figures={}, reason=" ") == [("zero_beside_records", "/zero")]
    assert problems(zero=True, figures={}, reason="检查由县局登记在我站名下") == []
    assert problems(zero=True, figures={}, computed={"A1": Decimal(0), "C1": None}) == []


def test_a_zero_report_may_say_its_zeros():
    assert problems(zero=True, figures={"A2": 0, "J2": 0, "J3": None}, computed={}) == []


def test_a_zero_report_with_figures_is_refused():
    corrections = {"A1": {"value": 3, "reason": "漏记"}}
    found = problems(zero=True, figures={"A2": 1}, corrections=corrections, computed={})
    assert found == [
        ("zero_report_with_figures", "/figures/A2"),
        ("zero_report_with_figures", "/corrections/A1/value"),
    ]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("12", "not_a_number"),
        (True, "not_a_number"),
        ([3], "not_a_number"),
        (float("nan"), "not_a_number"),
        (float("inf"), "not_a_number"),
        (Decimal("NaN"), "not_a_number"),
        (-1, "negative"),
        (Decimal("-0.5"), "negative"),
        (1.5, "not_whole"),
        (12.0, "not_whole"),
        (Decimal("1.5"), "not_whole"),
        (10**12, "too_large"),
        (1e400, "not_a_number"),
        (10**4000, "too_large"),
        (Decimal("1E+1000000"), "too_large"),
        (None, "figure_missing"),
    ],
)
def test_a_count_is_a_whole_number_that_is_there(value, code):
    assert problems(figures={**GOOD_FIGURES, "A2": value}) == [(code, "/figures/A2")]


def test_twelve_digits_are_allowed():
    assert problems(figures={**GOOD_FIGURES, "J3": 10**12 - 1}) == []


def test_empty_is_not_zero():
    (reason,) = reasons(figures={"A2": 0, "J3": 0})
    assert (reason.code, reason.field) == ("figure_missing", "/figures/J2")
    assert reason.hint is not None
    assert "填 0" in reason.hint.zh


def test_an_unknown_column_is_named_with_the_nearest():
    (reason,) = reasons(figures={**GOOD_FIGURES, "J22": 1})
    assert (reason.code, reason.field) == ("unknown_column", "/figures/J22")
    assert reason.hint is not None
    assert "J2" in reason.hint.zh


def test_what_the_records_know_is_not_typed():
    assert problems(figures={**GOOD_FIGURES, "C1": 3, "A1": 12}) == [
        ("figure_is_derived", "/figures/A1"),
        ("figure_is_derived", "/figures/C1"),
    ]


def test_a_correction_needs_a_reason_and_a_column_that_allows_it():
    found = problems(
        corrections={
            "A1": {"value": 12, "reason": "  "},
            "C1": {"value": 4, "reason": "漏记"},
            "J2": {"value": 4, "reason": "漏记"},
            "Z9": {"value": 4, "reason": "漏记"},
        }
    )
    assert found == [
        ("reason_required", "/corrections/A1/reason"),
        ("not_correctable", "/corrections/C1"),
        ("not_correctable", "/corrections/J2"),
        ("unknown_column", "/corrections/Z9"),
    ]


def test_a_correction_has_a_shape():
    assert problems(corrections={"A1": 12}) == [("bad_correction", "/corrections/A1")]
    assert problems(corrections={"A1": {"value": -1, "reason": "漏记", "why/so": 1}}) == [
        ("unknown_key", "/corrections/A1/why~1so"),
        ("negative", "/corrections/A1/value"),
    ]


def test_a_reasoned_correction_is_accepted():
    assert problems(corrections={"A1": {"value": 12, "reason": "另有两人次未录入检查记录"}}) == []


def test_checks_run_across_typed_and_computed_figures():
    assert problems(figures={**GOOD_FIGURES, "A2": 11}) == [("check_failed", "/figures/A2")]
    assert problems(corrections={"A1": {"value": 1, "reason": "多录"}}) == [("check_failed", "/figures/A2")]
    assert problems(figures={"A2": 0, "J2": 21, "J3": 20}) == [("check_failed", "/figures/J2")]


def test_a_check_among_computed_figures_is_not_the_units_fault():
    assert problems(computed={**COMPUTED, "B2": Decimal(1), "B3": Decimal(0)}) == []


def test_a_stated_cumulative_figure_must_be_the_sum_of_the_periods():
    typed = {**GOOD_FIGURES, "J2": {"period": 10, "cumulative": 99}}
    assert problems(figures=typed) == [("cumulative_falls", "/figures/J2/cumulative")]
    typed = {**GOOD_FIGURES, "J2": {"period": 10, "cumulative": 111}}
    assert problems(figures=typed) == [("cumulative_differs", "/figures/J2/cumulative")]
    typed = {**GOOD_FIGURES, "J2": {"period": 10, "cumulative": 110}}
    assert problems(figures=typed) == []


def test_period_and_cumulative_swapped_are_noticed():
    typed = {**GOOD_FIGURES, "J3": {"period": 220, "cumulative": 20}}
    assert ("cumulative_falls", "/figures/J3/cumulative") in problems(figures=typed)


def test_a_qualified_figure_keeps_to_known_words():
    assert problems(figures={**GOOD_FIGURES, "J3": {"period": 300, "qualifier": "余"}}) == []
    typed = {**GOOD_FIGURES, "J3": {"period": 300, "qualifier": "很多", "unit": "人"}}
    assert problems(figures=typed) == [
        ("unknown_key", "/figures/J3/unit"),
        ("unknown_qualifier", "/figures/J3/qualifier"),
    ]


def test_texts_are_known_short_and_printable():
    found = problems(texts={"progress": "字" * 201, "next": 5, "problems": "a\x00b", "praise": "好"})
    assert found == [
        ("not_text", "/texts/next"),
        ("unknown_text", "/texts/praise"),
        ("bad_text", "/texts/problems"),
        ("too_long", "/texts/progress"),
    ]


def test_only_reporting_units_report():
    assert problems(unit="market") == [("not_a_reporting_unit", "/unit")]
    assert problems(unit="nobody") == [("not_a_reporting_unit", "/unit")]


def test_every_problem_is_listed_in_both_languages():
    found = reasons(unit="nobody", texts={"x": 1}, figures={"A2": "1", "C1": 2}, corrections={"J2": 1})
    assert len(found) == 7
    assert all(reason.text.zh and reason.text.en for reason in found)


def test_a_sum_of_typed_and_counted_figures_is_counted_with_what_was_typed() -> None:
    definition = quarry.definition()
    counted = {"C1": Decimal(1), "C2": None, "C3": None, "C4": Decimal(1)}
    found = check_submission(
        definition,
        definition.reports[0],
        unit="water",
        zero=False,
        texts={},
        figures={"C3": 2},
        corrections={},
        computed=counted,
        previous={},
        owes=True,
    )
    assert found == (), "C4 is C1 + C3 and comes to 3"
