"""/people/…/account: what whoever manages people may see and end of an account; passwords and codes never pass here."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow.fields import Boolean

from services.api import fields
from services.api.answers import Happened, Unit, View, flag, many, moment, one, text, whole
from services.api.auth import caller
from services.api.operations import Noun
from services.api.reading import show
from services.api.schemas import WORDS, Closed
from services.api.writing import Write
from shared.application import accounts as cases
from shared.application.work import Done, Work
from shared.clock import SystemClock
from workflows.second_factor import ClearFactor
from workflows.sign_in import EndSessions

accounts = Noun("accounts", __name__, url_prefix="/v1", description="账户 · Accounts")


class EndSessionsBody(Closed):
    """Which session; without it all of them."""

    session = fields.Text(64)


class ClearFactorBody(Closed):
    """Why somebody's second factor is taken away."""

    reason = fields.Text(WORDS, required=True)


class Session(View):
    """A session that is open: what kind of browser, since when."""

    id = text()
    label = text()
    since = moment()
    this = flag()


class Somebody(View):
    """A person."""

    id = text()
    name = text()


class StandsIn(View):
    """Who stands in for whom, from when until when."""

    person = one(Somebody)
    stand_in = one(Somebody)
    until = moment()


class Account(View):
    """An account: its sessions, its second factor, who stands in."""

    person = one(Somebody)
    agency = one(Unit, allow_none=True)
    sessions = many(Session)
    second_factor = flag()
    recovery_codes_left = whole()
    stand_ins = many(StandsIn)


class Ended(View):
    """What was ended."""

    person = text()
    ended = whole()
    events = many(Happened)
    dry_run = Boolean()


@accounts.operation("GET", "/people/<word:person_id>/account", answer=Account)
def show_account(person_id: str) -> Response:
    """查看账户 · Read an account: one's own, or anybody's as whoever manages people"""
    return show(cases.account, person_id=person_id, now=SystemClock().now())


@accounts.operation("POST", "/people/<word:person_id>/sessions/end", body=EndSessionsBody, answer=Ended)
def end_sessions(body: dict[str, Any], write: Write, person_id: str) -> Response:
    """退出登录 · End one session of a person, or all of them"""
    return write.perform(EndSessions(caller(), person_id, body.get("session")), _ended)


@accounts.operation(
    "POST", "/people/<word:person_id>/second-factor/clear", body=ClearFactorBody, answer=Ended
)
def clear_factor(body: dict[str, Any], write: Write, person_id: str) -> Response:
    """清除两步验证 · Take away the second factor of somebody who lost it; all their sessions end, and it is recorded"""
    return write.perform(ClearFactor(caller(), person_id, body["reason"]), _ended)


def _ended(_: Work, done: Done) -> dict[str, Any]:
    return {"person": done.id, "ended": done.version, "events": list(done.events)}
