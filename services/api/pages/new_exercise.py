"""Another exercise from the page of the clock: the same rules and people from a day of one's choice, nothing done yet."""

from __future__ import annotations

import secrets
from datetime import date, datetime, time
from typing import Any

from flask import Response, request

from services.api.administration import new_token
from services.api.pages.forms import refused
from services.api.pages.frame import ask, caller, carry_out, pages, render, status_of
from services.api.pages.sim import show_refused
from shared.application import page_queries, queries
from shared.bootstrap import token_hash
from workflows.commands import OpenCampaign
from workflows.rejection import Reason, Rejected
from workflows.text import Text

OPENS_AT = time(8)
"""The hour at which an exercise begins (policy)."""


@pages.post("/sim/exercises")
def open_another() -> Response:
    """This will open another exercise for everybody of this campaign; each token is shown in this answer alone."""
    people = ask(queries.people)["items"]
    tokens = {person["id"]: new_token() for person in people}
    try:
        at = _moment()
    except Rejected as wrong:
        return show_refused(refused("open", wrong), status_of(wrong))
    outcome = carry_out(_command(at, people, tokens), render_after=lambda _, opened: {"name": opened.id})
    if isinstance(outcome, Rejected):
        return show_refused(refused("open", outcome), status_of(outcome))
    # The form sent again opens nothing more, and then the texts just made stand for nothing.
    shown = [
        {"person": person, "token": None if outcome.replayed else tokens[person["id"]]} for person in people
    ]
    return render("exercise_opened.html", name=outcome.body["name"], at=at.isoformat(), people=shown)


def _moment() -> datetime:
    """The first moment of the exercise, in the offset of the campaign. Raises Rejected for a day nobody can read."""
    offset = datetime.fromisoformat(ask(queries.clock)["at"]).tzinfo
    try:
        return datetime.combine(date.fromisoformat(request.form.get("date", "")), OPENS_AT, offset)
    except ValueError:
        words = Text("日期应写成 2017-09-16", "a day is written 2017-09-16")
        raise Rejected(Reason("date", words, "date"), kind="invalid") from None


def _command(at: datetime, people: list[dict[str, Any]], tokens: dict[str, str]) -> OpenCampaign:
    definition = ask(page_queries.frame)["definition"]
    return OpenCampaign(
        caller(),
        f"exercise-{secrets.token_hex(4)}",
        definition["id"],
        definition["version"],
        "exercise",
        at,
        tuple(
            {"id": p["id"], "name": p["name"], "agency_id": p["agency_id"], "roles": p["roles"]}
            for p in people
        ),
        {person_id: token_hash(token) for person_id, token in tokens.items()},
    )
