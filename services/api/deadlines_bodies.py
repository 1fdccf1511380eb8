"""The wire format of what is asked of a clock: to stand still, to count again, to be told of it later."""

from __future__ import annotations

from services.api import fields
from services.api.schemas import WORDS, Closed, name_of


class PauseDeadline(Closed):
    """A clock to stand still until a moment; `ground` is one its rule names."""

    ground = name_of(required=True)
    reason = fields.Text(WORDS, required=True)
    until = fields.Moment(required=True)


class ResumeDeadline(Closed):
    """A pause to end now."""

    reason = fields.Text(WORDS, required=True)


class SnoozeDeadline(Closed):
    """Repeats to wait until a moment, at most a week on."""

    until = fields.Moment(required=True)
    reason = fields.Text(WORDS, required=True)
