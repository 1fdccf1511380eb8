"""When a notice may be shown: quiet hours hold up the telling of what is not urgent, never what happened."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from workflows.business_calendar import BusinessCalendar
from workflows.campaign import QuietHours

_MOST_DAYS = 40


def shown_from(
    quiet: QuietHours | None, at: datetime, calendar: BusinessCalendar, *, urgent: bool
) -> datetime | None:
    """This will give the moment a notice of `at` is to be shown; None means at once, as for everything urgent."""
    if quiet is None or urgent or not _is_quiet(quiet, at.astimezone(calendar.zone), calendar):
        return None
    local = at.astimezone(calendar.zone)
    for number in range(_MOST_DAYS):
        ends = _ends(quiet, local.date() + timedelta(days=number), calendar)
        if ends > local and not _is_quiet(quiet, ends, calendar):
            return ends.astimezone(UTC)
    return None


def _is_quiet(quiet: QuietHours, local: datetime, calendar: BusinessCalendar) -> bool:
    now = local.time().replace(tzinfo=None)
    if quiet.days_off and not calendar.is_working_day(local.date()):
        return True
    if quiet.begins < quiet.ends:
        return quiet.begins <= now < quiet.ends
    return now >= quiet.begins or now < quiet.ends


def _ends(quiet: QuietHours, on: date, calendar: BusinessCalendar) -> datetime:
    return calendar.wall_moment(datetime.combine(on, quiet.ends)).astimezone(calendar.zone)
