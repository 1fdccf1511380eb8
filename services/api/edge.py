"""What holds for every request and answer, whatever the route.

Promises: each request has an id, its own or one of ours; a body over the limit is refused unread; answers
carry the headers that keep browsers and proxies from guessing, storing or leaking them.
"""

from __future__ import annotations

import re
import uuid
from time import perf_counter

from flask import Flask, Response, g, request
from werkzeug.exceptions import RequestEntityTooLarge

from services.api import metrics
from services.api.bodies import MAX_BYTES, UPLOAD_BYTES

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

TAKE_FILES = frozenset(
    {
        "tips.add_photo",
        "pages.submit_tip",
        "pages.add_to_tip",
        "pages.add_material",
        "pages.add_task_material",
        "pages.act_on_task",
    }
)
"""Beside materials, where photographs arrive: of tips, and with an answer."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


def register(app: Flask) -> None:
    """This will set limits and headers of `app`; before auth, so that a refusal of size costs nothing."""
    app.config["MAX_CONTENT_LENGTH"] = MAX_BYTES + 1
    app.url_map.merge_slashes = False
    app.before_request(_arrive)
    app.after_request(_leave)


def _arrive() -> None:
    g.started = perf_counter()
    sent = request.headers.get("X-Request-Id", "")
    g.request_id = sent if _REQUEST_ID.fullmatch(sent) else str(uuid.uuid4())
    takes_files = request.blueprint == "materials" or request.endpoint in TAKE_FILES
    most = UPLOAD_BYTES if takes_files else MAX_BYTES
    # One byte more than the limit is read of a body that does not say its length, to see that there is more.
    request.max_content_length = most + 1
    if (request.content_length or 0) > most:
        raise RequestEntityTooLarge


def _leave(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["X-Request-Id"] = g.get("request_id", "")
    route = request.url_rule.rule if request.url_rule else "(none)"
    method = request.method if request.method in _METHODS else "(other)"
    metrics.answered(method, route, response.status_code, perf_counter() - g.get("started", perf_counter()))
    return response
