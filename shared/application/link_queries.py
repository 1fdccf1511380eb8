"""Questions about rules at work and about what ties leads together; each answers only what the caller may know."""

from __future__ import annotations

from typing import Any

from shared.application import matters
from shared.application.rules import suggestion_views
from shared.application.sight import sight_of
from shared.application.views import plain
from shared.application.work import Work


def suggestions(work: Work, number: str) -> dict[str, Any]:
    """This will show what every rule in force says of a lead, and why its other rows did not answer."""
    lead = work.lead(number)
    if not sight_of(work, lead).whole:
        return {"items": []}
    records = work.uow.records.of_lead(lead.id)
    facts = matters.of_lead(work, lead).facts
    return {"items": plain(work, suggestion_views(work, lead, facts, records, whole=True))}
