"""Who answers for a lead: the unit that holds it, or the office while nobody does; its clocks name the same one.

A clock changes hands and is never reset by it: the lead's term runs on, whoever has it now.
"""

from __future__ import annotations

from dataclasses import replace

from shared.application import matters
from shared.application.happenings import record
from shared.application.work import Work
from workflows import deadline, escalation
from workflows.coordination import Handoff
from workflows.events import Event
from workflows.lead import Lead

OWNERSHIP = "ownership"


def take(work: Work, lead: Lead, holder: str) -> None:
    """This will let a unit hold a lead: it may know of it, and the clocks of whoever holds it are its own now."""
    work.uow.grants.end(lead.id, OWNERSHIP, lead.id, work.at)
    work.uow.grants.give(work.campaign.id, lead.id, holder, OWNERSHIP, lead.id, work.at)
    _hand_clocks(work, lead, holder)


def give_back(work: Work, lead: Lead, part: Handoff) -> None:
    """This will let a unit that sent a lead back know no more of it; the office answers until another has it."""
    definition = work.pinned(lead.definition_hash)
    if part.type in definition.handed_off and part.to_agency == lead.lead_agency:
        work.uow.grants.end(lead.id, OWNERSHIP, lead.id, work.at)
        _hand_clocks(work, lead, definition.office.id)


def _hand_clocks(work: Work, lead: Lead, holder: str) -> None:
    definition = work.pinned(lead.definition_hash)
    for clock in work.uow.deadlines.of_lead(lead.id):
        rule = definition.clocks[clock.rule] if clock.definition_hash == definition.hash else None
        if rule is None or not clock.is_open or clock.subject != "lead" or rule.holder != "lead_agency":
            continue
        if clock.holder != holder:
            calendar = work.calendar_of(definition, holder)
            after = escalation.armed(replace(clock, holder=holder), definition.ladder(rule.ladder), calendar)
            work.uow.deadlines.save(after)
            data = {**deadline.describe(after), "from": clock.holder}
            event = Event("deadline.handed_over", "deadline", after.id, work.at, data)
            record(work, matters.of_lead(work, lead), event)
