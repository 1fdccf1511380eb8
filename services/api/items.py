"""/items: seized things and the hands they pass through."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Response

from services.api import guarded_answers, parameters, schemas
from services.api.auth import caller
from services.api.operations import Noun
from services.api.reading import page, show
from services.api.writing import Write
from shared.application import custody
from shared.application.work import Done, Work
from workflows.guarded import AttachItem, CollectItem, MoveItem

items = Noun("items", __name__, url_prefix="/v1", description="涉案物品 · Seized things and their custody")


@items.operation(
    "POST",
    "/leads/<word:number>/items",
    body=schemas.CollectItem,
    answer=guarded_answers.ItemActed,
    status=201,
)
def collect_item(body: dict[str, Any], write: Write, number: str) -> Response:
    """收存物品 · Take a seized thing into custody and begin its chain; pieces and grams are kept apart"""
    grams = Decimal(str(body["grams"])) if "grams" in body else None
    command = CollectItem(
        caller(),
        number,
        body["label"],
        body["product"],
        body.get("pieces"),
        grams,
        body.get("live_count"),
        body.get("record"),
    )
    return write.perform(command, _shown, status=201, location="/v1/items/{id}")


def _shown(work: Work, done: Done) -> dict[str, Any]:
    return {**custody.show_item(work, done.id), "events": list(done.events)}


@items.operation("GET", "/items", query=parameters.ItemsQuery, answer=guarded_answers.ItemPage)
def list_items(query: dict[str, Any]) -> Response:
    """列出物品 · List seized things: `box=inbox` waits for my agency's receipt, `held` is with it"""
    return show(custody.list_items, box=query["box"], **page(query))


@items.operation("GET", "/items/<word:item_id>", answer=guarded_answers.Item)
def show_item(item_id: str) -> Response:
    """查看物品 · Read a seized thing with its whole chain of custody"""
    return show(custody.show_item, item_id=item_id)


@items.operation(
    "POST",
    "/items/<word:item_id>/custody",
    body=schemas.MoveItem,
    answer=guarded_answers.ItemActed,
    versioned=True,
)
def move_item(body: dict[str, Any], write: Write, item_id: str) -> Response:
    """移交、接收、收回、返还、销毁 · Hand out, confirm receipt, take back, return or destroy"""
    command = MoveItem(
        caller(),
        item_id,
        body["act"],
        body.get("to"),
        body.get("note"),
        body.get("witness"),
        write.expected_version,
    )
    return write.perform(command, _shown)


@items.operation(
    "POST", "/items/<word:item_id>/leads", body=schemas.AttachItem, answer=guarded_answers.ItemActed
)
def attach_item(body: dict[str, Any], write: Write, item_id: str) -> Response:
    """归入另一线索 · Let a thing belong to another lead as well; its chain stays one"""
    return write.perform(AttachItem(caller(), item_id, body["lead"]), _shown)
