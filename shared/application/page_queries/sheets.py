"""What stands on printed sheets beyond what the pages show: who issues an order, what goes over with a transfer."""

from __future__ import annotations

from typing import Any

from shared.application.page_queries.matters import order_page, transfer_page
from shared.application.sight import sight_of
from shared.application.views import item_row, words
from shared.application.work import Work


def order_sheet(work: Work, order_id: str) -> dict[str, Any]:
    """This will show a supervision order with the office that issues it."""
    return {**order_page(work, order_id), "office": words(work.definition.office.name)}


def transfer_sheet(work: Work, transfer_id: str) -> dict[str, Any]:
    """This will show a transfer with every enclosure the campaign names, ticked or not, and the lead's items."""
    view = transfer_page(work, transfer_id)
    lead = work.lead(view["lead"]["number"])
    sight, ticked = sight_of(work, lead), set(view["attributes"].get("enclosures") or ())
    choices = work.pinned(lead.definition_hash).vocabularies.get("enclosure", ())
    return {
        **view,
        "enclosures": [
            {"id": c.id, "name": words(c.name), "enclosed": c.id in ticked, "source": c.source}
            for c in choices
        ],
        "items": [item_row(work, item) for item in work.uow.items.of_lead(lead.id) if sight.item(item)],
        "case_number": lead.attributes.get("case_number"),
    }
