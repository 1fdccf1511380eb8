"""What may be asked of reports beside submitting and compiling: take one back, excuse from one, urge whoever still owes
one, begin or cease to owe.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from workflows.commands import Command


@dataclass(frozen=True, slots=True)
class WithdrawReport(Command):
    """Take a submitted report back before it is due; every version stays in the history."""

    unit: str
    kind: str
    period: str
    reason: str


@dataclass(frozen=True, slots=True)
class WaiveReport(Command):
    """Excuse a unit from a report it has not submitted, with the reason the compiled report will show."""

    unit: str
    kind: str
    period: str
    reason: str


@dataclass(frozen=True, slots=True)
class EndWaiver(Command):
    """Ask again for a report a unit was excused from."""

    unit: str
    kind: str
    period: str
    reason: str


@dataclass(frozen=True, slots=True)
class UrgeReport(Command):
    """Urge, in one act, every unit that still owes its report for a period."""

    kind: str
    period: str


@dataclass(frozen=True, slots=True)
class JoinReporting(Command):
    """Have a unit that joins the campaign owe the reports due on or after a day."""

    unit: str
    from_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class LeaveReporting(Command):
    """Excuse a unit that leaves the campaign from every report due on or after a day that it has not submitted."""

    unit: str
    from_on: date
    reason: str
