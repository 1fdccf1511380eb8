"""What a campaign declares is data: the engine names none of its roles, agencies, kinds of work, clocks, states or steps.

A few words are a contract between the engine and every definition (docs/campaigns.md, "Words the engine knows"): they
stand below with the only modules that may say them. Other words merely sound alike.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
ENGINE = ("workflows", "shared", "services/api", "services/worker")
SHIPPED = "services/api/pages/fixture.py"
"""Seeds the campaign of 2017 for a look at its pages, and may speak of it."""

CONTRACT = {
    "workflows/coordination.py": {"confirmed", "cancelled", "replied", "declined"},
    "workflows/transfer.py": {"sent", "refused"},
    "workflows/reporting/figures.py": {
        "received", "verified", "refuted", "transferred", "closed", "accepted", "rejected", "merged", "filed",
        "investigated", "police_filed",
        "reopened", "accept", "verify",
    },
    "services/api/pages/report_words.py": {"received", "verified", "refuted", "transferred", "closed"},
    "services/api/pages/progress.py": {"received", "closed"},
}  # fmt: skip
"""Words of the contract, by the modules that say them."""

SOUNDS_ALIKE = {
    "evidence": "who finds what is searched for", "penalty": "a name in letters", "office": "a relation",
    "operator": "what a party is in a case",
    "officer": "the attribute of a given piece of work", "intake": "a column",
    "report": "a subject of clocks", "short": "the short name of an agency", "default": "a basis",
    "office_hours": "a key of calendars", "designated": "a fact", "filed": "a fact", "not_filed": "a fact",
    "property_handed_over": "a fact", "cancelled": "a state of clocks", "done": "a list of rungs", "closed": "a key",
    "draft": "a name in letters", "file": "a form's input", "receipt": "of a tip", "received": "a step of custody",
    "returned": "a step of custody", "refused": "an answer to a request", "proposed": "a state of routing rules",
    "signed": "a state of routing rules", "sign": "a form's input", "withdrawn": "an event of reports",
    "withdraw": "an act on reports", "released": "an event of clocks", "resumed": "an event of clocks",
    "started": "an event of clocks", "start": "a word of terms", "verified": "whether a source was read",
    "confirmed": "a year of a calendar", "acknowledged": "an event of clocks", "answer": "a text in a dispute",
    "declined": "a list on the page of a lead", "sent": "what a unit reported",
}  # fmt: skip
"""Words the engine uses for something of its own."""


@pytest.fixture(scope="module")
def declared(document: dict[str, Any]) -> set[str]:
    """Every id of the shipped campaign of the kinds the engine must not know."""
    lists = ("agency_types", "agencies", "roles", "coordination", "ladders", "record_kinds")
    found = {entry["id"] for name in lists for entry in document[name]}
    found |= {clock["code"] for clock in document["clocks"]}
    for machine in document["lifecycles"].values():
        found |= {state["id"] for state in machine["states"]}
        found |= {step[key] for step in machine["transitions"] for key in ("trigger", "event")}
    return found


def _said() -> Iterator[tuple[str, str, int]]:
    """Every text of the engine that is no docstring, with where it stands."""
    for ring in ENGINE:
        for path in sorted((ROOT / ring).rglob("*.py")):
            module = str(path.relative_to(ROOT))
            tree = ast.parse(path.read_text("utf-8"))
            docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
                    yield node.value, module, node.lineno


def test_the_engine_names_nothing_a_campaign_declares(declared: set[str]) -> None:
    found = {
        f"{module}:{line} {word}"
        for word, module, line in _said()
        if word in declared - SOUNDS_ALIKE.keys() - CONTRACT.get(module, set()) and module != SHIPPED
    }
    assert found == set()


def test_no_role_stands_behind_a_relation_in_the_engine(document: dict[str, Any]) -> None:
    roles = {role["id"] for role in document["roles"]}
    found = {
        f"{module}:{line}"
        for word, module, line in _said()
        if word.partition("@")[0] in roles and "@" in word
    }
    assert found == set()


def test_the_lists_of_this_test_hold_nothing_that_is_no_longer_said(declared: set[str]) -> None:
    said: dict[str, set[str]] = {}
    for word, module, _ in _said():
        said.setdefault(word, set()).add(module)
    unused = {word for word in SOUNDS_ALIKE if not said.get(word, set()) - {SHIPPED} or word not in declared}
    unused |= {
        f"{module} {w}" for module, words in CONTRACT.items() for w in words if module not in said.get(w, ())
    }
    assert unused == set()


def test_every_word_of_the_contract_is_documented() -> None:
    page = (ROOT / "docs" / "campaigns.md").read_text("utf-8").partition("## Words the engine knows")[2]
    words = {word for words in CONTRACT.values() for word in words}
    assert {word for word in words if f"`{word}`" not in page.partition("\n## ")[0]} == set()
