"""The wire format of what is told: tips, messages, calls."""

from __future__ import annotations

import marshmallow as ma

from services.api import fields
from services.api.schemas import WORDS, Closed, ReceiveLead, Reporter, name_of
from workflows.tip import LONGEST_MESSAGE, LONGEST_WHAT, LONGEST_WHERE


class SubmitTip(Closed):
    """A tip: what was seen and where; the rest may be left out. Who tells it is said in `contact` only, if at all."""

    campaign = name_of(required=True)
    what = fields.Text(LONGEST_WHAT, required=True)
    where = fields.Text(LONGEST_WHERE, required=True)
    place_type = name_of()
    act = name_of()
    act_on = fields.Date()
    contact = ma.fields.Nested(Reporter, error_messages=fields.DEFAULT_MESSAGES)


class Message(Closed):
    """What is said to the other side."""

    text = fields.Text(LONGEST_MESSAGE, required=True)


class TakeCall(ReceiveLead):
    """A call as a lead. It has no number of another system; who called is sealed."""

    class Meta(ReceiveLead.Meta):
        """The reference of another system is not part of a call."""

        exclude = ("source", "external_ref")


class ToldSoFar(Closed):
    """What a caller has told so far, as much as there is. Nothing of it is kept."""

    title = fields.Text(200)
    description = fields.Text(WORDS)
    township = fields.Text(60)
    address = fields.Text(200)
    place_type = name_of()
