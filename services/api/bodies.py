"""Reads a JSON body, or says why not, before anything else sees it.

Promises: only UTF-8 JSON, at most 1 MiB and 32 levels deep, is parsed at all; what comes out holds no
number PostgreSQL cannot keep, no key given twice, and no character that hides or reorders text. Every fault
of a body is named with its JSON pointer (RFC 6901). The cost of a refusal is linear in the size of the
body.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import partial
from itertools import islice
from typing import cast

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header

from workflows.rejection import Reason, Rejected
from workflows.text import Text

MAX_BYTES = 1024 * 1024
UPLOAD_BYTES = 20 * 1024 * 1024
MAX_DEPTH = 32
MAX_DIGITS = 12
MAX_PLACES = 3
MAX_REASONS = 50

# A quoted string is swallowed whole (possessively, and even when it never ends), so brackets inside it do
# not count and the scan stays linear on hostile input.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)

_BAD_TEXT = re.compile(
    r"(?P<nul>\x00)|(?P<surrogate>[\ud800-\udfff])|(?P<bidi>[\u202a-\u202e\u2066-\u2069])"
    r"|(?P<control>[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f])"
)
_BAD_TEXT_REASONS = {
    "nul": ("bad_text", Text("文字里有空字符（U+0000）", "the text contains a NUL character (U+0000)")),
    "surrogate": (
        "bad_text",
        Text("文字里有不完整的字符（孤立代理项）", "the text contains a lone surrogate"),
    ),
    "bidi": (
        "bad_text",
        Text(
            "文字里有改变书写方向的控制符",
            "the text contains a character that reorders text (U+202A–E, U+2066–9)",
        ),
    ),
    "control": (
        "bad_text",
        Text("文字里有不可见的控制符", "the text contains an invisible control character"),
    ),
}
_REMOVE = Text("请删除该字符后重新提交", "remove the character and send again")


@dataclass(frozen=True, slots=True)
class _UnfitNumber:
    """Stands in the parsed tree where a number was that cannot be kept."""

    code: str


class _Repeating(dict[str, object]):
    """An object in which some keys came more than once."""

    repeated: tuple[str, ...] = ()


def read_json(request: Request, places: int = MAX_PLACES) -> object:
    """This will give the parsed body of a request, fractions of at most `places`; an empty body counts as `{}`.

    Raises Rejected of kind "media_type" (not UTF-8 JSON), "malformed" (not JSON, or nested too deeply) or
    "invalid" (JSON with values that cannot be kept, each with its pointer).
    """
    raw = request.get_data(cache=True)
    if len(raw) > MAX_BYTES:
        raise RequestEntityTooLarge
    if not raw:
        return {}
    _check_media_type(request)
    document = _parse(_decode(raw), places)
    reasons = tuple(islice(_faults(document, ""), MAX_REASONS))
    if reasons:
        raise Rejected(*reasons, kind="invalid")
    return document


def read_upload(request: Request) -> bytes:
    """This will give a body that is a file. Raises Rejected of kind "media_type" for a form or a compressed body."""
    media_type, _ = parse_options_header(request.headers.get("Content-Type", ""))
    if media_type.lower() in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        words = Text("请直接以文件作为正文", "send the file itself as the body, not a form")
        hint = Text("如 curl --data-binary @文件", "for example curl --data-binary @file")
        raise _media_type("form", words, hint)
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise _compressed()
    content = request.get_data(cache=True)
    if len(content) > UPLOAD_BYTES:
        raise RequestEntityTooLarge
    return content


def bad_text(text: str) -> Reason | None:
    """This will give the reason why `text` cannot be kept, if a character in it hides, reorders or breaks."""
    found = _BAD_TEXT.search(text)
    if found is None or found.lastgroup is None:
        return None
    code, words = _BAD_TEXT_REASONS[found.lastgroup]
    return Reason(code, words, hint=_REMOVE)


def pointer(*parts: object) -> str:
    """This will write a JSON pointer (RFC 6901), safe to show: no bad characters, long keys cut."""
    return "".join("/" + _shown(str(part)) for part in parts)


def _shown(part: str) -> str:
    part = _BAD_TEXT.sub("\ufffd", part)
    part = part if len(part) <= 80 else part[:79] + "…"
    return part.replace("~", "~0").replace("/", "~1")


def _check_media_type(request: Request) -> None:
    media_type, options = parse_options_header(request.headers.get("Content-Type", ""))
    if media_type.lower() != "application/json":
        raise _media_type(
            "media_type",
            Text("请求正文必须是 application/json", "the body must be application/json"),
            Text(
                "请加请求头 Content-Type: application/json", "send the header Content-Type: application/json"
            ),
        )
    charset = options.pop("charset", "utf-8")
    if charset.lower() not in {"utf-8", "utf8"} or options:
        raise _media_type(
            "charset",
            Text("请求正文只接受 UTF-8 编码", "only UTF-8 is accepted"),
            Text("请改用 UTF-8 编码重新提交", "send the body again in UTF-8"),
        )
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise _compressed()


def _compressed() -> Rejected:
    return _media_type(
        "compressed",
        Text("不接受压缩的请求正文", "a compressed body is not accepted"),
        Text("请去掉 Content-Encoding 后提交原文", "send the body as it is, without Content-Encoding"),
    )


def _decode(raw: bytes) -> str:
    # UTF-16 and UTF-32 write ASCII with zero bytes, which JSON in UTF-8 never contains.
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = "\x00"
    if "\x00" in text:
        raise _media_type(
            "not_utf8",
            Text("请求正文不是 UTF-8 编码", "the body is not UTF-8"),
            Text("请改用 UTF-8 编码重新提交", "send the body again in UTF-8"),
        )
    return text


def _media_type(code: str, words: Text, hint: Text) -> Rejected:
    return Rejected(Reason(code, words, hint=hint), kind="media_type")


def _parse(text: str, places: int) -> object:
    _check_depth(text)
    try:
        return json.loads(
            text,
            parse_int=_integer,
            parse_float=partial(_decimal, places=places),
            parse_constant=_no_constant,
            object_pairs_hook=_object,
        )
    except ValueError as error:
        line, column = getattr(error, "lineno", 0), getattr(error, "colno", 0)
        where = (f"第 {line} 行第 {column} 列：", f" at line {line}, column {column}") if line else ("", "")
        words = Text(f"{where[0]}请求正文不是合格的 JSON", f"the body is not valid JSON{where[1]}")
        hint = Text(
            "请检查引号、逗号和括号；不允许 NaN、Infinity",
            "check quotes, commas and brackets; no NaN or Infinity",
        )
        raise Rejected(Reason("malformed", words, hint=hint), kind="malformed") from None


def _check_depth(text: str) -> None:
    depth = 0
    for token in _TOKEN.finditer(text):
        first = token[0][0]
        if first in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                words = Text(
                    f"请求正文嵌套超过 {MAX_DEPTH} 层",
                    f"the body is nested more than {MAX_DEPTH} levels deep",
                )
                raise Rejected(Reason("too_deep", words), kind="malformed")
        elif first in "]}":
            depth -= 1


def _integer(text: str) -> int | _UnfitNumber:
    return int(text) if len(text.lstrip("-")) <= MAX_DIGITS else _UnfitNumber("range")


def _decimal(text: str, places: int) -> float | _UnfitNumber:
    if len(text) > 64:
        return _UnfitNumber("range")
    try:
        number = Decimal(text)
    except InvalidOperation:  # an exponent no decimal has
        return _UnfitNumber("precision" if "e-" in text.lower() else "range")
    if not number:
        return 0.0
    if number.adjusted() >= MAX_DIGITS:
        return _UnfitNumber("range")
    return _UnfitNumber("precision") if _last_place(number) < -places else float(number)


def _last_place(number: Decimal) -> int:
    """The exponent of the last digit that is not 0, exactly: a context would round long numbers and tiny ones away."""
    _, digits, exponent = number.as_tuple()
    written = "".join(map(str, digits))
    return cast("int", exponent) + len(written) - len(written.rstrip("0"))


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    built = _Repeating(pairs)
    if len(built) == len(pairs):
        return dict(pairs)
    counts = Counter(key for key, _ in pairs)
    built.repeated = tuple(key for key, count in counts.items() if count > 1)
    return built


def _faults(value: object, at: str) -> Iterator[Reason]:
    if isinstance(value, str):
        fault = bad_text(value)
        if fault is not None:
            yield Reason(fault.code, fault.text, at, fault.hint)
    elif isinstance(value, _UnfitNumber):
        yield _number_fault(value, at)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if not isinstance(item, int):
                yield from _faults(item, f"{at}/{index}")
    elif isinstance(value, dict):
        yield from _object_faults(value, at)


def _object_faults(value: dict[str, object], at: str) -> Iterator[Reason]:
    if isinstance(value, _Repeating):
        for key in value.repeated:
            words = Text("同一个键出现了两次", "the same key is given twice")
            hint = Text("请只保留一个", "keep one of them")
            yield Reason("duplicate_key", words, at + pointer(key), hint)
    for key, item in value.items():
        fault = bad_text(key)
        if fault is not None:
            yield Reason(fault.code, fault.text, at + pointer(key), fault.hint)
        yield from _faults(item, at + pointer(key))


def _number_fault(value: _UnfitNumber, at: str) -> Reason:
    hint = Text(
        f"最多 {MAX_DIGITS} 位整数、{MAX_PLACES} 位小数",
        f"at most {MAX_DIGITS} digits and {MAX_PLACES} decimal places",
    )
    if value.code == "precision":
        return Reason(value.code, Text("小数位数太多", "the number has too many decimal places"), at, hint)
    return Reason(value.code, Text("数字太大", "the number is too large"), at, hint)
