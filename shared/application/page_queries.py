"""Questions the pages ask beyond those of `queries`: whole screens, each read at one moment.

They take the work in progress first, change nothing, and show only what the caller may know, like `queries`; what they
give is JSON-ready too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from shared.application import queries
from shared.application.orders import order as find_order
from shared.application.sight import sight_of
from shared.application.views import (
    agency_view,
    clock_view,
    forecast_view,
    handoff_row,
    lead_row,
    lead_view,
    order_view,
    plain,
    transfer_row,
    words,
)
from shared.application.work import UNSEEN, Work
from workflows.campaign import CampaignDefinition
from workflows.comparison import WORDS, show
from workflows.conditions import Condition
from workflows.deadline import Deadline
from workflows.decision_table import decide
from workflows.lead import Lead
from workflows.rejection import Rejected
from workflows.text import Text

PAGE = 50
TRIAGE = ("received", "returned")
"""The states in which a lead waits for the office to pass it on."""


def windows(definition: CampaignDefinition) -> tuple[str, ...]:
    """This will name the clocks that are rights and no duties: nobody is late when they end."""
    return tuple(sorted({clock.code for clock in definition.clocks if clock.optional_right}))


def frame(work: Work) -> dict[str, Any]:
    """This will give what stands around every page: who one is, the campaign, its clock, what waits."""
    definition, by = work.definition, work.by
    person = work.uow.people.find(work.campaign.id, by.person_id)
    roles = {role.id: role.name for role in definition.roles}
    return {
        "person": {"id": by.person_id, "name": person["name"] if person is not None else by.person_id},
        "agency": agency_view(definition, by.agency_id),
        "roles": [words(roles[role]) for role in sorted(by.roles) if role in roles],
        "role_ids": sorted(by.roles),
        "office": definition.office.id,
        "is_office": by.agency_id == definition.office.id,
        "sees_everything": work.sees_everything,
        "campaign": {"id": work.campaign.id, "title": words(definition.title), "short": _short(definition)},
        "act_names": act_names(definition),
        "definition": {"id": definition.id, "version": definition.version},
        "clock": queries.clock(work),
        "names": _names(definition),
        "waiting": sum(box["count"] for box in boxes(work)),
    }


def _short(definition: CampaignDefinition) -> dict[str, str]:
    """A title of many characters does not fit into a bar: its id does in English, its last words in Chinese."""
    zh = definition.title.zh
    return {"zh": zh if len(zh) <= 12 else f"{zh[:2]}…{zh[-4:]}", "en": definition.id}


def _names(definition: CampaignDefinition) -> dict[str, dict[str, Any]]:
    """Every word of the campaign by its id, for showing values."""
    found = {
        name: {choice.id: words(choice.name) for choice in choices}
        for name, choices in definition.vocabularies.items()
    }
    found["agency"] = {a.id: {"zh": a.short, "en": a.name.en or a.short} for a in definition.agencies}
    found["role"] = {role.id: words(role.name) for role in definition.roles}
    return found


def form_words(work: Work) -> dict[str, Any]:
    """This will give what forms are made of: the fields of the definition with their choices, and the agencies."""
    definition = work.definition
    return {
        "fields": {
            f.id: {
                "id": f.id,
                "name": words(f.name),
                "type": f.type,
                "maximum": f.maximum,
                "choices": [
                    {"id": c.id, "name": words(c.name)}
                    for c in definition.vocabularies.get(f.vocabulary or "", ())
                ],
            }
            for f in definition.fields
        },
        "agencies": [
            {"id": a.id, "name": words(a.name), "short": a.short, "type": a.type}
            for a in definition.agencies
            if a.type != "leading_group"
        ],
        "coordination": [
            {"id": c.id, "name": words(c.name), "partners": list(c.partners), "blocking": c.blocking}
            for c in definition.coordination
        ],
        "record_kinds": [
            {"id": k.id, "name": words(k.name), "fields": list(k.fields), "needs": list(k.needs)}
            for k in definition.record_kinds
        ],
    }


def dressed(work: Work, clock: Deadline) -> dict[str, Any]:
    """This will show a clock with what its wording needs: working days left, what is owed, whether it is a right."""
    definition = work.pinned(clock.definition_hash)
    rule = definition.clocks[clock.rule]
    counts_working_days = rule.term is not None and rule.term.unit.value == "working_day"
    view = clock_view(work, clock)
    if rule.optional_right and view["light"] in {"overdue", "escalated"}:
        view["light"] = "done"
    pause = next(
        (p.ground for p in clock.pauses if p.start <= work.at and (p.end is None or work.at < p.end)), None
    )
    return {
        **view,
        "act": words(rule.act),
        "optional_right": rule.optional_right,
        "pause_ground": pause,
        "can_extend": bool(rule.extensions),
        "approvers": [e.approved_by for e in clock.extensions],
        "working_days_left": _working_days(work, definition, clock) if counts_working_days else None,
    }


def _working_days(work: Work, definition: CampaignDefinition, clock: Deadline) -> int:
    """Working days after today up to the last day of the term; 0 when it has come."""
    calendar = work.calendar_of(definition, clock.holder)
    last = (clock.due_at - timedelta(microseconds=1)).astimezone(work.zone).date()
    day, count = work.today, 0
    while day < last and count < 400:
        day += timedelta(days=1)
        count += calendar.is_working_day(day)
    return count


def rows(work: Work, found: Sequence[Lead]) -> list[dict[str, Any]]:
    """This will show leads as rows with their most pressing clock and who else is working on them."""
    open_clocks = work.uow.deadlines.open_of_leads([item.id for item in found])
    passed = set(windows(work.definition))
    shown = []
    for item in found:
        sight = sight_of(work, item)
        duties = [c for c in open_clocks.get(item.id, ()) if c.code not in passed and sight.clock(c)]
        first = min(duties, key=lambda c: c.due_at, default=None)
        row = lead_row(work, item, [])
        row["clock"] = dressed(work, first) if first is not None else None
        row["partners"] = sorted(
            {c.holder for c in duties if c.subject == "handoff" and c.holder != item.lead_agency}
        )
        shown.append(row)
    return shown


def lead_list(
    work: Work, filters: Mapping[str, Any], order: str, page: int, limit: int | None = PAGE
) -> dict[str, Any]:
    """This will list leads most pressing first, or in another order, with how many fit; pages count from 1."""
    wanted = _scoped(work, filters)
    passed = windows(work.definition)
    offset = (page - 1) * (limit or 0)
    found, total = work.uow.overviews.leads(work.campaign.id, wanted, passed, order, offset, limit)
    return {
        "items": rows(work, found),
        "total": total,
        "as_of": work.in_zone(work.at),
        "page": page,
        "limit": limit,
    }


def _scoped(work: Work, filters: Mapping[str, Any]) -> dict[str, Any]:
    scope = {} if work.sees_everything else {"visible_to": work.by.agency_id}
    return {**filters, **scope, "at": work.at}


def lead_choices(work: Work) -> dict[str, Any]:
    """This will give what a list of leads may be narrowed by."""
    definition = work.definition
    townships = [t for a in definition.agencies for t in a.townships]
    return {
        "states": [
            {"id": s.id, "name": words(s.name), "kind": s.kind} for s in definition.lifecycles["lead"].states
        ],
        "agencies": [agency_view(definition, a.id) for a in definition.agencies if a.type != "leading_group"],
        "vocabularies": {
            name: [{"id": c.id, "name": words(c.name)} for c in definition.vocabularies.get(name, ())]
            for name in ("channel", "place_type", "act", "urgency")
        },
        "townships": townships,
    }


def lead_page(work: Work, number: str) -> dict[str, Any]:
    """This will show a lead with all a page says of it: clocks in words, history with names, its way so far."""
    lead = work.lead(number)
    view, sight = lead_view(work, lead), sight_of(work, lead)
    clocks = [dressed(work, c) for c in work.uow.deadlines.of_lead(lead.id) if sight.clock(c)]
    history = [row for row in work.uow.events.of_lead(lead.id, None, 200) if sight.event(row)]
    definition = work.pinned(lead.definition_hash)
    return {
        **view,
        "urgency": _urgency(lead),
        "clocks": clocks,
        "handoffs": [_with_clocks(item, clocks) for item in view["handoffs"]],
        "transfers": [_with_clocks(item, clocks) for item in view["transfers"]],
        "history": [queries.event_view(work, row) for row in history],
        "people": _people(work),
        "diagram": machine(definition, "lead"),
        "way": _way(work, history),
        "act_names": act_names(definition),
        "rungs": _rungs(definition),
        "orders": [order_view(work, o) for o in work.uow.orders.of_lead(lead.id) if _sees_order(work, o)],
        "suggestions": _routing(work, view),
        "as_of": work.in_zone(work.at),
    }


def _urgency(lead: Lead) -> str:
    return str(lead.attributes.get("urgency", lead.intake.urgency))


def _sees_order(work: Work, order: Any) -> bool:
    return work.sees_everything or (order.holder_agency == work.by.agency_id and order.number is not None)


def _with_clocks(part: Mapping[str, Any], clocks: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {**part, "clocks": [c for c in clocks if c["subject_id"] == part["id"]]}


def _people(work: Work) -> dict[str, str]:
    return {row["id"]: row["name"] for row in work.uow.people.listed(work.campaign.id)}


def act_names(definition: CampaignDefinition) -> dict[str, dict[str, Any]]:
    """This will name every event of every machine as its step is named: "lead.accepted" is 受理分办."""
    return {
        f"{subject}.{step.event}": words(step.name) or {}
        for subject, machine in definition.lifecycles.items()
        for step in machine.transitions
    }


def _rungs(definition: CampaignDefinition) -> dict[str, dict[str, Any]]:
    """The names of the rungs by clock code and level: "D-VERIFY/L3" is 督办函."""
    return {
        f"{clock.code}/{rung.level}": words(rung.name) or {}
        for clock in definition.clocks
        for rung in definition.ladder(clock.ladder).rungs
    }


def _way(work: Work, history: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The states a lead has been in, oldest first, each with when it came and when it left."""
    moves = [row for row in reversed(history) if row["subject"] == "lead" and row["to_state"]]
    found: list[dict[str, Any]] = []
    for row in moves:
        if found and found[-1]["state"] == row["to_state"]:
            continue
        if found:
            found[-1]["until"] = work.in_zone(row["occurred_at"])
        found.append({"state": row["to_state"], "since": work.in_zone(row["occurred_at"]), "until": None})
    return found


def machine(definition: CampaignDefinition, subject: str) -> dict[str, Any]:
    """This will give a machine as a picture needs it: states in order and one arrow per pair of states."""
    lifecycle = definition.lifecycles[subject]
    arrows: dict[tuple[str, str], dict[str, Any]] = {}
    for step in lifecycle.transitions:
        for source in step.sources:
            if step.to in {"@resume", source}:
                continue
            arrows.setdefault((source, step.to), {"from": source, "to": step.to, "name": words(step.name)})
    return {
        "subject": subject,
        "initial": lifecycle.initial,
        "states": [{"id": s.id, "name": words(s.name), "kind": s.kind} for s in lifecycle.states],
        "arrows": list(arrows.values()),
    }


def boxes(work: Work) -> list[dict[str, Any]]:
    """This will count what waits for the caller: to pass on, to sign or work on, to confirm, to sign as an order."""
    by, campaign = work.by, work.campaign.id
    found: list[dict[str, Any]] = []
    if "office_staff" in by.roles or "office_director" in by.roles:
        _, count = work.uow.overviews.leads(campaign, {"states": TRIAGE, "at": work.at}, (), "number", 0, 0)
        found.append({"id": "triage", "count": count})
    tasks = _handoffs(work, {"to_agency": by.agency_id}, {"sent", "acknowledged", "in_progress"})
    found.append({"id": "tasks", "count": len(tasks)})
    found.append(
        {
            "id": "answers",
            "count": len(_handoffs(work, {"from_agency": by.agency_id}, {"replied", "declined"})),
        }
    )
    found.append({"id": "orders", "count": len(_orders(work))})
    found.append({"id": "transfers", "count": len(_transfers(work))})
    return found


def _handoffs(work: Work, filters: Mapping[str, Any], states: set[str]) -> list[Any]:
    return [
        item
        for state in sorted(states)
        for item in work.uow.handoffs.page(work.campaign.id, {**filters, "state": state}, None, 200)
    ]


def _orders(work: Work) -> list[Any]:
    """Orders somebody must act on: drafts to sign, for those who sign; signed ones to answer; answers to look at."""
    rows = work.uow.orders.page
    signers = {"office_director", "deputy_leader", "leader"} & work.by.roles
    found: list[Any] = []
    if signers:
        found += rows(work.campaign.id, {"state": "draft"}, None, 200)
    found += rows(work.campaign.id, {"state": "signed", "holder_agency": work.by.agency_id}, None, 200)
    if {"office_staff", "office_director"} & work.by.roles:
        found += rows(work.campaign.id, {"state": "answered"}, None, 200)
    return found


def _transfers(work: Work) -> list[Any]:
    """Criminal transfers in which the next step is the caller's agency's."""
    theirs = {
        "sent",
        "receipted",
        "filed_by_order",
        "reconsider_requested",
        "ordered_to_file",
        "property_handed_over",
    }
    ours = {"proposed", "approved", "supplement_requested", "filed", "not_filed", "reconsider_upheld"}
    rows = work.uow.transfers.page(work.campaign.id, {"any_agency": work.by.agency_id}, None, 200)
    return [
        t
        for t in rows
        if (t.to_agency == work.by.agency_id and t.state in theirs)
        or (t.from_agency == work.by.agency_id and t.state in ours)
    ]


def inbox(work: Work, box: str) -> dict[str, Any]:
    """This will list what waits for the caller in one box, most pressing first."""
    counted = boxes(work)
    if box not in {item["id"] for item in counted}:
        box = next((item["id"] for item in counted if item["count"]), counted[0]["id"])
    return {"boxes": counted, "box": box, "items": _BOXES[box](work), "as_of": work.in_zone(work.at)}


def _triage_items(work: Work) -> list[dict[str, Any]]:
    wanted = {"states": TRIAGE, "at": work.at}
    found, _ = work.uow.overviews.leads(work.campaign.id, wanted, windows(work.definition), "due", 0, PAGE)
    return [{"kind": "lead", "href": f"/inbox?lead={row['number']}", **row} for row in rows(work, found)]


def _handoff_items(work: Work, found: Iterable[Any]) -> list[dict[str, Any]]:
    shown = []
    for item in found:
        lead = work.uow.leads.by_id(item.lead_id)
        assert lead is not None
        row = {**handoff_row(work, item), "kind": "handoff", "href": f"/t/{item.id}", "number": lead.number}
        shown.append({**row, "title": lead.intake.title, "clock": _first_clock(work, "handoff", item.id)})
    return _by_due(shown)


def _first_clock(work: Work, subject: str, subject_id: str) -> dict[str, Any] | None:
    passed = set(windows(work.definition))
    running = [
        c for c in work.uow.deadlines.of_subject(subject, subject_id) if c.is_open and c.code not in passed
    ]
    first = min(running, key=lambda c: c.due_at, default=None)
    return dressed(work, first) if first is not None else None


def _by_due(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(
        items, key=lambda row: (row["clock"] is None, (row["clock"] or {}).get("due_at", ""), row["id"])
    )


def _task_items(work: Work) -> list[dict[str, Any]]:
    states = {"sent", "acknowledged", "in_progress"}
    return _handoff_items(work, _handoffs(work, {"to_agency": work.by.agency_id}, states))


def _answer_items(work: Work) -> list[dict[str, Any]]:
    return _handoff_items(work, _handoffs(work, {"from_agency": work.by.agency_id}, {"replied", "declined"}))


def _order_items(work: Work) -> list[dict[str, Any]]:
    shown = []
    for item in _orders(work):
        lead = work.uow.leads.by_id(item.lead_id) if item.lead_id is not None else None
        row = order_view(work, item)
        row |= {"kind": "order", "href": f"/orders/{item.id}", "clock": _first_clock(work, "order", item.id)}
        row["title"] = lead.intake.title if lead is not None else ""
        row["order_number"], row["number"] = row["number"], lead.number if lead is not None else ""
        shown.append(row)
    return _by_due(shown)


def _transfer_items(work: Work) -> list[dict[str, Any]]:
    shown = []
    for item in _transfers(work):
        lead = work.uow.leads.by_id(item.lead_id)
        assert lead is not None
        row = transfer_row(work, item)
        row |= {"kind": "transfer", "href": f"/transfers/{item.id}", "number": lead.number}
        shown.append({**row, "title": lead.intake.title, "clock": _first_clock(work, "transfer", item.id)})
    return _by_due(shown)


_BOXES = {
    "triage": _triage_items,
    "tasks": _task_items,
    "answers": _answer_items,
    "orders": _order_items,
    "transfers": _transfer_items,
}


def _routing(work: Work, view: Mapping[str, Any]) -> dict[str, Any]:
    """What the routing tables of the definition say of a lead: who leads, who helps, and by which rows."""
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
        lead = next(iter(answer.collected("lead")), lead)
        others.update(dict.fromkeys(answer.collected("with")))
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
        "urgency": _urgency(lead),
        "routing": _routing(work, view),
        "similar": _similar(work, lead),
        "declined": [
            handoff_row(work, h) for h in work.uow.handoffs.of_lead(lead.id) if h.state == "declined"
        ],
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
    found, _ = work.uow.overviews.leads(work.campaign.id, _scoped(work, wanted), (), "-received", 0, 6)
    others = [item for item in found if item.id != lead.id and item.received_at <= lead.received_at]
    return [lead_row(work, item, []) for item in others[:2]]


def task(work: Work, handoff_id: str) -> dict[str, Any]:
    """This will show a handoff as its receiver works on it, with the lead's place and the one who asked."""
    view = queries.handoff(work, handoff_id)
    lead = work.lead(view["lead"]["number"])
    clocks = [dressed(work, c) for c in work.uow.deadlines.of_subject("handoff", handoff_id)]
    intake = lead.intake
    rule = work.pinned(lead.definition_hash).coordination_type(view["type"]["id"])
    history = [row for row in work.uow.events.of_lead(lead.id, None, 200) if row["subject_id"] == handoff_id]
    return {
        **view,
        "clocks": clocks,
        "answer_fields": list(rule.answer_fields),
        "about": {
            "description": intake.description,
            "township": intake.township,
            "address": intake.address,
            "lead_agency": agency_view(work.definition, lead.lead_agency),
            "received_at": work.in_zone(lead.received_at),
        },
        "history": [queries.event_view(work, row) for row in history],
        "people": _people(work),
        "as_of": work.in_zone(work.at),
    }


def transfer_page(work: Work, transfer_id: str) -> dict[str, Any]:
    """This will show a criminal transfer with its clocks and its picture."""
    view = queries.transfer(work, transfer_id)
    clocks = [dressed(work, c) for c in work.uow.deadlines.of_subject("transfer", transfer_id)]
    return {
        **view,
        "clocks": clocks,
        "diagram": machine(work.definition, "transfer"),
        "as_of": work.in_zone(work.at),
    }


def order_page(work: Work, order_id: str) -> dict[str, Any]:
    """This will show a supervision order with the clock it is about and the lead's title."""
    order = find_order(work, order_id)
    lead = work.uow.leads.by_id(order.lead_id) if order.lead_id is not None else None
    late = work.uow.deadlines.get(order.deadline_id)
    clocks = [dressed(work, c) for c in work.uow.deadlines.of_subject("order", order.id)]
    return {
        **order_view(work, order),
        "clocks": clocks,
        "title": lead.intake.title if lead is not None else None,
        "about": dressed(work, late) if late is not None else None,
        "as_of": work.in_zone(work.at),
    }


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
        "rungs": _rungs(work.definition),
        "people": _people(work),
        "as_of": work.in_zone(work.at),
    }


def lately(work: Work, limit: int = 40) -> dict[str, Any]:
    """This will list what happened by itself most recently, newest first, as far as the caller may know of it."""
    names = _rungs(work.definition)
    numbers: dict[str, str] = {}
    found: list[dict[str, Any]] = []
    for row in work.uow.overviews.escalations(work.campaign.id, 200):
        lead_id = row["lead_id"]
        if len(found) == limit or not _knows(work, row):
            continue
        if lead_id and lead_id not in numbers:
            lead = work.uow.leads.by_id(lead_id)
            numbers[lead_id] = lead.number if lead is not None else ""
        found.append(
            {
                "at": work.in_zone(row["due_at"]),
                "step": row["step"],
                "name": names.get(f"{row['code']}/{row['step']}") or {"zh": "到期", "en": "due"},
                "outcome": row["outcome"],
                "number": numbers.get(lead_id or ""),
                "code": row["code"],
                "clock": words(work.definition.clocks[row["rule"]].name),
                "holder": agency_view(work.definition, row["holder"]),
                "deadline_id": row["deadline_id"],
            }
        )
    return {"items": found, "as_of": work.in_zone(work.at)}


def _knows(work: Work, row: Mapping[str, Any]) -> bool:
    """Whether the caller may know of a step a clock took: its own, or on a lead it holds."""
    if work.sees_everything:
        return True
    if row["lead_id"] is None or not work.may_see(row["lead_id"]):
        return False
    lead = work.uow.leads.by_id(row["lead_id"])
    return work.by.agency_id in {row["holder"], lead.lead_agency if lead is not None else None}


def wall(work: Work, limit: int = 60) -> dict[str, Any]:
    """This will show what is late, who holds it and what happens next by itself; reports in; goods seized."""
    passed, campaign = windows(work.definition), work.campaign.id
    count = {}
    for light in ("overdue", "escalated", "soon"):
        _, count[light] = work.uow.overviews.leads(
            campaign, _scoped(work, {"light": light}), passed, "due", 0, 0
        )
    late, _ = work.uow.overviews.leads(campaign, _scoped(work, {"light": "overdue"}), passed, "due", 0, limit)
    items = rows(work, late)
    drafts = {o.deadline_id: o for o in work.uow.orders.page(campaign, {}, None, 200) if _sees_order(work, o)}
    for row in items:
        clock = work.uow.deadlines.get(row["clock"]["id"])
        assert clock is not None
        steps = forecast_view(work, [clock])
        row["next"] = next((s for s in steps if s["act"] != "due"), None)
        found = drafts.get(clock.id)
        row["order"] = (
            {"id": found.id, "number": found.number, "state": found.state} if found is not None else None
        )
    scope = None if work.sees_everything else work.by.agency_id
    load = work.uow.overviews.load_by_holder(campaign, work.at, passed, scope)
    return {
        "counts": count,
        "items": items,
        "units": _units(work, load, items),
        "reports": _reports_in(work),
        "seized": _seized(work),
        "as_of": work.in_zone(work.at),
    }


def _units(
    work: Work, load: Mapping[str, tuple[int, int, datetime | None]], items: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Units that report or hold work, those with most overdue first; no score, only their open matters."""
    definition = work.definition
    shown = [a for a in definition.agencies if (a.reports and work.sees_everything) or a.id in load]
    found = []
    for agency in shown:
        held, late, since = load.get(agency.id, (0, 0, None))
        to_sign = [r["order"] for r in items if r["order"] and r["clock"]["holder"]["id"] == agency.id]
        found.append(
            {
                **(agency_view(definition, agency.id) or {}),
                "held": held,
                "late": late,
                "since": work.in_zone(since) if since is not None else None,
                "order": next((o for o in to_sign if o["state"] == "draft"), to_sign[0] if to_sign else None),
            }
        )
    return sorted(found, key=lambda row: (-row["late"], -row["held"]))


def _reports_in(work: Work) -> dict[str, Any] | None:
    """How many units have sent the report that is due next, or was due last."""
    owed = queries.reports(work)["items"]
    if not owed:
        return None
    coming = sorted({item["due_at"] for item in owed})
    due = next((d for d in coming if d >= work.in_zone(work.at)), coming[-1])
    current = [item for item in owed if item["due_at"] == due]
    came = sum(1 for item in current if item["first_submitted_at"])
    return {
        "came": came,
        "all": len(current),
        "due_at": due,
        "name": current[0]["name"],
        "period": current[0]["period"],
    }


def _seized(work: Work) -> dict[str, Any]:
    """Pieces and grams of confirmed goods in the records the caller may see, and on how many leads."""
    found = [
        r
        for r in work.uow.records.every(work.campaign.id)
        if r["kind"] == "seizure" and (work.sees_everything or r["agency_id"] == work.by.agency_id)
    ]
    confirmed = [r for r in found if r["data"].get("identified")]
    return {
        "pieces": sum(int(r["data"].get("pieces") or 0) for r in confirmed),
        "grams": sum(float(r["data"].get("grams") or 0) for r in confirmed),
        "leads": len({r["lead_id"] for r in found}),
    }


def rules(work: Work, definition_id: str, version: int) -> dict[str, Any]:
    """This will show a definition as people read it: machines with live counts, clocks, ladders, routing tables."""
    found = work.uow.definitions.find(definition_id, version)
    if found is None:
        raise Rejected(UNSEEN, kind="missing")
    scope = None if work.sees_everything else work.by.agency_id
    counts = work.uow.overviews.states(work.campaign.id, work.at, windows(found), scope)
    return {
        "id": found.id,
        "version": found.version,
        "hash": found.hash,
        "title": words(found.title),
        "starts_on": found.starts_on.isoformat(),
        "ends_on": found.ends_on.isoformat(),
        "source": found.source,
        "versions": [plain(work, row) for row in work.uow.definitions.listed() if row["id"] == found.id],
        "machines": [machine(found, subject) for subject in found.lifecycles],
        "counts": {state: {"held": n[0], "late": n[1]} for state, n in counts.items()},
        "steps": {subject: [_step(s) for s in m.transitions] for subject, m in found.lifecycles.items()},
        "clocks": [_rule(clock) for clock in found.clocks],
        "ladders": [
            {
                "id": ladder.id,
                "name": words(ladder.name),
                "source": ladder.source,
                "rungs": [
                    {
                        "level": r.level,
                        "name": words(r.name),
                        "amount": str(r.offset.amount),
                        "unit": r.offset.unit,
                        "to": [{"role": a.role, "relation": a.relation} for a in r.to],
                        "signature": r.signature,
                        "source": r.source,
                    }
                    for r in ladder.rungs
                ],
            }
            for ladder in found.ladders
        ],
        "routing": [
            {
                "id": t.id,
                "name": words(t.name),
                "hit": t.hit,
                "inputs": list(t.inputs),
                "outputs": list(t.outputs),
                "source": t.source,
                "from": t.effective_from.isoformat() if t.effective_from else None,
                "to": t.effective_to.isoformat() if t.effective_to else None,
                "rows": [_table_row(row) for row in t.rows],
            }
            for t in found.routing
        ],
        "phases": [
            {"name": words(p.name), "from": p.starts_on.isoformat(), "to": p.ends_on.isoformat()}
            for p in found.phases
        ],
        "as_of": work.in_zone(work.at),
    }


def _step(step: Any) -> dict[str, Any]:
    return {
        "trigger": step.trigger,
        "name": words(step.name),
        "from": list(step.sources),
        "to": step.to,
        "by": [{"role": a.role, "relation": a.relation} for a in step.by],
        "needs": list(step.needs),
        "guards": [{"reason": words(g.reason), "source": g.source} for g in step.guards],
        "source": step.source,
    }


def _rule(clock: Any) -> dict[str, Any]:
    term = clock.term
    return {
        "code": clock.code,
        "name": words(clock.name),
        "subject": clock.subject,
        "amount": str(term.amount) if term is not None else None,
        "unit": term.unit.value if term is not None else None,
        "holder": clock.holder,
        "ladder": clock.ladder,
        "source": clock.source,
        "verified": clock.verified,
        "from": clock.effective_from.isoformat() if clock.effective_from else None,
        "to": clock.effective_to.isoformat() if clock.effective_to else None,
        "act": words(clock.act),
    }


def _table_row(row: Any) -> dict[str, Any]:
    return {
        "when": [{"fact": name, "is": words(_cell(cell))} for name, cell in row.when.items()],
        "then": {name: list(v) if isinstance(v, tuple) else v for name, v in row.then.items()},
        "source": row.source,
    }


def _cell(cell: Condition) -> Text:
    """A cell of a table without the fact it is about."""
    parts = [(WORDS[f.operator], show(f.expected), f.operator) for f in cell.explain({})]
    bare = ("present", "absent")
    return Text(
        "且".join(f"{w.zh}" if op in bare else f"{w.zh} {value}" for w, value, op in parts),
        " and ".join(f"{w.en}" if op in bare else f"{w.en} {value}" for w, value, op in parts),
    )


def office_days(work: Work, days: int) -> dict[str, Any]:
    """This will say when so many working days from now end by the office's calendar: nine in the morning."""
    calendar, day, left = work.calendar_of(work.definition, work.definition.office.id), work.today, days
    while left:
        day += timedelta(days=1)
        left -= calendar.is_working_day(day)
    return {"at": work.in_zone(datetime.combine(day, time(9), work.zone))}
