"""Receive a lead; take a step of its machine; record a fact of work done beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from shared.application import matters, merging
from shared.application.acting import LEAD, act, react
from shared.application.changes import check_seen, explained
from shared.application.happenings import happen
from shared.application.sight import narrowed, sight_of
from shared.application.unnamed import check_texts
from shared.application.work import Done, Work
from workflows import lifecycle
from workflows.commands import ActOnLead, AddRecord, ReceiveLead
from workflows.events import Event
from workflows.inputs import read_inputs
from workflows.intake import check_intake, completed
from workflows.lead import Lead
from workflows.rejection import Reason, Rejected
from workflows.reporter import check_reporter, check_unnamed
from workflows.text import Text


def receive_lead(command: ReceiveLead, work: Work) -> Done:
    """This will register a lead and start its clocks; the same source and reference again give the lead that exists.

    Raises Rejected: the caller may not register, or the intake has faults (all are named).
    """
    work.demand("receive_leads")
    command = replace(command, intake=completed(work.definition, command.intake))
    check_intake(work.definition, command.intake, command.source, command.external_ref, work.at)
    source = _source(work, command.source)
    if command.external_ref is not None:
        known = work.uow.leads.by_reference(work.campaign.id, source, command.external_ref)
        if known is not None:
            return Done("lead", known.id, known.number, created=False, version=known.version)
    reporter = _reporter(command)
    number = _number(work)
    fresh = Lead(
        id=work.uow.new_id(),
        campaign_id=work.campaign.id,
        number=number,
        definition_hash=work.definition.hash,
        state=work.definition.lifecycles["lead"].initial,
        version=1,
        generation=1,
        intake=command.intake,
        source=source,
        external_ref=command.external_ref,
        received_at=work.at,
        attributes={"received_by": work.by.person_id, "received_at_agency": work.by.agency_id},
    )
    work.uow.leads.add(fresh, work.at)
    if reporter:
        kind = command.intake.reporter_kind
        work.uow.identities.seal(work.campaign.id, fresh.id, kind, reporter, work.by.person_id, work.at)
    if work.by.agency_id != work.definition.office.id and not work.by.is_system:
        work.uow.grants.give(work.campaign.id, fresh.id, work.by.agency_id, "intake", fresh.id, work.at)
    data = {
        "number": number,
        "source": source,
        "external_ref": command.external_ref,
        "channel": command.intake.channel,
        "urgency": command.intake.urgency,
    }
    event = Event("lead.received", "lead", fresh.id, work.at, data, None, fresh.state)
    happen(work, matters.of_lead(work, fresh), event, react)
    return Done("lead", fresh.id, number, created=True, version=1)


def _reporter(command: ReceiveLead) -> Mapping[str, str]:
    """Who reported is known here for a moment, on the way into the seal; no open text may say it."""
    if command.reporter is None:
        return {}
    known, intake = check_reporter(command.reporter, command.intake.reporter_kind), command.intake
    texts = (("title", intake.title), ("description", intake.description), ("address", intake.address))
    check_unnamed(known, (*texts, ("external_ref", command.external_ref)))
    return known


def _source(work: Work, source: str) -> str:
    """References are a source's own within the agency that registers them: a repeat shows nothing of another's."""
    inside = work.by.is_system or work.by.agency_id == work.definition.office.id
    return source if inside else f"{source}@{work.by.agency_id}"


def _number(work: Work) -> str:
    """Numbers follow the definition's pattern; they are never reused, and gaps are of no account."""
    seq = work.uow.campaigns.take_number(work.campaign.id, "next_lead")
    return work.definition.lead_number.format(year=work.today.year, seq=seq, agency=work.definition.office.id)


def act_on_lead(command: ActOnLead, work: Work) -> Done:
    """This will take one step of a lead's machine. Raises Rejected."""
    value = work.lead(command.number, lock=True)
    check_seen(work, command.expected_version, value, value)
    merge = work.uow.merges.live(value.id)
    if (bar := merging.barred(work, value)) is not None and _is_open_to(work, value, command.trigger):
        raise Rejected(bar)
    # Whoever may not merge is told that, and not what merging would show to whom.
    merges = merging.MERGE_INTO in command.given and _is_open_to(work, value, command.trigger)
    joining = merging.prepare(work, value, command.given) if merges else None
    try:
        after = act(work, LEAD, value, command.trigger, command.given, command.occurred_at)
    except Rejected as refusal:
        raise narrowed(explained(work, refusal, value, value), sight_of(work, value)) from None
    if joining is not None:
        merging.complete(work, joining, after)
    elif merge is not None and merging.undoes(work.pinned(value.definition_hash), command.trigger):
        after = merging.undo(work, merge, after)
    elif merge is not None:
        merging.leave(work, merge)
    return Done("lead", after.id, after.number, version=after.version)


def _is_open_to(work: Work, value: Lead, trigger: str) -> bool:
    matter = matters.of_lead(work, value)
    actor = matters.actor_facts(work, matter.definition, matter.relations)
    able, _ = lifecycle.options(matter.definition, "lead", value.state, actor, matter.facts)
    return trigger in {option.trigger for option in able}


def add_record(command: AddRecord, work: Work) -> Done:
    """This will record a fact of work done; its kind and fields are the definition's. Raises Rejected."""
    whole = work.lead(command.number, lock=True) if command.number is not None else None
    definition = work.pinned(whole.definition_hash) if whole is not None else work.definition
    kinds = [kind.id for kind in definition.record_kinds]
    if command.kind not in kinds:
        known = "、".join(kinds)
        text = Text(f"没有这类记录，可选：{known}", f"no such kind of record; known: {', '.join(kinds)}")
        raise Rejected(Reason("unknown_kind", text, "kind"), kind="invalid")
    kind = definition.record_kind(command.kind)
    data = read_inputs(definition, kind.fields, command.data, "data")
    check_texts(work, whole.id if whole is not None else None, data, "data/")
    missing = [name for name in kind.needs if name not in data]
    if missing:
        reasons = (_required(definition.field(name).name, f"data/{name}") for name in missing)
        raise Rejected(*reasons, kind="invalid")
    if command.occurred_on > work.today:
        text = Text("发生日期不能晚于今天", "the day cannot lie in the future")
        raise Rejected(Reason("in_future", text, "occurred_on"), kind="invalid")
    row: dict[str, Any] = {
        "id": work.uow.new_id(),
        "campaign_id": work.campaign.id,
        "lead_id": whole.id if whole is not None else None,
        "kind": command.kind,
        "agency_id": work.by.agency_id,
        "occurred_on": command.occurred_on,
        "data": data,
        "recorded_at": work.at,
        "recorded_by": work.by.person_id,
    }
    work.uow.records.add(row)
    content = {"record": command.kind, "occurred_on": command.occurred_on, "data": data}
    event = Event("record.added", "record", row["id"], work.at, content)
    matter = matters.of_lead(work, whole) if whole is not None else matters.of_campaign(work)
    happen(work, replace(matter, type=command.kind), event, react)
    return Done("record", row["id"], whole.number if whole is not None else None, created=True, version=1)


def _required(name: Text, pointer: str) -> Reason:
    return Reason("required", Text(f"缺少{name.zh}", f"{name.en or name.zh} is missing"), pointer)
