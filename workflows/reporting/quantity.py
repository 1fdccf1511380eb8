"""Quantities: the numbers people report, read exactly and never guessed at.

A count is a whole number and never a float. Other figures may be floats, because JSON has nothing else, and
are read by their shortest digits. "约300" is written `{"period": 300, "qualifier": "约"}` and stays
qualified.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from workflows.campaign import Column
from workflows.text import Text

_MAXIMUM = Decimal(10) ** 12
QUALIFIERS = ("约", "余", "以上", "近")
GOES_BEFORE = frozenset({"约", "近"})
"""The qualifiers that stand before their number."""
_KEYS = frozenset({"period", "cumulative", "qualifier"})


@dataclass(frozen=True, slots=True)
class Quantity:
    """A reported number: for the period, the cumulative one where the unit states it, and its qualifier."""

    period: Decimal
    cumulative: Decimal | None = None
    qualifier: str | None = None


@dataclass(frozen=True, slots=True)
class BadNumber:
    """Why something is not a number this column takes; `part` names the key it stands under, if any."""

    code: str
    text: Text
    part: str | None = None


def read_number(value: object, decimals: int) -> Decimal | BadNumber:
    """This will read one non-negative number with at most `decimals` places, or say what is wrong with it."""
    number = _decimal(value)
    if number is None:
        return BadNumber("not_a_number", Text("应为数字，不是文字或其他内容", "must be a number"))
    if not number.is_finite():
        return BadNumber("not_a_number", Text("应为有限的数字", "must be a finite number"))
    if number < 0:
        return BadNumber("negative", Text("不能为负数", "must not be negative"))
    if number >= _MAXIMUM:
        return BadNumber(
            "too_large", Text("数字过大（不得超过12位整数）", "must have at most 12 integer digits")
        )
    if decimals == 0 and (isinstance(value, float) or number != number.to_integral_value()):
        return BadNumber(
            "not_whole", Text("应为整数，不带小数点", "must be a whole number without a decimal point")
        )
    if number != number.quantize(Decimal(1).scaleb(-decimals)):
        places = Text(f"最多{decimals}位小数", f"must have at most {decimals} decimal places")
        return BadNumber("too_precise", places)
    return number


def read_quantity(value: object, column: Column) -> Quantity | tuple[BadNumber, ...]:
    """This will read what a unit typed: a number, or a table with period, cumulative and qualifier."""
    parts = value if isinstance(value, Mapping) else {"period": value}
    faults = [
        BadNumber("unknown_key", Text(f"没有“{key}”这一项", f"there is no key {key!r} here"), str(key))
        for key in sorted(map(str, parts.keys() - _KEYS))
    ]
    nested = isinstance(value, Mapping)
    period = read_number(parts.get("period"), column.decimals)
    cumulative = read_number(parts["cumulative"], column.decimals) if "cumulative" in parts else None
    qualifier = parts.get("qualifier")
    for name, read in (("period", period), ("cumulative", cumulative)):
        if isinstance(read, BadNumber):
            faults.append(BadNumber(read.code, read.text, name if nested else None))
    if qualifier is not None and qualifier not in QUALIFIERS:
        words = "、".join(QUALIFIERS)
        wrong = Text(f"限定词只能是：{words}", f"the qualifier must be one of {words}")
        faults.append(BadNumber("unknown_qualifier", wrong, "qualifier"))
    if faults or isinstance(period, BadNumber) or isinstance(cumulative, BadNumber):
        return tuple(faults)
    return Quantity(period, cumulative, qualifier if isinstance(qualifier, str) else None)


def rounded(number: Decimal, decimals: int) -> Decimal:
    """This will round half up to a column's places."""
    return number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def plain(number: Decimal) -> str:
    """This will write a number without exponent and without trailing zeros: equal numbers, equal words."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("", "-0") else text


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int):
        return Decimal(value) if abs(value) < 10**30 else _MAXIMUM
    if isinstance(value, float):
        return Decimal(repr(value))
    return None
