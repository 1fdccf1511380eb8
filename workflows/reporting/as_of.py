"""Who held a lead at a past moment, told by the step that said so; and which clocks nobody is judged by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from workflows.campaign import CampaignDefinition

Holding = tuple[str, str, str]
"""A step that says who holds a lead: the hash of its definition, its trigger, the state it leaves."""
GIVEN_BACK: Final = "lead.given_back"
NEVER_JUDGED: Final = frozenset({"lapsed", "cancelled"})
"""How clocks end with which nobody was late or in time."""
_GIVEN = "given."


def holding_steps(definition_hash: str, definition: CampaignDefinition) -> dict[Holding, str]:
    """This will name the steps of a definition that say who holds a lead, each with where it says so: "given.<name>",
    or an agency.
    """
    machine = definition.lifecycles.get("lead")
    found: dict[Holding, str] = {}
    for trigger, state in (
        (step.trigger, source) for step in (machine.transitions if machine else ()) for source in step.sources
    ):
        step = machine.transition(trigger, state) if machine is not None else None
        source = step.sets.get("lead_agency") if step is not None else None
        if isinstance(source, str):
            found[definition_hash, trigger, state] = source
    return found


def holder_after(source: str | None, given: Mapping[str, Any] | None) -> str | None:
    """This will say who holds a lead after the step that says it in `source`; None gives it to nobody."""
    if source is None:
        return None
    found = (given or {}).get(source.removeprefix(_GIVEN)) if source.startswith(_GIVEN) else source
    return str(found) if found is not None else None
