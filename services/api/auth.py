"""Who is calling: the person, agency and campaign a bearer token stands for.

Promises: default deny. Every route needs an identity unless its endpoint is named in PUBLIC, and that list
is short.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import cast

from flask import Flask, current_app, g, request

from shared.bootstrap import System
from workflows.commands import Caller
from workflows.rejection import Reason, Rejected
from workflows.text import Text

PUBLIC = frozenset({
    "health.livez", "health.healthz", "health.readyz",  # what a supervisor asks
    "health.show_metrics",  # asks by itself: this machine, or an operator's token
    "health.document",  # the description of this interface
})  # fmt: skip

UNNAMED = frozenset({"tips.show_forms", "tips.submit_tip"})
"""Where anybody may tell something without a name: nothing is read there that is not public."""

BY_RECEIPT = frozenset({"tips.show_tip", "tips.add_message", "tips.add_photo"})
"""What the receipt of a tip opens; the views check it."""

_BEARER = re.compile(r"[Bb]earer ([A-Za-z0-9._~+/-]{8,255}=*)")
_HINT = Text("请加请求头 Authorization: Bearer <令牌>", "send the header Authorization: Bearer <token>")


def register(app: Flask) -> None:
    """This will make `app` ask every request for an identity before its view runs."""
    app.before_request(_require_identity)


def system() -> System:
    """This will give the system the application stands on."""
    return cast("System", current_app.extensions["xunxian"])


def caller() -> Caller:
    """This will give who asks; only for routes that need an identity."""
    return cast("Caller", g.caller)


def identify() -> Caller:
    """This will find who the request's token stands for; raises Rejected of kind "unauthenticated"."""
    header = request.headers.get("Authorization", "")
    if not header:
        words = Text("请求没有带令牌", "the request carries no token")
        raise Rejected(Reason("token_missing", words, hint=_HINT), kind="unauthenticated")
    found = _BEARER.fullmatch(header)
    known = system().caller_for(found[1], g.request_id) if found else None
    if known is None:
        words = Text("令牌无效、已过期或已停用", "the token is not valid, has expired or was revoked")
        raise Rejected(Reason("token_invalid", words, hint=_HINT), kind="unauthenticated")
    return known


def is_local() -> bool:
    """This will say whether the request comes from this machine itself, and not through a proxy on it."""
    forwarded = any(name in request.headers for name in ("Forwarded", "X-Forwarded-For", "X-Real-Ip"))
    return not forwarded and bool(request.remote_addr) and ip_address(str(request.remote_addr)).is_loopback


def _require_identity() -> None:
    signs_in_itself = request.blueprint == "pages"
    needs_none = request.endpoint in PUBLIC | UNNAMED | BY_RECEIPT
    if request.routing_exception is None and not needs_none and not signs_in_itself:
        g.caller = identify()
