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
ALL = "all"


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

    `behind` holds the ids of the leads each number counts: by the names of `counts`, and "open:<age>".
    """

    value: str | None
    counts: Mapping[str, int]
    open_by_age: Mapping[str, int]
    steps: Mapping[str, Spell]
    in_time: InTime
    behind: Mapping[str, tuple[str, ...]]


def leaders_figures(
    definition: CampaignDefinition,
    leads: Iterable[Record],
    deadlines: Iterable[Record],
    dimension: str,
    at: datetime,
) -> tuple[LeaderRow, ...]:
    """This will give one row for each value of `dimension` (a fact such as "agency" or "place_type", "phase", or
    "all" for one row of everything).

    `leads` hold "id" and moments named "<event>_at"; `deadlines` hold "lead_id", "original_due_at", "due_at" and
    "ended_at" (None while running). Moments are aware. Open leads are counted by days since receipt: "7" means up to
    seven, "more" those beyond the last.
    """
    value_of = _dimension(definition, dimension)
    groups: dict[str | None, list[Record]] = defaultdict(list)
    for lead in leads:
        if _first(lead, ("received",), at) is not None:
            groups[value_of(lead)].append(lead)
    by_lead: dict[str, list[Record]] = defaultdict(list)
    for deadline in deadlines:
        by_lead[deadline["lead_id"]].append(deadline)
    order = sorted(groups, key=lambda value: (value is None, value or ""))
    return tuple(_row(value, groups[value], by_lead, at) for value in order)


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


def _row(
    value: str | None, leads: Sequence[Record], by_lead: Mapping[str, Sequence[Record]], at: datetime
) -> LeaderRow:
    behind = {event: [lead for lead in leads if _first(lead, (event,), at) is not None] for event in COUNTED}
    behind["open"] = [lead for lead in leads if not _is_done(lead, at)]
    ages = {age: [lead for lead in behind["open"] if _age(lead, at) == age] for age in AGE_NAMES}
    return LeaderRow(
        value,
        {name: len(counted) for name, counted in behind.items()},
        {age: len(counted) for age, counted in ages.items()},
        {name: _spell(leads, step, at) for name, step in STEPS.items()},
        _in_time([deadline for lead in leads for deadline in by_lead.get(lead["id"], ())], at),
        {
            **{name: _ids(counted) for name, counted in behind.items()},
            **{f"open:{age}": _ids(counted) for age, counted in ages.items()},
        },
    )


def _ids(leads: Sequence[Record]) -> tuple[str, ...]:
    return tuple(sorted(str(lead["id"]) for lead in leads))


def _first(lead: Record, events: Sequence[str], at: datetime) -> datetime | None:
    moments = [lead[f"{event}_at"] for event in events if lead.get(f"{event}_at") is not None]
    return min((moment for moment in moments if moment <= at), default=None)


def _is_done(lead: Record, at: datetime) -> bool:
    """Closed, rejected or merged, and not reopened since."""
    ended = [moment for event in ("closed", "rejected", "merged") if (moment := _first(lead, (event,), at))]
    reopened = _first(lead, ("reopened",), at)
    return bool(ended) and not (reopened and reopened >= max(ended))


def _age(lead: Record, at: datetime) -> str:
    """By days since receipt: the first limit that is not exceeded."""
    age = at - lead["received_at"]
    return next((str(limit) for limit in AGES if age <= timedelta(days=limit)), "more")


def _spell(leads: Sequence[Record], step: tuple[tuple[str, ...], tuple[str, ...]], at: datetime) -> Spell:
    taken = []
    for lead in leads:
        start, end = (_first(lead, events, at) for events in step)
        if start is not None and end is not None and start <= end:
            taken.append(end - start)
    return Spell(len(taken), nearest_rank(taken, 50), nearest_rank(taken, 90))


def _in_time(deadlines: Sequence[Record], at: datetime) -> InTime:
    """A deadline is judged once it has ended, or its current due date has passed."""
    judged = original = current = 0
    for deadline in deadlines:
        ended = (
            deadline["ended_at"] if deadline["ended_at"] is not None and deadline["ended_at"] <= at else None
        )
        if ended is None and deadline["due_at"] > at:
            continue
        judged += 1
        original += ended is not None and ended <= deadline["original_due_at"]
        current += ended is not None and ended <= deadline["due_at"]
    return InTime(judged, original, current)
