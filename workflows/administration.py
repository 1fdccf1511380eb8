"""Commands of whoever manages the people of a campaign: who acts in it, in which roles, with which tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from workflows.commands import Command


@dataclass(frozen=True, slots=True)
class AddPerson(Command):
    """Add one person who acts for an agency."""

    person_id: str
    name: str
    agency_id: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who is to act for an agency."""

    person_id: str
    name: str
    agency_id: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddPersons(Command):
    """Add several people, all or none, each with a token called `token_name`; only its hash is kept, by the person's id."""

    people: tuple[Newcomer, ...]
    token_hashes: Mapping[str, str]
    token_name: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChangeRoles(Command):
    """Give a person other roles, for a reason that stays on record; they count from the next request on."""

    person_id: str
    roles: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class EndPerson(Command):
    """Let a person act no longer: tokens and sessions end at once, what they did stays under their name."""

    person_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReturnPerson(Command):
    """Let a person whose time had ended act again, with the roles they had; old tokens stay ended."""

    person_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class NameToken(Command):
    """Issue a token with a name by which it is known later; only its hash is kept. `expires_at` is an aware moment."""

    person_id: str
    name: str
    token_hash: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EndToken(Command):
    """End a token that is named by the beginning of its hash."""

    token_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class TryAgain(Command):
    """Take up again what was set aside after too many tries: `kind` is message or deadline."""

    kind: str
    id: str
