"""What is late, who holds it, what happens next by itself, and what happened by itself lately."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from shared.application.page_queries import reporting
from shared.application.page_queries.ordering import may_draft_orders
from shared.application.page_queries.parts import rows, rungs, scoped, sees_order, windows
from shared.application.views import agency_view, next_step, words
from shared.application.work import Work
from workflows.order import Order


def lately(work: Work, limit: int = 40) -> dict[str, Any]:
    """This will list what happened by itself most recently, newest first, as far as the caller may know of it."""
    names = rungs(work.definition)
    numbers: dict[str, str] = {}
    found: list[dict[str, Any]] = []
    for row in work.uow.overviews.escalations(work.campaign.id, 200):
        lead_id = row["lead_id"]
        if len(found) == limit or not _knows(work, row):
            continue
        if lead_id and lead_id not in numbers:
            lead = work.uow.leads.by_id(lead_id)
            numbers[lead_id] = lead.number if lead is not None else ""
        found.append(
            {
                "at": work.in_zone(row["due_at"]),
                "step": row["step"],
                "name": names.get(f"{row['code']}/{row['step']}") or {"zh": "到期", "en": "due"},
                "outcome": row["outcome"],
                "number": numbers.get(lead_id or ""),
                "code": row["code"],
                "clock": words(work.definition.clocks[row["rule"]].name),
                "holder": agency_view(work.definition, row["holder"]),
                "deadline_id": row["deadline_id"],
            }
        )
    return {"items": found, "as_of": work.in_zone(work.at)}


def _knows(work: Work, row: Mapping[str, Any]) -> bool:
    """Whether the caller may know of a step a clock took: its own, or on a lead it holds."""
    if work.sees_everything:
        return True
    if row["lead_id"] is None or not work.may_see(row["lead_id"]):
        return False
    lead = work.uow.leads.by_id(row["lead_id"])
    return work.by.agency_id in {row["holder"], lead.lead_agency if lead is not None else None}


def wall(work: Work, limit: int = 60) -> dict[str, Any]:
    """This will show what is late, who holds it and what happens next by itself; reports in; goods seized."""
    passed, campaign = windows(work.definition), work.campaign.id
    count = {}
    for light in ("overdue", "escalated", "soon"):
        _, count[light] = work.uow.overviews.leads(
            campaign, scoped(work, {"light": light}), passed, "due", 0, 0
        )
    late, _ = work.uow.overviews.leads(campaign, scoped(work, {"light": "overdue"}), passed, "due", 0, limit)
    items = rows(work, late)
    clocks = {
        c.id: c for found in work.uow.deadlines.open_of_leads([i.id for i in late]).values() for c in found
    }
    orders = _orders(work, [row["clock"]["id"] for row in items])
    for row in items:
        row["next"] = next_step(work, clocks[row["clock"]["id"]])
        found = orders.get(row["clock"]["id"])
        row["order"] = (
            {"id": found.id, "number": found.number, "state": found.state} if found is not None else None
        )
    scope = None if work.sees_everything else work.by.agency_id
    load = work.uow.overviews.load_by_holder(campaign, work.at, passed, scope)
    return {
        "counts": count,
        "items": items,
        "units": _units(work, load, items),
        "may_order": may_draft_orders(work),
        "reports": [_counted(work, room) for room in pressing(work)],
        "seized": _seized(work),
        "as_of": work.in_zone(work.at),
    }


def _orders(work: Work, deadline_ids: Sequence[str]) -> dict[str, Order]:
    """The order drawn up for each of these clocks, as far as the caller may know of it; first the one still to sign."""
    sides = [{"deadline_id": tuple(deadline_ids)}]
    found, _ = work.uow.orders.pressing(work.campaign.id, sides, (), 0, None)
    pressing = sorted(found, key=lambda order: (order.number is not None, order.id), reverse=True)
    return {order.deadline_id: order for order in pressing if order.deadline_id and sees_order(work, order)}


def _units(
    work: Work, load: Mapping[str, tuple[int, int, datetime | None]], items: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Units that report or hold work, those with most overdue first; no score, only their open matters."""
    definition = work.definition
    shown = [a for a in definition.agencies if (a.reports and work.sees_everything) or a.id in load]
    found = []
    for agency in shown:
        held, late, since = load.get(agency.id, (0, 0, None))
        to_sign = [r["order"] for r in items if r["order"] and r["clock"]["holder"]["id"] == agency.id]
        found.append(
            {
                **(agency_view(definition, agency.id) or {}),
                "held": held,
                "late": late,
                "since": work.in_zone(since) if since is not None else None,
                "worst": next((r["number"] for r in items if r["clock"]["holder"]["id"] == agency.id), None),
                "order": next((o for o in to_sign if o["state"] == "draft"), to_sign[0] if to_sign else None),
            }
        )
    return sorted(found, key=lambda row: (-row["late"], -row["held"]))


def pressing(work: Work) -> list[dict[str, Any]]:
    """This will give the reports that press, each with its units: those overdue that are not all in, then those due next.

    Where nothing is ahead, those due last stand for them.
    """
    owed: list[dict[str, Any]] = reporting.rooms(work)["rooms"]
    coming = sorted({datetime.fromisoformat(room["due_at"]) for room in owed})
    due = next((d for d in coming if d >= work.at), coming[-1] if coming else None)
    overdue = [room for room in owed if _is_overdue(work, room)]
    ahead = [r for r in owed if datetime.fromisoformat(r["due_at"]) == due and r not in overdue]
    return [*overdue, *ahead]


def _is_overdue(work: Work, room: Mapping[str, Any]) -> bool:
    missing = room["came"] + room["waived"] < len(room["items"])
    return missing and datetime.fromisoformat(room["due_at"]) < work.at


def _counted(work: Work, room: Mapping[str, Any]) -> dict[str, Any]:
    """How many units have sent a report; `unit` is whose own report is to be opened by who sees no other."""
    return {
        **{name: room[name] for name in ("kind", "period", "name", "due_at", "came")},
        "all": len(room["items"]),
        "late": _is_overdue(work, room),
        "unit": None if work.sees_everything else work.by.agency_id,
    }


def _seized(work: Work) -> dict[str, Any]:
    """Pieces and grams of goods in the records the caller may see, and on how many leads; of kinds that say whether
    the goods were identified only what was.
    """
    kinds = {kind.id: kind for kind in work.definition.record_kinds if kind.is_of_goods}
    agency = None if work.sees_everything else work.by.agency_id
    found = work.uow.records.every(work.campaign.id, set(kinds), agency)
    confirmed = [
        r for r in found if r["data"].get("identified") or "identified" not in kinds[r["kind"]].fields
    ]
    return {
        "kind": min(kinds, default=None),
        "weighed": any("grams" in kind.fields for kind in kinds.values()),
        "pieces": sum(int(r["data"].get("pieces") or 0) for r in confirmed),
        "grams": sum(float(r["data"].get("grams") or 0) for r in confirmed),
        "leads": len({r["lead_id"] for r in found}),
    }
