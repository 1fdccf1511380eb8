"""How far a campaign has come, on one page: leaders' numbers as a whole and by lead agency, read once, as of any moment."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from shared.application import figures
from shared.application.page_queries.parts import PAGE, dressed, rows, windows
from shared.application.sight import seen_of
from shared.application.views import agency_view, words
from shared.application.work import Work
from workflows.reporting.figures import ALL, KEPT, Known, leaders_figures, numbers_of, spans_of

DAYS_AHEAD = 14
MOST_POINTS = 60
"""As many moments a curve is drawn through; a longer campaign is sampled evenly."""


def progress(work: Work, as_of: datetime | None = None) -> dict[str, Any]:
    """This will give the numbers of the whole, of each lead agency in the plan's order, the curve, and the phases.

    A unit sees the numbers of the leads it held. Raises Rejected (invalid) for a moment that has not come.
    """
    at = figures.moment_of(work, as_of)
    known = figures.known(work, at)

    def shown(dimension: str) -> list[dict[str, Any]]:
        found = leaders_figures(work.definition, known, dimension, at)
        return [figures.row_view(work, dimension, row) for row in found]

    whole = shown(ALL)
    return {
        "whole": whole[0] if whole else None,
        "units": sorted(
            (_unit(work, row) for row in shown("agency")), key=lambda row: _place(work, row["value"])
        ),
        "curve": _curve(work, known, at),
        "phases": _phases(work, at),
        "counted": numbers_of(work.definition),
        "measured": spans_of(work.definition),
        "at": work.in_zone(at),
        "is_past": as_of is not None,
        "as_of": work.in_zone(work.at),
    }


def _unit(work: Work, row: Mapping[str, Any]) -> dict[str, Any]:
    agency = agency_view(work.definition, row["value"])
    return {**row, "short": agency["short"] if agency is not None else None}


def _place(work: Work, agency: str | None) -> int:
    """Where the definition names an agency; leads nobody holds come last."""
    order = [one.id for one in work.definition.agencies]
    return order.index(agency) if agency in order else len(order)


def _curve(work: Work, known: Sequence[Known], at: datetime) -> list[dict[str, Any]]:
    """How many were received and closed by the end of each day shown, the last at the moment itself."""
    first = datetime.combine(work.definition.starts_on, time(0), work.zone)
    days = max((at - first).days, 0) + 1
    step = -(-days // MOST_POINTS)
    moments = [first + timedelta(days=n) for n in range(0, days, step)]
    moments = [moment for moment in moments if moment < at] + [at]

    came = {
        event: sorted(one.moments[event] for one in known if event in one.moments)
        for event in ("received", "closed")
    }

    def by(name: str, moment: datetime) -> int:
        return bisect_right(came[name], moment)

    return [
        {
            "at": work.in_zone(moment),
            "received": by("received", moment),
            "closed": by("closed", moment),
        }
        for moment in moments
    ]


def due_days(work: Work) -> list[dict[str, Any]]:
    """This will count for today and the days after it the leads with a duty due on that day, as far as one may see.

    Days end by the campaign's zone; whether one works on them is the office's calendar.
    """
    days = [work.today + timedelta(days=n) for n in range(DAYS_AHEAD)]
    scope = None if work.sees_everything else work.by.agency_id
    zone = work.definition.time_zone
    found = work.uow.overviews.due_days(
        work.campaign.id, windows(work.definition), scope, zone, (days[0], days[-1])
    )
    calendar = work.calendar_of(work.definition, work.definition.office.id)
    return [
        {"on": day.isoformat(), "count": found.get(day, 0), "works": calendar.is_working_day(day)}
        for day in days
    ]


def _phases(work: Work, at: datetime) -> dict[str, Any]:
    definition, today = work.definition, at.astimezone(work.zone).date()
    whole = (definition.ends_on - definition.starts_on).days + 1
    return {
        "starts_on": definition.starts_on.isoformat(),
        "ends_on": definition.ends_on.isoformat(),
        "days": whole,
        "day": (today - definition.starts_on).days + 1,
        "phases": [
            {
                "id": phase.id,
                "name": words(phase.name),
                "from": phase.starts_on.isoformat(),
                "to": phase.ends_on.isoformat(),
                "begins": (phase.starts_on - definition.starts_on).days / whole,
                "ends": ((phase.ends_on - definition.starts_on).days + 1) / whole,
                "state": "now"
                if phase.starts_on <= today <= phase.ends_on
                else "past"
                if phase.ends_on < today
                else "ahead",
            }
            for phase in definition.phases
        ],
        "reports": [
            {
                "name": words(report.name),
                "due_on": report.due_on.isoformat(),
                "at": ((report.due_on - definition.starts_on).days + 1) / whole,
                "kind": report.kind,
                "period": report.id,
            }
            for report in definition.reports
            if report.figures
        ],
    }


def counted(
    work: Work, dimension: str, value: str | None, count: str, as_of: datetime | None = None, page: int = 1
) -> dict[str, Any]:
    """This will list the leads or clocks behind one number as rows, as they stand today; pages count from 1.

    Raises Rejected as `figures` does.
    """
    found = figures.figure_leads(work, dimension, value, count, as_of)
    here = found["items"][(page - 1) * PAGE : page * PAGE]
    leads = work.uow.leads.by_numbers(work.campaign.id, {item["number"] for item in here})
    seen = seen_of(work, list(leads.values()))
    return {
        "count": count,
        "agency": agency_view(work.definition, value) if dimension == "agency" else None,
        "items": rows(work, sorted(seen, key=lambda lead: lead.number)) if count not in KEPT else [],
        "clocks": _clocks(work, here, {lead.number: lead.intake.title for lead in seen}),
        "total": len(found["items"]),
        "page": page,
        "limit": PAGE,
        "at": found["as_of"],
        "as_of": work.in_zone(work.at),
    }


def _clocks(
    work: Work, items: Sequence[Mapping[str, Any]], titles: Mapping[str, str]
) -> list[dict[str, Any]]:
    held = work.uow.deadlines.by_ids({item["deadline"] for item in items if item["deadline"] is not None})
    return [
        {
            **dressed(work, held[item["deadline"]]),
            "number": item["number"],
            "title": titles[item["number"]],
        }
        for item in items
        if item["deadline"] is not None and item["number"] in titles
    ]
