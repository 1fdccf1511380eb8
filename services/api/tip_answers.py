"""The wire format of answers about tips and calls."""

from __future__ import annotations

from marshmallow.fields import Boolean, Date

from services.api.answers import Happened, Named, View, flag, many, moment, one, text, texts, whole, words
from services.api.link_answers import Candidates
from services.api.schemas import Phrase


class Form(View):
    """What anybody may tell a campaign."""

    campaign = text()
    title = one(Phrase)
    mode = words("live", "exercise")
    urgent = one(Phrase)
    place_type = many(Named)
    act = many(Named)
    today = Date(required=True)


class Forms(View):
    """The campaigns that take tips."""

    items = many(Form)


class Promise(View):
    """What will happen by when."""

    says = one(Phrase)
    by = moment()


class TipReceived(View):
    """A tip that was received; the receipt is given this once."""

    receipt = text(allow_none=True)
    promises = many(Promise)
    dry_run = Boolean()


class Reached(View):
    """A step that was reached, and on which day."""

    on = Date(required=True)
    name = one(Phrase)
    says = one(Phrase)


class Said(View):
    """A message: from the teller, or from the office."""

    sender = words("teller", "office")
    on = Date(required=True)
    text = text()


class Tip(View):
    """A tip as its teller sees it."""

    title = one(Phrase)
    mode = words("live", "exercise")
    state = one(Named)
    because = one(Phrase, allow_none=True)
    progress = many(Reached)
    promises = many(Promise)
    messages = many(Said)
    photos = whole()
    urgent = one(Phrase)
    as_of = moment()
    dry_run = Boolean()


class OfficeSaid(View):
    """A message as the office sees it; `by` is who wrote it for the office."""

    id = text()
    sender = words("teller", "office")
    by = text(allow_none=True)
    at = moment()
    text = text()


class Messages(View):
    """What was said about a lead; `reachable` where somebody holds a receipt.

    `joined` names leads that went into this one and have tellers of their own.
    """

    lead = text()
    reachable = flag()
    joined = texts()
    items = many(OfficeSaid)
    dry_run = Boolean()


class CallTaken(View):
    """A call that was registered: the receipt to read out, told this once, and earlier leads of the same number."""

    number = text()
    receipt = text(allow_none=True)
    promises = many(Promise)
    earlier = texts()
    events = many(Happened)
    dry_run = Boolean()


class SimilarToCall(Candidates):
    """Leads that may tell of what a caller is telling; `enough` is whether so much was told that it was compared."""

    enough = flag()
