"""What callers read: leads, handoffs, transfers, orders and clocks as plain JSON-ready values, each with what this
caller may do now, why not the rest, and what will happen by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from shared.application import matters
from shared.application.answering import dispute_view, receipt_view
from shared.application.arrangements import agreed
from shared.application.happenings import Matter
from shared.application.identities import may_open
from shared.application.linking import link_views
from shared.application.materials import material_view, material_views
from shared.application.merging import barred, merged_views
from shared.application.ports import Row
from shared.application.rules import suggestion_views
from shared.application.sight import Sight, restricted, restricted_row, sight_of
from shared.application.work import Work
from workflows import deadline, escalation, lifecycle, renewal
from workflows.business_calendar import BusinessCalendar
from workflows.campaign import CampaignDefinition, Clock, Ladder
from workflows.coordination import Handoff
from workflows.custody import STATES as CUSTODY
from workflows.custody import Item
from workflows.deadline import Deadline
from workflows.lead import Lead
from workflows.order import Order
from workflows.rejection import Reason
from workflows.text import Text
from workflows.transfer import Transfer


def words(text: Text | None) -> dict[str, str] | None:
    """This will give a phrase in both languages."""
    return {"zh": text.zh, "en": text.en or text.zh} if text is not None else None


def reason_view(reason: Reason) -> dict[str, Any]:
    """This will give a reason as clients read it."""
    found: dict[str, Any] = {"code": reason.code, "message": words(reason.text)}
    if reason.field is not None:
        found["field"] = reason.field
    if reason.hint is not None:
        found["hint"] = words(reason.hint)
    if reason.source is not None:
        found["source"] = reason.source
    return found


def plain(work: Work, value: Any) -> Any:
    """This will give any value as JSON holds it, moments in the campaign's time zone."""
    if isinstance(value, datetime):
        return work.in_zone(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return {str(name): plain(work, item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(work, item) for item in value]
    return value


def agency_view(definition: CampaignDefinition, agency_id: str | None) -> dict[str, Any] | None:
    """This will name an agency."""
    if agency_id is None:
        return None
    if not definition.has_agency(agency_id):
        return {"id": agency_id, "name": {"zh": agency_id, "en": agency_id}, "short": agency_id}
    agency = definition.agency(agency_id)
    return {"id": agency.id, "name": words(agency.name), "short": agency.short}


def state_view(definition: CampaignDefinition, subject: str, state: str) -> dict[str, Any]:
    """This will name a state."""
    found = definition.lifecycles[subject].state(state)
    return {"id": found.id, "name": words(found.name), "kind": found.kind}


def actions(work: Work, matter: Matter, base: str, barring: Reason | None = None) -> dict[str, Any]:
    """This will list what the caller may do with a subject now, and what not, with every reason.

    `barring` is a reason outside the machine for which no step can be taken.
    """
    actor = matters.actor_facts(work, matter.definition, matter.relations)
    state = str(matter.facts["state"])
    allowed, blocked = lifecycle.options(matter.definition, matter.subject, state, actor, matter.facts)
    if barring is not None:
        blocked = (*(replace(option, reasons=(barring,)) for option in allowed), *blocked)
        allowed = ()
    return {
        "allowed_actions": [
            {
                "name": option.trigger,
                "title": words(option.name),
                "href": f"{base}/actions/{option.trigger}",
                "method": "POST",
                "to": option.to_state,
                "needs": list(option.needs),
                "takes": list(option.takes),
            }
            for option in allowed
        ],
        "blocked_actions": [
            {"name": o.trigger, "title": words(o.name), "reasons": [reason_view(r) for r in o.reasons]}
            for o in blocked
        ],
    }


def clock_view(work: Work, clock: Deadline) -> dict[str, Any]:
    """This will show one clock: what is owed, by whom, until when, under which rule, original and current."""
    definition = work.pinned(clock.definition_hash)
    rule = definition.clocks[clock.rule]
    ladder = definition.ladder(rule.ladder)
    calendar = work.calendar_of(definition, clock.holder)
    soon = escalation.soon_from(clock, ladder, calendar) if clock.is_open else None
    told_above = escalation.is_told_above(clock.done, ladder)
    return {
        "id": clock.id,
        "code": clock.code,
        "name": words(rule.name),
        "subject": clock.subject,
        "subject_id": clock.subject_id,
        "holder": agency_view(definition, clock.holder),
        "state": clock.state,
        "started_at": work.in_zone(clock.started_at),
        "due_at": work.in_zone(clock.due_at),
        "original_due_at": work.in_zone(clock.original_due_at),
        "stopped_at": work.in_zone(clock.stopped_at) if clock.stopped_at else None,
        "overdue": clock.is_overdue(work.at),
        "provisional": clock.provisional,
        "light": deadline.light(clock, work.at, soon, escalated=told_above),
        "rule": f"{clock.code}#{clock.rule}",
        "source": rule.source,
        "verified": rule.verified,
        "extensions": len(clock.extensions),
        "round": clock.round,
        "generation": clock.generation,
    }


def next_step(work: Work, clock: Deadline) -> dict[str, Any] | None:
    """This will name the next rung a clock comes to by itself, and when; None where none is left."""
    definition = work.pinned(clock.definition_hash)
    rule = definition.clocks[clock.rule]
    calendar = work.calendar_of(definition, clock.holder)
    for step, _ in _to_come(clock, rule, definition.ladder(rule.ladder), calendar):
        if step.rung is not None:
            return {"at": work.in_zone(step.at), "name": words(step.rung.name)}
    return None


def forecast_view(work: Work, clocks: Sequence[Deadline], lead: Lead | None = None) -> list[dict[str, Any]]:
    """This will list what happens next by itself, in order of time, by the functions that will do it.

    `lead` is the lead the clocks belong to, where the caller has it at hand.
    """
    found = []
    for clock in clocks:
        definition = work.pinned(clock.definition_hash)
        rule = definition.clocks[clock.rule]
        calendar = work.calendar_of(definition, clock.holder)
        relations = {
            "holder": clock.holder,
            "office": definition.office.id,
            **_relations(work, definition, clock, lead),
        }
        for step, deadline_id in _to_come(clock, rule, definition.ladder(rule.ladder), calendar):
            rung = step.rung
            found.append(
                {
                    "at": work.in_zone(step.at),
                    "act": step.key,
                    "name": words(rung.name) if rung is not None else {"zh": "到期", "en": "due"},
                    "form": rung.form if rung is not None else None,
                    "signature": rung.signature if rung is not None else False,
                    "to": [
                        {"role": target["role"], "agency": agency_view(definition, target["agency"])}
                        for target in (escalation.addressed(rung, relations) if rung is not None else ())
                    ],
                    "rule": f"{clock.code}#{clock.rule}",
                    "code": clock.code,
                    "deadline_id": deadline_id,
                    "source": rule.source,
                }
            )
    return sorted(found, key=lambda step: str(step["at"]))


def _to_come(
    clock: Deadline, rule: Clock, ladder: Ladder, calendar: BusinessCalendar
) -> list[tuple[escalation.Step, str | None]]:
    """The steps of a clock, and of a series those of the next one too, which has no deadline of its own yet."""
    steps: list[tuple[escalation.Step, str | None]] = [
        (step, clock.id) for step in escalation.forecast(clock, ladder, calendar)
    ]
    if rule.recurs is not None and escalation.DUE not in clock.done:
        after = renewal.following(clock, rule, calendar, deadline_id="")
        steps += [(step, None) for step in escalation.forecast(after, ladder, calendar)] if after else []
    return steps


def _relations(
    work: Work, definition: CampaignDefinition, clock: Deadline, lead: Lead | None
) -> Mapping[str, str | None]:
    """Who stands where to a clock's subject, without working out all its facts."""
    if clock.subject == "handoff":
        handoff = _handoff_of(work, clock)
        return {"sender": handoff.from_agency, "receiver": handoff.to_agency} if handoff is not None else {}
    if clock.subject == "transfer":
        transfer = work.uow.transfers.get(clock.subject_id)
        return (
            {"sender": transfer.from_agency, "receiver": transfer.to_agency} if transfer is not None else {}
        )
    if clock.subject == "lead":
        at_hand = lead is not None and lead.id == clock.subject_id
        of = lead if at_hand else work.uow.leads.by_id(clock.subject_id)
        return {"lead_agency": of.lead_agency} if of is not None else {}
    return {"sender": definition.office.id, "receiver": clock.holder}


def _handoff_of(work: Work, clock: Deadline) -> Handoff | None:
    """Mostly one of the lead's handoffs, which whoever shows the lead has asked for already."""
    beside = work.uow.handoffs.of_lead(clock.lead_id) if clock.lead_id is not None else ()
    found = next((handoff for handoff in beside if handoff.id == clock.subject_id), None)
    return found or work.uow.handoffs.get(clock.subject_id)


def lead_row(
    work: Work, lead: Lead, clocks: Sequence[Deadline], sight: Sight | None = None
) -> dict[str, Any]:
    """This will show a lead as one row of a list, as far as the caller sees it, with its most pressing clock.

    `sight` is what the caller sees of it, where that was asked for many leads at once.
    """
    definition, sight = work.pinned(lead.definition_hash), sight or sight_of(work, lead)
    first = min((c for c in clocks if sight.clock(c)), key=lambda c: c.due_at, default=None)
    row = {
        "number": lead.number,
        "id": lead.id,
        "version": lead.version,
        "title": lead.intake.title,
        "state": state_view(definition, "lead", lead.state),
        "channel": lead.intake.channel,
        "place_type": lead.intake.place_type,
        "act": lead.intake.act,
        "urgency": lead.attributes.get("urgency", lead.intake.urgency),
        "township": lead.intake.township,
        "lead_agency": agency_view(definition, lead.lead_agency),
        "external_ref": lead.external_ref,
        "source": lead.source,
        "received_at": work.in_zone(lead.received_at),
        "clock": clock_view(work, first) if first is not None else None,
    }
    return restricted_row(lead, row, sight)


_INTAKE_SHOWN = (
    "title",
    "description",
    "channel",
    "place_type",
    "act",
    "township",
    "address",
    "products",
    "species",
    "pieces",
    "grams",
    "live_count",
    "estimated_value_yuan",
    "vehicles",
    "suspects",
    "reporter_kind",
    "reported_at",
    "act_on",
)
_HELD_APART = frozenset(
    {"lead_agency", "designated", "disposition", "last_actor", "received_by", "received_at_agency"}
)


def lead_view(work: Work, lead: Lead) -> dict[str, Any]:
    """This will show what the caller sees of a lead: what is known, its clocks and their future, its parts, what the
    caller may do.
    """
    matter, sight = matters.of_lead(work, lead), sight_of(work, lead)
    definition = matter.definition
    clocks = [c for c in work.uow.deadlines.of_lead(lead.id) if sight.clock(c)]
    running = [c for c in clocks if c.is_open]
    records = work.uow.records.of_lead(lead.id)
    openable = may_open(work) and work.uow.identities.is_sealed(lead.id)
    suggested = [
        *suggestion_views(work, lead, matter.facts, records, whole=False),
        *agreed(work, matter.facts),
    ]
    view = {
        "number": lead.number,
        "id": lead.id,
        "version": lead.version,
        "state": state_view(definition, "lead", lead.state),
        "source": lead.source,
        "external_ref": lead.external_ref,
        "received_at": work.in_zone(lead.received_at),
        "generation": lead.generation,
        **{name: plain(work, getattr(lead.intake, name)) for name in _INTAKE_SHOWN},
        "lead_agency": agency_view(definition, lead.lead_agency),
        "designated": bool(matter.facts["designated"]),
        "disposition": lead.attributes.get("disposition"),
        "attributes": {k: v for k, v in lead.attributes.items() if k not in _HELD_APART},
        "definition": {"id": definition.id, "version": definition.version, "hash": definition.hash},
        "in_window": matter.facts["in_window"],
        "clocks": [clock_view(work, clock) for clock in clocks],
        "forecast": forecast_view(work, running, lead),
        "handoffs": [handoff_row(work, h) for h in work.uow.handoffs.of_lead(lead.id) if sight.part(h)],
        "transfers": [transfer_row(work, t) for t in work.uow.transfers.of_lead(lead.id) if sight.part(t)],
        "records": [record_view(work, r) for r in records if sight.record(r)],
        "links": link_views(work, lead),
        "merged_from": merged_views(work, lead),
        "suggestions": plain(work, suggested),
        "parties": [party_row(work, p) for p in work.uow.parties.of_lead(lead.id)] if sight.whole else [],
        "items": [item_row(work, i) for i in work.uow.items.of_lead(lead.id) if sight.item(i)],
        "materials": material_views(work, lead.id, sight),
        "identity": {"href": f"/v1/leads/{lead.number}/identity/openings"} if openable else None,
        **actions(work, matter, f"/v1/leads/{lead.number}", barred(work, lead)),
    }
    return restricted(lead, view, sight)


def record_view(work: Work, record: Row) -> dict[str, Any]:
    """This will show a recorded fact."""
    names = ("id", "kind", "occurred_on", "data", "recorded_at", "recorded_by")
    return {**{name: plain(work, record[name]) for name in names}, "agency": record["agency_id"]}


def party_row(work: Work, row: Row) -> dict[str, Any]:
    """This will show a party in a lead, unopened."""
    found = {"id": row["party_id"], "kind": row["kind"], "role": row["role"], "agency": row["agency_id"]}
    return {**found, "linked_at": work.in_zone(row["linked_at"]), "href": f"/v1/parties/{row['party_id']}"}


def item_row(work: Work, found: Item) -> dict[str, Any]:
    """This will show an item in few words: pieces and grams each for itself."""
    return {
        "id": found.id,
        "version": found.version,
        "label": found.label,
        "product": found.product,
        **{name: plain(work, getattr(found, name)) for name in ("pieces", "grams", "live_count")},
        "state": {"id": found.state, "name": words(CUSTODY[found.state])},
        "holder": agency_view(work.definition, found.holder_agency),
        "to": agency_view(work.definition, found.to_agency),
        "record": found.record_id,
    }


def handoff_row(work: Work, handoff: Handoff) -> dict[str, Any]:
    """This will show a handoff in few words."""
    definition = work.pinned(handoff.definition_hash)
    return {
        "id": handoff.id,
        "version": handoff.version,
        "type": {"id": handoff.type, "name": words(definition.coordination_type(handoff.type).name)},
        "from": agency_view(definition, handoff.from_agency),
        "to": agency_view(definition, handoff.to_agency),
        "role": handoff.role,
        "group": handoff.group_id,
        "blocking": handoff.blocking,
        "joining": handoff.joining,
        "state": state_view(definition, "handoff", handoff.state),
        "request": handoff.request,
        "sent_at": work.in_zone(handoff.sent_at),
        "attributes": {k: v for k, v in handoff.attributes.items() if k != "last_actor"},
    }


def handoff_view(work: Work, handoff: Handoff, lead: Lead) -> dict[str, Any]:
    """This will show a whole handoff, with as much of the lead as the receiver needs to act on it."""
    matter = matters.of_handoff(work, handoff, lead)
    clocks = work.uow.deadlines.of_subject("handoff", handoff.id)
    known = work.may_see(lead.id)
    return {
        **handoff_row(work, handoff),
        "lead": {
            "number": lead.number,
            "title": lead.intake.title if known else None,
            "urgency": lead.intake.urgency if known else None,
            "state": lead.state if known else None,
        },
        "materials": _materials(work, handoff, lead) if known else [],
        "shared": work.uow.copies.of_handoff(handoff.id) if known else None,
        "dispute": dispute_view(work, handoff, clocks),
        "receipt": receipt_view(work, handoff),
        "clocks": [clock_view(work, clock) for clock in clocks],
        "forecast": forecast_view(work, [c for c in clocks if c.is_open]),
        **actions(work, matter, f"/v1/handoffs/{handoff.id}"),
    }


def _materials(work: Work, handoff: Handoff, lead: Lead) -> list[dict[str, Any]]:
    """The files that went along with the work, and those either side attached to it."""
    along = handoff.attributes.get("materials", ())
    rows = work.uow.materials.of_lead(lead.id)
    return [material_view(work, r) for r in rows if r["handoff_id"] == handoff.id or r["id"] in along]


def transfer_row(work: Work, transfer: Transfer) -> dict[str, Any]:
    """This will show a criminal transfer in few words."""
    definition = work.pinned(transfer.definition_hash)
    return {
        "id": transfer.id,
        "version": transfer.version,
        "from": agency_view(definition, transfer.from_agency),
        "to": agency_view(definition, transfer.to_agency),
        "state": state_view(definition, "transfer", transfer.state),
        "proposed_at": work.in_zone(transfer.proposed_at),
        "attributes": {
            k: v for k, v in transfer.attributes.items() if k not in {"last_actor", "proposed_by"}
        },
    }


def transfer_view(work: Work, transfer: Transfer, lead: Lead) -> dict[str, Any]:
    """This will show a whole transfer with its chain of clocks."""
    matter = matters.of_transfer(work, transfer, lead)
    clocks = work.uow.deadlines.of_subject("transfer", transfer.id)
    return {
        **transfer_row(work, transfer),
        "enclosures_missing": matter.facts["enclosures_missing"],
        "lead": {"number": lead.number, "title": lead.intake.title, "state": lead.state},
        "clocks": [clock_view(work, clock) for clock in clocks],
        "forecast": forecast_view(work, [c for c in clocks if c.is_open]),
        **actions(work, matter, f"/v1/transfers/{transfer.id}"),
    }


def order_view(work: Work, order: Order) -> dict[str, Any]:
    """This will show a supervision order; without a number it is a draft and binds nobody."""
    definition = work.pinned(order.definition_hash)
    lead = work.uow.leads.by_id(order.lead_id) if order.lead_id is not None else None
    matter = matters.of_order(work, order, lead)
    clocks = work.uow.deadlines.of_subject("order", order.id)
    return {
        "id": order.id,
        "version": order.version,
        "number": order.number,
        "level": order.level,
        "form": order.form,
        "holder": agency_view(definition, order.holder_agency),
        "deadline_id": order.deadline_id,
        "deadline_code": order.deadline_code,
        "state": state_view(definition, "order", order.state),
        "lead": lead.number if lead is not None else None,
        "drafted_at": work.in_zone(order.drafted_at),
        "attributes": {k: v for k, v in order.attributes.items() if k != "last_actor"},
        "clocks": [clock_view(work, clock) for clock in clocks],
        "forecast": forecast_view(work, [c for c in clocks if c.is_open]),
        **actions(work, matter, f"/v1/orders/{order.id}"),
    }
