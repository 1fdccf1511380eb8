"""Signing in and out: with a token (as in exercises), or with a person's id and password; then a code, where one is set.

Promises: every sign-in makes a new session, and ends the one the browser came with; a browser somebody signed in with
keeps a mark of its own, so that wrong tries elsewhere never lock its owner out; no address is looked at.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from flask import Response, g, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from services.api.auth import system
from services.api.pages.frame import OPEN, SESSION, ask, is_encrypted, is_inside, pages, render
from shared.application import page_queries, queries
from workflows.commands import system_caller
from workflows.second_factor import HALF_LASTS, GiveCode
from workflows.sign_in import LONGEST, EndSession, KnowDevice, OpenSession, SignIn
from workflows.text import Text

OPEN.update({"pages.sign_in", "pages.enter", "pages.ask_code", "pages.give_code"})
HALF, DEVICE = "xunxian_half", "xunxian_device"
_OWN_PAGES = (("operate", "pages.show_ops"), ("manage_people", "pages.show_people"))
_YEAR = timedelta(days=365)
_BROWSERS = ("MicroMessenger", "Edg", "Firefox", "Chrome", "Safari")
_MACHINES = ("Android", "iPhone", "iPad", "Windows", "Mac", "Linux")
_WRONG = Text(
    "没有这个人员与密码的组合，或令牌无效", "no such person and password, or the token is not valid"
)


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
            Text("请填写人员编号和密码，或粘贴令牌", "give a person id and password, or paste a token")
        )
    nobody = system_caller("", g.request_id)
    answered = system().handle(SignIn(nobody, person[:200], password[:1000], _held(DEVICE))).done
    extra = answered.extra if answered is not None else {}
    if "campaign_id" in extra:
        return _begin(extra["campaign_id"], extra["person_id"])
    if extra.get("wait"):
        wait = extra["wait"]
        return _again(
            Text(
                f"密码不对或试得太快，请 {wait} 秒后再试", f"wrong, or too soon: try again in {wait} seconds"
            ),
            429,
        )
    return _again(_WRONG)


@pages.get("/sign-in/code")
def ask_code() -> BaseResponse:
    """This will ask for the code of the second factor."""
    if HALF not in request.cookies:
        return redirect(url_for("pages.sign_in"), 303)
    return _ask_code(None)


@pages.post("/sign-in/code")
def give_code() -> BaseResponse:
    """This will begin a session when the code is right; a wrong one may be given again a few times."""
    token = secrets.token_urlsafe(32)
    code = request.form.get("code", "")
    given = GiveCode(system_caller("", g.request_id), _held(HALF), code, _digest(token), label())
    answered = system().handle(given).done
    extra = answered.extra if answered is not None else {"again": True}
    if "person_id" in extra:
        return _begun(token, str(extra["person_id"]))
    if extra.get("again"):
        words = Text("请重新输入密码", "give the password again")
        response = _again(words)
        response.delete_cookie(HALF, samesite="Strict")
        return response
    if extra["wait"]:
        return _ask_code(_too_soon(extra["wait"]), 429)
    return _ask_code(Text("验证码不对，或已用过", "the code is wrong, or was used before"), 401)


def _ask_code(refused: Text | None, status: int = 200) -> Response:
    return render("sign_in_code.html", status, refused=refused, next=_next())


@pages.post("/sign-out")
def leave() -> BaseResponse:
    """This will end the session at once."""
    system().handle(EndSession(system_caller(""), _held(SESSION)))
    response = redirect(url_for("pages.sign_in"), 303)
    response.delete_cookie(SESSION, samesite="Lax")
    return response


@pages.get("/session")
def stay() -> Response:
    """This will keep the session: asking for any page does."""
    return Response(status=204)


@pages.get("/")
def home() -> BaseResponse:
    """This will open what the person most likely came for: leaders the wall, everyone else what waits; where nothing
    does, who runs the system and who manages people the page of their own work.
    """
    duties = ask(queries.me)["duties"]
    if "oversee" in duties:
        return redirect(url_for("pages.show_wall"), 303)
    idle = not any(box["count"] for box in ask(page_queries.boxes))
    own = next((page for duty, page in _OWN_PAGES if duty in duties), "pages.show_inbox")
    return redirect(url_for(own if idle else "pages.show_inbox"), 303)


def _begin(campaign_id: str, person_id: str) -> BaseResponse:
    token = secrets.token_urlsafe(32)
    opened = OpenSession(
        system_caller(""), campaign_id, person_id, _digest(token), label(), instead_of=_held(SESSION)
    )
    answered = system().handle(opened).done
    if answered is None or not answered.extra["asks_code"]:
        return _begun(token, person_id)
    response = redirect(url_for("pages.ask_code", next=_next()), 303)
    response.delete_cookie(SESSION, samesite="Lax")
    response.set_cookie(
        HALF, token, max_age=HALF_LASTS, httponly=True, samesite="Strict", secure=is_encrypted()
    )
    return response


def _begun(token: str, person_id: str) -> BaseResponse:
    """A session of its own for this browser, which is known from now on."""
    device = request.cookies.get(DEVICE, "") or secrets.token_urlsafe(32)
    system().handle(KnowDevice(system_caller(""), person_id, _digest(device)))
    response = redirect(_next(), 303)
    begin(response, token)
    response.set_cookie(
        DEVICE, device, max_age=_YEAR, httponly=True, samesite="Strict", secure=is_encrypted()
    )
    response.delete_cookie(HALF, samesite="Strict")
    return response


def begin(response: BaseResponse, token: str) -> None:
    """This will hand a browser its session, in a cookie scripts cannot read."""
    lasts = LONGEST + timedelta(minutes=1)
    response.set_cookie(SESSION, token, max_age=lasts, httponly=True, samesite="Lax", secure=is_encrypted())


def label() -> str:
    """This will say what kind of browser asks, so that its owner knows a session again: `Firefox · Linux`."""
    said = request.headers.get("User-Agent", "")
    found = (next((name for name in names if name in said), "") for names in (_BROWSERS, _MACHINES))
    return " · ".join({"Edg": "Edge", "MicroMessenger": "微信"}.get(name, name) for name in found if name)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _held(cookie: str) -> str:
    """The digest of what a browser holds; nothing where it holds nothing."""
    held = request.cookies.get(cookie, "")
    return _digest(held) if held else ""


def _too_soon(wait: int) -> Text:
    return Text(f"试得太快，请 {wait} 秒后再试", f"too soon: try again in {wait} seconds")


def _next() -> str:
    """Only a path of this site is gone on to."""
    wanted = request.values.get("next", "/")
    return wanted if is_inside(wanted) else "/"


def _again(said: Text, status: int = 401) -> Response:
    return render("sign_in.html", status, refused=said, next=request.form.get("next", "/"))
