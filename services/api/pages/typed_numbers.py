"""Whole numbers as people type them and addresses carry them: decimal digits of any script.

Much that Python calls a digit is none (²), and thousands of digits are no number to it.
"""

from __future__ import annotations

_LONGEST = 12
_MOST: int = 10**_LONGEST


def whole_number(typed: str) -> int | None:
    """This will read a whole number, None for anything else; one of more digits counts as 10^12: there is none so great."""
    if not typed.isdecimal():
        return None
    return int(typed) if len(typed) <= _LONGEST else _MOST
