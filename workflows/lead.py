"""Lead: what is known of one tip and where it stands; a frozen value that steps replace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from workflows.commands import Intake


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead (线索). `attributes` holds what steps set: lead_agency, disposition, case_number, analyses …"""

    id: str
    campaign_id: str
    number: str
    definition_hash: str
    state: str
    version: int
    generation: int
    intake: Intake
    source: str
    external_ref: str | None
    received_at: datetime
    attributes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def lead_agency(self) -> str | None:
        """The agency that holds the lead, once one was chosen."""
        return self.attributes.get("lead_agency")


def known(lead: Lead, name: str) -> Any:
    """This will give what is known of a lead: as a step wrote it last, else as it was received."""
    written = lead.attributes.get(name)
    return getattr(lead.intake, name) if written is None else written


def acted_on(lead: Lead) -> date | None:
    """This will give the day of the act, if it is known; attributes come back from JSON as text."""
    day = known(lead, "act_on")
    return date.fromisoformat(day) if isinstance(day, str) else day


def relations(lead: Lead, office: str) -> dict[str, str | None]:
    """This will say which agency stands in which relation to the lead; before assignment the office holds it."""
    return {"office": office, "lead_agency": lead.lead_agency, "holder": lead.lead_agency or office}


def stepped(lead: Lead, state: str, attributes: Mapping[str, Any], *, new_round: bool) -> Lead:
    """This will give the lead after a step: new state, attributes merged, version counted, maybe a new round."""
    return replace(
        lead,
        state=state,
        version=lead.version + 1,
        generation=lead.generation + (1 if new_round else 0),
        attributes={**lead.attributes, **attributes},
    )
