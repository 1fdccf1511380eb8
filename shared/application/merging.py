"""Merge one lead into another, and undo it so that the lead stands exactly as it stood before.

What is merged stays where it is and is shown with the other lead: its records and items by pointer, its open work by
moving to the other lead. The assignment of its own unit ends with it. Nothing may be shared silently: an agency that
would come to see more than before is named, and only the director of the office may let it, for a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from shared.application import matters
from shared.application.acting import HANDOFF, react
from shared.application.happenings import Matter, happen, record
from shared.application.ports import Row
from shared.application.work import Work
from workflows import coordination, deadline, escalation
from workflows.campaign import CampaignDefinition
from workflows.coordination import Handoff
from workflows.deadline import Deadline
from workflows.events import Event
from workflows.lead import Lead
from workflows.lifecycle import RESUME
from workflows.rejection import Reason, Rejected
from workflows.text import Text

MERGE_INTO = "merge_into"
"""The input that names the lead to merge into: a step that carries it is a merge, whatever the definition calls it."""
EARLIEST = "earliest_received_at"
"""What a lead keeps of those merged into it: when the matter was first told."""


@dataclass(frozen=True, slots=True)
class Joining:
    """A merge under way: both leads and what is open on the source, as it was before the step."""

    source: Lead
    target: Lead
    moved: tuple[Handoff, ...]
    staying: tuple[Handoff, ...]
    clocks: Mapping[str, str]


def undoes(definition: CampaignDefinition, trigger: str) -> bool:
    """This will say whether a step undoes a merge: it goes back to where a lead stood before it was merged."""
    steps = definition.lifecycles["lead"].transitions
    merged = _merged_states(definition)
    return any(t.trigger == trigger and t.to == RESUME and merged.intersection(t.sources) for t in steps)


def _merged_states(definition: CampaignDefinition) -> set[str]:
    return {t.to for t in definition.lifecycles["lead"].transitions if MERGE_INTO in t.needs}


def prepare(work: Work, source: Lead, given: Mapping[str, Any]) -> Joining:
    """This will check a merge and move the source's open work to the target; the step itself comes after.

    Raises Rejected: an unknown, unseen or ended target, the lead itself, or sharing that would widen silently.
    """
    target = _target(work, source, given[MERGE_INTO])
    open_work = [h for h in work.uow.handoffs.of_lead(source.id) if coordination.is_open(h)]
    # What passes a lead itself on makes no sense beside the same on the other lead; it ends with the merge.
    handed_off = work.pinned(source.definition_hash).handed_off
    moved = tuple(h for h in open_work if h.type not in handed_off)
    staying = tuple(h for h in open_work if h.type in handed_off)
    _check_sharing(work, source, target, moved, widen=given.get("widen") is True)
    moved_ids = {h.id for h in moved}
    clocks = {
        d.id: d.state
        for d in work.uow.deadlines.of_lead(source.id)
        if d.is_open and d.subject_id not in moved_ids
    }
    for part in moved:
        _move(work, part, source, target)
    return Joining(source, target, moved, staying, clocks)


def _target(work: Work, source: Lead, number: Any) -> Lead:
    """A lead may be merged into another one that still lives, and never into itself or back again."""
    other = work.uow.leads.by_number(work.campaign.id, number, lock=True) if isinstance(number, str) else None
    if other is None or not work.may_see(other.id):
        text = Text("没有这条线索", "there is no such lead")
        raise Rejected(Reason("unknown_lead", text, f"given/{MERGE_INTO}"), kind="invalid")
    if other.id == source.id:
        text = Text("不能并入自身", "a lead cannot be merged into itself")
        raise Rejected(Reason("same_lead", text, f"given/{MERGE_INTO}"), kind="invalid")
    if other.state in matters.final_states(work.pinned(other.definition_hash), "lead"):
        text = Text("目标线索已结束，不能并入", "the other lead has ended; nothing can be merged into it")
        raise Rejected(Reason("target_ended", text, f"given/{MERGE_INTO}"))
    return other


def _check_sharing(work: Work, source: Lead, target: Lead, moved: Iterable[Handoff], *, widen: bool) -> None:
    """Who would see more: helpers of the source the target, and whoever reads the target's evidence the source's."""
    office = work.definition.office.id
    gains = {h.to_agency for h in moved} - work.uow.grants.agencies(target.id)
    kept = (work.uow.records, work.uow.items, work.uow.materials, work.uow.parties)
    if any(rows.of_lead(source.id) for rows in kept) or tuple(moved):
        readers = {
            target.lead_agency,
            *(t.to_agency for t in work.uow.transfers.of_lead(target.id) if _sent(t)),
        }
        gains |= {agency for agency in readers if agency is not None} - {source.lead_agency}
    gains -= {office}
    if not gains:
        return
    if not widen:
        names = "、".join(_short(work, agency) for agency in sorted(gains))
        text = Text(f"并案会让 {names} 看到更多内容", f"merging would let {names} see more than before")
        hint = Text(
            "由办公室主任写明理由，并填写 widen", "the director of the office gives the reason and sets widen"
        )
        raise Rejected(Reason("would_widen", text, "given/widen", hint))
    work.demand("widen_knowledge")


def _sent(part: Any) -> bool:
    return part.attributes.get("sent_at") is not None


def _short(work: Work, agency: str) -> str:
    return work.definition.agency(agency).short if work.definition.has_agency(agency) else agency


def _move(work: Work, part: Handoff, source: Lead, target: Lead) -> None:
    """A piece of work goes over with its clocks and its grant; both histories say so."""
    after = replace(part, lead_id=target.id, version=part.version + 1)
    work.uow.handoffs.save(after, work.at)
    for clock in work.uow.deadlines.of_subject("handoff", part.id):
        work.uow.deadlines.save(replace(clock, lead_id=target.id))
    work.uow.grants.end(source.id, "handoff", part.id, work.at)
    if coordination.is_live(after):
        work.uow.grants.give(work.campaign.id, target.id, part.to_agency, "handoff", part.id, work.at)
    data = {"from_lead_id": source.id, "to_lead_id": target.id, "version": after.version}
    for whole in (source, target):
        event = Event("handoff.moved", "handoff", part.id, work.at, data, part.state, part.state)
        record(work, matters.of_handoff(work, after, whole), event)


def complete(work: Work, joining: Joining, merged: Lead) -> None:
    """This will keep how the source stood, for undoing, and let the target keep the earlier date of the two."""
    source, clocks = joining.source, joining.clocks
    after = {d.id: d for d in work.uow.deadlines.of_lead(source.id)}
    before = {
        "state": source.state,
        "attributes": source.attributes,
        "moved": [h.id for h in joining.moved],
        "handoffs": {h.id: {"state": h.state, "attributes": h.attributes} for h in joining.staying},
        "clocks": {name: state for name, state in clocks.items() if not after[name].is_open},
        "started": [d.id for d in after.values() if d.is_open and d.id not in clocks],
    }
    merge = {
        "id": work.uow.new_id(),
        "campaign_id": work.campaign.id,
        "source_id": merged.id,
        "target_id": joining.target.id,
        "before": before,
        "merged_by": work.by.person_id,
        "merged_at": work.at,
    }
    work.uow.merges.add(merge)
    _date_target(work, joining.target.id, "lead.absorbed", source.id)


def barred(work: Work, lead: Lead) -> Reason | None:
    """This will say why no step can be taken of a merged lead now, if none can: merges are undone last first."""
    if lead.state not in _merged_states(work.pinned(lead.definition_hash)):
        return None
    merge = work.uow.merges.live(lead.id)
    if merge is None or work.uow.merges.live(merge["target_id"]) is None:
        return None
    text = Text("并入的线索其后又被并案", "the lead it was merged into was merged itself since")
    return Reason("merged_since", text, None, Text("先解除后一次并案", "undo that merge first"))


def undo(work: Work, merge: Row, separated: Lead) -> Lead:
    """This will put a lead back as it stood before its merge: facts, records, open work and clocks with their due dates."""
    before, target = merge["before"], work.uow.leads.by_id(merge["target_id"], lock=True)
    assert target is not None, "a merge cannot outlive its leads"
    work.uow.merges.end(merge["id"], work.at)
    restored = replace(separated, attributes=before["attributes"], version=separated.version + 1)
    work.uow.leads.save(restored, work.at)
    for part_id in before["moved"]:
        part = work.uow.handoffs.get(part_id)
        assert part is not None
        _move(work, part, target, restored)
    for part_id, held in before["handoffs"].items():
        _restore_work(work, part_id, held, restored)
    clocks = {d.id: d for d in work.uow.deadlines.of_lead(restored.id)}
    for clock_id, state in before["clocks"].items():
        _restore_clock(work, clocks[clock_id], state, restored)
    for clock_id in before["started"]:
        _cancel(work, clocks[clock_id], restored)
    _date_target(work, target.id, "lead.separated", restored.id)
    return restored


def _restore_work(work: Work, part_id: str, held: Mapping[str, Any], whole: Lead) -> None:
    part = work.uow.handoffs.get(part_id)
    assert part is not None
    after = replace(part, state=held["state"], attributes=held["attributes"], version=part.version + 1)
    work.uow.handoffs.save(after, work.at)
    if coordination.is_live(after):
        work.uow.grants.give(work.campaign.id, whole.id, after.to_agency, "handoff", after.id, work.at)
    event = Event("handoff.restored", "handoff", part.id, work.at, {}, part.state, after.state)
    record(work, HANDOFF.matter(work, after), event)


def _restore_clock(work: Work, clock: Deadline, state: str, whole: Lead) -> None:
    open_again = replace(clock, state=state, stopped_at=None)
    definition = work.pinned(clock.definition_hash)
    ladder = definition.ladder(definition.clocks[clock.rule].ladder)
    armed = escalation.armed(open_again, ladder, work.calendar_of(definition, clock.holder))
    work.uow.deadlines.save(armed)
    _note(work, "deadline.restored", armed, whole)


def _cancel(work: Work, clock: Deadline, whole: Lead) -> None:
    if clock.is_open:
        ended = deadline.stopped(clock, work.at, cancelled=True)
        work.uow.deadlines.save(ended)
        _note(work, "deadline.stopped", ended, whole)


def _note(work: Work, kind: str, clock: Deadline, whole: Lead) -> None:
    matter = Matter("lead", whole.id, work.pinned(whole.definition_hash), {}, {}, whole)
    data = {**deadline.describe(clock), "outcome": clock.state}
    record(work, matter, Event(kind, "deadline", clock.id, work.at, data))


def leave(work: Work, merge: Row) -> None:
    """This will end a merge whose source began a new round of its own; what moved stays with the target."""
    work.uow.merges.end(merge["id"], work.at)
    _date_target(work, merge["target_id"], "lead.separated", merge["source_id"])


def _date_target(work: Work, target_id: str, kind: str, source_id: str) -> None:
    """The target's earliest date follows from what is merged into it now, so that undoing leaves no trace of it."""
    target = work.uow.leads.by_id(target_id, lock=True)
    assert target is not None
    sources = (work.uow.leads.by_id(row["source_id"]) for row in work.uow.merges.into(target.id))
    told = [_first_told(source) for source in sources if source is not None]
    attributes = {name: value for name, value in target.attributes.items() if name != EARLIEST}
    if told:
        attributes[EARLIEST] = work.in_zone(min(target.received_at, *told))
    after = replace(target, attributes=attributes, version=target.version + 1)
    work.uow.leads.save(after, work.at)
    data = {"source_id": source_id, EARLIEST: attributes.get(EARLIEST), "version": after.version}
    happen(work, matters.of_lead(work, after), Event(kind, "lead", after.id, work.at, data), react)


def _first_told(lead: Lead) -> datetime:
    kept = lead.attributes.get(EARLIEST)
    return min(lead.received_at, datetime.fromisoformat(kept)) if kept is not None else lead.received_at


def merged_views(work: Work, lead: Lead) -> list[str]:
    """This will name the leads merged into one that the caller may know of, by number."""
    found = (work.uow.leads.by_id(row["source_id"]) for row in work.uow.merges.into(lead.id))
    return [source.number for source in found if source is not None and work.may_see(source.id)]
