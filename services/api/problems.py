"""Errors as RFC 9457 problem+json: one table from what went wrong to the answer.

Promises: every answer from 400 up has the same shape, with a stable `code`, a Chinese and an English
sentence, and for each wrong input where it stands; nothing of the machine (a stack, SQL, a path) is ever in
it. `docs/problems.md` explains every code.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask, Response, g, json, request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from services.api import metrics
from shared.application.ports import OutOfRoom, Unavailable
from shared.application.work import UNSEEN
from workflows.problem import DefinitionProblems
from workflows.rejection import Reason, Rejected
from workflows.text import Text

log = logging.getLogger("xunxian.api")

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 2

KINDS: Mapping[str, tuple[int, Text]] = {
    "malformed": (400, Text("请求无法读懂", "the request cannot be read")),
    "unauthenticated": (401, Text("没有有效的令牌", "no valid token")),
    "forbidden": (403, Text("你无权这样做", "this is not for you to do")),
    "missing": (404, Text("没有这一项", "there is no such thing")),
    "method": (405, Text("这里不支持这种请求方法", "this method is not supported here")),
    "conflict": (409, Text("现在不能这样做", "this is not possible now")),
    "stale": (412, Text("别人已先改动", "somebody else changed it first")),
    "too_large": (413, Text("请求太大", "the request is too large")),
    "media_type": (415, Text("请求正文的类型不对", "the body is of the wrong type")),
    "invalid": (422, Text("输入有误", "the input is not acceptable")),
    "unready": (503, Text("还不能办事", "not ready to work")),
    "limited": (429, Text("请稍后再试", "try again later")),
    "reused": (422, Text("这个键已用于另一个请求", "the key was used for another request")),
    "uri_too_long": (414, Text("地址太长", "the address is too long")),
    "expectation": (417, Text("不支持这种期待", "the expectation is not met here")),
    "headers_too_large": (431, Text("请求头太大", "the headers are too large")),
}

_INTERNAL = Reason(
    "internal",
    Text(
        "系统内部出错，已经记录，没有任何改动",
        "something went wrong inside; it is recorded, and nothing was changed",
    ),
    hint=Text("请把 request_id 告诉运行维护人员", "tell the operators the request_id"),
)
_UNAVAILABLE = Reason(
    "unavailable",
    Text("数据库暂时连接不上，没有任何改动", "the database cannot be reached now; nothing was changed"),
    hint=Text("请稍后用同一个 Idempotency-Key 重试", "try again later with the same Idempotency-Key"),
)
_OUT_OF_ROOM = Reason(
    "disk_full",
    Text("数据库所在磁盘已满，没有任何改动", "the disk of the database is full; nothing was changed"),
    hint=Text(
        "请运行维护人员腾出空间，再用同一个 Idempotency-Key 重试",
        "ask the operators to make room, then try again with the same Idempotency-Key",
    ),
)


def register(app: Flask) -> None:
    """This will make `app` answer every error with a problem document."""
    app.register_error_handler(Rejected, _rejected)
    app.register_error_handler(DefinitionProblems, _definition_problems)
    app.register_error_handler(Unavailable, _unavailable)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(ParseException, _broken_off)
    app.register_error_handler(Exception, _internal)


def problem(
    status: int,
    title: Text,
    reasons: Iterable[Reason],
    *,
    possible: Iterable[str] = (),
    details: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """This will build a problem response; its `code` is the first reason's, `errors` lists them all."""
    body = document(
        status, title, tuple(reasons), possible=possible, details=details, request_id=g.get("request_id", "")
    )
    response = Response(json.dumps(body), status, content_type=MEDIA_TYPE)
    response.headers.update(headers or {})
    return response


def document(
    status: int,
    title: Text,
    reasons: tuple[Reason, ...],
    *,
    request_id: str,
    possible: Iterable[str] = (),
    details: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """This will write a problem as it is sent, and count it."""
    code = reasons[0].code
    metrics.rejected(code)
    return {
        **(details or {}),
        "type": f"/problems/{code}",
        "title": title.zh,
        "title_en": title.en,
        "status": status,
        "detail": "；".join(_where(r) + r.text.zh for r in reasons),
        "detail_en": "; ".join(_where(r) + (r.text.en or r.text.zh) for r in reasons),
        "code": code,
        "errors": [_error(r) for r in reasons],
        "possible": list(possible),
        "request_id": request_id,
    }


def _error(reason: Reason) -> dict[str, Any]:
    entry: dict[str, Any] = {"code": reason.code, "message": _both(reason.text)}
    if reason.field is not None:
        place = {"?": "query", "@": "header", "#": "path"}.get(reason.field[:1], "body")
        entry["in"] = place
        entry["pointer"] = _pointer(reason.field, place)
    if reason.hint:
        entry["hint"] = _both(reason.hint)
    if reason.source:
        entry["source"] = reason.source
    return entry


def _pointer(field: str, place: str) -> str:
    if place != "body":
        return "/" + field[1:]
    return field if not field or field.startswith("/") else "/" + field.replace(".", "/")


def _where(reason: Reason) -> str:
    place = (reason.field or "").lstrip("?@#/")
    return f"{place}: " if place else ""


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en or text.zh}


def _rejected(error: Rejected) -> Response:
    status, title = KINDS[error.kind]
    headers = {"WWW-Authenticate": _challenge(error)} if status == 401 else {}
    details = dict(error.details)
    if "retry_after" in details:
        headers["Retry-After"] = str(details["retry_after"])
    return problem(status, title, error.reasons, possible=error.possible, details=details, headers=headers)


def _challenge(error: Rejected) -> str:
    if error.reasons[0].code.startswith("receipt_"):
        return 'Receipt realm="xunxian"'
    realm = 'Bearer realm="xunxian"'
    return realm if error.reasons[0].code == "token_missing" else f'{realm}, error="invalid_token"'


def _definition_problems(error: DefinitionProblems) -> Response:
    status, title = KINDS["invalid"]
    reasons = (
        Reason(p.code, p.text, "/" + re.sub(r"[\[.]", "/", p.path).replace("]", "")) for p in error.problems
    )
    return problem(status, title, reasons)


def _unavailable(error: Unavailable) -> Response:
    log.warning(
        "unavailable", extra={"request_id": g.get("request_id", ""), "cause": type(error.__cause__).__name__}
    )
    title = Text("暂时不可用", "not available for the moment")
    reason = _OUT_OF_ROOM if isinstance(error, OutOfRoom) else _UNAVAILABLE
    return problem(503, title, [reason], headers={"Retry-After": str(RETRY_SECONDS)})


def http_error(error: HTTPException) -> Response:
    """This will answer what Flask refuses by itself."""
    kind, reason = _reason_for(error)
    status, title = KINDS[kind]
    headers = {"Allow": ", ".join(error.valid_methods or ())} if isinstance(error, MethodNotAllowed) else None
    return problem(status, title, [reason], headers=headers)


def _broken_off(_: Exception) -> Response:
    """Answers a body in chunks that are none; the server then ends the connection, for nobody knows where to read on."""
    words = Text("请求正文的分块传输有误", "the chunks of the body are broken")
    status, title = KINDS["malformed"]
    return problem(status, title, [Reason("malformed", words)])


def _reason_for(error: HTTPException) -> tuple[str, Reason]:
    if error.code == 404:
        return "missing", UNSEEN
    if isinstance(error, MethodNotAllowed):
        allowed = ", ".join(error.valid_methods or ())
        return "method", Reason(
            "method_not_allowed", Text(f"这里只支持：{allowed}", f"only {allowed} is supported here")
        )
    if error.code == 413:
        most = (request.max_content_length or 0) // (1024 * 1024)
        words = Text(f"请求正文最多 {most} MiB", f"the body may have at most {most} MiB")
        return "too_large", Reason("too_large", words)
    if type(error).__name__ == "SecurityError":
        words = Text(
            "请求的主机名不在允许之列", "the host name of the request is not on the list of this service"
        )
        return "malformed", Reason("untrusted_host", words)
    return "malformed", Reason("malformed", Text("请求无法读懂", "the request cannot be read"))


def _internal(error: Exception) -> Response:
    log.error("request failed", exc_info=error, extra={"request_id": g.get("request_id", "")})
    return problem(500, Text("系统内部出错", "something went wrong inside"), [_INTERNAL])
