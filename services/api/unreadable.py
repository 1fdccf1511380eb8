"""What the server cannot read as HTTP never gets to the application: it is answered here, in the same shape.

Promises: a problem document like any other, a line in the log with the kind of fault and an id, and neither the address
it came from nor a word of what was sent: either may be a reporter's. The connection ends, for nobody knows where to read on.
The server reads this module before its processes know where to count; what counts is loaded when it is needed.
"""

from __future__ import annotations

import json
import logging
import socket
import uuid
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from gunicorn.http import errors
from gunicorn.workers.gthread import ThreadWorker

from workflows.rejection import Reason
from workflows.text import Text

log = logging.getLogger("xunxian.api")

LONGEST_LINE, LONGEST_HEADER, MOST_HEADERS = 4094, 8190, 100
"""Bytes of the first line, bytes of one header, number of headers."""
PATIENCE_SECONDS = 5
"""Whoever does not take an answer of one kilobyte within this is gone."""

_OURS = (errors.ConfigurationProblem, errors.InvalidResponseHeader, errors.InvalidResponseHeaderName)


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn says nothing of its types
    """A process that answers requests, eight at a time."""

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """This will refuse what cannot be read; any other fault is the server's own, and told by it."""
        if not isinstance(exc, errors.ParseException) or isinstance(exc, _OURS):
            super().handle_error(req, client, addr, exc)
            return
        kind, reason = _refusal(exc)
        request_id = str(uuid.uuid4())
        log.warning("unreadable", extra={"request_id": request_id, "cause": type(exc).__name__})
        _send(client, _answer(kind, reason, request_id))


def _refusal(exc: errors.ParseException) -> tuple[str, Reason]:
    for fault, (kind, reason) in _KNOWN.items():
        if isinstance(exc, fault):
            return kind, reason
    words = Text("请求不成其为 HTTP", "what was sent is no HTTP request")
    return "malformed", Reason("malformed", words)


_KNOWN: Mapping[type[errors.ParseException], tuple[str, Reason]] = {
    errors.LimitRequestLine: (
        "uri_too_long",
        Reason(
            "uri_too_long",
            Text(f"请求行最多 {LONGEST_LINE} 字节", f"the first line has at most {LONGEST_LINE} bytes"),
        ),
    ),
    errors.LimitRequestHeaders: (
        "headers_too_large",
        Reason(
            "headers_too_large",
            Text(
                f"请求头最多 {MOST_HEADERS} 个，每个最多 {LONGEST_HEADER} 字节",
                f"at most {MOST_HEADERS} headers, each of {LONGEST_HEADER} bytes at most",
            ),
        ),
    ),
    errors.ExpectationFailed: (
        "expectation",
        Reason("expectation", Text("Expect 只能是 100-continue", "Expect can only be 100-continue")),
    ),
}


def _answer(kind: str, reason: Reason, request_id: str) -> bytes:
    from services.api.problems import KINDS, document

    status, title = KINDS[kind]
    body = json.dumps(document(status, title, (reason,), request_id=request_id)).encode()
    return "\r\n".join((*_head(status, request_id, len(body)), "", "")).encode("ascii") + body


def _head(status: int, request_id: str, length: int) -> Iterator[str]:
    from services.api.edge import HEADERS
    from services.api.problems import MEDIA_TYPE

    yield f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"
    yield "Connection: close"
    yield f"Content-Type: {MEDIA_TYPE}"
    yield f"Content-Length: {length}"
    yield f"X-Request-Id: {request_id}"
    yield from (f"{name}: {value}" for name, value in HEADERS.items())


def _send(client: socket.socket, answer: bytes) -> None:
    try:
        client.settimeout(PATIENCE_SECONDS)
        client.sendall(answer)
    except OSError:
        log.info("unreadable, and gone before it was said")
