"""The operators of conditions: how one value compares with another, strictly by kind and without ever raising."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from operator import ge, gt, le, lt
from typing import Any

from workflows.text import Text


def same(left: object, right: object) -> bool:
    """This will say whether two values are equal and of one kind: true is not 1, and a day is not a moment."""
    return isinstance(left, bool) is isinstance(right, bool) and bool(left == right)


def rank(value: object) -> str | None:
    """This will name the order a value belongs to: number, date, moment, or none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, datetime):
        return "moment" if value.tzinfo is not None else None
    if isinstance(value, (Decimal, float)):
        return "number" if isfinite(value) else None
    return "number" if isinstance(value, int) else "date" if isinstance(value, date) else None


def is_empty(value: object) -> bool:
    """This will say whether there is nothing there: no value, no letters, no members. Zero and false are something."""
    if isinstance(value, (str, tuple, list, frozenset, set)):
        return not value
    return value is None


def _member(item: object, items: object) -> bool:
    return isinstance(items, (tuple, list, frozenset, set)) and any(same(item, other) for other in items)


def _in_order(test: Callable[[Any, Any], bool]) -> Callable[[object, object], bool]:
    def compare(actual: object, expected: object) -> bool:
        order = rank(actual)
        return order is not None and order == rank(expected) and test(actual, expected)

    return compare


OPERATORS: Mapping[str, Callable[[object, object], bool]] = {
    "equals": same,
    "not_equals": lambda actual, expected: not same(actual, expected),
    "in": _member,
    "not_in": lambda actual, expected: not _member(actual, expected),
    "at_least": _in_order(ge),
    "at_most": _in_order(le),
    "more_than": _in_order(gt),
    "less_than": _in_order(lt),
    "contains": lambda actual, expected: _member(expected, actual),
    "present": lambda actual, _: not is_empty(actual),
    "absent": lambda actual, _: is_empty(actual),
}

WORDS: Mapping[str, Text] = {
    "equals": Text("等于", "equals"),
    "not_equals": Text("不等于", "does not equal"),
    "in": Text("属于", "is one of"),
    "not_in": Text("不属于", "is none of"),
    "at_least": Text("不少于", "is at least"),
    "at_most": Text("不多于", "is at most"),
    "more_than": Text("大于", "is more than"),
    "less_than": Text("小于", "is less than"),
    "contains": Text("包含", "contains"),
    "present": Text("已有", "is present"),
    "absent": Text("没有", "is absent"),
}


def show(value: object) -> str:
    """This will write a value the way it is written in a definition; nothing is a dash."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(show(item) for item in value) + "]"
    return value.isoformat() if isinstance(value, date) else str(value)
