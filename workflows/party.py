"""Parties of a case: people, organisations and vehicles; what names them is sealed, and equal ones are found again."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from workflows.inputs import Wrong, read_text
from workflows.rejection import Reason, Rejected
from workflows.text import Text

KINDS = ("person", "organisation", "vehicle")
ROLES = ("suspect", "operator", "owner", "driver", "witness", "vehicle", "other")
LONGEST = {"name": 100, "id_number": 40, "phone": 30, "plate": 20}
MARKED = ("id_number", "phone", "plate")
"""What is exact enough to find the same party by; names are not."""


def check_party(kind: str, role: str, identity: Mapping[str, str]) -> dict[str, str]:
    """This will give what names a party, as written. Raises Rejected naming the field, never what was in it."""
    faults = []
    for field, value, known in (("kind", kind, KINDS), ("role", role, ROLES)):
        if value not in known:
            text = Text(f"须为下列之一：{'、'.join(known)}", f"must be one of {', '.join(known)}")
            faults.append(Reason("choice", text, field))
    for name, value in identity.items():
        try:
            read_text(value, LONGEST[name])
        except Wrong as wrong:
            faults.append(Reason(wrong.code, wrong.text, f"identity/{name}"))
    if not identity:
        text = Text("至少写明一项身份信息", "say at least one thing that names the party")
        faults.append(Reason("blank", text, "identity"))
    number = identity.get("id_number")
    if kind == "person" and number is not None and not is_identity_number(number):
        text = Text(
            "居民身份证号码不合格（须 18 位且校验位相符）",
            "not an identity number: 18 characters with a check digit",
        )
        faults.append(Reason("format", text, "identity/id_number"))
    if faults:
        raise Rejected(*faults, kind="invalid")
    return dict(identity)


def is_identity_number(value: str) -> bool:
    """This will say whether a text is a resident identity number of 18 characters whose check digit fits (GB 11643)."""
    plain = normal(value)
    if (
        len(plain) != 18
        or not plain[:17].isascii()
        or not plain[:17].isdigit()
        or plain[17] not in "0123456789X"
    ):
        return False
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    rest = sum(int(digit) * weight for digit, weight in zip(plain, weights, strict=False)) % 11
    return "10X98765432"[rest] == plain[17]


def normal(value: str) -> str:
    """This will give a value as it is compared: full-width letters made plain, capitals, no spaces or dashes."""
    plain = unicodedata.normalize("NFKC", value).upper()
    return "".join(mark for mark in plain if mark not in " -·.()")


def marks(identity: Mapping[str, str]) -> dict[str, str]:
    """This will give what the party may be found again by, in the form in which it is compared."""
    return {name: normal(identity[name]) for name in MARKED if identity.get(name)}
