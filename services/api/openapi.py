"""The OpenAPI document: made from the routes and schemas, served, and kept in docs/openapi.json.

Promises: what is served is what is committed (a test compares them); nothing is loaded from elsewhere.
`python -m services.api > docs/openapi.json` writes the committed copy.
"""

from __future__ import annotations

import json
from datetime import date, time
from decimal import Decimal
from functools import cache
from typing import Any

import flask_smorest  # type: ignore[import-untyped]  # it ships no types
from flask import Flask, Response, current_app
from flask.json.provider import DefaultJSONProvider
from werkzeug.routing import BaseConverter, IntegerConverter

from services.api.problems import MEDIA_TYPE
from services.api.schemas import Problem

_DESCRIPTION = """循线：专项打击行动线索的流转、时限、督办与报送。
Xunxian: leads of an enforcement campaign, their deadlines, handoffs, escalation and reports.

每个请求带 `Authorization: Bearer <令牌>`；一个令牌是一个行动里的一个人。
Every request carries a bearer token; one token is one person in one campaign."""


class Word(BaseConverter):
    """A name or number in a path: printable, without a slash, at most 80 characters; else no such path."""

    regex = r"[^/\x00-\x1f\x7f-\x9f\ufffd\u202a-\u202e\u2066-\u2069]{1,80}"
    part_isolating = True


class Ordinal(IntegerConverter):
    """A whole number in a path, in ASCII digits and written one way only: 1, neither 01 nor １."""

    regex = r"0|[1-9][0-9]*"


class Plain(DefaultJSONProvider):
    """JSON as it is meant: Chinese as it is, keys in the order of the view, decimals as numbers, dates as ISO 8601."""

    ensure_ascii = False
    sort_keys = False

    @staticmethod
    def default(value: Any) -> Any:
        """This will write what JSON has no word for."""
        if isinstance(value, Decimal):
            return float(value)
        return value.isoformat() if isinstance(value, date | time) else DefaultJSONProvider.default(value)


class Api(flask_smorest.Api):  # type: ignore[misc]  # flask-smorest ships no types
    """The document's builder; errors are answered by `problems`, not by flask-smorest."""

    ERROR_SCHEMA = Problem
    DEFAULT_ERROR_RESPONSE_CONTENT_TYPE = MEDIA_TYPE

    def _register_error_handlers(self) -> None:
        """Leaves errors to `problems`."""


def register(app: Flask, nouns: tuple[flask_smorest.Blueprint, ...]) -> None:
    """This will register the operations of `nouns`; their description is made when it is first asked for."""
    app.url_map.converters |= {"word": Word, "int": Ordinal}
    app.json = Plain(app)
    for noun in nouns:
        app.register_blueprint(noun)
    app.extensions["nouns"] = nouns


def document() -> Response:
    """这份说明 · This description"""
    return Response(written(current_app.extensions["nouns"]), content_type="application/json")


@cache
def written(nouns: tuple[flask_smorest.Blueprint, ...]) -> str:
    """This will write the description of the operations of `nouns`, as it is served and committed.

    It takes as long to make as everything else an application needs to start, and most processes are never asked.
    """
    app = Flask("description", static_folder=None)
    app.url_map.converters |= {"word": Word, "int": Ordinal}
    app.config |= {
        "API_TITLE": "循线 · Xunxian",
        "API_VERSION": "1",
        "OPENAPI_VERSION": "3.1.0",
        "API_SPEC_OPTIONS": {
            "info": {
                "description": _DESCRIPTION,
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            },
            "security": [{"bearer": []}],
        },
    }
    api = Api(app)
    api.register_converter(Word, _word)
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    api.spec.components.security_scheme("receipt", {"type": "http", "scheme": "receipt"})
    for noun in nouns:
        api.register_blueprint(noun)
    return json.dumps(api.spec.to_dict(), ensure_ascii=False, indent=1) + "\n"


def _word(_: BaseConverter) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": 80, "pattern": r"^[^/\x00-\x1f\x7f-\x9f]+$"}
