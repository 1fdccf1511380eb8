"""Taking back what was just done: one press within thirty seconds, beside the message that says what was done.

An offer is a form to a page there is anyway, with the version the subject has now: whatever somebody else does meanwhile
ends it. Nothing is erased: both acts stay on record. A step of a lead is taken back by the step of its definition that
leads back to where it came from and asks for a reason at most; a step without one is offered nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

RESUME = "@resume"
"""How a definition writes the state a subject was in before."""


@dataclass(frozen=True, slots=True)
class Undo:
    """Where the form goes, what it holds, and the word beside it that says what becomes of it."""

    action: str
    note: str
    fields: Mapping[str, str] = field(default_factory=dict)


def back(before: str, after: Mapping[str, Any], address: str, note: str, reason: str) -> Undo | None:
    """This will offer the step that leads a subject back to the state `before`, where the person may take it."""
    for step in after["allowed_actions"]:
        if step["to"] in {before, RESUME} and set(step["needs"]) <= {"reason"}:
            fields = {"version": str(after["version"]), "given.reason": reason}
            return Undo(f"{address}/act/{step['name']}", note, fields)
    return None
