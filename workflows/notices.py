"""Whom an event concerns, apart from the rungs of a ladder, which name their own recipients.

Only people who must act now, or who asked and wait for the answer, are told; everyone else reads lists. Who that is, is
the campaign's data (`[[notices]]`). A campaign that writes none is not silent: whoever a subject then waits for is told.
"""

from __future__ import annotations

from collections.abc import Mapping

from workflows.campaign import Actor, CampaignDefinition, Relation
from workflows.events import Event

WHOEVER_ANSWERS = ""
"""Stands for no role of its own: whoever has the duty `answer_for_unit` is told."""

BESIDE_THE_MACHINES: Mapping[str, tuple[Relation, ...]] = {
    "report.opened": ("holder",),
    "report.waived": ("holder",),
    "report.waiver_ended": ("holder",),
    "report.compiled": ("office",),
    "deadline.extension_asked": ("holder", "office"),
    "deadline.extended": ("holder",),
    "deadline.extension_refused": ("holder",),
    "identity.opened": ("office",),
    "tip.supplemented": ("office",),
    "item.handed_out": ("receiver",),
    "material.found_faulty": ("office",),
}
"""What happens without a step of a machine and concerns somebody, with those it concerns where a campaign says nothing."""


def told(definition: CampaignDefinition, event: Event, of_type: str | None = None) -> tuple[Actor, ...]:
    """This will name the roles an event concerns, none for most; `of_type` is the type of its subject, if it has one."""
    if not definition.notices:
        return tuple(Actor(WHOEVER_ANSWERS, relation) for relation in _waiting(definition, event))
    kinds = {event.kind, f"{event.kind}:{of_type}"}
    found = (actor for notice in definition.notices if notice.on in kinds for actor in notice.to)
    return tuple(dict.fromkeys(found))


def _waiting(definition: CampaignDefinition, event: Event) -> tuple[Relation, ...]:
    """Those in whose inbox a subject newly stands."""
    machine = definition.lifecycles.get(event.subject)
    if machine is None or event.to_state is None or event.to_state == event.from_state:
        return BESIDE_THE_MACHINES.get(event.kind, ())
    return machine.state(event.to_state).waits_for
