"""Signing in on the pages: what may be asked, how long a session lasts, and how slowly guesses are answered.

A wrong password delays further tries of the same person from the same place only, so nobody can lock another out.
The numbers are policy. All moments here are real ones, also where the campaign is an exercise with its own clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from workflows.commands import Command

IDLE = timedelta(minutes=60)
"""A session ends when it was not used for so long."""

LONGEST = timedelta(hours=12)
"""A session ends after so long, used or not."""

SHORTEST_PASSWORD = 10
_FREE_TRIES = 4
_LONGEST_DELAY = timedelta(minutes=15)


def delay_after(failures: int) -> timedelta:
    """This will say how long to wait after so many wrong passwords in a row: nothing at first, then doubling."""
    if failures < _FREE_TRIES:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures - _FREE_TRIES + 1, 20)), _LONGEST_DELAY)


@dataclass(frozen=True, slots=True)
class SignIn(Command):
    """Try a person's password. `source` names the place the try comes from; only a digest of it is kept."""

    person_id: str
    password: str
    source: str


@dataclass(frozen=True, slots=True)
class OpenSession(Command):
    """Begin a session for somebody who is known already; only the digest of its token is kept."""

    campaign_id: str
    person_id: str
    session_hash: str


@dataclass(frozen=True, slots=True)
class TouchSession(Command):
    """Note that a session is in use."""

    session_hash: str


@dataclass(frozen=True, slots=True)
class EndSession(Command):
    """End a session at once."""

    session_hash: str


@dataclass(frozen=True, slots=True)
class SetPassword(Command):
    """Give a person of the caller's campaign a new password; all sessions of that person end."""

    person_id: str
    password: str
