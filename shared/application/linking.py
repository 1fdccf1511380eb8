"""Link leads, end a link, and find the leads that may tell of the same matter."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from shared.application import matters
from shared.application.acting import react
from shared.application.happenings import happen
from shared.application.rules import acted_on
from shared.application.sight import sees_whole, sight_of
from shared.application.work import Done, Work
from workflows import linking
from workflows.campaign import CampaignDefinition
from workflows.duplicates import WINDOW_DAYS, Likeness, Sketch, candidates, recalled
from workflows.events import Event
from workflows.inputs import Wrong, read_text
from workflows.lead import Lead
from workflows.linking import LinkLeads, UnlinkLeads
from workflows.rejection import Reason, Rejected
from workflows.text import Text

MOST_COMPARED = 2_000
"""How many leads of the months around a lead are compared with it (policy): a bound on cost, far above a county's year."""
MOST_RECALLED = 1_000
"""The same while somebody tells (policy): it is asked again at every pause, and what is known of so many is kept at hand."""
ONLINE = "online"
"""The tag of kinds of place that lie nowhere, so that their addresses are not compared."""


def link_leads(command: LinkLeads, work: Work) -> Done:
    """This will link two leads the caller sees whole; a repeat changes nothing.

    Raises Rejected: not handling the first, an unknown or unseen second, the same lead twice, an unknown kind, or a
    link the other way round.
    """
    lead, other = _both(work, command)
    first, second, kind = linking.stored(lead.id, other.id, command.kind)
    if work.uow.links.find(first, second, kind) is not None:
        return Done("lead", lead.id, lead.number, version=lead.version)
    if kind == linking.UPSTREAM and work.uow.links.find(second, first, kind) is not None:
        text = Text("两条线索已按相反的上下游关系关联", "the two are linked the other way round already")
        raise Rejected(Reason("linked_otherwise", text, "kind", Text("先解除原关联", "end that link first")))
    link = {
        "id": work.uow.new_id(),
        "campaign_id": work.campaign.id,
        "lead_id": first,
        "other_id": second,
        "kind": kind,
        "reason": command.reason,
        "linked_by": work.by.person_id,
        "linked_at": work.at,
    }
    work.uow.links.add(link)
    _tell_both(work, "lead.linked", lead, other, command.kind, command.reason)
    return Done("lead", lead.id, lead.number, created=True, version=lead.version)


def unlink_leads(command: UnlinkLeads, work: Work) -> Done:
    """This will end a link. Raises Rejected: not handling the lead, or no such link."""
    lead, other = _both(work, command)
    found = work.uow.links.find(*linking.stored(lead.id, other.id, command.kind))
    if found is None:
        text = Text("两条线索没有这样的关联", "the two leads are not linked like that")
        raise Rejected(Reason("not_linked", text, "kind"))
    work.uow.links.end(found["id"], work.at)
    _tell_both(work, "lead.unlinked", lead, other, command.kind, command.reason)
    return Done("lead", lead.id, lead.number, version=lead.version)


def _both(work: Work, command: LinkLeads | UnlinkLeads) -> tuple[Lead, Lead]:
    """Both leads, locked in one order so that two people linking them cannot wait for each other."""
    faults: list[Reason] = []
    if command.kind not in linking.KINDS:
        known = "、".join(linking.KINDS)
        faults.append(Reason("choice", Text(f"须为下列之一：{known}", f"must be one of {known}"), "kind"))
    try:
        read_text(command.reason)
    except Wrong as wrong:
        faults.append(Reason(wrong.code, wrong.text, "reason"))
    if command.number == command.other:
        faults.append(Reason("same_lead", Text("不能与自身关联", "a lead is not linked to itself"), "other"))
    if faults:
        raise Rejected(*faults, kind="invalid")
    seen = work.lead(command.number)
    if not (sight_of(work, seen).whole and work.may("link_leads")):
        text = Text("关联由承办单位或办公室登记", "the unit that holds the lead, or the office, links it")
        raise Rejected(Reason("not_holder", text), kind="forbidden")
    other = work.uow.leads.by_number(work.campaign.id, command.other)
    if other is None or not work.may_see(other.id) or not sight_of(work, other).whole:
        raise Rejected(
            Reason("unknown_lead", Text("没有这条线索", "there is no such lead"), "other"), kind="invalid"
        )
    for lead_id in sorted((seen.id, other.id)):
        work.uow.leads.by_id(lead_id, lock=True)
    return seen, other


def _tell_both(work: Work, event: str, lead: Lead, other: Lead, kind: str, reason: str) -> None:
    """Both histories say it. They name the other lead by its opaque id: not everybody who reads one may know the other."""
    for here, there, seen in ((lead, other, kind), (other, lead, linking.TURNED.get(kind, kind))):
        data = {"kind": seen, "other_id": there.id}
        happen(
            work,
            matters.of_lead(work, here),
            Event(event, "lead", here.id, work.at, data, None, None, reason),
            react,
        )


def link_views(work: Work, lead: Lead) -> list[dict[str, Any]]:
    """This will list a lead's links to leads the caller may know of."""
    found = []
    for row in work.uow.links.of_lead(lead.id):
        other_id = row["other_id"] if row["lead_id"] == lead.id else row["lead_id"]
        other = work.uow.leads.by_id(other_id) if work.may_see(other_id) else None
        if other is not None:
            kind = linking.seen_from(lead.id, row["lead_id"], row["kind"])
            name = linking.KINDS[kind]
            found.append(
                {
                    "lead": other.number,
                    "title": other.intake.title,
                    "kind": kind,
                    "name": {"zh": name.zh, "en": name.en},
                    "reason": row["reason"],
                    "linked_by": row["linked_by"],
                    "linked_at": work.in_zone(row["linked_at"]),
                }
            )
    return found


def likenesses(work: Work, lead: Lead) -> list[tuple[Lead, Likeness]]:
    """This will compare a lead with those received around its time that the caller may know of, the most alike first.

    Leads merged already are left out.
    """
    others = _around(work, lead.received_at, MOST_COMPARED)
    shared = _shared_parties(work, lead)
    alike = candidates(
        _sketch(work, lead, shared),
        (_sketch(work, other, shared) for other in others.values()),
        _changes_of_law(work, lead.definition_hash),
    )
    return [(others[like.id], like) for like in alike]


def likenesses_of_words(work: Work, told: Sketch) -> list[tuple[Lead, Likeness]]:
    """This will find leads that may tell of what is being told now and is no lead yet, the most alike first.

    What speaks of a lead here is what it tells, so only leads the caller sees whole are compared.
    """
    others = {
        lead.id: lead for lead in _around(work, work.at, MOST_RECALLED).values() if sees_whole(work, lead)
    }
    sketches = (_sketch(work, other, {}) for other in others.values())
    alike = recalled(told, sketches, _changes_of_law(work, work.definition.hash))
    return [(others[like.id], like) for like in alike]


def _around(work: Work, received_at: datetime, most: int) -> dict[str, Lead]:
    """The leads received around a moment that the caller may know of, newest first."""
    around = timedelta(days=2 * WINDOW_DAYS)
    filters: dict[str, Any] = {"received_from": received_at - around, "received_to": received_at + around}
    if not work.sees_everything:
        filters["visible_to"] = work.by.agency_id
    found, _ = work.uow.leads.page(work.campaign.id, filters, None, most)
    return {other.id: other for other in found if not _is_merged(work, other)}


def _changes_of_law(work: Work, definition: str) -> set[date]:
    days = {table.effective_from for table in work.pinned(definition).routing}
    return {day for day in days if day is not None}


def _is_merged(work: Work, lead: Lead) -> bool:
    ended = lead.state in matters.final_states(work.pinned(lead.definition_hash), "lead")
    return ended and lead.attributes.get("merged_into") is not None


def _shared_parties(work: Work, lead: Lead) -> dict[str, set[str]]:
    """Which leads a party of this one takes part in."""
    found: dict[str, set[str]] = {}
    for row in work.uow.parties.of_lead(lead.id):
        for lead_id in work.uow.parties.leads_of(row["party_id"]):
            found.setdefault(lead_id, set()).add(row["party_id"])
    return found


def _sketch(work: Work, lead: Lead, parties: dict[str, set[str]]) -> Sketch:
    intake = lead.intake
    return Sketch(
        lead.id,
        acted_on(work, lead),
        f"{intake.title}。{intake.description}",
        intake.address,
        intake.township,
        lies_nowhere(work.pinned(lead.definition_hash), intake.place_type),
        frozenset(lead.attributes.get("products") or intake.products),
        frozenset(intake.species),
        frozenset(parties.get(lead.id, ())),
        intake.title,
    )


def lies_nowhere(definition: CampaignDefinition, place_type: str) -> bool:
    """This will say whether places of a kind have no address on the ground."""
    place = definition.word("place_type", place_type)
    return place is not None and ONLINE in place.tags
