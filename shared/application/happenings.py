"""What follows when something happens: the event, its clocks, who is told, and what other machines do about it.

All of it in the transaction of the change. Reactions are steps of other machines that the definition ties to an
event; they are taken by the system, and what they cause follows in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.application.work import Work
from workflows import clocks, deadline, escalation
from workflows.campaign import CampaignDefinition
from workflows.deadline import Deadline
from workflows.events import Event
from workflows.lead import Lead
from workflows.notices import told
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
    ground = event.data.get("given", {}).get("suspension_ground")
    _turn_clocks(work, matter, kinds, event.occurred_at, ground)
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


def _turn_clocks(work: Work, matter: Matter, kinds: set[str], at: datetime, ground: object) -> None:
    """Stop before start: an event that ends one round of a clock may begin the next."""
    family = _family(work, matter)
    for kind in sorted(kinds):
        for running in clocks.stopping(matter.definition, kind, family):
            _stop(work, matter, running, at)
            family = [d for d in family if d.id != running.id]
        for running in clocks.pausing(matter.definition, kind, family, ground):
            _change(work, matter, deadline.paused(running, at), "deadline.paused", at)
        for running in clocks.resuming(matter.definition, kind, family):
            clock = matter.definition.clocks[running.rule]
            calendar = work.calendar_of(matter.definition, running.holder)
            _change(work, matter, deadline.resumed(running, clock, calendar, at), "deadline.resumed", at)
    mine = [d for d in family if d.subject == matter.subject and d.subject_id == matter.id]
    for kind in sorted(kinds):
        on = at.astimezone(work.zone).date()
        for start in clocks.starting(
            matter.definition, matter.subject, kind, matter.facts, matter.relations, mine, on
        ):
            mine.append(_start(work, matter, start, at))


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


def _start(work: Work, matter: Matter, start: clocks.Start, at: datetime) -> Deadline:
    calendar = work.calendar_of(matter.definition, start.holder)
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
    )
    armed = escalation.armed(fresh, matter.definition.ladder(start.clock.ladder), calendar)
    work.uow.deadlines.add(armed)
    record(work, matter, Event("deadline.started", "deadline", armed.id, at, deadline.describe(armed)))
    return armed


def _stop(work: Work, matter: Matter, running: Deadline, at: datetime) -> None:
    ended = deadline.stopped(running, at)
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
    for actor in told(event.kind):
        agency = matter.relations.get(actor.relation)
        if agency is not None:
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
