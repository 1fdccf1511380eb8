"""What waits for the caller, box by box, most pressing first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from shared.application.page_queries.parts import PAGE, dressed, rows, windows
from shared.application.views import handoff_row, order_view, transfer_row
from shared.application.work import Work
from workflows.coordination import Handoff
from workflows.order import Order
from workflows.transfer import Transfer


def boxes(work: Work) -> list[dict[str, Any]]:
    """This will count what waits for the caller: to pass on, to sign or work on, to confirm, to sign as an order."""
    found: list[dict[str, Any]] = []
    if work.may("dispatch_leads"):
        wanted = {"states": triage(work), "at": work.at}
        _, count = work.uow.overviews.leads(work.campaign.id, wanted, (), "number", 0, 0)
        found.append({"id": "triage", "count": count})
    found.append({"id": "tasks", "count": len(_tasks(work))})
    found.append({"id": "answers", "count": len(_answers(work))})
    found.append({"id": "orders", "count": len(_orders(work))})
    found.append({"id": "transfers", "count": len(_transfers(work))})
    return found


def triage(work: Work) -> tuple[str, ...]:
    """This will name the states in which a lead waits for the office to pass it on."""
    return work.definition.waiting("lead", "office")


def _tasks(work: Work) -> list[Handoff]:
    return _handoffs(work, "to_agency", work.definition.waiting("handoff", "receiver"))


def _answers(work: Work) -> list[Handoff]:
    return _handoffs(work, "from_agency", work.definition.waiting("handoff", "sender"))


def _handoffs(work: Work, side: str, states: Iterable[str]) -> list[Handoff]:
    return [
        item
        for state in sorted(states)
        for item in work.uow.handoffs.page(
            work.campaign.id, {side: work.by.agency_id, "state": state}, None, 200
        )
    ]


def _orders(work: Work) -> list[Order]:
    """Orders somebody must act on: drafts to sign, for those who sign; signed ones to answer; answers to look at."""
    definition, rows = work.definition, work.uow.orders.page
    draft = definition.lifecycles["order"].initial if "order" in definition.lifecycles else None
    found: list[Order] = []
    for state in definition.waiting("order", "office"):
        if work.may("sign_orders" if state == draft else "dispatch_leads"):
            found += rows(work.campaign.id, {"state": state}, None, 200)
    for state in definition.waiting("order", "holder", "receiver"):
        found += rows(work.campaign.id, {"state": state, "holder_agency": work.by.agency_id}, None, 200)
    return found


def _transfers(work: Work) -> list[Transfer]:
    """Criminal transfers in which the next step is the caller's agency's."""
    mine, definition = work.by.agency_id, work.definition
    theirs = definition.waiting("transfer", "receiver")
    ours = definition.waiting("transfer", "sender")
    rows = work.uow.transfers.page(work.campaign.id, {"any_agency": mine}, None, 200)
    return [
        t
        for t in rows
        if (t.to_agency == mine and t.state in theirs) or (t.from_agency == mine and t.state in ours)
    ]


def inbox(work: Work, box: str) -> dict[str, Any]:
    """This will list what waits for the caller in one box, most pressing first."""
    counted = boxes(work)
    if box not in {item["id"] for item in counted}:
        box = next((item["id"] for item in counted if item["count"]), counted[0]["id"])
    return {"boxes": counted, "box": box, "items": _BOXES[box](work), "as_of": work.in_zone(work.at)}


def _triage_items(work: Work) -> list[dict[str, Any]]:
    wanted = {"states": triage(work), "at": work.at}
    found, _ = work.uow.overviews.leads(work.campaign.id, wanted, windows(work.definition), "due", 0, PAGE)
    return [{"kind": "lead", "href": f"/inbox?lead={row['number']}", **row} for row in rows(work, found)]


def _handoff_items(work: Work, found: Iterable[Any]) -> list[dict[str, Any]]:
    shown = []
    for item in found:
        lead = work.uow.leads.by_id(item.lead_id)
        assert lead is not None
        row = {**handoff_row(work, item), "kind": "handoff", "href": f"/t/{item.id}", "number": lead.number}
        shown.append({**row, "title": lead.intake.title, "clock": _first_clock(work, "handoff", item.id)})
    return _by_due(shown)


def _first_clock(work: Work, subject: str, subject_id: str) -> dict[str, Any] | None:
    passed = set(windows(work.definition))
    running = [
        c for c in work.uow.deadlines.of_subject(subject, subject_id) if c.is_open and c.code not in passed
    ]
    first = min(running, key=lambda c: c.due_at, default=None)
    return dressed(work, first) if first is not None else None


def _by_due(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(
        items, key=lambda row: (row["clock"] is None, (row["clock"] or {}).get("due_at", ""), row["id"])
    )


def _task_items(work: Work) -> list[dict[str, Any]]:
    return _handoff_items(work, _tasks(work))


def _answer_items(work: Work) -> list[dict[str, Any]]:
    return _handoff_items(work, _answers(work))


def _order_items(work: Work) -> list[dict[str, Any]]:
    shown = []
    for item in _orders(work):
        lead = work.uow.leads.by_id(item.lead_id) if item.lead_id is not None else None
        row = order_view(work, item)
        row |= {"kind": "order", "href": f"/orders/{item.id}", "clock": _first_clock(work, "order", item.id)}
        row["title"] = lead.intake.title if lead is not None else ""
        row["order_number"], row["number"] = row["number"], lead.number if lead is not None else ""
        shown.append(row)
    return _by_due(shown)


def _transfer_items(work: Work) -> list[dict[str, Any]]:
    shown = []
    for item in _transfers(work):
        lead = work.uow.leads.by_id(item.lead_id)
        assert lead is not None
        row = transfer_row(work, item)
        row |= {"kind": "transfer", "href": f"/transfers/{item.id}", "number": lead.number}
        shown.append({**row, "title": lead.intake.title, "clock": _first_clock(work, "transfer", item.id)})
    return _by_due(shown)


_BOXES = {
    "triage": _triage_items,
    "tasks": _task_items,
    "answers": _answer_items,
    "orders": _order_items,
    "transfers": _transfer_items,
}
