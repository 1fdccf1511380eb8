"""The supervision order (督办单): drafted by a rung, signed by a person, answered by the agency that is late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Order:
    """One order about one overdue matter. It has a number only once it was signed."""

    id: str
    campaign_id: str
    lead_id: str | None
    deadline_id: str
    deadline_code: str
    level: str
    form: str
    holder_agency: str
    state: str
    version: int
    definition_hash: str
    drafted_at: datetime
    number: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)


def relations(order: Order, office: str) -> dict[str, str | None]:
    """This will say which agency stands in which relation to the order: the late one holds it, the office sends it."""
    return {
        "office": office,
        "sender": office,
        "receiver": order.holder_agency,
        "holder": order.holder_agency,
    }


def stepped(order: Order, state: str, attributes: Mapping[str, Any]) -> Order:
    """This will give the order after a step."""
    merged = {**order.attributes, **attributes}
    return replace(order, state=state, version=order.version + 1, attributes=merged)
