"""Sheets to print: the same reads as the pages, on A4, without navigation; a draft stays a draft, no number is invented."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from services.api.pages import pictures
from services.api.pages.frame import ask, pages, render
from shared.application import page_queries
from shared.application.page_queries import sheets

MOST_PRINTED = 200
"""Rows on a printed list; a longer one says how many there are in all."""


@pages.get("/leads/<number>/print")
def print_lead(number: str) -> Response:
    """This will show a lead as a sheet; the reporter is never on it."""
    lead = ask(page_queries.lead_page, number=number)
    back = url_for("pages.show_lead", number=number)
    return _sheet("print_lead.html", back, lead=lead, words=ask(page_queries.form_words))


@pages.get("/t/<handoff_id>/print")
def print_task(handoff_id: str) -> Response:
    """This will show work handed over as a sheet to sign for (交办单)."""
    task = ask(page_queries.task, handoff_id=handoff_id)
    back = url_for("pages.show_task", handoff_id=handoff_id)
    return _sheet("print_task.html", back, letter=f"handoff/{handoff_id}", task=task)


@pages.get("/orders/<order_id>/print")
def print_order(order_id: str) -> Response:
    """This will show a supervision order as a sheet (督办单), with its colour by rung."""
    order = ask(sheets.order_sheet, order_id=order_id)
    back = url_for("pages.show_order", order_id=order_id)
    return _sheet("print_order.html", back, letter=f"supervision/{order_id}", order=order)


@pages.get("/transfers/<transfer_id>/print")
def print_transfer(transfer_id: str) -> Response:
    """This will show what goes over with a criminal transfer, to be signed by both sides."""
    transfer = ask(sheets.transfer_sheet, transfer_id=transfer_id)
    back = url_for("pages.show_transfer", transfer_id=transfer_id)
    return _sheet("print_transfer.html", back, letter=f"transfer/{transfer_id}", transfer=transfer)


def _sheet(template: str, back: str, **values: Any) -> Response:
    """A sheet of one subject, with the address of its page as a code to be read from the paper."""
    code = pictures.code(f"{request.host_url.rstrip('/')}{back}")
    return render(template, back=back, code=code, **values)


@pages.get("/inbox/print")
def print_inbox() -> Response:
    """This will show one box of what waits as a list to take along."""
    found = ask(page_queries.inbox, box=request.args.get("box", ""), limit=MOST_PRINTED)
    return render("print_inbox.html", found=found, back=url_for("pages.show_inbox", box=found["box"]))
