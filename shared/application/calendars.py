"""Calendars: a year confirmed or corrected, days of an office's own; every open deadline is counted again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.application import matters
from shared.application.campaigns import check_administrator
from shared.application.deadlines import matter_of
from shared.application.happenings import record
from shared.application.ports import Row
from shared.application.work import Done, Work
from workflows import deadline, escalation
from workflows.calendar_format import read_local_days, read_year, with_local_days, with_year
from workflows.calendar_watch import unpublished_year
from workflows.commands import AddLocalDays, ImportCalendarYear, WatchCalendars
from workflows.deadline import Deadline
from workflows.definition_format import canonical
from workflows.events import Event
from workflows.rejection import Reason, Rejected
from workflows.text import Text

_UNPUBLISHED = "calendar.unpublished"
_ALARMED = ("run_campaign", "operate")


def import_calendar_year(command: ImportCalendarYear, work: Work) -> Done:
    """This will make the next version of a calendar and count every open deadline on it again.

    `extra["changes"]` lists each due moment that moves, old and new; only those whose moves earlier are told. With a
    dry run this is the preview. Raises DefinitionProblems for a wrong document, Rejected for an unknown calendar.
    """
    _check_right(work, command.calendar)
    year = read_year(command.document)
    with_year(work.calendar_named(command.calendar), year, version="check")
    data = {"year": year.year, "source": year.source}
    return _imported(work, command.calendar, None, command.document, "calendar.imported", data)


def add_local_days(command: AddLocalDays, work: Work) -> Done:
    """This will close or open an office on days of its own, or take that back, and count open deadlines again.

    Answers as an imported year does. Raises DefinitionProblems for a wrong document, Rejected for an unknown calendar,
    or an agency that does not use it.
    """
    _check_right(work, command.calendar)
    users = [agency.id for agency in work.definition.agencies if agency.calendar == command.calendar]
    if command.agency is not None and command.agency not in users:
        known = "、".join(users)
        text = Text(
            f"没有使用该日历的这个单位，可选：{known}", f"no such unit uses it; known: {', '.join(users)}"
        )
        raise Rejected(Reason("unknown_agency", text, "agency"), kind="invalid")
    local = read_local_days(command.document)
    before = work.calendar_named(command.calendar, command.agency)
    with_local_days(before, local, version="check")
    days = [day.on.isoformat() for day in local.days]
    withdrawn = [on.isoformat() for on in local.withdrawn]
    data = {"agency": command.agency, "days": days, "withdrawn": withdrawn, "source": local.source}
    return _imported(work, command.calendar, command.agency, command.document, "calendar.local_days", data)


def calendar_list(work: Work) -> dict[str, Any]:
    """This will list the campaign's calendars: confirmed years, who uses them, what was imported, by whom and when."""
    imports = work.uow.calendars.imports(work.campaign.id)
    items = []
    for name in _names(work):
        found = work.calendar_named(name)
        items.append(
            {
                "name": name,
                "version": found.version,
                "time_zone": found.time_zone,
                "confirmed_from": found.confirmed_from.isoformat() if found.confirmed_from else None,
                "confirmed_through": found.confirmed_through.isoformat() if found.confirmed_through else None,
                "agencies": [a.id for a in work.definition.agencies if a.calendar == name],
                "imports": [_import_view(work, row) for row in imports if row["calendar"] == name],
            }
        )
    return {"items": items}


def unpublished(work: Work) -> list[dict[str, Any]]:
    """This will list the calendars of a campaign that goes on whose next year should be known by now and is not."""
    today = work.at.astimezone(work.zone).date()
    if today > work.definition.ends_on and work.uow.deadlines.next_due_at(work.campaign.id) is None:
        return []
    found = ((name, unpublished_year(work.calendar_named(name), today)) for name in _names(work))
    return [{"calendar": name, "year": year} for name, year in found if year is not None]


def watch_calendars(_: WatchCalendars, work: Work) -> Done:
    """This will record that a year is missing and tell whoever runs and operates the campaign, once for each year."""
    missing = unpublished(work)
    told = work.uow.events.of_subject(work.campaign.id, work.campaign.id) if missing else ()
    known = [event["data"] for event in told if event["kind"] == _UNPUBLISHED]
    fresh = [one for one in missing if one not in known]
    for one in fresh:
        event = Event(_UNPUBLISHED, "campaign", work.campaign.id, work.at, one)
        position = record(work, matters.of_campaign(work), event)
        work.uow.outbox.add(work.campaign.id, f"notify:{position}", "notify", _alarm(work), work.at)
    return Done("calendar", work.campaign.id, version=len(fresh))


def _alarm(work: Work) -> dict[str, Any]:
    office = work.definition.office.id
    actors = {actor.role: actor for duty in _ALARMED for actor in work.definition.duty(duty)}
    return {
        "kind": _UNPUBLISHED,
        "to": [{"role": role, "agency": office} for role in actors],
        "subject": "campaign",
        "subject_id": work.campaign.id,
        "urgent": False,
    }


def _import_view(work: Work, row: Row) -> dict[str, Any]:
    document = row["document"]
    return {
        "version": row["version"],
        "agency": row["agency"],
        "year": document.get("year"),
        "source": document["source"],
        "imported_by": row["imported_by"],
        "imported_at": work.in_zone(row["imported_at"]),
    }


def _names(work: Work) -> list[str]:
    """The calendars agencies use, and those these extend: a year may be imported into each."""
    used = {agency.calendar for agency in work.definition.agencies}
    return sorted({name for calendar in used for name in work.definition.calendar_line(calendar)})


def _check_right(work: Work, calendar: str) -> None:
    check_administrator(work)
    names = _names(work)
    if calendar not in names:
        known = "、".join(names)
        text = Text(f"没有这个日历，可选：{known}", f"no such calendar; known: {', '.join(names)}")
        raise Rejected(Reason("unknown_calendar", text, "calendar"), kind="invalid")


def _imported(
    work: Work,
    calendar: str,
    agency: str | None,
    document: Mapping[str, Any],
    kind: str,
    data: dict[str, Any],
) -> Done:
    written = canonical(document).decode()
    version = work.uow.calendars.add(work.campaign.id, calendar, written, work.by.person_id, work.at, agency)
    event = Event(
        kind, "campaign", work.campaign.id, work.at, {"calendar": calendar, "version": version, **data}
    )
    record(work, matters.of_campaign(work), event)
    changes = _recount(work, calendar, agency)
    extra = {"changes": changes, "agency": agency}
    return Done("calendar", calendar, None, created=True, version=version, extra=extra)


def _recount(work: Work, calendar: str, agency: str | None) -> list[dict[str, Any]]:
    changes = []
    for seen in work.uow.deadlines.open_of_campaign(work.campaign.id):
        definition = work.pinned(seen.definition_hash)
        # As `Work.calendar_of` has it: who is not of the campaign counts by the office's calendar.
        known = definition.has_agency(seen.holder)
        user = definition.agency(seen.holder) if known else definition.office
        if agency not in (None, user.id) or calendar not in definition.calendar_line(user.calendar):
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
    after = deadline.recomputed(found, clock, calendar, work.at)
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
