"""The page that teaches the format knows every fact, operator, key and code there is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from workflows.comparison import OPERATORS
from workflows.definition_format.names import FIELD_TYPES, FIXED_EVENTS
from workflows.definition_format.routing import HIT_POLICIES, OUTPUTS
from workflows.facts import FACTS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "campaigns.md").read_text("utf-8")
FORMAT = sorted((ROOT / "workflows" / "definition_format").glob("*.py"))
READERS = [*FORMAT, ROOT / "workflows" / "condition_format.py", ROOT / "workflows" / "decision_lint.py"]
SOURCES = "\n".join(
    path.read_text("utf-8").replace("from __future__ import annotations", "") for path in READERS
)
READING = r"\b(?:t|r|x|table|root|results|inner|machine)\.\w+\(\s*\"([a-z_]+)\""


def told(word: str) -> bool:
    return (
        f"`{word}`" in PAGE
        or f"`{word} = " in PAGE
        or f".{word}`" in PAGE
        or re.search(rf"\b{word}\b", PAGE) is not None
    )


@pytest.mark.parametrize("subject", FACTS)
def test_every_fact_is_told_with_its_kind_and_words(subject: str) -> None:
    kinds = (f"`{n}` {k.type}" + (f" [{k.values}]" if k.values else "") for n, k in FACTS[subject].items())
    assert f"| {subject} | {' · '.join(kinds)} |" in PAGE


def test_every_word_of_the_format_is_told() -> None:
    words = {*OPERATORS, *FIELD_TYPES, *HIT_POLICIES, "lead", "with", "agency", "agencies", "coordination"}
    assert {word for word in words if not told(word)} == set()
    assert set(OUTPUTS) <= {
        "lead",
        "with",
        "agency",
        "agencies",
        "agency_type",
        "agency_types",
        "coordination",
        "suspected",
        "sum_years",
        "yuan_per_gram",
    }


def test_every_event_that_happens_by_itself_is_told() -> None:
    assert {kind for kind in FIXED_EVENTS if not all(told(part) for part in kind.split("."))} == set()


def test_every_key_that_is_read_is_told() -> None:
    keys = set(re.findall(READING, SOURCES))
    assert len(keys) > 60, "the search for keys must find them"
    assert {key for key in keys if not told(key)} == set()


def test_every_code_of_a_problem_is_told() -> None:
    codes = set(_codes())
    assert len(codes) > 60, "the search for codes must find them"
    assert {code for code in codes if f"`{code}`" not in PAGE} == set()


def _codes() -> Iterator[str]:
    """The code is the first argument of `_refuse` and `Fault`, and the second of `add` and `refuse`."""
    for call in (node for node in ast.walk(ast.parse(SOURCES)) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        place = {"_refuse": 0, "Fault": 0, "add": 1, "refuse": 1}.get(name)
        if place is not None and len(call.args) > place:
            code = call.args[place]
            if isinstance(code, ast.Constant) and isinstance(code.value, str):
                yield code.value
