"""The second campaign of the tests: its document to spoil, its definition to use."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from workflows.campaign import CampaignDefinition
from workflows.definition_format import DefinitionProblems, parse_toml, read_definition

PATH = Path(__file__).parent / "definitions" / "quarry-2027.toml"


@cache
def _parsed() -> dict[str, Any]:
    return dict(parse_toml(PATH.read_bytes()))


def document() -> dict[str, Any]:
    """A fresh copy to change."""
    return deepcopy(_parsed())


@cache
def definition() -> CampaignDefinition:
    """The definition as it stands."""
    return read_definition(document())


def altered(change: Callable[[dict[str, Any]], object]) -> CampaignDefinition:
    """The definition after a change that is allowed."""
    data = document()
    change(data)
    return read_definition(data)


def problems(change: Callable[[dict[str, Any]], object]) -> set[tuple[str, str]]:
    """Path and code of every problem a change makes; empty when the document stays good."""
    data = document()
    change(data)
    try:
        read_definition(data)
    except DefinitionProblems as found:
        return {(p.path, p.code) for p in found.problems}
    return set()
