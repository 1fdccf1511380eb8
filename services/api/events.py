"""/events, /notices, /audit: what happened, what I was told, and whether history is whole."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from services.api import answers, campaign_answers, parameters, schemas
from services.api.operations import Noun
from services.api.reading import ask, page, show
from shared.application import queries

events = Noun("events", __name__, url_prefix="/v1", description="事件与通知 · Events and notices")


@events.operation("GET", "/events", query=parameters.EventsQuery, answer=answers.EventFeed)
def list_events(query: dict[str, Any]) -> Response:
    """事件流 · The feed of events you may see, oldest first, from `after` onwards"""
    return show(queries.events, after=query["after"], limit=query["limit"])


@events.operation("GET", "/notices", query=parameters.PositionQuery, answer=answers.NoticePage)
def list_notices(query: dict[str, Any]) -> Response:
    """我的通知 · What I was told, newest first"""
    return show(queries.notices, **page(query))


@events.operation(
    "POST", "/audit/verifications", body=schemas.Nothing, answer=campaign_answers.Verification, writes=False
)
def verify_audit() -> Response:
    """核验历史 · Recompute the hash chains of the history; names the first entry that does not fit"""
    return jsonify(ask(queries.verify_audit))
