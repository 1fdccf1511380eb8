"""What searching needs, as a Protocol; `shared.adapters` fulfils it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from workflows.lead import Lead

Row = Mapping[str, Any]


class Search(Protocol):
    """The words of a campaign's leads and of what belongs to them."""

    def normal(self, words: Sequence[str]) -> Sequence[str]:
        """This will give words as they are compared, leaving out those of which nothing is left."""

    def leads(
        self, campaign_id: str, words: Sequence[str], visible_to: str | None, offset: int, limit: int
    ) -> tuple[Sequence[tuple[Lead, Sequence[Row]]], int]:
        """This will list the leads that have every word, with the rows it stands in, and how many there are."""
