"""Every case of bad input there is."""

from __future__ import annotations

from tests.api import bad_campaigns, bad_reports, bad_requests, bad_steps, bad_times, bad_tips
from tests.api.bad_case import Bad


def every() -> list[Bad]:
    """All cases, each with a name of its own."""
    cases = [
        *bad_tips.texts(),
        *bad_tips.names(),
        *bad_tips.moments(),
        *bad_tips.dates(),
        *bad_tips.numbers(),
        *bad_tips.lists(),
        *bad_tips.keys(),
        *bad_requests.bodies(),
        *bad_requests.encodings(),
        *bad_requests.headers(),
        *bad_requests.queries(),
        *bad_requests.paths(),
        *bad_steps.steps(),
        *bad_steps.handoffs(),
        *bad_steps.records(),
        *bad_times.deadlines(),
        *bad_times.calendars(),
        *bad_reports.reports(),
        *bad_times.clock(),
        *bad_campaigns.managing(),
        *bad_campaigns.definitions(),
        *bad_campaigns.exercises(),
    ]
    assert len({case.name for case in cases}) == len(cases)
    return cases
