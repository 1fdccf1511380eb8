"""The week on one page for a leader: what is late and with whom, reports, goods seized, and what comes due in seven days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shared.application.page_queries.lateness import pressing, wall
from shared.application.page_queries.leads import lead_list
from shared.application.page_queries.parts import dressed, windows
from shared.application.page_queries.reporting import CAME
from shared.application.sight import seen_of, sights_of
from shared.application.views import agency_view, words
from shared.application.work import Work

DAYS = 7
MOST = 60
"""Rows of one kind that are offered to the page; it counts what does not fit, whichever those are."""


def week(work: Work) -> dict[str, Any]:
    """This will gather the wall and what comes due from now to the end of the seventh day, as far as one may see."""
    last = work.today + timedelta(days=DAYS - 1)
    due = lead_list(work, {"due_by": last}, "due", 1, MOST)
    return {
        **wall(work, MOST),
        "campaign": words(work.definition.title),
        "scope": None if work.sees_everything else agency_view(work.definition, work.by.agency_id),
        "by": agency_view(work.definition, work.by.agency_id),
        "rooms": [_standing(room) for room in pressing(work)],
        "first": work.today.isoformat(),
        "last": last.isoformat(),
        "due": _coming(work, [row["number"] for row in due["items"]]),
        "due_total": due["total"],
    }


def _standing(room: dict[str, Any]) -> dict[str, Any]:
    missing = [i["unit"] for i in room["items"] if i["status"] not in CAME and i["status"] != "waived"]
    return {**{n: room[n] for n in ("name", "due_at", "came")}, "all": len(room["items"]), "missing": missing}


def _coming(work: Work, numbers: list[str]) -> list[dict[str, Any]]:
    """Of each lead the first duty that is still ahead, in order of time."""
    held = work.uow.leads.by_numbers(work.campaign.id, set(numbers))
    leads = seen_of(work, list(held.values()))
    sights, passed = sights_of(work, leads), set(windows(work.definition))
    clocks = work.uow.deadlines.open_of_leads([lead.id for lead in leads])
    found = []
    for lead in leads:
        ahead = [
            c
            for c in clocks.get(lead.id, ())
            if c.due_at >= work.at and c.code not in passed and sights[lead.id].clock(c)
        ]
        if ahead:
            first = min(ahead, key=lambda c: c.due_at)
            found.append({"number": lead.number, "title": lead.intake.title, "clock": dressed(work, first)})
    return sorted(found, key=lambda row: (row["clock"]["due_at"], row["number"]))
