"""Every event the engine writes by itself has a name people can read; those of the machines are named by the definition."""

from __future__ import annotations

import re
from pathlib import Path

from services.api.pages.words import WORDS
from workflows.custody import ACTS
from workflows.definition_format.names import FIXED_EVENTS

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = re.compile(r"(?:Event\(|_tell_both\(work, |_date_target\([^\"]*?)\s*\"([a-z]+\.[a-z_]+)\"")


def written() -> set[str]:
    """The kinds that stand in the code of the use cases."""
    modules = (ROOT / "shared" / "application").rglob("*.py")
    return {kind for module in modules for kind in WRITTEN.findall(module.read_text("utf-8"))}


def test_every_event_the_engine_writes_has_a_name() -> None:
    kinds = written()
    assert len(kinds) > 25
    assert {"transfer.copied", "lead.linked", "lead.absorbed"} <= kinds, "the search must find them"
    kinds |= FIXED_EVENTS
    kinds |= {f"item.{done}" for _, done in ACTS.values()}
    assert {kind for kind in kinds if f"event.{kind}" not in WORDS} == set()


def test_a_definition_can_wait_only_for_what_happens() -> None:
    """A clock started by an event nobody writes would never start."""
    code = "".join(
        path.read_text("utf-8")
        for ring in ("shared", "workflows")
        for path in (ROOT / ring).rglob("*.py")
        if path.name != "names.py"
    )
    assert {kind for kind in FIXED_EVENTS if f'"{kind}"' not in code} == set()
