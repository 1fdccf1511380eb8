"""Questions about rules at work and about what ties leads together; each answers only what the caller may know."""

from __future__ import annotations

from typing import Any

from shared.application import matters
from shared.application.linking import likenesses
from shared.application.rules import suggestion_views
from shared.application.sight import sight_of
from shared.application.views import plain, state_view, words
from shared.application.work import Work
from workflows.duplicates import THRESHOLD, Likeness
from workflows.lead import Lead


def suggestions(work: Work, number: str) -> dict[str, Any]:
    """This will show what every rule in force says of a lead, and why its other rows did not answer."""
    lead = work.lead(number)
    if not sight_of(work, lead).whole:
        return {"items": []}
    records = work.uow.records.of_lead(lead.id)
    facts = matters.of_lead(work, lead).facts
    return {"items": plain(work, suggestion_views(work, lead, facts, records, whole=True))}


def duplicates(work: Work, number: str) -> dict[str, Any]:
    """This will list the leads that may tell of the same matter, the most alike first, with reasons for and against.

    Only leads the caller may know of are compared; whoever sees a lead in part gets an empty list.
    """
    lead = work.lead(number)
    found = likenesses(work, lead) if sight_of(work, lead).whole else []
    return {"threshold": THRESHOLD, "items": [candidate_view(work, other, like) for other, like in found]}


def candidate_view(work: Work, other: Lead, like: Likeness) -> dict[str, Any]:
    """This will show a lead that may tell of the same matter, with reasons for and against."""
    return {
        "lead": other.number,
        "title": other.intake.title,
        "state": state_view(work.pinned(other.definition_hash), "lead", other.state),
        "received_at": work.in_zone(other.received_at),
        "score": like.score,
        "candidate": like.is_candidate,
        "reasons": [words(text) for text in like.reasons],
        "against": [words(text) for text in like.against],
    }
