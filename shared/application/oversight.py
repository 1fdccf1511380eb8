"""Copies of a transfer to those who watch over it."""

from __future__ import annotations

import hashlib
from typing import Any

from shared.application.happenings import Matter, record
from shared.application.work import Work
from workflows.events import Event, canonical
from workflows.transfer import Transfer


def copy_sent(work: Work, matter: Matter, sent: Transfer) -> None:
    """This will tell those who watch over transfers of one that was sent, and keep the hash of what the copy says."""
    agencies = [agency.id for agency in matter.definition.watchers]
    if not agencies:
        return
    held = sent.attributes
    copy: dict[str, Any] = {
        "lead": matter.lead.number if matter.lead is not None else None,
        "transfer": sent.id,
        "from": sent.from_agency,
        "to": sent.to_agency,
        "document_number": held.get("document_number"),
        "enclosures": list(held.get("enclosures") or ()),
        "sent_at": work.at,
    }
    data = {"to": agencies, "sha256": hashlib.sha256(canonical(copy).encode()).hexdigest(), "copy": copy}
    place = record(work, matter, Event("transfer.copied", "transfer", sent.id, work.at, data))
    steps = matter.definition.lifecycles["transfer"].transitions
    roles = sorted({actor.role for step in steps for actor in step.by if actor.relation == "any"})
    to = [{"role": role, "agency": agency} for role in roles for agency in agencies]
    notice = {"kind": "transfer.copied", "to": to, "lead": copy["lead"], "subject": "transfer"}
    work.uow.outbox.add(
        work.campaign.id, f"notify:{place}", "notify", {**notice, "subject_id": sent.id}, work.at
    )
