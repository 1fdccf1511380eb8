"""A compiled report as PDF/A through Typst. Units' words go in as data, never as source.

The shipped fonts hold GB 2312; a rarer character is taken from the system's fonts. PDF/A-2b refuses a character that
no font can draw, so that nobody signs a page with empty boxes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from shared.adapters.documents.annex_table import annex_table
from shared.adapters.documents.report_charts import charts_of
from shared.adapters.documents.report_text import report_text
from shared.adapters.documents.wording import breakable
from workflows.rejection import Reason, Rejected
from workflows.text import Text

_UNDRAWN = re.compile(r'the text `"(.*)"` could not be displayed')
_HERE = Path(__file__).parent
_TEMPLATE, _FONTS = _HERE / "templates" / "report.typ", _HERE / "fonts"


def pdf_report(snapshot: Mapping[str, Any]) -> bytes:
    """This will write the report as PDF; the same snapshot gives the same bytes. Raises Rejected (missing_glyph)."""
    text = asdict(report_text(snapshot))
    for run in (run for paragraph in text["paragraphs"] for run in paragraph["runs"]):
        run["text"] = breakable(run["text"])
    data = {
        **text,
        **asdict(annex_table(snapshot)),
        "moment": _moment(snapshot["as_of"]),
        "charts": [{"svg": chart.svg, "words": chart.words} for chart in charts_of(snapshot)],
    }
    return compiled(_TEMPLATE, json.dumps(data, ensure_ascii=False))


def compiled(template: Path, data: str) -> bytes:
    """This will set a Typst template with its data (JSON, read as data.json) as PDF/A-2b. Raises Rejected (missing_glyph)."""
    with TemporaryDirectory() as folder:
        source = Path(folder, "main.typ")
        source.write_bytes(template.read_bytes())
        Path(folder, "data.json").write_text(data, encoding="utf-8")
        try:
            content = typst.compile(source, format="pdf", font_paths=[_FONTS], pdf_standards=["a-2b"])
        except typst.TypstError as failure:
            raise _explained(failure) from failure
    assert isinstance(content, bytes)
    return content


def _moment(as_of: str) -> dict[str, int]:
    at = datetime.fromisoformat(as_of)
    return {part: getattr(at, part) for part in ("year", "month", "day", "hour", "minute", "second")}


def _explained(failure: typst.TypstError) -> Exception:
    undrawn = _UNDRAWN.search(str(failure))
    if undrawn is None:
        return RuntimeError(str(failure))
    words = Text(f"没有字体能显示字符 {undrawn[1]}", f"no font can draw the character {undrawn[1]}")
    hint = Text(
        "请安装含该字的字体（fonts-noto-cjk），或取 Word 文件",
        "install fonts-noto-cjk, or take the Word file",
    )
    return Rejected(Reason("missing_glyph", words, hint=hint))
