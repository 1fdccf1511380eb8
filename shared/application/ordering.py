"""Supervision orders a person draws up: on any matter, whether a clock is late, running, or none at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from shared.application import matters
from shared.application.acting import react
from shared.application.deadlines import visible
from shared.application.happenings import happen
from shared.application.orders import fresh_order
from shared.application.unnamed import check_texts
from shared.application.work import UNSEEN, Done, Work
from workflows.campaign import CampaignDefinition, Rung
from workflows.commands import DraftOrder
from workflows.deadline import Deadline
from workflows.events import Event
from workflows.inputs import Wrong, read_text
from workflows.lead import Lead
from workflows.order import NO_ORDERS, levels
from workflows.rejection import Reason, Rejected
from workflows.text import Text

MOST_WORDS = 500
"""So much fits on the sheet."""


def draft_order(command: DraftOrder, work: Work) -> Done:
    """This will draft an order no ladder called for; like any draft it binds nobody until a person signs.

    Raises Rejected naming each fault: who may not, an agency or a level there is not, a clock of somebody else, no words;
    or that the campaign knows no orders.
    """
    if not work.may("sign_orders"):
        work.demand("dispatch_leads")
    whole = work.lead(command.number, lock=True) if command.number is not None else None
    pin = whole.definition_hash if whole is not None else work.campaign.definition_hash
    definition = work.pinned(pin)
    about = _clock_about(work, command, whole)
    ladder = definition.clocks[about.rule].ladder if about is not None else None
    rungs = {rung.level: rung for rung in levels(definition, ladder)}
    if not rungs:
        raise Rejected(NO_ORDERS)
    texts = _texts(work, command, whole)
    faults = [*_faults(definition, command, about, rungs), *texts.faults]
    if faults:
        raise Rejected(*faults, kind="invalid")
    rung = rungs[command.level]
    named = {"name": {"zh": rung.name.zh, "en": rung.name.en}}
    due = {"due_at": about.due_at} if about is not None else {}
    plain = fresh_order(work, pin, rung, command.to, whole, about)
    fresh = replace(plain, attributes={**named, **due, **texts.given})
    work.uow.orders.add(fresh, work.at)
    code = {"code": fresh.deadline_code} if fresh.deadline_code is not None else {}
    data = {"level": rung.level, "form": rung.form, "holder": command.to, **code}
    event = Event("order.drafted", "order", fresh.id, work.at, data, None, fresh.state)
    happen(work, matters.of_order(work, fresh, whole), event, react)
    return Done("order", fresh.id, created=True, version=fresh.version)


@dataclass(frozen=True, slots=True)
class _Texts:
    """What a person wrote for an order, and what is wrong with it."""

    given: Mapping[str, str]
    faults: tuple[Reason, ...]


def _texts(work: Work, command: DraftOrder, whole: Lead | None) -> _Texts:
    given, faults = {}, []
    for name, words, needed in (
        ("requirement", command.requirement, True),
        ("matter", command.matter, whole is None),
    ):
        if not words and not needed:
            continue
        try:
            given[name] = read_text(words or "", MOST_WORDS)
        except Wrong as wrong:
            faults.append(Reason(wrong.code, wrong.text, name))
    check_texts(work, whole.id if whole is not None else None, given)
    return _Texts(given, tuple(faults))


def _clock_about(work: Work, command: DraftOrder, whole: Lead | None) -> Deadline | None:
    if command.deadline_id is None:
        return None
    found = visible(work, command.deadline_id)
    if whole is not None and found.lead_id != whole.id:
        raise Rejected(UNSEEN, kind="missing")
    return found


def _faults(
    definition: CampaignDefinition, command: DraftOrder, about: Deadline | None, rungs: Mapping[str, Rung]
) -> Iterator[Reason]:
    able = [agency.id for agency in definition.agencies if not agency.office]
    if not command.to:
        yield Reason("required", Text("请选择督办哪个单位", "choose the unit the order goes to"), "to")
    elif command.to not in able:
        words = Text(
            "督办单发给承办或协办单位", "an order goes to an agency that works on matters, not to the office"
        )
        yield Reason("unknown_agency", words, "to")
    elif about is not None and about.holder != command.to:
        holder = definition.agency(about.holder)
        words = Text(
            f"该时限由{holder.short}承担，督办单应发给{holder.short}",
            f"that clock is {holder.id}'s; the order goes to it",
        )
        yield Reason("not_its_clock", words, "deadline_id")
    if command.level not in rungs:
        words = Text(
            f"可选：{'、'.join(f'{level}（{rung.name.zh}）' for level, rung in rungs.items())}",
            f"one of: {', '.join(rungs)}",
        )
        yield Reason("choice", words, "level")
