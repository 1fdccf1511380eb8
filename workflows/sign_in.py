"""Signing in on the pages: what may be asked, how long a session lasts, and how slowly guesses are answered.

A wrong password delays further tries of the same person from browsers that person never signed in with; each browser
somebody did sign in with has a count of its own. So nobody can lock another out, and no address is looked at.
The numbers are policy. All moments here are real ones, also where the campaign is an exercise with its own clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from workflows.commands import Command

IDLE = timedelta(minutes=60)
"""A session ends when it was not used for so long."""

LONGEST = timedelta(hours=12)
"""A session ends after so long, used or not."""

SHORTEST_PASSWORD = 10
FEWEST_SIGNS = 4
_FREE_TRIES = 4
_LONGEST_DELAY = timedelta(minutes=15)


def delay_after(failures: int) -> timedelta:
    """This will say how long to wait after so many wrong passwords in a row: nothing at first, then doubling."""
    if failures < _FREE_TRIES:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures - _FREE_TRIES + 1, 20)), _LONGEST_DELAY)


@dataclass(frozen=True, slots=True)
class SignIn(Command):
    """Try a person's password. `device` is the digest of what a browser was given when somebody signed in, or ""."""

    person_id: str
    password: str = field(repr=False)
    device: str


@dataclass(frozen=True, slots=True)
class OpenSession(Command):
    """Begin a session for somebody who is known already; only the digest of its token is kept.

    Whoever has a second factor gets half a session instead, which opens nothing but the question for the code. The
    session `instead_of` which it begins ends. `label` says in a word or two what kind of browser it is.
    """

    campaign_id: str
    person_id: str
    session_hash: str
    label: str = ""
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class KnowDevice(Command):
    """Remember that a person signed in with a browser; only a digest of what it holds is kept."""

    person_id: str
    device: str


@dataclass(frozen=True, slots=True)
class TouchSession(Command):
    """Note that a session is in use."""

    session_hash: str


@dataclass(frozen=True, slots=True)
class EndSession(Command):
    """End a session at once."""

    session_hash: str


@dataclass(frozen=True, slots=True)
class EndSessions(Command):
    """End one session of a person (`session_id`), or every one but the session `but`."""

    person_id: str
    session_id: str | None = None
    but: str = ""


@dataclass(frozen=True, slots=True)
class ChangePassword(Command):
    """Change one's own password, knowing the present one; all sessions of that person end. The time is the real one."""

    campaign_id: str
    person_id: str
    current: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SetPassword(Command):
    """Give a person of the caller's campaign a new password; all sessions of that person end."""

    person_id: str
    password: str = field(repr=False)
