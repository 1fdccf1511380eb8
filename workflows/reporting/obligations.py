"""Obligations: who owes which report, until when, and how that stands. Lateness is computed, never stored."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from workflows.business_calendar import BusinessCalendar
from workflows.campaign import Agency, CampaignDefinition, ReportObligation
from workflows.recurrence import Shift

_LONGEST_LEAVE = 60
"""Days: who has not one working day among them has no office to wait for."""
ReportStatus = Literal["scheduled", "on_time", "late", "missing", "zero", "zero_late", "waived"]


def reporting_units(definition: CampaignDefinition) -> tuple[Agency, ...]:
    """This will give the units that owe reports, in the definition's order."""
    return tuple(agency for agency in definition.agencies if agency.reports)


def owing_units(definition: CampaignDefinition, obligation: ReportObligation) -> tuple[Agency, ...]:
    """This will give the units that owe one report: those it is asked of, and that take part on the day it is due."""
    return tuple(
        agency
        for agency in reporting_units(definition)
        if (not obligation.owed_by or agency.type in obligation.owed_by)
        and (agency.reports_from is None or agency.reports_from <= obligation.due_on)
        and (agency.reports_to is None or obligation.due_on <= agency.reports_to)
    )


def due_at(
    definition: CampaignDefinition, obligation: ReportObligation, calendar: BusinessCalendar | None = None
) -> datetime:
    """This will give the moment from which an obligation not met is late, aware, in the campaign's time zone.

    The named day belongs to the term: without a time of day it ends with that day, at 24:00. Where the obligation shifts
    and a `calendar` is given, a day off passes the term on to the next working day.
    """
    zone, on = ZoneInfo(definition.time_zone), obligation.due_on
    if calendar is not None and obligation.shift is Shift.LATER:
        days = (on + timedelta(days=n) for n in range(_LONGEST_LEAVE))
        on = next((day for day in days if calendar.is_working_day(day)), on)
    if obligation.due_time is not None:
        return datetime.combine(on, obligation.due_time, zone)
    return datetime.combine(on + timedelta(days=1), time(0), zone)


def status_of(
    due_at: datetime, submitted_at: datetime | None, zero: bool, waived: bool, at: datetime
) -> ReportStatus:
    """This will say how an obligation stands at the moment `at`; all moments are aware.

    A report is on time before `due_at`; nothing submitted counts as missing from `due_at` on. A submission
    later than `at` is not known yet. A waiver excuses from reporting; who reports all the same is shown as
    having reported.
    """
    if submitted_at is None or submitted_at > at:
        if waived:
            return "waived"
        return "missing" if due_at <= at else "scheduled"
    late = submitted_at >= due_at and not waived
    if zero:
        return "zero_late" if late else "zero"
    return "late" if late else "on_time"
