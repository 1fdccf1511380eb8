"""Decision tables answer with their reasons, and their faults are found before anybody asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import product
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.condition_format import parse_cell
from workflows.decision_lint import faults
from workflows.decision_table import DecisionTable, HitPolicy, Row, decide
from workflows.facts import FactKind, Scope
from workflows.problem import Problems
from workflows.text import Text

PLACES, ACTS = ("market", "river", "road"), ("sell", "buy", "move")
SCOPE = Scope(
    {
        "place": FactKind("choice", "place"),
        "act": FactKind("choice", "act"),
        "value": FactKind("decimal"),
        "count": FactKind("integer"),
        "on": FactKind("date"),
        "goods": FactKind("list", "goods"),
        "note": FactKind("text"),
        "filed": FactKind("boolean"),
    },
    {"place": frozenset(PLACES), "act": frozenset(ACTS), "goods": frozenset({"ivory", "horn"})},
)
TODAY = date(2017, 9, 1)


def a_row(when: Mapping[str, Any], then: Mapping[str, object] | None = None, priority: int = 0) -> Row:
    problems = Problems()
    cells = {fact: parse_cell(fact, cell, fact, problems, SCOPE) for fact, cell in when.items()}
    assert not problems.listed()
    return Row({k: c for k, c in cells.items() if c is not None}, then or {"to": "a"}, "policy", priority)


def a_table(hit: HitPolicy, inputs: tuple[str, ...], *rows: Row, **dates: date) -> DecisionTable:
    return DecisionTable("R", Text("表"), "policy", hit, inputs, ("to",), rows, **dates)


def codes(table: DecisionTable) -> list[tuple[str, int | None]]:
    return [(fault.code, fault.row) for fault in faults(table, SCOPE)]


MARKET = a_row({"place": {"equals": "market"}}, {"to": ("a", "b")})
SELLING = a_row({"act": {"equals": "sell"}}, {"to": "b"})
ANY = a_row({}, {"to": "c"})


def test_collect_gives_every_row_that_hits_in_order() -> None:
    answer = decide(
        a_table("collect", ("place", "act"), MARKET, SELLING), {"place": "market", "act": "sell"}, TODAY
    )
    assert (answer.rows, answer.collected("to")) == ((1, 2), ("a", "b"))
    assert (answer.rule_id, answer.source, answer.sources) == ("R", "policy", ("policy", "policy"))


def test_first_stops_at_the_first_and_says_what_it_left_out() -> None:
    answer = decide(
        a_table("first", ("place", "act"), MARKET, SELLING, ANY), {"place": "river", "act": "sell"}, TODAY
    )
    assert (answer.rows, answer.outcome) == ((2,), {"to": "b"})
    market, rest = answer.misses
    assert (market.row, [f.text.en for f in market.findings]) == (1, ["place equals market (actual: river)"])
    assert (rest.row, rest.findings, rest.beaten_by) == (3, (), 2)


def test_priority_gives_the_greatest_that_hits() -> None:
    low, high = a_row({}, {"to": "low"}, 1), a_row({"place": {"equals": "market"}}, {"to": "high"}, 9)
    table = a_table("priority", ("place",), low, high)
    assert decide(table, {"place": "market"}, TODAY).outcome == {"to": "high"}
    assert decide(table, {"place": "river"}, TODAY).outcome == {"to": "low"}


def test_a_missing_input_is_named_and_hits_nothing_that_asks_for_it() -> None:
    answer = decide(a_table("collect", ("place", "act"), MARKET, SELLING), {"act": "sell"}, TODAY)
    assert (answer.rows, answer.missing, answer.inputs) == ((2,), ("place",), {"place": None, "act": "sell"})


def test_a_table_answers_only_on_the_days_it_is_in_force() -> None:
    table = a_table(
        "first", ("place",), ANY, effective_from=date(2018, 1, 1), effective_to=date(2018, 12, 31)
    )
    for day, inside in ((date(2017, 12, 31), False), (date(2018, 1, 1), True), (date(2018, 12, 31), True)):
        answer = decide(table, {"place": "market"}, day)
        assert (answer.in_force, answer.rows, answer.misses) == (inside, (1,) if inside else (), ())
    assert decide(table, {"place": "market"}, date(2019, 1, 1)).outcome is None


# -- faults


def test_a_gap_is_shown_with_facts_that_fall_into_it() -> None:
    table = a_table("first", ("place", "act"), a_row({"place": {"in": ["market", "river"]}}), SELLING)
    (fault,) = faults(table, SCOPE)
    assert (fault.code, fault.row) == ("gap", None)
    assert "place = road" in fault.text.en
    assert "act = sell" not in fault.text.en


def test_a_table_that_names_every_word_has_no_gap() -> None:
    assert codes(a_table("unique", ("place",), *(a_row({"place": {"equals": p}}) for p in PLACES))) == []


def test_collecting_tables_may_leave_gaps() -> None:
    assert codes(a_table("collect", ("place",), MARKET)) == []


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        ({"at_most": 10}, {"more_than": 10}, []),
        ({"less_than": 10}, {"more_than": 10}, [("gap", None)]),
        ({"at_most": 10}, {"at_least": 10}, [("overlap", 1)]),
        ({"at_most": 10}, {"at_least": 11}, [("gap", None)]),
    ],
)
def test_bands_meet_exactly(low: object, high: object, expected: list[tuple[str, int | None]]) -> None:
    assert codes(a_table("unique", ("value",), a_row({"value": low}), a_row({"value": high}))) == expected


def test_whole_numbers_have_nothing_between_ten_and_eleven() -> None:
    rows = a_row({"count": {"at_most": 10}}), a_row({"count": {"at_least": 11}})
    assert codes(a_table("unique", ("count",), *rows)) == []


def test_days_are_bands_too() -> None:
    before, after = (
        a_row({"on": {"less_than": date(2018, 1, 1)}}),
        a_row({"on": {"more_than": date(2018, 1, 1)}}),
    )
    assert codes(a_table("unique", ("on",), before, after)) == [("gap", None)]


def test_text_needs_a_row_for_everything_else() -> None:
    named = a_row({"note": {"equals": "x"}})
    assert codes(a_table("first", ("note",), named)) == [("gap", None)]
    assert codes(a_table("first", ("note",), named, ANY)) == []


def test_a_row_behind_rows_that_cover_it_never_hits() -> None:
    rows = (a_row({"place": {"in": ["market", "river"]}}), a_row({"place": {"equals": "road"}}), ANY)
    covered = a_row({"place": {"equals": "road"}, "act": {"equals": "sell"}})
    assert codes(a_table("first", ("place", "act"), *rows[:2], covered, ANY)) == [("never_hits", 2)]
    assert codes(a_table("first", ("place", "act"), ANY, covered)) == [("never_hits", 1)]


def test_a_row_at_odds_with_itself_never_hits() -> None:
    impossible = a_row({"value": {"more_than": 10, "less_than": 5}})
    assert ("never_hits", 0) in codes(a_table("collect", ("value",), impossible, ANY))


def test_an_else_row_still_serves_those_whose_input_is_missing() -> None:
    rows = [a_row({"place": {"equals": p}}) for p in PLACES]
    assert codes(a_table("first", ("place",), *rows, ANY)) == [], "a lead may have no place at all"


def test_sets_of_words_overlap_when_one_fact_can_hold_both() -> None:
    ivory, horn = a_row({"goods": {"contains": "ivory"}}), a_row({"goods": {"contains": "horn"}})
    assert ("overlap", 1) in codes(a_table("unique", ("goods",), ivory, horn))


def test_equal_priorities_must_not_meet() -> None:
    one, two = a_row({}, priority=5), a_row({"place": {"equals": "road"}}, priority=5)
    assert codes(a_table("priority", ("place",), one, two)) == [("overlap", 1)]
    assert codes(a_table("priority", ("place",), a_row({}, priority=1), two)) == []


CELLS = {
    "place": st.one_of(
        st.none(), st.sets(st.sampled_from(PLACES), min_size=1).map(lambda s: {"in": sorted(s)})
    ),
    "act": st.one_of(st.none(), st.sampled_from(ACTS).map(lambda a: {"not_equals": a})),
    "filed": st.one_of(st.none(), st.booleans().map(lambda b: {"equals": b})),
}
WHENS = st.fixed_dictionaries(CELLS).map(lambda d: {k: v for k, v in d.items() if v is not None})


@given(st.lists(WHENS, min_size=1, max_size=6))
def test_the_faults_found_are_those_that_trying_every_case_finds(whens: list[dict[str, Any]]) -> None:
    rows = [a_row(when) for when in whens]
    known = [dict(zip(CELLS, c, strict=True)) for c in product(PLACES, ACTS, (True, False))]
    everything = [
        dict(zip(CELLS, c, strict=True)) for c in product((*PLACES, None), (*ACTS, None), (True, False, None))
    ]
    gap = any(not any(row.hits(case) for row in rows) for case in known)
    late = [
        i
        for i, row in enumerate(rows)
        if not any(row.hits(c) and not any(r.hits(c) for r in rows[:i]) for c in everything)
    ]
    expected = [("never_hits", i) for i in late] + ([("gap", None)] if gap else [])
    assert codes(a_table("first", tuple(CELLS), *rows)) == expected
    met = [
        b
        for b in range(len(rows))
        if any(r.hits(c) and rows[b].hits(c) for r in rows[:b] for c in everything)
    ]
    unique = codes(a_table("unique", tuple(CELLS), *rows))
    assert [row for code, row in unique if code == "overlap"] == met


def test_a_table_nobody_could_search_is_one_fault_in_bounded_time() -> None:
    """Forty rows over twenty inputs that halve each other in every possible way."""
    names = tuple(f"yes{n}" for n in range(20))
    scope = Scope({name: FactKind("boolean") for name in names})
    problems = Problems()
    rows = []
    for n in range(60):
        asked = {names[(n * 7 + k * 3) % 20]: {"equals": (n >> k) % 2 == 0} for k in range(4)}
        cells = {name: parse_cell(name, cell, name, problems, scope) for name, cell in asked.items()}
        rows.append(Row({k: c for k, c in cells.items() if c is not None}, {"to": "a"}, "policy"))
    begun = process_time()
    found = faults(a_table("first", names, *rows), scope)
    assert process_time() - begun < 20
    assert found


def test_a_table_beyond_the_bounds_of_the_search_is_one_fault() -> None:
    rows = [a_row({"count": {"equals": 2 * n}}) for n in range(2_001)]
    assert codes(a_table("first", ("count",), *rows)) == [("too_intricate", None)]


def test_a_thousand_rows_are_analysed_in_seconds() -> None:
    rows = [a_row({"count": {"equals": n}, "place": {"in": list(PLACES)}}) for n in range(999)]
    table = a_table("first", ("count", "place"), *rows, ANY)
    begun = process_time()
    assert codes(table) == []
    assert process_time() - begun < 20
