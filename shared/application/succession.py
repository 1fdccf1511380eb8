"""Successors: what is open goes over to another agency or person in one transaction, and the clocks run on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from shared.application import matters
from shared.application.custody import write_step
from shared.application.happenings import record
from shared.application.ports import LostRace, Parts
from shared.application.work import Done, Work
from workflows import custody, deadline
from workflows.events import Event
from workflows.inputs import Wrong, read_text
from workflows.lead import Lead
from workflows.rejection import Reason, Rejected
from workflows.succession import SucceedAgency, Succession, check_agencies, check_day

_PAGE = 500


def succeed_agency(command: SucceedAgency, work: Work) -> Done:
    """This will hand all that is open of one agency to its successor: leads, work, transfers, orders, things in
    custody, clocks, grants, reports still owed, people. Due dates stay.

    `extra["moved"]` counts what went over. Raises Rejected: not the caller's to decide, or every fault of the request.
    """
    work.demand("run_campaign")
    one = command.succession
    _check(work, command)
    locked = work.uow.campaigns.get(work.campaign.id, lock=True)
    if locked is None or locked.successions != work.campaign.successions:
        raise LostRace("another succession was recorded meanwhile")
    work.uow.campaigns.succeed(work.campaign.id, (*work.campaign.successions, one))
    now = replace(work.campaign, successions=(*work.campaign.successions, one))
    inside = Work(work.uow, work.at, work.by, now, work.happened)
    moved: Counter[str] = Counter(leads=_leads(inside, one), items=_items(inside, one))
    moved.update(_parts(inside, one))
    moved.update(_clocks(inside, one))
    moved["grants"] = work.uow.grants.succeed(work.campaign.id, one.predecessor, one.successor, work.at)
    moved["people"] = _people(inside, one)
    data = {**_data(one), "moved": dict(+moved)}
    event = Event("agency.succeeded", "agency", one.predecessor, work.at, data, reason=command.reason)
    record(inside, matters.of_campaign(inside), event)
    return Done("agency", one.successor, version=1, extra={"moved": dict(+moved)})


def _check(work: Work, command: SucceedAgency) -> None:
    one = command.succession
    faults = [*check_agencies(work.definition, one), *check_day(one.on, work.today)]
    words = [("reason", command.reason)]
    if one.name is not None:
        words += [("name/zh", one.name.zh), ("name/en", one.name.en)]
    for field, value in words:
        try:
            read_text(value)
        except Wrong as wrong:
            faults.append(Reason(wrong.code, wrong.text, field))
    if faults:
        raise Rejected(*faults, kind="invalid")


def _data(one: Succession) -> dict[str, Any]:
    named = {"name": one.name.zh, "short": one.short} if one.name is not None else {}
    return {"from": one.predecessor, "to": one.successor, "on": one.on, **named}


def _leads(work: Work, one: Succession) -> int:
    """Open leads change hands; a closed one keeps the unit that closed it, and its successor reads it as its own."""
    count = 0
    for lead in work.uow.leads.every(work.campaign.id):
        finals = matters.final_states(work.pinned(lead.definition_hash), "lead")
        if lead.lead_agency != one.predecessor or lead.state in finals:
            continue
        locked = work.uow.leads.by_id(lead.id, lock=True)
        assert locked is not None, "leads are never deleted"
        attributes = {**locked.attributes, "lead_agency": one.successor}
        after = replace(locked, attributes=attributes, version=locked.version + 1)
        work.uow.leads.save(after, work.at)
        _note(work, one, "lead", after.id, after)
        count += 1
    return count


def _parts(work: Work, one: Succession) -> Counter[str]:
    every: Mapping[str, Parts[Any]] = {
        "handoff": work.uow.handoffs,
        "transfer": work.uow.transfers,
        "order": work.uow.orders,
    }
    moved: Counter[str] = Counter()
    for subject, rows in every.items():
        for part in _of_agency(work, rows, one.predecessor):
            if part.state in matters.final_states(work.pinned(part.definition_hash), subject):
                continue
            after = replace(part, **_sides(part, one), version=part.version + 1)
            rows.save(after, work.at)
            lead = work.uow.leads.by_id(part.lead_id) if part.lead_id is not None else None
            _note(work, one, subject, part.id, lead)
            moved[f"{subject}s"] += 1
    return moved


def _of_agency(work: Work, rows: Parts[Any], agency: str) -> Iterator[Any]:
    cursor: str | None = None
    while page := rows.page(work.campaign.id, {"any_agency": agency}, cursor, _PAGE):
        yield from page
        cursor = page[-1].id


def _sides(part: Any, one: Succession) -> dict[str, Any]:
    sides = [
        n for n in ("from_agency", "to_agency", "holder_agency") if getattr(part, n, None) == one.predecessor
    ]
    changes: dict[str, Any] = dict.fromkeys(sides, one.successor)
    if part.attributes.get("to_agency") == one.predecessor:
        changes["attributes"] = {**part.attributes, "to_agency": one.successor}
    return changes


def _items(work: Work, one: Succession) -> int:
    """What is in custody goes over with one more link of its chain; a hand-over under way stays under way."""
    count = 0
    for found in work.uow.items.of_agency(work.campaign.id, one.predecessor):
        item = work.uow.items.get(found.id, lock=True)
        if item is None or item.state not in {custody.HELD, custody.IN_TRANSIT}:
            continue
        after = custody.succeeded(item, one.predecessor, one.successor)
        work.uow.items.save(after)
        note = f"{one.predecessor} → {one.successor} {one.on.isoformat()}"
        to = after.to_agency or after.holder_agency
        write_step(
            work, after, custody.SUCCEEDED, {"from_agency": one.predecessor, "to_agency": to, "note": note}
        )
        count += 1
    return count


def _clocks(work: Work, one: Succession) -> Counter[str]:
    """Open clocks go on under the successor, due when they were; those on reports follow the reports."""
    moved: Counter[str] = Counter()
    reports = _reports(work, one)
    for clock in work.uow.deadlines.open_of_campaign(work.campaign.id):
        if clock.holder != one.predecessor:
            continue
        if clock.subject == "report" and reports.get(clock.subject_id) is None:
            work.uow.deadlines.save(deadline.stopped(clock, work.at, cancelled=True))
            moved["reports_waived"] += 1
            continue
        subject_id = reports.get(clock.subject_id) or clock.subject_id
        work.uow.deadlines.save(replace(clock, holder=one.successor, subject_id=subject_id))
        moved["deadlines"] += 1
    moved["reports"] = sum(1 for heir in reports.values() if heir is not None)
    return moved


def _reports(work: Work, one: Succession) -> dict[str, str | None]:
    """What the predecessor still owed, with the obligation that takes its place, None where the successor owes its own."""
    found: dict[str, str | None] = {}
    owed = work.uow.reports.obligations(work.campaign.id)
    theirs = {(row["kind"], row["period"]) for row in owed if row["unit"] == one.successor}
    why = f"由 {one.successor} 自 {one.on.isoformat()} 起承继"
    for row in owed:
        if row["unit"] != one.predecessor or row["version"] or row["waived_reason"] is not None:
            continue
        heir = None
        if (row["kind"], row["period"]) not in theirs:
            heir = work.uow.new_id()
            names = ("campaign_id", "definition_hash", "kind", "period", "due_at", "version")
            work.uow.reports.owe({**{name: row[name] for name in names}, "id": heir, "unit": one.successor})
        work.uow.reports.waive(row["id"], why)
        found[row["id"]] = heir
    return found


def _people(work: Work, one: Succession) -> int:
    people = [p for p in work.uow.people.listed(work.campaign.id) if p["agency_id"] == one.predecessor]
    for person in people:
        work.uow.people.save(work.campaign.id, {**person, "agency_id": one.successor})
    return len(people)


def _note(work: Work, one: Succession, subject: str, subject_id: str, lead: Lead | None) -> None:
    """The history of each matter says who took over; what came before keeps the old name."""
    matter = matters.of_lead(work, lead) if lead is not None else matters.of_campaign(work)
    record(work, matter, Event(f"{subject}.succeeded", subject, subject_id, work.at, _data(one)))


def successions(work: Work) -> dict[str, Any]:
    """This will list which agencies took over from which, in the order they did."""
    items = [{**_data(one), "name": _name(work, one)} for one in work.campaign.successions]
    return {"items": [{**item, "on": item["on"].isoformat()} for item in items]}


def _name(work: Work, one: Succession) -> dict[str, str]:
    name = work.definition.agency(one.successor).name
    return {"zh": name.zh, "en": name.en or name.zh}
