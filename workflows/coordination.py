"""Work handed to other agencies: one handoff per agency, each with its small life, and the joins of several.

A request to several agencies is a group of handoffs with the same `group_id`; whether the group counts as answered is
decided here, over the parts, never by a nested machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from workflows.campaign import CampaignDefinition, CoordinationType
from workflows.rejection import Reason, Rejected
from workflows.text import Text

HOST, ASSIST = "host", "assist"
REPLIED, CONFIRMED, DECLINED, CANCELLED = "replied", "confirmed", "declined", "cancelled"
"""The states of a handoff that mean something by their names, in every campaign (docs/campaigns.md)."""

ANSWERED = frozenset({REPLIED, CONFIRMED})
ENDED = frozenset({CONFIRMED, CANCELLED, DECLINED})
AWAY = frozenset({CANCELLED, DECLINED})
"""What was withdrawn or came back: the receiver has no part in it any more."""


@dataclass(frozen=True, slots=True)
class Handoff:
    """One piece of work on a lead, asked of one agency. Responsibility stays with the sender until it is signed for."""

    id: str
    campaign_id: str
    lead_id: str
    group_id: str
    type: str
    from_agency: str
    to_agency: str
    role: str
    blocking: bool
    joining: str
    request: str
    state: str
    version: int
    definition_hash: str
    sent_at: datetime
    attributes: Mapping[str, Any] = field(default_factory=dict)


def relations(handoff: Handoff, office: str) -> dict[str, str | None]:
    """This will say which agency stands in which relation to the handoff; the receiver holds the work asked."""
    return {
        "office": office,
        "sender": handoff.from_agency,
        "receiver": handoff.to_agency,
        "holder": handoff.to_agency,
    }


def stepped(handoff: Handoff, state: str, attributes: Mapping[str, Any]) -> Handoff:
    """This will give the handoff after a step."""
    merged = {**handoff.attributes, **attributes}
    return replace(handoff, state=state, version=handoff.version + 1, attributes=merged)


def is_open(handoff: Handoff) -> bool:
    """This will say whether work is still owed on the handoff; a declined one waits for the office and is open."""
    return handoff.state not in {CONFIRMED, CANCELLED}


def is_live(handoff: Handoff) -> bool:
    """This will say whether the receiver has a part in it: until it is withdrawn or sent back, and after it was confirmed."""
    return handoff.state not in AWAY


def answers_for_the_lead(handoff: Handoff) -> bool:
    """This will say whether the clocks of the lead that run for the receiver press on this work: it leads, and owes an answer."""
    return handoff.role == HOST and handoff.state not in ANSWERED | AWAY


def open_groups(handoffs: Iterable[Handoff], *, blocking_only: bool) -> list[list[Handoff]]:
    """This will list, request by request, the parts that still keep the request from counting as answered."""
    groups: dict[str, list[Handoff]] = {}
    for handoff in handoffs:
        groups.setdefault(handoff.group_id, []).append(handoff)
    waiting = ((parts, waiting_parts(parts)) for parts in groups.values())
    return [
        open_parts for parts, open_parts in waiting if open_parts and (parts[0].blocking or not blocking_only)
    ]


def waiting_parts(parts: list[Handoff]) -> list[Handoff]:
    """This will list the parts a request still waits for, by its policy: all, any, or the lead agency's answer.

    Withdrawn parts are not waited for. Under "any" one confirmed answer is enough; under "lead" only the part of the
    lead agency counts.
    """
    live = [p for p in parts if p.state != CANCELLED]
    joining = parts[0].joining
    if joining == "any" and any(p.state == CONFIRMED for p in live):
        return []
    if joining == "lead":
        hosts = [p for p in live if p.role == HOST]
        live = hosts or live
    return [p for p in live if is_open(p)]


def takes(definition: CampaignDefinition, kind: CoordinationType, agency_id: str) -> bool:
    """This will say whether an agency does a kind of work."""
    return definition.agency(agency_id).type in kind.partners


def wrong_partner(
    definition: CampaignDefinition, kind: CoordinationType, agency_id: str, pointer: str
) -> Reason:
    """This will say that an agency does not do a kind of work, and which do."""
    agency = definition.agency(agency_id)
    able = [a.id for a in definition.agencies if a.type in kind.partners and a.id not in definition.succeeded]
    text = Text(f"{agency.short}不办理这类事项", f"{agency_id} does not take this kind of work")
    return Reason(
        "wrong_partner", text, pointer, Text("可选：" + "、".join(able), "possible: " + ", ".join(able))
    )


def check_recipients(to: tuple[str, ...], lead_agency: str | None, known: Iterable[str]) -> None:
    """This will refuse a request without recipients, with one named twice, an unknown one, or a stranger in the lead.

    Raises Rejected (invalid) naming every fault.
    """
    reasons = []
    if not to:
        reasons.append(Reason("required", Text("至少选一个承办单位", "choose at least one agency"), "to"))
    if len(set(to)) != len(to):
        reasons.append(
            Reason("repeated", Text("同一单位只能出现一次", "each agency may be named once"), "to")
        )
    names = set(known)
    for index, agency in enumerate(to):
        if agency not in names:
            text = Text(f"没有单位“{agency}”", f"there is no agency {agency!r}")
            reasons.append(Reason("unknown_agency", text, f"to/{index}"))
    if lead_agency is not None and lead_agency not in to:
        text = Text("牵头单位须是承办单位之一", "the lead agency must be one of the recipients")
        reasons.append(Reason("lead_not_recipient", text, "lead_agency"))
    if reasons:
        raise Rejected(*reasons, kind="invalid")
