"""What those see who keep a campaign running: which of the managing pages are theirs, how the machinery stands, and the
calendars.
"""

from __future__ import annotations

from typing import Any

from shared.application.administration import DUTY
from shared.application.calendars import unpublished
from shared.application.work import UNSEEN, Work
from workflows.rejection import Rejected


def rights(work: Work) -> dict[str, bool]:
    """This will say which managing pages the caller may open."""
    oversees, manages = work.sees_everything, work.may(DUTY)
    return {
        "agencies": oversees or manages,
        "people": oversees or manages,
        "tokens": manages,
        "successors": manages or work.may("run_campaign"),
        "calendars": oversees or manages,
        "audit": oversees,
        "ops": oversees or work.may("operate"),
    }


STILL = 90.0
"""After so many seconds without a sign of life a process counts as stopped (policy)."""


def stopped_for(work: Work) -> float | None:
    """This will say for how many seconds no deadline of a live campaign was looked at, where that is too long.

    Only who coordinates or operates is told; an exercise needs nobody to look, because its clock is moved by hand.
    """
    concerned = work.sees_everything or work.may("operate") or work.by.agency_id == work.definition.office.id
    if work.campaign.mode != "live" or not concerned:
        return None
    age = work.uow.figures.last_beat_age("sweep")
    return None if age is not None and age <= STILL else age or 0.0


def machinery(work: Work) -> dict[str, Any]:
    """This will give what an operator watches: ages in seconds, sizes in bytes. Raises Rejected (missing)."""
    if not rights(work)["ops"]:
        raise Rejected(UNSEEN, kind="missing")
    return {
        **work.uow.figures.status(),
        **work.uow.administration.sizes(),
        "calendars_unpublished": len(unpublished(work)),
        "mode": work.campaign.mode,
        "as_of": work.in_zone(work.at),
    }


def calendars(work: Work, year: int) -> dict[str, Any]:
    """This will show each calendar of the campaign: until when it is confirmed, and a year's special days.

    Raises Rejected (missing) for whoever neither oversees the campaign nor manages it.
    """
    if not rights(work)["calendars"]:
        raise Rejected(UNSEEN, kind="missing")
    names = sorted({agency.calendar for agency in work.definition.agencies})
    return {
        "items": [_calendar(work, name, year) for name in names],
        "year": year,
        "may_import": work.may("run_campaign"),
        "as_of": work.in_zone(work.at),
    }


def _calendar(work: Work, name: str, year: int) -> dict[str, Any]:
    found = work.calendar_named(name)
    agencies = [a.short for a in work.definition.agencies if a.calendar == name]
    return {
        "name": name,
        "version": found.version,
        "agencies": agencies,
        "confirmed_from": found.confirmed_from.isoformat() if found.confirmed_from else None,
        "confirmed_through": found.confirmed_through.isoformat() if found.confirmed_through else None,
        "days": [
            {
                "date": day.on.isoformat(),
                "name": {"zh": day.name.zh, "en": day.name.en or day.name.zh},
                "kind": day.kind.value,
                "works": day.kind.works,
            }
            for day in sorted(found.special_days, key=lambda one: one.on)
            if day.on.year == year
        ],
    }
