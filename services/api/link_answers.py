"""The wire format of answers about rules at work and about what ties leads together."""

from __future__ import annotations

from marshmallow.fields import Integer

from services.api.answers import Suggestion, View, many, whole
from services.api.schemas import Phrase


class Miss(View):
    """Why one row of a rule did not answer."""

    row = whole()
    why = many(Phrase)
    beaten_by = Integer(required=True, allow_none=True)


class ExplainedSuggestion(Suggestion):
    """What a rule says, and why its other rows did not answer."""

    misses = many(Miss)


class Suggestions(View):
    """Every rule in force on the day of a lead's act."""

    items = many(ExplainedSuggestion)
