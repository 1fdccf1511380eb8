"""Letters as files: Word from the shipped template or the office's own, PDF from the shipped words.

The same facts and the same template give the same bytes. No seal is ever made up, and no number.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC
from pathlib import Path
from typing import Any

from shared.adapters.documents.archive import reproducible
from shared.adapters.documents.letter_template import check_template, filled, shipped_template
from shared.adapters.documents.letter_words import blocks
from shared.adapters.documents.pdf_report import compiled
from shared.adapters.documents.wording import breakable, printable
from workflows.letters import Letter, LetterKind

_TEMPLATE = Path(__file__).parent / "templates" / "letter.typ"
__all__ = ["check_own_template", "letter_docx", "letter_pdf", "shipped_template"]


def letter_docx(letter: Letter, template: bytes | None) -> bytes:
    """This will write a letter as a Word file from a template, the shipped one where the office has none of its own."""
    content = filled(template or shipped_template(letter.kind), _printable(letter.values))
    return reproducible(content, f"{letter.as_of.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")


def letter_pdf(letter: Letter) -> bytes:
    """This will write a letter as PDF/A from the shipped words. Raises Rejected (missing_glyph)."""
    data: dict[str, Any] = {
        "blocks": [_plain(block) for block in blocks(letter)],
        "title": letter.name,
        "author": letter.fields["sender"],
    }
    data["moment"] = {
        part: getattr(letter.as_of, part) for part in ("year", "month", "day", "hour", "minute", "second")
    }
    return compiled(_TEMPLATE, json.dumps(_printable(data), ensure_ascii=False))


def _plain(block: Any) -> dict[str, Any]:
    lines = [breakable(line) for line in block.words.splitlines()] or [""]
    heads = [{"words": head.words, "width": head.width} for head in block.heads]
    return {
        "style": block.style,
        "closing": block.closing,
        "lines": lines,
        "heads": heads,
        "rows": [[breakable(words) for words in row] for row in block.rows],
    }


def check_own_template(kind: LetterKind, content: bytes) -> None:
    """This will refuse a template that could not be used for every letter of its kind. Raises Rejected (invalid)."""
    sample: dict[str, Any] = dict.fromkeys(kind.fields, "样")
    sample |= {name: [dict.fromkeys(parts, "样")] for name, parts in kind.lists.items()}
    check_template(kind, content, sample)


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {name: _printable(part) for name, part in value.items()}
    return [_printable(part) for part in value] if isinstance(value, list | tuple) else value
