"""What waits for the caller, box by box, most pressing first.

Promises: a count is a count, however many wait; a page of a box is asked for in a fixed number of questions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from shared.application.page_queries.parts import PAGE, dressed, people, reports_called_for, rows, windows
from shared.application.ports import Parts, Row
from shared.application.views import handoff_row, order_view, transfer_row
from shared.application.work import Work
from workflows.campaign import Subject
from workflows.coordination import Handoff, answers_for_the_lead
from workflows.deadline import Deadline
from workflows.lead import Lead
from workflows.order import Order
from workflows.transfer import Transfer

_P = TypeVar("_P", Handoff, Order, Transfer)


def boxes(work: Work) -> list[dict[str, Any]]:
    """This will count what waits for the caller: to pass on, to sign or work on, to take the next step, to confirm.

    A box of what the campaign has no machine for is not there.
    """
    names = [name for name, part in _PARTS.items() if part.subject in work.definition.lifecycles]
    if _next_steps(work)["states"]:
        names.insert(names.index("tasks") + 1, "steps")
    if work.may("dispatch_leads"):
        names.insert(0, "triage")
    return [{"id": name, "count": _found(work, name, 0, 0)[1]} for name in names]


def triage(work: Work) -> tuple[str, ...]:
    """This will name the states in which a lead waits for the office to pass it on."""
    return tuple(s for s in work.definition.waiting("lead", "office") if s in _passed_on_from(work))


def _passed_on_from(work: Work) -> set[str]:
    """The states with a step that hands a lead to a unit."""
    steps = work.definition.lifecycles["lead"].transitions
    return {source for step in steps if step.hands_off for source in step.sources}


def inbox(work: Work, box: str, page: int = 1, limit: int = PAGE) -> dict[str, Any]:
    """This will list what waits for the caller in one box, most pressing first; pages count from 1."""
    counted = boxes(work)
    if box not in {item["id"] for item in counted}:
        box = next((item["id"] for item in counted if item["count"]), counted[0]["id"])
    found, total = _found(work, box, (page - 1) * limit, limit)
    of_leads = {"triage": _triage_items, "steps": _step_items}
    shown = of_leads[box](work, found) if box in of_leads else _PARTS[box].shown(work, found)
    return {
        "boxes": counted,
        "box": box,
        "items": shown,
        "total": total,
        "page": page,
        "limit": limit,
        "as_of": work.in_zone(work.at),
    }


def _found(work: Work, box: str, offset: int, limit: int) -> tuple[Sequence[Any], int]:
    """The rows of a box from an offset, and how many there are in all; only counted with a limit of 0."""
    passed, campaign = windows(work.definition), work.campaign.id
    if box == "triage":
        if not (states := triage(work)):
            return [], 0
        wanted = {"states": states, "at": work.at}
        return work.uow.overviews.leads(campaign, wanted, passed, "due", offset, limit)
    if box == "steps":
        return work.uow.overviews.leads(campaign, _next_steps(work), passed, "due", offset, limit)
    part = _PARTS[box]
    return part.rows(work).pressing(campaign, part.sides(work), passed, offset, limit)


def _next_steps(work: Work) -> Row:
    """Leads whose next step is the caller's agency's: those it leads whose work is not among its tasks any more; for
    the office, those it does not pass on but ends or sends back.
    """
    mine, definition = work.by.agency_id, work.definition
    asked = {"due_for": mine, "at": work.at}
    if work.may("dispatch_leads"):
        closing = tuple(s for s in definition.waiting("lead", "office") if s not in triage(work))
        return {**asked, "states": closing}
    tasks = definition.waiting("handoff", "receiver")
    states = definition.waiting("lead", "lead_agency")
    return {**asked, "states": states, "agency": mine, "owes_no_answer": (mine, tasks)}


def _tasks(work: Work) -> list[Row]:
    return [{"to_agency": work.by.agency_id, "state": work.definition.waiting("handoff", "receiver")}]


def _answers(work: Work) -> list[Row]:
    return [{"from_agency": work.by.agency_id, "state": work.definition.waiting("handoff", "sender")}]


def next_to_sign(work: Work, after: str) -> str | None:
    """This will name the draft that presses most among those the caller may sign, other than the one just looked at."""
    if not work.may("sign_orders"):
        return None
    drafts = [{"state": work.definition.lifecycles["order"].initial}]
    found, _ = work.uow.orders.pressing(work.campaign.id, drafts, windows(work.definition), 0, 2)
    return next((draft.id for draft in found if draft.id != after), None)


def _orders(work: Work) -> list[Row]:
    """Orders somebody must act on: drafts to sign, for those who sign; signed ones to answer; answers to look at."""
    definition = work.definition
    draft = definition.lifecycles["order"].initial if "order" in definition.lifecycles else None
    sides: list[Row] = [
        {"state": state}
        for state in definition.waiting("order", "office")
        if work.may("sign_orders" if state == draft else "dispatch_leads")
    ]
    ours = definition.waiting("order", "holder", "receiver")
    return [*sides, {"state": ours, "holder_agency": work.by.agency_id}]


def _transfers(work: Work) -> list[Row]:
    """Criminal transfers in which the next step is the caller's agency's."""
    mine, definition = work.by.agency_id, work.definition
    return [
        {"to_agency": mine, "state": definition.waiting("transfer", "receiver")},
        {"from_agency": mine, "state": definition.waiting("transfer", "sender")},
    ]


def _triage_items(work: Work, found: Sequence[Any]) -> list[dict[str, Any]]:
    return [{"kind": "lead", "href": f"/inbox?lead={row['number']}", **row} for row in rows(work, found)]


def _step_items(work: Work, found: Sequence[Lead]) -> list[dict[str, Any]]:
    """Each lead with the clock of it that runs for the caller's agency: what it is asked to do, and until when."""
    passed = set(windows(work.definition))
    clocks = work.uow.deadlines.open_of_subjects("lead", [item.id for item in found])
    shown = []
    for row, item in zip(rows(work, found), found, strict=True):
        own = [c for c in clocks.get(item.id, ()) if c.holder == work.by.agency_id and c.code not in passed]
        first = min(own, key=lambda c: c.due_at, default=None)
        clock = dressed(work, first) if first is not None else None
        shown.append({"kind": "lead", "href": f"/leads/{item.number}", **row, "clock": clock})
    return shown


def _handoff_items(work: Work, found: Sequence[Handoff]) -> list[dict[str, Any]]:
    given = any(item.attributes.get("officer") for item in found)
    names = people(work) if given else {}
    return [
        {
            **handoff_row(work, item),
            **beside,
            "officer": names.get(str(item.attributes.get("officer"))),
            "href": f"/t/{item.id}",
        }
        for item, beside in _beside(work, "handoff", found)
    ]


def _order_items(work: Work, found: Sequence[Order]) -> list[dict[str, Any]]:
    """Each order with its own clock, or the one it is about where none runs, and what it is about besides a lead."""
    about = work.uow.deadlines.by_ids({item.deadline_id for item in found if item.deadline_id is not None})
    called_for = reports_called_for(work, list(about.values()))
    shown = []
    for item, beside in _beside(work, "order", found):
        row, late = order_view(work, item), about.get(item.deadline_id or "")
        clock = beside["clock"] or (dressed(work, late) if late is not None else None)
        shown.append(
            {
                **row,
                "order_number": row["number"],
                **beside,
                "clock": clock,
                "report": called_for.get(item.deadline_id or ""),
                "href": f"/orders/{item.id}",
            }
        )
    return shown


def _transfer_items(work: Work, found: Sequence[Transfer]) -> list[dict[str, Any]]:
    return [
        {**transfer_row(work, item), **beside, "href": f"/transfers/{item.id}"}
        for item, beside in _beside(work, "transfer", found)
    ]


def _beside(work: Work, subject: str, found: Sequence[_P]) -> Iterator[tuple[_P, dict[str, Any]]]:
    """Each part with its lead and its most pressing clock, asked for all of them at once."""
    leads = work.uow.leads.by_ids({item.lead_id for item in found if item.lead_id is not None})
    first = _most_pressing(work, subject, found)
    for item in found:
        lead = leads.get(item.lead_id or "")
        clock = first.get(item.id)
        yield (
            item,
            {
                "kind": subject,
                "number": lead.number if lead is not None else "",
                "title": lead.intake.title if lead is not None else "",
                "clock": dressed(work, clock) if clock is not None else None,
            },
        )


def _most_pressing(
    work: Work, subject: str, found: Sequence[Handoff | Order | Transfer]
) -> Mapping[str, Deadline]:
    """The clock of each part that is due first: its own, or one of the lead its receiver answers for."""
    own = work.uow.deadlines.open_of_subjects(subject, [item.id for item in found])
    leading = [item for item in found if isinstance(item, Handoff) and answers_for_the_lead(item)]
    of_leads = work.uow.deadlines.open_of_subjects("lead", {p.lead_id for p in leading}) if leading else {}
    pressing = {part: list(clocks) for part, clocks in own.items()}
    for item in leading:
        theirs = (clock for clock in of_leads.get(item.lead_id, ()) if clock.holder == item.to_agency)
        pressing.setdefault(item.id, []).extend(theirs)
    passed = set(windows(work.definition))
    counted = {part: [c for c in clocks if c.code not in passed] for part, clocks in pressing.items()}
    return {part: min(clocks, key=lambda c: c.due_at) for part, clocks in counted.items() if clocks}


@dataclass(frozen=True, slots=True)
class _Box:
    """A box of parts: whose machine moves them, where they are kept, which wait for the caller, how they are shown."""

    subject: Subject
    rows: Callable[[Work], Parts[Any]]
    sides: Callable[[Work], list[Row]]
    shown: Callable[[Work, Sequence[Any]], list[dict[str, Any]]]


_PARTS = {
    "tasks": _Box("handoff", lambda work: work.uow.handoffs, _tasks, _handoff_items),
    "answers": _Box("handoff", lambda work: work.uow.handoffs, _answers, _handoff_items),
    "orders": _Box("order", lambda work: work.uow.orders, _orders, _order_items),
    "transfers": _Box("transfer", lambda work: work.uow.transfers, _transfers, _transfer_items),
}
