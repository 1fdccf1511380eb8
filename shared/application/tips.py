"""Tips from the public: take them, find them by their receipt, speak with whoever told them.

A tip is a lead like any other from its first moment; what is more is the receipt. Who asks is never known here: limits
are allowances of receipts and of everybody together, and the system itself is the caller.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from shared.application import matters
from shared.application.acting import react
from shared.application.guarded import SealBroken
from shared.application.happenings import happen
from shared.application.identities import may_open, unopened
from shared.application.leads import receive_lead
from shared.application.materials import add_material
from shared.application.views import words
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
from workflows.tip_rules import TipRules, progress

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


def rules_of(work: Work) -> TipRules:
    """This will give how the campaign takes tips. Raises Rejected (missing) where it takes none."""
    if work.definition.tips is None:
        raise Rejected(UNSEEN, kind="missing")
    return work.definition.tips


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
        text = Text("举报人没有查询码,无法在此联系", "nobody holds a receipt of this lead")
        hint = Text("如有联系方式,可凭理由启封后联系", "where contact is known, open it for a reason")
        raise Rejected(Reason("no_receipt", text, None, hint))
    message = work.uow.new_id()
    say(work, lead, message, OFFICE, work.by.person_id, command.text)
    event = Event("tip.asked", "tip", lead.id, work.at, {"message": message})
    happen(work, matters.of_lead(work, lead), event, react)
    return Done("tip", lead.id, lead.number, created=True, version=lead.version)


def check_speaker(work: Work) -> None:
    """This will refuse whoever does not speak with reporters: the same few who may learn who they are."""
    if not may_open(work):
        text = Text("与举报人的联系由窗口、办公室人员负责", "the desk and the office speak with reporters")
        raise Rejected(Reason("not_speaker", text), kind="forbidden")


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


def promised(work: Work, lead: Lead) -> list[dict[str, Any]]:
    """This will list what the teller may expect by when: open clocks of the lead the campaign speaks of."""
    rules = work.pinned(lead.definition_hash).tips
    clocks = {c.code: c for c in work.uow.deadlines.of_lead(lead.id) if c.is_open and c.subject == "lead"}
    return [
        {"says": words(promise.says), "by": work.in_zone(clocks[promise.clock].due_at)}
        for promise in (rules.promises if rules is not None else ())
        if promise.clock in clocks
    ]


def forms(work: Work) -> dict[str, Any]:
    """This will say what anybody may tell the campaign, and in which words."""
    rules, definition = rules_of(work), work.definition
    return {
        "campaign": work.campaign.id,
        "title": words(definition.title),
        "mode": work.campaign.mode,
        "urgent": words(rules.urgent),
        **{
            name: [{"id": c.id, "name": words(c.name)} for c in definition.vocabularies[name]]
            for name in ("place_type", "act")
        },
        "today": work.today.isoformat(),
    }


def tip(work: Work, lead_id: str) -> dict[str, Any]:
    """This will show a tip as its teller may see it: neutral steps with their days, promises, what was said."""
    lead = work.uow.leads.by_id(lead_id)
    if lead is None or lead.campaign_id != work.campaign.id:
        raise Rejected(UNSEEN, kind="missing")
    definition = work.pinned(lead.definition_hash)
    rules = definition.tips
    assert rules is not None, (
        "a receipt is issued under rules for tips, or by a clerk of a campaign that has them"
    )
    steps = progress(rules, _history(work, lead, rules.follows))
    now = steps[-1].step
    return {
        "title": words(work.definition.title),
        "mode": work.campaign.mode,
        "state": {"id": now.id, "name": words(now.name)},
        "because": _because(work, lead, rules, now.states),
        "progress": [
            {"on": reached.on.isoformat(), "name": words(reached.step.name), "says": words(reached.step.says)}
            for reached in steps
        ],
        "promises": promised(work, lead),
        "messages": [
            {"sender": m["sent_by"], "on": _day(work, m), "text": m["text"]} for m in opened(work, lead)
        ],
        "photos": len([r for r in work.uow.materials.of_lead(lead.id) if r["added_by"] == work.by.person_id]),
        "urgent": words(rules.urgent),
        "as_of": work.in_zone(work.at),
    }


def messages(work: Work, number: str) -> dict[str, Any]:
    """This will show those who speak with reporters what was said about a lead. Raises Rejected."""
    lead = work.lead(number)
    check_speaker(work)
    return {
        "lead": lead.number,
        "reachable": work.uow.tips.has_receipt(lead.id),
        "joined": _joined(work, lead),
        "items": [
            {
                "id": m["id"],
                "sender": m["sent_by"],
                "by": m["person_id"],
                "at": work.in_zone(m["at"]),
                "text": m["text"],
            }
            for m in opened(work, lead)
        ],
    }


def _joined(work: Work, lead: Lead) -> list[str]:
    """The leads that went into this one and have tellers of their own, who are spoken with there."""
    sources = [row["source_id"] for row in work.uow.merges.into(lead.id)]
    found = [work.uow.leads.by_id(source) for source in sources if work.uow.tips.has_receipt(source)]
    return sorted(source.number for source in found if source is not None)


def opened(work: Work, lead: Lead) -> list[Mapping[str, Any]]:
    """This will open what was said about a lead. Raises Rejected where a seal does not open."""
    try:
        return list(work.uow.tips.messages(lead.id))
    except SealBroken as broken:
        raise unopened(broken) from broken


def _history(work: Work, lead: Lead, follows: str | None) -> list[tuple[date, str]]:
    """The states a lead went through with their days; from when it went into another one, that one's too."""
    found, met, since = [], {lead.id}, 0
    while True:
        for entry in work.uow.events.stream(lead.id):
            if entry.seq > since and entry.event.subject == "lead" and entry.event.to_state is not None:
                found.append((entry.recorded_at.astimezone(work.zone).date(), entry.event.to_state))
        into = lead.attributes.get(follows) if follows is not None else None
        other = work.uow.leads.by_number(lead.campaign_id, str(into)) if into is not None else None
        if other is None or other.id in met:
            return found
        joined = (e for e in work.uow.events.stream(other.id) if e.event.data.get("source_id") == lead.id)
        since, lead = max((e.seq for e in joined), default=0), other
        met.add(lead.id)


def _because(work: Work, lead: Lead, rules: TipRules, states: tuple[str, ...]) -> dict[str, str] | None:
    """The kind of reason a tip was turned down for: a word of the campaign, never what somebody wrote."""
    if rules.because is None or rules.because_words is None or lead.state not in states:
        return None
    choice = work.pinned(lead.definition_hash).word(
        rules.because_words, str(lead.attributes.get(rules.because))
    )
    return words(choice.name) if choice is not None else None


def _day(work: Work, message: Mapping[str, Any]) -> str:
    day: date = message["at"].astimezone(work.zone).date()
    return day.isoformat()


def takers(work: Work) -> list[dict[str, Any]]:
    """This will list the campaigns anybody may tell something: the live ones, or the exercises where none is live."""
    campaigns = [c for c in map(work.uow.campaigns.get, work.uow.tips.campaigns()) if c is not None]
    found = [(c, work.pinned(c.definition_hash)) for c in campaigns]
    taking = [(c, definition) for c, definition in found if definition.tips is not None]
    live = [(c, definition) for c, definition in taking if c.mode == "live"]
    return [
        {"id": c.id, "title": words(definition.title), "mode": c.mode} for c, definition in live or taking
    ]
