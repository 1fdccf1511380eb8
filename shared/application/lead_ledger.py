"""The ledger of leads: a line for each lead the caller may see, with what stands open on it; never who reported."""

from __future__ import annotations

from typing import Any

from shared.application.sight import seen_of, sights_of
from shared.application.views import lead_row
from shared.application.work import Work


def lead_ledger(work: Work) -> dict[str, Any]:
    """This will list every lead the caller may see, oldest number first, in words for a workbook."""
    leads = seen_of(work, work.uow.leads.every(work.campaign.id))
    sights, open_clocks = (
        sights_of(work, leads),
        work.uow.deadlines.open_of_leads([lead.id for lead in leads]),
    )
    lines = []
    for lead in leads:
        definition, sight = work.pinned(lead.definition_hash), sights[lead.id]
        clocks = [clock for clock in open_clocks[lead.id] if sight.clock(clock)]
        running = sorted((c.due_at, definition.clocks[c.rule].name.zh) for c in clocks)
        row = lead_row(work, lead, clocks, sight)
        ended = lead.attributes.get("disposition") if sight.whole else None
        disposition = definition.word("disposition", str(ended))
        held = lead.lead_agency or definition.office.id
        lines.append(
            {
                "number": lead.number,
                "title": lead.intake.title,
                "received_on": lead.received_at.astimezone(work.zone).date().isoformat(),
                "state": row["state"]["name"]["zh"],
                "agency": definition.agency(held).name.zh if definition.has_agency(held) else held,
                "place_type": _word(definition.word("place_type", lead.intake.place_type)),
                "act": _word(definition.word("act", lead.intake.act)),
                "township": lead.intake.township or "",
                "due_at": work.in_zone(running[0][0])[:16].replace("T", " ") if running else "",
                "due": running[0][1] if running else "",
                "overdue": sum(due < work.at for due, _ in running),
                "disposition": disposition.name.zh if disposition is not None else "",
            }
        )
    return {
        "campaign": work.definition.title.zh,
        "office": work.definition.office.name.zh,
        "as_of": work.in_zone(work.at),
        "lines": sorted(lines, key=lambda line: str(line["number"])),
    }


def _word(choice: Any) -> str:
    return choice.name.zh if choice is not None else ""
