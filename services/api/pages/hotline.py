"""A clerk takes a call on one screen, keyboard only; and the office speaks with whoever told of a lead."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from services.api.auth import system
from services.api.pages.forms import Refusal, refused
from services.api.pages.frame import (
    NAV,
    ask,
    caller,
    done,
    fragment,
    new_key,
    pages,
    perform,
    render,
    status_of,
    t,
)
from services.api.pages.initials import keyed
from services.api.pages.typed_leads import at_fields, found_by_typing, typed, typed_intake, typed_reporter
from shared.application import hotline
from shared.application import tip_queries as tips
from shared.application.page_queries.parts import people
from workflows.rejection import Rejected
from workflows.tip import AskReporter, TakeCall

NAV.insert(
    2, {"endpoint": "pages.show_call", "prefix": "/hotline", "word": "nav.hotline", "right": "may_call"}
)


@pages.get("/hotline")
def show_call() -> Response:
    """This will show an empty form for a call."""
    return _form()


@pages.post("/hotline/before")
def show_earlier() -> Response:
    """This will say whether the number called before; what was typed stays."""
    phone = typed("phone")
    return _form(earlier=ask(hotline.earlier, phone=phone) if phone else None, asked_before=True)


@pages.post("/hotline/similar")
def show_similar() -> Response:
    """This will list leads that may tell of the same; in a page that shows those already nothing is moved."""
    found = ask(
        hotline.similar,
        title=typed("title"),
        description=typed("words"),
        township=typed("township"),
        address=typed("address"),
        place_type=typed("place_type"),
    )
    if "HX-Request" not in request.headers:
        return _form(similar=found)
    if request.form.get("shown") == _shown(found):
        return Response(status=204)
    return fragment("similar.html", similar=found, shown=_shown(found))


def _shown(found: dict[str, Any]) -> str:
    """What a list of leads says, in one word that is the same for the same list."""
    return " ".join(f"{i['lead']}:{i['state']['id']}" for i in found["items"]) or f"none:{found['enough']}"


@pages.post("/hotline")
def take_call() -> BaseResponse:
    """This will register a call and show the receipt to read out."""
    try:
        handled = system().handle(_command()).done
    except Rejected as refusal:
        return _form(refused("call", at_fields(refusal)), status_of(refusal))
    assert handled is not None, "a command without a key is always done"
    receipt = handled.extra["receipt"]
    return render(
        "call_taken.html",
        number=handled.number,
        receipt=receipt.grouped if receipt is not None else None,
        promises=handled.extra["promises"],
        earlier=handled.extra["earlier"],
    )


def _form(
    refusal: Refusal | None = None,
    status: int = 200,
    *,
    earlier: list[str] | None = None,
    asked_before: bool = False,
    similar: dict[str, Any] | None = None,
) -> Response:
    form = ask(hotline.call_form)
    form["townships"] = found_by_typing(form["townships"])
    return render(
        "hotline.html",
        status,
        form=form,
        keyed=keyed,
        refused=refusal,
        typed=request.form,
        earlier=earlier,
        asked_before=asked_before,
        similar=similar,
        shown=_shown(similar) if similar is not None else "none:False",
    )


def _command() -> TakeCall:
    kinds = ask(hotline.call_form)["kinds"]
    intake = typed_intake(kinds["named" if typed("name") else "unnamed"])
    key = request.form.get("key", "")[:100] or new_key()
    return TakeCall(caller(), intake, key, typed_reporter())


@pages.get("/leads/<number>/reporter")
def show_reporter(number: str) -> Response:
    """This will show what was said between the office and whoever told of a lead."""
    return _speak(number)


@pages.post("/leads/<number>/reporter")
def ask_reporter(number: str) -> BaseResponse:
    """This will leave a message for whoever told of a lead."""
    refusal = perform(AskReporter(caller(), number, typed("text") or ""))
    if refusal is not None:
        return _speak(number, refused("speak", refusal), status_of(refusal))
    return done(url_for("pages.show_reporter", number=number), t("speak.sent"))


def _speak(number: str, refusal: Refusal | None = None, status: int = 200) -> Response:
    said = ask(tips.messages, number=number)
    return render("speak.html", status, said=said, people=ask(people), refused=refusal, typed=request.form)
