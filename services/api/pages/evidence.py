"""What belongs to a lead besides words: who reported (sealed), parties (sealed), seized things, and files.

What is sealed is opened for a reason, told in the answer to that form alone, and leaves its trace in the history.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from services.api.pages.forms import Refusal, refused
from services.api.pages.frame import ask, caller, carry_out, done, pages, perform, render, status_of, t
from services.api.pages.items import amounts
from shared.application import page_queries, queries
from workflows.commands import Command
from workflows.guarded import AddParty, CollectItem, OpenIdentity, OpenParty
from workflows.party import KINDS, LONGEST, ROLES
from workflows.rejection import Rejected


@pages.get("/leads/<number>/evidence")
def show_evidence(number: str) -> Response:
    """This will show the parties, things and files of a lead, as far as the caller sees them."""
    return evidence_page(number)


def evidence_page(
    number: str, refusal: Refusal | None = None, status: int = 200, opened: Mapping[str, Any] | None = None
) -> Response:
    """This will show the page, beside a form that was refused, or with what was just opened."""
    lead = ask(queries.lead, number=number)
    frame = ask(page_queries.frame)
    response = render(
        "evidence.html",
        status,
        lead=lead,
        products=frame["names"].get("product", {}),
        words=ask(page_queries.form_words),
        duties=frame["duties"],
        kinds=KINDS,
        roles=ROLES,
        names=tuple(LONGEST),
        refused=refusal,
        opened=opened,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _answer(number: str, act: str, command: Command, message: str) -> BaseResponse:
    refusal = perform(command)
    if refusal is None:
        return done(url_for("pages.show_evidence", number=number), message)
    return evidence_page(number, refused(act, refusal), status_of(refusal))


@pages.post("/leads/<number>/identity")
def open_identity(number: str) -> Response:
    """This will tell who reported, in this answer alone."""
    return _open(number, "identity", OpenIdentity(caller(), number, _reason()))


@pages.post("/leads/<number>/parties/<party_id>")
def open_party(number: str, party_id: str) -> Response:
    """This will tell what names a party, in this answer alone."""
    return _open(number, f"party:{party_id}", OpenParty(caller(), party_id, _reason()))


def _reason() -> str:
    return request.form.get("reason", "").strip()


def _open(number: str, act: str, command: Command) -> Response:
    outcome = carry_out(command)
    if isinstance(outcome, Rejected):
        return evidence_page(number, refused(act, outcome), status_of(outcome))
    told = outcome.done.extra["identity"] if outcome.done is not None else None
    values = (
        told if isinstance(told, Mapping) or told is None else {n: getattr(told, n) for n in told.__slots__}
    )
    return evidence_page(number, opened={"act": act, "values": values})


@pages.post("/leads/<number>/parties")
def add_party(number: str) -> BaseResponse:
    """This will add a party; what names it is sealed at once."""
    form = request.form
    identity = {name: form[name].strip() for name in LONGEST if form.get(name, "").strip()}
    command = AddParty(caller(), number, form.get("kind", ""), form.get("role", ""), identity)
    return _answer(number, "party", command, t("evidence.party_added"))


@pages.post("/leads/<number>/items")
def collect_item(number: str) -> BaseResponse:
    """This will take a thing into custody."""
    form = request.form
    try:
        pieces, grams, live = amounts()
    except Rejected as wrong:
        return evidence_page(number, refused("item", wrong), status_of(wrong))
    label, product = form.get("label", "").strip(), form.get("product", "")
    command = CollectItem(caller(), number, label, product, pieces, grams, live, form.get("record") or None)
    return _answer(number, "item", command, t("evidence.item_taken", label=label))
