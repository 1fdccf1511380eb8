"""What auditing needs, as a Protocol; `shared.adapters` fulfils it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

Row = Mapping[str, Any]


class Audit(Protocol):
    """The events of a campaign, as whoever audits looks for them."""

    def events(
        self, campaign_id: str, wanted: Row, before: int | None, limit: int
    ) -> tuple[Sequence[Row], int]:
        """This will list the events that fit, newest first, from before a position, and how many fit in all."""
