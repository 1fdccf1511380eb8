"""How cells of a workbook are written: words that stay words, numbers that stay numbers, each look made once."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from io import BytesIO
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from shared.adapters.documents.archive import reproducible
from shared.adapters.documents.wording import GOES_BEFORE, printable

HEAD, SUM, CORRECTED = "E7ECF2", "F5F5F5", "FFF2CC"
_FACE = "仿宋"
_THIN = Side(style="thin", color="808080")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_WIDE = re.compile("[^\x00-\xff]")
_NO_ROWS, _SIZE = (
    re.compile(rb"<sheetData\s*/>|<sheetData></sheetData>"),
    re.compile(rb'<dimension ref="[^"]*"'),
)
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Ink(NamedTuple):
    """What stands in one cell: its look by number, and its content as the format spells it, type and all."""

    look: int
    content: str


class Pen:
    """Makes the cells of one workbook. A look is composed once and then shared, for composing is what takes time."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._looks: dict[Hashable, int] = {}

    def text(
        self,
        words: str,
        *,
        size: int = 10,
        bold: bool = False,
        fill: str | None = None,
        left: bool = False,
        boxed: bool = True,
        to_fill: bool = False,
    ) -> Ink:
        """This will make words words: typed as a string, and marked so that editing makes no formula of them.

        A cell `to_fill` stays open where its sheet is protected. No words make an empty cell of the same look.
        """
        quoted = words.startswith(STARTS_A_FORMULA)
        key = (size, bold, fill, left, boxed, quoted, to_fill)
        look = self._looks.get(key)
        if look is None:
            cell = self._sample(fill, boxed=boxed)
            cell.quotePrefix = quoted
            cell.font = Font(name=_FACE, size=size, bold=bold)
            cell.alignment = Alignment(
                horizontal="left" if left else "center", vertical="center", wrap_text=True
            )
            if to_fill:
                cell.protection = Protection(locked=False)
            look = self._looks[key] = cell.style_id
        if not words:
            return Ink(look, "/>")
        return Ink(look, f' t="inlineStr"><is><t xml:space="preserve">{_spelled(words)}</t></is></c>')

    def number(self, figure: Mapping[str, Any], decimals: int, formula: str | None, fill: str | None) -> Ink:
        """This will make a figure, or the formula that gives it, with what it gives; nothing where nobody has said."""
        value, qualifier = figure["value"], figure.get("qualifier")
        key = (decimals, qualifier, fill)
        look = self._looks.get(key)
        if look is None:
            cell = self._sample(fill, boxed=True)
            cell.font = Font(name=_FACE, size=10)
            cell.alignment = Alignment(horizontal="right", vertical="center")
            cell.number_format = _format(decimals, qualifier)
            look = self._looks[key] = cell.style_id
        if value is None:
            return Ink(look, "/>")
        given = f"<v>{Decimal(value):f}</v></c>"
        return Ink(look, f"><f>{_spelled(formula)}</f>{given}" if formula else f">{given}")

    def _sample(self, fill: str | None, *, boxed: bool) -> Any:
        cell = WriteOnlyCell(self._book.worksheets[0])
        if boxed:
            cell.border = _BOX
        if fill is not None:
            cell.fill = PatternFill("solid", fgColor=fill)
        return cell


class Lines:
    """The rows of one sheet as the format spells them: many times faster than the library, which makes an object of each cell."""

    def __init__(self) -> None:
        self._rows: list[str] = []
        self._widest = 1
        self.last = 0

    def add(self, cells: Iterable[Ink], height: float | None = None, *, hidden: bool = False) -> None:
        """This will add the next row, so many points high; from the first column on, without gaps."""
        self.last += 1
        place = 0
        said = []
        for place, (look, content) in enumerate(cells, 1):
            said.append(f'<c r="{_letters(place)}{self.last}" s="{look}"{content}')
        self._widest = max(self._widest, place)
        tall = f' ht="{height:g}" customHeight="1"' if height is not None else ""
        tall += ' hidden="1"' if hidden else ""
        self._rows.append(f'<row r="{self.last}"{tall}>{"".join(said)}</row>')

    def into(self, sheet: bytes) -> bytes:
        """This will put the rows into the part of a sheet that the library wrote without any."""
        rows = f"<sheetData>{''.join(self._rows)}</sheetData>".encode()
        size = f'<dimension ref="A1:{_letters(self._widest)}{max(self.last, 1)}"'.encode()
        found, count = _NO_ROWS.subn(lambda _: rows, sheet)
        assert count == 1, "the library writes an empty sheet in another way"
        return _SIZE.sub(lambda _: size, found)


def packed(book: Workbook, lines: Sequence[Lines], moment: str) -> bytes:
    """This will finish a workbook whose sheets have these rows, dated `moment` (UTC, ISO with Z): always the same bytes."""
    content = BytesIO()
    book.save(content)
    parts = {f"xl/worksheets/sheet{n}.xml": rows.into for n, rows in enumerate(lines, 1)}
    return reproducible(content.getvalue(), moment, parts)


@cache
def _letters(place: int) -> str:
    return str(get_column_letter(place))


def _spelled(words: str) -> str:
    return escape(printable(words), {"\r": "&#13;"})


def height_for(cells: Iterable[tuple[str, float]]) -> float:
    """This will give a row the height its longest cell needs, in points: programs do not make rows higher by themselves.

    `cells` are the words of 10 pt with the width of their column, as spreadsheets count it.
    """
    most = 1
    for words, width in cells:
        if 2 * len(words) > width or "\n" in words:
            room = max(int(width), 1)
            most = max(most, sum(-(-_length(line) // room) or 1 for line in words.split("\n")))
    return float(min(15 * most, 400))


def _length(words: str) -> int:
    return len(words) + len(_WIDE.findall(words))


def print_page(sheet: Worksheet, head_row: int, columns: int, frozen: str) -> None:
    """This will print a sheet on A4 on its side, as wide as it fits, with its first rows on every page."""
    sheet.freeze_panes = frozen
    sheet.page_setup.paperSize, sheet.page_setup.orientation = sheet.PAPERSIZE_A4, "landscape"
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = (1 if columns <= 20 else 0), 0
    sheet.print_title_rows = f"1:{head_row}"
    if columns > 20:
        sheet.print_title_cols = "A:C"
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.page_margins.top, sheet.page_margins.bottom = 0.8, 0.9
    sheet.page_margins.footer = 0.4
    sheet.oddFooter.center.text = "— &P —"


def _format(decimals: int, qualifier: str | None) -> str:
    number = "#,##0" + ("." + "0" * decimals if decimals else "")
    if not qualifier:
        return number
    return f'"{qualifier}"{number}' if qualifier in GOES_BEFORE else f'{number}"{qualifier}"'
