"""Propose a criminal transfer and take the steps of its machine."""

from __future__ import annotations

from shared.application import matters
from shared.application.acting import TRANSFER, act, check_receiver, lead_of, react
from shared.application.changes import check_seen, explained
from shared.application.happenings import happen
from shared.application.sight import holds
from shared.application.unnamed import check_texts
from shared.application.work import UNSEEN, Done, Work
from workflows.campaign import CampaignDefinition
from workflows.commands import ActOnTransfer, ProposeTransfer
from workflows.events import Event
from workflows.inputs import read_inputs
from workflows.rejection import Reason, Rejected
from workflows.text import Text
from workflows.transfer import SENT, Transfer

PROPOSAL_FIELDS = (
    "report",
    "officers",
    "enclosures",
    "estimated_value_yuan",
    "reason",
    "penalty_before",
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
    check_receiver(definition, command.to, {work.by.agency_id}, "to")
    facts = matters.of_lead(work, whole).facts
    if facts["open_transfer"] or whole.state not in _transferable(definition):
        zh = "已有移送在办" if facts["open_transfer"] else "线索现在的状态不能移送"
        en = (
            "a transfer is under way"
            if facts["open_transfer"]
            else f"a lead that is {whole.state} cannot be transferred"
        )
        raise Rejected(Reason("not_transferable", Text(zh, en)))
    wanted = {*PROPOSAL_FIELDS, definition.lifecycles["transfer"].copied_when}
    fields = tuple(f.id for f in definition.fields if f.id in wanted)
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


def _transferable(definition: CampaignDefinition) -> frozenset[str]:
    """The states of a lead from which sending a transfer takes it along; all but the last ones where nothing does."""
    machines = definition.lifecycles
    sending = {f"transfer.{t.event}" for t in machines["transfer"].transitions if t.to == SENT}
    fired = {r.fire for r in definition.reactions if r.subject == "lead" and r.on in sending}
    steps = [t for t in machines["lead"].transitions if t.trigger in fired]
    if not steps:
        return frozenset(s.id for s in machines["lead"].states if s.kind != "final")
    return frozenset(source for step in steps for source in step.sources)


def watches_transfers(work: Work, definition: CampaignDefinition) -> bool:
    """This will say whether the caller's agency watches over transfers and so reads every one that was sent."""
    return any(agency.id in work.own_agencies for agency in definition.watchers)


def transfer(work: Work, transfer_id: str) -> Transfer:
    """This will find a transfer: for its sides, who holds the lead, who watches over them, or the office. Raises Rejected."""
    found = work.uow.transfers.get(transfer_id)
    if found is None or found.campaign_id != work.campaign.id:
        raise Rejected(UNSEEN, kind="missing")
    mine = watches_transfers(work, work.pinned(found.definition_hash))
    receivers = {found.to_agency, *found.attributes.get("forwarded_by", ())}
    sent = found.attributes.get("sent_at") is not None
    received = sent and (mine or bool(work.own_agencies & receivers))
    takes_part = work.sees_everything or received or found.from_agency in work.own_agencies
    if not takes_part and not holds(work, found.lead_id):
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
