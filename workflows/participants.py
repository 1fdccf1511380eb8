"""Who takes part in a campaign, when, and in which words: its documents, phases, agencies, calendars, roles and fields.

Values only; `workflows.campaign` puts them together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from workflows.text import Text


@dataclass(frozen=True, slots=True)
class BasisDocument:
    """A superior document the campaign rests on."""

    issuer: str
    number: str
    title: str
    level: str
    source: str


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of the campaign; both days belong to it."""

    id: str
    name: Text
    starts_on: date
    ends_on: date
    source: str


@dataclass(frozen=True, slots=True)
class OwnCalendar:
    """A calendar of the campaign's own, as its document says it (`workflows.calendar_format`).

    It is kept as a document because what it `extends` gains years while the campaign runs. Equal documents have one
    `digest`.
    """

    id: str
    extends: str | None
    digest: str
    document: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Agency:
    """A unit that takes part. `type` selects clocks and rules; `office` marks the leading-group office.

    One that `reports` owes the reports due from `reports_from` to `reports_to`, both included; None is no limit.
    """

    id: str
    name: Text
    short: str
    type: str
    source: str
    parent: str | None = None
    office: bool = False
    reports: bool = False
    calendar: str = "cn"
    townships: tuple[str, ...] = ()
    reports_from: date | None = None
    reports_to: date | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """What a person may be in an agency."""

    id: str
    name: Text
    source: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a vocabulary: a channel, a place type, an act, a product, a reason, a disposition."""

    id: str
    name: Text
    source: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """An input an act may carry.

    `type` is one of text, date, datetime, integer, decimal, boolean, choice, agency, agencies, lead, list.
    A `choice` names the vocabulary its values come from.
    """

    id: str
    name: Text
    type: str
    source: str
    vocabulary: str | None = None
    maximum: int | None = None
