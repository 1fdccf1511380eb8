"""The history: events chained per stream, appended only. The stream's row is the lock that keeps the order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    Connection,
    RowMapping,
    Text,
    Update,
    any_,
    bindparam,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.adapters import tables
from shared.adapters.repositories.wire import jsonable, utc
from shared.application.ports import Row
from workflows.events import GENESIS, Event, RecordedEvent, link

_STREAMS = tables.streams
_TIP = (
    upsert(_STREAMS)
    .on_conflict_do_update(index_elements=["stream"], set_={"seq": _STREAMS.c.seq})
    .returning(_STREAMS.c.seq, _STREAMS.c.hash)
)


@cache
def _appending(columns: tuple[str, ...]) -> Update:
    """One statement for the event and the tip of its stream, built once: it runs several times in every command."""
    events, streams = tables.events, tables.streams
    written = insert(events).values({name: bindparam(f"new_{name}") for name in columns}).cte("written")
    tip: dict[str, Any] = {"seq": bindparam("new_seq"), "hash": bindparam("new_hash")}
    return update(streams).where(streams.c.stream == bindparam("new_stream")).values(tip).add_cte(written)


class EventRows:
    """Events as rows."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._heads: dict[str, tuple[int, str]] = {}

    def append(
        self, campaign_id: str, stream: str, lead_id: str | None, event: Event, **who: Any
    ) -> RecordedEvent:
        """This will put an event at the end of its stream and give it back with its place in the chain."""
        seq, previous = self._heads.get(stream) or self._head(campaign_id, stream)
        # The chain covers what a reader gets back: JSON as stored, moments in UTC to the microsecond.
        plain = Event(
            event.kind,
            event.subject,
            event.subject_id,
            event.occurred_at.astimezone(UTC),
            jsonable(event.data),
            event.from_state,
            event.to_state,
            event.reason,
        )
        recorded = link(previous, stream=stream, seq=seq + 1, event=plain, **who)
        values = _columns(campaign_id, lead_id, recorded)
        self._connection.execute(_appending(tuple(values)), {f"new_{name}": values[name] for name in values})
        self._heads[stream] = (recorded.seq, recorded.hash)
        return recorded

    def _head(self, campaign_id: str, stream: str) -> tuple[int, str]:
        """The tip of a stream, locked until the transaction ends; a new stream begins here."""
        start = {"stream": stream, "campaign_id": campaign_id, "seq": 0, "hash": GENESIS}
        row = self._connection.execute(_TIP, start).one()
        return int(row.seq), str(row.hash)

    def forget_heads(self) -> None:
        """This will read tips again: what a savepoint undid must not be remembered."""
        self._heads.clear()

    def free_among(self, campaign_id: str, lead_ids: Collection[str | None]) -> frozenset[str | None]:
        """This will lock leads, and for None the campaign's own stream; gives those nobody else holds."""
        leads, streams = tables.leads, tables.streams
        found: set[str | None] = set()
        if named := sorted(name for name in lead_ids if name is not None):
            wanted = leads.c.id == any_(literal(named, ARRAY(Text)))
            query = select(leads.c.id).where(wanted).order_by(leads.c.id)
            found.update(self._connection.execute(query.with_for_update(skip_locked=True)).scalars())
        if None in lead_ids:
            query = select(streams.c.stream).where(streams.c.stream == campaign_id)
            if self._connection.execute(query.with_for_update(skip_locked=True)).first() is not None:
                found.add(None)
        return frozenset(found)

    def stream(self, stream: str) -> Iterable[RecordedEvent]:
        """This will read one stream from its beginning, as it stands in the table."""
        table = tables.events
        query = select(table).where(table.c.stream == stream).order_by(table.c.position)
        return [_recorded(row) for row in self._connection.execute(query).mappings()]

    def around(self, stream: str, seq: int) -> Sequence[tuple[int, RecordedEvent]]:
        """This will read the entry before a place in a stream and what stands at the place or next after it, each with
        its position in the whole history.
        """
        table = tables.events
        query = select(table).where(table.c.stream == stream, table.c.seq >= seq - 1)
        rows = self._connection.execute(query.order_by(table.c.seq, table.c.position).limit(2)).mappings()
        return [(int(row["position"]), _recorded(row)) for row in rows]

    def streams(self, campaign_id: str) -> Sequence[Row]:
        """This will list the streams of a campaign with their tips."""
        table = tables.streams
        query = select(table).where(table.c.campaign_id == campaign_id).order_by(table.c.stream)
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def feed(self, campaign_id: str, after: int, limit: int) -> Sequence[Row]:
        """This will list events of a campaign after a position."""
        table = tables.events
        query = select(table).where(table.c.campaign_id == campaign_id, table.c.position > after)
        return [
            dict(row)
            for row in self._connection.execute(query.order_by(table.c.position).limit(limit)).mappings()
        ]

    def last_of(self, stream: str, subject_id: str) -> Row | None:
        """This will find the newest event about a subject in its stream."""
        table = tables.events
        query = select(table).where(table.c.stream == stream, table.c.subject_id == subject_id)
        row = self._connection.execute(query.order_by(table.c.seq.desc()).limit(1)).mappings().first()
        return dict(row) if row is not None else None

    def of_subject(self, stream: str, subject_id: str) -> Sequence[Row]:
        """This will list the events about a subject in its stream, oldest first."""
        table = tables.events
        query = select(table).where(table.c.stream == stream, table.c.subject_id == subject_id)
        return [dict(row) for row in self._connection.execute(query.order_by(table.c.seq)).mappings()]

    def of_kind(self, stream: str, kind: str, subject_ids: Collection[str]) -> Sequence[Row]:
        """This will list the events of one kind about some subjects in their stream, oldest first."""
        table = tables.events
        wanted = table.c.subject_id == any_(literal(list(subject_ids), ARRAY(Text)))
        query = select(table).where(table.c.stream == stream, table.c.kind == kind, wanted)
        return [dict(row) for row in self._connection.execute(query.order_by(table.c.seq)).mappings()]

    def of_lead(self, lead_id: str, before: int | None, limit: int) -> Sequence[Row]:
        """This will list a lead's events, newest first."""
        table = tables.events
        query = select(table).where(table.c.lead_id == lead_id).order_by(table.c.position.desc()).limit(limit)
        if before is not None:
            query = query.where(table.c.position < before)
        return [dict(row) for row in self._connection.execute(query).mappings()]


def _columns(campaign_id: str, lead_id: str | None, recorded: RecordedEvent) -> dict[str, Any]:
    event = recorded.event
    return {
        "campaign_id": campaign_id,
        "lead_id": lead_id,
        "stream": recorded.stream,
        "seq": recorded.seq,
        "kind": event.kind,
        "subject": event.subject,
        "subject_id": event.subject_id,
        "from_state": event.from_state,
        "to_state": event.to_state,
        "reason": event.reason,
        "data": event.data,
        "occurred_at": event.occurred_at,
        "recorded_at": recorded.recorded_at,
        "person": recorded.person,
        "agency": recorded.agency,
        "request_id": recorded.request_id,
        "definition_hash": recorded.definition_hash,
        "previous_hash": recorded.previous_hash,
        "hash": recorded.hash,
    }


def _recorded(row: RowMapping) -> RecordedEvent:
    occurred_at: datetime | None = utc(row["occurred_at"])
    recorded_at: datetime | None = utc(row["recorded_at"])
    assert occurred_at is not None
    assert recorded_at is not None
    event = Event(
        row["kind"],
        row["subject"],
        row["subject_id"],
        occurred_at,
        row["data"],
        row["from_state"],
        row["to_state"],
        row["reason"],
    )
    return RecordedEvent(
        row["stream"],
        row["seq"],
        event,
        recorded_at,
        row["person"],
        row["agency"],
        row["request_id"],
        row["definition_hash"],
        row["previous_hash"],
        row["hash"],
    )
