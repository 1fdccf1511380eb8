"""What waits for the caller, box by box, most pressing first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shared.application.page_queries.parts import PAGE, TRIAGE, dressed, rows, windows
from shared.application.views import handoff_row, order_view, transfer_row
from shared.application.work import Work


def boxes(work: Work) -> list[dict[str, Any]]:
    """This will count what waits for the caller: to pass on, to sign or work on, to confirm, to sign as an order."""
    by, campaign = work.by, work.campaign.id
    found: list[dict[str, Any]] = []
    if "office_staff" in by.roles or "office_director" in by.roles:
        _, count = work.uow.overviews.leads(campaign, {"states": TRIAGE, "at": work.at}, (), "number", 0, 0)
        found.append({"id": "triage", "count": count})
    tasks = _handoffs(work, {"to_agency": by.agency_id}, {"sent", "acknowledged", "in_progress"})
    found.append({"id": "tasks", "count": len(tasks)})
    found.append(
        {
            "id": "answers",
            "count": len(_handoffs(work, {"from_agency": by.agency_id}, {"replied", "declined"})),
        }
    )
    found.append({"id": "orders", "count": len(_orders(work))})
    found.append({"id": "transfers", "count": len(_transfers(work))})
    return found


def _handoffs(work: Work, filters: Mapping[str, Any], states: set[str]) -> list[Any]:
    return [
        item
        for state in sorted(states)
        for item in work.uow.handoffs.page(work.campaign.id, {**filters, "state": state}, None, 200)
    ]


def _orders(work: Work) -> list[Any]:
    """Orders somebody must act on: drafts to sign, for those who sign; signed ones to answer; answers to look at."""
    rows = work.uow.orders.page
    signers = {"office_director", "deputy_leader", "leader"} & work.by.roles
    found: list[Any] = []
    if signers:
        found += rows(work.campaign.id, {"state": "draft"}, None, 200)
    found += rows(work.campaign.id, {"state": "signed", "holder_agency": work.by.agency_id}, None, 200)
    if {"office_staff", "office_director"} & work.by.roles:
        found += rows(work.campaign.id, {"state": "answered"}, None, 200)
    return found


def _transfers(work: Work) -> list[Any]:
    """Criminal transfers in which the next step is the caller's agency's."""
    theirs = {
        "sent",
        "receipted",
        "filed_by_order",
        "reconsider_requested",
        "ordered_to_file",
        "property_handed_over",
    }
    ours = {"proposed", "approved", "supplement_requested", "filed", "not_filed", "reconsider_upheld"}
    rows = work.uow.transfers.page(work.campaign.id, {"any_agency": work.by.agency_id}, None, 200)
    return [
        t
        for t in rows
        if (t.to_agency == work.by.agency_id and t.state in theirs)
        or (t.from_agency == work.by.agency_id and t.state in ours)
    ]


def inbox(work: Work, box: str) -> dict[str, Any]:
    """This will list what waits for the caller in one box, most pressing first."""
    counted = boxes(work)
    if box not in {item["id"] for item in counted}:
        box = next((item["id"] for item in counted if item["count"]), counted[0]["id"])
    return {"boxes": counted, "box": box, "items": _BOXES[box](work), "as_of": work.in_zone(work.at)}


def _triage_items(work: Work) -> list[dict[str, Any]]:
    wanted = {"states": TRIAGE, "at": work.at}
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
    states = {"sent", "acknowledged", "in_progress"}
    return _handoff_items(work, _handoffs(work, {"to_agency": work.by.agency_id}, states))


def _answer_items(work: Work) -> list[dict[str, Any]]:
    return _handoff_items(work, _handoffs(work, {"from_agency": work.by.agency_id}, {"replied", "declined"}))


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
