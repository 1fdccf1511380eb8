"""What a decision table may answer: an answer its readers could not use is refused, never passed over in silence."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest

from tests.workflows import quarry

Document = dict[str, Any]


def a_table(outputs: list[str], *answers: dict[str, object]) -> Callable[[Document], None]:
    """One more decision table, whose rows give these answers."""
    rows = [{"when": {}, "then": dict(answer), "source": "invented"} for answer in answers]
    table = {
        "id": "X1",
        "name": {"zh": "试表"},
        "hit": "collect",
        "inputs": ["act"],
        "outputs": outputs,
        "source": "invented",
        "rows": rows,
    }
    return lambda document: document["routing"].append(table)


def at(row: int, output: str) -> str:
    return f"routing[1].rows[{row}].then.{output}"


REFUSED: dict[str, tuple[Callable[[Document], None], tuple[str, str]]] = {
    "a_flag_in_words_flags_nothing": (
        a_table(["suspected"], {"suspected": "true"}),
        (at(0, "suspected"), "wrong_type"),
    ),
    "a_flag_as_a_number": (a_table(["suspected"], {"suspected": 1}), (at(0, "suspected"), "wrong_type")),
    "years_in_words": (a_table(["sum_years"], {"sum_years": "two"}), (at(0, "sum_years"), "wrong_type")),
    "half_years": (
        a_table(["sum_years"], {"sum_years": Decimal("0.5")}),
        (at(0, "sum_years"), "wrong_type"),
    ),
    "years_before_time": (a_table(["sum_years"], {"sum_years": 4_000}), (at(0, "sum_years"), "out_of_range")),
    "a_rate_below_nothing": (
        a_table(["yuan_per_gram"], {"yuan_per_gram": -3}),
        (at(0, "yuan_per_gram"), "out_of_range"),
    ),
    "a_rate_in_words": (
        a_table(["yuan_per_gram"], {"yuan_per_gram": "41.667"}),
        (at(0, "yuan_per_gram"), "wrong_type"),
    ),
    "two_lead_agencies": (a_table(["lead"], {"lead": ["police", "water"]}), (at(0, "lead"), "wrong_type")),
    "a_band_of_another_sort": (
        a_table(["band"], {"band": "serious"}, {"band": 3}),
        (at(1, "band"), "wrong_type"),
    ),
    "a_band_that_is_true": (a_table(["band"], {"band": 2}, {"band": True}), (at(1, "band"), "wrong_type")),
    "a_value_below_nothing": (
        a_table(["estimated_value_yuan"], {"estimated_value_yuan": -1}),
        (at(0, "estimated_value_yuan"), "out_of_range"),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_answer_nobody_could_use_is_refused(case: str) -> None:
    change, problem = REFUSED[case]
    assert quarry.problems(change) == {problem}


@pytest.mark.parametrize(
    "answers",
    [
        ({"suspected": True}, {"suspected": False}),
        ({"sum_years": 2},),
        ({"yuan_per_gram": Decimal("41.667")}, {"yuan_per_gram": 40}),
        ({"with": "police"}, {"with": ["police", "water"]}),
        ({"lead": "water"},),
        ({"band": "serious"}, {"band": "none"}, {}),
    ],
)
def test_answers_of_one_sort_are_read(answers: tuple[dict[str, object], ...]) -> None:
    assert quarry.problems(a_table(list(answers[0]), *answers)) == set()


def test_a_reaction_written_twice_would_be_taken_twice() -> None:
    last = len(quarry.document()["reactions"])
    found = quarry.problems(lambda d: d["reactions"].append(deepcopy(d["reactions"][0])))
    assert found == {(f"reactions[{last}]", "repeated")}


def test_nobody_is_told_the_same_twice() -> None:
    notice = {"on": "lead.received", "to": ["office_staff@office"], "source": "invented"}
    more = {"on": "lead.received", "to": ["unit_head@office", "office_staff@office"], "source": "invented"}
    assert quarry.problems(lambda d: d.__setitem__("notices", [notice, more])) == {
        ("notices[1].to", "repeated")
    }
