"""The ledger of leads as a workbook: words stay words whatever they begin with, heads come on every page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from shared.adapters.documents.archive import reproducible
from shared.adapters.documents.pen import CORRECTED, HEAD, Pen, height_for, print_page
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
    book, pen = Workbook(), Pen()
    book.properties.title, book.properties.creator = "线索台账", printable(ledger["office"])
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "线索台账"
    note = f"共 {len(ledger['lines'])} 条　数据截至{long_moment(ledger['as_of'])}"
    for row, words, size in ((1, f"{ledger['campaign']}线索台账", 16), (2, note, 9)):
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(_COLUMNS))
        pen.text(sheet.cell(row, 1), words, size=size, bold=row == 1, boxed=False)
    sheet.row_dimensions[1].height, sheet.row_dimensions[2].height = 28, 16
    for place, (head, _, width) in enumerate(_COLUMNS, 1):
        pen.text(sheet.cell(_HEADS, place), head, bold=True, fill=HEAD)
        sheet.column_dimensions[get_column_letter(place)].width = width
    for number, line in enumerate(ledger["lines"], _HEADS + 1):
        for place, (_, name, _) in enumerate(_COLUMNS, 1):
            late = name == "overdue" and line[name]
            words = str(line[name])
            pen.text(
                sheet.cell(number, place),
                words if name == "title" else named(words),
                left=name == "title",
                fill=CORRECTED if late else None,
            )
        sheet.row_dimensions[number].height = height_for(
            (str(line[name]), width) for _, name, width in _COLUMNS
        )
    print_page(sheet, _HEADS, len(_COLUMNS), frozen=f"B{_HEADS + 1}")
    content = BytesIO()
    book.save(content)
    return reproducible(
        content.getvalue(), f"{datetime.fromisoformat(ledger['as_of']).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    )
