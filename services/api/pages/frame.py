"""The frame every page stands in: who is signed in, how a page is shown, how a form is carried out.

How to add a page. Make a module beside this one with functions decorated `@pages.get("/…")` or `@pages.post("/…")`, and
import it in `services/api/pages/__init__.py`. Then:

- read with `ask(query, **arguments)`; queries live in `shared.application.queries` and `page_queries`;
- show with `render("name.html", **values)`; the template extends `frame.html` and gets `t("key")` for words of
  `words.py`, `mark.colon` and the like between them, `say({"zh", "en"})` for words of the campaign, and the macros of
  `parts.html` (light, moment, forecast, act forms, error summary);
- write with `perform(command)`; it gives None, or the refusal, which the page shows beside the form with everything the
  person typed; after a success answer with `done(url, message)`, which redirects (so reloading repeats nothing);
- a form contains `{{ hidden(version) }}`: the session's CSRF token, a key that makes a repeat harmless, the version seen;
- a view that needs no session is named in `OPEN`; a word of the navigation is an entry of `NAV`.

Promises: no page works without a session unless it is in OPEN; no form changes anything without the session's token;
everything works without JavaScript; nothing is fetched from another host.
"""

from __future__ import annotations

import gzip
import hashlib
import hmac
import json
import logging
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any, cast
from urllib.parse import quote, unquote, urlsplit

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from services.api.auth import system
from services.api.pages.typed_numbers import whole_number
from services.api.pages.undo import Undo
from services.api.pages.words import MARKS, WORDS
from services.api.problems import KINDS
from shared.application import page_queries
from shared.application.bus import Handled, Render
from shared.application.ports import Idempotency, OutOfRoom, Unavailable
from shared.clock import SystemClock
from workflows.commands import Caller, Command, system_caller
from workflows.rejection import Reason, Rejected
from workflows.sign_in import IDLE, TouchSession
from workflows.text import Text

log = logging.getLogger("xunxian.pages")
pages = Blueprint(
    "pages", __name__, template_folder="templates", static_folder="static", static_url_path="/assets"
)

SESSION, LANGUAGE, FLASH = "xunxian_session", "xunxian_lang", "xunxian_flash"
OPEN = {"pages.static", "pages.sign_in", "pages.enter"}
PUBLIC = {"tip", "track"}
NAV = [
    {"endpoint": "pages.show_inbox", "prefix": "/inbox", "word": "nav.inbox"},
    {"endpoint": "pages.show_leads", "prefix": "/leads", "word": "nav.leads"},
    {"endpoint": "pages.show_wall", "prefix": "/supervise", "word": "nav.wall"},
    {"endpoint": "pages.show_definition_in_force", "prefix": "/definitions", "word": "nav.rules"},
]
"""The words of the navigation, in order; a family of pages adds its own."""

_TOUCH_EVERY = timedelta(seconds=60)
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_LANGUAGES = ("zh", "en")


def settle() -> bool:
    """This will find out who asks and in which language; False for nobody who is signed in."""
    asked = request.args.get("lang", request.cookies.get(LANGUAGE, "zh"))
    g.lang = asked if asked in _LANGUAGES else "zh"
    token = request.cookies.get(SESSION, "")
    found = system().session(token, g.request_id) if token and request.endpoint != "pages.static" else None
    if found is not None:
        g.caller, seen = found
        g.csrf = csrf_of(token)
        if SystemClock().now() - seen > _TOUCH_EVERY:
            system().handle(TouchSession(system_caller(""), _digest(token)))
    return found is not None


@pages.before_request
def _arrive() -> BaseResponse | None:
    known = settle()
    _check_text()
    if request.endpoint in OPEN:
        _check_origin()
        return None
    if not known:
        ended = "1" if request.method == "POST" else None
        return redirect(url_for("pages.sign_in", next=_wanted(), ended=ended), 303)
    if request.method != "GET" and not hmac.compare_digest(request.form.get("csrf", ""), g.csrf):
        words = Text("表单已过期，请刷新后再提交", "the form has expired; reload and submit again")
        raise Rejected(Reason("csrf", words), kind="forbidden")
    return None


def _check_text() -> None:
    """No keyboard types a NUL and no database keeps one: it is refused wherever it stands in what a browser sent."""
    sent = (
        *request.args.items(multi=True),
        *request.form.items(multi=True),
        *(request.view_args or {}).items(),
    )
    for name, value in sent:
        if "\x00" in name or "\x00" in str(value):
            words = Text("含有空字符（U+0000）", "contains a NUL character (U+0000)")
            hint = Text("请删除该字符后重新提交", "remove the character and send again")
            raise Rejected(Reason("bad_text", words, name.replace("\x00", "?"), hint), kind="invalid")


def _check_origin() -> None:
    """A sign-in sent from another site is refused, so that nobody is signed in unawares."""
    if request.method != "GET" and not _is_from_here():
        words = Text("请从本站页面登录", "sign in from a page of this site")
        raise Rejected(Reason("origin", words), kind="forbidden")


def _is_from_here() -> bool:
    """Browsers say where a form stood; older ones only name the site, or none where its pages keep that secret."""
    said = request.headers.get("Sec-Fetch-Site")
    if said is not None:
        return said in {"same-origin", "none"}
    origin = urlsplit(request.headers.get("Origin", "null"))
    return origin.netloc in {"", request.host, urlsplit(system().settings.base_url).netloc}


def _wanted() -> str:
    """Where to go on after signing in; a form is not sent again, the script goes back to where it stands."""
    return request.full_path.rstrip("?") if request.method == "GET" else "/"


@pages.after_request
def _leave(response: Response) -> Response:
    if request.endpoint != "pages.static":
        response.headers["Content-Security-Policy"] = POLICY
        response.headers.add("Vary", "Cookie, HX-Request")
    else:
        response.headers["Cache-Control"] = "public, max-age=86400"
        _pack(response)
    if request.args.get("lang") in _LANGUAGES:
        response.set_cookie(LANGUAGE, g.lang, max_age=31_536_000, samesite="Lax", secure=is_encrypted())
    return response


def _pack(response: Response) -> None:
    """Files that are the same for everybody travel compressed; pages do not, because they carry form tokens."""
    if response.status_code == 200 and "gzip" in request.headers.get("Accept-Encoding", ""):
        response.direct_passthrough = False
        response.set_data(gzip.compress(response.get_data(), mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        response.headers.add("Vary", "Accept-Encoding")


def is_inside(address: str) -> bool:
    """Whether an address is a path of this site as browsers read it: they leave tabs out, and a backslash is a slash."""
    return re.fullmatch(r"/(?![/\\])[^\x00-\x1f\x7f]*", address) is not None


def is_encrypted() -> bool:
    """Whether people reach the pages by https: then no cookie travels without, whatever stands in front tells us."""
    return request.is_secure or system().settings.base_url.startswith("https:")


def csrf_of(token: str) -> str:
    """This will give the form token of a session: only whoever holds the session's cookie can know it."""
    return hashlib.sha256(f"form:{token}".encode()).hexdigest()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def caller() -> Caller:
    """This will give who is signed in; only for pages that are not OPEN."""
    return cast("Caller", g.caller)


def ask(query: Callable[..., Any], **arguments: Any) -> Any:
    """This will answer a query for whoever is signed in. Raises Rejected, Unavailable."""
    return system().read(query, caller(), **arguments)


def seen_version() -> int | None:
    """This will give the version of the subject the form was made from."""
    return whole_number(request.form.get("version", ""))


def perform(command: Command, key: str | None = None) -> Rejected | None:
    """This will carry out a command once per form; gives the refusal where a rule says no. Raises Unavailable.

    A form that carries out several commands gives each a `key` of its own.
    """
    outcome = carry_out(command, key)
    return outcome if isinstance(outcome, Rejected) else None


def carry_out(
    command: Command, key: str | None = None, render_after: Render | None = None
) -> Handled | Rejected:
    """This will carry out a command once per form, and give what it came to where that is told only now.

    What `render_after` tells of it is told again when the form comes twice.
    """
    try:
        once = _once(key or request.form.get("key", ""))
        return system().handle(command, idempotency=once, render=render_after)
    except Rejected as refusal:
        return refusal


def rehearse(command: Command, render_after: Render) -> Handled | Rejected:
    """This will find out what a command would do, and keep nothing."""
    try:
        return system().handle(command, dry_run=True, render=render_after)
    except Rejected as refusal:
        return refusal


def _once(key: str) -> Idempotency | None:
    if not key:
        return None
    said = sorted((n, v) for n, v in request.form.items(multi=True) if n not in {"csrf", "key"})
    asked = json.dumps([request.path, said], ensure_ascii=False)
    # A keyed digest: a form may hold a telephone number, and plain digests of those can be guessed.
    return Idempotency(f"page-{key}"[:255], system().blind("request", asked))


def t(key: str, **values: object) -> str:
    """This will give a phrase of the pages in the language asked for."""
    text = WORDS[key]
    found = text.zh if g.lang == "zh" else text.en or text.zh
    return found.format(**values) if values else found


def phrase(key: str, **values: object) -> Text:
    """This will give a phrase of the pages in both languages, as a refusal carries it."""
    text = WORDS[key]
    return Text(text.zh.format(**values), text.en.format(**values))


def mark(name: str) -> str:
    """This will give a mark to put between phrases, as the language asked for writes it."""
    return MARKS[g.lang][name]


def say(text: Mapping[str, str] | Text | None) -> str:
    """This will give a phrase of the campaign in the language asked for; nothing for none."""
    if text is None:
        return ""
    if isinstance(text, Text):
        return text.zh if g.lang == "zh" else text.en or text.zh
    return text.get(g.lang) or text.get("zh", "")


def unit(agency: Mapping[str, Any]) -> str:
    """This will name an agency in few words: its short name, which only Chinese has, else without what stands in brackets."""
    return str(agency["short"]) if g.lang == "zh" else say(agency["name"]).partition(" (")[0]


@pages.app_context_processor
def _words() -> dict[str, Any]:
    return {
        "t": t,
        "say": say,
        "unit": unit,
        "lang": g.get("lang", "zh"),
        "mark": MARKS[g.get("lang", "zh")],
        "csrf": g.get("csrf", ""),
        "new_key": new_key,
        "nav": NAV,
    }


def new_key() -> str:
    """This will give a key that makes repeating a form harmless."""
    return secrets.token_urlsafe(12)


def render(template: str, status: int = 200, **values: Any) -> Response:
    """This will show a page in its frame, with the message of the act before it, if there was one."""
    frame = around() if "caller" in g else None
    flash = _flash()
    body = render_template(
        template, frame=frame, flash=flash, idle_seconds=int(IDLE.total_seconds()), asked=request, **values
    )
    response = make_response(body, status)
    if flash is not None:
        response.delete_cookie(FLASH, samesite="Lax")
    return response


def around() -> dict[str, Any]:
    """This will read what stands around a page, and from when on its moments are worded."""
    frame: dict[str, Any] = ask(page_queries.frame)
    g.now, g.act_names, g.clock_names = frame["clock"]["at"], frame["act_names"], frame["clock_names"]
    g.laws, g.office_name = frame["laws"], frame["office_name"]
    frame["short_title"] = say(frame["campaign"]["short"])
    frame["manage"] = frame["sees_everything"] or bool({"manage_people", "operate"} & set(frame["duties"]))
    speaks = {"receive_leads", "open_identities"} <= set(frame["duties"])
    frame["may_call"] = speaks and frame["takes_tips"]
    frame["may_register"] = "receive_leads" in frame["duties"]
    frame["may_watch"] = frame["sees_everything"] or "operate" in frame["duties"]
    frame["may_move"] = "move_clock" in frame["duties"] and frame["clock"]["mode"] == "exercise"
    return frame


def fragment(template: str, **values: Any) -> Response:
    """This will show a part of a page, for a page that swaps it in."""
    frame = around()
    return make_response(render_template(template, frame=frame, asked=request, **values))


def done(url: str, message: str, undo: Undo | None = None) -> BaseResponse:
    """This will go on to another page and say there what was done; `undo` offers to take it back at once."""
    response = redirect(url, 303)
    offer = asdict(undo) if undo is not None else None
    said = quote(json.dumps({"message": message, "undo": offer}, ensure_ascii=False))
    response.set_cookie(FLASH, said, max_age=60, httponly=True, samesite="Lax", secure=is_encrypted())
    return response


def _flash() -> dict[str, Any] | None:
    try:
        found = json.loads(unquote(request.cookies.get(FLASH, "")))
    except ValueError:
        return None
    if not isinstance(found, dict) or not isinstance(found.get("message"), str):
        return None
    return {**found, "undo": found.get("undo") if _is_ours(found.get("undo")) else None}


def _is_ours(offer: Any) -> bool:
    """Whether it is an offer as `done` makes them: a cookie others could set must not send our forms elsewhere."""
    if not isinstance(offer, dict) or not isinstance(offer.get("fields"), dict):
        return False
    action = str(offer.get("action"))
    return is_inside(action) and offer.get("note") in WORDS


def status_of(refusal: Rejected) -> int:
    """This will give the HTTP status of a refusal, the same as in the interface for programs."""
    return KINDS[refusal.kind][0]


@pages.errorhandler(Rejected)
def _refused(refusal: Rejected) -> Response:
    return trouble(status_of(refusal), KINDS[refusal.kind][1], refusal.reasons)


@pages.errorhandler(Unavailable)
def _unavailable(failure: Unavailable) -> Response:
    g.pop("caller", None)
    if isinstance(failure, OutOfRoom):
        full = Text(
            "数据库所在磁盘已满，没有任何改动", "the disk of the database is full; nothing was changed"
        )
        reason = Reason("disk_full", full, hint=Text("请告诉运行维护人员", "tell the operators"))
    else:
        reason = Reason(
            "unavailable",
            Text(
                "数据库暂时连接不上，没有任何改动", "the database cannot be reached now; nothing was changed"
            ),
            hint=Text("请稍后刷新本页", "reload this page in a moment"),
        )
    return trouble(503, Text("暂时不可用", "not available for the moment"), (reason,))


@pages.errorhandler(HTTPException)
def http_trouble(error: HTTPException) -> Response:
    """This will say what is wrong with a request that no page could take."""
    reason = Reason("http", Text("请求无法处理", error.description or "the request cannot be handled"))
    if "lang" not in g:  # a body too large is refused before the pages are asked
        settle()
    if error.code == 413:
        most = (request.max_content_length or 0) // (1024 * 1024)
        words = Text(f"内容合计最多 {most} MiB", f"at most {most} MiB altogether")
        hint = Text("返回上一页，少选几张照片再提交", "go back, choose fewer photographs, and send again")
        return trouble(413, Text("内容太大", "too large"), (Reason("too_large", words, None, hint),))
    return trouble(error.code or 500, Text("请求无法处理", "the request cannot be handled"), (reason,))


def is_public() -> bool:
    """Whether the page asked for is one of those for the public, which name nobody who works here."""
    return request.path.split("/")[1] in PUBLIC


def trouble(status: int, title: Text, reasons: tuple[Reason, ...]) -> Response:
    """This will say on a page what went wrong, what is possible, and by which id operators find it."""
    return render(
        "public_trouble.html" if is_public() else "trouble.html",
        status,
        title=title,
        reasons=reasons,
        answered=status,
        request_id=g.get("request_id", ""),
    )
