"""What the form of a supervision order offers: whom it may go to, about which clock, and at which level by custom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.application.page_queries.parts import dressed, windows
from shared.application.views import agency_view, words
from shared.application.work import Work
from workflows.order import NO_ORDERS, Order, levels
from workflows.rejection import Rejected


def may_draft_orders(work: Work) -> bool:
    """This will say whether the caller may draw up an order no ladder called for."""
    able = work.may("sign_orders") or work.may("dispatch_leads")
    return able and bool(levels(work.definition))


def order_choices(work: Work, number: str | None = None, agency: str | None = None) -> dict[str, Any]:
    """This will offer what an order may say, for a lead or for a matter told in words.

    Levels come with the one that follows the highest drawn up for the lead and the agency so far. Raises Rejected
    (forbidden) for who may draw none up, (missing) for a lead there is not, (no_orders) where the campaign knows none.
    """
    if not work.may("sign_orders"):
        work.demand("dispatch_leads")
    lead = work.lead(number) if number is not None else None
    definition = work.pinned(lead.definition_hash) if lead is not None else work.definition
    if not (rungs := levels(definition)):
        raise Rejected(NO_ORDERS)
    rights = windows(definition)
    clocks = work.uow.deadlines.open_of_leads([lead.id]).get(lead.id, ()) if lead is not None else ()
    about = [dressed(work, c) for c in clocks if c.code not in rights and c.holder != definition.office.id]
    before = work.uow.orders.of_lead(lead.id) if lead is not None else ()
    to = agency or next((c["holder"]["id"] for c in about), None)
    highest = _highest(before, to, [rung.level for rung in rungs])
    return {
        "lead": {"number": lead.number, "title": lead.intake.title} if lead is not None else None,
        "clocks": sorted(about, key=lambda c: c["due_at"]),
        "agencies": [agency_view(definition, a.id) for a in definition.working_agencies if not a.office],
        "to": to,
        "levels": [{"level": r.level, "name": words(r.name)} for r in rungs],
        "suggested": rungs[min(highest + 1, len(rungs) - 1)].level,
        "before": words(rungs[highest].name) if highest >= 0 else None,
        "as_of": work.in_zone(work.at),
    }


def _highest(before: Sequence[Order], to: str | None, ordered: Sequence[str]) -> int:
    """The place of the highest level drawn up for the agency so far; -1 for none."""
    places = [ordered.index(o.level) for o in before if o.holder_agency == to and o.level in ordered]
    return max(places, default=-1)
