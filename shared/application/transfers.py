"""Propose a criminal transfer and take the steps of its machine."""

from __future__ import annotations

from shared.application import matters
from shared.application.acting import TRANSFER, act, lead_of, react
from shared.application.changes import check_seen, explained
from shared.application.happenings import happen
from shared.application.unnamed import check_texts
from shared.application.work import UNSEEN, Done, Work
from workflows.commands import ActOnTransfer, ProposeTransfer
from workflows.events import Event
from workflows.inputs import read_inputs
from workflows.rejection import Reason, Rejected
from workflows.text import Text
from workflows.transfer import WATCHED_BY, Transfer

PROPOSAL_FIELDS = (
    "report",
    "officers",
    "enclosures",
    "estimated_value_yuan",
    "reason",
    "penalty_before",
    "cc_procuratorate",
)


def propose_transfer(command: ProposeTransfer, work: Work) -> Done:
    """This will propose to hand a lead to the police; the head of the proposing unit then decides in time.

    Raises Rejected: not the holder's officer, a receiver that does not take criminal cases, a transfer already under
    way, or a lead that is not in a state to be transferred.
    """
    whole = work.lead(command.number, lock=True)
    definition = work.pinned(whole.definition_hash)
    check_seen(work, command.expected_version, whole, whole)
    if work.by.agency_id != whole.lead_agency or not work.may("propose_transfers"):
        text = Text(
            "移送由承办单位的承办人提出",
            "a transfer is proposed by an officer of the unit that holds the lead",
        )
        raise Rejected(Reason("not_holder", text), kind="forbidden")
    receivers = {t for c in definition.coordination if c.carried_by == "transfer" for t in c.partners}
    known = [a.id for a in definition.agencies if a.type in receivers and a.id not in definition.succeeded]
    if command.to not in known:
        text = Text(f"须移送公安机关,可选:{'、'.join(known)}", f"must be a police organ: {', '.join(known)}")
        raise Rejected(Reason("wrong_receiver", text, "to"), kind="invalid")
    facts = matters.of_lead(work, whole).facts
    sources = {
        s
        for t in definition.lifecycles["lead"].transitions
        if t.trigger == "transfer_police"
        for s in t.sources
    }
    if facts["open_transfer"] or whole.state not in sources:
        zh = "已有移送在办" if facts["open_transfer"] else "线索现在的状态不能移送"
        en = (
            "a transfer is under way"
            if facts["open_transfer"]
            else f"a lead that is {whole.state} cannot be transferred"
        )
        raise Rejected(Reason("not_transferable", Text(zh, en)))
    fields = tuple(name for name in PROPOSAL_FIELDS if any(f.id == name for f in definition.fields))
    given = read_inputs(definition, fields, command.given)
    check_texts(work, whole.id, given, "given/")
    fresh = Transfer(
        id=work.uow.new_id(),
        campaign_id=work.campaign.id,
        lead_id=whole.id,
        from_agency=work.by.agency_id,
        to_agency=command.to,
        state=definition.lifecycles["transfer"].initial,
        version=1,
        definition_hash=definition.hash,
        proposed_at=work.at,
        attributes={**given, "proposed_by": work.by.person_id, "last_actor": work.by.person_id},
    )
    work.uow.transfers.add(fresh, work.at)
    data = {"to": command.to, "from": fresh.from_agency, "given": given}
    event = Event("transfer.proposed", "transfer", fresh.id, work.at, data, None, fresh.state)
    happen(work, matters.of_transfer(work, fresh, whole), event, react)
    return Done("transfer", fresh.id, whole.number, created=True, version=1)


def transfer(work: Work, transfer_id: str) -> Transfer:
    """This will find a transfer that its two sides, the procuratorate or the office may see. Raises Rejected (missing)."""
    found = work.uow.transfers.get(transfer_id)
    if found is None or found.campaign_id != work.campaign.id:
        raise Rejected(UNSEEN, kind="missing")
    definition = work.pinned(found.definition_hash)
    mine = (
        definition.has_agency(work.by.agency_id) and definition.agency(work.by.agency_id).type == WATCHED_BY
    )
    receivers = {found.to_agency, *found.attributes.get("forwarded_by", ())}
    sent = found.attributes.get("sent_at") is not None
    received = sent and (mine or bool(work.own_agencies & receivers))
    if not (work.sees_everything or received or found.from_agency in work.own_agencies):
        raise Rejected(UNSEEN, kind="missing")
    return found


def act_on_transfer(command: ActOnTransfer, work: Work) -> Done:
    """This will take one step of a transfer. Raises Rejected."""
    whole = lead_of(work, transfer(work, command.transfer_id).lead_id)
    value = transfer(work, command.transfer_id)
    check_seen(work, command.expected_version, value, whole)
    try:
        after = act(work, TRANSFER, value, command.trigger, command.given, command.occurred_at)
    except Rejected as refusal:
        raise explained(work, refusal, value, whole) from None
    return Done("transfer", after.id, whole.number, version=after.version)
