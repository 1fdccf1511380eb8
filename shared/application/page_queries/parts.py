"""What several pages show the same way: rows of leads, clocks in words, machines as pictures, names of people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from shared.application.sight import sights_of
from shared.application.views import agency_view, clock_view, lead_row, words
from shared.application.work import Work
from workflows.campaign import CampaignDefinition
from workflows.deadline import Deadline
from workflows.lead import Lead

PAGE = 50
"""Rows on one page of a list."""


def windows(definition: CampaignDefinition) -> tuple[str, ...]:
    """This will name the clocks that are rights and no duties: nobody is late when they end."""
    return tuple(sorted({clock.code for clock in definition.clocks if clock.optional_right}))


def act_names(definition: CampaignDefinition) -> dict[str, dict[str, Any]]:
    """This will name every event of every machine as its step is named: "lead.accepted" is 受理分办.

    Several steps may end in one event: "handoff/acknowledge/sent" names the step of that trigger out of that state.
    """
    found: dict[str, dict[str, Any]] = {}
    for subject, machine in definition.lifecycles.items():
        for step in machine.transitions:
            named = words(step.name) or {}
            found.setdefault(f"{subject}.{step.event}", named)
            found |= {f"{subject}/{step.trigger}/{source}": named for source in step.sources}
    return found


def clock_names(definition: CampaignDefinition) -> dict[str, dict[str, Any]]:
    """This will name every clock by its code."""
    return {clock.code: words(clock.name) or {} for clock in reversed(definition.clocks)}


def rungs(definition: CampaignDefinition) -> dict[str, dict[str, Any]]:
    """This will name the rungs of every ladder by clock code and level: "D-VERIFY/L3" is 督办函."""
    return {
        f"{clock.code}/{rung.level}": words(rung.name) or {}
        for clock in definition.clocks
        for rung in definition.ladder(clock.ladder).rungs
    }


def people(work: Work) -> dict[str, str]:
    """This will name every person of the campaign by id."""
    return {row["id"]: row["name"] for row in work.uow.people.listed(work.campaign.id)}


def dressed(work: Work, clock: Deadline) -> dict[str, Any]:
    """This will show a clock with what its wording needs: working days left, what is owed, whether it is a right."""
    definition = work.pinned(clock.definition_hash)
    rule = definition.clocks[clock.rule]
    counts_working_days = rule.term is not None and rule.term.unit.value == "working_day"
    view = clock_view(work, clock)
    if rule.optional_right and view["light"] in {"overdue", "escalated"}:
        view["light"] = "done"
    pause = next(
        (p.ground for p in clock.pauses if p.start <= work.at and (p.end is None or work.at < p.end)), None
    )
    return {
        **view,
        "act": words(rule.act),
        "optional_right": rule.optional_right,
        "pause_ground": pause,
        "can_extend": bool(rule.extensions),
        "approvers": [e.approved_by for e in clock.extensions],
        "working_days_left": _working_days(work, definition, clock) if counts_working_days else None,
    }


def reports_called_for(work: Work, clocks: Sequence[Deadline]) -> dict[str, dict[str, Any]]:
    """This will name the report each of these clocks calls for, by the clock's id: a unit owes several."""
    of_reports = [clock for clock in clocks if clock.subject == "report"]
    if not of_reports:
        return {}
    owed = {row["id"]: row for row in work.uow.reports.obligations(work.campaign.id)}
    return {
        clock.id: words(work.pinned(row["definition_hash"]).report(row["kind"], row["period"]).name) or {}
        for clock in of_reports
        if (row := owed.get(clock.subject_id)) is not None
    }


def _working_days(work: Work, definition: CampaignDefinition, clock: Deadline) -> int:
    """Working days after today up to the last day of the term; 0 when it has come."""
    calendar = work.calendar_of(definition, clock.holder)
    last = (clock.due_at - timedelta(microseconds=1)).astimezone(work.zone).date()
    day, count = work.today, 0
    while day < last and count < 400:
        day += timedelta(days=1)
        count += calendar.is_working_day(day)
    return count


def scoped(work: Work, filters: Mapping[str, Any]) -> dict[str, Any]:
    """This will narrow filters of leads to what the caller may see, at the moment of the question."""
    scope = {} if work.sees_everything else {"visible_to": work.by.agency_id}
    return {**filters, **scope, "at": work.at}


def urgency(lead: Lead) -> str:
    """This will give how urgent a lead is now: as triage set it, else as it came in."""
    return str(lead.attributes.get("urgency", lead.intake.urgency))


def sees_order(work: Work, order: Any) -> bool:
    """This will say whether the caller may know of an order: its own once it is signed, or any for who oversees."""
    return work.sees_everything or (order.holder_agency == work.by.agency_id and order.number is not None)


def machine(definition: CampaignDefinition, subject: str) -> dict[str, Any]:
    """This will give a machine as a picture needs it: states in order and one arrow per pair of states."""
    lifecycle = definition.lifecycles[subject]
    arrows: dict[tuple[str, str], dict[str, Any]] = {}
    for step in lifecycle.transitions:
        for source in step.sources:
            if step.to in {"@resume", source}:
                continue
            arrows.setdefault((source, step.to), {"from": source, "to": step.to, "name": words(step.name)})
    return {
        "subject": subject,
        "initial": lifecycle.initial,
        "states": [{"id": s.id, "name": words(s.name), "kind": s.kind} for s in lifecycle.states],
        "arrows": list(arrows.values()),
    }


def way(work: Work, history: Sequence[Mapping[str, Any]], subject: str) -> list[dict[str, Any]]:
    """This will list the states a subject has been in, oldest first, each with when it came and when it left.

    `history` is newest first.
    """
    moves = [row for row in reversed(history) if row["subject"] == subject and row["to_state"]]
    found: list[dict[str, Any]] = []
    for row in moves:
        if found and found[-1]["state"] == row["to_state"]:
            continue
        if found:
            found[-1]["until"] = work.in_zone(row["occurred_at"])
        found.append({"state": row["to_state"], "since": work.in_zone(row["occurred_at"]), "until": None})
    return found


def rows(work: Work, found: Sequence[Lead]) -> list[dict[str, Any]]:
    """This will show leads as rows with their most pressing clock and who else is working on them."""
    open_clocks = work.uow.deadlines.open_of_leads([item.id for item in found])
    passed, sights = set(windows(work.definition)), sights_of(work, found)
    shown = []
    for item in found:
        sight = sights[item.id]
        duties = [c for c in open_clocks.get(item.id, ()) if c.code not in passed and sight.clock(c)]
        first = min(duties, key=lambda c: c.due_at, default=None)
        row = lead_row(work, item, [], sight)
        row["clock"] = dressed(work, first) if first is not None else None
        partners = {c.holder for c in duties if c.subject == "handoff" and c.holder != item.lead_agency}
        row["partners"] = [agency_view(work.definition, one) for one in sorted(partners)]
        shown.append(row)
    return shown
