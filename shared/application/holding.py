"""Who answers for a lead: the unit that holds it, or the office while nobody does; its clocks name the same one.

A clock changes hands and is never reset by it: the lead's term runs on, whoever has it now.
"""

from __future__ import annotations

from dataclasses import replace

from shared.application import matters
from shared.application.happenings import record
from shared.application.work import Work
from workflows import deadline, escalation
from workflows.campaign import CampaignDefinition
from workflows.coordination import HOST, Handoff, is_live
from workflows.events import Event
from workflows.lead import Lead

OWNERSHIP = "ownership"
OF_WHOEVER_HOLDS = frozenset({"lead_agency", "holder"})
"""The relations by which a clock of a lead names whoever holds the lead."""


def take(work: Work, lead: Lead, holder: str) -> None:
    """This will let a unit hold a lead: it may know of it, and the clocks of whoever holds it are its own now."""
    work.uow.grants.end(lead.id, OWNERSHIP, lead.id, work.at)
    work.uow.grants.give(work.campaign.id, lead.id, holder, OWNERSHIP, lead.id, work.at)
    _hand_clocks(work, lead, holder)


def give_back(work: Work, lead: Lead, part: Handoff) -> None:
    """This will let a unit hold a lead no longer when the assignment by which it came was declined or withdrawn.

    It may know no more of the lead, and the office answers until another unit has it. A lead keeps its unit where that
    was given it anew, where it has ended, and where the campaign has no step by which another could get it.
    """
    definition = work.pinned(lead.definition_hash)
    if part.role != HOST or part.type not in definition.handed_off or part.to_agency != lead.lead_agency:
        return
    if not _can_go_on(definition, lead) or _holds_anew(work, definition, lead, part):
        return
    work.uow.grants.end(lead.id, OWNERSHIP, lead.id, work.at)
    attributes = {name: value for name, value in lead.attributes.items() if name != "lead_agency"}
    after = replace(lead, attributes=attributes, version=lead.version + 1)
    work.uow.leads.save(after, work.at)
    data = {"from": part.to_agency, "version": after.version}
    record(work, matters.of_lead(work, after), Event("lead.given_back", "lead", lead.id, work.at, data))
    _hand_clocks(work, after, definition.office.id)


def _can_go_on(definition: CampaignDefinition, lead: Lead) -> bool:
    machine = definition.lifecycles["lead"]
    ended = machine.state(lead.state).kind == "final"
    return not ended and any(t.hands_off and lead.state in t.sources for t in machine.transitions)


def _holds_anew(work: Work, definition: CampaignDefinition, lead: Lead, part: Handoff) -> bool:
    return any(
        other.id != part.id and other.role == HOST and is_live(other)
        for other in work.uow.handoffs.of_lead(lead.id)
        if other.type in definition.handed_off and other.to_agency == part.to_agency
    )


def _hand_clocks(work: Work, lead: Lead, holder: str) -> None:
    definition = work.pinned(lead.definition_hash)
    for clock in work.uow.deadlines.of_lead(lead.id):
        rule = definition.clocks[clock.rule] if clock.definition_hash == definition.hash else None
        if (
            rule is None
            or not clock.is_open
            or clock.subject != "lead"
            or rule.holder not in OF_WHOEVER_HOLDS
        ):
            continue
        if clock.holder != holder:
            calendar = work.calendar_of(definition, holder)
            after = escalation.armed(replace(clock, holder=holder), definition.ladder(rule.ladder), calendar)
            work.uow.deadlines.save(after)
            data = {**deadline.describe(after), "from": clock.holder}
            event = Event("deadline.handed_over", "deadline", after.id, work.at, data)
            record(work, matters.of_lead(work, lead), event)
