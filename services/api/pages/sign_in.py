"""Signing in and out: with a token (as in exercises), or with a person's id and password."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from flask import Response, g, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from services.api.auth import system
from services.api.pages.frame import OPEN, SESSION, ask, pages, render
from shared.application import queries
from workflows.commands import system_caller
from workflows.sign_in import LONGEST, EndSession, OpenSession, SignIn
from workflows.text import Text

OPEN.update({"pages.sign_in", "pages.enter"})
_WRONG = Text("没有这个人员与密码的组合,或令牌无效", "no such person and password, or the token is not valid")


@pages.get("/sign-in")
def sign_in() -> BaseResponse:
    """This will show the form to sign in."""
    if "caller" in g:
        return redirect(_next(), 303)
    return render("sign_in.html", refused=None, next=request.args.get("next", "/"))


@pages.post("/sign-in")
def enter() -> BaseResponse:
    """This will check a token or a password and begin a session in a cookie scripts cannot read."""
    token, person = request.form.get("token", "").strip(), request.form.get("person", "").strip()
    if token:
        known = system().caller_for(token, g.request_id) if token.isascii() else None
        return _begin(known.campaign_id, known.person_id) if known is not None else _again(_WRONG)
    password = request.form.get("password", "")
    if not person or not password:
        return _again(
            Text("请填写人员编号和密码,或粘贴令牌", "give a person id and password, or paste a token")
        )
    nobody = system_caller("", g.request_id)
    answered = system().handle(SignIn(nobody, person[:200], password[:1000], request.remote_addr or "")).done
    extra = answered.extra if answered is not None else {}
    if "campaign_id" in extra:
        return _begin(extra["campaign_id"], extra["person_id"])
    if extra.get("wait"):
        wait = extra["wait"]
        return _again(
            Text(
                f"密码不对或试得太快,请 {wait} 秒后再试", f"wrong, or too soon: try again in {wait} seconds"
            ),
            429,
        )
    return _again(_WRONG)


@pages.post("/sign-out")
def leave() -> BaseResponse:
    """This will end the session at once."""
    digest = hashlib.sha256(request.cookies.get(SESSION, "").encode()).hexdigest()
    system().handle(EndSession(system_caller(""), digest))
    response = redirect(url_for("pages.sign_in"), 303)
    response.delete_cookie(SESSION, samesite="Lax")
    return response


@pages.get("/session")
def stay() -> Response:
    """This will keep the session: asking for any page does."""
    return Response(status=204)


@pages.get("/")
def home() -> BaseResponse:
    """This will open what the person most likely came for: leaders the wall, everyone else what waits."""
    oversees = "oversee" in ask(queries.me)["duties"]
    return redirect(url_for("pages.show_wall" if oversees else "pages.show_inbox"), 303)


def _begin(campaign_id: str, person_id: str) -> BaseResponse:
    token = secrets.token_urlsafe(32)
    digest = hashlib.sha256(token.encode()).hexdigest()
    system().handle(OpenSession(system_caller(""), campaign_id, person_id, digest))
    response = redirect(_next(), 303)
    lasts = LONGEST + timedelta(minutes=1)
    response.set_cookie(
        SESSION, token, max_age=lasts, httponly=True, samesite="Lax", secure=request.is_secure
    )
    return response


def _next() -> str:
    """Only a path of this site is gone on to."""
    wanted = request.values.get("next", "/")
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and "\n" not in wanted
    return wanted if inside else "/"


def _again(said: Text, status: int = 401) -> Response:
    return render("sign_in.html", status, refused=said, next=request.form.get("next", "/"))
