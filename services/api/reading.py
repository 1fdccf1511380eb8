"""How a request reads something: one query about one moment, answered as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, jsonify

from services.api.auth import caller, system
from services.api.writing import tagged


def ask(query: Callable[..., Any], **arguments: Any) -> Any:
    """This will answer a query of the application for the caller; raises what the system raises."""
    return system().read(query, caller(), **arguments)


def page(query: dict[str, Any]) -> dict[str, Any]:
    """This will give the page that was asked for as arguments of a query."""
    return {"cursor": query.get("cursor"), "limit": query["limit"]}


def filters(query: dict[str, Any]) -> dict[str, Any]:
    """This will give what a list is narrowed to: everything asked for but the page."""
    return {name: value for name, value in query.items() if name not in {"cursor", "limit"}}


def show(query: Callable[..., Any], **arguments: Any) -> Response:
    """This will answer a query as JSON, with the version of what it shows as ETag."""
    view = ask(query, **arguments)
    return tagged(jsonify(view), view if isinstance(view, dict) else {})
