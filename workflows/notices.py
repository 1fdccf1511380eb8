"""Whom an event concerns, apart from the rungs of a ladder, which name their own recipients.

Policy: only people who must act now, or who asked and wait for the answer, are told; everyone else reads lists.
"""

from __future__ import annotations

from collections.abc import Mapping

from workflows.campaign import Actor

TELLS: Mapping[str, tuple[Actor, ...]] = {
    "lead.received": (Actor("office_staff", "office"),),
    "lead.returned": (Actor("office_staff", "office"), Actor("office_director", "office")),
    "lead.designated": (Actor("liaison", "lead_agency"), Actor("unit_head", "lead_agency")),
    "lead.investigated": (Actor("office_staff", "office"),),
    "lead.reopened": (Actor("liaison", "lead_agency"), Actor("office_staff", "office")),
    "identity.opened": (Actor("office_director", "office"),),
    "tip.supplemented": (Actor("office_staff", "office"),),
    "item.handed_out": (Actor("liaison", "receiver"),),
    "material.found_faulty": (Actor("office_director", "office"), Actor("operator", "office")),
    "handoff.sent": (Actor("liaison", "receiver"),),
    "handoff.declined": (Actor("office_staff", "office"), Actor("liaison", "sender")),
    "handoff.replied": (Actor("liaison", "sender"),),
    "handoff.reworked": (Actor("liaison", "receiver"),),
    "handoff.cancelled": (Actor("liaison", "receiver"),),
    "transfer.proposed": (Actor("unit_head", "sender"),),
    "transfer.refused": (Actor("office_director", "office"),),
    "transfer.sent": (Actor("liaison", "receiver"), Actor("office_staff", "office")),
    "transfer.supplement_requested": (Actor("liaison", "sender"),),
    "transfer.filed": (Actor("liaison", "sender"), Actor("office_staff", "office")),
    "transfer.not_filed": (
        Actor("liaison", "sender"),
        Actor("unit_head", "sender"),
        Actor("office_staff", "office"),
    ),
    "order.drafted": (Actor("office_director", "office"),),
    "order.signed": (Actor("liaison", "receiver"), Actor("unit_head", "receiver")),
    "order.answered": (Actor("office_staff", "office"),),
    "report.opened": (Actor("liaison", "holder"),),
    "report.compiled": (Actor("office_staff", "office"), Actor("leader", "office")),
    "deadline.extension_asked": (Actor("unit_head", "holder"), Actor("office_director", "office")),
    "deadline.extended": (Actor("liaison", "holder"),),
    "deadline.extension_refused": (Actor("liaison", "holder"),),
}


def told(kind: str) -> tuple[Actor, ...]:
    """This will name the roles an event concerns, none for most."""
    return TELLS.get(kind, ())
