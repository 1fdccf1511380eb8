"""The wire format of answers about rules at work and about what ties leads together."""

from __future__ import annotations

from marshmallow.fields import Float, Integer

from services.api.answers import State, Suggestion, View, flag, many, moment, one, text, whole
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


class Candidate(View):
    """A lead that may tell of the same matter: how alike (0 to 1), why, and what speaks against it."""

    lead = text()
    title = text()
    state = one(State)
    received_at = moment()
    score = Float(required=True)
    candidate = flag()
    reasons = many(Phrase)
    against = many(Phrase)


class Candidates(View):
    """From `threshold` on a pair is proposed as one matter; below it, it may be worth a link. A person decides."""

    items = many(Candidate)
    threshold = Float(required=True)
