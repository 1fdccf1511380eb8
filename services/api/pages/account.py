"""One's own account: the sessions that are open, the password, the second factor, who stands in.

Promises: nothing is counted about visits; the picture of the secret is made here and fetched from nowhere; recovery
codes are shown once; a wrong password or code here is slowed down like one at the door.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from services.api.auth import system
from services.api.pages import pictures
from services.api.pages.forms import Refusal, refused
from services.api.pages.frame import SESSION, ask, caller, done, pages, perform, render, status_of, t
from services.api.pages.sign_in import begin, label
from shared.application import accounts, page_queries
from shared.clock import SystemClock
from workflows.commands import system_caller
from workflows.guarded import SetStandIn
from workflows.rejection import Reason, Rejected
from workflows.second_factor import (
    RECOVERY_BYTES,
    RECOVERY_CODES,
    SECRET_BYTES,
    Account,
    BeginFactor,
    ConfirmFactor,
    EndFactor,
    recovery_code,
    words_of,
)
from workflows.sign_in import ChangePassword, EndSessions, OpenSession
from workflows.text import Text


@pages.get("/account")
def show_account() -> Response:
    """This will show one's own account."""
    return _account()


@pages.post("/account/sessions")
def end_sessions() -> BaseResponse:
    """This will end one session, or all but the one that asks."""
    session_id = request.form.get("session") or None
    refusal = perform(EndSessions(caller(), caller().person_id, session_id, "" if session_id else _mine()))
    if refusal is not None:
        return _account(refused("sessions", refusal), status_of(refusal))
    return done(url_for("pages.show_account"), t("account.ended"))


@pages.post("/account/password")
def change_password() -> BaseResponse:
    """This will change one's password; every session ends, and this browser gets a new one."""
    mine, new = (caller().campaign_id, caller().person_id), request.form.get("password", "")
    command = ChangePassword(system_caller(""), *mine, request.form.get("current", "")[:1000], new[:1000])
    try:
        if new != request.form.get("again", ""):
            words = Text("两次输入的新密码不同", "the new password was not repeated alike")
            raise Rejected(Reason("differs", words, "again"), kind="invalid")
        answered = system().handle(command).done
        extra = answered.extra if answered is not None else {"right": True}
        _check_right(extra, "current", Text("现用密码不对", "the present password is wrong"))
    except Rejected as refusal:
        return _account(refused("password", refusal), status_of(refusal))
    token = secrets.token_urlsafe(32)
    digest = hashlib.sha256(token.encode()).hexdigest()
    opened = system().handle(OpenSession(system_caller(""), *mine, digest, label())).done
    if opened is not None and opened.extra["asks_code"]:
        return redirect(url_for("pages.sign_in"), 303)
    response = done(url_for("pages.show_account"), t("account.password_changed"))
    begin(response, token)
    return response


@pages.post("/account/stand-in")
def set_own_stand_in() -> BaseResponse:
    """This will let a colleague stand in for oneself."""
    try:
        starts, until = _moment("from"), _moment("until")
    except Rejected as impossible:
        return _account(refused("stand-in", impossible), status_of(impossible))
    command = SetStandIn(caller(), caller().person_id, request.form.get("stand_in", ""), starts, until)
    refusal = perform(command)
    if refusal is not None:
        return _account(refused("stand-in", refusal), status_of(refusal))
    return done(url_for("pages.show_account"), t("account.stand_in_set"))


def _moment(name: str) -> datetime:
    """A moment in the campaign's time zone."""
    offset = ask(page_queries.frame)["clock"]["at"][-6:]
    try:
        return datetime.fromisoformat(f"{request.form.get(name, '')}:00{offset}")
    except ValueError:
        words = Text("请写明起止时间", "say from when until when")
        raise Rejected(Reason("required", words, name), kind="invalid") from None


@pages.post("/account/second-factor")
def begin_factor() -> BaseResponse:
    """This will make a new secret and show it as a picture; it is not in force until a code of it was given."""
    secret = secrets.token_bytes(SECRET_BYTES)
    try:
        system().handle(BeginFactor(system_caller(""), _own(), secret))
    except Rejected as refusal:
        return _account(refused("factor", refusal), status_of(refusal))
    return _picture(secret)


@pages.post("/account/second-factor/confirm")
def confirm_factor() -> BaseResponse:
    """This will put the second factor in force and show the recovery codes, once."""
    codes = tuple(recovery_code(secrets.token_bytes(RECOVERY_BYTES)) for _ in range(RECOVERY_CODES))
    try:
        answered = (
            system()
            .handle(ConfirmFactor(system_caller(""), _own(), request.form.get("code", ""), codes))
            .done
        )
        extra = answered.extra if answered is not None else {"right": False}
    except Rejected as refusal:
        return _account(refused("factor", refusal), status_of(refusal))
    if not extra["right"]:
        words = Text("验证码不对，请输入手机上现在显示的数字", "the code is wrong: give the digits shown now")
        again = refused("factor", Rejected(Reason("wrong", words, "code"), kind="invalid"))
        return render("second_factor.html", 422, code=None, refused=again)
    return render("recovery_codes.html", codes=codes)


@pages.post("/account/second-factor/end")
def end_factor() -> BaseResponse:
    """This will do without the second factor again, for a code of it."""
    try:
        answered = system().handle(EndFactor(system_caller(""), _own(), request.form.get("code", ""))).done
        extra = answered.extra if answered is not None else {"right": True}
        _check_right(extra, "code", Text("验证码不对，或已用过", "the code is wrong, or was used before"))
    except Rejected as refusal:
        return _account(refused("factor", refusal), status_of(refusal))
    return done(url_for("pages.show_account"), t("factor.ended"))


def _check_right(extra: Any, field: str, words: Text) -> None:
    if extra.get("right"):
        return
    wait = extra.get("wait", 0)
    hint = Text(f"{wait} 秒后可再试", f"try again in {wait} seconds") if wait else None
    raise Rejected(Reason("wrong", words, field, hint), kind="limited" if wait else "invalid")


def _account(refusal: Refusal | None = None, status: int = 200) -> Response:
    mine = ask(accounts.account, person_id=caller().person_id, now=SystemClock().now(), session=_mine())
    return render(
        "account.html",
        status,
        mine=mine,
        colleagues=ask(accounts.colleagues),
        refused=refusal,
        typed=request.form,
    )


def _picture(secret: bytes) -> Response:
    address = address_of(secret, caller().person_id, "Xunxian")
    return render("second_factor.html", code=pictures.code(address), words=words_of(secret), refused=None)


def address_of(secret: bytes, label: str, issuer: str) -> str:
    """This will write what a telephone reads from the picture."""
    plain = words_of(secret).replace(" ", "")
    return f"otpauth://totp/{quote(issuer)}:{quote(label)}?secret={plain}&issuer={quote(issuer)}"


def _own() -> Account:
    return Account(caller().campaign_id, caller().person_id)


def _mine() -> str:
    return hashlib.sha256(request.cookies.get(SESSION, "").encode()).hexdigest()
