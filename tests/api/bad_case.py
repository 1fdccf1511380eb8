"""What a case of bad input is: one request, and the status, code and place of one of the errors it must get.

`{lead}`, `{handoff}` and `{deadline}` in a path stand for ones that exist; `by` is who asks, the staff of the office
unless told.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.api.conftest import STAFF, tip

JSON = "application/json"
NEVER = ...


@dataclass(frozen=True, slots=True)
class Bad:
    """One request that must be refused."""

    name: str
    method: str
    path: str
    status: int
    code: str
    pointer: str | None = None
    body: Any = None
    raw: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    by: str | None = STAFF


def raw(
    name: str, raw: bytes, status: int, code: str, pointer: str | None = None, content_type: str = JSON
) -> Bad:
    return Bad(
        f"body: {name}",
        "POST",
        "/v1/leads",
        status,
        code,
        pointer,
        raw=raw,
        headers={"Content-Type": content_type},
    )


def inside(text: str) -> bytes:
    """A tip with one more key, given as it stands in JSON."""
    return json.dumps(tip())[:-1].encode() + b"," + text.encode() + b"}"


def get(path: str, code: str, pointer: str | None, status: int = 422) -> Bad:
    return Bad(f"query: {path[:60]}", "GET", path, status, code, pointer)
