"""Whoever may register leads does it on a page: found on patrol, brought to the counter, sent by another office."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from services.api.pages import keeping
from services.api.pages.forms import Refusal, refused
from services.api.pages.frame import ask, caller, carry_out, done, pages, render, status_of, t
from services.api.pages.initials import keyed
from services.api.pages.typed_leads import at_fields, found_by_typing, typed, typed_intake, typed_reporter
from shared.application.page_queries.registering import intake_form
from workflows.commands import ReceiveLead
from workflows.rejection import Reason, Rejected
from workflows.text import Text

SOURCE = "pages"
WHOLE = {"pieces": 10**9, "live_count": 10**9, "vehicles": 10**6, "suspects": 10**6}
"""Amounts in whole numbers, and the most of each, as the interface for programs takes them."""
AMOUNTS = ("pieces", "grams", "live_count", "estimated_value_yuan", "vehicles", "suspects")
_LONGEST = Decimal(10) ** 15


@pages.get("/leads/new")
def show_registering() -> Response:
    """This will show an empty form for a lead."""
    return _form()


@pages.post("/leads/new")
def register_lead() -> BaseResponse:
    """This will register a lead with the files that came with it, and go on to it."""
    try:
        command = _command()
    except Rejected as refusal:
        return _form(refused("lead", refusal), status_of(refusal))
    outcome = carry_out(command, render_after=lambda _, received: {"number": received.number})
    if isinstance(outcome, Rejected):
        return _form(refused("lead", at_fields(outcome)), status_of(outcome))
    number = outcome.body["number"]
    said = t("register.done", number=number)
    if keeping.chosen():
        names, fault = keeping.keep(number)
        said += " " + (t("evidence.file_added", name=names) if fault is None else t("register.no_files"))
    return done(url_for("pages.show_lead", number=number), said)


def _form(refusal: Refusal | None = None, status: int = 200) -> Response:
    form = ask(intake_form)
    form["townships"] = found_by_typing(form["townships"])
    return render(
        "new_lead.html",
        status,
        form=form,
        keyed=keyed,
        refused=refusal,
        typed=request.form,
        amounts=AMOUNTS,
        unfolded=any(request.form.get(name) for name in (*AMOUNTS, "act_on", "products", "species")),
    )


def _command() -> ReceiveLead:
    """What the form says. Raises Rejected naming each number and day that is none."""
    numbers, faults = _numbers()
    day = typed("act_on")
    acted = _day(day)
    if day is not None and acted is None:
        words = Text("日期应写成 2017-09-16", "a day is written 2017-09-16")
        faults.append(Reason("date", words, "act_on"))
    if faults:
        raise Rejected(*faults, kind="invalid")
    intake = typed_intake(
        request.form.get("reporter_kind", ""),
        act_on=acted,
        products=tuple(request.form.getlist("products")),
        species=tuple(line.strip() for line in request.form.get("species", "").splitlines() if line.strip()),
        **numbers,
    )
    return ReceiveLead(caller(), intake, SOURCE, None, typed_reporter())


def _day(said: str | None) -> date | None:
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        return None


def _numbers() -> tuple[dict[str, Any], list[Reason]]:
    found, faults = {}, []
    for name in AMOUNTS:
        said = typed(name)
        number = _number(name, said) if said else None
        if said and number is None:
            whole = name in WHOLE
            words = Text("须为不小于 0 的整数" if whole else "须为不小于 0 的数", "must be a number from 0")
            faults.append(Reason("type", words, name))
        found[name] = number
    return found, faults


def _number(name: str, said: str) -> int | Decimal | None:
    """A number as people type it, None for anything that is none or that nobody counts."""
    try:
        number = Decimal(said)
    except InvalidOperation:
        return None
    most = WHOLE.get(name, _LONGEST)
    if not number.is_finite() or not 0 <= number <= most or -number.as_tuple().exponent > 6:  # type: ignore[operator]  # finite: an int
        return None
    if name not in WHOLE:
        return number
    return int(number) if number == number.to_integral_value() else None
