"""The page of states is what the definition says today."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.workflows import quarry
from workflows.definition_format import parse_toml, read_definition
from workflows.diagram import mermaid, states_page

ROOT = Path(__file__).parents[2]
DEFINITION = ROOT / "workflows" / "campaigns" / "yangshan-ivory-2017" / "definition.toml"


def test_the_page_of_states_is_not_stale() -> None:
    fresh = states_page(read_definition(parse_toml(DEFINITION.read_bytes())))
    page = (ROOT / "docs" / "states.md").read_text("utf-8")
    assert page == fresh, (
        "python -m workflows.diagram < workflows/campaigns/…/definition.toml > docs/states.md"
    )


def test_the_command_that_writes_the_page_writes_it() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "workflows.diagram"],
        cwd=ROOT,
        input=DEFINITION.read_bytes(),
        stdout=-1,
        check=True,
    )
    assert done.stdout == (ROOT / "docs" / "states.md").read_bytes()


def test_a_machine_is_drawn_with_every_state_and_step() -> None:
    drawn = mermaid(quarry.definition(), "lead")
    assert drawn.startswith('stateDiagram-v2\n    state "已接收" as received\n')
    assert "    waiting --> checking : 恢复\n" in drawn, "a resumed lead goes back to the state it left"
    assert "    [*] --> received\n" in drawn
    assert "    done --> [*]\n" in drawn
    assert drawn.count("-->") == 7


def test_words_that_would_end_a_label_early_are_made_harmless() -> None:
    def change(data: dict[str, object]) -> None:
        steps = data["lifecycles"]["lead"]["transitions"]  # type: ignore[index]  # a document is nested
        steps[0]["name"] = {"zh": "交办; done: x # y\nz"}

    assert "received --> checking : 交办； done： x ＃ y z\n" in mermaid(quarry.altered(change), "lead")


def test_a_subject_without_a_machine_cannot_be_drawn() -> None:
    with pytest.raises(KeyError):
        mermaid(quarry.definition(), "transfer")
