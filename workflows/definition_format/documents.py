"""Reads the text of a definition, TOML or JSON, into plain values; a text that cannot be read is one problem."""

from __future__ import annotations

import json
import re
import tomllib
from codecs import BOM_UTF8
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import NoReturn

from workflows.definition_format.limits import MAXIMUM_BYTES
from workflows.problem import DefinitionProblems, Problem
from workflows.text import Text

_PLACE = re.compile(r"at line (?P<line>[0-9]+), column (?P<column>[0-9]+)")
_WIDE = "＝“”‘’，：｛｝［］　"


def parse_toml(raw: bytes) -> Mapping[str, object]:
    """This will read a TOML text, fractions as exact decimals. Raises DefinitionProblems."""
    text = _decoded(raw)
    try:
        return tomllib.loads(text, parse_float=_fraction)
    except tomllib.TOMLDecodeError as error:
        _refuse("syntax", f"不是合格的 TOML：{_where(str(error), text)}", f"not TOML: {error}")
    except ValueError:
        _refuse_digits()
    except RecursionError:
        _refuse("too_deep", "嵌套过深", "nested too deep")


def parse_json(raw: bytes) -> Mapping[str, object]:
    """This will read a JSON text, fractions as exact decimals, each key once. Raises DefinitionProblems."""
    try:
        document = json.loads(
            _decoded(raw),
            parse_float=_fraction,
            parse_constant=_no_constant,
            object_pairs_hook=_each_key_once,
        )
    except json.JSONDecodeError as error:
        _refuse(
            "syntax",
            f"不是合格的 JSON：第 {error.lineno} 行第 {error.colno} 列（{error.msg}）",
            f"not JSON: {error}",
        )
    except ValueError:
        _refuse_digits()
    except RecursionError:
        _refuse("too_deep", "嵌套过深", "nested too deep")
    if not isinstance(document, dict):
        _refuse("wrong_type", "定义须为一个表（table）", "a definition must be a table")
    return document


def _where(error: str, text: str) -> str:
    """The place of an error in Chinese; marks typed full-width, as they easily are between Chinese words, are named."""
    place = _PLACE.search(error)
    if place is None:
        return f"在文件末尾（{error}）" if "end of document" in error else error
    number, column = int(place["line"]), place["column"]
    lines = text.splitlines()
    wide = [mark for mark in _WIDE if number <= len(lines) and mark in lines[number - 1]]
    hint = f"；此行有全角符号 {' '.join(wide)}，语法符号须用半角" if wide else ""
    return f"第 {number} 行第 {column} 列{hint}（{error}）"


def _decoded(raw: bytes) -> str:
    """The text of a file; the mark some editors put before UTF-8 is left out."""
    if len(raw) > MAXIMUM_BYTES:
        _refuse(
            "too_large", f"文件超过 {MAXIMUM_BYTES // 1024} KiB", f"larger than {MAXIMUM_BYTES // 1024} KiB"
        )
    try:
        return raw.removeprefix(BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        zh, en = (
            f"第 {line} 行不是 UTF-8 文本，请另存为 UTF-8 编码",
            f"line {line} is not UTF-8; save the file as UTF-8",
        )
        _refuse("encoding", zh, en)


def _fraction(written: str) -> Decimal:
    try:
        return Decimal(written)
    except InvalidOperation:
        _refuse("bad_number", f"写不成一个数：{written[:40]}", f"no number: {written[:40]}")


def _refuse_digits() -> NoReturn:
    """Whole numbers of thousands of digits are not read at all, here as in the language this is written in."""
    _refuse("bad_number", "一个整数的位数过多", "a whole number has too many digits")


def _each_key_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        _refuse("duplicate_key", f"{twice!r} 出现两次", f"{twice!r} is written twice")
    return found


def _no_constant(name: str) -> NoReturn:
    _refuse("bad_number", f"不能用 {name}", f"{name} is not a number")


def _refuse(code: str, zh: str, en: str) -> NoReturn:
    raise DefinitionProblems([Problem("", code, Text(zh, en))]) from None
