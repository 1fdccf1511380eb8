"""What would happen: a clock that nobody answers, the same with another term, and past clocks under that other term.

By the functions that arm and fire clocks themselves; nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from shared.application.views import agency_view, words
from shared.application.work import UNSEEN, Work
from workflows import deadline as deadlines
from workflows import escalation
from workflows.campaign import CampaignDefinition, Clock
from workflows.deadline import Deadline
from workflows.definition_changes import changes
from workflows.explanation import explain_text
from workflows.rejection import Reason, Rejected
from workflows.text import Text

MOST = 1000
"""The largest term that is tried out, in the unit of the rule."""

_BATCH, _SHOWN = 1000, 20


def what_if(
    work: Work,
    definition_id: str,
    version: int,
    rule: int,
    holder: str,
    starts_at: datetime,
    amount: int | None = None,
) -> dict[str, Any]:
    """This will tell what happens when an agency leaves a clock unanswered that starts at a moment.

    With an `amount`, counted in the unit of the rule, also what would happen with such a term, and for which of the
    campaign's clocks of that rule it would have made a difference. Raises Rejected naming each fault.
    """
    definition = definition_of(work, definition_id, version)
    clock = _checked(definition, rule, holder, amount)
    found = {
        "rule": {"code": clock.code, "rule": rule, "name": words(clock.name), "source": clock.source},
        "unit": clock.term.unit.value if clock.term is not None else None,
        "holder": agency_view(definition, holder),
        "starts_at": work.in_zone(starts_at),
        "amount": amount,
        "as_it_is": _course(work, definition, clock, rule, holder, starts_at),
        "changed": None,
        "replay": None,
        "as_of": work.in_zone(work.at),
    }
    if amount is not None:
        other = _with_term(clock, amount)
        found["changed"] = _course(work, definition, other, rule, holder, starts_at)
        found["replay"] = _replay(work, definition, other, rule)
    return found


def definition_of(work: Work, definition_id: str, version: int) -> CampaignDefinition:
    """This will find a published version. Raises Rejected (missing)."""
    found = work.uow.definitions.find(definition_id, version)
    if found is None:
        raise Rejected(UNSEEN, kind="missing")
    return found


def _checked(definition: CampaignDefinition, rule: int, holder: str, amount: int | None) -> Clock:
    faults = []
    if not 0 <= rule < len(definition.clocks):
        faults.append(Reason("choice", Text("没有这个时限", "there is no such clock"), "?rule"))
    elif definition.clocks[rule].term is None:
        text = Text("这个时限的期限由事项确定，不能试算", "the term of this clock is agreed case by case")
        faults.append(Reason("choice", text, "?rule"))
    if not definition.has_agency(holder):
        faults.append(Reason("unknown_agency", Text("没有这个单位", "there is no such agency"), "?holder"))
    if amount is not None and not 1 <= amount <= MOST:
        faults.append(Reason("range", Text(f"须为 1 至 {MOST}", f"from 1 to {MOST}"), "?amount"))
    if faults:
        raise Rejected(*faults, kind="invalid")
    return definition.clocks[rule]


def _with_term(clock: Clock, amount: int) -> Clock:
    assert clock.term is not None, "checked before"
    return replace(clock, term=replace(clock.term, amount=amount))


def _course(
    work: Work, definition: CampaignDefinition, clock: Clock, rule: int, holder: str, at: datetime
) -> dict[str, Any]:
    calendar = work.calendar_of(definition, holder)
    silent = deadlines.started(
        clock, rule, deadline_id="what-if", definition=definition, campaign_id=work.campaign.id,
        subject=clock.subject, subject_id="what-if", lead_id=None, generation=1, holder=holder, at=at,
        calendar=calendar,
    )  # fmt: skip
    due = deadlines.due_of(clock, at, calendar)
    relations = {"holder": holder, "receiver": holder, "lead_agency": holder, "office": definition.office.id}
    steps = []
    for step in escalation.schedule(silent, definition.ladder(clock.ladder), calendar):
        told = escalation.addressed(step.rung, relations) if step.rung is not None else ()
        steps.append(
            {
                "at": work.in_zone(step.at),
                "act": step.key,
                "name": words(step.rung.name) if step.rung is not None else {"zh": "到期", "en": "due"},
                "signature": step.rung.signature if step.rung is not None else False,
                "to": [{"role": t["role"], "agency": agency_view(definition, t["agency"])} for t in told],
            }
        )
    return {
        "due_at": work.in_zone(silent.due_at),
        "provisional": silent.provisional,
        "explanation": {language: explain_text(due.trace, language) for language in ("zh", "en")},
        "steps": steps,
    }


def _replay(work: Work, definition: CampaignDefinition, other: Clock, rule: int) -> dict[str, Any]:
    """The campaign's clocks of the rule, counted again with another term from where they really began."""
    counted = late_now = late_then = 0
    moved = []
    for clock in _clocks(work, definition, rule):
        calendar = work.calendar_of(definition, clock.holder)
        began = clock.counted_from or clock.started_at
        due = deadlines.due_of(other, began, calendar, clock.pauses, clock.extensions)
        if due.at is None:
            continue
        ended = clock.stopped_at or work.at
        was, would_be = ended > clock.due_at, ended > due.at
        counted, late_now, late_then = counted + 1, late_now + was, late_then + would_be
        if was != would_be:
            moved.append((clock, due.at, was))
    return {
        "counted": counted,
        "late_now": late_now,
        "late_then": late_then,
        "differ": len(moved),
        "rows": [
            {
                "deadline_id": clock.id,
                "holder": agency_view(definition, clock.holder),
                "due_at": work.in_zone(clock.due_at),
                "then_due_at": work.in_zone(at),
                "was_late": was,
            }
            for clock, at, was in moved[:_SHOWN]
        ],
    }


def _clocks(work: Work, definition: CampaignDefinition, rule: int) -> Iterator[Deadline]:
    scope = {} if work.sees_everything else {"visible_to": work.by.agency_id}
    wanted, after = {"subject": definition.clocks[rule].subject, **scope}, None
    while True:
        batch = work.uow.deadlines.page(work.campaign.id, wanted, after, _BATCH)
        for clock in batch:
            mine = clock.rule == rule and clock.definition_hash == definition.hash
            if (
                mine
                and clock.state != "cancelled"
                and (work.sees_everything or clock.holder == work.by.agency_id)
            ):
                yield clock
        if len(batch) < _BATCH:
            return
        after = batch[-1].id


def versions_compared(work: Work, definition_id: str, version: int, other: int) -> dict[str, Any]:
    """This will list every place in which two published versions differ. Raises Rejected (missing)."""
    before, after = definition_of(work, definition_id, version), definition_of(work, definition_id, other)
    documents = [work.uow.definitions.document(found.hash) for found in (before, after)]
    return {
        "id": definition_id,
        "from": version,
        "to": other,
        "items": [{"path": c.path, "before": c.before, "after": c.after} for c in changes(*documents)],
        "as_of": work.in_zone(work.at),
    }
