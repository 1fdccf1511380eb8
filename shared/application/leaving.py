"""Somebody leaves: roles, open work and standing in go over to a colleague in one transaction."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from shared.application import matters
from shared.application.happenings import record
from shared.application.ports import Row
from shared.application.work import Done, Work
from workflows.coordination import Handoff, is_open
from workflows.events import Event
from workflows.inputs import Wrong, read_text
from workflows.rejection import Reason, Rejected
from workflows.succession import SucceedPerson, check_day
from workflows.text import Text

_PAGE = 500


def succeed_person(command: SucceedPerson, work: Work) -> Done:
    """This will hand a person's roles, open work and standing in to a colleague; the first one leaves and may no
    longer sign in.

    `extra["moved"]` counts what went over. Raises Rejected: not the caller's to decide, or every fault of the request.
    """
    work.demand("manage_people")
    old, new = _both(work, command)
    campaign, moved = work.campaign.id, Counter[str]()
    roles = [*new["roles"], *(role for role in old["roles"] if role not in new["roles"])]
    work.uow.people.save(campaign, {**new, "roles": roles})
    work.uow.people.save(campaign, {**old, "active": False})
    moved["stand_ins"] = work.uow.stand_ins.succeed(campaign, old["id"], new["id"], work.at)
    for handoff in _work_of(work, old):
        _give(work, command, handoff)
        moved["handoffs"] += 1
    data = {**_data(command), "roles": list(old["roles"]), "moved": dict(+moved)}
    event = Event("person.succeeded", "person", old["id"], work.at, data, reason=command.reason)
    record(work, matters.of_campaign(work), event)
    return Done("person", new["id"], version=1, extra={"moved": dict(+moved)})


def _both(work: Work, command: SucceedPerson) -> tuple[Row, Row]:
    faults = check_day(command.on, work.today)
    try:
        read_text(command.reason)
    except Wrong as wrong:
        faults.append(Reason(wrong.code, wrong.text, "reason"))
    found: list[Row] = []
    for field, person_id in (("predecessor", command.predecessor), ("successor", command.successor)):
        person = work.uow.people.find(work.campaign.id, person_id)
        if person is None or not person["active"]:
            faults.append(
                Reason("unknown_person", Text("没有这位在职人员", "there is no such active person"), field)
            )
        else:
            found.append(person)
    if len(found) == 2 and (
        found[0]["id"] == found[1]["id"] or found[0]["agency_id"] != found[1]["agency_id"]
    ):
        text = Text("须由同一单位的另一人接任", "the successor must be somebody else of the same agency")
        faults.append(Reason("wrong_successor", text, "successor"))
    if faults:
        raise Rejected(*faults, kind="invalid")
    return found[0], found[1]


def _work_of(work: Work, person: Row) -> list[Handoff]:
    """The open work that was given to a person by name."""
    filters = {"to_agency": person["agency_id"], "officers": [person["id"]]}
    found: list[Handoff] = []
    cursor: str | None = None
    while page := work.uow.handoffs.page(work.campaign.id, filters, cursor, _PAGE):
        found += [handoff for handoff in page if is_open(handoff)]
        cursor = page[-1].id
    return found


def _give(work: Work, command: SucceedPerson, handoff: Handoff) -> None:
    attributes = {**handoff.attributes, "officer": command.successor}
    work.uow.handoffs.save(replace(handoff, attributes=attributes, version=handoff.version + 1), work.at)
    lead = work.uow.leads.by_id(handoff.lead_id)
    matter = matters.of_lead(work, lead) if lead is not None else matters.of_campaign(work)
    record(work, matter, Event("handoff.succeeded", "handoff", handoff.id, work.at, _data(command)))


def _data(command: SucceedPerson) -> dict[str, Any]:
    return {"from": command.predecessor, "to": command.successor, "on": command.on}
