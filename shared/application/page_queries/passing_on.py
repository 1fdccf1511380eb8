"""A lead that waits to be passed on: what the routing tables preselect, with reasons, and leads like it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from shared.application.page_queries.parts import dressed, scoped, urgency
from shared.application.views import handoff_row, lead_row, lead_view, words
from shared.application.work import Work
from workflows.coordination import CANCELLED, DECLINED, HOST, takes
from workflows.decision_table import decide
from workflows.lead import Lead
from workflows.lifecycle import SYSTEM

_LEADS = ("lead", "lead_agency")
"""A table may name its answer as the fact of the lead is named."""


def routing(work: Work, view: Mapping[str, Any]) -> dict[str, Any]:
    """This will tell what the routing tables of the definition say of a lead: who leads, who helps, and by which rows."""
    definition = work.definition
    facts = {**view, "product": (view["products"] or [None])[0], "crime_suspected": None}
    facts = {name: (tuple(value) if isinstance(value, list) else value) for name, value in facts.items()}
    facts["species"] = "、".join(view["species"]) or None
    lead, others, because = None, {}, []
    for table in definition.routing:
        if not ({*_LEADS, "with"} & set(table.outputs)):
            continue
        answer = decide(table, facts, work.today)
        if not answer.outcomes:
            continue
        leads = [str(name) for output in _LEADS for name in answer.collected(output)]
        found = [definition.heir(name) for name in leads]
        lead = next(iter(found), lead)
        others.update(dict.fromkeys(definition.heir(str(name)) for name in answer.collected("with")))
        because.append(
            {
                "rule": table.id,
                "name": words(table.name),
                "rows": list(answer.rows),
                "source": "、".join(answer.sources),
                "inputs": {k: v for k, v in answer.inputs.items() if v is not None},
                "names": [*leads, *(str(a) for a in answer.collected("with"))],
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
        "pass_on": _pass_on(work, lead, view),
        "urgency": urgency(lead),
        "routing": routing(work, view),
        "similar": _similar(work, lead),
        "declined": [handoff_row(work, h) for h in work.uow.handoffs.of_lead(lead.id) if h.state == DECLINED],
    }


def _pass_on(work: Work, lead: Lead, view: Mapping[str, Any]) -> dict[str, Any] | None:
    """The step that hands the lead to a unit, the one that asks least where there are several; None where none is open.

    With it what the campaign calls such work, and the units that do it, the office itself left out.
    """
    definition = work.pinned(lead.definition_hash)
    open_now = {action["name"]: action for action in view["allowed_actions"]}
    steps = [
        step
        for step in definition.lifecycles["lead"].transitions
        if step.hands_off and lead.state in step.sources and step.trigger in open_now
    ]
    if not steps:
        return None
    step = min(steps, key=lambda found: len(found.needs))
    kind = definition.coordination_type(str(step.hands_off))
    units = [a.id for a in definition.working_agencies if takes(definition, kind, a.id) and not a.office]
    able = [unit for unit in units if unit not in definition.succeeded]
    return {**open_now[step.trigger], "kind": words(kind.name), "units": able}


def to_take_back(work: Work, number: str) -> list[dict[str, Any]]:
    """This will name what the caller's agency last handed over or asked for with a lead and nobody has signed for,
    helpers first, with the step that takes each back.
    """
    lead = work.lead(number)
    definition = work.pinned(lead.definition_hash)
    machine = definition.lifecycles["handoff"]
    away = [t for t in machine.transitions if machine.initial in t.sources and t.to == CANCELLED]
    back = [t for t in away if any(actor != SYSTEM for actor in t.by)]
    parts = [h for h in work.uow.handoffs.of_lead(lead.id) if h.from_agency == work.by.agency_id]
    latest = max((h.sent_at for h in parts), default=None)
    unsigned = [h for h in parts if h.sent_at == latest and h.state == machine.initial]
    ordered = sorted(unsigned, key=lambda h: h.role == HOST)
    return [
        {"id": h.id, "step": t.trigger, "asks_why": "reason" in (*t.needs, *t.takes)}
        for h in ordered
        for t in back[:1]
    ]


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
