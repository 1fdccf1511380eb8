"""What happened, in the past tense, and the chain that shows when history was changed.

An event's `kind` is "<subject>.<past participle>", stable for ever. Each stream (a lead, or the campaign itself) is a
chain: an event's hash covers its content and the hash before it, so an altered, removed, inserted or reordered entry
shows at the first bad one. A cut tail shows only against a seal kept elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Event:
    """One fact. `occurred_at` is when it happened (a deadline's due moment), `recorded_at` when it was written."""

    kind: str
    subject: str
    subject_id: str
    occurred_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    from_state: str | None = None
    to_state: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event as it stands in its stream, with who did it and its place in the chain."""

    stream: str
    seq: int
    event: Event
    recorded_at: datetime
    person: str
    agency: str
    request_id: str
    definition_hash: str
    previous_hash: str
    hash: str


def canonical(value: Any) -> str:
    """This will write a value as JSON in one way only: sorted keys, no spaces, UTC times, exact decimals."""
    return json.dumps(value, default=_plain, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, tuple):
        return list(value)
    raise TypeError(f"no canonical form for {type(value).__name__}")


def link(
    previous_hash: str,
    *,
    stream: str,
    seq: int,
    event: Event,
    recorded_at: datetime,
    person: str,
    agency: str,
    request_id: str,
    definition_hash: str,
) -> RecordedEvent:
    """This will place an event at the end of its stream's chain."""
    content = {
        "agency": agency,
        "data": event.data,
        "definition": definition_hash,
        "from": event.from_state,
        "kind": event.kind,
        "occurred_at": event.occurred_at,
        "person": person,
        "reason": event.reason,
        "recorded_at": recorded_at,
        "request": request_id,
        "seq": seq,
        "stream": stream,
        "subject": event.subject,
        "subject_id": event.subject_id,
        "to": event.to_state,
    }
    digest = hashlib.sha256(f"{previous_hash}\n{canonical(content)}".encode()).hexdigest()
    return RecordedEvent(
        stream, seq, event, recorded_at, person, agency, request_id, definition_hash, previous_hash, digest
    )


@dataclass(frozen=True, slots=True)
class ChainFault:
    """The first entry of a stream that does not fit, and in which way."""

    stream: str
    seq: int
    fault: str


def verify_chain(events: Iterable[RecordedEvent]) -> ChainFault | None:
    """This will recompute one stream in order of `seq` and name its first bad entry, if there is one."""
    previous, expected = GENESIS, 1
    for found in events:
        if found.seq != expected:
            return ChainFault(found.stream, expected, "missing" if found.seq > expected else "repeated")
        if found.previous_hash != previous:
            return ChainFault(found.stream, found.seq, "not linked to the entry before it")
        again = link(
            previous,
            stream=found.stream,
            seq=found.seq,
            event=found.event,
            recorded_at=found.recorded_at,
            person=found.person,
            agency=found.agency,
            request_id=found.request_id,
            definition_hash=found.definition_hash,
        )
        if again.hash != found.hash:
            return ChainFault(found.stream, found.seq, "altered")
        previous, expected = found.hash, expected + 1
    return None
