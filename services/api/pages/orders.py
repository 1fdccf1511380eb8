"""Supervision orders (督办单): the paper as it will be printed, and what may be done with it."""

from __future__ import annotations

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from services.api.pages.forms import Refusal, refused, step
from services.api.pages.frame import (
    ask,
    caller,
    carry_out,
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
from workflows.commands import ActOnOrder, DraftOrder
from workflows.rejection import Rejected


@pages.get("/orders/new")
def show_new_order() -> Response:
    """This will offer a supervision order that no ladder calls for."""
    return _offer(request.args.get("lead") or None, request.args.get("to") or None)


def _offer(
    number: str | None, agency: str | None, refusal: Refusal | None = None, status: int = 200
) -> Response:
    found = ask(page_queries.order_choices, number=number, agency=agency)
    return render("new_order.html", status, found=found, refused=refusal)


@pages.post("/orders")
def draft_order() -> BaseResponse:
    """This will draft what the form says, and go on to the draft, where it is signed."""
    number = request.form.get("lead") or None
    to, _, deadline = request.form.get("about", "").partition(":")
    command = DraftOrder(
        caller(),
        to,
        request.form.get("level", ""),
        request.form.get("requirement", "").strip(),
        number,
        deadline or None,
        request.form.get("matter", "").strip() or None,
    )
    outcome = carry_out(command, render_after=lambda _, drafted: {"id": drafted.id})
    if isinstance(outcome, Rejected):
        return _offer(number, to or None, refused("order", outcome), status_of(outcome))
    return done(url_for("pages.show_order", order_id=outcome.body["id"]), t("done.order_drafted"))


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
