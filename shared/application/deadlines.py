"""Find what is due, and let one deadline do what has become due, once."""

from __future__ import annotations

from typing import Any

from shared.application import orders
from shared.application.happenings import Matter, follow, record
from shared.application.matters import report_matter
from shared.application.ports import LostRace, Unavailable
from shared.application.sight import sight_of
from shared.application.work import UNSEEN, Done, Work
from workflows import deadline, escalation
from workflows.campaign import Rung
from workflows.commands import SweepDeadlines
from workflows.coordination import relations as handoff_relations
from workflows.deadline import Deadline
from workflows.escalation import Step
from workflows.events import Event
from workflows.lead import Lead
from workflows.lead import relations as lead_relations
from workflows.rejection import Rejected
from workflows.transfer import relations as transfer_relations

MOST_TRIES = 8


def sweep_deadlines(command: SweepDeadlines, work: Work) -> Done:
    """This will let what has become due in a campaign happen, once each, and say how many rows it worked on."""
    return Done("deadline", work.campaign.id, version=fire_due(work, command.limit))


def fire_due(work: Work, limit: int) -> int:
    """This will claim due deadlines, passing over those in other hands, and fire each in a savepoint of its own.

    The expiry is dated with the moment the deadline fell due, however late it is found. A deadline that fails
    harms no other: after eight tries it is set aside with the reason, for a person to look at.
    """
    worked, held = set[str](), set[str]()
    work.uow.must_not_linger()
    while True:
        claimed = work.uow.deadlines.claim_due(work.campaign.id, work.at, limit - len(worked), held)
        found, fresh = len(held), [due for due in claimed if due.id not in worked]
        # Whoever changes a lead locks it first and its deadlines later; we hold the deadline, so we must not wait.
        free = work.uow.events.free_among(work.campaign.id, {due.lead_id for due in fresh})
        for due in fresh:
            if due.lead_id in free:
                worked.add(due.id)
                _try_to_fire(work, due)
            elif due.lead_id is not None:
                held.add(due.lead_id)
        # Clocks of leads in other hands must not keep those behind them waiting: look again without those leads.
        if len(held) == found or len(worked) >= limit:
            return len(worked)


def _try_to_fire(work: Work, due: Deadline) -> None:
    before = len(work.happened)
    try:
        with work.uow.savepoint():
            _fire(work, due)
    except (LostRace, Unavailable):
        raise
    except Exception as failure:  # noqa: BLE001 - whatever is wrong with one row must not stop the others
        del work.happened[before:]
        work.uow.deadlines.failed(due.id, f"{type(failure).__name__}: {failure}", MOST_TRIES)


def _fire(work: Work, due: Deadline) -> None:
    definition = work.pinned(due.definition_hash)
    clock = definition.clocks[due.rule]
    calendar = work.calendar_of(definition, due.holder)
    firing = escalation.fire(due, definition.ladder(clock.ladder), calendar, work.at)
    work.uow.deadlines.save(firing.deadline)
    matter = matter_of(work, due)
    outcomes = {step.key: "fired" for step in firing.fired} | {step.key: "skipped" for step in firing.skipped}
    steps = sorted((*firing.fired, *firing.skipped), key=lambda s: s.at)
    new = work.uow.deadlines.escalated(due, [(s.key, outcomes[s.key], s.at) for s in steps], work.at)
    for step in steps:
        if step.key in new:
            _record_step(work, matter, due, step, outcomes[step.key])


def _record_step(work: Work, matter: Matter, due: Deadline, step: Step, outcome: str) -> None:
    data: dict[str, Any] = {**deadline.describe(due), "step": step.key}
    if step.rung is None:
        if due.optional_right:
            data["outcome"] = deadline.LAPSED
        record(work, matter, Event("deadline.expired", "deadline", due.id, due.due_at, data))
        if matter.definition.clocks[due.rule].recurs is not None:
            follow(work, matter, due)
        if due.subject == "report":
            _compile_what_came(work, matter)
        return
    to = escalation.addressed(step.rung, matter.relations)
    data |= {"level": step.rung.level, "form": step.rung.form, "to": to}
    kind = "deadline.escalated" if outcome == "fired" else "deadline.rung_skipped"
    record(work, matter, Event(kind, "deadline", due.id, step.at, data))
    if outcome == "skipped":
        return
    notice = {
        "kind": "deadline.escalated",
        "to": to,
        "lead": matter.lead.number if matter.lead is not None else None,
        "subject": due.subject,
        "subject_id": due.subject_id,
        "deadline_id": due.id,
        "level": step.rung.level,
        "repeat": step.repeat or None,
        "form": step.rung.form,
        "due_at": due.due_at,
        "urgent": step.rung.urgent,
    }
    work.uow.outbox.add(
        work.campaign.id, f"notify:{due.id}:{due.round}:{step.key}", "notify", notice, work.at
    )
    if _calls_for_an_order(matter, due, step.rung):
        orders.draft(work, due, step.rung, matter.lead, matter.definition.hash)


def _calls_for_an_order(matter: Matter, due: Deadline, rung: Rung) -> bool:
    """Nobody sends an order to himself: what the office itself is late with is told to those the rung names, above it."""
    if due.holder == matter.definition.office.id or due.subject == "order":
        return False
    return rung.signature and "order" in matter.definition.lifecycles


def _compile_what_came(work: Work, matter: Matter) -> None:
    """The first report that is missing at its due moment starts the compiling of its period, once."""
    kind, period = str(matter.facts["kind"]), str(matter.facts["period"])
    data = {"kind": kind, "period": period, "cause": "due"}
    work.uow.outbox.add(
        work.campaign.id, f"compile:{work.campaign.id}:{kind}:{period}:due", "compile", data, work.at
    )


def matter_of(work: Work, due: Deadline) -> Matter:
    """This will see the subject a deadline belongs to as its clock needs it: who stands where, and which lead.

    Its facts are left out, apart from those of a report; "holder" means the deadline's own holder.
    """
    definition = work.pinned(due.definition_hash)
    if due.subject == "report":
        row = work.uow.reports.by_id(due.subject_id)
        assert row is not None, "an obligation outlives its clocks"
        return report_matter(definition, row)
    whole = work.uow.leads.by_id(due.lead_id) if due.lead_id is not None else None
    relations = {**_relations(work, due, whole, definition.office.id), "holder": due.holder}
    generation = whole.generation if whole is not None else 1
    return Matter(due.subject, due.subject_id, definition, {}, relations, whole, generation)


def _relations(work: Work, due: Deadline, whole: Lead | None, office: str) -> dict[str, str | None]:
    if due.subject == "lead" and whole is not None:
        return lead_relations(whole, office)
    if due.subject == "handoff" and (handoff := work.uow.handoffs.get(due.subject_id)) is not None:
        return handoff_relations(handoff, office)
    if due.subject == "transfer" and (transfer := work.uow.transfers.get(due.subject_id)) is not None:
        return transfer_relations(transfer, office)
    return {"office": office, "sender": office, "receiver": due.holder}


def visible(work: Work, deadline_id: str) -> Deadline:
    """This will find a deadline of a matter the caller may see. Raises Rejected (missing)."""
    found = work.uow.deadlines.get(deadline_id)
    if found is None or found.campaign_id != work.campaign.id:
        raise Rejected(UNSEEN, kind="missing")
    if work.by.agency_id != found.holder and not _sees(work, found):
        raise Rejected(UNSEEN, kind="missing")
    return found


def _sees(work: Work, clock: Deadline) -> bool:
    if not work.may_see(clock.lead_id):
        return False
    whole = work.uow.leads.by_id(clock.lead_id) if clock.lead_id is not None else None
    return work.sees_everything or (whole is not None and sight_of(work, whole).clock(clock))
