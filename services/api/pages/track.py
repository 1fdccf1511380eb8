"""Whoever holds a receipt reads what became of it, answers and adds. The receipt is in the form, never in an address."""

from __future__ import annotations

from flask import Response, g, request

from services.api.auth import system
from services.api.pages.forms import Refusal, refused
from services.api.pages.frame import OPEN, new_key, pages, status_of
from services.api.pages.tip import TOO_LARGE, photos, public
from services.api.receipts import allow, holder
from shared.application import tip_queries as tips
from shared.application.tips import more_to
from workflows.commands import Caller
from workflows.rejection import Rejected
from workflows.tip import AddToTip

OPEN.update({"pages.show_track_form", "pages.track", "pages.add_to_tip"})


@pages.get("/track")
def show_track_form() -> Response:
    """This will ask for the receipt."""
    return public("track.html", tip=None, refused=None, typed=request.form)


@pages.post("/track")
def track() -> Response:
    """This will show what became of a tip."""
    try:
        by, lead_id = holder(request.form.get("receipt", ""))
    except Rejected as refusal:
        return _again(refusal)
    return _shown(by, lead_id)


@pages.post("/track/add")
def add_to_tip() -> Response:
    """This will keep what a teller adds, and show the tip with it."""
    try:
        by, lead_id = holder(request.form.get("receipt", ""))
    except Rejected as refusal:
        return _again(refusal)
    text = request.form.get("text", "").replace("\r\n", "\n").strip() or None
    key = request.form.get("key", "")[:100] or new_key()
    try:
        allow(more_to(lead_id))
        system().handle(AddToTip(by, lead_id, text, key, photos()))
    except Rejected as refusal:
        return _shown(by, lead_id, refused("add", refusal), status_of(refusal))
    return _shown(by, lead_id, sent=True)


def _too_large(refusal: Rejected) -> Response:
    try:
        by, lead_id = holder(request.form.get("receipt", ""))
    except Rejected as unknown:
        return _again(unknown)
    return _shown(by, lead_id, refused("add", refusal), 413)


TOO_LARGE["pages.add_to_tip"] = _too_large


def _shown(
    by: Caller, lead_id: str, refusal: Refusal | None = None, status: int = 200, *, sent: bool = False
) -> Response:
    tip = system().read(tips.tip, by, lead_id=lead_id)
    g.now = tip["as_of"]
    receipt = request.form["receipt"]
    return public(
        "track.html",
        status,
        tip=tip,
        receipt=receipt,
        refused=refusal,
        typed={} if sent else request.form,
        sent=sent,
    )


def _again(refusal: Rejected) -> Response:
    shown = public(
        "track.html", status_of(refusal), tip=None, refused=refused("track", refusal), typed=request.form
    )
    if "retry_after" in refusal.details:
        shown.headers["Retry-After"] = str(refusal.details["retry_after"])
    return shown
