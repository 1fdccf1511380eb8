"""A compiled report as PDF/A through Typst. Units' words go in as data, never as source.

The shipped fonts hold GB 2312; a rarer character is taken from the system's fonts. PDF/A-2b refuses a character that
no font can draw, so that nobody signs a page with empty boxes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_HERE = Path(__file__).parent
_TEMPLATE, _FONTS = _HERE / "templates" / "report.typ", _HERE / "fonts"


class Undrawn(Rejected):
    """No font draws a piece of the text; `text` is that piece, as short as the typesetter names it."""

    def __init__(self, text: str) -> None:
        words = Text(f"没有字体能显示字符 {text}", f"no font can draw the character {text}")
        hint = Text(
            "请安装含该字的字体（fonts-noto-cjk），或取 Word 文件",
            "install fonts-noto-cjk, or take the Word file",
        )
        super().__init__(Reason("missing_glyph", words, hint=hint))
        self.text = text


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
    return compiled(_TEMPLATE, _settled(data))


def compiled(template: Path, data: str) -> bytes:
    """This will set a Typst template with its data (JSON, read as data.json) as PDF/A-2b. Raises Rejected (missing_glyph)."""
    with _source(template, data) as source:
        content = typst.compile(source, format="pdf", font_paths=[_FONTS], pdf_standards=["a-2b"])
    assert isinstance(content, bytes)
    return content


@contextmanager
def _source(template: Path, data: str) -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        source = Path(folder, "main.typ")
        source.write_bytes(template.read_bytes())
        Path(folder, "data.json").write_text(data, encoding="utf-8")
        try:
            yield source
        except typst.TypstError as failure:
            raise _explained(failure) from failure


def _settled(data: dict[str, Any]) -> str:
    """The data, with page breaks before the paragraphs whose notes would stand on another page than their marks.

    Typst puts a note where its mark first stood, also where the line then goes on to the next page, and lets notes go on
    there that find no room. Such a paragraph begins a page, unless it does so already.
    """
    movable = data["paragraphs"][: len(data["paragraphs"]) - data["closing"] - int(data["held"])]
    owners = [paragraph for paragraph in data["paragraphs"] for run in paragraph["runs"] if run["note"]]
    while True:
        written = json.dumps(data, ensure_ascii=False)
        apart = [owner for owner, (mark, note) in zip(owners, _pages(written), strict=True) if mark != note]
        torn = [p for p in apart if not p.get("begins_page") and any(p is other for other in movable)]
        if not torn:
            return written
        torn[0]["begins_page"] = True


def _pages(data: str) -> Iterator[tuple[int, int]]:
    """On which page each mark stands, and on which its note begins."""
    with _source(_TEMPLATE, data) as source:
        places = json.loads(typst.query(source, "<place>", field="value", font_paths=[_FONTS]))
    marks, notes = ([page for name, page in places if name == wanted] for wanted in ("mark", "note"))
    return zip(marks, notes, strict=True)


def _moment(as_of: str) -> dict[str, int]:
    at = datetime.fromisoformat(as_of)
    return {part: getattr(at, part) for part in ("year", "month", "day", "hour", "minute", "second")}


def _explained(failure: typst.TypstError) -> Exception:
    undrawn = _UNDRAWN.search(str(failure))
    if undrawn is None:
        return RuntimeError(str(failure))
    return Undrawn(_ESCAPED.sub(lambda escaped: chr(int(escaped[1], 16)), undrawn[1]))
