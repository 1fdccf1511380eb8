"""Things taken, line by line as lists on paper have them: those in custody, and those records say were taken.

Pieces, grams and live animals stand each for itself and are never added; what was not counted is empty.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from shared.application.ports import Row
from shared.application.work import Work
from workflows.campaign import CampaignDefinition
from workflows.custody import STATES as CUSTODY
from workflows.custody import Item
from workflows.lead import Lead
from workflows.letters import KINDS
from workflows.official_words import long_date
from workflows.report_rules import AMOUNTS
from workflows.reporting.quantity import plain

_NONE = "（无）"


def item_lines(definition: CampaignDefinition, things: Iterable[Item]) -> list[dict[str, str]]:
    """One line for each thing: pieces and grams each for itself, empty where they were not counted."""
    lines = [
        {
            "place": str(place),
            "label": item.label,
            "product": word(definition, "product", item.product),
            "pieces": number_words(item.pieces),
            "weight": number_words(item.grams),
            "live": number_words(item.live_count),
            "holder": agency_name(definition, item.holder_agency),
            "state": CUSTODY[item.state].zh,
        }
        for place, item in enumerate(things, 1)
    ]
    return lines or [{**dict.fromkeys(KINDS["items"].lists["items"], ""), "label": _NONE}]


def taken(work: Work, definition: CampaignDefinition, whole: Lead) -> list[dict[str, str]]:
    """Everything taken in a matter: the things in custody, and what records say was taken and nobody registered as a thing."""
    things = work.uow.items.of_lead(whole.id)
    registered = {thing.record_id for thing in things}
    kept = [
        row
        for row in work.uow.records.of_lead(whole.id)
        if row["kind"] in definition.kinds_of_goods and row["id"] not in registered
    ]
    recorded = [
        line
        for row in sorted(kept, key=lambda row: (row["occurred_on"], row["id"]))
        if any((line := _recorded(definition, row))[name] for name in ("pieces", "weight", "live"))
    ]
    lines = [*(item_lines(definition, things) if things or not recorded else ()), *recorded]
    return [
        {**line, "place": str(place) if line["label"] != _NONE else ""} for place, line in enumerate(lines, 1)
    ]


def _recorded(definition: CampaignDefinition, row: Row) -> dict[str, str]:
    data = row["data"]
    day = long_date(row["occurred_on"])
    number = f"，{data['document_number']}" if data.get("document_number") else ""
    product, kind = (
        word(definition, "product", data.get("product")),
        definition.record_kind(row["kind"]).name.zh,
    )
    pieces, grams, live = (data.get(name) for name in AMOUNTS)
    return {
        **dict.fromkeys(KINDS["items"].lists["items"], ""),
        "label": f"{product or kind}（{kind}，{day}登记{number}）",
        "product": product,
        "pieces": _counted(pieces),
        "weight": _counted(grams),
        "live": _counted(live),
        "holder": agency_name(definition, row["agency_id"]),
    }


def _counted(value: object) -> str:
    """An amount as it was recorded; what was not counted, or none, stays empty."""
    return "" if value is None or not Decimal(str(value)) else plain(Decimal(str(value)))


def agency_name(definition: CampaignDefinition, agency_id: str) -> str:
    """This will name an agency; one the campaign does not have is called by its id."""
    return definition.agency(agency_id).name.zh if definition.has_agency(agency_id) else agency_id


def word(definition: CampaignDefinition, vocabulary: str, value: Any) -> str:
    """This will say a word of a vocabulary; nothing where none was chosen."""
    if value is None:
        return ""
    found = definition.word(vocabulary, str(value))
    return found.name.zh if found is not None else str(value)


def number_words(number: int | Decimal | None) -> str:
    """This will write a number; nothing for what was not counted."""
    return "" if number is None else plain(Decimal(number))
