"""Agencies, people and their roles, tokens: the pages of whoever manages the people of a campaign."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from services.api.administration import new_token
from services.api.auth import system
from services.api.pages.forms import Refusal, refused
from services.api.pages.frame import ask, caller, carry_out, done, pages, perform, status_of, t
from services.api.pages.managing import managed
from services.api.pages.paging import page_asked
from services.api.pages.typed_numbers import whole_number
from shared.application import accounts, page_queries
from shared.application import administration as cases
from shared.application.page_queries import PAGE
from shared.bootstrap import token_hash
from shared.clock import SystemClock
from workflows.administration import AddPerson, ChangeRoles, EndPerson, EndToken, NameToken, ReturnPerson
from workflows.commands import Command
from workflows.guarded import SetStandIn
from workflows.rejection import Reason, Rejected
from workflows.second_factor import ClearFactor
from workflows.sign_in import EndSessions, SetPassword
from workflows.text import Text

_LIVES = (7, 30, 90, 365)
"""For how many days a token may be issued; 0 is without an end."""


@pages.get("/manage/agencies")
def show_agencies() -> Response:
    """This will list the agencies with who acts for them, and what nobody does."""
    return managed("agencies.html", "agencies", found=ask(cases.agencies))


@pages.get("/manage/people")
def show_people() -> Response:
    """This will list everybody, or those who fit; every filter is in the address."""
    return _people()


_FILTERS = ("q", "agency", "role", "state")


def _asked() -> dict[str, str]:
    return {name: value for name in _FILTERS if (value := request.args.get(name, "").strip())}


def _people(
    refusal: Refusal | None = None, status: int = 200, fresh: dict[str, Any] | None = None
) -> Response:
    everybody, asked = ask(cases.people), _asked()
    fitting = ask(cases.people, filters=asked)["items"] if asked else everybody["items"]
    words = ask(page_queries.form_words)
    frame = ask(page_queries.frame)
    chosen = refusal.act.partition(":")[2] if refusal is not None else request.args.get("person", "")
    manages = cases.DUTY in frame["duties"]
    page = _page_of(fitting, chosen) if chosen and "page" not in request.args else page_asked()
    response = managed(
        "people.html",
        "people",
        status,
        found={
            "items": fitting[(page - 1) * PAGE : page * PAGE],
            "total": len(fitting),
            "page": page,
            "limit": PAGE,
            "as_of": everybody["as_of"],
        },
        everybody=everybody["items"],
        asked_for={name: asked.get(name, "") for name in _FILTERS},
        agencies=words["agencies"],
        roles=frame["names"]["role"],
        manages=manages,
        account=_account(chosen, everybody["items"]) if manages else None,
        fresh=fresh,
        me=caller().person_id,
        chosen=chosen,
        refused=refusal,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _page_of(people: list[dict[str, Any]], person_id: str) -> int:
    """The page on which somebody stands, the first for nobody of them."""
    place = next((n for n, person in enumerate(people) if person["id"] == person_id), 0)
    return place // PAGE + 1


def _account(person_id: str, people: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The account of whoever was chosen; None for nobody."""
    if not any(person["id"] == person_id for person in people):
        return None
    found: dict[str, Any] = ask(accounts.account, person_id=person_id, now=SystemClock().now())
    return found


@pages.post("/manage/people/<person_id>/account/<any(sessions, factor):act>")
def end_of_account(person_id: str, act: str) -> BaseResponse:
    """This will end somebody's sessions, or take away a second factor that was lost."""
    if act == "factor":
        command = ClearFactor(caller(), person_id, request.form.get("reason", "").strip())
        return _answer_people(f"factor:{person_id}", command, t("people.done.factor", id=person_id))
    outcome = carry_out(EndSessions(caller(), person_id), render_after=lambda _, ended: {"n": ended.version})
    if isinstance(outcome, Rejected):
        return _people(refused(f"sessions:{person_id}", outcome), status_of(outcome))
    return done(_here(), t("people.done.sessions", id=person_id, n=outcome.body["n"]))


@pages.post("/manage/people/<person_id>/account/password")
def give_password(person_id: str) -> BaseResponse:
    """This will give somebody a new password and show it in the answer, this once."""
    plain = "-".join(secrets.token_hex(2) for _ in range(4))
    outcome = carry_out(SetPassword(caller(), person_id, plain))
    if isinstance(outcome, Rejected):
        return _people(refused(f"password:{person_id}", outcome), status_of(outcome))
    names = {p["id"]: p["name"] for p in ask(cases.people)["items"]}
    # The form sent again is answered without doing it again, and then the text just made opens nothing.
    text = None if outcome.replayed else plain
    return _people(fresh={"name": names.get(person_id, person_id), "text": text})


def _here() -> str:
    """The list as it was looked at."""
    page = request.args.get("page")
    return f"{url_for('pages.show_people')}?{urlencode(_asked() | ({'page': page} if page else {}))}".rstrip(
        "?"
    )


def _answer_people(act: str, command: Command, message: str) -> BaseResponse:
    refusal = perform(command)
    if refusal is None:
        return done(_here(), message)
    return _people(refused(act, refusal), status_of(refusal))


@pages.post("/manage/people")
def add_person() -> BaseResponse:
    """This will add a person."""
    form = request.form
    identity, name = form.get("id", "").strip(), form.get("name", "").strip()
    command = AddPerson(caller(), identity, name, form.get("agency", ""), tuple(form.getlist("roles")))
    return _answer_people("add", command, t("people.added", name=name))


@pages.post("/manage/people/<person_id>/<any(roles, end, return):act>")
def change_person(person_id: str, act: str) -> BaseResponse:
    """This will change a person's roles, end their time, or let them return."""
    reason = request.form.get("reason", "").strip()
    command: Command
    if act == "roles":
        command = ChangeRoles(caller(), person_id, tuple(request.form.getlist("roles")), reason)
    else:
        command = (EndPerson if act == "end" else ReturnPerson)(caller(), person_id, reason)
    return _answer_people(f"{act}:{person_id}", command, t(f"people.done.{act}", id=person_id))


@pages.post("/manage/people/<person_id>/stand-in")
def set_stand_in(person_id: str) -> BaseResponse:
    """This will let a colleague stand in for a person."""
    act = f"stand-in:{person_id}"
    try:
        starts, until = _moment("from"), _moment("until")
    except Rejected as impossible:
        return _people(refused(act, impossible), status_of(impossible))
    command = SetStandIn(caller(), person_id, request.form.get("stand_in", "").strip(), starts, until)
    return _answer_people(act, command, t("people.done.stand_in", id=person_id))


def _moment(name: str) -> datetime:
    offset = ask(page_queries.frame)["clock"]["at"][-6:]
    try:
        return datetime.fromisoformat(f"{request.form.get(name, '')}:00{offset}")
    except ValueError:
        words = Text("请选择日期和时间", "choose a day and a time")
        raise Rejected(Reason("date", words, name), kind="invalid") from None


@pages.get("/manage/tokens")
def show_tokens() -> Response:
    """This will list the tokens; none is shown again."""
    return _tokens()


def _tokens(
    refusal: Refusal | None = None, status: int = 200, fresh: dict[str, Any] | None = None
) -> Response:
    people = ask(cases.people)["items"]
    sought = {name: request.args.get(name, "").strip() for name in ("q", "state")}
    every = _tokens_that_fit(ask(cases.tokens)["items"], {p["id"]: p["name"] for p in people}, **sought)
    last = max(1, -(-len(every) // PAGE))
    page = min(page_asked(), last)
    everybody = [p for p in people if p["active"]]
    response = managed(
        "tokens.html",
        "tokens",
        status,
        found={
            "items": every[(page - 1) * PAGE : page * PAGE],
            "total": len(every),
            "page": page,
            "limit": PAGE,
        },
        asked_for=sought,
        chosen=refusal.act.partition(":")[2] if refusal is not None else request.args.get("token", ""),
        people=everybody,
        names={p["id"]: p for p in people},
        lives=_LIVES,
        refused=refusal,
        fresh=fresh,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _tokens_that_fit(
    tokens: list[dict[str, Any]], names: dict[str, str], q: str, state: str
) -> list[dict[str, Any]]:
    """The tokens by part of their name, of their beginning, of whom they stand for; open or ended ones."""
    parts = q.casefold().split()
    return [
        one
        for one in tokens
        if (state not in {"open", "over"} or (state == "open") == (one["revoked_at"] is None))
        and all(
            part
            in f"{one['name'] or ''} {one['id'][:8]} {one['person']} {names.get(one['person'], '')}".casefold()
            for part in parts
        )
    ]


@pages.post("/manage/tokens")
def issue_token() -> BaseResponse:
    """This will issue a token and show its text in the answer, this once."""
    plain, name = new_token(), request.form.get("name", "").strip()
    days = request.form.get("days", "")
    life = whole_number(days)
    if life not in {0, *_LIVES}:
        words = Text("请选择有效期", "choose how long the token lives")
        wrong = Rejected(Reason("choice", words, "days"), kind="invalid")
        return _tokens(refused("token", wrong), status_of(wrong))
    ends = SystemClock().now() + timedelta(days=life) if life else None
    command = NameToken(caller(), request.form.get("person", ""), name, token_hash(plain), ends)
    refusal = perform(command)
    if refusal is not None:
        return _tokens(refused("token", refusal), status_of(refusal))
    # The form sent again is answered without doing it again, and then the text just made stands for nothing.
    works = system().caller_for(plain) is not None
    return _tokens(fresh={"name": name, "text": plain if works else None})


@pages.post("/manage/tokens/<token_id>/end")
def end_token(token_id: str) -> BaseResponse:
    """This will end a token at once."""
    refusal = perform(EndToken(caller(), token_id, request.form.get("reason", "").strip()))
    if refusal is not None:
        return _tokens(refused(f"end:{token_id}", refusal), status_of(refusal))
    return done(url_for("pages.show_tokens"), t("tokens.ended"))
