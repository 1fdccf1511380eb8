"""What may be asked of letter templates."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.commands import Command


@dataclass(frozen=True, slots=True)
class KeepTemplate(Command):
    """Keep a checked Word file as the template of a kind of letter; None goes back to the shipped words."""

    kind: str
    content: bytes | None
    reason: str | None = None
