"""What people decide about a deadline: more time asked and granted, standing still, knowing, being told later."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from shared.application.deadlines import matter_of, visible
from shared.application.happenings import Matter, record
from shared.application.ports import Row
from shared.application.work import UNSEEN, Done, Work
from workflows import deadline, escalation
from workflows.campaign import Actor, Clock
from workflows.commands import (
    AcknowledgeDeadline,
    AskExtension,
    DecideExtension,
    PauseDeadline,
    ResumeDeadline,
    SnoozeDeadline,
)
from workflows.deadline import Deadline
from workflows.events import Event
from workflows.inputs import Wrong, read_choice, read_text
from workflows.lifecycle import ActorFacts
from workflows.notices import told
from workflows.rejection import Reason, Rejected
from workflows.term import Term
from workflows.text import Text

LONGEST_SNOOZE = timedelta(days=7)


def ask_extension(command: AskExtension, work: Work) -> Done:
    """This will ask for more time before the deadline passes; the clock runs on until it is decided.

    Raises Rejected: not the holder, after expiry, no extension in the rule, one already asked, or bad words.
    """
    asked = visible(work, command.deadline_id)
    definition = work.pinned(asked.definition_hash)
    clock = definition.clocks[asked.rule]
    if work.by.agency_id != asked.holder:
        text = Text(
            "延期由时限所在的承办单位申请", "an extension is asked by the unit that holds the deadline"
        )
        raise Rejected(Reason("not_holder", text), kind="forbidden")
    _check_words(work, command.ground, command.reason)
    tier, rule = deadline.check_extension(clock, asked, work.at)
    if any(r["state"] == "asked" for r in work.uow.deadlines.requests(asked.id)):
        text = Text("已有一份延期申请待批", "an extension is already waiting for a decision")
        raise Rejected(Reason("already_asked", text))
    if command.amount is not None and not 0 < command.amount <= rule.term.amount:
        most = f"{rule.term.amount} {rule.term.unit.value}"
        text = Text(f"一次最多延长 {most}", f"at most {most} at a time ({rule.source})")
        raise Rejected(Reason("too_long", text, "amount"), kind="invalid")
    request = {
        "id": work.uow.new_id(),
        "campaign_id": work.campaign.id,
        "deadline_id": asked.id,
        "tier": tier,
        "amount": command.amount,
        "ground": command.ground,
        "reason": command.reason,
        "asked_by": work.by.person_id,
        "asked_at": work.at,
        "state": "asked",
    }
    work.uow.deadlines.add_request(request)
    data = {
        **deadline.describe(asked),
        "request": request["id"],
        "ground": command.ground,
        "amount": command.amount,
    }
    event = Event("deadline.extension_asked", "deadline", asked.id, work.at, data, reason=command.reason)
    _tell_about_extension(work, matter_of(work, asked), event)
    return Done("deadline", asked.id, created=True, extra={"extension_id": request["id"]})


def _check_words(work: Work, ground: str, reason: str) -> None:
    faults = []
    try:
        read_choice(work.definition, "extension_ground", ground)
    except Wrong as wrong:
        faults.append(Reason(wrong.code, wrong.text, "ground"))
    try:
        read_text(reason)
    except Wrong as wrong:
        faults.append(Reason(wrong.code, wrong.text, "reason"))
    if faults:
        raise Rejected(*faults, kind="invalid")


def decide_extension(command: DecideExtension, work: Work) -> Done:
    """This will grant or refuse an extension. The approver is the rule's, and never the one who asked.

    A decision after the due moment still counts from the original due moment; the time between stays overdue.
    """
    request = work.uow.deadlines.request(command.extension_id)
    if request is None or request["campaign_id"] != work.campaign.id:
        raise Rejected(UNSEEN, kind="missing")
    visible(work, request["deadline_id"])
    asked = work.uow.deadlines.get(request["deadline_id"], lock=True)
    assert asked is not None
    definition = work.pinned(asked.definition_hash)
    clock = definition.clocks[asked.rule]
    rule = clock.extensions[request["tier"]]
    matter = matter_of(work, asked)
    _check_approver(work, matter, rule.approver, request)
    _check_words(work, request["ground"], command.reason)
    state = "granted" if command.grant else "refused"
    work.uow.deadlines.decide_request(request["id"], state, work.by.person_id, command.reason, work.at)
    after = asked
    if command.grant:
        term = Term(
            request["amount"] or rule.term.amount,
            rule.term.unit,
            roll=rule.term.roll,
            boundary=rule.term.boundary,
        )
        calendar = work.calendar_of(definition, asked.holder)
        moved = deadline.extended(asked, clock, request["tier"], term, calendar, work.by.person_id, work.at)
        after = escalation.armed(moved, definition.ladder(clock.ladder), calendar)
        work.uow.deadlines.save(after)
    kind = "deadline.extended" if command.grant else "deadline.extension_refused"
    data = {**deadline.describe(after), "request": request["id"], "previous_due_at": asked.due_at}
    _tell_about_extension(
        work, matter, Event(kind, "deadline", asked.id, work.at, data, reason=command.reason)
    )
    return Done("deadline", asked.id, extra={"extension_id": request["id"]})


def _check_approver(work: Work, matter: Matter, approver: Actor, request: Row) -> None:
    relations = frozenset(name for name, agency in matter.relations.items() if agency == work.by.agency_id)
    if request["state"] != "asked":
        raise Rejected(
            Reason("already_decided", Text("这份申请已有决定", "this request was decided already"))
        )
    if request["asked_by"] == work.by.person_id:
        text = Text("不能批准自己的申请", "nobody decides a request of their own")
        raise Rejected(Reason("own_request", text), kind="forbidden")
    if not ActorFacts(work.by.roles, relations | {"any"}).is_one_of((approver,)):
        role = next((r.name for r in matter.definition.roles if r.id == approver.role), Text(approver.role))
        text = Text(f"须由{role.zh}批准", f"only {approver} may decide this")
        raise Rejected(Reason("not_approver", text), kind="forbidden")


def _tell_about_extension(work: Work, matter: Matter, event: Event) -> None:
    position = record(work, matter, event)
    to = [
        {"role": a.role, "agency": matter.relations.get(a.relation)} for a in told(matter.definition, event)
    ]
    data = {
        "kind": event.kind,
        "to": [target for target in to if target["agency"] is not None],
        "lead": matter.lead.number if matter.lead is not None else None,
        "subject": "deadline",
        "subject_id": event.subject_id,
    }
    work.uow.outbox.add(work.campaign.id, f"notify:{position}", "notify", data, work.at)


def pause_deadline(command: PauseDeadline, work: Work) -> Done:
    """This will let a clock stand still until a moment; it counts again by itself.

    Raises Rejected: not the one who may decide, a ground the rule does not name (with its source), too long, too late.
    """
    paused, clock, matter = _for_pause(work, command.deadline_id)
    reason = _words_of(command.reason, "reason")
    calendar = work.calendar_of(matter.definition, paused.holder)
    after = deadline.planned_pause(paused, clock, calendar, work.at, command.until, command.ground)
    _store_armed(
        work, matter, after, "deadline.paused", reason, {"until": command.until, "ground": command.ground}
    )
    return Done("deadline", after.id)


def resume_deadline(command: ResumeDeadline, work: Work) -> Done:
    """This will end a planned pause now. Raises Rejected."""
    paused, clock, matter = _for_pause(work, command.deadline_id)
    reason = _words_of(command.reason, "reason")
    calendar = work.calendar_of(matter.definition, paused.holder)
    after = deadline.ended_early(paused, clock, calendar, work.at)
    _store_armed(work, matter, after, "deadline.resumed", reason, {})
    return Done("deadline", after.id)


def _for_pause(work: Work, deadline_id: str) -> tuple[Deadline, Clock, Matter]:
    visible(work, deadline_id)
    found = work.uow.deadlines.get(deadline_id, lock=True)
    assert found is not None
    matter = matter_of(work, found)
    clock = matter.definition.clocks[found.rule]
    heads = (Actor(head.role, "holder") for head in matter.definition.duty("lead_unit"))
    deciders = (clock.pause_by,) if clock.pause_by is not None else tuple(heads)
    relations = frozenset(name for name, agency in matter.relations.items() if agency == work.by.agency_id)
    if not ActorFacts(work.by.roles, relations | {"any"}).is_one_of(deciders):
        roles = [r.name for r in matter.definition.roles if r.id in {decider.role for decider in deciders}]
        text = Text(
            f"中止须由{'、'.join(name.zh for name in roles)}决定",
            f"only {', '.join(name.in_language('en') for name in roles)} may decide a pause",
        )
        raise Rejected(Reason("not_decider", text), kind="forbidden")
    return found, clock, matter


def _words_of(value: str, field: str) -> str:
    try:
        return read_text(value)
    except Wrong as wrong:
        raise Rejected(Reason(wrong.code, wrong.text, field), kind="invalid") from None


def _store_armed(
    work: Work, matter: Matter, after: Deadline, kind: str, reason: str, more: dict[str, Any]
) -> None:
    clock = matter.definition.clocks[after.rule]
    calendar = work.calendar_of(matter.definition, after.holder)
    armed = escalation.armed(after, matter.definition.ladder(clock.ladder), calendar)
    work.uow.deadlines.save(armed)
    data = {**deadline.describe(armed), **more}
    record(work, matter, Event(kind, "deadline", armed.id, work.at, data, reason=reason))


def acknowledge_deadline(command: AcknowledgeDeadline, work: Work) -> Done:
    """This will note that the holder knows. It stops repeats, not the ladder. Raises Rejected."""
    known = _for_its_holder(work, command.deadline_id)
    reason = _words_of(command.reason, "reason")
    _store_armed(
        work,
        matter_of(work, known),
        replace(known, acknowledged_at=work.at),
        "deadline.acknowledged",
        reason,
        {},
    )
    return Done("deadline", known.id)


def snooze_deadline(command: SnoozeDeadline, work: Work) -> Done:
    """This will keep the repeats of a rung waiting until a moment, at most a week on. It stops no rung.

    Raises Rejected: not the holder, a clock that is not running, an end that is past or too far away.
    """
    known = _for_its_holder(work, command.deadline_id)
    faults = []
    if known.state != deadline.RUNNING:
        faults.append(Reason("clock_not_running", Text("该时限未在计时", "this clock is not running")))
    if not work.at < command.until <= work.at + LONGEST_SNOOZE:
        days = LONGEST_SNOOZE.days
        text = Text(f"须晚于现在，至多 {days} 日", f"must be later than now, at most {days} days on")
        faults.append(Reason("range", text, "until"))
    if faults:
        raise Rejected(*faults, kind="invalid" if faults[0].field else "conflict")
    reason = _words_of(command.reason, "reason")
    after = replace(known, snoozed_until=command.until)
    _store_armed(work, matter_of(work, known), after, "deadline.snoozed", reason, {"until": command.until})
    return Done("deadline", known.id)


def _for_its_holder(work: Work, deadline_id: str) -> Deadline:
    visible(work, deadline_id)
    known = work.uow.deadlines.get(deadline_id, lock=True)
    assert known is not None
    if work.by.agency_id != known.holder:
        text = Text(
            "只有时限所在单位可以确认知悉或暂缓提醒",
            "only the unit that holds the deadline acknowledges or snoozes it",
        )
        raise Rejected(Reason("not_holder", text), kind="forbidden")
    return known
