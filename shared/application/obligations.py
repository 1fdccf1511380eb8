"""How reports come to be owed: by the schedule when a campaign opens or a unit joins, and by what happens to a lead."""

from __future__ import annotations

from typing import Any

from shared.application.happenings import Matter, React, happen
from shared.application.matters import of_lead, report_matter
from shared.application.work import Work
from workflows.campaign import CampaignDefinition, ReportObligation
from workflows.events import Event
from workflows.reporting import due_at


def owe(
    work: Work,
    definition: CampaignDefinition,
    obligation: ReportObligation,
    unit: str,
    react: React,
    depth: int = 0,
) -> None:
    """This will note that a unit owes a report, and start the clock that calls for it."""
    row: dict[str, Any] = {
        "id": work.uow.new_id(),
        "campaign_id": work.campaign.id,
        "definition_hash": definition.hash,
        "unit": unit,
        "kind": obligation.kind,
        "period": obligation.id,
        "due_at": due_at(definition, obligation, work.calendar_of(definition, unit)),
        "version": 0,
    }
    work.uow.reports.owe(row)
    facts = {"unit": unit, "kind": obligation.kind, "period": obligation.id, "due_at": row["due_at"]}
    event = Event("report.opened", "report", row["id"], work.at, facts)
    happen(work, report_matter(definition, row), event, react, depth)


def owe_for(work: Work, matter: Matter, event: Event, react: React, depth: int) -> None:
    """This will have the agency that holds a lead owe the special reports that an event of the lead calls for, once each."""
    lead, definition = matter.lead, matter.definition
    if lead is None or lead.lead_agency is None:
        return
    kinds = {event.kind, f"{event.kind}:{matter.type}"}
    called = [rule for rule in definition.special_reports if not kinds.isdisjoint(rule.on)]
    facts = of_lead(work, lead).facts if called and matter.subject != "lead" else matter.facts
    for rule in called:
        if rule.when is not None and not rule.when.holds(facts):
            continue
        owed = work.uow.reports.obligations(work.campaign.id)
        ending = f"-{lead.number}"
        if any(row["period"].startswith(f"{rule.id}-") and row["period"].endswith(ending) for row in owed):
            continue
        obligation = rule.called_for(event.occurred_at.astimezone(work.zone), lead.number)
        owe(work, definition, obligation, lead.lead_agency, react, depth)
