"""Anybody tells something: one page without a session, without scripts, and the receipt shown once.

Promises: nothing of who asks is read but the language they chose; the receipt travels from the answer to the next page
in a cookie that page ends, so that reloading shows it no more; what was typed survives a refusal.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from urllib.parse import quote, unquote

from flask import Response, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from services.api.auth import system
from services.api.pages.forms import Refusal, refused
from services.api.pages.frame import OPEN, new_key, pages, status_of
from services.api.receipts import allow
from shared.application import tip_queries as tips
from shared.application.tips import all_tips
from workflows.commands import system_caller
from workflows.rejection import Reason, Rejected
from workflows.reporter import Reporter
from workflows.text import Text
from workflows.tip import MOST_PHOTOS, Photo, SubmitTip

OPEN.update({"pages.show_tip_form", "pages.submit_tip", "pages.show_receipt"})
_RECEIPT = "xunxian_receipt"


@pages.get("/tip")
def show_tip_form() -> Response:
    """This will show what can be told, and to whom."""
    return _form()


@pages.post("/tip")
def submit_tip() -> BaseResponse:
    """This will take a tip and go on to its receipt."""
    campaign = _text("campaign") or ""
    try:
        command = _command(campaign)
        system().read(tips.forms, command.by)
        allow(all_tips(campaign))
        done = system().handle(command).done
    except Rejected as refusal:
        return _form(refused("tip", refusal), status_of(refusal))
    assert done is not None, "a command without a key is always done"
    receipt = done.extra["receipt"]
    told = {"receipt": receipt.grouped if receipt else None, "promises": done.extra["promises"]}
    response = redirect(url_for("pages.show_receipt"), 303)
    response.set_cookie(
        _RECEIPT,
        quote(json.dumps(told)),
        path="/tip",
        httponly=True,
        samesite="Strict",
        secure=request.is_secure,
    )
    return response


@pages.get("/tip/receipt")
def show_receipt() -> Response:
    """This will show a receipt, once."""
    try:
        told = json.loads(unquote(request.cookies.get(_RECEIPT, "")))
    except ValueError:
        told = None
    known = isinstance(told, dict) and {"receipt", "promises"} <= told.keys()
    g.now = told["promises"][0]["by"] if known and told["promises"] else date.min.isoformat()
    response = public("receipt.html", told=told if known else None)
    response.delete_cookie(_RECEIPT, path="/tip", samesite="Strict")
    return response


def public(template: str, status: int = 200, **values: Any) -> Response:
    """This will show a page of the public frame."""
    body = render_template(template, asked=request, new_key=new_key, most_photos=MOST_PHOTOS, **values)
    return make_response(body, status)


def photos() -> tuple[Photo, ...]:
    """This will read the photographs of a form; a field left empty is none."""
    files = [file for file in request.files.getlist("photos") if file.filename]
    return tuple(Photo(file.read()) for file in files)


def _form(refusal: Refusal | None = None, status: int = 200) -> Response:
    wanted = request.values.get("campaign", "")
    listed = system().read(tips.takers, system_caller(""))
    if wanted and wanted not in {one["id"] for one in listed}:
        listed = [{"id": wanted}]
    forms = [system().read(tips.forms, system_caller(one["id"])) for one in listed]
    return public("tip.html", status, forms=forms, refused=refusal, typed=request.form)


def _command(campaign: str) -> SubmitTip:
    reporter = {name: _text(name) for name in ("name", "phone", "contact")}
    return SubmitTip(
        system_caller(campaign),
        what=_text("what") or "",
        where=_text("where") or "",
        key=request.form.get("key", "")[:100] or new_key(),
        place_type=_text("place_type"),
        act=_text("act"),
        act_on=_day(),
        reporter=Reporter(**reporter) if any(reporter.values()) else None,
        photos=photos(),
    )


def _text(name: str) -> str | None:
    return request.form.get(name, "").replace("\r\n", "\n").strip() or None


def _day() -> date | None:
    typed = _text("act_on")
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        words = Text("日期请写成 2026-03-02", "write the day like 2026-03-02")
        raise Rejected(Reason("date", words, "act_on"), kind="invalid") from None
