"""/successions: an agency or a person is succeeded by another; what is open goes over, and clocks run on."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow.fields import Date, Dict, Integer, String

from services.api import schemas
from services.api.answers import View, acted_of, many, one, text
from services.api.auth import caller
from services.api.operations import Noun
from services.api.reading import show
from services.api.writing import Write
from shared.application import succession as cases
from shared.application.work import Done, Work
from workflows.succession import SucceedAgency, SucceedPerson, Succession
from workflows.text import Text

successions = Noun("successions", __name__, url_prefix="/v1", description="承继 · Successors")


class Taken(View):
    """One agency took over from another."""

    sender = String(required=True, data_key="from")
    to = text()
    on = Date(required=True)
    name = one(schemas.Phrase)


class Successions(View):
    """All of them, in the order they were recorded."""

    items = many(Taken)


class Moved(View):
    """What went over: how many of each."""

    successor = text()
    moved = Dict(keys=String(), values=Integer(), required=True)


MovedActed = acted_of(Moved)


@successions.operation("GET", "/successions", answer=Successions)
def list_successions() -> Response:
    """列出单位承继 · Which agencies took over from which"""
    return show(cases.successions)


@successions.operation("POST", "/successions/agencies", body=schemas.SucceedAgency, answer=MovedActed)
def succeed_agency(body: dict[str, Any], write: Write) -> Response:
    """单位承继 · Let an agency take over all that is open of another; due dates stay, old acts keep the old name

    `dry_run=true` 先看有多少事项会移交。With `dry_run=true` it only counts what would go over.
    """
    name = body.get("name")
    named = Text(name["zh"], name["en"]) if name is not None else None
    one = Succession(body["predecessor"], body["successor"], body["on"], named, body.get("short"))
    return write.perform(SucceedAgency(caller(), one, body["reason"]), _moved)


@successions.operation("POST", "/successions/people", body=schemas.SucceedPerson, answer=MovedActed)
def succeed_person(body: dict[str, Any], write: Write) -> Response:
    """人员接任 · Let a colleague take over a person's roles, open work and standing in; the first one leaves"""
    command = SucceedPerson(caller(), body["predecessor"], body["successor"], body["on"], body["reason"])
    return write.perform(command, _moved)


def _moved(_: Work, done: Done) -> dict[str, Any]:
    return {"successor": done.id, "moved": done.extra["moved"], "events": list(done.events)}
