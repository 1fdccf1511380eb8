"""Chains of custody held against the history: each step stands there too, in a stream whose hashes are chained.

Whoever alters a step, an amount or a holder in the tables cannot alter the history with it unseen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shared.application.ports import Row
from shared.application.work import Work
from workflows import custody
from workflows.custody import Item
from workflows.events import canonical

_PAGE = 500
_STEP = ("from_agency", "to_agency", "note")


def faults(work: Work) -> tuple[int, list[dict[str, Any]]]:
    """This will compare every thing in custody with the history, and give how many there are and what does not fit."""
    count, found = 0, []
    for item in _every(work):
        count += 1
        steps, told = work.uow.items.steps(item.id), _told(work, item)
        fault = _fault(item, steps, told)
        if fault is not None:
            found.append({"stream": f"item/{item.id}", "seq": fault[0], "fault": fault[1]})
    return count, found


def _every(work: Work) -> Iterator[Item]:
    cursor: str | None = None
    while page := work.uow.items.page(work.campaign.id, None, "all", cursor, _PAGE):
        yield from page
        cursor = page[-1].id


def _told(work: Work, item: Item) -> Sequence[Row]:
    """The steps as the history of the lead tells them for which the thing was collected."""
    first = work.uow.items.leads_of(item.id)[0]
    kinds = {f"item.{kind}" for kind in (custody.COLLECTED, custody.SUCCEEDED)}
    kinds |= {f"item.{event}" for _, event in custody.ACTS.values()}
    return [row for row in work.uow.events.of_subject(first, item.id) if row["kind"] in kinds]


def _fault(item: Item, steps: Sequence[Row], told: Sequence[Row]) -> tuple[int, str] | None:
    for place, (step, event) in enumerate(zip(steps, told, strict=False), start=1):
        if step["seq"] != place or _plain(_of_step(step)) != _plain(_of_event(event)):
            return place, "step altered"
    if len(steps) != len(told):
        return min(len(steps), len(told)) + 1, "step missing" if len(steps) < len(told) else "step not told"
    last = told[-1]["data"]
    here = {"label": item.label, "pieces": item.pieces, "grams": item.grams}
    if _plain(here) != _plain({name: last.get(name) for name in here}):
        return len(steps), "amount altered"
    holder = last.get("holder")
    if (item.holder_agency, item.state) != (holder, last.get("state")):
        return len(steps), "holder altered"
    return None


def _of_step(step: Row) -> Mapping[str, Any]:
    who = {"by": step["by_person"], "agency": step["by_agency"], "at": step["at"]}
    return {"kind": f"item.{step['kind']}", **{name: step[name] for name in _STEP}, **who}


def _of_event(event: Row) -> Mapping[str, Any]:
    who = {"by": event["person"], "agency": event["agency"], "at": event["occurred_at"]}
    return {"kind": event["kind"], **{name: event["data"].get(name) for name in _STEP}, **who}


def _plain(value: Mapping[str, Any]) -> str:
    amounts = {n: float(v) if n == "grams" and v is not None else v for n, v in value.items()}
    return canonical(amounts)
