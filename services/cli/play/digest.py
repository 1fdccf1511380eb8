"""One number for all that happened: equal for equal exercises, whatever ids and worker order they had.

Random ids, hashes (they may cover such ids) and places in the log are left out; the remaining facts of each event are
written in one way, sorted, and hashed. Events of one moment may be logged in any order by several workers: sorting
forgives only that.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

_VOLATILE = frozenset(
    {
        "id",
        "seq",
        "position",
        "stream",
        "stream_seq",
        "hash",
        "previous_hash",
        "request_id",
        "subject_id",
        "lead_id",
    }
)
_ID = re.compile(
    r"\b(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32}|[0-9a-f]{64}|[0-9A-HJKMNP-TV-Z]{26})\b"
)


def digest(events: Iterable[Mapping[str, Any]], campaign_id: str) -> str:
    """This will give the SHA-256 (hex) over what happened in an exercise."""
    lines = sorted(_line(event, campaign_id) for event in events)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _line(event: Mapping[str, Any], campaign_id: str) -> str:
    kept = {name: _masked(value, campaign_id) for name, value in event.items() if name not in _VOLATILE}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _masked(value: Any, campaign_id: str) -> Any:
    if isinstance(value, Mapping):
        return {name: _masked(part, campaign_id) for name, part in value.items()}
    if isinstance(value, list):
        return [_masked(part, campaign_id) for part in value]
    if isinstance(value, str):
        return _ID.sub("*", value.replace(campaign_id, "*"))
    return value
