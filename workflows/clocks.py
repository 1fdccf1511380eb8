"""Which clocks an event starts, stops, pauses and resumes: the rules of the definition, applied to one subject."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from workflows.campaign import CampaignDefinition, Clock
from workflows.deadline import Deadline


@dataclass(frozen=True, slots=True)
class Start:
    """A clock to start: the rule, its place in the definition, who holds it, and what it counts from if not from now.

    One that `continues` lets the rest of a settled clock run.
    """

    rule: int
    clock: Clock
    holder: str
    counted_from: datetime | None = None
    continues: bool = False


def starting(
    definition: CampaignDefinition,
    subject: str,
    event_kind: str,
    facts: Mapping[str, object],
    relations: Mapping[str, str | None],
    running: Iterable[Deadline],
    on: date,
    *,
    restarted: Collection[str] = (),
    settled: Collection[str] = (),
) -> list[Start]:
    """This will list the clocks an event starts on a day: the first rule in force that fits, once per code.

    A clock that already runs for the subject is not started again: re-assignment does not reset it. `restarted` are
    the codes the event has just ended to begin anew, `settled` those with an ended clock whose rest may run on. A rule
    that counts from a fact starts only where the fact is known.
    """
    open_codes = {deadline.code for deadline in running if deadline.is_open}
    zone = ZoneInfo(definition.time_zone)
    found: list[Start] = []
    for rule, clock in enumerate(definition.clocks):
        continues = event_kind in clock.continues_on and clock.code in settled
        begins = event_kind in clock.starts_on or (
            event_kind in clock.restarts_on and clock.code in restarted
        )
        if clock.subject != subject or clock.code in open_codes or not (begins or continues):
            continue
        holder = relations.get(clock.holder)
        if holder is None or not in_force(clock, on):
            continue
        known = {**facts, "subject_agency_type": agency_type(definition, holder)}
        moment = _moment(known.get(clock.counts_from), zone) if clock.counts_from is not None else None
        if clock.counts_from is not None and moment is None:
            continue
        if clock.condition is None or clock.condition.holds(known):
            found.append(Start(rule, clock, holder, moment, continues))
            open_codes.add(clock.code)
    return found


def _moment(value: object, zone: ZoneInfo) -> datetime | None:
    """A date stands for its first moment in the campaign's zone."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        return (
            value.astimezone(UTC)
            if value.utcoffset() is not None
            else value.replace(tzinfo=zone).astimezone(UTC)
        )
    return datetime.combine(value, time(0), zone).astimezone(UTC) if isinstance(value, date) else None


def in_force(clock: Clock, on: date) -> bool:
    """This will say whether a rule is in force on a day; both ends belong to it."""
    after = clock.effective_from is None or clock.effective_from <= on
    return after and (clock.effective_to is None or on <= clock.effective_to)


def agency_type(definition: CampaignDefinition, agency_id: str) -> str | None:
    """This will give the type of an agency, None for one the campaign does not know."""
    return next((a.type for a in definition.agencies if a.id == agency_id), None)


def stopping(
    definition: CampaignDefinition, event_kind: str, running: Iterable[Deadline], at: datetime
) -> list[Deadline]:
    """This will list the open clocks an event at a moment ends; of a series only the oldest that has begun."""
    found: list[Deadline] = []
    served: set[tuple[str, str]] = set()
    for deadline in sorted(running, key=lambda d: d.due_at):
        clock = definition.clocks[deadline.rule]
        if not deadline.is_open or event_kind not in clock.stops_on:
            continue
        series = (deadline.subject_id, deadline.code)
        if clock.recurs is not None and (series in served or deadline.started_at > at):
            continue
        served.add(series)
        found.append(deadline)
    return found


def closing(definition: CampaignDefinition, event_kind: str, running: Iterable[Deadline]) -> list[Deadline]:
    """This will list the open clocks that an event ends because their matter went away."""
    return [d for d in running if d.is_open and event_kind in definition.clocks[d.rule].ends_on]


def restarting(
    definition: CampaignDefinition, event_kind: str, running: Iterable[Deadline]
) -> list[Deadline]:
    """This will list the open clocks whose whole term an event begins anew."""
    return [d for d in running if d.is_open and event_kind in definition.clocks[d.rule].restarts_on]


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
