"""Words of official Chinese documents: figures and lists; and text made safe for XML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from workflows.official_words import due_words, long_date, long_moment, official, ordinal, span
from workflows.reporting.quantity import GOES_BEFORE
from workflows.reporting.quantity import rounded as half_up
from workflows.reporting.submission import UNPRINTABLE

__all__ = [
    "GOES_BEFORE",
    "breakable",
    "due_words",
    "figure",
    "listed",
    "long_date",
    "long_moment",
    "named",
    "ordinal",
    "printable",
    "rounded",
    "span",
]
_LONG_WORD = re.compile(r"[!-~]{24,}")
UNKNOWN, NOT_ASKED = "—", "／"


def printable(text: str) -> str:
    """This will replace characters no document format can carry by U+FFFD, so that their loss is seen."""
    return UNPRINTABLE.sub("\ufffd", text)


def named(text: str) -> str:
    """This will write a name or unit of the campaign as official documents do, made safe like any text."""
    return official(printable(text))


def breakable(text: str) -> str:
    """This will let a word too long for a cell or a line, a checksum or an address, go on in the next line."""
    return _LONG_WORD.sub(lambda word: "\u200b".join(word[0]), text)


def rounded(value: str, decimals: int) -> Decimal:
    """This will round half up to the column's places."""
    return half_up(Decimal(value), decimals)


def figure(cell: Mapping[str, Any], decimals: int) -> str:
    """This will write a cell as a reader expects it: rounded, qualified, and a dash where nobody has said.

    A stroke stands where the unit is not asked.
    """
    if cell["value"] is None:
        return UNKNOWN if cell.get("asked", True) else NOT_ASKED
    exact = rounded(cell["value"], decimals)
    number = f"{exact:f}" if exact else "0"
    qualifier = cell.get("qualifier")
    if not qualifier:
        return number
    return f"{qualifier}{number}" if qualifier in GOES_BEFORE else f"{number}{qualifier}"


def listed(names: Iterable[str], most: int = 20) -> str:
    """This will join names; of more than `most` it says how many there are."""
    every = list(names)
    return "、".join(every) if len(every) <= most else f"{'、'.join(every[:most])}等{len(every)}个"
