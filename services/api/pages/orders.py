"""Supervision orders (督办单): the paper as it will be printed, and what may be done with it."""

from __future__ import annotations

from flask import Response, url_for
from werkzeug.wrappers import Response as BaseResponse

from services.api.pages.forms import Refusal, refused, step
from services.api.pages.frame import (
    ask,
    caller,
    done,
    pages,
    perform,
    render,
    say,
    seen_version,
    status_of,
    t,
)
from shared.application import page_queries
from workflows.commands import ActOnOrder


@pages.get("/orders/<order_id>")
def show_order(order_id: str) -> Response:
    """This will show an order."""
    return _show(order_id)


def _show(order_id: str, refusal: Refusal | None = None, status: int = 200) -> Response:
    order = ask(page_queries.order_page, order_id=order_id)
    words = ask(page_queries.form_words)
    return render("order.html", status, order=order, words=words, refused=refusal)


@pages.post("/orders/<order_id>/act/<trigger>")
def act_on_order(order_id: str, trigger: str) -> BaseResponse:
    """This will take one step of an order: sign it, answer it, close it."""
    order = ask(page_queries.order_page, order_id=order_id)
    inputs, title = step(order, trigger, ask(page_queries.form_words)["fields"])
    refusal = perform(ActOnOrder(caller(), order_id, trigger, inputs, seen_version()))
    if refusal is not None:
        return _show(order_id, refused(trigger, refusal), status_of(refusal))
    after = ask(page_queries.order_page, order_id=order_id)
    said = t("done.order", name=say(title), number=after["number"] or "")
    return done(url_for("pages.show_order", order_id=order_id), said)
