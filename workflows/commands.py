"""What may be asked of the system, in the imperative; each command is one transaction.

Times inside a command are what people say happened (`occurred_at`); when it is recorded is the bus's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from workflows.reporter import Reporter


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a person of an agency in one campaign, with the roles the token carries. `person_id` "system" is us.

    `channel` says how they ask: "api" or "page", else nothing.
    """

    campaign_id: str
    person_id: str
    agency_id: str
    roles: frozenset[str]
    request_id: str = ""
    channel: str = ""

    @property
    def is_system(self) -> bool:
        """Whether the system itself acts, for example when a deadline passes."""
        return self.person_id == SYSTEM


SYSTEM = "system"


def system_caller(campaign_id: str, request_id: str = "") -> Caller:
    """This will make the caller for acts nobody asked for: expiry, escalation, compilation."""
    return Caller(campaign_id, SYSTEM, SYSTEM, frozenset({SYSTEM}), request_id)


@dataclass(frozen=True, slots=True)
class Command:
    """What every command carries."""

    by: Caller


@dataclass(frozen=True, slots=True)
class Intake:
    """What is known of a lead when it arrives. Weights in grams, money in yuan; `reported_at` is when it was told.

    Where nobody says how urgent it is ("") it is as the first word of the campaign's vocabulary says.
    """

    title: str
    description: str
    channel: str
    place_type: str
    act: str
    reporter_kind: str
    urgency: str = ""
    reported_at: datetime | None = None
    act_on: date | None = None
    township: str | None = None
    address: str | None = None
    products: tuple[str, ...] = ()
    species: tuple[str, ...] = ()
    pieces: int | None = None
    grams: float | None = None
    live_count: int | None = None
    estimated_value_yuan: float | None = None
    vehicles: int | None = None
    suspects: int | None = None


@dataclass(frozen=True, slots=True)
class ReceiveLead(Command):
    """Register a lead. `source` and `external_ref` together name it once: a repeat gives the lead that exists."""

    intake: Intake
    source: str
    external_ref: str | None = None
    reporter: Reporter | None = None


@dataclass(frozen=True, slots=True)
class ActOnLead(Command):
    """Take one step of a lead's machine. `expected_version` None means whatever it is now."""

    number: str
    trigger: str
    given: Mapping[str, Any] = field(default_factory=dict)
    expected_version: int | None = None
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RequestHandoffs(Command):
    """Hand work on a lead to one or more agencies at once. `lead_agency` names the one that answers for all (主办);
    `materials` are files of the lead that go along.
    """

    number: str
    type: str
    to: tuple[str, ...]
    request: str
    lead_agency: str | None = None
    given: Mapping[str, Any] = field(default_factory=dict)
    expected_version: int | None = None
    materials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ActOnHandoff(Command):
    """Sign, start, answer, confirm, decline, rework or withdraw one handoff."""

    handoff_id: str
    trigger: str
    given: Mapping[str, Any] = field(default_factory=dict)
    expected_version: int | None = None
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ProposeTransfer(Command):
    """Propose to transfer a lead to the police as a suspected crime."""

    number: str
    to: str
    given: Mapping[str, Any] = field(default_factory=dict)
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class ActOnTransfer(Command):
    """Take one step of a criminal transfer."""

    transfer_id: str
    trigger: str
    given: Mapping[str, Any] = field(default_factory=dict)
    expected_version: int | None = None
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DraftOrder(Command):
    """Draft a supervision order that no ladder calls for: on a lead or a matter told in words, about a clock or about none.

    `deadline_id` names a clock of the addressed agency, whether it is late or not; `matter` is needed without a lead.
    """

    to: str
    level: str
    requirement: str
    number: str | None = None
    deadline_id: str | None = None
    matter: str | None = None


@dataclass(frozen=True, slots=True)
class ActOnOrder(Command):
    """Sign, answer, close or withdraw a supervision order (督办单)."""

    order_id: str
    trigger: str
    given: Mapping[str, Any] = field(default_factory=dict)
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class AddRecord(Command):
    """Record a fact of work done: a seizure, a penalty, an inspection; beside a lead or on its own."""

    kind: str
    occurred_on: date
    data: Mapping[str, Any]
    number: str | None = None


@dataclass(frozen=True, slots=True)
class AskExtension(Command):
    """Ask, before expiry, for more time. The clock keeps running until somebody with the right decides."""

    deadline_id: str
    ground: str
    reason: str
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class DecideExtension(Command):
    """Grant or refuse an extension that another person asked for."""

    extension_id: str
    grant: bool
    reason: str


@dataclass(frozen=True, slots=True)
class PauseDeadline(Command):
    """Let a clock stand still until a moment, on a ground its rule names; it counts again by itself."""

    deadline_id: str
    ground: str
    reason: str
    until: datetime


@dataclass(frozen=True, slots=True)
class ResumeDeadline(Command):
    """End a planned pause now."""

    deadline_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImportCalendarYear(Command):
    """Confirm or correct a year of a calendar; open deadlines are counted again."""

    calendar: str
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AddLocalDays(Command):
    """Close or open an office on days of its own, or take that back; for one agency, or all that share the calendar."""

    calendar: str
    document: Mapping[str, Any]
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class SnoozeDeadline(Command):
    """Be told no more of a rung until a moment: its repeats wait, the ladder does not."""

    deadline_id: str
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class AcknowledgeDeadline(Command):
    """Say one knows: repeats stop, the ladder does not."""

    deadline_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class SubmitReport(Command):
    """Submit a unit's report for a period, or the next version of it. Figures are only what records cannot know."""

    unit: str
    kind: str
    period: str
    zero: bool
    texts: Mapping[str, str]
    figures: Mapping[str, Any]
    corrections: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class CompileReport(Command):
    """Compile a period from the records and the units' texts into the next immutable version."""

    kind: str
    period: str
    cause: str = "request"


@dataclass(frozen=True, slots=True)
class PublishDefinition(Command):
    """Store a checked definition document as an immutable version."""

    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OpenCampaign(Command):
    """Start a campaign from a published definition, live or as an exercise with its own frozen clock.

    `people` act in it from the beginning; `token_hashes` lets those it names act with a token, by person.
    """

    campaign_id: str
    definition_id: str
    version: int
    mode: str
    at: datetime | None = None
    people: tuple[Mapping[str, Any], ...] = ()
    token_hashes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AddPeople(Command):
    """Add the people who act in a campaign; a repeat changes nothing."""

    people: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class IssueToken(Command):
    """Issue a bearer token for a person; only its hash is kept."""

    person_id: str
    token_hash: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RevokeToken(Command):
    """End a token at once."""

    token_hash: str


@dataclass(frozen=True, slots=True)
class SweepDeadlines(Command):
    """Let what has become due in a campaign happen: at most `limit` deadlines, those in other hands passed over."""

    limit: int = 50


@dataclass(frozen=True, slots=True)
class WatchCalendars(Command):
    """Tell those who run the campaign of a year whose holidays should be known by now and are not, once a year."""


@dataclass(frozen=True, slots=True)
class PruneOutbox(Command):
    """Remove at most `limit` outbox rows that were done more than `days` days ago."""

    days: int
    limit: int = 1_000


@dataclass(frozen=True, slots=True)
class DeliverOutbox(Command):
    """Do what outbox rows ask for, each by itself: tell people, or compile a period."""

    outbox_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SetClockTarget(Command):
    """Ask an exercise's clock to run forward to a moment; everything due before it happens first.

    Workers see to that, unless `at_once`: then what one transaction can do of it is done in this one.
    """

    to: datetime
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class TickClock(Command):
    """One stride of an exercise's clock: let what is due happen, or move to the next moment at which something is."""


@dataclass(frozen=True, slots=True)
class Beat(Command):
    """Note that a process is alive."""

    name: str
