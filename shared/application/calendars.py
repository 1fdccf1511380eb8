"""Confirm or correct a year of a calendar, and count every open deadline again."""

from __future__ import annotations

from typing import Any

from shared.application import matters
from shared.application.campaigns import check_administrator
from shared.application.deadlines import matter_of
from shared.application.happenings import record
from shared.application.work import Done, Work
from workflows import deadline, escalation
from workflows.calendar_format import read_year, with_year
from workflows.commands import ImportCalendarYear
from workflows.deadline import Deadline
from workflows.definition_format import canonical
from workflows.events import Event
from workflows.rejection import Reason, Rejected
from workflows.text import Text


def import_calendar_year(command: ImportCalendarYear, work: Work) -> Done:
    """This will make the next version of a calendar and count every open deadline on it again.

    `extra["changes"]` lists each due moment that moves, old and new; only those whose moves earlier are told. With a
    dry run this is the preview. Raises DefinitionProblems for a wrong document, Rejected for an unknown calendar.
    """
    check_administrator(work)
    names = sorted({agency.calendar for agency in work.definition.agencies})
    if command.calendar not in names:
        known = "、".join(names)
        text = Text(f"没有这个日历,可选:{known}", f"no such calendar; known: {', '.join(names)}")
        raise Rejected(Reason("unknown_calendar", text, "calendar"), kind="invalid")
    year = read_year(command.document)
    before = work.uow.calendars.get(work.campaign.id, command.calendar)
    with_year(before, year, version="check")
    written = canonical(command.document).decode()
    version = work.uow.calendars.add_year(
        work.campaign.id, command.calendar, written, work.by.person_id, work.at
    )
    data = {"calendar": command.calendar, "year": year.year, "version": version, "source": year.source}
    event = Event("calendar.imported", "campaign", work.campaign.id, work.at, data)
    record(work, matters.of_campaign(work), event)
    changes = _recount(work, command.calendar)
    return Done("calendar", command.calendar, None, created=True, version=version, extra={"changes": changes})


def _recount(work: Work, calendar: str) -> list[dict[str, Any]]:
    changes = []
    for seen in work.uow.deadlines.open_of_campaign(work.campaign.id):
        definition = work.pinned(seen.definition_hash)
        if not definition.has_agency(seen.holder) or definition.agency(seen.holder).calendar != calendar:
            continue
        if seen.lead_id is not None:
            work.uow.leads.by_id(seen.lead_id, lock=True)
        found = work.uow.deadlines.get(seen.id, lock=True)
        if found is not None and found.is_open and (change := _counted_again(work, found)) is not None:
            changes.append(change)
    return changes


def _counted_again(work: Work, found: Deadline) -> dict[str, Any] | None:
    definition = work.pinned(found.definition_hash)
    clock = definition.clocks[found.rule]
    calendar = work.calendar_of(definition, found.holder)
    after = deadline.recomputed(found, clock, calendar)
    if after == found:
        return None
    work.uow.deadlines.save(escalation.armed(after, definition.ladder(clock.ladder), calendar))
    if (after.due_at, after.provisional) == (found.due_at, found.provisional):
        return None
    matter = matter_of(work, after)
    data = {**deadline.describe(after), "previous_due_at": found.due_at, "calendar": after.calendar}
    position = record(work, matter, Event("deadline.recomputed", "deadline", after.id, work.at, data))
    earlier = after.due_at < found.due_at
    if earlier:
        notice = {
            "kind": "deadline.recomputed",
            "to": [
                {"role": actor.role, "agency": after.holder} for actor in definition.duty("work_on_cases")
            ],
            "lead": matter.lead.number if matter.lead is not None else None,
            "deadline_id": after.id,
            "due_at": after.due_at,
        }
        work.uow.outbox.add(work.campaign.id, f"notify:{position}", "notify", notice, work.at)
    return {
        "deadline_id": after.id,
        "code": after.code,
        "lead": matter.lead.number if matter.lead is not None else None,
        "previous_due_at": work.in_zone(found.due_at),
        "due_at": work.in_zone(after.due_at),
        "provisional": after.provisional,
        "told": earlier,
    }
