"""What stands around every page, and what forms are made of."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from shared.application import queries
from shared.application.managing import stopped_for
from shared.application.page_queries.ordering import may_draft_orders
from shared.application.page_queries.parts import act_names, clock_names
from shared.application.page_queries.waiting import boxes
from shared.application.views import agency_view, words
from shared.application.work import Work
from workflows.campaign import CampaignDefinition


def frame(work: Work) -> dict[str, Any]:
    """This will give what stands around every page: who one is, the campaign, its clock, what waits."""
    definition, by = work.definition, work.by
    person = work.uow.people.find(work.campaign.id, by.person_id)
    roles = {role.id: role.name for role in definition.roles}
    return {
        "person": {"id": by.person_id, "name": person["name"] if person is not None else by.person_id},
        "agency": agency_view(definition, by.agency_id),
        "roles": [words(roles[role]) for role in sorted(by.roles) if role in roles],
        "duties": [duty.id for duty in definition.duties if work.may(duty.id)],
        "may_order": may_draft_orders(work),
        "takes_tips": definition.tips is not None,
        "office": definition.office.id,
        "office_name": definition.office.name.zh,
        "laws": dict(definition.laws),
        "is_office": by.agency_id == definition.office.id,
        "sees_everything": work.sees_everything,
        "campaign": {
            "id": work.campaign.id,
            "title": words(definition.title),
            "short": words(definition.short or definition.title),
            "starts_on": definition.starts_on.isoformat(),
        },
        "act_names": act_names(definition),
        "clock_names": clock_names(definition),
        "definition": {"id": definition.id, "version": definition.version},
        "clock": queries.clock(work),
        "names": _names(definition),
        "stopped_for": stopped_for(work),
        "waiting": sum(box["count"] for box in boxes(work)),
    }


def _names(definition: CampaignDefinition) -> dict[str, dict[str, Any]]:
    """Every word of the campaign by its id, for showing values."""
    found = {
        name: {choice.id: words(choice.name) for choice in choices}
        for name, choices in definition.vocabularies.items()
    }
    found["agency"] = {a.id: {"zh": a.short, "en": a.name.en or a.short} for a in definition.agencies}
    found["role"] = {role.id: words(role.name) for role in definition.roles}
    return found


def form_words(work: Work) -> dict[str, Any]:
    """This will give what forms are made of: the fields of the definition with their choices, and the agencies."""
    definition = work.definition
    return {
        "fields": {
            f.id: {
                "id": f.id,
                "name": words(f.name),
                "type": f.type,
                "maximum": f.maximum,
                "choices": [
                    {"id": c.id, "name": words(c.name)}
                    for c in definition.vocabularies.get(f.vocabulary or "", ())
                ],
            }
            for f in definition.fields
        },
        "agencies": [
            {"id": a.id, "name": words(a.name), "short": a.short, "type": a.type}
            for a in definition.working_agencies
        ],
        "coordination": [
            {"id": c.id, "name": words(c.name), "partners": list(c.partners), "blocking": c.blocking}
            for c in definition.coordination
            if c.carried_by is None and c.id not in definition.handed_off
        ],
        "kinds_of_goods": sorted(definition.kinds_of_goods),
        "transfer_name": next((words(c.name) for c in definition.coordination if c.carried_by), None),
        "transfers_to": [a for a in definition.transfer_receivers if a != work.by.agency_id],
        "record_kinds": [
            {"id": k.id, "name": words(k.name), "fields": list(k.fields), "needs": list(k.needs)}
            for k in definition.record_kinds
        ],
    }


def office_days(work: Work, days: int) -> dict[str, Any]:
    """This will say when so many working days from now end by the office's calendar: nine in the morning."""
    calendar, day, left = work.calendar_of(work.definition, work.definition.office.id), work.today, days
    while left:
        day += timedelta(days=1)
        left -= calendar.is_working_day(day)
    return {"at": work.in_zone(datetime.combine(day, time(9), work.zone))}
