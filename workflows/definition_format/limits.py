"""What a document may be at all, before any of it is read: its size, its depth, its texts and its numbers."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, time
from decimal import Decimal

from workflows.problem import Problems

MAXIMUM_BYTES = 1024 * 1024
MAXIMUM_DEPTH = 32
MAXIMUM_NODES = 20_000
MAXIMUM_TEXT = 2_000
# Embeddings, overrides and isolates turn the reading order of what follows; they have no place in a definition.
_TURNING = frozenset(
    chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)
)


def plain_document(document: object, problems: Problems) -> Mapping[str, object] | None:
    """This will give the document as plain values (lists, and floats as the decimals they were written as).

    None when it is unusable as a whole: no table, too deep or too large. Bad texts and numbers are noted.
    """
    if not isinstance(document, Mapping):
        problems.add("", "wrong_type", "定义须为一个表（table）", "a definition must be a table")
        return None
    for count, (path, _, depth) in enumerate(_nodes(document)):
        if depth > MAXIMUM_DEPTH:
            problems.add(
                path, "too_deep", f"嵌套超过 {MAXIMUM_DEPTH} 层", f"nested deeper than {MAXIMUM_DEPTH} levels"
            )
            return None
        if count > MAXIMUM_NODES:
            zh, en = f"超过 {MAXIMUM_NODES} 个值", f"more than {MAXIMUM_NODES} values"
            problems.add("", "too_many_values", zh, en)
            return None
    read = {str(key): _plain(value) for key, value in document.items()}
    for path, value, _ in _nodes(read):
        _check_node(path, value, problems)
    return read


def _plain(value: object) -> object:
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return Decimal(repr(value)) if isinstance(value, float) else value


def safe_key(key: object) -> str:
    """This will give a key as it may stand in a path."""
    return key if isinstance(key, str) and key.isprintable() and len(key) <= 64 else "?"


def bad_text(text: str) -> tuple[str, str] | None:
    """This will say what is wrong with a text, in two languages; None when it can be stored and shown."""
    if text.isprintable():
        return None
    if any(0xD800 <= ord(c) <= 0xDFFF for c in text):
        return "含有不完整的字符", "contains half a character (a lone surrogate)"
    if any(c in _TURNING for c in text):
        return "含有改变文字方向的控制字符", "contains a character that turns the direction of text"
    if any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in text):
        return "含有控制字符", "contains a control character"
    return None


def is_blank(text: str) -> bool:
    """This will say whether a text shows nothing: no letters, only spaces and characters without width."""
    return all(c.isspace() or unicodedata.category(c) in ("Cf", "Cc", "Zs", "Zl", "Zp") for c in text)


def _check_node(path: str, value: object, problems: Problems) -> None:
    if isinstance(value, Mapping) and any(safe_key(key) == "?" for key in value):
        zh, en = "键名须可显示，至多 64 字", "a key holds 64 characters at most that can be shown"
        problems.add(path, "bad_key", zh, en)
    elif isinstance(value, str):
        wrong = bad_text(value)
        if wrong:
            problems.add(path, "bad_text", f"文字{wrong[0]}", f"the text {wrong[1]}")
        if len(value) > MAXIMUM_TEXT:
            zh, en = f"文字超过 {MAXIMUM_TEXT} 字", f"the text is longer than {MAXIMUM_TEXT} characters"
            problems.add(path, "too_long", zh, en)
    elif isinstance(value, Decimal) and not is_ordinary(value):
        zh, en = (
            "数字须有限，小于一万亿，至多 9 位小数",
            "a number must be finite, under 10^12, with 9 places at most",
        )
        problems.add(path, "bad_number", zh, en)
    elif isinstance(value, int) and abs(value) >= 10**12:
        problems.add(path, "bad_number", "数字须小于一万亿", "a number must be under 10^12")
    elif not isinstance(value, (Mapping, list, bool, int, Decimal, date, time)):
        problems.add(path, "wrong_type", "此处不能没有值", "there must be a value of a known kind here")


def is_ordinary(number: Decimal) -> bool:
    """This will say whether a number is finite, under 10^12 and has nine decimal places at most: a yuan is 0.00000001 亿元.

    The exponent is looked at first: arithmetic with a million digits is what must not happen.
    """
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and number.adjusted() < 12 and exponent >= -9


def _nodes(document: Mapping[str, object]) -> Iterator[tuple[str, object, int]]:
    """Every value with its path and depth, without recursion: depth itself is what is being checked."""
    waiting: list[tuple[str, object, int]] = [("", document, 0)]
    while waiting:
        path, value, depth = waiting.pop()
        yield path, value, depth
        if isinstance(value, str):
            continue
        if isinstance(value, Mapping):
            for key, inner in value.items():
                waiting.append((f"{path}.{safe_key(key)}" if path else safe_key(key), inner, depth + 1))
        elif isinstance(value, (list, tuple)):
            waiting.extend((f"{path}[{i}]", inner, depth + 1) for i, inner in enumerate(value))
