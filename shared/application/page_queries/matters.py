"""One handoff, one criminal transfer, one supervision order or one clock, as the person working on it sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.application import queries
from shared.application.orders import order as find_order
from shared.application.page_queries.parts import (
    dressed,
    machine,
    people,
    reports_called_for,
    rungs,
    way,
    windows,
)
from shared.application.page_queries.waiting import next_to_sign
from shared.application.views import agency_view, forecast_view, order_view, words
from shared.application.work import Work
from workflows.coordination import ANSWERED, AWAY, ENDED, HOST
from workflows.deadline import Deadline
from workflows.lead import Lead
from workflows.letters import colour_of
from workflows.order import Order, levels


def task(work: Work, handoff_id: str) -> dict[str, Any]:
    """This will show a handoff as its receiver works on it, with the lead's place and the one who asked.

    The clocks that run for the receiver are its own, and for who leads those of the lead itself. Once it answered they
    stand apart as `owed`: an answer is for who asked, the lead is still to be taken further.
    """
    view = queries.handoff(work, handoff_id)
    lead = work.lead(view["lead"]["number"])
    own = work.uow.deadlines.of_subject("handoff", handoff_id)
    owed = _of_the_lead(work, view, lead)
    answered = view["state"]["id"] in ANSWERED
    clocks = own if answered else [*own, *owed]
    intake = lead.intake
    rule = work.pinned(lead.definition_hash).coordination_type(view["type"]["id"])
    history = [row for row in work.uow.events.of_lead(lead.id, None, 200) if row["subject_id"] == handoff_id]
    return {
        **view,
        "clocks": [dressed(work, c) for c in clocks],
        "forecast": forecast_view(work, [c for c in clocks if c.is_open]),
        "owed": [dressed(work, c) for c in owed] if answered else [],
        "ended": view["state"]["id"] in ENDED,
        "answer_fields": list(rule.answer_fields),
        "about": {
            "description": intake.description,
            "township": intake.township,
            "address": intake.address,
            "lead_agency": agency_view(work.definition, lead.lead_agency),
            "received_at": work.in_zone(lead.received_at),
        },
        "history": [queries.event_view(work, row) for row in history],
        "people": people(work),
        "colleagues": _colleagues(work, view["to"]["id"]),
        "as_of": work.in_zone(work.at),
    }


def _colleagues(work: Work, agency: str) -> list[dict[str, Any]]:
    """Those of the caller's own agency the work may be given to; nobody chooses among the people of another."""
    if work.by.agency_id != agency:
        return []
    listed = work.uow.people.listed(work.campaign.id)
    return [
        {"id": row["id"], "name": {"zh": row["name"], "en": row["name"]}}
        for row in listed
        if row["active"] and row["agency_id"] == agency
    ]


def _of_the_lead(work: Work, view: Mapping[str, Any], lead: Lead) -> list[Deadline]:
    """The clocks of the lead that run for the receiver of the work that makes it the lead agency."""
    receiver = view["to"]["id"]
    if view["role"] != HOST or lead.lead_agency != receiver or view["state"]["id"] in AWAY:
        return []
    running = work.uow.deadlines.of_lead(lead.id)
    passed = windows(work.definition)
    found = [c for c in running if c.subject == "lead" and c.is_open and c.holder == receiver]
    return sorted((c for c in found if c.code not in passed), key=lambda c: c.due_at)


def transfer_page(work: Work, transfer_id: str) -> dict[str, Any]:
    """This will show a criminal transfer with its clocks, what happened and who did it, and its picture."""
    view = queries.transfer(work, transfer_id)
    lead = work.lead(view["lead"]["number"])
    history = list(reversed(work.uow.events.of_subject(lead.id, transfer_id)))
    clocks = [dressed(work, c) for c in work.uow.deadlines.of_subject("transfer", transfer_id)]
    return {
        **view,
        "clocks": clocks,
        "diagram": machine(work.definition, "transfer"),
        "way": way(work, history, "transfer"),
        "history": [queries.event_view(work, row) for row in history],
        "people": people(work),
        "as_of": work.in_zone(work.at),
    }


def order_page(work: Work, order_id: str) -> dict[str, Any]:
    """This will show a supervision order with the clock it is about and the lead's title."""
    order = find_order(work, order_id)
    lead = work.uow.leads.by_id(order.lead_id) if order.lead_id is not None else None
    late = work.uow.deadlines.get(order.deadline_id) if order.deadline_id is not None else None
    clocks = [dressed(work, c) for c in work.uow.deadlines.of_subject("order", order.id)]
    return {
        **order_view(work, order),
        "colour": _colour(work, order, late),
        "clocks": clocks,
        "title": lead.intake.title if lead is not None else None,
        "about": dressed(work, late) if late is not None else None,
        "report": reports_called_for(work, [late]).get(late.id) if late is not None else None,
        "next_to_sign": next_to_sign(work, order.id),
        "as_of": work.in_zone(work.at),
    }


def _colour(work: Work, order: Order, late: Deadline | None) -> str:
    """The colour of the paper by the rung's place among those of its ladder that a person signs."""
    definition = work.pinned(order.definition_hash)
    ladder = definition.clocks[late.rule].ladder if late is not None else None
    rungs = levels(definition, ladder)
    place = next((n for n, rung in enumerate(rungs) if rung.level == order.level), 0)
    return colour_of(place, max(len(rungs), 1))


def deadline_page(work: Work, deadline_id: str) -> dict[str, Any]:
    """This will show a clock with the account of its date, who asked for more time, and on which grounds one may."""
    view = queries.deadline(work, deadline_id)
    clock = work.uow.deadlines.get(deadline_id)
    assert clock is not None
    lead = work.uow.leads.by_id(clock.lead_id) if clock.lead_id is not None else None
    grounds = work.definition.vocabularies.get("extension_ground", ())
    return {
        **view,
        **dressed(work, clock),
        "lead": {"number": lead.number, "title": lead.intake.title} if lead is not None else None,
        "grounds": [{"id": c.id, "name": words(c.name)} for c in grounds],
        "rungs": rungs(work.definition),
        "people": people(work),
        "as_of": work.in_zone(work.at),
    }
