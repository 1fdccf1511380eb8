"""Conditions hold, explain themselves, and never raise for what is missing or of another kind."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from workflows.condition_format import parse_cell, parse_condition
from workflows.conditions import All, Comparison, Condition, Not
from workflows.facts import FactKind, Scope
from workflows.problem import Problems

SCOPE = Scope(
    kinds={
        "act": FactKind("choice", "act"),
        "products": FactKind("list", "product"),
        "value": FactKind("decimal"),
        "floor": FactKind("integer"),
        "act_on": FactKind("date"),
        "seen_at": FactKind("moment"),
        "filed": FactKind("boolean"),
        "note": FactKind("text"),
    },
    words={"act": frozenset({"sell", "buy"}), "product": frozenset({"ivory", "rhino"})},
)


def read(data: object, scope: Scope | None = SCOPE) -> Condition:
    problems = Problems()
    condition = parse_condition(data, "when", problems, scope)
    assert condition is not None, problems.listed()
    return condition


def codes(data: object, scope: Scope | None = SCOPE) -> set[tuple[str, str]]:
    problems = Problems()
    assert parse_condition(data, "when", problems, scope) is None
    return {(p.path, p.code) for p in problems.listed()}


@pytest.mark.parametrize(
    ("data", "facts", "expected"),
    [
        ({"fact": "act", "equals": "sell"}, {"act": "sell"}, True),
        ({"fact": "act", "equals": "sell"}, {"act": "buy"}, False),
        ({"fact": "act", "not_equals": "sell"}, {"act": "buy"}, True),
        ({"fact": "act", "in": ["sell", "buy"]}, {"act": "buy"}, True),
        ({"fact": "act", "not_in": ["sell"]}, {"act": "buy"}, True),
        ({"fact": "value", "at_least": 20000}, {"value": Decimal(20000)}, True),
        ({"fact": "value", "more_than": 20000}, {"value": Decimal(20000)}, False),
        ({"fact": "value", "at_most": 20000}, {"value": Decimal("20000.01")}, False),
        ({"fact": "value", "less_than": 20000}, {"value": 19999}, True),
        ({"fact": "value", "at_least": 10, "less_than": 20}, {"value": 15}, True),
        ({"fact": "value", "at_least": 10, "less_than": 20}, {"value": 20}, False),
        ({"fact": "act_on", "at_least": date(2018, 1, 1)}, {"act_on": date(2018, 1, 2)}, True),
        ({"fact": "filed", "equals": True}, {"filed": True}, True),
        ({"fact": "filed", "equals": True}, {"filed": 1}, False),
        ({"fact": "products", "contains": "ivory"}, {"products": ("ivory",)}, True),
        ({"fact": "products", "contains": "ivory"}, {"products": ()}, False),
        ({"fact": "products", "absent": True}, {"products": ()}, True),
        ({"fact": "note", "present": True}, {"note": ""}, False),
        ({"fact": "floor", "present": True}, {"floor": 0}, True),
        ({"fact": "filed", "present": True}, {"filed": False}, True),
        ({"fact": "value", "more_than": {"fact": "floor"}}, {"value": Decimal(2), "floor": 1}, True),
        ({"fact": "value", "more_than": {"fact": "floor"}}, {"value": Decimal(2)}, False),
        ({"not": {"fact": "act", "equals": "sell"}}, {}, True),
        (
            {"all": [{"fact": "act", "present": True}, {"fact": "filed", "equals": False}]},
            {"act": "buy"},
            False,
        ),
        (
            {"any": [{"fact": "act", "present": True}, {"fact": "filed", "equals": False}]},
            {"act": "buy"},
            True,
        ),
    ],
)
def test_a_condition_holds_exactly_when_its_words_say_so(
    data: object, facts: dict[str, object], expected: bool
) -> None:
    assert read(data).holds(facts) is expected


@pytest.mark.parametrize(
    "operator", ["equals", "not_equals", "at_least", "at_most", "more_than", "less_than"]
)
def test_comparing_a_missing_fact_is_false_whatever_the_operator(operator: str) -> None:
    assert read({"fact": "value", operator: 1}).holds({}) is False
    assert read({"fact": "value", operator: 1}).holds({"value": None}) is False


@pytest.mark.parametrize(
    "odd",
    ["text", True, (), date(2017, 1, 1), datetime(2017, 1, 1, tzinfo=UTC), Decimal("NaN"), float("inf"), {}],
)
def test_a_fact_of_another_kind_is_false_and_never_an_error(odd: object) -> None:
    for operator in ("at_least", "at_most", "more_than", "less_than", "equals", "contains", "in"):
        value: object = (20000,) if operator == "in" else 20000
        assert Comparison("value", operator, value).holds({"value": odd}) is False


def test_a_day_does_not_compare_with_a_moment() -> None:
    moment = datetime(2018, 1, 2, tzinfo=UTC)
    assert read({"fact": "act_on", "at_least": date(2018, 1, 1)}).holds({"act_on": moment}) is False


def test_an_explanation_lists_every_comparison_with_what_was_found() -> None:
    condition = read({"all": [{"fact": "act", "equals": "sell"}, {"not": {"fact": "value", "at_least": 5}}]})
    first, second = condition.explain({"act": "buy", "value": 7})
    assert (first.fact, first.holds, first.wanted, first.actual) == ("act", False, True, "buy")
    assert (second.holds, second.wanted) == (True, False)
    assert first.text.zh == "act 等于 sell（实际：buy）"
    assert second.text.en == "not: value is at least 5 (actual: 7)"
    assert condition.facts() == {"act", "value"}


def test_a_condition_names_the_facts_it_compares_with() -> None:
    assert read({"fact": "value", "more_than": {"fact": "floor"}}).facts() == {"value", "floor"}


def test_days_written_as_text_become_days() -> None:
    assert read({"fact": "act_on", "at_least": "2018-01-01"}) == Comparison(
        "act_on", "at_least", date(2018, 1, 1)
    )
    moment = read({"fact": "seen_at", "at_least": "2018-01-01T08:00:00+08:00"})
    assert moment.holds({"seen_at": datetime(2018, 1, 1, 0, 0, tzinfo=UTC)})


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("act", ("when", "wrong_type")),
        ({}, ("when.fact", "missing_key")),
        ({"fact": "act"}, ("when", "condition_shape")),
        ({"fact": "colour", "equals": "red"}, ("when.fact", "unknown_fact")),
        ({"fact": "act", "like": "s%"}, ("when.like", "unknown_operator")),
        ({"fact": "act", "equals": "steal"}, ("when.equals", "unknown_word")),
        ({"fact": "act", "in": ["sell", "steal"]}, ("when.in", "unknown_word")),
        ({"fact": "act", "in": "sell"}, ("when.in", "condition_value")),
        ({"fact": "act", "in": []}, ("when.in", "condition_value")),
        ({"fact": "act", "at_least": "sell"}, ("when.at_least", "condition_operator")),
        ({"fact": "products", "equals": "ivory"}, ("when.equals", "condition_operator")),
        ({"fact": "products", "contains": "gold"}, ("when.contains", "unknown_word")),
        ({"fact": "value", "at_least": "12"}, ("when.at_least", "condition_value")),
        ({"fact": "value", "at_least": True}, ("when.at_least", "condition_value")),
        ({"fact": "filed", "equals": 1}, ("when.equals", "condition_value")),
        ({"fact": "filed", "present": False}, ("when.present", "condition_value")),
        ({"fact": "act_on", "at_least": "2017-W32-4"}, ("when.at_least", "condition_value")),
        ({"fact": "act_on", "at_least": "20170810"}, ("when.at_least", "condition_value")),
        ({"fact": "act_on", "at_least": "2017-02-30"}, ("when.at_least", "condition_value")),
        (
            {"fact": "act_on", "at_least": datetime(2017, 8, 10, tzinfo=UTC)},
            ("when.at_least", "condition_value"),
        ),
        ({"fact": "value", "at_least": {"fact": "act"}}, ("when.at_least", "condition_value")),
        ({"fact": "value", "at_least": {"fact": "nothing"}}, ("when.at_least", "unknown_fact")),
        ({"fact": "value", "at_least": {"factor": "floor"}}, ("when.at_least", "condition_value")),
        ({"all": []}, ("when.all", "condition_shape")),
        ({"all": {"fact": "act", "present": True}}, ("when.all", "condition_shape")),
        ({"any": [{"fact": "act", "present": True}], "fact": "act"}, ("when", "condition_shape")),
        ({"not": [{"fact": "act", "present": True}]}, ("when.not", "wrong_type")),
    ],
)
def test_a_wrong_condition_is_refused_with_its_path(data: object, expected: tuple[str, str]) -> None:
    assert expected in codes(data)


def test_every_problem_of_a_condition_is_listed_at_once() -> None:
    data = {"all": [{"fact": "colour", "equals": "x"}, {"fact": "act", "equals": "steal", "like": 1}, 3]}
    assert codes(data) == {
        ("when.all[0].fact", "unknown_fact"),
        ("when.all[1].equals", "unknown_word"),
        ("when.all[1].like", "unknown_operator"),
        ("when.all[2]", "wrong_type"),
    }


def test_without_a_scope_only_the_shape_is_checked() -> None:
    assert read({"fact": "anything", "equals": "x"}, None).holds({"anything": "x"})
    assert ("when.equals", "condition_value") in codes({"fact": "x", "equals": [1]}, None)


def test_a_cell_joins_its_operators() -> None:
    problems = Problems()
    cell = parse_cell("value", {"at_least": 1, "less_than": 3}, "cell", problems, SCOPE)
    assert isinstance(cell, All)
    assert (cell.holds({"value": 2}), cell.holds({"value": 3})) == (True, False)


def test_equal_documents_give_equal_conditions() -> None:
    data = {"not": {"fact": "act", "in": ["sell"]}}
    assert read(data) == read(data) == Not(Comparison("act", "in", ("sell",)))
