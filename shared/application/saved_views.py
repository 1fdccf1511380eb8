"""Views of the list of leads that people save: named filters, one's own or shared inside the agency.

A view holds only what was asked for; what it shows is what whoever opens it may see at that moment.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from shared.application.administration_ports import Row
from shared.application.work import UNSEEN, Done, Work
from workflows.inputs import Wrong, read_text
from workflows.rejection import Reason, Rejected
from workflows.saved_views import EndView, SaveView
from workflows.text import Text

FILTERS = (
    "light", "state", "agency", "holder", "channel", "place_type", "act", "urgency", "township", "record", "q",
    "due_on", "due_by", "order", "view",
)  # fmt: skip
"""What a view of the list of leads may hold: the filters of the list, its order, and list or board."""

MOST = 50
"""How many views one person keeps at most (policy)."""

_LONGEST_NAME, _LONGEST_VALUE = 40, 100


def save_view(command: SaveView, work: Work) -> Done:
    """This will keep a view. Raises Rejected: no name, a name one has already, no or unknown filters, too many views."""
    faults = _faults(command)
    if faults:
        raise Rejected(*faults, kind="invalid")
    mine = [view for view in _seen(work) if view["person_id"] == work.by.person_id]
    if len(mine) >= MOST:
        text = Text(f"最多保存 {MOST} 个视图，请先删去不用的", f"at most {MOST} views; remove one first")
        raise Rejected(Reason("too_many", text))
    view: dict[str, Any] = {
        "id": work.uow.new_id(),
        "campaign_id": work.campaign.id,
        "person_id": work.by.person_id,
        "agency_id": work.by.agency_id,
        "name": command.name,
        "query": urlencode(sorted(command.filters.items())),
        "shared": command.shared,
        "saved_at": work.at,
    }
    if not work.uow.saved_views.add(view):
        text = Text("你已有同名的视图，请换个名称", "you have a view of this name; choose another")
        raise Rejected(Reason("name_taken", text, "name"))
    return Done("saved_view", view["id"], created=True, version=1)


def _faults(command: SaveView) -> list[Reason]:
    faults = []
    try:
        read_text(command.name, _LONGEST_NAME)
    except Wrong as wrong:
        faults.append(Reason(wrong.code, wrong.text, "name"))
    if not command.filters:
        text = Text("没有任何筛选条件，不必保存", "there is no filter to keep")
        faults.append(Reason("blank", text, "filters"))
    for name, value in command.filters.items():
        if name not in FILTERS:
            hint = Text(f"可用：{'、'.join(FILTERS)}", f"known: {', '.join(FILTERS)}")
            faults.append(
                Reason("unknown_field", Text("没有这个筛选条件", "no such filter"), f"filters/{name}", hint)
            )
            continue
        try:
            read_text(value, _LONGEST_VALUE)
        except Wrong as wrong:
            faults.append(Reason(wrong.code, wrong.text, f"filters/{name}"))
    return faults


def end_view(command: EndView, work: Work) -> Done:
    """This will forget a view. Raises Rejected (missing) for one that is not one's own."""
    view = work.uow.saved_views.get(command.view_id)
    mine = (work.campaign.id, work.by.person_id)
    if view is None or (view["campaign_id"], view["person_id"]) != mine:
        raise Rejected(UNSEEN, kind="missing")
    work.uow.saved_views.end(view["id"], work.at)
    return Done("saved_view", view["id"], version=1)


def _seen(work: Work) -> list[Row]:
    by = work.by
    return list(work.uow.saved_views.seen_by(work.campaign.id, by.person_id, by.agency_id))


def saved_views(work: Work) -> dict[str, Any]:
    """This will list one's own views and those colleagues of one's agency shared, by name."""
    return {"items": [_view(work, row) for row in _seen(work)]}


def saved_view(work: Work, view_id: str) -> dict[str, Any]:
    """This will show one of those views. Raises Rejected (missing)."""
    row = next((row for row in _seen(work) if row["id"] == view_id), None)
    if row is None:
        raise Rejected(UNSEEN, kind="missing")
    return _view(work, row)


def _view(work: Work, row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "name": row["name"],
        "filters": dict(parse_qsl(row["query"])),
        "href": f"/leads?{row['query']}",
        "shared": row["shared"],
        "mine": row["person_id"] == work.by.person_id,
        "saved_by": row["person_id"],
        "saved_at": work.in_zone(row["saved_at"]),
    }
