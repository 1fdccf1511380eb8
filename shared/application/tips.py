"""Tips from the public: take them, find them by their receipt, speak with whoever told them.

A tip is a lead like any other from its first moment; what is more is the receipt. Who asks is never known here: limits
are allowances of receipts and of everybody together, and the system itself is the caller.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.application import matters
from shared.application.acting import react
from shared.application.happenings import happen
from shared.application.leads import receive_lead
from shared.application.materials import add_material
from shared.application.tip_queries import check_speaker, promised, rules_of
from shared.application.work import UNSEEN, Done, Work
from workflows.allowance import Allowance, level_at, wait_for_one, with_one_used
from workflows.commands import ReceiveLead, system_caller
from workflows.events import Event
from workflows.guarded import AddMaterial
from workflows.inputs import Wrong, read_text
from workflows.lead import Lead
from workflows.photo import bare, ending_of
from workflows.receipt import Receipt, receipt_from
from workflows.rejection import Reason, Rejected
from workflows.text import Text
from workflows.tip import (
    ALL_TIPS,
    ALL_WRONG_TRIES,
    LONGEST_MESSAGE,
    MORE_TO_ONE,
    SHOWN_AGAIN,
    SOURCE,
    WRONG_TRIES,
    AddToTip,
    AskReporter,
    FindTip,
    Photo,
    SubmitTip,
    UseAllowance,
    check_photos,
    intake_of,
    place,
)

TELLER, OFFICE = "teller", "office"
_FIELDS = {
    "title": "what",
    "description": "what",
    "address": "where",
    "reporter": "contact",
    **{f"reporter/{name}": f"contact/{name}" for name in ("name", "phone", "contact")},
}


def use_allowance(command: UseAllowance, work: Work) -> Done:
    """This will use one of an allowance; `extra["wait"]` is 0, or the seconds until there is one again."""
    return Done("allowance", command.name, extra={"wait": _use(work, command.name, command.allowance)})


def all_tips(campaign_id: str) -> UseAllowance:
    """This will make the command that counts one more tip to a campaign."""
    return UseAllowance(system_caller(""), f"tips:{campaign_id}", ALL_TIPS)


def more_to(lead_id: str) -> UseAllowance:
    """This will make the command that counts one more addition to a tip."""
    return UseAllowance(system_caller(""), f"more:{lead_id}", MORE_TO_ONE)


def submit_tip(command: SubmitTip, work: Work) -> Done:
    """This will register a tip as a lead of the office; `extra["receipt"]` is its receipt, given this once.

    The same tip under the same key is one; for ten minutes it is answered with its receipt again, later with None.
    Raises Rejected: the campaign takes no tips, or a field is at fault (all are named).
    """
    rules = rules_of(work)
    check_photos(command.photos)
    photos = _bared(command.photos)
    tips = work.uow.tips
    said = (command.what, command.where, *((command.reporter.known().values()) if command.reporter else ()))
    key = tips.mark("tip", work.campaign.id, command.key, *said)
    try:
        received = receive_lead(
            ReceiveLead(command.by, intake_of(rules, command), SOURCE, key[:32], command.reporter), work
        )
    except Rejected as refusal:
        raise place(_FIELDS, refusal) from None
    lead = work.uow.leads.by_id(received.id, lock=True)
    assert lead is not None, "it was registered a moment ago"
    if not received.created:
        fresh = work.at - lead.received_at <= SHOWN_AGAIN
        receipt = _again(work, key) if fresh else None
    else:
        _attach(work, lead, photos, 0)
        receipt = issue(work, lead, key)
    extra = {"receipt": receipt, "promises": promised(work, lead)}
    return Done("lead", lead.id, lead.number, created=received.created, version=received.version, extra=extra)


def issue(work: Work, lead: Lead, key: str) -> Receipt:
    """This will make the receipt of a lead and keep its hash. The same key makes the same receipt."""
    for receipt in _receipts(work, key):
        if work.uow.tips.is_free(receipt):
            break
    work.uow.tips.add(work.campaign.id, lead.id, receipt, work.at)
    event = Event("tip.receipt_issued", "tip", lead.id, work.at)
    happen(work, matters.of_lead(work, lead), event, react)
    return receipt


def _again(work: Work, key: str) -> Receipt | None:
    return next((r for r in _receipts(work, key) if work.uow.tips.find(r) is not None), None)


def _receipts(work: Work, key: str) -> list[Receipt]:
    """What a key can become: the next one where another receipt begins alike."""
    return [receipt_from(work.uow.tips.mark("receipt", key, str(number))) for number in range(20)]


def find_tip(command: FindTip, work: Work) -> Done:
    """This will find the tip of a receipt: `extra` names its campaign and lead, or the seconds to `wait`, or nothing.

    That nothing was found is an answer and not an error, because the wrong try must be counted. While there is
    nothing left of an allowance the receipt is not looked at.
    """
    name = f"receipt:{work.uow.tips.mark('receipt locator', command.receipt.locator)}"
    waits = [_wait(work, name, WRONG_TRIES), _wait(work, "receipts", ALL_WRONG_TRIES)]
    if max(waits):
        return Done("tip", "", extra={"wait": max(waits)})
    found = work.uow.tips.find(command.receipt)
    if found is None:
        _use(work, name, WRONG_TRIES)
        _use(work, "receipts", ALL_WRONG_TRIES)
        return Done("tip", "")
    return Done("tip", "", extra={name: found[name] for name in ("campaign_id", "lead_id")})


def _wait(work: Work, name: str, allowance: Allowance) -> int:
    return wait_for_one(allowance, level_at(allowance, work.uow.allowances.level(name), work.at))


def _use(work: Work, name: str, allowance: Allowance) -> int:
    level = level_at(allowance, work.uow.allowances.level(name), work.at)
    wait = wait_for_one(allowance, level)
    if not wait:
        work.uow.allowances.save(name, with_one_used(level))
    return wait


def add_to_tip(command: AddToTip, work: Work) -> Done:
    """This will keep what a teller adds: words, sealed for the office, and photographs beside the lead.

    Raises Rejected: nothing is added, or something of it is at fault.
    """
    lead = work.uow.leads.by_id(command.lead_id, lock=True)
    if lead is None or lead.campaign_id != work.campaign.id:
        raise Rejected(UNSEEN, kind="missing")
    check_photos(command.photos)
    if command.text is None and not command.photos:
        text = Text("请写几句话或选照片", "write something, or choose a photograph")
        raise Rejected(Reason("blank", text, "text"), kind="invalid")
    photos = _bared(command.photos)
    message = work.uow.tips.mark("tip message", lead.id, command.key, command.text or "")[:32]
    said = command.text is not None and say(work, lead, message, TELLER, None, command.text)
    kept = _attach(work, lead, photos, len(_own_photos(work, lead)))
    if said or kept:
        data = {"message": message if said else None, "photos": kept}
        event = Event("tip.supplemented", "tip", lead.id, work.at, data)
        happen(work, matters.of_lead(work, lead), event, react)
    return Done("tip", lead.id, lead.number, created=bool(said or kept), version=lead.version)


def ask_reporter(command: AskReporter, work: Work) -> Done:
    """This will leave a message for whoever holds the lead's receipt.

    Raises Rejected: the caller does not speak with reporters, nobody holds a receipt, or the text is none.
    """
    lead = work.lead(command.number, lock=True)
    check_speaker(work)
    if not work.uow.tips.has_receipt(lead.id):
        text = Text("举报人没有查询码，无法在此联系", "nobody holds a receipt of this lead")
        hint = Text("如有联系方式，可凭理由启封后联系", "where contact is known, open it for a reason")
        raise Rejected(Reason("no_receipt", text, None, hint))
    message = work.uow.new_id()
    say(work, lead, message, OFFICE, work.by.person_id, command.text)
    event = Event("tip.asked", "tip", lead.id, work.at, {"message": message})
    happen(work, matters.of_lead(work, lead), event, react)
    return Done("tip", lead.id, lead.number, created=True, version=lead.version)


def say(work: Work, lead: Lead, message_id: str, sent_by: str, person: str | None, text: str) -> bool:
    """This will seal a message of a lead; False where it is there already. Raises Rejected: not readable text."""
    try:
        read_text(text, LONGEST_MESSAGE)
    except Wrong as wrong:
        raise Rejected(Reason(wrong.code, wrong.text, "text"), kind="invalid") from None
    row = {"id": message_id, "campaign_id": work.campaign.id, "lead_id": lead.id, "sent_by": sent_by}
    return work.uow.tips.say({**row, "person_id": person, "at": work.at}, text)


def _bared(photos: tuple[Photo, ...]) -> list[tuple[str, bytes]]:
    """Photographs without what they tell; every fault is named by its place."""
    found, faults = [], []
    for index, photo in enumerate(photos):
        try:
            found.append(bare(photo.content))
        except Wrong as wrong:
            faults.append(Reason(wrong.code, wrong.text, f"photos/{index}"))
    if faults:
        raise Rejected(*faults, kind="invalid")
    return found


def _attach(work: Work, lead: Lead, photos: list[tuple[str, bytes]], before: int) -> int:
    """The same picture is attached once; its name says only that it is one."""
    known = {row["sha256"] for row in _own_photos(work, lead)}
    kept = 0
    for media_type, content in photos:
        sha256, _ = work.uow.materials.keep(content)
        if sha256 not in known:
            known.add(sha256)
            kept += 1
            name = f"举报照片{before + kept}.{ending_of(media_type)}"
            add_material(AddMaterial(work.by, lead.number, name, content), work)
    return kept


def _own_photos(work: Work, lead: Lead) -> list[Mapping[str, Any]]:
    return [row for row in work.uow.materials.of_lead(lead.id) if row["added_by"] == work.by.person_id]
