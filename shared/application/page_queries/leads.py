"""The list of leads and the page of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shared.application import queries
from shared.application.page_queries.parts import (
    PAGE,
    act_names,
    dressed,
    machine,
    people,
    rows,
    rungs,
    scoped,
    sees_order,
    urgency,
    way,
    windows,
)
from shared.application.page_queries.passing_on import routing
from shared.application.sight import sight_of
from shared.application.views import agency_view, lead_view, order_view, words
from shared.application.work import Work
from workflows.coordination import Handoff, answers_for_the_lead
from workflows.lead import Lead

EVENTS = 200
"""As many entries of a history are shown at once."""


def lead_list(
    work: Work,
    filters: Mapping[str, Any],
    order: str,
    page: int,
    limit: int | None = PAGE,
    *,
    by_state: bool = False,
) -> dict[str, Any]:
    """This will list leads most pressing first, or in another order, with how many fit; pages count from 1.

    `due_on` among the filters is a day of the campaign's zone on which a duty is due, `due_by` the last of those from
    now on.
    """
    wanted = scoped(work, filters)
    for name in {"due_on", "due_by"} & wanted.keys():
        wanted[name] = (wanted[name], work.definition.time_zone)
    passed = windows(work.definition)
    offset = (page - 1) * (limit or 0)
    found, total = work.uow.overviews.leads(work.campaign.id, wanted, passed, order, offset, limit)
    return {
        "items": rows(work, found),
        "total": total,
        "by_state": work.uow.overviews.by_state(work.campaign.id, wanted, passed) if by_state else {},
        "as_of": work.in_zone(work.at),
        "page": page,
        "limit": limit,
    }


def lead_choices(work: Work) -> dict[str, Any]:
    """This will give what a list of leads may be narrowed by."""
    definition = work.definition
    townships = [t for a in definition.agencies for t in a.townships]
    return {
        "states": [
            {"id": s.id, "name": words(s.name), "kind": s.kind} for s in definition.lifecycles["lead"].states
        ],
        "agencies": [agency_view(definition, a.id) for a in definition.working_agencies],
        "vocabularies": {
            name: [{"id": c.id, "name": words(c.name)} for c in definition.vocabularies.get(name, ())]
            for name in ("channel", "place_type", "act", "urgency")
        },
        "townships": townships,
    }


def lead_page(work: Work, number: str, before: int | None = None) -> dict[str, Any]:
    """This will show a lead with all a page says of it: clocks in words, history with names, its way so far.

    The history is the newest part of it, or the part `before` a position; `history_before` is where an earlier one is.
    """
    lead = work.lead(number)
    view, sight = lead_view(work, lead), sight_of(work, lead)
    clocks = [dressed(work, c) for c in work.uow.deadlines.of_lead(lead.id) if sight.clock(c)]
    found = work.uow.events.of_lead(lead.id, before, EVENTS + 1)
    history = [row for row in found[:EVENTS] if sight.event(row)]
    moves = history
    if before is not None or len(found) > EVENTS:
        moves = [row for row in reversed(work.uow.events.of_subject(lead.id, lead.id)) if sight.event(row)]
    parts = {part.id: part for part in work.uow.handoffs.of_lead(lead.id)}
    definition = work.pinned(lead.definition_hash)
    return {
        **view,
        "urgency": urgency(lead),
        "turn": _turn(work, lead),
        "clocks": clocks,
        "handoffs": [_worked_on(item, parts[item["id"]], clocks) for item in view["handoffs"]],
        "transfers": [_with_clocks(item, clocks) for item in view["transfers"]],
        "history": [queries.event_view(work, row) for row in history],
        "history_before": found[EVENTS - 1]["position"] if len(found) > EVENTS else None,
        "people": people(work),
        "diagram": machine(definition, "lead"),
        "way": way(work, moves, "lead"),
        "act_names": act_names(definition),
        "rungs": rungs(definition),
        "orders": [order_view(work, o) for o in work.uow.orders.of_lead(lead.id) if sees_order(work, o)],
        "suggestions": routing(work, view),
        "as_of": work.in_zone(work.at),
    }


def _with_clocks(part: Mapping[str, Any], clocks: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {**part, "clocks": [c for c in clocks if c["subject_id"] == part["id"]]}


def _worked_on(item: Mapping[str, Any], part: Handoff, clocks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Work with its clocks, and where its receiver answers for the lead with those of the lead that run for it."""
    shown = _with_clocks(item, clocks)
    if answers_for_the_lead(part):
        running = (c for c in clocks if c["subject"] == "lead" and c["state"] in ("running", "paused"))
        shown["clocks"] += [c for c in running if c["holder"]["id"] == part.to_agency]
    return shown


def _turn(work: Work, lead: Lead) -> dict[str, Any] | None:
    """Whose next step the lead waits for by its state, also where the caller sees none of the clocks."""
    definition = work.pinned(lead.definition_hash)
    waits_for = definition.lifecycles["lead"].state(lead.state).waits_for
    if "lead_agency" in waits_for and lead.lead_agency is not None:
        return agency_view(definition, lead.lead_agency)
    return agency_view(definition, definition.office.id) if "office" in waits_for else None
