"""Tips from the public: what anybody may tell, and what the teller may know of what became of it.

Whoever tells something is not asked who they are. What they get is a receipt; with it they read in neutral words how
far it has come, on which day, and what is asked of them. No agency, no person and no finding is ever among it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from workflows.allowance import Allowance
from workflows.commands import Command, Intake
from workflows.inputs import Wrong, read_text
from workflows.receipt import Receipt
from workflows.rejection import Reason, Rejected
from workflows.reporter import Reporter
from workflows.text import Text
from workflows.tip_rules import TipRules

SOURCE = "tips"
MOST_PHOTOS = 6
LONGEST_WHAT, LONGEST_WHERE, LONGEST_MESSAGE = 4000, 200, 2000
_LONGEST_TITLE = 60
SHOWN_AGAIN = timedelta(minutes=10)
"""For so long a tip that is sent again by accident is answered with its receipt once more (policy)."""

WRONG_TRIES = Allowance(5, timedelta(minutes=3))
"""Wrong receipts that begin alike: five, then one every three minutes (policy)."""

ALL_WRONG_TRIES = Allowance(120, timedelta(seconds=0.5))
"""Wrong receipts of everybody together: what checking them may cost the machine (policy)."""

ALL_TIPS = Allowance(120, timedelta(seconds=5))
"""Tips of everybody together in one campaign (policy)."""

MORE_TO_ONE = Allowance(12, timedelta(minutes=5))
"""What may be added to one tip (policy)."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photograph as it was sent."""

    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SubmitTip(Command):
    """Tell something. `key` names this telling: the same tip under the same key is one."""

    what: str = field(repr=False)
    where: str = field(repr=False)
    key: str = field(repr=False)
    place_type: str | None = None
    act: str | None = None
    act_on: date | None = None
    reporter: Reporter | None = None
    photos: tuple[Photo, ...] = ()


@dataclass(frozen=True, slots=True)
class UseAllowance(Command):
    """Use one of an allowance. The bus hands this the real time; what is used stays used."""

    name: str
    allowance: Allowance


@dataclass(frozen=True, slots=True)
class FindTip(Command):
    """Find the tip of a receipt; a wrong one is counted. The bus hands this the real time."""

    receipt: Receipt


@dataclass(frozen=True, slots=True)
class AddToTip(Command):
    """Add words or photographs to a tip, as its teller. `key` names this addition."""

    lead_id: str
    text: str | None = field(repr=False)
    key: str = field(repr=False)
    photos: tuple[Photo, ...] = ()


@dataclass(frozen=True, slots=True)
class AskReporter(Command):
    """Ask who told something, or tell them something, through the receipt: the office alone speaks with them."""

    number: str
    text: str


@dataclass(frozen=True, slots=True)
class TakeCall(Command):
    """Register what somebody says on the telephone or at the counter, and make the receipt that is read out to them."""

    intake: Intake
    key: str = field(repr=False)
    reporter: Reporter | None = None


def check_photos(photos: tuple[Photo, ...]) -> None:
    """This will refuse more photographs than are taken. Raises Rejected."""
    if len(photos) > MOST_PHOTOS:
        words = Text(f"最多 {MOST_PHOTOS} 张照片", f"at most {MOST_PHOTOS} photographs")
        raise Rejected(Reason("too_many", words, "photos"), kind="invalid")


def intake_of(rules: TipRules, command: SubmitTip) -> Intake:
    """This will write a tip as the intake of a lead. Raises Rejected naming every field at fault."""
    faults = []
    for name, text, most in (("what", command.what, LONGEST_WHAT), ("where", command.where, LONGEST_WHERE)):
        try:
            read_text(text, most)
        except Wrong as wrong:
            faults.append(Reason(wrong.code, wrong.text, name))
    if faults:
        raise Rejected(*faults, kind="invalid")
    named = command.reporter is not None and command.reporter.name is not None
    return Intake(
        title=title_of(command.what),
        description=command.what,
        channel=rules.channel,
        place_type=command.place_type or rules.place_type,
        act=command.act or rules.act,
        urgency=rules.urgency,
        reporter_kind=rules.named if named else rules.unnamed,
        act_on=command.act_on,
        address=command.where,
    )


def title_of(what: str) -> str:
    """This will make a title of somebody's words: their first line, cut where it is long."""
    first = next(line.strip() for line in what.splitlines() if line.strip())
    return first if len(first) <= _LONGEST_TITLE else first[: _LONGEST_TITLE - 1] + "…"


def place(fields: Mapping[str, str], refusal: Rejected) -> Rejected:
    """This will name faults of a lead by the fields the teller filled in."""
    reasons = tuple(
        Reason(r.code, r.text, fields.get(r.field, r.field) if r.field else None, r.hint)
        for r in refusal.reasons
    )
    seen = {(r.code, r.field): r for r in reasons}
    return Rejected(*seen.values(), kind=refusal.kind, details=refusal.details)
