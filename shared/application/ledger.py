"""The records figures are computed from: leads, handoffs, transfers and recorded facts, as plain mappings."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from shared.application.ports import UnitOfWork
from shared.application.work import Work
from workflows import clocks
from workflows.campaign import CampaignDefinition
from workflows.coordination import Handoff
from workflows.facts import FACTS
from workflows.lead import Lead
from workflows.transfer import Transfer

Kinds = Mapping[str, str]
"""What attributes hold, by their names: exact numbers, days and moments come back from JSON as text."""
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,9})?")


def ledger(work: Work, definition: CampaignDefinition) -> Sequence[dict[str, Any]]:
    """This will list every record of a campaign that measures of the definition count, with the facts they may name.

    A moment a step took place is "<event>_at", as in "verified_at"; days and moments are dates and aware datetimes.
    Nobody may change what is listed: it is kept for whoever looks next.
    """
    question = ("ledger", definition.hash, work.campaign.successions)
    return work.lasting(question, lambda: _listed(work.uow, work.campaign.id, definition))


def _listed(uow: UnitOfWork, campaign_id: str, definition: CampaignDefinition) -> list[dict[str, Any]]:
    counted = frozenset(c.measure.records for c in definition.columns if c.measure is not None)
    leads = {lead.id: lead for lead in uow.leads.every(campaign_id)}
    kinds = _kinds(definition)
    return [
        *(_lead(lead, definition, kinds) for lead in leads.values() if "leads" in counted),
        *_parts(uow, campaign_id, leads, definition, kinds, counted),
        *(_record(row, leads, kinds) for row in uow.records.every(campaign_id, counted)),
    ]


def _lead(lead: Lead, definition: CampaignDefinition, kinds: Kinds) -> dict[str, Any]:
    intake = lead.intake
    facts = {name: getattr(intake, name) for name in intake.__dataclass_fields__}
    facts["species"] = "、".join(intake.species)
    facts |= _read(lead.attributes, kinds)
    products = facts.get("products")
    return {
        **facts,
        "product": products[0] if products else None,
        "id": lead.id,
        "kind": "leads",
        "number": lead.number,
        "state": lead.state,
        "agency": lead.lead_agency or definition.office.id,
        "lead_agency_type": clocks.agency_type(definition, lead.lead_agency or ""),
        "received_at": lead.received_at,
        "real_name": intake.reporter_kind == "real_name",
    }


def _parts(
    uow: UnitOfWork,
    campaign_id: str,
    leads: Mapping[str, Lead],
    definition: CampaignDefinition,
    kinds: Kinds,
    counted: Collection[str],
) -> Iterator[dict[str, Any]]:
    """The work on each lead, lead by lead: two questions however many leads there are."""
    found: dict[str, list[dict[str, Any]]] = {lead_id: [] for lead_id in leads}
    for handoff in uow.handoffs.every(campaign_id) if "handoffs" in counted else ():
        found[handoff.lead_id].append(_handoff(handoff, definition, kinds))
    for transfer in uow.transfers.every(campaign_id) if "transfers" in counted else ():
        found[transfer.lead_id].append(_transfer(transfer, definition, kinds))
    for lead in leads.values():
        about = {"number": lead.number, "act": lead.intake.act, "place_type": lead.intake.place_type}
        yield from ({**about, **part} for part in found[lead.id])


def _handoff(handoff: Handoff, definition: CampaignDefinition, kinds: Kinds) -> dict[str, Any]:
    return {
        **_read(handoff.attributes, kinds),
        "id": handoff.id,
        "kind": "handoffs",
        "type": handoff.type,
        "state": handoff.state,
        "role": handoff.role,
        "agency": handoff.to_agency,
        "from_agency": handoff.from_agency,
        "to_agency_type": clocks.agency_type(definition, handoff.to_agency),
        "sent_at": handoff.sent_at,
    }


def _transfer(transfer: Transfer, definition: CampaignDefinition, kinds: Kinds) -> dict[str, Any]:
    return {
        **_read(transfer.attributes, kinds),
        "id": transfer.id,
        "kind": "transfers",
        "state": transfer.state,
        "agency": transfer.from_agency,
        "to_agency": transfer.to_agency,
        "to_agency_type": clocks.agency_type(definition, transfer.to_agency),
        "proposed_at": transfer.proposed_at,
    }


def _record(row: Mapping[str, Any], leads: Mapping[str, Lead], kinds: Kinds) -> dict[str, Any]:
    lead = leads.get(row["lead_id"] or "")
    about = (
        {"number": lead.number, "act": lead.intake.act, "place_type": lead.intake.place_type} if lead else {}
    )
    unit = lead.lead_agency if lead is not None and lead.lead_agency is not None else row["agency_id"]
    return {
        **about,
        **_read(row["data"], kinds),
        "id": row["id"],
        "kind": row["kind"],
        "agency": unit,
        "recorded_by_agency": row["agency_id"],
        "occurred_on": row["occurred_on"],
        "recorded_at": row["recorded_at"],
    }


def _kinds(definition: CampaignDefinition) -> dict[str, str]:
    """The facts of leads, the fields of the campaign, and the moment of each step, by what they hold."""
    steps = (t for machine in definition.lifecycles.values() for t in machine.transitions)
    return {
        **{name: fact.type for name, fact in FACTS["lead"].items()},
        **{field.id: field.type for field in definition.fields},
        **{f"{step.event}_at": "moment" for step in steps},
    }


def _read(attributes: Mapping[str, Any], kinds: Kinds) -> dict[str, Any]:
    return {name: _value(kinds.get(name, "text"), value) for name, value in attributes.items()}


def _value(kind: str, value: Any) -> Any:
    if not isinstance(value, str) or kind not in _FROM_TEXT:
        return value
    try:
        return _FROM_TEXT[kind](value)
    except ValueError:
        return value


def _number(value: str) -> Decimal | str:
    return Decimal(value) if _NUMBER.fullmatch(value) else value


_FROM_TEXT: Mapping[str, Callable[[str], Any]] = {
    "integer": _number,
    "decimal": _number,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "moment": datetime.fromisoformat,
}
