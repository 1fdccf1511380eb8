"""The supervision order (督办单): drafted by a rung, signed by a person, answered by the agency that is late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from workflows.campaign import CampaignDefinition, Rung
from workflows.rejection import Reason
from workflows.text import Text

NO_ORDERS = Reason(
    "no_orders",
    Text("本行动的方案没有督办单", "this campaign has no supervision orders"),
    hint=Text("可以：催办、登记办理情况", "urge the unit, or record what was done"),
)
"""Why none is drawn up in a campaign whose plan knows none."""


@dataclass(frozen=True, slots=True)
class Order:
    """One order to one agency about one matter. It has a number only once it was signed.

    A ladder drafts it about the clock that is late; a person about any clock, or about none.
    """

    id: str
    campaign_id: str
    lead_id: str | None
    deadline_id: str | None
    deadline_code: str | None
    level: str
    form: str
    holder_agency: str
    state: str
    version: int
    definition_hash: str
    drafted_at: datetime
    number: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)


def levels(definition: CampaignDefinition, ladder: str | None = None) -> tuple[Rung, ...]:
    """This will give what a person may order: the signed rungs of a clock's ladder, else of the first that has some.

    A campaign without a machine for orders has none, whatever its ladders say.
    """
    if "order" not in definition.lifecycles:
        return ()
    found = [tuple(r for r in one.rungs if r.signature) for one in definition.ladders]
    if ladder is not None:
        found.insert(0, tuple(r for r in definition.ladder(ladder).rungs if r.signature))
    return next((rungs for rungs in found if rungs), ())


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
