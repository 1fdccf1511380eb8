"""Numbers for leaders: what came in, what became of it, how long it took, what lies open; as of any moment.

Facts later than that moment are not known yet, so the same question about the past always has the same answer.
Every number goes back to moments of leads and deadlines; there are no scores.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from workflows.campaign import CampaignDefinition

Record = Mapping[str, Any]
COUNTED = ("received", "verified", "refuted", "transferred", "closed")
STEPS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "accept": (("received",), ("accepted", "rejected", "merged")),
    "verify": (("accepted",), ("verified", "refuted")),
    "investigate": (("filed",), ("investigated", "police_filed")),
    "whole": (("received",), ("closed",)),
}
AGES = (7, 30, 90)
AGE_NAMES = (*(str(limit) for limit in AGES), "more")
BEHIND = (*COUNTED, "open", *(f"open:{age}" for age in AGE_NAMES), *(f"step:{name}" for name in STEPS))
"""Numbers that count leads."""
KEPT = ("judged", "kept_original", "kept_current")
"""Numbers that count clocks: all that are judged, those met by the first due date, those met by the current one."""
_ENDS = ("closed", "rejected", "merged")
_EVENTS = {*COUNTED, *_ENDS, "reopened", *(e for step in STEPS.values() for part in step for e in part)}
MOMENTS = tuple((event, f"{event}_at") for event in sorted(_EVENTS))
"""What may happen to a lead that any number asks for, each with the name of its moment."""
ALL = "all"
_LASTING = ("received", "closed", "open")
"""Numbers every campaign has, whatever it calls its steps."""


def meant(definition: CampaignDefinition) -> Mapping[str, frozenset[str]]:
    """This will say which of a campaign's events count as each one numbers ask for: the one so called, if there is one.

    A campaign that calls none of its steps `closed` has ends all the same: whatever leads into a final state closes, or
    merges where another lead must be named; and whatever leads out of one reopens.
    """
    steps = definition.lifecycles["lead"].transitions
    found = {event: {event} for event, _ in MOMENTS}
    if not any(step.event == "closed" for step in steps):
        final = {s.id for s in definition.lifecycles["lead"].states if s.kind == "final"}
        for step in steps:
            if step.to in final:
                found["merged" if "merge_into" in step.needs else "closed"].add(step.event)
            elif set(step.sources) <= final:
                found["reopened"].add(step.event)
    return {event: frozenset(events) for event, events in found.items()}


def numbers_of(definition: CampaignDefinition) -> tuple[str, ...]:
    """This will name the numbers of leads that can ever be other than 0 in a campaign."""
    events = {step.event for step in definition.lifecycles["lead"].transitions}
    return tuple(name for name in (*COUNTED, "open") if name in events or name in _LASTING)


def spans_of(definition: CampaignDefinition) -> tuple[str, ...]:
    """This will name the spans that a campaign's leads can go through."""
    events = {step.event for step in definition.lifecycles["lead"].transitions} | set(_LASTING)
    return tuple(name for name, (starts, ends) in STEPS.items() if events & {*starts} and events & {*ends})


@dataclass(frozen=True, slots=True)
class Spell:
    """How long a step took: how many took it, the median, and what nine in ten did not exceed (nearest rank)."""

    count: int
    median: timedelta | None
    p90: timedelta | None


@dataclass(frozen=True, slots=True)
class InTime:
    """Of the deadlines that ended or passed, how many were met: against the first due date and the current one."""

    judged: int
    against_original: int
    against_current: int


@dataclass(frozen=True, slots=True)
class LeaderRow:
    """The numbers of one value of a dimension; `value` None gathers leads for which it is not known.

    `behind` holds the ids of the leads each number counts: by the names of `counts`, "open:<age>" and "step:<step>".
    """

    value: str | None
    counts: Mapping[str, int]
    open_by_age: Mapping[str, int]
    steps: Mapping[str, Spell]
    in_time: InTime
    behind: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one lead at a moment: its facts, when each kind of event took place, and how its clocks did:
    how many are judged, met by the first due date, met by the current one.
    """

    lead: Record
    moments: Mapping[str, datetime]
    kept: tuple[int, int, int] = (0, 0, 0)


def known_at(
    leads: Iterable[Record], kept: Mapping[str, tuple[int, int, int]], at: datetime
) -> tuple[Known, ...]:
    """This will keep of leads what had happened by the aware moment `at`; `kept` is by the id of the lead.

    `leads` hold "id" and aware moments named "<event>_at".
    """
    found = []
    for lead in leads:
        told = ((event, lead.get(name)) for event, name in MOMENTS)
        moments = {event: moment for event, moment in told if moment is not None and moment <= at}
        if "received" in moments:
            found.append(Known(lead, moments, kept.get(lead["id"], (0, 0, 0))))
    return tuple(found)


def leaders_figures(
    definition: CampaignDefinition, known: Iterable[Known], dimension: str, at: datetime
) -> tuple[LeaderRow, ...]:
    """This will give one row for each value of `dimension` (a fact such as "agency" or "place_type", "phase", or
    "all" for one row of everything).

    Open leads are counted by days since receipt: "7" means up to seven, "more" those beyond the last.
    """
    value_of = _dimension(definition, dimension)
    groups: dict[str | None, list[Known]] = defaultdict(list)
    for one in known:
        groups[value_of(one.lead)].append(one)
    order = sorted(groups, key=lambda value: (value is None, value or ""))
    return tuple(_row(value, groups[value], at) for value in order)


def nearest_rank(values: Sequence[timedelta], percent: int) -> timedelta | None:
    """This will give the smallest of the values that `percent` of 100 of them do not exceed; None of no values."""
    if not values:
        return None
    return sorted(values)[-(-len(values) * percent // 100) - 1]


def _dimension(definition: CampaignDefinition, dimension: str) -> Callable[[Record], str | None]:
    if dimension == ALL:
        return lambda _: ALL
    if dimension != "phase":
        return lambda lead: None if lead.get(dimension) is None else str(lead[dimension])
    zone = ZoneInfo(definition.time_zone)

    def phase(lead: Record) -> str | None:
        found = definition.phase_on(lead["received_at"].astimezone(zone).date())
        return found.id if found else None

    return phase


def _row(value: str | None, known: Sequence[Known], at: datetime) -> LeaderRow:
    behind: dict[str, list[str]] = {name: [] for name in BEHIND}
    taken: dict[str, list[timedelta]] = {name: [] for name in STEPS}
    for one in known:
        lead_id, moments = str(one.lead["id"]), one.moments
        for event in COUNTED:
            if event in moments:
                behind[event].append(lead_id)
        if not _is_done(moments):
            behind["open"].append(lead_id)
            behind[f"open:{_age(moments['received'], at)}"].append(lead_id)
        for name, (starts, ends) in STEPS.items():
            start, end = _first(moments, starts), _first(moments, ends)
            if start is not None and end is not None and start <= end:
                taken[name].append(end - start)
                behind[f"step:{name}"].append(lead_id)
    return LeaderRow(
        value,
        {name: len(behind[name]) for name in (*COUNTED, "open")},
        {age: len(behind[f"open:{age}"]) for age in AGE_NAMES},
        {name: _spell(sorted(times)) for name, times in taken.items()},
        InTime(*(sum(counts) for counts in zip(*(one.kept for one in known), strict=True))),
        {name: tuple(sorted(ids)) for name, ids in behind.items()},
    )


def _spell(times: Sequence[timedelta]) -> Spell:
    return Spell(len(times), nearest_rank(times, 50), nearest_rank(times, 90))


def _first(moments: Mapping[str, datetime], events: Sequence[str]) -> datetime | None:
    found = [moments[event] for event in events if event in moments]
    return min(found) if found else None


def _is_done(moments: Mapping[str, datetime]) -> bool:
    """Closed, rejected or merged, and not reopened since."""
    ended = [moments[event] for event in _ENDS if event in moments]
    reopened = moments.get("reopened")
    return bool(ended) and not (reopened is not None and reopened >= max(ended))


def _age(received: datetime, at: datetime) -> str:
    """By days since receipt: the first limit that is not exceeded."""
    age = at - received
    return next((str(limit) for limit in AGES if age <= timedelta(days=limit)), "more")
