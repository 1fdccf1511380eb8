"""What somebody chooses from who registers a lead."""

from __future__ import annotations

from typing import Any

from shared.application.views import words
from shared.application.work import Work

_CHOSEN = ("channel", "place_type", "act", "urgency", "reporter_kind", "product")


def intake_form(work: Work) -> dict[str, Any]:
    """This will give the words of the campaign for a lead; the channel of the public page is not among them.

    `own_township` is where the caller's agency works, if that is one place. Raises Rejected (forbidden): the caller may
    not register.
    """
    work.demand("receive_leads")
    definition, tips = work.definition, work.definition.tips
    choices = {
        name: [{"id": c.id, "name": words(c.name)} for c in definition.vocabularies.get(name, ())]
        for name in _CHOSEN
    }
    if tips is not None:
        choices["channel"] = [c for c in choices["channel"] if c["id"] != tips.channel]
    own = next((a.townships for a in definition.agencies if a.id == work.by.agency_id), ())
    return {
        **choices,
        "townships": sorted({town for agency in definition.agencies for town in agency.townships}),
        "own_township": own[0] if len(own) == 1 else None,
    }
