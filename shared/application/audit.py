"""What happened, for whoever oversees the campaign: every event by person, agency, lead, kind and day, newest first;
and who opened what was sealed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from shared.application import queries
from shared.application.page_queries.parts import act_names, people
from shared.application.work import UNSEEN, Work
from workflows.rejection import Reason, Rejected
from workflows.text import Text

OPENINGS = ("identity.opened", "party.opened")
"""The events that say that somebody opened what was sealed."""


def audit_trail(work: Work, filters: Mapping[str, Any], before: int | None, limit: int) -> dict[str, Any]:
    """This will list events newest first, from before a position, with how many fit in all.

    Filters: `person`, `agency`, `lead` (its number), `kind` (a kind, or its beginning up to the dot), `from` and `to`
    (days of the campaign, both included), `openings` (only what was sealed and opened). Raises Rejected: not for
    somebody who oversees the campaign (missing), or a page that is none.
    """
    if not work.sees_everything:
        raise Rejected(UNSEEN, kind="missing")
    if not 1 <= limit <= queries.LONGEST_PAGE:
        longest = queries.LONGEST_PAGE
        text = Text(f"每页 1 至 {longest} 条", f"1 to {longest} a page")
        raise Rejected(Reason("range", text, "?limit"), kind="invalid")
    rows, total = work.uow.audit.events(work.campaign.id, _wanted(work, filters), before, limit + 1)
    leads = {row["lead_id"] for row in rows if row["lead_id"] is not None}
    numbers = {lead_id: _number(work, lead_id) for lead_id in leads}
    items = [{**queries.event_view(work, row), "lead": numbers.get(row["lead_id"])} for row in rows[:limit]]
    return {
        "items": items,
        "total": total,
        "next_cursor": rows[limit - 1]["position"] if len(rows) > limit else None,
        "people": people(work),
        "act_names": act_names(work.definition),
        "as_of": work.in_zone(work.at),
    }


def _number(work: Work, lead_id: str) -> str | None:
    lead = work.uow.leads.by_id(lead_id)
    return lead.number if lead is not None else None


def _wanted(work: Work, filters: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: filters[name] for name in ("person", "agency", "kind") if filters.get(name)
    }
    if filters.get("openings"):
        found["kinds"] = OPENINGS
    if filters.get("lead"):
        lead = work.uow.leads.by_number(work.campaign.id, str(filters["lead"]))
        found["lead_id"] = lead.id if lead is not None else ""
    if filters.get("from"):
        found["since"] = _midnight(work, filters["from"])
    if filters.get("to"):
        found["until"] = _midnight(work, filters["to"] + timedelta(days=1))
    return found


def _midnight(work: Work, day: date) -> datetime:
    return datetime.combine(day, time(), work.zone)
