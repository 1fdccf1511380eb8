"""The criminal transfer (案件移送): its own machine and chain of statutory clocks, beside the lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

SENT, REFUSED = "sent", "refused"
"""The states of a transfer that mean something by their names, in every campaign (docs/campaigns.md): from `sent` on its
receiver reads the lead; a `refused` one was refused by the head of the sender.
"""


@dataclass(frozen=True, slots=True)
class Transfer:
    """A proposal to hand a suspected crime to the police, and all that follows from it."""

    id: str
    campaign_id: str
    lead_id: str
    from_agency: str
    to_agency: str
    state: str
    version: int
    definition_hash: str
    proposed_at: datetime
    attributes: Mapping[str, Any] = field(default_factory=dict)


def relations(transfer: Transfer, office: str) -> dict[str, str | None]:
    """This will say which agency stands in which relation to the transfer."""
    to = transfer.attributes.get("to_agency") or transfer.to_agency
    return {"office": office, "sender": transfer.from_agency, "receiver": to, "holder": to}


def stepped(transfer: Transfer, state: str, attributes: Mapping[str, Any]) -> Transfer:
    """This will give the transfer after a step; a forwarded one names its new receiver."""
    merged = {**transfer.attributes, **attributes}
    to = merged.get("to_agency") or transfer.to_agency
    return replace(transfer, state=state, to_agency=to, version=transfer.version + 1, attributes=merged)


def is_open(state: str, final_states: frozenset[str]) -> bool:
    """This will say whether a transfer still waits for somebody."""
    return state not in final_states
