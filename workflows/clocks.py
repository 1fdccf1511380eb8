"""Which clocks an event starts, stops, pauses and resumes: the rules of the definition, applied to one subject."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from workflows.campaign import CampaignDefinition, Clock
from workflows.deadline import Deadline


@dataclass(frozen=True, slots=True)
class Start:
    """A clock to start: the rule, its place in the definition, and who holds it."""

    rule: int
    clock: Clock
    holder: str


def starting(
    definition: CampaignDefinition,
    subject: str,
    event_kind: str,
    facts: Mapping[str, object],
    relations: Mapping[str, str | None],
    running: Iterable[Deadline],
    on: date,
) -> list[Start]:
    """This will list the clocks an event starts on a day: the first rule in force that fits, once per code.

    A clock that already runs for the subject is not started again: re-assignment does not reset it.
    """
    open_codes = {deadline.code for deadline in running if deadline.is_open}
    found: list[Start] = []
    for rule, clock in enumerate(definition.clocks):
        if clock.subject != subject or event_kind not in clock.starts_on or clock.code in open_codes:
            continue
        holder = relations.get(clock.holder)
        if holder is None or not in_force(clock, on):
            continue
        known = {**facts, "subject_agency_type": agency_type(definition, holder)}
        if clock.condition is None or clock.condition.holds(known):
            found.append(Start(rule, clock, holder))
            open_codes.add(clock.code)
    return found


def in_force(clock: Clock, on: date) -> bool:
    """This will say whether a rule is in force on a day; both ends belong to it."""
    after = clock.effective_from is None or clock.effective_from <= on
    return after and (clock.effective_to is None or on <= clock.effective_to)


def agency_type(definition: CampaignDefinition, agency_id: str) -> str | None:
    """This will give the type of an agency, None for one the campaign does not know."""
    return next((a.type for a in definition.agencies if a.id == agency_id), None)


def stopping(definition: CampaignDefinition, event_kind: str, running: Iterable[Deadline]) -> list[Deadline]:
    """This will list the open clocks an event ends."""
    return [d for d in running if d.is_open and event_kind in definition.clocks[d.rule].stops_on]


def pausing(
    definition: CampaignDefinition, event_kind: str, running: Iterable[Deadline], ground: object = None
) -> list[Deadline]:
    """This will list the running clocks an event pauses: only where the rule's source names a pause.

    A rule that lists its grounds is paused only on one of them, when the event gives a ground.
    """
    found = [d for d in running if d.state == "running" and event_kind in definition.clocks[d.rule].pauses_on]
    if ground is None:
        return found
    return [d for d in found if ground in (definition.clocks[d.rule].pause_grounds or (ground,))]


def resuming(definition: CampaignDefinition, event_kind: str, running: Iterable[Deadline]) -> list[Deadline]:
    """This will list the paused clocks an event lets count again."""
    return [d for d in running if d.state == "paused" and event_kind in definition.clocks[d.rule].resumes_on]
