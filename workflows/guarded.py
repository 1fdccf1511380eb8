"""Commands on guarded things: what may be opened, for which reason, by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from workflows.commands import Command


@dataclass(frozen=True, slots=True)
class OpenIdentity(Command):
    """Open who reported a lead, once, for a reason that is recorded. The answer is given to the caller alone."""

    number: str
    reason: str


@dataclass(frozen=True, slots=True)
class SealAgain(Command):
    """Seal a batch of what older keys sealed with the newest ones; keys belong to the whole installation."""

    limit: int = 200


@dataclass(frozen=True, slots=True)
class AddMaterial(Command):
    """Attach a file to a lead, or to work handed over on it. `name` is kept as it was given and shown, never used."""

    number: str
    name: str
    content: bytes = field(repr=False)
    handoff_id: str | None = None


@dataclass(frozen=True, slots=True)
class VerifyMaterials(Command):
    """Read kept files again and compare their hashes: those unread for a week, or every one `at_once`.

    `after` is the id of the last one read before: the next batch begins behind it.
    """

    limit: int = 100
    at_once: bool = False
    after: str = ""


@dataclass(frozen=True, slots=True)
class CollectItem(Command):
    """Take a seized thing into custody, from a record of seizure where there is one. Weights in grams."""

    number: str
    label: str
    product: str
    pieces: int | None = None
    grams: Decimal | None = None
    live_count: int | None = None
    record_id: str | None = None


@dataclass(frozen=True, slots=True)
class MoveItem(Command):
    """Hand a thing out, confirm its receipt, take it back, return it to its owner, or destroy it."""

    item_id: str
    act: str
    to: str | None = None
    note: str | None = None
    witness: str | None = None
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class AttachItem(Command):
    """Let a thing belong to another lead too; its chain stays one."""

    item_id: str
    number: str


@dataclass(frozen=True, slots=True)
class AddParty(Command):
    """Add a party to a lead; the same identity number, phone or plate gives the party that is known already."""

    number: str
    kind: str
    role: str
    identity: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class LinkPartyToLead(Command):
    """Let a known party take part in another lead."""

    party_id: str
    number: str
    role: str


@dataclass(frozen=True, slots=True)
class OpenParty(Command):
    """Open what names a party, once, for a reason that is recorded."""

    party_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class SetStandIn(Command):
    """Let a colleague stand in for a person from one moment until another; a newer period replaces what it overlaps."""

    person_id: str
    stand_in: str
    from_at: datetime
    until_at: datetime


@dataclass(frozen=True, slots=True)
class ProposeRoutingRule(Command):
    """Propose, from what a consultation came to, who leads and who helps with leads of a kind."""

    when: Mapping[str, str]
    lead: str | None
    help_by: tuple[str, ...]
    reason: str
    handoff_id: str | None = None


@dataclass(frozen=True, slots=True)
class DecideRoutingRule(Command):
    """Sign or refuse a proposed routing rule; a signed one is asked after the definition's own tables."""

    rule_id: str
    sign: bool
    reason: str
