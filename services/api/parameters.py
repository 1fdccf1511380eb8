"""The wire format of queries and headers: one schema per kind of list or write.

Promises: a parameter that is not named here is refused, not ignored.
"""

from __future__ import annotations

import marshmallow as ma

from services.api import fields
from services.api.schemas import Closed, Wire, name_of

CURSOR_PATTERN = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
ETAG_PATTERN = r'^(\*|"(0|[1-9][0-9]{0,8})")$'
KEY_PATTERN = r"^[\x21-\x7e]{1,255}$"
_CURSOR = {"description": "上一页的 next_cursor · next_cursor of the page before"}


class NoQuery(Closed):
    """No query parameter at all."""


class WriteQuery(Closed):
    """What may be asked of a write besides its body."""

    dry_run = fields.Flag(
        load_default=False,
        metadata={"description": "true：只演示会发生什么，不保存 · show what would happen, keep nothing"},
    )


class WriteHeaders(Wire):
    """The headers a write may carry."""

    class Meta:
        """Other headers are none of ours."""

        unknown = ma.EXCLUDE

    idempotency_key = fields.Name(
        pattern=KEY_PATTERN,
        data_key="Idempotency-Key",
        metadata={
            "description": "同一个键只办一次，重发得到同样的答复 · done once, repeated with the same answer"
        },
    )


class VersionedHeaders(WriteHeaders):
    """The headers of a write to something that has versions."""

    if_match = fields.Name(
        pattern=ETAG_PATTERN,
        data_key="If-Match",
        metadata={"description": "你看到的版本，改动过则答 412 · the version you saw; 412 if changed since"},
    )


class MaterialQuery(WriteQuery):
    """What a file is called, and the work it belongs to."""

    name = fields.Text(
        200,
        required=True,
        metadata={"description": "文件名，原样保存 · the file's name, kept as it is"},
    )
    handoff = fields.Name(pattern=CURSOR_PATTERN)


class PageQuery(Closed):
    """A page of a list: where to go on, and how many."""

    cursor = fields.Name(
        pattern=CURSOR_PATTERN,
        metadata=_CURSOR,
    )
    limit = fields.Digits(1, 200, load_default=50)


class PositionQuery(Closed):
    """A page of what happened, newest first."""

    cursor = fields.Digits(1, 10**12, metadata=_CURSOR)
    limit = fields.Digits(1, 200, load_default=50)


class LeadsQuery(PageQuery):
    """Which leads: every filter given must hold."""

    state = name_of()
    agency = name_of()
    channel = name_of()
    place_type = name_of()
    act = name_of()
    urgency = name_of()
    township = fields.Text(64)
    overdue = fields.Flag()
    received_from = fields.Moment()
    received_to = fields.Moment()
    q = fields.Text(
        100,
        metadata={"description": "在编号、标题、来源编号里找 · looked for in number, title and external_ref"},
    )


class HandoffsQuery(PageQuery):
    """Which handoffs: to my agency (inbox), from it (outbox), to me or whom I stand in for (mine), declined or met with
    silence (disputed), or all I may see.
    """

    box = fields.Choice("inbox", "outbox", "mine", "disputed", "all", load_default="all")
    state = name_of()
    lead = fields.Text(64)


class ItemsQuery(PageQuery):
    """Which seized things: waiting for my agency's receipt (inbox), held by it, or all I may see."""

    box = fields.Choice("inbox", "held", "all", load_default="all")


class PartsQuery(PageQuery):
    """Which transfers or orders."""

    state = name_of()


class DeadlinesQuery(PageQuery):
    """Which clocks."""

    state = fields.Choice("running", "paused", "met", "missed", "lapsed", "cancelled")
    due_before = fields.Moment()
    subject = fields.Choice("lead", "handoff", "transfer", "order", "report")


class EventsQuery(Closed):
    """The feed from one place in it onwards."""

    after = fields.Digits(0, 10**12, load_default=0)
    limit = fields.Digits(1, 200, load_default=100)


class VersionQuery(Closed):
    """One version; without it the newest."""

    version = fields.Digits(1, 10**6)


class WaitQuery(WriteQuery):
    """Whether to wait until the clock has arrived, at most 30 seconds."""

    wait = fields.Flag(load_default=False)
