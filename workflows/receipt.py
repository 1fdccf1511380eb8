"""The receipt of a tip: sixteen digits in groups of four, the only key to what became of it.

The first seven digits find the tip, the next eight prove it, the last one is a check digit (ISO 7064 MOD 11,10), so
that a digit read or heard wrongly is said at once and costs no try. Nothing here keeps a receipt.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from workflows.inputs import Wrong

LENGTH, FINDS = 16, 7
_BODY = 10 ** (LENGTH - 1)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt that was written correctly; whether there is such a tip is another question."""

    digits: str = field(repr=False)

    @property
    def locator(self) -> str:
        """The part that finds the tip."""
        return self.digits[:FINDS]

    @property
    def grouped(self) -> str:
        """The digits as people read them: `4821 9036 7715 2048`."""
        return " ".join(self.digits[at : at + 4] for at in range(0, LENGTH, 4))


def receipt_from(mark: str) -> Receipt:
    """This will make the receipt that belongs to a keyed digest (hexadecimal, at least 128 bits)."""
    body = f"{int(mark, 16) % _BODY:0{LENGTH - 1}d}"
    return Receipt(body + str(_check_digit(body)))


def read_receipt(text: str) -> Receipt:
    """This will read a receipt as people type it: with or without spaces and dashes, also in full width.

    Raises Wrong: not sixteen digits, or the check digit does not fit, so that a digit must be wrong.
    """
    plain = "".join(c for c in unicodedata.normalize("NFKC", text[:200]) if not (c.isspace() or c in "-—–·"))
    if len(plain) != LENGTH or not (plain.isascii() and plain.isdigit()):
        raise Wrong("receipt_form", "查询码是 16 位数字", "a receipt has 16 digits")
    if int(plain[-1]) != _check_digit(plain[:-1]):
        raise Wrong("receipt_digit", "有一位数字不对，请对照核对", "one of the digits is wrong; compare them")
    return Receipt(plain)


def _check_digit(body: str) -> int:
    held = 10
    for digit in body:
        held = (held + int(digit)) % 10 or 10
        held = held * 2 % 11
    return (11 - held) % 10
