"""How cells of a workbook are written: words that stay words, numbers that stay numbers, each look made once."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.worksheet import Worksheet

from shared.adapters.documents.wording import GOES_BEFORE, printable

HEAD, SUM, CORRECTED = "E7ECF2", "F5F5F5", "FFF2CC"
_FACE = "仿宋"
_THIN = Side(style="thin", color="808080")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_WIDE = re.compile("[^\x00-\xff]")
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Pen:
    """Writes cells of one workbook. A look is composed once and then shared, for composing is what takes time: nothing
    else may change the look of a cell afterwards.
    """

    def __init__(self) -> None:
        self._looks: dict[Hashable, Any] = {}

    def text(
        self,
        cell: Cell,
        words: str,
        *,
        size: int = 10,
        bold: bool = False,
        fill: str | None = None,
        left: bool = False,
        boxed: bool = True,
        to_fill: bool = False,
    ) -> None:
        """This will write words as words: typed as a string, and marked so that editing makes no formula of them.

        A cell `to_fill` stays open where its sheet is protected.
        """
        cell._value, cell.data_type = (
            printable(words),
            "s",
        )  # by itself the library looks for formulas and dates
        quoted = words.startswith(STARTS_A_FORMULA)

        def compose() -> None:
            cell.quotePrefix = quoted
            cell.font = Font(name=_FACE, size=size, bold=bold)
            cell.alignment = Alignment(
                horizontal="left" if left else "center", vertical="center", wrap_text=True
            )
            if to_fill:
                cell.protection = Protection(locked=False)
            _frame(cell, fill, boxed=boxed)

        self._look(cell, (size, bold, fill, left, boxed, quoted, to_fill), compose)

    def number(
        self, cell: Cell, figure: Mapping[str, Any], decimals: int, formula: str | None, fill: str | None
    ) -> None:
        """This will write a figure, or the formula that gives it; nothing where nobody has said."""
        if figure["value"] is not None:
            cell._value, cell.data_type = (formula, "f") if formula else (Decimal(figure["value"]), "n")
        qualifier = figure.get("qualifier")

        def compose() -> None:
            cell.font = Font(name=_FACE, size=10)
            cell.alignment = Alignment(horizontal="right", vertical="center")
            cell.number_format = _format(decimals, qualifier)
            _frame(cell, fill, boxed=True)

        self._look(cell, (decimals, qualifier, fill), compose)

    def _look(self, cell: Cell, key: Hashable, compose: Callable[[], None]) -> None:
        if key in self._looks:
            cell._style = self._looks[key]
        else:
            compose()
            self._looks[key] = cell._style


def height_for(cells: Iterable[tuple[str, float]]) -> float:
    """This will give a row the height its longest cell needs, in points: programs do not make rows higher by themselves.

    `cells` are the words of 10 pt with the width of their column, as spreadsheets count it.
    """
    lines = max(
        (
            sum(-(-_length(line) // max(int(width), 1)) or 1 for line in words.split("\n"))
            for words, width in cells
        ),
        default=1,
    )
    return float(min(15 * lines, 400))


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


def _frame(cell: Cell, fill: str | None, *, boxed: bool) -> None:
    if boxed:
        cell.border = _BOX
    if fill is not None:
        cell.fill = PatternFill("solid", fgColor=fill)


def _format(decimals: int, qualifier: str | None) -> str:
    number = "#,##0" + ("." + "0" * decimals if decimals else "")
    if not qualifier:
        return number
    return f'"{qualifier}"{number}' if qualifier in GOES_BEFORE else f'{number}"{qualifier}"'
