"""Commands on saved views: what a person often looks for in the list of leads, under a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflows.commands import Command


@dataclass(frozen=True, slots=True)
class SaveView(Command):
    """Keep filters and an order of the list of leads under a name; `shared` lets colleagues of the agency use it."""

    name: str
    filters: Mapping[str, str]
    shared: bool = False


@dataclass(frozen=True, slots=True)
class EndView(Command):
    """Forget a view of one's own."""

    view_id: str
