"""The past as it was known: leads and their clocks folded from the history up to a moment.

Rows in tables say how things stand now; events say when each became so. What was recorded later than the moment asked
about is left out, also where it tells of an earlier day: the same question about the past always has the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflows.campaign import CampaignDefinition

_ENDED = ("deadline.stopped", "deadline.expired")
_NEVER_JUDGED = frozenset({"lapsed", "cancelled"})


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of a lead or of one of its clocks, as the history holds it; moments are aware."""

    lead_id: str
    subject: str
    subject_id: str
    kind: str
    occurred_at: datetime
    recorded_at: datetime
    data: Mapping[str, Any]
    from_state: str | None
    definition: CampaignDefinition


@dataclass(frozen=True, slots=True)
class Past:
    """Leads by id and their clocks, as `workflows.reporting.figures` counts them."""

    leads: Mapping[str, Mapping[str, Any]]
    deadlines: tuple[Mapping[str, Any], ...]


def past_of(history: Iterable[Happened], at: datetime) -> Past:
    """This will fold events, in the order they were recorded, into what was known at the aware moment `at`.

    A lead has "id", "agency" (who held it then, None before it was given to anybody) and the latest moment of each of
    its events as "<event>_at". A clock has "lead_id", "code", "holder", "original_due_at", "due_at" and "ended_at";
    clocks that were cancelled and rights that lapsed are left out, for nobody was late with them.
    """
    leads: dict[str, dict[str, Any]] = {}
    clocks: dict[str, dict[str, Any]] = {}
    for event in history:
        if event.recorded_at > at or event.occurred_at > at:
            continue
        if event.subject == "lead":
            lead = leads.setdefault(event.lead_id, {"id": event.lead_id, "agency": None})
            lead[f"{event.kind.partition('.')[2]}_at"] = event.occurred_at
            lead["agency"] = _holder(event, lead["agency"])
        elif event.subject == "deadline":
            _turn(clocks, event)
    kept = (clock for _, clock in sorted(clocks.items()) if clock.pop("judged"))
    return Past(leads, tuple(kept))


def _holder(event: Happened, before: str | None) -> str | None:
    """Who holds the lead after a step: what the step's rule writes, as it stood when the step was taken."""
    if event.kind == "lead.given_back":
        return None
    trigger, machine = event.data.get("trigger"), event.definition.lifecycles.get("lead")
    if machine is None or trigger is None or event.from_state is None:
        return before
    step = machine.transition(str(trigger), event.from_state)
    source = step.sets.get("lead_agency") if step is not None else None
    if not isinstance(source, str):
        return before
    given = event.data.get("given", {})
    found = given.get(source.removeprefix("given.")) if source.startswith("given.") else source
    return str(found) if found is not None else before


def _turn(clocks: dict[str, dict[str, Any]], event: Happened) -> None:
    data = event.data
    if "due_at" not in data:
        return
    clock = clocks.setdefault(
        event.subject_id, {"id": event.subject_id, "lead_id": event.lead_id, "ended_at": None, "judged": True}
    )
    clock |= {
        "code": data["code"],
        "holder": data["holder"],
        "due_at": datetime.fromisoformat(data["due_at"]),
        "original_due_at": datetime.fromisoformat(data["original_due_at"]),
    }
    if event.kind == "deadline.stopped":
        clock["ended_at"] = event.occurred_at
    elif event.kind == "deadline.started":
        clock["ended_at"] = None
    if event.kind in _ENDED and data.get("outcome") in _NEVER_JUDGED:
        clock["judged"] = False
