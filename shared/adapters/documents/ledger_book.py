"""The ledger of leads as a workbook: words stay words whatever they begin with, heads come on every page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from shared.adapters.documents.pen import CORRECTED, HEAD, Ink, Lines, Pen, height_for, packed, print_page
from shared.adapters.documents.wording import long_moment, named, printable

_COLUMNS = (
    ("编号", "number", 14),
    ("线索名称", "title", 34),
    ("接收日期", "received_on", 12),
    ("状态", "state", 12),
    ("承办单位", "agency", 20),
    ("场所类型", "place_type", 14),
    ("涉嫌行为", "act", 12),
    ("乡镇", "township", 10),
    ("最近到期", "due_at", 17),
    ("到期事项", "due", 18),
    ("逾期事项数", "overdue", 9),
    ("处置结果", "disposition", 14),
)
_HEADS = 3


def ledger_book(ledger: Mapping[str, Any]) -> bytes:
    """This will write the ledger; the same leads at the same moment give the same bytes."""
    book, lines = Workbook(), Lines()
    pen = Pen(book)
    book.properties.title, book.properties.creator = "线索台账", printable(ledger["office"])
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "线索台账"
    note = f"共 {len(ledger['lines'])} 条　数据截至{long_moment(ledger['as_of'])}"
    for words, size, height in ((f"{ledger['campaign']}线索台账", 16, 28), (note, 9, 16)):
        lines.add([pen.text(words, size=size, bold=size == 16, boxed=False)], height)
        sheet.merged_cells.add(f"A{lines.last}:{get_column_letter(len(_COLUMNS))}{lines.last}")
    lines.add(pen.text(head, bold=True, fill=HEAD) for head, _, _ in _COLUMNS)
    for place, (_, _, width) in enumerate(_COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    for line in ledger["lines"]:
        lines.add(
            (_cell(pen, name, line[name]) for _, name, _ in _COLUMNS),
            height_for((str(line[name]), width) for _, name, width in _COLUMNS),
        )
    print_page(sheet, _HEADS, len(_COLUMNS), frozen=f"B{_HEADS + 1}")
    moment = datetime.fromisoformat(ledger["as_of"]).astimezone(UTC)
    return packed(book, [lines], f"{moment:%Y-%m-%dT%H:%M:%SZ}")


def _cell(pen: Pen, name: str, value: Any) -> Ink:
    """Titles stand as they were written; a number of overdue matters is seen."""
    words = str(value) if name == "title" else named(str(value))
    return pen.text(words, left=name == "title", fill=CORRECTED if name == "overdue" and value else None)
