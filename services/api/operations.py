"""Operations: how a route is declared, and how what it is sent becomes checked arguments.

Promises: a route's body, query and headers are checked by its schemas before the view runs, and the same
declaration writes its part of the OpenAPI document. Every fault is reported at once with its place; an
unknown key is refused with the nearest known one; a query parameter that is unknown or given twice is
refused, never ignored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any, NoReturn, TypeVar, cast
from urllib.parse import unquote_to_bytes

import flask_smorest  # type: ignore[import-untyped]  # it ships no types
import marshmallow as ma
from flask import Request, Response, request
from rapidfuzz import process
from webargs.flaskparser import FlaskParser
from webargs.multidictproxy import MultiDictProxy

from services.api import parameters, schemas
from services.api.bodies import MAX_PLACES, pointer, read_json, read_upload
from services.api.problems import MEDIA_TYPE
from services.api.writing import Write
from workflows.rejection import Reason, Rejected
from workflows.text import Text

_NOTHING_NEW = "已有的，或 dry_run · It was there before, or a dry run"

_FILE = {
    "required": True,
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}

View = TypeVar("View", bound=Callable[..., Response])
Messages = Mapping[Any, Any]


class StrictParser(FlaskParser):
    """Reads the parts of a request for a schema; refuses with Rejected instead of aborting."""

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        """This will read the body; see `bodies.read_json`. A schema may allow more decimal `places`."""
        return read_json(req, getattr(schema, "places", MAX_PLACES))

    def load_querystring(self, req: Request, schema: ma.Schema) -> MultiDictProxy:
        """This will read the query, with every parameter known and given once."""
        _check_utf8(req.query_string)
        known = _names(schema)
        faults = [_unknown(name, known, "?" + name) for name in req.args if name not in known]
        faults += [_repeated(name) for name in req.args if len(req.args.getlist(name)) > 1]
        if faults:
            raise Rejected(*faults, kind="invalid")
        return cast("MultiDictProxy", super().load_querystring(req, schema))

    def handle_error(
        self,
        error: ma.ValidationError,
        req: Any,  # noqa: ARG002  (webargs calls it so)
        schema: ma.Schema,
        **_: Any,
    ) -> NoReturn:
        """This will turn every message of a schema into a reason with its place."""
        ((location, messages),) = cast("dict[str, Messages]", error.messages).items()
        reasons = tuple(_reasons(messages, schema, ""))
        mark = {"query": "?", "headers": "@"}.get(location)
        if mark:
            reasons = tuple(Reason(r.code, r.text, mark + (r.field or "")[1:], r.hint) for r in reasons)
        raise Rejected(*reasons, kind="invalid")


class Noun(flask_smorest.Blueprint):  # type: ignore[misc]  # flask-smorest ships no types
    """The operations on one kind of thing."""

    ARGUMENTS_PARSER = StrictParser()

    def operation(
        self,
        method: str,
        rule: str,
        *,
        answer: Any,
        body: type[ma.Schema] | None = None,
        query: type[ma.Schema] | None = None,
        status: int = 200,
        also: Mapping[int, str] | None = None,
        media_type: str | tuple[str, ...] | None = None,
        writes: bool | None = None,
        versioned: bool = False,
        public: bool = False,
        by_receipt: bool = False,
        upload: bool = False,
        refusals: tuple[int, ...] = (),
    ) -> Callable[[View], View]:
        """This will declare a view as the operation `method rule`.

        The view gets `body` and `query` as checked values where a schema is named; what has a body writes,
        unless `writes` says otherwise, and gets `write`, the way to carry out a command (see `Write`). A
        `versioned` one takes If-Match. `also` describes further answers that are not errors. An `upload` gets
        the bytes of its body as `content`. `by_receipt` is for whoever holds the receipt of a tip. `refusals` are
        statuses of problems beside those every such operation can have.
        """
        writes = (body is not None or upload) if writes is None else writes
        if writes and status != 200:
            also = {200: _NOTHING_NEW, **(also or {})}
        headers = (parameters.VersionedHeaders if versioned else parameters.WriteHeaders) if writes else None

        def declare(view: View) -> View:
            endpoint: Any = _adapted(view, body, query, headers, upload=upload)
            kinds = media_type if isinstance(media_type, tuple) else (media_type,)
            endpoint = self.response(status, answer, content_type=kinds[0])(endpoint)
            if len(kinds) > 1:
                content = {kind: {"schema": answer} for kind in kinds}
                said = {"description": HTTPStatus(status).phrase, "content": content}
                endpoint = self.doc(responses={str(status): said})(endpoint)
            for code, words in (also or {}).items():
                endpoint = self.alt_response(code, schema=answer, description=words, success=True)(endpoint)
            if upload:
                endpoint = self.doc(requestBody=_FILE)(endpoint)
            expected = _refusals(has_body=body is not None or upload, versioned=versioned, public=public)
            for code in sorted({*expected, *refusals, *((429,) if by_receipt else ())}):
                endpoint = self.alt_response(code, schema=schemas.Problem, content_type=MEDIA_TYPE)(endpoint)
            if body is not None:
                endpoint = self.arguments(body, location="json", arg_name="body", required=_is_needed(body))(
                    endpoint
                )
            if headers is not None:
                endpoint = self.arguments(headers, location="headers", arg_name="headers")(endpoint)
            asked = query or (parameters.WriteQuery if writes else parameters.NoQuery)
            endpoint = self.arguments(asked, location="query", arg_name="query")(endpoint)
            if public or by_receipt:
                endpoint = self.doc(security=[] if public else [{"receipt": []}])(endpoint)
            self.route(rule, methods=[method])(endpoint)
            return view

        return declare


def _adapted(
    view: View,
    body_schema: type[ma.Schema] | None,
    query_schema: type[ma.Schema] | None,
    header_schema: type[ma.Schema] | None,
    *,
    upload: bool,
) -> View:
    """Hands the view what it declared, and nothing else."""

    @wraps(view)
    def adapted(*, query: dict[str, Any], body: Any = None, headers: Any = None, **path: Any) -> Response:
        if query_schema is not None:
            path["query"] = query
        if upload:
            path["content"] = read_upload(request)
            path["write"] = Write.asked(headers or {}, query, frozenset())
        elif body_schema is None:
            _refuse_body()
        elif body_schema is not schemas.Nothing:
            path["body"] = body
        if header_schema is not None and body_schema is not None:
            path["write"] = Write.asked(headers, query, frozenset(body_schema().fields))
        if upload or body_schema is not None:
            _refuse_version(header_schema)
        return view(**path)

    return cast("View", adapted)


def _check_utf8(query: bytes) -> None:
    try:
        unquote_to_bytes(query).decode("utf-8")
    except UnicodeDecodeError:
        words = Text("查询参数不是 UTF-8 编码", "the query is not UTF-8")
        raise Rejected(Reason("not_utf8", words), kind="malformed") from None


def _refuse_body() -> None:
    if request.content_length or "Transfer-Encoding" in request.headers:
        words = Text("这个请求不应带正文", "this request takes no body")
        raise Rejected(Reason("unexpected_body", words), kind="malformed")


def _refuse_version(headers: type[ma.Schema] | None) -> None:
    if "If-Match" in request.headers and (headers is None or "if_match" not in headers().fields):
        words = Text("这个请求不看版本", "this request does not look at versions")
        hint = Text("请去掉 If-Match", "leave If-Match out")
        raise Rejected(Reason("unexpected_header", words, "@If-Match", hint), kind="invalid")


def _refusals(*, has_body: bool, versioned: bool, public: bool) -> tuple[int, ...]:
    codes = {400, 422, 503} | (set() if public else {401, 403, 404})
    return tuple(sorted(codes | ({409, 413, 415} if has_body else set()) | ({412} if versioned else set())))


def _is_needed(body: type[ma.Schema]) -> bool:
    return any(field.required for field in body().fields.values())


def _reasons(messages: Messages, schema: ma.Schema | None, at: str) -> Iterator[Reason]:
    for key, value in messages.items():
        place = at if key == "_schema" else at + pointer(key)
        if isinstance(value, Mapping):
            yield from _reasons(value, _schema_of(schema, key), place)
            continue
        for message in value:
            if isinstance(message, Reason):
                yield Reason(message.code, message.text, place, message.hint)
            elif key == "_schema":
                yield Reason("type", Text("这里必须是对象 {…}", "this must be an object {…}"), place)
            else:
                yield _unknown(str(key), _names(schema), place)


def _schema_of(schema: ma.Schema | None, key: Any) -> ma.Schema | None:
    field = schema.fields.get(str(key)) if schema else None
    return field.schema if isinstance(field, ma.fields.Nested) else None


def _names(schema: ma.Schema | None) -> list[str]:
    return [field.data_key or name for name, field in schema.fields.items()] if schema else []


def _unknown(name: str, known: list[str], place: str) -> Reason:
    nearest = process.extractOne(name[:80], known, score_cutoff=60)
    if nearest:
        hint = Text(f"你是不是想写 {nearest[0]}？", f"did you mean {nearest[0]}?")
    else:
        listed = ", ".join(known) or "–"
        hint = Text(f"这里可以写：{listed}", f"known here: {listed}")
    return Reason("unknown_field", Text("没有这个字段", "there is no such field"), place, hint)


def _repeated(name: str) -> Reason:
    words = Text("同一个查询参数给了两次", "the same query parameter is given twice")
    return Reason("repeated", words, "?" + name, Text("请只保留一个", "keep one of them"))
