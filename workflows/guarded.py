"""Commands on guarded things: what may be opened, for which reason, by whom."""

from __future__ import annotations

from dataclasses import dataclass

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
