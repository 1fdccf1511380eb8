"""A compiled report as PDF/A through Typst. Units' words go in as data, never as source.

The standard (PDF/A-2b) refuses a character that no font can draw, so that nobody signs a page with empty
boxes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from shared.adapters.documents.annex_table import annex_table
from shared.adapters.documents.report_text import report_text


class MissingGlyph(RuntimeError):
    """No installed font can draw some character of the document; the message says which, and what to install."""


def pdf_report(snapshot: Mapping[str, Any]) -> bytes:
    """This will write the report as PDF; the same snapshot and fonts give the same bytes. Raises MissingGlyph."""
    data = {
        **asdict(report_text(snapshot)),
        **asdict(annex_table(snapshot)),
        "moment": _moment(snapshot["as_of"]),
    }
    with TemporaryDirectory() as folder:
        source = Path(folder, "report.typ")
        source.write_bytes(files("shared.adapters.documents").joinpath("templates/report.typ").read_bytes())
        Path(folder, "report.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        try:
            content = typst.compile(source, format="pdf", pdf_standards=["a-2b"])
        except typst.TypstError as failure:
            raise _explained(failure) from failure
    assert isinstance(content, bytes)
    return content


def _moment(as_of: str) -> dict[str, int]:
    at = datetime.fromisoformat(as_of)
    return {part: getattr(at, part) for part in ("year", "month", "day", "hour", "minute", "second")}


def _explained(failure: typst.TypstError) -> RuntimeError:
    message = str(failure)
    if "font" in message:
        return MissingGlyph(f"{message}; install fonts-noto-cjk, or take the Word file")
    return RuntimeError(message)
