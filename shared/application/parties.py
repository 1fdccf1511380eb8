"""Parties of a lead: add them sealed, find the same one again unopened, open one for a reason."""

from __future__ import annotations

from typing import Any

from shared.application import matters
from shared.application.acting import react
from shared.application.guarded import Row, SealBroken
from shared.application.happenings import happen
from shared.application.identities import unopened
from shared.application.sight import sight_of
from shared.application.work import UNSEEN, Done, Work
from workflows.events import Event
from workflows.guarded import AddParty, LinkPartyToLead, OpenParty
from workflows.inputs import Wrong, read_text
from workflows.lead import Lead
from workflows.party import ROLES, check_party, marks
from workflows.rejection import Reason, Rejected
from workflows.reporter import check_unnamed
from workflows.text import Text


def add_party(command: AddParty, work: Work) -> Done:
    """This will add a party to a lead the caller sees whole.

    Whoever shares an identity number, phone or plate with a known party becomes that party: `created` says whether it
    is new. Raises Rejected: not handling the lead, or faults of the identity.
    """
    whole = _handled(work, command.number)
    identity = check_party(command.kind, command.role, command.identity)
    known = [p for p in _known(work, identity) if p["kind"] == command.kind]
    if known:
        return _link(work, known[0], whole, command.role, created=False)
    party: dict[str, Any] = {
        "id": work.uow.new_id(),
        "campaign_id": work.campaign.id,
        "kind": command.kind,
        "agency_id": work.by.agency_id,
        "added_by": work.by.person_id,
        "added_at": work.at,
    }
    work.uow.parties.add(party, identity, marks(identity))
    return _link(work, party, whole, command.role, created=True)


def _known(work: Work, identity: dict[str, str]) -> list[Row]:
    found = (
        work.uow.parties.get(party_id)
        for party_id in work.uow.parties.known(work.campaign.id, marks(identity))
    )
    return [party for party in found if party is not None]


def _handled(work: Work, number: str) -> Lead:
    whole = work.lead(number, lock=True)
    if not (sight_of(work, whole).whole and work.may("handle_parties")):
        text = Text(
            "当事人由承办单位或办公室登记", "the unit that holds the lead, or the office, registers parties"
        )
        raise Rejected(Reason("not_holder", text), kind="forbidden")
    return whole


def _link(work: Work, party: Row, whole: Lead, role: str, *, created: bool) -> Done:
    if work.uow.parties.link(party, whole.id, role, work.by.person_id, work.by.agency_id, work.at):
        data = {"party_id": party["id"], "kind": party["kind"], "role": role}
        event = Event("party.linked", "party", party["id"], work.at, data)
        happen(work, matters.of_lead(work, whole), event, react)
    return Done("party", party["id"], whole.number, created=created, version=whole.version)


def party(work: Work, party_id: str) -> Row:
    """This will find a party of a lead the caller sees whole. Raises Rejected (missing)."""
    found = work.uow.parties.get(party_id)
    if found is None or found["campaign_id"] != work.campaign.id or not _leads(work, party_id):
        raise Rejected(UNSEEN, kind="missing")
    return found


def _leads(work: Work, party_id: str) -> list[Lead]:
    """The leads of a party that the caller sees whole."""
    found = (work.uow.leads.by_id(lead_id) for lead_id in work.uow.parties.leads_of(party_id))
    return [x for x in found if x is not None and work.may_see(x.id) and sight_of(work, x).whole]


def link_party(command: LinkPartyToLead, work: Work) -> Done:
    """This will let a known party take part in another lead of the caller's; a repeat changes nothing. Raises Rejected."""
    found, whole = party(work, command.party_id), _handled(work, command.number)
    if command.role not in ROLES:
        text = Text(f"须为下列之一：{'、'.join(ROLES)}", f"must be one of {', '.join(ROLES)}")
        raise Rejected(Reason("choice", text, "role"), kind="invalid")
    return _link(work, found, whole, command.role, created=False)


def open_party(command: OpenParty, work: Work) -> Done:
    """This will give what names a party, in `extra["identity"]` alone, and record who opened it and why.

    The opening stands in the history of each lead of the party that the caller sees. Raises Rejected.
    """
    found = party(work, command.party_id)
    work.demand("handle_parties", "not_opener")
    try:
        reason = read_text(command.reason, 400)
    except Wrong as wrong:
        raise Rejected(Reason(wrong.code, wrong.text, "reason"), kind="invalid") from None
    try:
        identity = work.uow.parties.open(found["id"])
    except SealBroken as broken:
        raise unopened(broken) from broken
    check_unnamed(identity, [("reason", reason)])
    for whole in _leads(work, found["id"]):
        event = Event("party.opened", "party", found["id"], work.at, {}, None, None, reason)
        happen(work, matters.of_lead(work, whole), event, react)
    return Done("party", found["id"], version=1, extra={"identity": identity})


def show_party(work: Work, party_id: str) -> dict[str, Any]:
    """This will show a party unopened: its kind, and the leads it takes part in as far as the caller sees them whole."""
    found = party(work, party_id)
    leads = [
        {"number": whole.number, "role": row["role"]}
        for whole in _leads(work, party_id)
        for row in work.uow.parties.of_lead(whole.id)
        if row["party_id"] == party_id
    ]
    return {
        "id": found["id"],
        "kind": found["kind"],
        "added_at": work.in_zone(found["added_at"]),
        "leads": leads,
    }
