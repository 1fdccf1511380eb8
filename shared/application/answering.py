"""How work was answered: who signed for it and how, and both sides where it was declined or met with silence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shared.application.work import Work
from workflows import coordination
from workflows.coordination import Handoff
from workflows.deadline import Deadline

SILENT = "silent"
"""The reason shown where nobody answered in time."""


def dispute_view(work: Work, handoff: Handoff, clocks: Sequence[Deadline]) -> dict[str, Any] | None:
    """This will set both texts side by side where work was declined or met with silence: what was asked, what was
    answered; None where there is nothing to rule on.
    """
    held = handoff.attributes
    late = [c.due_at for c in clocks if c.holder == handoff.to_agency and c.is_overdue(work.at)]
    silent = min(late) if late and not is_answered(handoff) else None
    if "decline_reason" not in held and silent is None:
        return None
    return {
        "request": handoff.request,
        "answer": held.get("decline_words"),
        "reason": held.get("decline_reason", SILENT),
        "suggested_agency": held.get("suggested_agency"),
        "silent_since": work.in_zone(silent) if silent is not None else None,
    }


def is_answered(handoff: Handoff) -> bool:
    """This will say whether the receiver has said something: an answer, or that it declines."""
    return handoff.state in coordination.ANSWERED | coordination.ENDED


def receipt_view(work: Work, handoff: Handoff) -> dict[str, Any] | None:
    """This will show who signed for work, when and how; on a slip of paper, who signed that and who recorded it."""
    held = handoff.attributes
    machine = work.pinned(handoff.definition_hash).lifecycles["handoff"]
    signing = {
        step.event
        for step in machine.transitions
        if machine.initial in step.sources and step.to not in coordination.AWAY
    }
    given = {str(held[f"{event}_at"]): event for event in signing if f"{event}_at" in held}
    how = given.get(min(given, default=""))
    if how is None:
        return None
    return {
        "by": held.get(f"{how}_by"),
        "at": work.in_zone(datetime.fromisoformat(str(held[f"{how}_at"]))),
        "channel": held.get("receipt_channel"),
        "signed_by": held.get("receipt_signed_by"),
        "slip": held.get("receipt_slip"),
    }
