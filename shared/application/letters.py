"""The facts of letters: what of a matter goes onto paper, for whoever may see the matter, and nothing of who reported.

A letter that hands work over is made of the copy that was shared then, so that it never says more than the receiver was
told, and says the same whenever it is printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from shared.application import deadlines as deadline_cases
from shared.application.coordination import handoff as find_handoff
from shared.application.goods_lines import agency_name, item_lines, number_words, taken, word
from shared.application.orders import order as find_order
from shared.application.page_queries.parts import windows
from shared.application.sight import sight_of
from shared.application.transfers import transfer as find_transfer
from shared.application.work import UNSEEN, Work
from workflows.campaign import CampaignDefinition, Clock
from workflows.deadline import Deadline
from workflows.lead import Lead
from workflows.letters import COLOUR_NAMES, KINDS, Letter, colour_of
from workflows.official_words import due_words, long_date, long_moment, official
from workflows.order import Order, levels
from workflows.rejection import Rejected
from workflows.reporting import status_of
from workflows.sources import cited

DRAFT = "草　稿"
_STOPS = tuple("。！？；：….!?;:”」）)")
NO_NUMBER = "〔　　　　〕　　号"
NO_DATE = "　　　　年　　月　　日"


def letter(work: Work, kind: str, subject_id: str) -> Letter:
    """This will gather the facts of one letter about a subject. Raises Rejected (missing) for what one may not see."""
    if kind not in _LETTERS:
        raise Rejected(UNSEEN, kind="missing")
    return _LETTERS[kind](work, subject_id)


def _letter(
    kind: str, fields: Mapping[str, str], as_of: datetime, work: Work, name: str | None = None, **lists: Any
) -> Letter:
    """Every name of the kind has its words: what nothing was said of is empty."""
    blank = dict.fromkeys(KINDS[kind].fields, "")
    common = {"draft": DRAFT, "number": NO_NUMBER, "date": NO_DATE, "as_of": long_moment(work.in_zone(as_of))}
    unknown = fields.keys() - blank.keys()
    assert not unknown, f"a letter of kind {kind} has no {sorted(unknown)}"
    held = {listed: tuple(map(_set, lists.get(listed, ()))) for listed in KINDS[kind].lists}
    facts = _set({**blank, **common, **fields})
    return Letter(kind, name or KINDS[kind].name.zh, facts, held, as_of.astimezone(work.zone))


_AS_WRITTEN = frozenset(
    {"lead_title", "description", "matter", "request", "requirement", "report", "number", "label", "sha256"}
)
"""What people wrote stands word for word; names of the campaign are set as official documents set them."""


def _set(names: Mapping[str, str]) -> dict[str, str]:
    return {name: words if name in _AS_WRITTEN else official(words) for name, words in names.items()}


def _sentence(words: str) -> str:
    """A request as a sentence of its own: with the stop that people leave out."""
    return words if words.rstrip().endswith(_STOPS) else f"{words.rstrip()}。"


def _handoff(work: Work, handoff_id: str) -> Letter:
    handoff = find_handoff(work, handoff_id)
    definition = work.pinned(handoff.definition_hash)
    copy = work.uow.copies.of_handoff(handoff.id)
    if copy is None or not work.may_see(handoff.lead_id):
        raise Rejected(UNSEEN, kind="missing")
    shared = copy["copy"]
    answer = _answer_clock(definition, work.uow.deadlines.of_subject("handoff", handoff.id))
    title = _title(definition, handoff.type, handoff.from_agency)
    fields = {
        **_told(definition, shared["lead"]),
        "to": agency_name(definition, handoff.to_agency),
        "sender": agency_name(definition, handoff.from_agency),
        "urgency": _urgency(definition, shared["lead"].get("urgency")),
        "type": title,
        "role": "主办" if handoff.role == "host" else "协办",
        "request": _sentence(handoff.request),
        "number": str(handoff.attributes.get("document_number") or NO_NUMBER),
    }
    if answer is not None:
        due, rule = answer
        basis = cited(rule.source, definition.laws, definition.office.name.zh)
        fields |= {"due": _due(work, due.original_due_at), "basis": basis}
    files = ({"name": m["name"], "sha256": m["sha256"]} for m in shared["materials"])
    return _letter("handoff", fields, handoff.sent_at, work, title, materials=files)


def _title(definition: CampaignDefinition, coordination: str, sender: str) -> str:
    """What the office hands down is a sheet (单), what one agency sends another a letter (函)."""
    name = definition.coordination_type(coordination).name.zh
    if name.endswith(("单", "函", "书")):
        return name
    steps = definition.lifecycles["lead"].transitions
    handed = any(step.hands_off == coordination for step in steps)
    return f"{name}单" if handed and sender == definition.office.id else f"{name}函"


def _answer_clock(
    definition: CampaignDefinition, clocks: Iterable[Deadline]
) -> tuple[Deadline, Clock] | None:
    """The clock an answer is due by: of those that run on the work itself the last to end."""
    found = [(due, definition.clocks[due.rule]) for due in clocks]
    counted = [(due, rule) for due, rule in found if rule.opens is None]
    return max(counted, key=lambda pair: (pair[0].original_due_at, pair[0].code), default=None)


def _urging(work: Work, deadline_id: str) -> Letter:
    due = deadline_cases.visible(work, deadline_id)
    definition = work.pinned(due.definition_hash)
    rule = definition.clocks[due.rule]
    late = due.is_overdue(work.at)
    fields = {
        **_clocked(work, definition, rule, due),
        "to": agency_name(definition, due.holder),
        "sender": definition.office.name.zh,
        "standing": "现已逾期" if late else "尚未办结",
    }
    return _letter("urging", fields, work.at, work)


def _clocked(work: Work, definition: CampaignDefinition, rule: Clock, due: Deadline) -> dict[str, str]:
    whole = work.uow.leads.by_id(due.lead_id) if due.lead_id is not None else None
    return {
        "lead_number": whole.number if whole is not None else "",
        "clock": rule.name.zh,
        "act": (rule.act or rule.name).zh + _report_called_for(work, due),
        "due": _due(work, due.due_at),
        "basis": cited(rule.source, definition.laws, definition.office.name.zh),
    }


def _report_called_for(work: Work, due: Deadline) -> str:
    """Of a clock on a report, which report that is: a unit owes several."""
    owed = work.uow.reports.by_id(due.subject_id) if due.subject == "report" else None
    if owed is None:
        return ""
    return f"（{work.pinned(owed['definition_hash']).report(owed['kind'], owed['period']).name.zh}）"


def _supervision(work: Work, order_id: str) -> Letter:
    order = find_order(work, order_id)
    due = work.uow.deadlines.get(order.deadline_id) if order.deadline_id is not None else None
    definition = work.pinned(order.definition_hash)
    rungs = levels(definition, definition.clocks[due.rule].ladder if due is not None else None)
    place = next((n for n, rung in enumerate(rungs) if rung.level == order.level), 0)
    signed = order.attributes.get("signed_at")
    reply = _answer_clock(definition, work.uow.deadlines.of_subject("order", order.id))
    fields = {
        **_ordered(work, definition, order, due),
        "to": agency_name(definition, order.holder_agency),
        "sender": definition.office.name.zh,
        "colour": COLOUR_NAMES[colour_of(place, max(len(rungs), 1))].zh,
        "form": order.attributes["name"]["zh"],
        "reply_due": f"于{_due(work, reply[0].original_due_at)}前" if reply is not None else "在规定期限内",
    }
    if signed is not None:
        own = f"编号：{order.number}" if order.number else NO_NUMBER
        number = str(order.attributes.get("document_number") or own)
        fields |= {
            "draft": "",
            "number": number,
            "date": long_date(_read(signed).astimezone(work.zone).date()),
        }
    return _letter("supervision", fields, _read(signed) if signed is not None else order.drafted_at, work)


def _ordered(
    work: Work, definition: CampaignDefinition, order: Order, due: Deadline | None
) -> dict[str, str]:
    """What an order is about: the clock a ladder found late, or what the person who drew it up wrote."""
    if due is not None and "requirement" not in order.attributes:
        late = _clocked(work, definition, definition.clocks[due.rule], due)
        return {**late, "due": _due(work, _read(order.attributes["due_at"])), "matter": "", "requirement": ""}
    whole = work.uow.leads.by_id(order.lead_id) if order.lead_id is not None else None
    told = f"{whole.number}“{whole.intake.title}”" if whole is not None else ""
    return {
        "lead_number": whole.number if whole is not None else "",
        "matter": told + str(order.attributes.get("matter", "")),
        "requirement": _sentence(str(order.attributes["requirement"])),
        **dict.fromkeys(("clock", "act", "due", "basis"), ""),
    }


def _transfer(work: Work, transfer_id: str) -> Letter:
    transfer = find_transfer(work, transfer_id)
    whole = work.uow.leads.by_id(transfer.lead_id)
    if whole is None:
        raise Rejected(UNSEEN, kind="missing")
    definition = work.pinned(transfer.definition_hash)
    held = transfer.attributes
    names = {choice.id: choice.name.zh for choice in definition.vocabularies.get("enclosure", ())}
    ticked = [str(name) for name in held.get("enclosures", ())]
    enclosures = dict.fromkeys((*names, *ticked))
    to, sender = agency_name(definition, transfer.to_agency), agency_name(definition, transfer.from_agency)
    number = str(held.get("document_number") or NO_NUMBER)
    asked = definition.lifecycles["transfer"].copied_when
    watchers = "、".join(agency.name.zh for agency in definition.watchers)
    fields = {
        **_told(definition, _facts(whole)),
        "to": to,
        "sender": sender,
        "number": number,
        "report": str(held.get("report") or "（见移送报告）"),
        "cc": watchers if asked is not None and held.get(asked) else "",
        "penalty": "移送前已作罚款，依法折抵。" if held.get("penalty_before") else "",
    }
    receipt = (
        ("送达文书", f"涉嫌犯罪案件移送书　{number}"),
        ("受送达单位", to),
        ("送达单位", sender),
        ("送达时间、地点", ""),
        ("接收人签名、单位印章", ""),
        ("拒签事由", ""),
        ("送达人签名", ""),
        ("备注", ""),
    )
    lists: dict[str, Any] = {
        "enclosures": [
            {"place": str(n), "name": names.get(name, name), "ticked": "√" if name in ticked else ""}
            for n, name in enumerate(enclosures, 1)
        ],
        "items": taken(work, definition, whole),
        "receipt": [{"name": name, "value": value} for name, value in receipt],
    }
    sent = held.get("sent_at")
    return _letter(
        "transfer", fields, _read(sent) if sent is not None else transfer.proposed_at, work, **lists
    )


def _item_list(work: Work, number: str) -> Letter:
    whole = work.lead(number)
    definition, sight = work.pinned(whole.definition_hash), sight_of(work, whole)
    shown = [item for item in work.uow.items.of_lead(whole.id) if sight.item(item)]
    fields = {"lead_number": whole.number, "sender": agency_name(definition, work.by.agency_id)}
    return _letter("items", fields, work.at, work, items=item_lines(definition, shown))


def _special(work: Work, number: str) -> Letter:
    whole = work.lead(number)
    if not sight_of(work, whole).whole:
        raise Rejected(UNSEEN, kind="missing")
    definition = work.pinned(whole.definition_hash)
    facts = _facts(whole)
    value, suspects = facts.get("estimated_value_yuan"), facts.get("suspects")
    holder = agency_name(definition, whole.lead_agency) if whole.lead_agency else definition.office.name.zh
    fields = {
        **_told(definition, facts),
        "to": definition.office.name.zh,
        "sender": holder,
        "received": _moment(work, whole.received_at),
        "state": definition.lifecycles["lead"].state(whole.state).name.zh,
        "agency": holder,
        "value": f"{number_words(Decimal(str(value)))}元" if value is not None else "",
        "suspects": f"{suspects}人" if suspects is not None else "",
    }
    running = [due for due in work.uow.deadlines.of_lead(whole.id) if due.is_open]
    clocks = [
        {"name": definition.clocks[due.rule].name.zh, "due": _due(work, due.due_at)}
        for due in sorted(running, key=lambda due: (due.due_at, due.code))
        if due.definition_hash == definition.hash
    ]
    return _letter("special", fields, work.at, work, history=_history(work, definition, whole), clocks=clocks)


def _history(work: Work, definition: CampaignDefinition, whole: Lead) -> list[dict[str, str]]:
    """The steps of the lead itself, oldest first."""
    found = []
    for recorded in work.uow.events.stream(whole.id):
        event = recorded.event
        if event.subject != "lead" or event.to_state is None:
            continue
        trigger, machine = event.data.get("trigger"), definition.lifecycles["lead"]
        step = machine.transition(str(trigger), event.from_state) if trigger and event.from_state else None
        words = step.name.zh if step is not None else machine.state(event.to_state).name.zh
        found.append({"at": _moment(work, event.occurred_at), "what": words})
    return found


def _bulletin(work: Work, _: str) -> Letter:
    if not work.sees_everything:
        raise Rejected(UNSEEN, kind="missing")
    definition = work.definition
    final = {state.id for state in definition.lifecycles["lead"].states if state.kind == "final"}
    leads = list(work.uow.leads.every(work.campaign.id))
    opened = [lead for lead in leads if lead.state not in final]
    passed = windows(definition)
    load = work.uow.overviews.load_by_holder(work.campaign.id, work.at, passed, None)
    late = sum(
        count for _, count in work.uow.overviews.states(work.campaign.id, work.at, passed, None).values()
    )
    missing = _missing(work)
    rows = []
    for agency in definition.agencies:
        held = sum((lead.lead_agency or definition.office.id) == agency.id for lead in opened)
        counts = (held, load.get(agency.id, (0, 0, None))[1], missing.get(agency.id, 0))
        if any(counts) or agency.reports:
            named = zip(("held", "overdue", "reports"), map(str, counts), strict=True)
            rows.append({"name": agency.name.zh, **dict(named)})
    fields = {
        "to": "各成员单位",
        "sender": definition.office.name.zh,
        "received": str(len(leads)),
        "closed": str(len(leads) - len(opened)),
        "open": str(len(opened)),
        "overdue": str(late),
    }
    return _letter("bulletin", fields, work.at, work, units=rows)


def _missing(work: Work) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in work.uow.reports.obligations(work.campaign.id):
        waived = row["waived_reason"] is not None
        status = status_of(row["due_at"], row["first_submitted_at"], bool(row["zero"]), waived, work.at)
        if status == "missing":
            found[row["unit"]] = found.get(row["unit"], 0) + 1
    return found


def _facts(whole: Lead) -> dict[str, Any]:
    intake = whole.intake
    return {
        "number": whole.number,
        **{name: getattr(intake, name) for name in intake.__dataclass_fields__ if name not in _NEVER},
        **{
            name: value
            for name, value in whole.attributes.items()
            if name in ("place_type", "act", "products")
        },
    }


_NEVER = frozenset({"reporter_kind", "channel", "reported_at"})
"""How and by whom it was told is not for paper."""


def _told(definition: CampaignDefinition, facts: Mapping[str, Any]) -> dict[str, str]:
    where = "".join(str(part) for part in (facts.get("township"), facts.get("address")) if part)
    kind = word(definition, "place_type", facts.get("place_type"))
    products = [word(definition, "product", product) for product in facts.get("products") or ()]
    return {
        "lead_number": str(facts["number"]),
        "lead_title": str(facts["title"]),
        "description": str(facts["description"]),
        "place": f"{where}（{kind}）" if where and kind else where or kind,
        "act": word(definition, "act", facts.get("act")),
        "products": "、".join(products),
    }


def _urgency(definition: CampaignDefinition, value: Any) -> str:
    """Ordinary letters carry no mark: the first word of the vocabulary is the ordinary one."""
    words = definition.vocabularies.get("urgency", ())
    return "" if not words or value in (None, words[0].id) else word(definition, "urgency", value)


def _moment(work: Work, moment: datetime) -> str:
    return long_moment(work.in_zone(moment))


def _due(work: Work, moment: datetime) -> str:
    return due_words(work.in_zone(moment))


def _read(moment: Any) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.fromisoformat(str(moment))


_LETTERS: Mapping[str, Callable[[Work, str], Letter]] = {
    "handoff": _handoff,
    "urging": _urging,
    "supervision": _supervision,
    "transfer": _transfer,
    "items": _item_list,
    "special": _special,
    "bulletin": _bulletin,
}
