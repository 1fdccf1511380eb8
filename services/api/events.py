"""/events, /notices: what happened, and what I was told."""

from __future__ import annotations

from typing import Any

from flask import Response

from services.api import answers, parameters
from services.api.operations import Noun
from services.api.reading import page, show
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
