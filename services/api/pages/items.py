"""Seized things: what one's agency holds and what waits for it; one thing with its chain of hands."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from services.api.pages.forms import Refusal, refused
from services.api.pages.frame import ask, caller, done, pages, perform, render, seen_version, status_of, t
from shared.application import custody as cases
from shared.application import page_queries
from workflows.custody import ACTS, WITNESSED
from workflows.guarded import MoveItem
from workflows.rejection import Reason, Rejected
from workflows.text import Text

BOXES = ("inbox", "held", "all")
_PAGE = 50


@pages.get("/items")
def show_items() -> Response:
    """This will list things: waiting for one's receipt, held, or all one may see."""
    box = request.args.get("box", "held")
    box = box if box in BOXES else "held"
    found = ask(cases.list_items, box=box, cursor=request.args.get("cursor") or None, limit=_PAGE)
    return render("items.html", found=found, box=box, boxes=BOXES)


@pages.get("/items/<item_id>")
def show_item(item_id: str) -> Response:
    """This will show a thing with everyone who had it."""
    return _show(item_id)


def _show(item_id: str, refusal: Refusal | None = None, status: int = 200) -> Response:
    item = ask(cases.show_item, item_id=item_id)
    words, frame = ask(page_queries.form_words), ask(page_queries.frame)
    mine = frame["agency"]["id"]
    possible = [
        act for act, (state, _) in ACTS.items() if item["state"]["id"] == state and _mine(act, item, mine)
    ]
    return render(
        "item.html",
        status,
        item=item,
        acts=possible if "collect_items" in frame["duties"] else [],
        witnessed=WITNESSED,
        agencies=words["agencies"],
        refused=refusal,
    )


def _mine(act: str, item: dict[str, dict[str, str]], agency: str) -> bool:
    side = item["to"] if act == "receive" else item["holder"]
    return bool(side) and side["id"] == agency


@pages.post("/items/<item_id>/<any(hand_out, receive, take_back, return, destroy):act>")
def move_item(item_id: str, act: str) -> BaseResponse:
    """This will take one step of custody."""
    form = request.form
    given = {name: form.get(name, "").strip() or None for name in ("to", "note", "witness")}
    command = MoveItem(caller(), item_id, act, given["to"], given["note"], given["witness"], seen_version())
    refusal = perform(command)
    if refusal is None:
        return done(url_for("pages.show_item", item_id=item_id), t(f"item.done.{act}"))
    return _show(item_id, refused(act, refusal), status_of(refusal))


def amounts() -> tuple[int | None, Decimal | None, int | None]:
    """This will read pieces, grams and live animals of a form; empty is none. Raises Rejected naming each wrong one."""
    names = ("pieces", "grams", "live_count")
    words = Text("须为数字", "must be a number")
    faults = [Reason("type", words, name) for name in names if _amount(name) is ...]
    if faults:
        raise Rejected(*faults, kind="invalid")
    pieces, grams, live = (_amount(name) for name in names)
    return _whole(pieces), grams if isinstance(grams, Decimal) else None, _whole(live)


def _amount(name: str) -> object:
    said = request.form.get(name, "").strip()
    if not said:
        return None
    try:
        number = Decimal(said)
    except InvalidOperation:
        return ...
    fits = (
        number.is_finite()
        and 0 <= number < 10**9
        and (name == "grams" or number == number.to_integral_value())
    )
    return number if fits else ...


def _whole(number: object) -> int | None:
    return int(number) if isinstance(number, Decimal) else None
