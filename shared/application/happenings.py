"""What follows when something happens: the event, its clocks, who is told, and what other machines do about it.

All of it in the transaction of the change. Reactions are steps of other machines that the definition ties to an
event; they are taken by the system, and what they cause follows in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from shared.application.work import Work
from workflows import clocks, deadline, escalation, renewal
from workflows.campaign import CampaignDefinition
from workflows.deadline import Deadline
from workflows.events import Event
from workflows.lead import Lead
from workflows.notices import WHOEVER_ANSWERS, told
from workflows.rejection import Reason, Rejected
from workflows.text import Text

_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Matter:
    """A subject at the moment something happens to it: what it is, its rules, its facts, who stands where."""

    subject: str
    id: str
    definition: CampaignDefinition
    facts: Mapping[str, object]
    relations: Mapping[str, str | None]
    lead: Lead | None = None
    generation: int = 1
    type: str | None = None
    due_at: datetime | None = None

    @property
    def lead_id(self) -> str | None:
        """The lead the matter belongs to, if it belongs to one."""
        return self.lead.id if self.lead is not None else None


React = Callable[[Work, Matter, Event, int], None]


def happen(work: Work, matter: Matter, event: Event, react: React, depth: int = 0) -> None:
    """This will record an event and let everything follow that the definition ties to it."""
    if depth > _DEEPEST:
        text = Text("流程定义中的联动循环不止", "the definition's reactions go round in a circle")
        raise Rejected(Reason("reactions_circle", text))
    position = record(work, matter, event)
    kinds = {event.kind, f"{event.kind}:{matter.type}"} if matter.type else {event.kind}
    _turn_clocks(work, matter, kinds, event)
    _tell(work, matter, event, position)
    react(work, matter, event, depth + 1)


def record(work: Work, matter: Matter, event: Event) -> str:
    """This will write an event into its stream and give its place there, which names it for ever."""
    stream = matter.lead_id or work.campaign.id
    written = work.uow.events.append(
        work.campaign.id,
        stream,
        matter.lead_id,
        event,
        recorded_at=work.at,
        person=work.by.person_id,
        agency=work.by.agency_id,
        request_id=work.by.request_id,
        definition_hash=matter.definition.hash,
    )
    work.happened.append(
        {
            "kind": event.kind,
            "subject": event.subject,
            "subject_id": event.subject_id,
            "from": event.from_state,
            "to": event.to_state,
            "occurred_at": work.in_zone(event.occurred_at),
            "data": written.event.data,
        }
    )
    return f"{stream}:{written.seq}"


def _turn_clocks(work: Work, matter: Matter, kinds: set[str], event: Event) -> None:
    """Stop before start: an event that ends one round of a clock may begin the next."""
    at, given = event.occurred_at, _given(event)
    family, restarted = _handed_over(work, matter, _family(work, matter), at), set[str]()
    for kind in sorted(kinds):
        for running in clocks.closing(matter.definition, kind, family):
            family = _ended(work, matter, family, running, at, cancelled=at <= running.due_at)
        for running in clocks.stopping(matter.definition, kind, family, at):
            family = _ended(work, matter, family, running, at)
            if matter.definition.clocks[running.rule].recurs is not None:
                follow(work, matter, running)
        for running in clocks.restarting(matter.definition, kind, family):
            family = _ended(work, matter, family, running, at, cancelled=True)
            restarted.add(running.code)
        for running in clocks.pausing(matter.definition, kind, family, given.get("suspension_ground")):
            _change(work, matter, deadline.paused(running, at), "deadline.paused", at)
        for running in clocks.resuming(matter.definition, kind, family):
            clock = matter.definition.clocks[running.rule]
            calendar = work.calendar_of(matter.definition, running.holder)
            _change(work, matter, deadline.resumed(running, clock, calendar, at), "deadline.resumed", at)
    _start_clocks(work, matter, kinds, event, family, restarted)


def _start_clocks(
    work: Work, matter: Matter, kinds: set[str], event: Event, family: list[Deadline], restarted: set[str]
) -> None:
    mine = [d for d in family if d.subject == matter.subject and d.subject_id == matter.id]
    facts = {**matter.facts, **{f"given.{name}": value for name, value in _given(event).items()}}
    on = event.occurred_at.astimezone(work.zone).date()
    for kind in sorted(kinds):
        settled = _settled(work, matter, kind)
        for start in clocks.starting(
            matter.definition,
            matter.subject,
            kind,
            facts,
            matter.relations,
            mine,
            on,
            restarted=restarted,
            settled=settled,
        ):
            ended = settled.get(start.clock.code) if start.continues else None
            begun = _start(work, matter, start, event.occurred_at, ended)
            mine += [begun] if begun is not None else []


def _given(event: Event) -> Mapping[str, Any]:
    """What was put in with a step, or stands in a record: a term may count from it."""
    of_record = {"occurred_on": event.data.get("occurred_on"), **(event.data.get("data") or {})}
    given = event.data.get("given") or (of_record if event.subject == "record" else {})
    return {name: value for name, value in given.items() if value is not None}


def _settled(work: Work, matter: Matter, kind: str) -> dict[str, Deadline]:
    """The settled clocks of the subject whose rest the event lets run on, by code."""
    codes = {
        c.code for c in matter.definition.clocks if c.subject == matter.subject and kind in c.continues_on
    }
    if not codes:
        return {}
    every = work.uow.deadlines.of_subject(matter.subject, matter.id)
    found = {code: renewal.last_ended(every, code) for code in codes}
    return {code: ended for code, ended in found.items() if ended is not None}


def _handed_over(work: Work, matter: Matter, family: list[Deadline], at: datetime) -> list[Deadline]:
    """A matter passed on takes its clocks along: the new unit holds them, and nothing else about them changes."""
    found = []
    for running in family:
        mine = running.subject == matter.subject and running.subject_id == matter.id
        heir = matter.relations.get(matter.definition.clocks[running.rule].holder) if mine else None
        heir = matter.definition.heir(heir) if heir is not None else running.holder
        held = replace(running, holder=heir)
        if held != running:
            work.uow.deadlines.save(held)
            data = {**deadline.describe(held), "previous_holder": running.holder}
            record(work, matter, Event("deadline.handed_over", "deadline", held.id, at, data))
        found.append(held)
    return found


def _family(work: Work, matter: Matter) -> list[Deadline]:
    """The open clocks an event can touch: the subject's own, its lead's, and for a lead those of all its parts."""
    if matter.lead_id is None:
        return [d for d in work.uow.deadlines.of_subject(matter.subject, matter.id) if d.is_open]
    every = work.uow.deadlines.of_lead(matter.lead_id)
    return [
        d
        for d in every
        if d.is_open
        and d.definition_hash == matter.definition.hash
        and (matter.subject == "lead" or d.subject == "lead" or d.subject_id == matter.id)
    ]


def _start(
    work: Work, matter: Matter, start: clocks.Start, at: datetime, ended: Deadline | None = None
) -> Deadline | None:
    """A clock armed and recorded; None where a series is over already."""
    calendar = work.calendar_of(matter.definition, start.holder)
    if ended is not None:
        again = renewal.continued(
            ended, start.clock, calendar, at, deadline_id=work.uow.new_id(), generation=matter.generation
        )
        return _begin(work, matter, replace(again, rule=start.rule, holder=start.holder), at)
    counted_from = start.counted_from
    if start.clock.recurs is not None:
        counted_from = renewal.first_of_series(start.clock, at, calendar)
        if counted_from is None:
            return None
    fresh = deadline.started(
        start.clock,
        start.rule,
        deadline_id=work.uow.new_id(),
        definition=matter.definition,
        campaign_id=work.campaign.id,
        subject=matter.subject,
        subject_id=matter.id,
        lead_id=matter.lead_id,
        generation=matter.generation,
        holder=start.holder,
        at=at,
        calendar=calendar,
        given_due=matter.due_at,
        counted_from=counted_from,
    )
    return _begin(work, matter, fresh, at)


def follow(work: Work, matter: Matter, settled: Deadline) -> Deadline | None:
    """This will begin the next of a series when one was settled or fell due; None when the series is over."""
    clock = matter.definition.clocks[settled.rule]
    calendar = work.calendar_of(matter.definition, settled.holder)
    others = work.uow.deadlines.of_subject(settled.subject, settled.subject_id)
    if any(d.code == settled.code and d.due_at > settled.due_at and d.is_open for d in others):
        return None  # one that fell due unsettled has its successor already
    after = renewal.following(settled, clock, calendar, deadline_id=work.uow.new_id())
    return _begin(work, matter, after, after.started_at) if after is not None else None


def _begin(work: Work, matter: Matter, fresh: Deadline, at: datetime) -> Deadline:
    ladder = matter.definition.ladder(matter.definition.clocks[fresh.rule].ladder)
    armed = escalation.armed(fresh, ladder, work.calendar_of(matter.definition, fresh.holder))
    work.uow.deadlines.add(armed)
    record(
        work,
        matter,
        Event("deadline.started", "deadline", armed.id, min(at, work.at), deadline.describe(armed)),
    )
    return armed


def _ended(
    work: Work,
    matter: Matter,
    family: list[Deadline],
    running: Deadline,
    at: datetime,
    *,
    cancelled: bool = False,
) -> list[Deadline]:
    _stop(work, matter, running, at, cancelled=cancelled)
    return [d for d in family if d.id != running.id]


def _stop(work: Work, matter: Matter, running: Deadline, at: datetime, *, cancelled: bool = False) -> None:
    ended = deadline.stopped(running, at, cancelled=cancelled)
    work.uow.deadlines.save(ended)
    data = {**deadline.describe(ended), "outcome": ended.state}
    record(work, matter, Event("deadline.stopped", "deadline", ended.id, at, data))
    if any(key != escalation.DUE for key in running.done):
        position = record(work, matter, Event("deadline.released", "deadline", ended.id, at, data))
        told_before = {
            "deadline_id": ended.id,
            "code": ended.code,
            "holder": ended.holder,
            "done": list(running.done),
        }
        work.uow.outbox.add(
            work.campaign.id,
            f"released:{position}",
            "released",
            {
                **told_before,
                "definition": matter.definition.hash,
                "lead": matter.lead.number if matter.lead else None,
            },
            work.at,
        )


def _change(work: Work, matter: Matter, changed: Deadline, kind: str, at: datetime) -> None:
    clock = matter.definition.clocks[changed.rule]
    calendar = work.calendar_of(matter.definition, changed.holder)
    armed = escalation.armed(changed, matter.definition.ladder(clock.ladder), calendar)
    work.uow.deadlines.save(armed)
    record(work, matter, Event(kind, "deadline", armed.id, at, deadline.describe(armed)))


def _tell(work: Work, matter: Matter, event: Event, position: str) -> None:
    recipients: list[dict[str, Any]] = []
    for actor in told(matter.definition, event, matter.type):
        agency = matter.relations.get(actor.relation)
        if agency is not None and (actor.role != WHOEVER_ANSWERS or agency != work.by.agency_id):
            recipients.append({"role": actor.role, "agency": agency})
    if recipients:
        data = {
            "kind": event.kind,
            "to": recipients,
            "lead": matter.lead.number if matter.lead is not None else None,
            "subject": event.subject,
            "subject_id": event.subject_id,
        }
        work.uow.outbox.add(work.campaign.id, f"notify:{position}", "notify", data, work.at)
