"""Custody of seized things: collect them, hand them over with two confirmations, return or destroy them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from shared.application import matters
from shared.application.acting import react
from shared.application.guarded import Row
from shared.application.happenings import happen
from shared.application.sight import sight_of
from shared.application.views import agency_view, item_row
from shared.application.work import UNSEEN, Done, Work, check_version
from workflows import custody
from workflows.custody import Item
from workflows.events import Event
from workflows.guarded import AttachItem, CollectItem, MoveItem
from workflows.inputs import Wrong, check_takes_work, read_choice, read_text
from workflows.lead import Lead
from workflows.rejection import Reason, Rejected
from workflows.report_rules import AMOUNTS
from workflows.text import Text


def collect_item(command: CollectItem, work: Work) -> Done:
    """This will take a thing into the custody of the caller's agency and begin its chain.

    Raises Rejected: no such lead, not an officer, liaison or head, an unknown product, no amount, or more than the
    record of seizure holds.
    """
    whole = work.lead(command.number, lock=True)
    _check_collector(work)
    _check_words(work, whole, command)
    custody.check_amounts(command.pieces, command.grams, command.live_count)
    if command.record_id is not None:
        _check_record(work, whole, command)
    fresh = Item(
        id=work.uow.new_id(),
        campaign_id=work.campaign.id,
        record_id=command.record_id,
        label=command.label,
        product=command.product,
        pieces=command.pieces,
        grams=command.grams,
        live_count=command.live_count,
        state=custody.HELD,
        holder_agency=work.by.agency_id,
        version=1,
        added_by=work.by.person_id,
        added_at=work.at,
    )
    work.uow.items.add(fresh)
    work.uow.items.attach(fresh, whole.id, work.by.person_id, work.at)
    write_step(work, fresh, custody.COLLECTED, {"to_agency": work.by.agency_id})
    return Done("item", fresh.id, whole.number, created=True, version=1)


def _check_collector(work: Work) -> None:
    work.demand("collect_items")


def _check_words(work: Work, whole: Lead, command: CollectItem) -> None:
    faults = []
    try:
        read_text(command.label, 200)
    except Wrong as wrong:
        faults.append(Reason(wrong.code, wrong.text, "label"))
    try:
        read_choice(work.pinned(whole.definition_hash), "product", command.product)
    except Wrong as wrong:
        faults.append(Reason(wrong.code, wrong.text, "product"))
    if faults:
        raise Rejected(*faults, kind="invalid")


def _check_record(work: Work, whole: Lead, command: CollectItem) -> None:
    """Items never hold more than the record they come from; pieces against pieces, grams against grams."""
    found = [r for r in work.uow.records.of_lead(whole.id) if r["id"] == command.record_id]
    of_goods = work.pinned(whole.definition_hash).kinds_of_goods
    if not found or found[0]["kind"] not in of_goods or not sight_of(work, whole).record(found[0]):
        text = Text("这条线索没有这份扣押记录", "the lead has no such record of seizure")
        raise Rejected(Reason("unknown_record", text, "record_id"), kind="invalid")
    recorded, others = found[0]["data"], work.uow.items.of_record(found[0]["id"])
    faults = []
    for name in AMOUNTS:
        taken = sum(float(getattr(item, name) or 0) for item in others) + float(getattr(command, name) or 0)
        if recorded.get(name) is not None and taken > float(recorded[name]):
            text = Text(
                f"超过扣押记录的数量（{recorded[name]}）", f"more than the record holds ({recorded[name]})"
            )
            faults.append(Reason("more_than_recorded", text, name))
    if faults:
        raise Rejected(*faults, kind="invalid")


def item(work: Work, item_id: str, *, lock: bool = False) -> Item:
    """This will find an item the caller may see: it passed through its hands, or it belongs to a lead it sees whole.

    Raises Rejected (missing).
    """
    found = work.uow.items.get(item_id, lock=lock)
    if found is None or found.campaign_id != work.campaign.id or not _sees(work, found):
        raise Rejected(UNSEEN, kind="missing")
    return found


def _sees(work: Work, found: Item) -> bool:
    if work.sees_everything:
        return True
    touched = {agency for s in work.uow.items.steps(found.id) for agency in (s["by_agency"], s["to_agency"])}
    if work.own_agencies & touched:
        return True
    leads = [work.uow.leads.by_id(lead_id) for lead_id in work.uow.items.leads_of(found.id)]
    return any(x is not None and work.may_see(x.id) and sight_of(work, x).whole for x in leads)


def move_item(command: MoveItem, work: Work) -> Done:
    """This will take one step of custody. Raises Rejected; a lost race is told as a stale version."""
    _check_collector(work)
    before = item(work, command.item_id, lock=True)
    last = work.uow.items.steps(before.id)[-1]
    by = f"{last['by_agency']}/{last['by_person']}"
    check_version(command.expected_version, before.version, by=by, at=work.in_zone(last["at"]))
    if command.to is not None and not work.definition.has_agency(command.to):
        text = Text("没有这个单位", "there is no such agency")
        raise Rejected(Reason("unknown_agency", text, "to"), kind="invalid")
    if command.to is not None:
        try:
            check_takes_work(work.definition, command.to)
        except Wrong as wrong:
            raise Rejected(Reason(wrong.code, wrong.text, "to"), kind="invalid") from None
    _check_witness(work, command.witness)
    if command.note is not None:
        try:
            read_text(command.note, 400)
        except Wrong as wrong:
            raise Rejected(Reason(wrong.code, wrong.text, "note"), kind="invalid") from None
    after = custody.moved(before, command.act, work.by.agency_id, command.to, command.witness)
    work.uow.items.save(after)
    step: dict[str, str | None] = {
        "from_agency": before.holder_agency,
        "to_agency": after.to_agency or after.holder_agency,
    }
    if command.act in custody.WITNESSED:
        step["to_agency"] = None
    write_step(work, after, custody.ACTS[command.act][1], {**step, "note": _note(command)})
    return Done("item", after.id, None, version=after.version)


def _note(command: MoveItem) -> str | None:
    witness = f"见证人 {command.witness}" if command.witness is not None else None
    return ";".join(part for part in (command.note, witness) if part) or None


def _check_witness(work: Work, witness: str | None) -> None:
    if witness is None:
        return
    if witness == work.by.person_id or work.uow.people.find(work.campaign.id, witness) is None:
        text = Text("见证人须是另一位在册人员", "the witness is another person of the campaign")
        raise Rejected(Reason("unknown_person", text, "witness"), kind="invalid")


def attach_item(command: AttachItem, work: Work) -> Done:
    """This will let an item belong to another lead that the caller sees; a repeat changes nothing. Raises Rejected."""
    _check_collector(work)
    whole, found = work.lead(command.number, lock=True), item(work, command.item_id, lock=True)
    if work.uow.items.attach(found, whole.id, work.by.person_id, work.at):
        event = Event("item.attached", "item", found.id, work.at, {"label": found.label})
        happen(work, matters.of_lead(work, whole), event, react)
    return Done("item", found.id, whole.number, version=found.version)


def write_step(work: Work, after: Item, kind: str, step: Mapping[str, Any]) -> None:
    """This will write one step of a chain; each lead the item belongs to has it in its history."""
    row = {"from_agency": None, "note": None, **step, "kind": kind}
    who = {"by_person": work.by.person_id, "by_agency": work.by.agency_id, "at": work.at}
    work.uow.items.step(after, {"id": work.uow.new_id(), **row, **who})
    for lead_id in work.uow.items.leads_of(after.id):
        whole = work.uow.leads.by_id(lead_id, lock=True)
        assert whole is not None, "an item cannot outlive its lead"
        seen = matters.of_lead(work, whole)
        matter = replace(seen, relations={**seen.relations, "receiver": after.to_agency})
        data = {
            **row,
            "label": after.label,
            "pieces": after.pieces,
            "grams": after.grams,
            "holder": after.holder_agency,
            "state": after.state,
            "version": after.version,
        }
        happen(work, matter, Event(f"item.{kind}", "item", after.id, work.at, data), react)


def show_item(work: Work, item_id: str) -> dict[str, Any]:
    """This will show an item with its whole chain, and those of its leads the caller may know of."""
    found = item(work, item_id)
    leads = [work.uow.leads.by_id(lead_id) for lead_id in work.uow.items.leads_of(found.id)]
    return {
        **item_row(work, found),
        "leads": [x.number for x in leads if x is not None and work.may_see(x.id)],
        "chain": [_step_view(work, step) for step in work.uow.items.steps(found.id)],
    }


def _step_view(work: Work, step: Row) -> dict[str, Any]:
    return {
        **{name: step[name] for name in ("seq", "kind", "note", "by_person")},
        "from": agency_view(work.definition, step["from_agency"]),
        "to": agency_view(work.definition, step["to_agency"]),
        "by": agency_view(work.definition, step["by_agency"]),
        "at": work.in_zone(step["at"]),
    }


def list_items(work: Work, box: str, cursor: str | None, limit: int) -> dict[str, Any]:
    """This will list items newest first: waiting for one's receipt, held, or all one may see."""
    mine = box != "all" or not work.sees_everything
    agencies = work.own_agencies if mine else None
    found = work.uow.items.page(work.campaign.id, agencies, box, cursor, limit + 1)
    return {
        "items": [item_row(work, one) for one in found[:limit]],
        "next_cursor": found[limit - 1].id if len(found) > limit else None,
    }
