"""The report as a workbook or as CSV, for units without a system: written with what the records know, read strictly.

Which lines there are and what they say is `workflows.reporting.form`; here they become files and come back from them.
"""

from __future__ import annotations

import csv
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import BytesIO, StringIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from shared.adapters.documents.pen import (
    CORRECTED,
    HEAD,
    STARTS_A_FORMULA,
    SUM,
    Ink,
    Lines,
    Pen,
    packed,
    print_page,
)
from shared.adapters.documents.wording import due_words, named, printable
from workflows.campaign import CampaignDefinition, Column, ReportObligation
from workflows.rejection import Reason, Rejected
from workflows.reporting import Row, due_at
from workflows.reporting.form import (
    FIRST_ROW,
    HEADS,
    MOST_ROWS,
    NO,
    REASON,
    VALUE,
    YES,
    FilledForm,
    Line,
    address,
    form_lines,
    identity,
    is_form,
    not_a_form,
    read_rows,
)
from workflows.text import Text

SHEET = "填报"
MOST_BYTES, MOST_INFLATED = 1 << 20, 16 << 20
_MOST_NAMED = 20
_WIDTHS = (16, 30, 10, 14, 24, 50)
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
FORMS: Mapping[str, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def write_form(
    campaign_id: str, definition: CampaignDefinition, obligation: ReportObligation, row: Row
) -> bytes:
    """This will write the empty form of a unit as a workbook; `row` holds what the records give for the period."""
    book, lines = Workbook(), Lines()
    pen, sheet = Pen(book), book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = SHEET
    known = identity(campaign_id, obligation, row.unit)
    lines.add((pen.text(words, size=8, boxed=False) for words in known), hidden=True)
    for words, size, height in zip(_words(definition, obligation, row), (16, 10), (30, 18), strict=True):
        lines.add([pen.text(words, size=size, bold=size == 16, boxed=False)], height)
        sheet.merged_cells.add(f"A{lines.last}:F{lines.last}")
    lines.add(pen.text(head, bold=True, fill=HEAD) for head in HEADS)
    for letter, width in zip("ABCDEF", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    for number, line in enumerate(form_lines(definition, obligation, row), FIRST_ROW):
        lines.add(_line(pen, line, filled=NO if number == FIRST_ROW else ""), 90 if line.is_text else None)
        if line.is_text:
            sheet.merged_cells.add(f"E{number}:F{number}")
        if line.column is not None and line.opens:
            _at_least_zero(sheet, f"E{number}", line.column)
    _yes_or_no(sheet)
    sheet.protection.sheet = True
    print_page(sheet, FIRST_ROW - 1, len(HEADS), frozen=f"A{FIRST_ROW}")
    return packed(book, [lines], f"{obligation.covers_from.isoformat()}T00:00:00Z")


def write_csv_form(
    campaign_id: str, definition: CampaignDefinition, obligation: ReportObligation, row: Row
) -> bytes:
    """This will write the same form as CSV: UTF-8 with its mark, so that spreadsheets read Chinese."""
    target = StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(identity(campaign_id, obligation, row.unit))
    for words in _words(definition, obligation, row):
        writer.writerow((_harmless(words),))
    writer.writerow(HEADS)
    for number, line in enumerate(form_lines(definition, obligation, row)):
        writer.writerow((*(_harmless(words) for words in line.cells), NO if number == 0 else "", ""))
    return target.getvalue().encode("utf-8-sig")


def _words(definition: CampaignDefinition, obligation: ReportObligation, row: Row) -> tuple[str, str]:
    title = f"{definition.agency(row.unit).name.zh}　{obligation.name.zh}"
    due = due_words(due_at(definition, obligation).isoformat())
    return title, f"请于{due}前报送。只填可填的格；没有就填 0，空着等于没填。"


def _harmless(words: str) -> str:
    """A cell of a CSV file that no spreadsheet takes for a formula."""
    return f"'{words}" if words.startswith(STARTS_A_FORMULA) else words


def _line(pen: Pen, line: Line, filled: str) -> Iterator[Ink]:
    for place in range(len(HEADS)):
        is_open = place in line.opens
        known = (named if place else str)(line.cells[place]) if place < VALUE else ""
        left = place in (1, REASON) or line.is_text
        words = filled if place == VALUE else known
        yield pen.text(words, left=left, fill=CORRECTED if is_open else SUM, to_fill=is_open)


def _yes_or_no(sheet: Worksheet) -> None:
    rule = DataValidation(type="list", formula1=f'"{YES},{NO}"', allow_blank=False)
    rule.error = f"请填{YES}或{NO}"
    sheet.add_data_validation(rule)
    rule.add(address(FIRST_ROW, VALUE))


def _at_least_zero(sheet: Worksheet, address: str, column: Column) -> None:
    kind = "whole" if column.decimals == 0 else "decimal"
    rule = DataValidation(type=kind, operator="greaterThanOrEqual", formula1="0", allow_blank=True)
    rule.errorStyle = "warning"  # a rounded figure is words to a spreadsheet
    number = "不小于零的整数" if column.decimals == 0 else "不小于零的数"
    rule.error = f"应为{number}；约数请写作“约300”或“3000余”"
    sheet.add_data_validation(rule)
    rule.add(address)


def read_form(content: bytes) -> FilledForm:
    """This will read a filled workbook. Raises Rejected (invalid) with everything in it that is no form."""
    return read_rows(_cells(content))


def read_csv_form(content: bytes) -> FilledForm:
    """This will read a filled CSV form, in UTF-8 or as Chinese spreadsheets save it (GB 18030). Raises Rejected (invalid)."""
    if len(content) > MOST_BYTES:
        raise not_a_form("文件过大", "the file is too large")
    try:
        return read_rows(_bounded(csv.reader(StringIO(_decoded(content), newline=""), strict=True)))
    except csv.Error as fault:
        raise not_a_form("不是可读的CSV文件", "this is not a readable CSV file") from fault


READERS: Mapping[str, Callable[[bytes], FilledForm]] = {"xlsx": read_form, "csv": read_csv_form}
WRITERS: Mapping[str, Callable[..., bytes]] = {"xlsx": write_form, "csv": write_csv_form}


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise not_a_form("文件编码须为 UTF-8 或 GB18030", "the file must be in UTF-8 or GB 18030")


def _bounded(lines: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """The rows up to the last that says something; of those that do there are not too many."""
    rows: list[tuple[Any, ...]] = []
    said = 0
    for number, line in enumerate(lines):
        if any(cell not in (None, "") for cell in line):
            said += 1
            if said > MOST_ROWS:
                raise not_a_form(f"超过{MOST_ROWS}行", f"there are more than {MOST_ROWS} rows")
            rows += [()] * (number - len(rows))
            rows.append(tuple(line))
    return rows


def _cells(content: bytes) -> list[tuple[Any, ...]]:
    """The cells of the form's sheet, after looking at how large it would grow and what its parts declare."""
    if len(content) > MOST_BYTES:
        raise not_a_form("文件过大", "the file is too large")
    try:
        _look_into(content)
        return _rows(content)
    except _BROKEN as fault:
        raise not_a_form("不是可读的XLSX文件", "this is not a readable XLSX file") from fault


def _look_into(content: bytes) -> None:
    archive = ZipFile(BytesIO(content))
    if sum(info.file_size for info in archive.infolist()) > MOST_INFLATED:
        raise not_a_form("文件展开后过大", "the file is too large when unpacked")
    for name in archive.namelist():
        if "vbaProject" in name:
            raise not_a_form(
                "文件带有宏，请另存为不带宏的 .xlsx", "the file holds macros: save it as plain .xlsx"
            )
        if name.endswith((".xml", ".rels")) and _DECLARES.search(archive.read(name)):
            raise not_a_form("文件中有不允许的XML声明", "the file declares XML entities, or is not in UTF-8")


def _rows(content: bytes) -> list[tuple[Any, ...]]:
    """The rows of the one sheet that is a form; words on another sheet would be lost, so there may be none."""
    book = load_workbook(BytesIO(content), read_only=True)
    sheets = {}
    for name, sheet in zip(book.sheetnames, book.worksheets, strict=False):
        sheet.reset_dimensions()  # a file may lie about its size
        sheets[name] = _bounded(sheet.iter_rows(values_only=True))
    forms = [name for name, rows in sheets.items() if rows and is_form(rows[0])]
    if len(forms) != 1:
        raise not_a_form("应有一张报送表", "there must be one sheet that is a form")
    others = [name for name, rows in sheets.items() if rows and name not in forms]
    if others:
        raise Rejected(*(_other(name) for name in others[:_MOST_NAMED]), kind="invalid")
    return sheets[forms[0]]


def _other(name: str) -> Reason:
    shown = printable(name[:40])
    words = Text(
        f"只读报送表，工作表“{shown}”里的内容不会被读取",
        f"only the form is read; what the sheet {shown!r} holds would be lost",
    )
    hint = Text("请删去其他工作表（包括隐藏的）后再传", "delete the other sheets, hidden ones too")
    return Reason("other_sheet", words, "/file", hint)
