"""/orders: what the leading-group office sends to whoever is late."""

from __future__ import annotations

from typing import Any

from flask import Response

from services.api import answers, parameters, schemas
from services.api.auth import caller
from services.api.operations import Noun
from services.api.reading import page, show
from services.api.writing import Write, showing
from shared.application import queries
from shared.application.work import Done, Work
from workflows.commands import ActOnOrder, DraftOrder

orders = Noun("orders", __name__, url_prefix="/v1", description="督办单 · Supervision orders")


@orders.operation("GET", "/orders", query=parameters.PartsQuery, answer=answers.OrderPage)
def list_orders(query: dict[str, Any]) -> Response:
    """列出督办单 · List supervision orders"""
    return show(queries.orders, state=query.get("state"), **page(query))


@orders.operation("POST", "/orders", body=schemas.DraftOrder, answer=answers.OrderActed, status=201)
def draft_order(body: dict[str, Any], write: Write) -> Response:
    """拟督办单：不待阶梯，任何事项均可；签发前不生效 · Draft a supervision order no ladder called for"""
    command = DraftOrder(
        caller(),
        body["to"],
        body["level"],
        body["requirement"],
        body.get("lead"),
        body.get("deadline_id"),
        body.get("matter"),
    )
    return write.perform(command, _drafted, status=201, location="/v1/orders/{id}")


def _drafted(work: Work, done: Done) -> dict[str, Any]:
    return {**queries.order(work, done.id), "events": list(done.events)}


@orders.operation("GET", "/orders/<word:order_id>", answer=answers.Order)
def show_order(order_id: str) -> Response:
    """查看督办单 · Read a supervision order"""
    return show(queries.order, order_id=order_id)


@orders.operation(
    "POST",
    "/orders/<word:order_id>/actions/<word:name>",
    body=schemas.OrderAction,
    answer=answers.OrderActed,
    versioned=True,
)
def act_on_order(body: dict[str, Any], write: Write, order_id: str, name: str) -> Response:
    """督办单的一步 · Sign, answer, close or withdraw a supervision order"""
    command = ActOnOrder(caller(), order_id, name, body["given"], write.expected_version)
    return write.perform(command, showing(queries.order, order_id=order_id))
