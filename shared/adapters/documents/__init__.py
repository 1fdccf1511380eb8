"""Documents of compiled reports: the same snapshot always gives the same bytes.

What is made here is a draft (稿): it never carries a document number or a seal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished file."""

    content: bytes
    media_type: str
    filename: str


def render(snapshot: Mapping[str, Any], format: str) -> Rendered:
    """This will render a snapshot document as "docx", "xlsx", "pdf" or "json".

    Raises Rejected (kind "invalid") for another format, `MissingGlyph` where a PDF would show an empty box.
    """
    raise NotImplementedError
