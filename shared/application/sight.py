"""Need to know: how much of a lead the caller sees, and which of its parts, clocks, records and events.

The office, the leaders and the auditor see a lead whole, and so does the agency that holds it. Whoever was only asked
to help sees the shared fields, what was asked of it, and what it did itself. Everything else is as if it were not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.application.work import Work
from workflows import disclosure
from workflows.coordination import Handoff
from workflows.custody import Item
from workflows.deadline import Deadline
from workflows.lead import Lead
from workflows.rejection import Rejected
from workflows.transfer import Transfer

_SOURCE = frozenset({"source", "external_ref", "channel", "reporter_kind", "reported_at"})
_MADE_FOR_IT = ("clocks", "forecast", "handoffs", "transfers", "records", "materials", "items", "parties")
"""Lists that were narrowed to a sight when they were made."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What an agency sees of one lead; `agencies` are itself and those it took over from.

    `told` is whether it registered the lead and so knows where it came from; `records` whether the case was
    transferred to it with its evidence; `parts` are its handoffs and transfers, `materials` the files that were
    sent along with them.
    """

    agencies: frozenset[str]
    whole: bool
    told: bool = False
    records: bool = False
    parts: frozenset[str] = frozenset()
    materials: frozenset[str] = frozenset()

    def part(self, part: Handoff | Transfer) -> bool:
        """This will say whether a handoff or transfer is seen."""
        return self.whole or part.id in self.parts

    def clock(self, clock: Deadline) -> bool:
        """This will say whether a clock is seen: one's own, or one on work that one asked or was asked."""
        return self.whole or clock.holder in self.agencies or clock.subject_id in self.parts

    def record(self, row: Mapping[str, Any]) -> bool:
        """This will say whether a record is seen: one's own, or the evidence of a case one was given."""
        return self.whole or self.records or row["agency_id"] in self.agencies

    def material(self, row: Mapping[str, Any]) -> bool:
        """This will say whether a file is seen: one's own, or one that belongs to work that one asked or was asked."""
        mine = (
            row["agency_id"] in self.agencies
            or row["handoff_id"] in self.parts
            or row["id"] in self.materials
        )
        return self.whole or self.records or mine

    def item(self, item: Item) -> bool:
        """This will say whether a seized thing is seen in a lead: one holds it, or it is on its way to one."""
        return self.whole or self.records or bool(self.agencies & {item.holder_agency, item.to_agency})

    def event(self, row: Mapping[str, Any]) -> bool:
        """This will say whether an event is seen: what one did, or what happened to one's own parts and clocks."""
        if self.whole or row["agency"] in self.agencies or row["subject_id"] in self.parts:
            return True
        return bool(row["subject"] == "deadline" and row["data"].get("holder") in self.agencies)


def sight_of(work: Work, lead: Lead) -> Sight:
    """This will say what the caller sees of a lead that it may know of."""
    if sees_whole(work, lead):
        return Sight(work.own_agencies, whole=True)
    parts = _of_both(work.uow.handoffs.of_lead(lead.id), work.uow.transfers.of_lead(lead.id))
    return _helper(work, work.uow.grants.causes(lead.id, work.by.agency_id), parts)


def sights_of(work: Work, leads: Sequence[Lead]) -> dict[str, Sight]:
    """This will say it of several leads by id, with as many questions as for one."""
    helped = [lead.id for lead in leads if not sees_whole(work, lead)]
    found = {lead.id: Sight(work.own_agencies, whole=True) for lead in leads}
    if helped:
        causes = work.uow.grants.causes_of(helped, work.by.agency_id)
        handoffs, transfers = work.uow.handoffs.of_leads(helped), work.uow.transfers.of_leads(helped)
        for lead_id in helped:
            parts = _of_both(handoffs[lead_id], transfers[lead_id])
            found[lead_id] = _helper(work, causes.get(lead_id, frozenset()), parts)
    return found


def seen_of(work: Work, leads: Sequence[Lead]) -> list[Lead]:
    """This will keep of leads those the caller may know of, in one question."""
    if work.sees_everything:
        return list(leads)
    known = work.uow.grants.causes_of([lead.id for lead in leads], work.by.agency_id)
    return [lead for lead in leads if lead.id in known]


def sees_whole(work: Work, lead: Lead) -> bool:
    """This will say whether the caller sees every part of a lead."""
    return work.sees_everything or lead.lead_agency in work.own_agencies


def holds(work: Work, lead_id: str) -> bool:
    """This will say whether the caller's agency holds a lead, and so sees every part of it, whoever takes part."""
    lead = work.uow.leads.by_id(lead_id)
    return lead is not None and lead.lead_agency in work.own_agencies


def _of_both(handoffs: Iterable[Handoff], transfers: Iterable[Transfer]) -> tuple[Handoff | Transfer, ...]:
    return (*handoffs, *transfers)


def _helper(work: Work, causes: frozenset[str], parts: Iterable[Handoff | Transfer]) -> Sight:
    mine = work.own_agencies
    seen = [p for p in parts if p.from_agency in mine or (p.to_agency in mine and _came(p))]
    along = frozenset(name for part in seen for name in part.attributes.get("materials", ()))
    ids = frozenset(part.id for part in seen)
    return Sight(mine, False, "intake" in causes, "transfer" in causes, ids, along)


def _came(part: Handoff | Transfer) -> bool:
    """A proposal to transfer is the proposing unit's affair until it is sent."""
    return isinstance(part, Handoff) or part.attributes.get("sent_at") is not None


def restricted(lead: Lead, view: Mapping[str, Any], sight: Sight) -> dict[str, Any]:
    """This will keep of a lead's view what the caller sees; unknown keys stay as empty shapes, never with content."""
    if sight.whole:
        return dict(view)
    shown = disclosure.SHARED_KEYS | (_SOURCE if sight.told else frozenset())
    kept = {name: value if name in shown else _empty(value) for name, value in view.items()}
    kept |= {name: view[name] for name in _MADE_FOR_IT if name in view}
    attributes = view.get("attributes", {})
    kept["attributes"] = {n: attributes[n] for n in disclosure.SHARED_ATTRIBUTES if n in attributes}
    if not sight.told:
        kept["source"], kept["reporter_kind"] = disclosure.source_words(lead), disclosure.reporter_kind(lead)
    return kept


def restricted_row(lead: Lead, row: Mapping[str, Any], sight: Sight) -> dict[str, Any]:
    """This will keep of a lead's row in a list what the caller sees."""
    if sight.whole or sight.told:
        return dict(row)
    hidden = {"external_ref": None, "channel": None, "source": disclosure.source_words(lead)}
    return {**row, **{name: value for name, value in hidden.items() if name in row}}


def narrowed(refusal: Rejected, sight: Sight) -> Rejected:
    """This will take from a refusal what it would tell a stranger to the step about parts that are not theirs."""
    if sight.whole or refusal.kind != "forbidden":
        return refusal
    reasons = [r for r in refusal.reasons if r.code in {"not_allowed", "wrong_state"}]
    return Rejected(*(reasons or refusal.reasons[:1]), kind=refusal.kind, details=refusal.details)


def _empty(value: Any) -> Any:
    if isinstance(value, list):
        return []
    if isinstance(value, dict):
        return {}
    return False if isinstance(value, bool) else None
