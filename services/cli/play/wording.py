"""The words of the source, in the words of the campaign: places, acts and goods become values of its vocabularies.

Places and acts carry the very Chinese words of the definition. Goods were written freely; `goods_of` sorts them by what
the words say, never by what the case later turned out to be.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.cli.play.matters import Matter

Vocabulary = Mapping[str, str]
"""From the Chinese name of a choice to its id."""

LONGEST_TITLE = 40

_GOODS = (
    ("mammoth", ("猛犸",)),
    ("plant", ("果雕", "酸枝", "花梨", "檀", "木")),
    ("hornbill", ("盔犀鸟", "鸟嘴", "鸟头")),
    ("rhino", ("犀",)),
    ("pangolin", ("穿山甲",)),
    ("ivory", ("象牙", "牙料")),
)
_PRODUCT_MARKS = (
    "制品",
    "骨",
    "皮",
    "牙",
    "角",
    "掌",
    "爪",
    "筋",
    "尾",
    "鳞",
    "酒",
    "胆",
    "死体",
    "冰冻",
    "腊",
    "干",
    "茸",
)


def intake_of(matter: Matter, place_types: Vocabulary, acts: Vocabulary) -> dict[str, Any]:
    """This will write a lead as it is received: what was told, under the campaign's words.

    Raises KeyError for a place or act the campaign has no word for.
    """
    told: dict[str, object | None] = {
        "title": title_of(matter),
        "description": matter.description,
        "channel": matter.channel,
        "place_type": place_types[matter.place_type],
        "act": acts[matter.act],
        "urgency": matter.urgency,
        "reporter_kind": matter.reporter_kind,
        "reported_at": matter.reported_at.isoformat(),
        "act_on": matter.reported_at.date().isoformat(),
        "township": matter.township or None,
        "address": matter.address or None,
        "products": sorted({goods_of(word, matter) for word in matter.products}) or None,
        "species": list(matter.species) or None,
        "pieces": matter.pieces,
        "grams": matter.grams,
        "live_count": matter.live_count,
        "estimated_value_yuan": matter.estimated_value_yuan,
        "vehicles": matter.vehicles,
        "suspects": matter.suspects,
        "source": "exercise",
        "external_ref": matter.ref,
    }
    return {name: value for name, value in told.items() if value is not None}


def title_of(matter: Matter) -> str:
    """This will give a lead its title: where, what was done, with what; without goods, how the report begins."""
    if matter.products:
        where = matter.address or matter.township or "地点不详"
        title = f"{where}{matter.act}{'、'.join(matter.products)}"
    else:
        title = matter.description.split(",")[0]
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"


def goods_of(word: str, matter: Matter) -> str:
    """This will sort one kind of goods into the campaign's product groups."""
    for group, marks in _GOODS:
        if any(mark in word for mark in marks):
            return group
    if "活体" in word:
        return "live_wildlife"
    if matter.live_count and not any(mark in word for mark in _PRODUCT_MARKS):
        return "live_wildlife"
    return "wildlife_product"
