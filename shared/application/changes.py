"""Who changed what since a caller looked: told in every refusal of which somebody else's act is the cause."""

from __future__ import annotations

from typing import Any

from shared.application.ports import Row
from shared.application.sight import sight_of
from shared.application.work import Work, check_version
from workflows.coordination import Handoff
from workflows.lead import Lead
from workflows.order import Order
from workflows.rejection import Rejected
from workflows.text import Text
from workflows.transfer import Transfer

Subject = Lead | Handoff | Transfer | Order
SOMEBODY = "-"
"""Stands for who changed it where the caller may not know."""


def check_seen(work: Work, expected: int | None, value: Subject, lead: Lead | None) -> None:
    """This will refuse an act on an older version. Raises Rejected (stale) naming who changed it, how and when."""
    if expected is None or expected == value.version:
        return
    found = _last(work, value, lead)
    check_version(expected, value.version, by=found["by"], at=found["at"], what=found["what"])


def explained(work: Work, refusal: Rejected, value: Subject, lead: Lead | None) -> Rejected:
    """This will add to a refusal for want of the right state who brought the subject into the one it is in."""
    if refusal.kind != "conflict" or not any(reason.code == "wrong_state" for reason in refusal.reasons):
        return refusal
    found = _last(work, value, lead)
    details = {"changed_by": found["by"], "changed_at": found["at"], "changed": _both(found["what"])}
    return Rejected(
        *refusal.reasons, kind=refusal.kind, possible=refusal.possible, details={**refusal.details, **details}
    )


def _last(work: Work, value: Subject, lead: Lead | None) -> dict[str, Any]:
    row = work.uow.events.last_of(lead.id if lead is not None else work.campaign.id, value.id)
    if row is None or not _may_know(work, row, lead):
        return {"by": SOMEBODY, "at": work.in_zone(work.at), "what": None}
    by = f"{row['agency']}/{row['person']}"
    return {"by": by, "at": work.in_zone(row["recorded_at"]), "what": _step_name(work, row, value)}


def _may_know(work: Work, row: Row, lead: Lead | None) -> bool:
    """Whoever only helps hears of what it sees anyway: its own parts and acts."""
    return lead is None or sight_of(work, lead).event(row)


def _step_name(work: Work, row: Row, value: Subject) -> Text | None:
    machine = work.pinned(value.definition_hash).lifecycles.get(row["subject"])
    trigger, before = row["data"].get("trigger"), row["from_state"]
    if machine is None or trigger is None or before is None:
        return None
    transition = machine.transition(trigger, before)
    return transition.name if transition is not None else None


def _both(text: Text | None) -> dict[str, str] | None:
    return {"zh": text.zh, "en": text.en or text.zh} if text is not None else None
