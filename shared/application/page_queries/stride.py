"""What an exercise's clock set off while it was moved, beside what was foretold before: the same steps, at their moments.

Only who may move the clock is told: the counts are of the whole campaign.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from shared.application.page_queries.parts import rungs
from shared.application.work import Work
from workflows import escalation
from workflows.deadline import Deadline

DUTY = "move_clock"


def foretold(work: Work, until: datetime) -> list[tuple[str, str, str]]:
    """This will list each step that the clocks running now take by a moment if nobody acts: clock, step, moment."""
    if not work.may(DUTY):
        return []
    clocks = work.uow.deadlines.coming(work.campaign.id, until)
    return [
        (clock.id, step.key, work.in_zone(step.at))
        for clock in clocks
        for step in _steps(work, clock)
        if step.at <= until
    ]


def _steps(work: Work, clock: Deadline) -> tuple[escalation.Step, ...]:
    definition = work.pinned(clock.definition_hash)
    ladder = definition.ladder(definition.clocks[clock.rule].ladder)
    return escalation.forecast(clock, ladder, work.calendar_of(definition, clock.holder))


def stride(work: Work, after: datetime) -> dict[str, Any]:
    """This will count by kind what happened by itself since a moment, and list each step as `foretold` does."""
    if not work.may(DUTY):
        return {"steps": [], "kinds": []}
    found = work.uow.overviews.escalations_since(work.campaign.id, after)
    names = rungs(work.definition)
    kinds = Counter(f"{row['code']}/{row['step'].partition('+')[0]}" for row in found)
    named: dict[str, dict[str, Any]] = {}
    for kind, count in kinds.items():
        name = names.get(kind) or {"zh": "到期", "en": "due"}
        entry = named.setdefault(name["zh"], {"name": name, "count": 0})
        entry["count"] += count
    return {
        "steps": [(row["deadline_id"], row["step"], work.in_zone(row["due_at"])) for row in found],
        "kinds": sorted(named.values(), key=lambda one: -one["count"]),
    }
