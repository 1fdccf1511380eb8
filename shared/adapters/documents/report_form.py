"""The report as a workbook, for units without a system: written with what the records know, read back strictly.

The form says for which campaign, period and unit it is, so that no sheet is filed under another. Reading takes plain
numbers and words only; what is wrong with a cell is said with its address. The content is then checked like any other.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Protection
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from shared.adapters.documents.archive import reproducible
from shared.adapters.documents.pen import CORRECTED, HEAD, SUM, Pen, print_page
from shared.adapters.documents.wording import long_date
from workflows.campaign import CampaignDefinition, Column, ReportObligation
from workflows.rejection import Reason, Rejected
from workflows.reporting import Row
from workflows.reporting.quantity import plain
from workflows.text import Text

SHEET, FORMAT = "填报", "xunxian-report-1"
MOST_BYTES, MOST_INFLATED, MOST_ROWS = 1 << 20, 16 << 20, 400
_HEADS = ("编码", "指标", "计量单位", "记录中已有", "填报数（可更正的为更正数）", "更正理由")
_WIDTHS = (16, 30, 10, 14, 24, 50)
_FIRST_ROW = 5
_ZERO, _TEXT = "zero", "text:"
_YES, _NO = "是", "否"
_DECLARES = re.compile(rb"<!(DOCTYPE|ENTITY)|\x00", re.IGNORECASE)
_BROKEN = (
    BadZipFile,
    zlib.error,
    RuntimeError,  # a password, or a compression nobody knows
    InvalidFileException,
    *(
        OSError,
        EOFError,
        SyntaxError,
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
    ),  # parts out of order
)
"""What the readers of archives and workbooks raise for files that are broken or something else."""


@dataclass(frozen=True, slots=True)
class FilledForm:
    """What a filled form says; the parts are those of a submission."""

    campaign: str
    kind: str
    period: str
    unit: str
    zero: bool
    texts: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)
    corrections: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def write_form(
    campaign_id: str, definition: CampaignDefinition, obligation: ReportObligation, row: Row
) -> bytes:
    """This will write the empty form of a unit; `row` holds what the records give for the period."""
    book, pen = Workbook(), Pen()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = SHEET
    identity = (FORMAT, campaign_id, obligation.kind, obligation.id, row.unit)
    for place, words in enumerate(identity, 1):
        pen.text(sheet.cell(1, place), words, size=8, boxed=False)
    title = f"{definition.agency(row.unit).name.zh}　{obligation.name.zh}"
    note = f"请于{obligation.words}（{long_date(obligation.due_on)}）报送。只填黄底格；没有就填 0，空着等于没填。"
    for number, (words, size) in enumerate(((title, 16), (note, 10)), 2):
        sheet.merge_cells(start_row=number, start_column=1, end_row=number, end_column=len(_HEADS))
        pen.text(sheet.cell(number, 1), words, size=size, bold=number == 2, boxed=False)
        sheet.row_dimensions[number].height = 30 if number == 2 else 18
    _lines(sheet, pen, definition, obligation, row)
    sheet.protection.sheet = True
    sheet.row_dimensions[1].hidden = True
    print_page(sheet, _FIRST_ROW - 1, len(_HEADS), frozen=f"A{_FIRST_ROW}")
    content = BytesIO()
    book.save(content)
    return reproducible(content.getvalue(), f"{obligation.covers_from.isoformat()}T00:00:00Z")


def _lines(
    sheet: Worksheet, pen: Pen, definition: CampaignDefinition, obligation: ReportObligation, row: Row
) -> None:
    for place, (head, width) in enumerate(zip(_HEADS, _WIDTHS, strict=True), 1):
        pen.text(sheet.cell(_FIRST_ROW - 1, place), head, bold=True, fill=HEAD)
        sheet.column_dimensions["ABCDEF"[place - 1]].width = width
    number = _FIRST_ROW
    _line(sheet, pen, number, (_ZERO, "零报告（是/否）", "", ""), opened=(5,))
    sheet.cell(number, 5).value = _NO
    for column in definition.columns:
        number += 1
        computed = row.computed[column.code]
        known = "" if computed is None else plain(computed)
        opened = {"manual": (5,), "corrected": (5, 6)}.get(column.basis, ())
        _line(sheet, pen, number, (column.code, column.name.zh, column.unit.zh, known), opened=opened)
        if opened:
            _at_least_zero(sheet, f"E{number}", column)
    for field_id in obligation.texts:
        number += 1
        name = definition.field(field_id).name.zh
        _line(sheet, pen, number, (f"{_TEXT}{field_id}", name, "文字", ""), opened=(5,))
        sheet.merge_cells(start_row=number, start_column=5, end_row=number, end_column=6)
        sheet.row_dimensions[number].height = 90


def _line(
    sheet: Worksheet, pen: Pen, number: int, words: tuple[str, str, str, str], opened: tuple[int, ...]
) -> None:
    for place in range(1, len(_HEADS) + 1):
        cell = sheet.cell(number, place)
        known = words[place - 1] if place <= len(words) else ""
        pen.text(
            cell,
            known,
            left=place in (2, 6) or words[0].startswith(_TEXT),
            fill=CORRECTED if place in opened else SUM,
        )
        if not known:
            cell.value = None
        if place in opened:
            cell.protection = Protection(locked=False)


def _at_least_zero(sheet: Worksheet, address: str, column: Column) -> None:
    kind = "whole" if column.decimals == 0 else "decimal"
    rule = DataValidation(type=kind, operator="greaterThanOrEqual", formula1="0", allow_blank=True)
    rule.error = "应为不小于零的整数" if column.decimals == 0 else "应为不小于零的数"
    sheet.add_data_validation(rule)
    rule.add(address)


def read_form(content: bytes) -> FilledForm:
    """This will read a filled form. Raises Rejected (invalid) with everything in it that is no form, number or text."""
    cells = _cells(content)
    if len(cells[0]) < 5 or cells[0][0] != FORMAT:
        raise _unreadable("不是本系统的报送表", "this is not a report form of this system")
    campaign, kind, period, unit = (str(part or "") for part in cells[0][1:5])
    reasons: list[Reason] = []
    zero, texts, figures, corrections = False, {}, {}, {}
    for number, (code, typed, reason) in _inputs(cells):
        if typed is None and reason is None:
            continue
        if isinstance(typed, str) and typed.startswith("="):
            reasons.append(
                _fault(number, "formula", "填报格不能是公式，请填数值", "a cell to fill takes no formula")
            )
        elif code == _ZERO:
            zero = typed == _YES
            if typed not in (_YES, _NO):
                reasons.append(_fault(number, "yes_or_no", f"请填{_YES}或{_NO}", f"answer {_YES} or {_NO}"))
        elif code.startswith(_TEXT):
            texts[code.removeprefix(_TEXT)] = str(typed)
        elif reason is not None:
            corrections[code] = {"value": typed, "reason": str(reason)}
        else:
            figures[code] = typed
    if reasons:
        raise Rejected(*reasons, kind="invalid")
    return FilledForm(campaign, kind, period, unit, zero, texts, figures, corrections)


def _inputs(cells: list[tuple[Any, ...]]) -> Iterator[tuple[int, tuple[str, Any, Any]]]:
    for number, line in enumerate(cells[_FIRST_ROW - 1 :], _FIRST_ROW):
        padded = (*line, *(None,) * 6)
        if padded[0] is not None:
            yield number, (str(padded[0]), _blank_as_none(padded[4]), _blank_as_none(padded[5]))


def _blank_as_none(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def _cells(content: bytes) -> list[tuple[Any, ...]]:
    """The cells of the form's sheet, after looking at how large it would grow and what its parts declare."""
    if len(content) > MOST_BYTES:
        raise _unreadable("文件过大", "the file is too large")
    try:
        _look_into(content)
        return _rows(content)
    except _BROKEN as fault:
        raise _unreadable("不是可读的XLSX文件", "this is not a readable XLSX file") from fault


def _look_into(content: bytes) -> None:
    archive = ZipFile(BytesIO(content))
    if sum(info.file_size for info in archive.infolist()) > MOST_INFLATED:
        raise _unreadable("文件展开后过大", "the file is too large when unpacked")
    for name in archive.namelist():
        if name.endswith((".xml", ".rels")) and _DECLARES.search(archive.read(name)):
            raise _unreadable("文件中有不允许的XML声明", "the file declares XML entities, or is not in UTF-8")


def _rows(content: bytes) -> list[tuple[Any, ...]]:
    book = load_workbook(BytesIO(content), read_only=True)
    if SHEET not in book.sheetnames:
        raise _unreadable(f"没有名为“{SHEET}”的工作表", f"there is no sheet called {SHEET}")
    sheet = book[SHEET]
    sheet.reset_dimensions()  # a file may lie about its size
    rows = []
    for line in sheet.iter_rows(values_only=True, max_col=len(_HEADS)):
        rows.append(line)
        if len(rows) > MOST_ROWS:
            raise _unreadable(f"超过{MOST_ROWS}行", f"there are more than {MOST_ROWS} rows")
    return rows or [()]


def _unreadable(zh: str, en: str) -> Rejected:
    hint = Text("请下载本期报送表填写", "download the form of this period and fill it in")
    return Rejected(Reason("not_a_form", Text(zh, en), "/file", hint), kind="invalid")


def _fault(row: int, code: str, zh: str, en: str) -> Reason:
    return Reason(code, Text(f"第{row}行：{zh}", f"row {row}: {en}"), f"/file/E{row}")
