"""Successors: an agency or a person is followed by another; what would go over is counted before anything does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from services.api.pages.forms import Refusal, refused
from services.api.pages.frame import ask, caller, done, pages, perform, rehearse, status_of, t
from services.api.pages.managing import managed
from services.api.pages.words import WORDS
from shared.application import administration, page_queries, succession
from workflows.rejection import Reason, Rejected
from workflows.succession import SucceedAgency, SucceedPerson, Succession
from workflows.text import Text


@pages.get("/manage/successors")
def show_successors() -> Response:
    """This will list who followed whom, and show the forms."""
    return _show()


def _show(
    refusal: Refusal | None = None, status: int = 200, preview: Mapping[str, Any] | None = None
) -> Response:
    found = ask(succession.successions)
    everybody = [p for p in ask(administration.people)["items"] if p["active"]]
    frame = ask(page_queries.frame)
    return managed(
        "successors.html",
        "successors",
        status,
        found=found,
        agencies=ask(page_queries.form_words)["agencies"],
        people=everybody,
        duties=frame["duties"],
        today=frame["clock"]["at"][:10],
        refused=refusal,
        preview=preview,
        typed=request.form,
    )


@pages.post("/manage/successors/<any(agency, person):kind>")
def succeed(kind: str) -> BaseResponse:
    """This will count what would go over; sent again with the confirmation, it goes over."""
    try:
        command = _command(kind)
        if request.form.get("sure") != "1":
            return _show(preview=_preview(kind, command))
    except Rejected as wrong:
        return _show(refused(kind, wrong), status_of(wrong))
    refusal = perform(command)
    if refusal is not None:
        return _show(refused(kind, refusal), status_of(refusal))
    return done(url_for("pages.show_successors"), t("successors.done"))


def _command(kind: str) -> SucceedAgency | SucceedPerson:
    given = {
        name: request.form.get(name, "").strip() for name in ("predecessor", "successor", "on", "reason")
    }
    try:
        day = date.fromisoformat(given["on"])
    except ValueError:
        words = Text("请选择日期", "choose a day")
        raise Rejected(Reason("date", words, "on"), kind="invalid") from None
    if kind == "agency":
        one = Succession(given["predecessor"], given["successor"], day)
        return SucceedAgency(caller(), one, given["reason"])
    return SucceedPerson(caller(), given["predecessor"], given["successor"], day, given["reason"])


def _preview(kind: str, command: SucceedAgency | SucceedPerson) -> dict[str, Any]:
    outcome = rehearse(command, lambda _, done: {"moved": dict(done.extra["moved"])})
    if isinstance(outcome, Rejected):
        raise outcome
    moved = [(_word(name), count) for name, count in outcome.body["moved"].items()]
    return {"kind": kind, "moved": moved}


def _word(name: str) -> str:
    return t(f"moved.{name}") if f"moved.{name}" in WORDS else name
