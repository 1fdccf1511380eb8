"""One step of any machine: read the inputs, let the rules decide, write what the step says, let the rest follow."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from shared.application import holding, matters, oversight
from shared.application.colleagues import colleague
from shared.application.happenings import Matter, happen
from shared.application.obligations import owe_for
from shared.application.ports import UnitOfWork
from shared.application.unnamed import check_texts
from shared.application.work import Work
from workflows import coordination, disclosure, lead, lifecycle, order, transfer
from workflows.campaign import CampaignDefinition, Transition
from workflows.commands import system_caller
from workflows.coordination import Handoff
from workflows.events import Event
from workflows.inputs import read_inputs
from workflows.lead import Lead
from workflows.order import Order
from workflows.rejection import Reason, Rejected
from workflows.text import Text
from workflows.transfer import Transfer

T = TypeVar("T", Lead, Handoff, Transfer, Order)
CHANNEL = "receipt_channel"
"""The input that says how a receipt was given; left out, it is the way the caller asks."""


OFFICER = "officer"
"""The input that gives a piece of work to one of the receiver's people."""

FARTHEST_BACK = timedelta(days=30)
"""How far back an act may be dated (policy): what was done yesterday may be typed today, last year's may not."""


@dataclass(frozen=True, slots=True)
class Noun(Generic[T]):
    """How one kind of subject is seen, stepped and saved."""

    subject: str
    matter: Callable[[Work, T], Matter]
    stepped: Callable[[T, str, Mapping[str, Any], bool], T]
    save: Callable[[UnitOfWork, T, datetime], None]
    effects: Callable[[Work, T, T, Transition, Mapping[str, Any]], None]


def act(
    work: Work,
    noun: Noun[T],
    value: T,
    trigger: str,
    given: Mapping[str, Any],
    occurred_at: datetime | None = None,
    depth: int = 0,
) -> T:
    """This will take one step of a subject's machine, and all that follows from it.

    Raises Rejected with every reason when the step is not possible, not allowed, or wrongly filled in.
    """
    before = noun.matter(work, value)
    transition = before.definition.lifecycles[noun.subject].transition(trigger, value.state)
    inputs = _inputs(before.definition, transition, given, work)
    _check_new_receivers(before.definition, value, transition, inputs)
    if isinstance(value, Handoff) and OFFICER in inputs:
        inputs[OFFICER] = colleague(work, value.to_agency, inputs[OFFICER], f"given/{OFFICER}")
    check_texts(work, before.lead_id, inputs, "given/")
    actor = matters.actor_facts(work, before.definition, before.relations)
    facts = {**before.facts, **{f"given.{name}": found for name, found in inputs.items()}}
    step = lifecycle.decide(before.definition, noun.subject, value.state, trigger, actor, facts, work.at)
    moment = _moment(work, occurred_at)
    written = {**_written(work, value, step, inputs), f"{step.event}_at": moment}
    if noun.subject != "lead":
        written[f"{step.event}_by"] = work.by.person_id
    after = noun.stepped(value, step.to_state, written, step.transition.new_round)
    noun.save(work.uow, after, work.at)
    event = Event(
        f"{noun.subject}.{step.event}",
        noun.subject,
        after.id,
        moment,
        {"trigger": trigger, "given": inputs, "version": after.version, **_backdated(work, moment)},
        step.from_state,
        step.to_state,
        inputs.get("reason"),
    )
    happen(work, noun.matter(work, after), event, react, depth)
    noun.effects(work, value, after, step.transition, inputs)
    return after


def _inputs(
    definition: CampaignDefinition, transition: Transition | None, given: Mapping[str, Any], work: Work
) -> dict[str, Any]:
    """A step taken by the system passes on only what the step knows; a person's inputs are all checked."""
    if transition is None:
        return {}
    allowed = (*transition.needs, *transition.takes)
    if work.by.is_system:
        given = {name: value for name, value in given.items() if name in allowed}
    inputs = read_inputs(definition, allowed, given)
    if CHANNEL in allowed and CHANNEL not in inputs and _is_known(definition, work.by.channel):
        inputs[CHANNEL] = work.by.channel
    return inputs


def _is_known(definition: CampaignDefinition, channel: str) -> bool:
    return bool(channel) and definition.word(str(definition.field(CHANNEL).vocabulary), channel) is not None


def _check_new_receivers(
    definition: CampaignDefinition,
    value: Lead | Handoff | Transfer | Order,
    transition: Transition | None,
    inputs: Mapping[str, Any],
) -> None:
    """A lead goes to agencies that do such work, a transfer on to one that takes transfers."""
    if isinstance(value, Transfer) and "to_agency" in inputs:
        sides = {value.from_agency, value.to_agency}
        check_receiver(definition, inputs["to_agency"], sides, "given/to_agency")
    if not isinstance(value, Lead) or transition is None or transition.hands_off is None:
        return
    kind = definition.coordination_type(transition.hands_off)
    named = [("given/lead_agency", inputs.get("lead_agency"))]
    named += [(f"given/assisting/{i}", agency) for i, agency in enumerate(inputs.get("assisting", ()))]
    faults = [
        coordination.wrong_partner(definition, kind, agency, pointer)
        for pointer, agency in named
        if agency is not None and not coordination.takes(definition, kind, agency)
    ]
    if "lead_agency" not in transition.sets and inputs.get("lead_agency") == (value.lead_agency or ""):
        text = Text("线索已由该单位承办", "that agency holds the lead already")
        faults.append(Reason("same_agency", text, "given/lead_agency"))
    if faults:
        raise Rejected(*faults, kind="invalid")


def check_receiver(definition: CampaignDefinition, to: str, sides: Collection[str], pointer: str) -> None:
    """This will refuse a receiver of a transfer that takes none, or that has it already. Raises Rejected (invalid)."""
    known = [agency for agency in definition.transfer_receivers if agency not in sides]
    if to not in known:
        names = {agency.id: agency.short for agency in definition.agencies}
        zh = f"须移送公安机关，可选：{'、'.join(f'{names[a]}（{a}）' for a in known) or '无'}"
        text = Text(zh, f"must be an organ that takes transfers: {', '.join(known) or 'there is none'}")
        raise Rejected(Reason("wrong_receiver", text, pointer), kind="invalid")


def _moment(work: Work, occurred_at: datetime | None) -> datetime:
    if occurred_at is None:
        return work.at
    if occurred_at > work.at:
        text = Text("发生时间不能晚于现在", "what happened cannot lie in the future")
        raise Rejected(Reason("in_future", text, "occurred_at"), kind="invalid")
    if occurred_at < work.at - FARTHEST_BACK:
        text = Text(f"最多补记 {FARTHEST_BACK.days} 天内的事", f"at most {FARTHEST_BACK.days} days back")
        raise Rejected(Reason("too_far_back", text, "occurred_at"), kind="invalid")
    return occurred_at


def _backdated(work: Work, moment: datetime) -> dict[str, Any]:
    return {"backdated": True} if moment < work.at else {}


def _written(
    work: Work, value: Lead | Handoff | Transfer | Order, step: lifecycle.Step, inputs: Mapping[str, Any]
) -> dict[str, Any]:
    """What the step writes: its `sets` and `counts`, the state to come back to, and who took it."""
    transition, held = step.transition, value.attributes
    found: dict[str, Any] = {}
    for name, source in transition.sets.items():
        if isinstance(source, str) and source.startswith("given."):
            given = inputs.get(source.removeprefix("given."))
            if given is not None:
                found[name] = given
        else:
            found[name] = source
    for name in transition.counts:
        found[name] = int(held.get(name, 0)) + 1
    if transition.remembers:
        found["resume_state"] = step.from_state
    if not work.by.is_system:
        found["last_actor"] = work.by.person_id
    return found


def react(work: Work, matter: Matter, event: Event, depth: int) -> None:
    """This will let other machines take the steps the definition ties to an event."""
    kinds = {event.kind, f"{event.kind}:{matter.type}"}
    for reaction in matter.definition.reactions:
        if reaction.on not in kinds or (reaction.when is not None and not reaction.when.holds(matter.facts)):
            continue
        as_system = Work(work.uow, work.at, _system(work), work.campaign, work.happened)
        given = dict(event.data.get("given", {}))
        for noun, value in _targets(as_system, matter, reaction.subject):
            if matter.definition.lifecycles[noun.subject].transition(reaction.fire, value.state) is not None:
                act(as_system, noun, value, reaction.fire, given, None, depth)
    owe_for(work, matter, event, react, depth)


def _system(work: Work) -> Any:
    return system_caller(work.campaign.id, work.by.request_id)


def _targets(work: Work, matter: Matter, subject: str) -> list[tuple[Noun[Any], Any]]:
    if matter.lead is None:
        return []
    if subject == "lead":
        fresh = work.uow.leads.by_id(matter.lead.id, lock=True)
        return [(LEAD, fresh)] if fresh is not None else []
    parts: dict[str, tuple[Noun[Any], Any]] = {
        "handoff": (HANDOFF, work.uow.handoffs),
        "transfer": (TRANSFER, work.uow.transfers),
        "order": (ORDER, work.uow.orders),
    }
    noun, rows = parts[subject]
    return [(noun, part) for part in rows.of_lead(matter.lead.id) if part.id != matter.id]


def lead_of(work: Work, lead_id: str | None) -> Lead:
    """This will give the lead a part belongs to, locked: steps of one lead happen one after another."""
    found = work.uow.leads.by_id(lead_id or "", lock=True)
    assert found is not None, "a part cannot outlive its lead"
    return found


def send(
    work: Work,
    whole: Lead,
    kind: str,
    to: tuple[str, ...],
    *,
    host: str | None,
    request: str,
    sender: str,
    attributes: Mapping[str, Any],
    materials: Sequence[Mapping[str, Any]] = (),
    depth: int = 0,
) -> list[Handoff]:
    """This will hand work of one kind to agencies: one handoff each, one group, with grants, clocks and notices.

    What each receiver can see of the lead is kept as a copy; its SHA-256 stands in the history.
    """
    definition = work.pinned(whole.definition_hash)
    rule = definition.coordination_type(kind)
    group, sent = work.uow.new_id(), []
    along = {"materials": [row["id"] for row in materials]} if materials else {}
    for agency in to:
        handoff = Handoff(
            id=work.uow.new_id(),
            campaign_id=work.campaign.id,
            lead_id=whole.id,
            group_id=group,
            type=kind,
            from_agency=sender,
            to_agency=agency,
            role=coordination.HOST if agency == (host or to[0]) else coordination.ASSIST,
            blocking=rule.blocking,
            joining=rule.joining,
            request=request,
            state=definition.lifecycles["handoff"].initial,
            version=1,
            definition_hash=definition.hash,
            sent_at=work.at,
            attributes={**attributes, **along, "last_actor": work.by.person_id},
        )
        work.uow.handoffs.add(handoff, work.at)
        work.uow.grants.give(work.campaign.id, whole.id, agency, "handoff", handoff.id, work.at)
        sent.append(handoff)
    for handoff in sent:
        matter = matters.of_handoff(work, handoff, whole)
        data = {
            "type": kind,
            "to": handoff.to_agency,
            "from": sender,
            "role": handoff.role,
            "group": group,
            "shared_sha256": _share(work, whole, handoff, materials),
        }
        event = Event("handoff.sent", "handoff", handoff.id, work.at, data, None, handoff.state)
        happen(work, matter, event, react, depth)
    return sent


def _share(work: Work, whole: Lead, handoff: Handoff, materials: Sequence[Mapping[str, Any]]) -> str:
    copy = disclosure.shared_copy(whole, handoff, materials)
    sha256 = disclosure.digest(copy)
    work.uow.copies.add(work.campaign.id, whole.id, handoff.id, sha256, copy, work.at)
    return sha256


def _lead_effects(
    work: Work, before: Lead, after: Lead, transition: Transition, inputs: Mapping[str, Any]
) -> None:
    named = "lead_agency" in transition.sets
    if after.lead_agency is not None and (named or after.lead_agency != before.lead_agency):
        holding.take(work, after, after.lead_agency)
    receiver = inputs.get("lead_agency") or after.lead_agency
    if transition.hands_off is None or receiver is None:
        return
    assisting = tuple(name for name in inputs.get("assisting", ()) if name != receiver)
    definition = work.pinned(after.definition_hash)
    sender = definition.office.id if work.by.is_system else work.by.agency_id
    words = str(inputs.get("requirement") or transition.name.zh)
    urgency = {"urgency": after.attributes.get("urgency") or after.intake.urgency}
    send(
        work,
        after,
        transition.hands_off,
        (receiver, *assisting),
        host=receiver,
        request=words,
        sender=sender,
        attributes=urgency,
    )


def _handoff_effects(
    work: Work, before: Handoff, after: Handoff, _: Transition, __: Mapping[str, Any]
) -> None:
    if not coordination.is_live(after):
        work.uow.grants.end(after.lead_id, "handoff", after.id, work.at)
        holding.give_back(work, lead_of(work, after.lead_id), after)
    elif not coordination.is_live(before):
        work.uow.grants.give(work.campaign.id, after.lead_id, after.to_agency, "handoff", after.id, work.at)


def _transfer_effects(
    work: Work, before: Transfer, after: Transfer, _: Transition, __: Mapping[str, Any]
) -> None:
    moved = after.to_agency != before.to_agency
    if moved:
        work.uow.grants.end(after.lead_id, "transfer", after.id, work.at)
    if after.state == transfer.SENT or moved:
        work.uow.grants.give(work.campaign.id, after.lead_id, after.to_agency, "transfer", after.id, work.at)
    asked = work.pinned(after.definition_hash).lifecycles["transfer"].copied_when
    just_sent = "sent_at" in after.attributes and "sent_at" not in before.attributes
    if just_sent and asked is not None and after.attributes.get(asked):
        oversight.copy_sent(work, TRANSFER.matter(work, after), after)


def _transfer_stepped(value: Transfer, state: str, attributes: Mapping[str, Any], _: bool) -> Transfer:
    """Who forwarded a transfer keeps seeing what became of it."""
    after = transfer.stepped(value, state, attributes)
    if after.to_agency == value.to_agency:
        return after
    earlier = [*value.attributes.get("forwarded_by", ()), value.to_agency]
    return replace(after, attributes={**after.attributes, "forwarded_by": earlier})


def _order_stepped(value: Order, state: str, attributes: Mapping[str, Any], _: bool) -> Order:
    after = order.stepped(value, state, attributes)
    return replace(after, number=after.attributes.get("number", after.number))


LEAD: Noun[Lead] = Noun(
    "lead",
    matters.of_lead,
    lambda value, state, attributes, fresh: lead.stepped(value, state, attributes, new_round=fresh),
    lambda uow, value, at: uow.leads.save(value, at),
    _lead_effects,
)
HANDOFF: Noun[Handoff] = Noun(
    "handoff",
    lambda work, value: matters.of_handoff(work, value, lead_of(work, value.lead_id)),
    lambda value, state, attributes, _: coordination.stepped(value, state, attributes),
    lambda uow, value, at: uow.handoffs.save(value, at),
    _handoff_effects,
)
TRANSFER: Noun[Transfer] = Noun(
    "transfer",
    lambda work, value: matters.of_transfer(work, value, lead_of(work, value.lead_id)),
    _transfer_stepped,
    lambda uow, value, at: uow.transfers.save(value, at),
    _transfer_effects,
)
ORDER: Noun[Order] = Noun(
    "order",
    lambda work, value: matters.of_order(
        work, value, lead_of(work, value.lead_id) if value.lead_id else None
    ),
    _order_stepped,
    lambda uow, value, at: uow.orders.save(value, at),
    lambda *_: None,
)
