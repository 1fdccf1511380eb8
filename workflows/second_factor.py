"""A second factor: six digits a telephone shows for thirty seconds (RFC 6238), and codes for the day it is lost.

Nothing here reads a clock or makes a secret: both are handed in. A code counts once; the one before and the one after
are taken too, because clocks differ.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from workflows.commands import Command

STEP = timedelta(seconds=30)
DIGITS, SECRET_BYTES = 6, 20
RECOVERY_CODES, RECOVERY_BYTES = 10, 10
HALF_LASTS = timedelta(minutes=10)
"""How long the code may be given after the password (policy)."""

HALF_TRIES = 5
"""Wrong codes after which the password is asked for again (policy)."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whose account it is."""

    campaign_id: str
    person_id: str


def step_of(at: datetime) -> int:
    """This will number the span of thirty seconds a moment lies in."""
    return int(at.timestamp()) // int(STEP.total_seconds())


def code_of(secret: bytes, step: int) -> str:
    """This will give the six digits of a step (RFC 4226, 5.3, with SHA-1 as telephones expect)."""
    digest = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha1).digest()
    at = digest[-1] & 0x0F
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def fitting_step(secret: bytes, code: str, at: datetime, after: int) -> int | None:
    """This will find the step a code belongs to: now, one before or one after, and later than the last one used."""
    plain, found = plain_code(code), None
    for step in range(step_of(at) - 1, step_of(at) + 2):
        fits = hmac.compare_digest(code_of(secret, step), plain)
        found = step if fits and step > after else found
    return found


def plain_code(code: str) -> str:
    """This will give a code as it is compared: without spaces and dashes, capitals as they are printed."""
    kept = "".join(c for c in code if c.isascii() and c.isalnum())
    return kept.upper()[:64]


def words_of(secret: bytes) -> str:
    """This will write a secret as people type it: base 32 in groups of four."""
    plain = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def recovery_code(made_of: bytes) -> str:
    """This will write a recovery code of ten random bytes: sixteen letters and digits in groups of four."""
    plain = base64.b32encode(made_of).decode()
    return "-".join(plain[at : at + 4] for at in range(0, 16, 4))


@dataclass(frozen=True, slots=True)
class BeginFactor(Command):
    """Put a new secret in place, not in force until a code of it was given. The bus hands these the real time."""

    account: Account
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ConfirmFactor(Command):
    """Put the second factor in force with a code of it; `recovery` are the codes for the day it is lost."""

    account: Account
    code: str = field(repr=False)
    recovery: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class EndFactor(Command):
    """Do without the second factor again; its owner gives a code of it, or a recovery code."""

    account: Account
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ClearFactor(Command):
    """Take the second factor of somebody who lost it away, for a reason, as whoever manages people."""

    person_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class GiveCode(Command):
    """Give the code that was asked for after the password; a session begins when it is right."""

    half_hash: str
    code: str = field(repr=False)
    session_hash: str
    label: str
