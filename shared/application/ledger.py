"""The records figures are computed from: leads, handoffs, transfers and recorded facts, as plain mappings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from shared.application.ports import UnitOfWork
from workflows import clocks
from workflows.campaign import CampaignDefinition
from workflows.coordination import Handoff
from workflows.lead import Lead
from workflows.transfer import Transfer

Numbers = frozenset[str]
"""The fields of a definition that hold numbers: an exact one comes back from JSON as text."""
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,9})?")


def ledger(uow: UnitOfWork, campaign_id: str, definition: CampaignDefinition) -> list[dict[str, Any]]:
    """This will list every record of a campaign with the facts measures may name.

    A moment a step took place is "<event>_at", as in "verified_at"; days and moments are dates and aware datetimes.
    """
    leads = {lead.id: lead for lead in uow.leads.every(campaign_id)}
    numbers = frozenset(field.id for field in definition.fields if field.type in ("integer", "decimal"))
    return [
        *(_lead(lead, definition, numbers) for lead in leads.values()),
        *_parts(uow, campaign_id, leads, definition, numbers),
        *(_record(row, leads, numbers) for row in uow.records.every(campaign_id)),
    ]


def _lead(lead: Lead, definition: CampaignDefinition, numbers: Numbers) -> dict[str, Any]:
    intake = lead.intake
    facts = {name: getattr(intake, name) for name in intake.__dataclass_fields__}
    facts["species"] = "、".join(intake.species)
    facts |= _read(lead.attributes, numbers)
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
    numbers: Numbers,
) -> Iterator[dict[str, Any]]:
    """The work on each lead, lead by lead: two questions however many leads there are."""
    found: dict[str, list[dict[str, Any]]] = {lead_id: [] for lead_id in leads}
    for handoff in uow.handoffs.every(campaign_id):
        found[handoff.lead_id].append(_handoff(handoff, definition, numbers))
    for transfer in uow.transfers.every(campaign_id):
        found[transfer.lead_id].append(_transfer(transfer, definition, numbers))
    for lead in leads.values():
        about = {"number": lead.number, "act": lead.intake.act, "place_type": lead.intake.place_type}
        yield from ({**about, **part} for part in found[lead.id])


def _handoff(handoff: Handoff, definition: CampaignDefinition, numbers: Numbers) -> dict[str, Any]:
    return {
        **_read(handoff.attributes, numbers),
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


def _transfer(transfer: Transfer, definition: CampaignDefinition, numbers: Numbers) -> dict[str, Any]:
    return {
        **_read(transfer.attributes, numbers),
        "id": transfer.id,
        "kind": "transfers",
        "state": transfer.state,
        "agency": transfer.from_agency,
        "to_agency": transfer.to_agency,
        "to_agency_type": clocks.agency_type(definition, transfer.to_agency),
        "proposed_at": transfer.proposed_at,
    }


def _record(row: Mapping[str, Any], leads: Mapping[str, Lead], numbers: Numbers) -> dict[str, Any]:
    lead = leads.get(row["lead_id"] or "")
    about = (
        {"number": lead.number, "act": lead.intake.act, "place_type": lead.intake.place_type} if lead else {}
    )
    unit = lead.lead_agency if lead is not None and lead.lead_agency is not None else row["agency_id"]
    return {
        **about,
        **_read(row["data"], numbers),
        "id": row["id"],
        "kind": row["kind"],
        "agency": unit,
        "recorded_by_agency": row["agency_id"],
        "occurred_on": row["occurred_on"],
        "recorded_at": row["recorded_at"],
    }


def _read(attributes: Mapping[str, Any], numbers: Numbers) -> dict[str, Any]:
    """Attributes come back from JSON as text; what names a moment, a day or an exact number is read again."""
    return {name: _value(name, value, numbers) for name, value in attributes.items()}


def _value(name: str, value: Any, numbers: Numbers) -> Any:
    if not isinstance(value, str):
        return value
    if name in numbers:
        return Decimal(value) if _NUMBER.fullmatch(value) else value
    if name.endswith("_at"):
        return datetime.fromisoformat(value) if "T" in value else value
    if name.endswith("_on"):
        return date.fromisoformat(value) if len(value) == 10 else value
    return value
