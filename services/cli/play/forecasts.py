"""Was every escalation foretold? What leads said would happen next, held against what then happened by itself.

A lead shows, for each running clock, what will happen if nobody acts. For every step that fired, the last thing shown
before that moment must have named it, at that very moment; a step nobody could have seen before it fired is counted
apart, not as agreement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

FIRED = frozenset({"deadline.escalated", "deadline.expired"})


@dataclass(frozen=True, slots=True)
class Agreement:
    """How forecasts and events compare; `differing` tells each step that came otherwise than foretold."""

    foretold: int
    unseen: int
    differing: tuple[str, ...]


class Forecasts:
    """What was foretold, by deadline, in the order it was seen."""

    def __init__(self) -> None:
        self._seen: dict[str, list[tuple[datetime, frozenset[tuple[str, datetime]]]]] = {}

    def look(self, at: datetime, lead: Mapping[str, Any]) -> None:
        """This will note what a lead foretells, as seen at a moment."""
        steps: dict[str, set[tuple[str, datetime]]] = {
            clock["id"]: set() for clock in lead.get("clocks", ()) if clock["state"] in ("running", "paused")
        }
        for step in lead["forecast"]:
            steps.setdefault(step["deadline_id"], set()).add(
                (step["act"], datetime.fromisoformat(step["at"]))
            )
        for deadline, known in steps.items():
            self._seen.setdefault(deadline, []).append((at, frozenset(known)))

    def look_at(self, at: datetime, deadline: Mapping[str, Any]) -> None:
        """This will note what one deadline foretells, as seen at a moment."""
        self.look(at, {"clocks": [deadline], "forecast": deadline["forecast"]})

    def compare(self, events: Iterable[Mapping[str, Any]]) -> Agreement:
        """This will hold what fired against what was last foretold before it."""
        foretold, unseen, differing = 0, 0, []
        for event in events:
            if event["kind"] not in FIRED:
                continue
            step = str(event["data"]["step"])
            fired_at = datetime.fromisoformat(event["occurred_at"])
            last = self._before(event["subject_id"], fired_at)
            if last is None:
                unseen += 1
            elif (step, fired_at) in last:
                foretold += 1
            else:
                differing.append(f"{event['data'].get('code')} {step} {fired_at.isoformat()}")
        return Agreement(foretold, unseen, tuple(differing))

    def _before(self, deadline: str, moment: datetime) -> frozenset[tuple[str, datetime]] | None:
        earlier = [steps for at, steps in self._seen.get(deadline, ()) if at < moment]
        return earlier[-1] if earlier else None
