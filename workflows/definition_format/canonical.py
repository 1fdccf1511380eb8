"""One way to write a definition down, so that equal documents have one hash, whichever format they came in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal

_TEXT = json.JSONEncoder(ensure_ascii=False)


def canonical(document: Mapping[str, object]) -> bytes:
    """This will write a document as UTF-8 JSON: keys sorted, no spaces, dates as ISO texts, numbers exact.

    Reading it again with decimals for fractions gives a document with the same canonical form. Raises TypeError for a
    value no definition can hold.
    """
    return _written(document).encode()


def definition_hash(document: Mapping[str, object]) -> str:
    """This will name a document by the SHA-256 of its canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(document)).hexdigest()


def _written(value: object) -> str:
    if isinstance(value, str):
        return _TEXT.encode(value)
    if isinstance(value, Mapping):
        members = (f"{_TEXT.encode(str(key))}:{_written(value[key])}" for key in sorted(value))
        return "{" + ",".join(members) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(_written(item) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, Decimal, float)):
        return _number(Decimal(repr(value)) if isinstance(value, float) else Decimal(value))
    if isinstance(value, time):
        return _TEXT.encode(value.isoformat(timespec="seconds"))
    if isinstance(value, date):
        return _TEXT.encode(value.isoformat())
    raise TypeError(f"no canonical form for {type(value).__name__}")


def _number(value: Decimal) -> str:
    """Without a needless point or exponent: 1, 1.0 and 1E0 are one number."""
    if value == value.to_integral_value():
        return str(int(value))
    return format(value.normalize(), "f")
