"""What use cases need of guarded things, as Protocols: sealed identities, what was shared; `shared.adapters` fulfils
them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

Row = Mapping[str, Any]


class SealBroken(Exception):
    """A sealed value cannot be opened: its key is missing or badly kept, or the value was altered."""


class Identities(Protocol):
    """Who reported a lead, sealed; one row per lead."""

    def seal(
        self, campaign_id: str, lead_id: str, kind: str, identity: Mapping[str, str], by: str, at: datetime
    ) -> None: ...
    def is_sealed(self, lead_id: str) -> bool: ...
    def open(self, lead_id: str) -> Mapping[str, str] | None: ...
    def seal_again(self, limit: int) -> int: ...


class Copies(Protocol):
    """What the receiver of a handoff could see of the lead when it was sent."""

    def add(
        self, campaign_id: str, lead_id: str, handoff_id: str, sha256: str, copy: Row, at: datetime
    ) -> None: ...
    def of_handoff(self, handoff_id: str) -> Row | None: ...
