"""A lead that waits to be passed on: what the routing tables preselect, with reasons, and leads like it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from shared.application.page_queries.parts import dressed, scoped, urgency
from shared.application.views import handoff_row, lead_row, lead_view, words
from shared.application.work import Work
from workflows.coordination import DECLINED
from workflows.decision_table import decide
from workflows.lead import Lead


def routing(work: Work, view: Mapping[str, Any]) -> dict[str, Any]:
    """This will tell what the routing tables of the definition say of a lead: who leads, who helps, and by which rows."""
    definition = work.definition
    facts = {**view, "product": (view["products"] or [None])[0], "crime_suspected": None}
    facts = {name: (tuple(value) if isinstance(value, list) else value) for name, value in facts.items()}
    facts["species"] = "、".join(view["species"]) or None
    lead, others, because = None, {}, []
    for table in definition.routing:
        if not ({"lead", "with"} & set(table.outputs)):
            continue
        answer = decide(table, facts, work.today)
        if not answer.outcomes:
            continue
        found = [definition.heir(str(name)) for name in answer.collected("lead")]
        lead = next(iter(found), lead)
        others.update(dict.fromkeys(definition.heir(str(name)) for name in answer.collected("with")))
        because.append(
            {
                "rule": table.id,
                "name": words(table.name),
                "rows": list(answer.rows),
                "source": "、".join(answer.sources),
                "inputs": {k: v for k, v in answer.inputs.items() if v is not None},
                "names": [str(a) for a in (*answer.collected("lead"), *answer.collected("with"))],
            }
        )
    return {"lead_agency": lead, "assisting": [a for a in others if a != lead], "because": because}


def triage(work: Work, number: str) -> dict[str, Any]:
    """This will show a lead that waits to be passed on, with what the routing tables preselect and leads like it."""
    lead = work.lead(number)
    view = lead_view(work, lead)
    view["clocks"] = [dressed(work, c) for c in work.uow.deadlines.of_lead(lead.id)]
    return {
        **view,
        "urgency": urgency(lead),
        "routing": routing(work, view),
        "similar": _similar(work, lead),
        "declined": [handoff_row(work, h) for h in work.uow.handoffs.of_lead(lead.id) if h.state == DECLINED],
    }


def _similar(work: Work, lead: Lead) -> list[dict[str, Any]]:
    """Open leads of the same township and kind of place received within 30 days before: perhaps the same matter."""
    if lead.intake.township is None:
        return []
    wanted = {
        "township": lead.intake.township,
        "place_type": lead.intake.place_type,
        "received_from": lead.received_at - timedelta(days=30),
        "at": work.at,
    }
    found, _ = work.uow.overviews.leads(work.campaign.id, scoped(work, wanted), (), "-received", 0, 6)
    others = [item for item in found if item.id != lead.id and item.received_at <= lead.received_at]
    return [lead_row(work, item, []) for item in others[:2]]
