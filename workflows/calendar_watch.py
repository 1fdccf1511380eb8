"""Which year's holidays should be known by now and are not: the alarm before dates become guesses.

The notice of a year comes out in the autumn before. Terms that run over New Year need it, so from the first of
December on the next year counts as missing. The day is a choice of this product (policy), not a rule of law.
"""

from __future__ import annotations

from datetime import date

from workflows.business_calendar import BusinessCalendar

EXPECTED_FROM = (12, 1)
"""Month and day from which the next year's notice should have been imported."""


def unpublished_year(calendar: BusinessCalendar, today: date) -> int | None:
    """This will name the first year that should be confirmed on `today` (a local date) and is not; None if none is."""
    needed = today.year + ((today.month, today.day) >= EXPECTED_FROM)
    if not calendar.is_confirmed(today):
        return today.year
    through = calendar.confirmed_through
    return through.year + 1 if through is not None and through.year < needed else None
