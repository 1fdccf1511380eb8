"""Which conditions the published definitions know: the id of each is a problem code."""

from __future__ import annotations

from shared.application.work import Work


def guard_sources(work: Work) -> dict[str, str]:
    """This will give, for each condition of any published definition, the definition it stands in; no more of it."""
    found: dict[str, str] = {}
    for row in work.uow.definitions.listed():
        definition = work.uow.definitions.get(row["hash"])
        for machine in definition.lifecycles.values():
            for step in machine.transitions:
                found |= {guard.id: definition.id for guard in step.guards}
    return found
