"""Reads the text of a definition, TOML or JSON, into plain values; a text that cannot be read is one problem."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from typing import NoReturn

from workflows.definition_format.limits import MAXIMUM_BYTES
from workflows.problem import DefinitionProblems, Problem
from workflows.text import Text


def parse_toml(raw: bytes) -> Mapping[str, object]:
    """This will read a TOML text, fractions as exact decimals. Raises DefinitionProblems."""
    try:
        return tomllib.loads(_decoded(raw), parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        _refuse("syntax", f"TOML 语法错误：{error}", f"not TOML: {error}")
    except RecursionError:
        _refuse("too_deep", "嵌套过深", "nested too deep")


def parse_json(raw: bytes) -> Mapping[str, object]:
    """This will read a JSON text, fractions as exact decimals, each key once. Raises DefinitionProblems."""
    try:
        document = json.loads(
            _decoded(raw), parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_each_key_once
        )
    except json.JSONDecodeError as error:
        _refuse("syntax", f"JSON 语法错误：第 {error.lineno} 行", f"not JSON: {error}")
    except RecursionError:
        _refuse("too_deep", "嵌套过深", "nested too deep")
    if not isinstance(document, dict):
        _refuse("wrong_type", "定义须为一个表（table）", "a definition must be a table")
    return document


def _decoded(raw: bytes) -> str:
    if len(raw) > MAXIMUM_BYTES:
        _refuse(
            "too_large", f"文件超过 {MAXIMUM_BYTES // 1024} KiB", f"larger than {MAXIMUM_BYTES // 1024} KiB"
        )
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        _refuse("encoding", f"须为 UTF-8（第 {error.start} 字节）", f"must be UTF-8 (at byte {error.start})")


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
