"""Anybody tells something: one page without a session, without scripts, and the receipt shown once.

Promises: nothing of who asks is read but the language they chose; the receipt travels from the answer to the next page
in a cookie that page ends, so that reloading shows it no more; what was typed survives a refusal.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, unquote

from flask import Response, g, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData
from werkzeug.wrappers import Response as BaseResponse

from services.api.auth import system
from services.api.bodies import UPLOAD_BYTES
from services.api.pages.forms import Refusal, refused
from services.api.pages.frame import (
    OPEN,
    http_trouble,
    is_encrypted,
    new_key,
    pages,
    phrase,
    settle,
    status_of,
    t,
)
from services.api.receipts import allow
from shared.application import tip_queries as tips
from shared.application.tips import all_tips
from workflows.commands import system_caller
from workflows.inputs import Wrong
from workflows.receipt import Receipt, read_receipt
from workflows.rejection import Reason, Rejected
from workflows.reporter import Reporter
from workflows.text import Text
from workflows.tip import MOST_PHOTOS, Photo, SubmitTip

OPEN.update({"pages.show_tip_form", "pages.submit_tip", "pages.show_receipt"})
_RECEIPT = "xunxian_receipt"
MOST_TOGETHER = UPLOAD_BYTES // (1024 * 1024)
_WORDS_BYTES = 256 * 1024
"""What the words of a form and their frame take at most, with room to spare."""
TOO_LARGE: dict[str, Callable[[Rejected], Response]] = {}
"""How each form with photographs shows that they are too large."""


@pages.get("/tip")
def show_tip_form() -> Response:
    """This will show what can be told, and to whom."""
    return _form()


@pages.post("/tip")
def submit_tip() -> BaseResponse:
    """This will take a tip and go on to its receipt."""
    try:
        command = _command(_campaign())
        allow(all_tips(command.by.campaign_id))
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
        secure=is_encrypted(),
    )
    return response


@pages.get("/tip/receipt")
def show_receipt() -> Response:
    """This will show a receipt, once."""
    try:
        told = json.loads(unquote(request.cookies.get(_RECEIPT, "")))
    except ValueError:
        told = None
    known = _is_receipt(told)
    g.now = told["promises"][0]["by"] if known and told["promises"] else date.min.isoformat()
    receipt = read_receipt(told["receipt"]) if known and told["receipt"] else None
    response = public("receipt.html", told=told if known else None, picture=receipt and _picture(receipt))
    response.delete_cookie(_RECEIPT, path="/tip", samesite="Strict")
    return response


def _picture(receipt: Receipt) -> str:
    """The receipt as a picture to keep: it is part of the page, so that nothing more is asked of this or another host."""
    where = t("receipt.where", address=url_for("pages.show_track_form", _external=True))
    drawn = system().receipt_picture(receipt.grouped, t("receipt.digits"), where, t("receipt.mind"))
    return f"data:image/png;base64,{b64encode(drawn).decode()}"


@pages.errorhandler(RequestEntityTooLarge)
def refuse_photos(error: RequestEntityTooLarge) -> BaseResponse:
    """This will refuse photographs that are too large together, and show what was typed before they were chosen."""
    if request.endpoint not in {"pages.submit_tip", "pages.add_to_tip"} or not _read_words():
        return http_trouble(error)
    settle()
    reason = Reason("too_large", phrase("tip.larger", n=MOST_TOGETHER), "photos")
    return TOO_LARGE[request.endpoint](Rejected(reason, kind="invalid"))


def _read_words() -> bool:
    """Reads the words of a form that stand before its first file; nothing of the files is read."""
    boundary = request.mimetype_params.get("boundary", "")
    request.max_content_length = request.content_length
    if not boundary or request.content_length is None:
        return False
    decoder = MultipartDecoder(boundary.encode(), max_form_memory_size=_WORDS_BYTES)
    decoder.receive_data(request.stream.read(_WORDS_BYTES))
    typed: dict[str, bytes] = {}
    name = None
    while not isinstance(event := decoder.next_event(), (File, NeedData, Epilogue)):
        if isinstance(event, Field):
            name = event.name
        elif isinstance(event, Data) and name is not None:
            typed[name] = typed.get(name, b"") + event.data
    request.form = ImmutableMultiDict({key: said.decode(errors="replace") for key, said in typed.items()})
    return True


def _is_receipt(told: Any) -> bool:
    """Whether it is what a tip came to, as `submit_tip` wrote it."""
    if not isinstance(told, dict) or not isinstance(told.get("promises"), list):
        return False
    try:
        promised = all(datetime.fromisoformat(p["by"]) and p["says"]["zh"] for p in told["promises"])
        return promised and (told.get("receipt") is None or bool(read_receipt(told["receipt"])))
    except (KeyError, TypeError, ValueError, Wrong):
        return False


def public(template: str, status: int = 200, **values: Any) -> Response:
    """This will show a page of the public frame."""
    most = {"most_photos": MOST_PHOTOS, "most_together": MOST_TOGETHER}
    body = render_template(template, asked=request, new_key=new_key, **most, **values)
    return make_response(body, status)


def photos() -> tuple[Photo, ...]:
    """This will read the photographs of a form; a field left empty is none."""
    files = [file for file in request.files.getlist("photos") if file.filename]
    return tuple(Photo(file.read()) for file in files)


def _form(refusal: Refusal | None = None, status: int = 200) -> Response:
    wanted = request.args.get("campaign", "") or (request.form.get("campaign", "") if refusal else "")
    listed = system().read(tips.takers, system_caller(""))
    if wanted and wanted not in {one["id"] for one in listed} and (refusal is None or _takes(wanted)):
        listed = [{"id": wanted}]
    forms = [system().read(tips.forms, system_caller(one["id"])) for one in listed]
    return public("tip.html", status, forms=forms, refused=refusal, typed=request.form)


def _campaign() -> str:
    """The campaign that was chosen; the only one there is where none was. Raises Rejected."""
    chosen = _text("campaign")
    if chosen is None:
        takers = system().read(tips.takers, system_caller(""))
        if len(takers) == 1:
            return str(takers[0]["id"])
        raise Rejected(Reason("required", phrase("tip.which"), "campaign"), kind="invalid")
    if not _takes(chosen):
        raise Rejected(Reason("not_found", phrase("tip.not_taking"), "campaign"), kind="invalid")
    return chosen


def _takes(campaign: str) -> bool:
    """Whether a campaign takes tips; one that is not listed may still be named, as an exercise beside a live one is."""
    try:
        system().read(tips.forms, system_caller(campaign))
    except Rejected:
        return False
    return True


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


TOO_LARGE["pages.submit_tip"] = lambda refusal: _form(refused("tip", refusal), 413)


def _day() -> date | None:
    typed = _text("act_on")
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        words = Text("日期请写成 2026-03-02", "write the day like 2026-03-02")
        raise Rejected(Reason("date", words, "act_on"), kind="invalid") from None
