"""Supervision orders (督办单): a rung drafts one, a person signs it, the late agency answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from shared.application import matters
from shared.application.acting import ORDER, act, lead_of, react
from shared.application.changes import check_seen, explained
from shared.application.happenings import happen
from shared.application.work import UNSEEN, Done, Work
from workflows.campaign import Rung
from workflows.commands import ActOnOrder
from workflows.deadline import Deadline
from workflows.events import Event
from workflows.lead import Lead
from workflows.order import Order
from workflows.rejection import Rejected


def draft(work: Work, overdue: Deadline, rung: Rung, whole: Lead | None, definition_hash: str) -> Order:
    """This will draft the order a rung calls for; it has no number and binds nobody until a person signs."""
    fresh = replace(
        fresh_order(work, definition_hash, rung, overdue.holder, whole, overdue),
        attributes={"name": {"zh": rung.name.zh, "en": rung.name.en}, "due_at": overdue.due_at},
    )
    work.uow.orders.add(fresh, work.at)
    data = {"level": rung.level, "form": rung.form, "holder": overdue.holder, "code": overdue.code}
    event = Event("order.drafted", "order", fresh.id, work.at, data, None, fresh.state)
    happen(work, matters.of_order(work, fresh, whole), event, react)
    return fresh


def fresh_order(
    work: Work,
    definition_hash: str,
    rung: Rung,
    holder: str,
    whole: Lead | None,
    about: Deadline | None,
) -> Order:
    """This will make a draft: of this rung, to this agency, about this clock if there is one."""
    return Order(
        id=work.uow.new_id(),
        campaign_id=work.campaign.id,
        lead_id=whole.id if whole is not None else None,
        deadline_id=about.id if about is not None else None,
        deadline_code=about.code if about is not None else None,
        level=rung.level,
        form=rung.form,
        holder_agency=holder,
        state=work.pinned(definition_hash).lifecycles["order"].initial,
        version=1,
        definition_hash=definition_hash,
        drafted_at=work.at,
    )


def order(work: Work, order_id: str) -> Order:
    """This will find an order the office or the late agency may see; drafts are the office's. Raises Rejected."""
    found = work.uow.orders.get(order_id)
    if found is None or found.campaign_id != work.campaign.id:
        raise Rejected(UNSEEN, kind="missing")
    if not work.sees_everything and (found.holder_agency not in work.own_agencies or found.number is None):
        raise Rejected(UNSEEN, kind="missing")
    return found


def act_on_order(command: ActOnOrder, work: Work) -> Done:
    """This will take one step of an order; signing gives it its number. Raises Rejected."""
    value, whole = order(work, command.order_id), None
    if value.lead_id is not None:
        whole = lead_of(work, value.lead_id)
        value = order(work, command.order_id)
    check_seen(work, command.expected_version, value, whole)
    numbered = _numbered(work, value) if _is_signed_by(work, value, command.trigger) else value
    try:
        after = act(work, ORDER, numbered, command.trigger, command.given)
    except Rejected as refusal:
        raise explained(work, refusal, value, whole) from None
    return Done("order", after.id, after.number, version=after.version)


def _is_signed_by(work: Work, value: Order, trigger: str) -> bool:
    """Signing is the step that makes a draft go on; one that ends it gives it no number."""
    machine = work.pinned(value.definition_hash).lifecycles["order"]
    step = machine.transition(trigger, value.state)
    if value.number is not None or step is None or value.state != machine.initial:
        return False
    return step.to != machine.initial and machine.state(step.to).kind != "final"


def _numbered(work: Work, value: Order) -> Order:
    """The number is taken in the signing transaction: a refusal gives it back with everything else."""
    seq = work.uow.campaigns.take_number(work.campaign.id, "next_order")
    attributes: dict[str, Any] = {**value.attributes, "number": f"{work.today.year}-{seq}"}
    return Order(
        **{**{name: getattr(value, name) for name in Order.__dataclass_fields__}, "attributes": attributes}
    )
