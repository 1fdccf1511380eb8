"""Questions about the present moment. Each takes the work in progress first, changes nothing, and answers only what
the caller may know; whatever the caller may not know of is answered as if it did not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from shared.application import deadlines as deadline_cases
from shared.application.answering import dispute_view
from shared.application.arrangements import names_of
from shared.application.coordination import handoff as find_handoff
from shared.application.materials import material as find_material
from shared.application.materials import material_view
from shared.application.orders import order as find_order
from shared.application.reports import obligation as find_obligation
from shared.application.sight import sight_of, sights_of
from shared.application.transfers import transfer as find_transfer
from shared.application.transfers import watches_transfers
from shared.application.views import (
    agency_view,
    clock_view,
    forecast_view,
    handoff_row,
    handoff_view,
    lead_row,
    lead_view,
    order_view,
    plain,
    state_view,
    transfer_row,
    transfer_view,
    words,
)
from shared.application.work import UNSEEN, Work
from workflows.account import account
from workflows.campaign import CampaignDefinition, Clock
from workflows.official_words import official
from workflows.rejection import Reason, Rejected
from workflows.reporting import status_of
from workflows.sources import cited
from workflows.text import Text

LONGEST_PAGE = 200


def me(work: Work) -> dict[str, Any]:
    """This will say who the caller is and where."""
    person = work.uow.people.find(work.campaign.id, work.by.person_id)
    return {
        "person": {"id": work.by.person_id, "name": person["name"] if person else work.by.person_id},
        "agency": agency_view(work.definition, work.by.agency_id),
        "roles": sorted(work.by.roles),
        "duties": [duty.id for duty in work.definition.duties if work.may(duty.id)],
        "campaign": campaign(work),
    }


def campaign(work: Work) -> dict[str, Any]:
    """This will show the campaign: its definition, its clock, its phase, its agencies."""
    definition, today = work.definition, work.today
    phase = definition.phase_on(today)
    return {
        "id": work.campaign.id,
        "title": words(definition.title),
        "mode": work.campaign.mode,
        "definition": {"id": definition.id, "version": definition.version, "hash": definition.hash},
        "starts_on": definition.starts_on.isoformat(),
        "ends_on": definition.ends_on.isoformat(),
        "today": today.isoformat(),
        "phase": {"id": phase.id, "name": words(phase.name)} if phase is not None else None,
        "clock": clock(work),
        "agencies": [
            {
                **(agency_view(definition, a.id) or {}),
                "succeeded_by": definition.succeeded.get(a.id),
                "type": a.type,
                "office": a.office,
                "reports": a.reports,
            }
            for a in definition.agencies
        ],
        "vocabularies": {
            name: [{"id": choice.id, "name": words(choice.name)} for choice in choices]
            for name, choices in definition.vocabularies.items()
        },
        "fields": [
            {"id": f.id, "name": words(f.name), "type": f.type, "vocabulary": f.vocabulary}
            for f in definition.fields
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


def clock(work: Work) -> dict[str, Any]:
    """This will show the campaign's clock: real, or an exercise's own and whether it is running."""
    return clock_at(work, work.at, work.campaign.clock_target)


def clock_at(work: Work, at: datetime, target: datetime | None) -> dict[str, Any]:
    """This will show the campaign's clock as it stands at a moment, on its way to another if one is named."""
    return {
        "mode": work.campaign.mode,
        "at": work.in_zone(at),
        "target": work.in_zone(target) if target is not None else None,
        "state": "advancing" if target is not None else "ready",
    }


def next_event_at(work: Work) -> dict[str, Any]:
    """This will say when the next thing happens by itself in the campaign."""
    due = work.uow.deadlines.next_due_at(work.campaign.id)
    return {"at": work.in_zone(due) if due is not None else None}


def lead(work: Work, number: str) -> dict[str, Any]:
    """This will show a lead whole."""
    return lead_view(work, work.lead(number))


def leads(work: Work, filters: Mapping[str, Any], cursor: str | None, limit: int) -> dict[str, Any]:
    """This will list leads, newest first, and how many fit in all."""
    _check_limit(limit)
    wanted = {**filters, "at": work.at}
    if not work.sees_everything:
        wanted["visible_to"] = work.by.agency_id
    found, total = work.uow.leads.page(work.campaign.id, wanted, cursor, limit + 1)
    shown = found[:limit]
    clocks, sights = work.uow.deadlines.open_of_leads([item.id for item in shown]), sights_of(work, shown)
    return {
        "items": [lead_row(work, item, clocks[item.id], sights[item.id]) for item in shown],
        "next_cursor": shown[-1].id if len(found) > limit else None,
        "total": total,
        "as_of": work.in_zone(work.at),
    }


def _check_limit(limit: int) -> None:
    if not 1 <= limit <= LONGEST_PAGE:
        text = Text(f"每页 1 至 {LONGEST_PAGE} 条", f"1 to {LONGEST_PAGE} a page")
        raise Rejected(Reason("range", text, "limit"), kind="invalid")


def lead_history(work: Work, number: str, cursor: int | None, limit: int) -> dict[str, Any]:
    """This will list what happened to a lead, newest first."""
    _check_limit(limit)
    whole = work.lead(number)
    rows, sight = work.uow.events.of_lead(whole.id, cursor, limit + 1), sight_of(work, whole)
    return {
        "items": [event_view(work, row) for row in rows[:limit] if sight.event(row)],
        "next_cursor": rows[limit - 1]["position"] if len(rows) > limit else None,
    }


def event_view(work: Work, row: Mapping[str, Any]) -> dict[str, Any]:
    """This will show an event with its place in the chain."""
    names = (
        "position",
        "stream",
        "seq",
        "kind",
        "subject",
        "subject_id",
        "from_state",
        "to_state",
        "reason",
        "data",
    )
    found = {name: row[name] for name in names}
    found["data"] = plain(work, found["data"])
    return {
        **found,
        "occurred_at": work.in_zone(row["occurred_at"]),
        "recorded_at": work.in_zone(row["recorded_at"]),
        "person": row["person"],
        "agency": row["agency"],
        "request_id": row["request_id"],
        "definition": row["definition_hash"],
        "hash": row["hash"],
    }


def events(work: Work, after: int, limit: int) -> dict[str, Any]:
    """This will list the campaign's events after a position; an agency sees those of matters it may know of."""
    _check_limit(limit)
    rows = work.uow.events.feed(work.campaign.id, after, limit)
    seen: dict[str | None, Callable[[Mapping[str, Any]], bool]] = {}
    shown = []
    for row in rows:
        lead_id = row["lead_id"]
        if lead_id not in seen:
            seen[lead_id] = _watch(work, lead_id)
        if seen[lead_id](row):
            shown.append(event_view(work, row))
    return {"items": shown, "next_after": rows[-1]["position"] if rows else after, "more": len(rows) == limit}


def _watch(work: Work, lead_id: str | None) -> Callable[[Mapping[str, Any]], bool]:
    """Which events of a lead the caller sees; those of no lead are the campaign's, for those who see everything."""
    if work.sees_everything:
        return lambda _: True
    whole = work.uow.leads.by_id(lead_id) if lead_id is not None and work.may_see(lead_id) else None
    return sight_of(work, whole).event if whole is not None else lambda _: False


def handoffs(
    work: Work, box: str, state: str | None, number: str | None, cursor: str | None, limit: int
) -> dict[str, Any]:
    """This will list handoffs: to the caller's agency (inbox), from it (outbox), given to the caller or to whom the
    caller stands in for (mine), declined or met with silence (disputed), or all the caller may see.
    """
    _check_limit(limit)
    filters: dict[str, Any] = {"state": state}
    if number is not None:
        filters["lead_id"] = work.lead(number).id
    if box == "inbox":
        filters["to_agency"] = work.by.agency_id
    elif box == "disputed":
        filters["disputed"] = work.at
        if not work.sees_everything:
            filters["any_agency"] = work.by.agency_id
    elif box == "mine":
        filters |= {"to_agency": work.by.agency_id, "officers": names_of(work)}
    elif box == "outbox":
        filters["from_agency"] = work.by.agency_id
    elif not work.sees_everything:
        filters["any_agency"] = work.by.agency_id
    found = work.uow.handoffs.page(work.campaign.id, filters, cursor, limit + 1)
    items = []
    for item in found[:limit]:
        whole = work.uow.leads.by_id(item.lead_id)
        clocks = [c for c in work.uow.deadlines.of_subject("handoff", item.id) if c.is_open]
        known = whole is not None and work.may_see(whole.id)
        about = {"lead": whole.number, "title": whole.intake.title if known else None} if whole else {}
        views = {"clocks": [clock_view(work, c) for c in clocks], "dispute": dispute_view(work, item, clocks)}
        items.append({**handoff_row(work, item), **about, **views})
    return {"items": items, "next_cursor": found[limit - 1].id if len(found) > limit else None}


def handoff(work: Work, handoff_id: str) -> dict[str, Any]:
    """This will show a handoff whole."""
    found = find_handoff(work, handoff_id)
    whole = work.uow.leads.by_id(found.lead_id)
    assert whole is not None
    return handoff_view(work, found, whole)


def material(work: Work, material_id: str) -> dict[str, Any]:
    """This will show what a file is."""
    return material_view(work, find_material(work, material_id))


def transfers(work: Work, state: str | None, cursor: str | None, limit: int) -> dict[str, Any]:
    """This will list criminal transfers the caller's agency takes part in, or all for those who see all."""
    _check_limit(limit)
    filters: dict[str, Any] = {"state": state}
    if not work.sees_everything and not watches_transfers(work, work.definition):
        filters["any_agency"] = work.by.agency_id
    found = work.uow.transfers.page(work.campaign.id, filters, cursor, limit + 1)
    items = []
    for item in found[:limit]:
        whole = work.uow.leads.by_id(item.lead_id)
        # A proposal is the proposing unit's affair until it is sent.
        if (
            item.from_agency not in work.own_agencies
            and not work.sees_everything
            and "sent_at" not in item.attributes
        ):
            continue
        items.append({**transfer_row(work, item), "lead": whole.number if whole is not None else None})
    return {"items": items, "next_cursor": found[limit - 1].id if len(found) > limit else None}


def transfer(work: Work, transfer_id: str) -> dict[str, Any]:
    """This will show a transfer whole."""
    found = find_transfer(work, transfer_id)
    whole = work.uow.leads.by_id(found.lead_id)
    assert whole is not None
    return transfer_view(work, found, whole)


def orders(work: Work, state: str | None, cursor: str | None, limit: int) -> dict[str, Any]:
    """This will list supervision orders; an agency sees the signed ones addressed to it."""
    _check_limit(limit)
    filters: dict[str, Any] = {"state": state}
    if not work.sees_everything:
        filters["holder_agency"] = work.by.agency_id
    found = work.uow.orders.page(work.campaign.id, filters, cursor, limit + 1)
    shown = [item for item in found[:limit] if work.sees_everything or item.number is not None]
    definition = work.definition
    items = [
        {
            "id": item.id,
            "version": item.version,
            "number": item.number,
            "level": item.level,
            "form": item.form,
            "holder": agency_view(definition, item.holder_agency),
            "state": state_view(work.pinned(item.definition_hash), "order", item.state),
            "deadline_id": item.deadline_id,
            "deadline_code": item.deadline_code,
            "drafted_at": work.in_zone(item.drafted_at),
        }
        for item in shown
    ]
    return {"items": items, "next_cursor": found[limit - 1].id if len(found) > limit else None}


def order(work: Work, order_id: str) -> dict[str, Any]:
    """This will show a supervision order whole."""
    return order_view(work, find_order(work, order_id))


def deadlines(work: Work, filters: Mapping[str, Any], cursor: str | None, limit: int) -> dict[str, Any]:
    """This will list clocks by due moment: all for those who see all, else those of the caller's matters."""
    _check_limit(limit)
    wanted = dict(filters)
    if not work.sees_everything:
        wanted["visible_to"] = work.by.agency_id
    found = work.uow.deadlines.page(work.campaign.id, wanted, cursor, limit + 1)
    return {
        "items": [clock_view(work, item) for item in found[:limit]],
        "next_cursor": found[limit - 1].id if len(found) > limit else None,
        "as_of": work.in_zone(work.at),
    }


def deadline(work: Work, deadline_id: str) -> dict[str, Any]:
    """This will show one clock with its explanation, its future, its past steps and its extensions."""
    found = deadline_cases.visible(work, deadline_id)
    definition = work.pinned(found.definition_hash)
    rule = definition.clocks[found.rule]
    calendar = work.calendar_of(definition, found.holder)
    return {
        **clock_view(work, found),
        "explanation": {
            "zh": account(found, _quoted(definition, rule), calendar, "zh"),
            "en": account(found, rule, calendar, "en"),
        },
        "forecast": forecast_view(work, [found] if found.is_open else []),
        "steps": [plain(work, row) for row in work.uow.deadlines.escalations(found.id)],
        "extension_requests": [plain(work, row) for row in work.uow.deadlines.requests(found.id)],
        "pauses": [[plain(work, p.start), plain(work, p.end), p.ground] for p in found.pauses],
        "granted": [
            {
                "amount": str(e.term.amount),
                "unit": e.term.unit.value,
                "approved_by": e.approved_by,
                "approved_at": work.in_zone(e.approved_at),
                "previous_due_at": work.in_zone(e.previous_due_at),
            }
            for e in found.extensions
        ],
    }


def _quoted(definition: CampaignDefinition, rule: Clock) -> Clock:
    """The rule with its source as Chinese documents name it."""
    return replace(rule, source=official(cited(rule.source, definition.laws, definition.office.name.zh)))


def reports(work: Work) -> dict[str, Any]:
    """This will list what units owe and how each stands; a unit sees its own."""
    items = []
    for row in work.uow.reports.obligations(work.campaign.id):
        if work.sees_everything or row["unit"] == work.by.agency_id:
            items.append(_obligation_view(work, row))
    compiled = [plain(work, row) for row in work.uow.reports.compilations(work.campaign.id)]
    return {
        "items": items,
        "compilations": compiled if work.sees_everything else [],
        "compiling": _compiling(work) if work.sees_everything else [],
        "as_of": work.in_zone(work.at),
    }


def _compiling(work: Work) -> list[dict[str, Any]]:
    """The periods that wait to be compiled, how often it was tried, and what keeps one that was given up."""
    return [
        {
            **{name: row["data"][name] for name in ("kind", "period", "cause")},
            "tries": row["tries"],
            "given_up": row["set_aside"] is not None,
        }
        for row in work.uow.outbox.pending(work.campaign.id, "compile")
    ]


def _obligation_view(work: Work, row: Mapping[str, Any]) -> dict[str, Any]:
    definition = work.pinned(row["definition_hash"])
    rule = definition.report(row["kind"], row["period"])
    waived = row["waived_reason"] is not None
    return {
        "unit": agency_view(definition, row["unit"]),
        "kind": row["kind"],
        "period": row["period"],
        "name": words(rule.name),
        "words": rule.words,
        "covers_from": rule.covers_from.isoformat(),
        "covers_to": rule.covers_to.isoformat(),
        "due_at": work.in_zone(row["due_at"]),
        "status": status_of(row["due_at"], row["first_submitted_at"], bool(row["zero"]), waived, work.at),
        "version": row["version"],
        "first_submitted_at": work.in_zone(row["first_submitted_at"]) if row["first_submitted_at"] else None,
        "href": f"/v1/reports/{row['kind']}/{row['period']}/units/{row['unit']}",
    }


def report(work: Work, unit: str, kind: str, period: str) -> dict[str, Any]:
    """This will show a unit's report with every version that came."""
    owed = find_obligation(work, unit, kind, period)
    versions = work.uow.reports.versions(owed["id"])
    names = ("version", "receipt", "content", "content_hash", "reason", "submitted_by", "submitted_at")
    return {
        **_obligation_view(work, owed),
        "receipt": versions[-1]["receipt"] if versions else None,
        "versions": [{name: plain(work, row[name]) for name in names} for row in versions],
    }


def compilation(work: Work, kind: str, period: str, version: int | None) -> dict[str, Any]:
    """This will give a compiled period as it was frozen. Raises Rejected (missing) before the first one."""
    found = work.uow.reports.compilation(work.campaign.id, kind, period, version)
    if found is None or not work.sees_everything:
        raise Rejected(UNSEEN, kind="missing")
    names = ("kind", "period", "version", "hash", "cause", "compiled_at", "snapshot")
    return {name: plain(work, found[name]) for name in names}


def notices(work: Work, cursor: int | None, limit: int) -> dict[str, Any]:
    """This will list what the caller was told, newest first."""
    _check_limit(limit)
    rows = work.uow.notices.page(work.campaign.id, work.by.person_id, work.at, cursor, limit + 1)
    names = ("id", "kind", "data", "created_at")
    return {
        "items": [{name: plain(work, row[name]) for name in names} for row in rows[:limit]],
        "next_cursor": rows[limit - 1]["id"] if len(rows) > limit else None,
    }


def summary(work: Work) -> dict[str, Any]:
    """This will count what the campaign has come to."""
    if not work.sees_everything:
        raise Rejected(UNSEEN, kind="missing")
    found = work.uow.figures.summary(work.campaign.id, work.at)
    statuses: dict[str, int] = {}
    for item in reports(work)["items"]:
        statuses[item["status"]] = statuses.get(item["status"], 0) + 1
    compiled = [plain(work, row) for row in work.uow.reports.compilations(work.campaign.id)]
    return {**found, "reports": statuses, "compilations": compiled, "as_of": work.in_zone(work.at)}


def people(work: Work) -> dict[str, Any]:
    """This will list the people of the campaign."""
    rows = work.uow.people.listed(work.campaign.id)
    return {
        "items": [
            {name: row[name] for name in ("id", "name", "agency_id", "roles", "stand_in")} for row in rows
        ]
    }
