"""The results table taken apart, as a workbook or as CSV: the same parts, rest and totals as on the page."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from io import StringIO
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from shared.adapters.documents.pen import HEAD, STARTS_A_FORMULA, SUM, Ink, Lines, Pen, packed, print_page
from shared.adapters.documents.wording import GOES_BEFORE, long_moment, named, printable, span

Found = Mapping[str, Any]
_LEADING, _HEADS = ("编码", "指标", "计量单位"), 3
_SPANS = {"period": "本期", "cumulative": "累计"}
_NOTE, _REST, _TOTAL = "说明", "未细分", "合计"
_NONE: Mapping[str, Any] = {"value": None}


def xlsx_breakdown(found: Found) -> bytes:
    """This will write the workbook; the same figures at the same moment give the same bytes."""
    book, lines = Workbook(), Lines()
    pen = Pen(book)
    title = _title(found)
    book.properties.title = printable(title)
    book.properties.creator = printable(found["campaign"]["office"]["zh"])
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "战果表"
    heads = _heads(found)
    for words, size, height in ((title, 16, 28), (_days(found), 9, 16)):
        lines.add([pen.text(words, size=size, bold=size == 16, boxed=False)], height)
        sheet.merged_cells.add(f"A{lines.last}:{get_column_letter(len(heads))}{lines.last}")
    for place in range(1, len(heads) + 1):
        width = {1: 7, 2: 30, 3: 9, len(heads): 24}.get(place, 12)
        sheet.column_dimensions[get_column_letter(place)].width = width
    lines.add((pen.text(head, bold=True, fill=HEAD) for head in heads), 32)
    for line in found["lines"]:
        lines.add(_line(pen, line, len(found["groups"])))
    print_page(sheet, _HEADS, len(heads), frozen=f"D{_HEADS + 1}")
    moment = datetime.fromisoformat(found["as_of"]).astimezone(UTC)
    return packed(book, [lines], f"{moment:%Y-%m-%dT%H:%M:%SZ}")


def csv_breakdown(found: Found) -> bytes:
    """This will write the same as CSV: UTF-8 with its mark, so that spreadsheets read Chinese."""
    target = StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([_harmless(head) for head in _heads(found)])
    for line in found["lines"]:
        cells = [_words(cell) for cell in _cells(line, len(found["groups"]))]
        writer.writerow([*map(_harmless, _leading(line)), *cells, _why(line)])
    return target.getvalue().encode("utf-8-sig")


WRITERS: Mapping[str, Callable[[Found], bytes]] = {"xlsx": xlsx_breakdown, "csv": csv_breakdown}


def _title(found: Found) -> str:
    way = next(way["name"]["zh"] for way in found["ways"] if way["by"] == found["by"])
    return f"{found['campaign']['title']['zh']}战果表（{_SPANS[found['span']]}，{way}）"


def _days(found: Found) -> str:
    first = found["report"]["covers_from"] if found["span"] == "period" else found["campaign"]["starts_on"]
    days = span(first, found["report"]["covers_to"])
    return f"{days}　数据截至{long_moment(found['as_of'])}　空格为未填报或不能细分，不是零"


def _heads(found: Found) -> list[str]:
    rest = [_REST] if found["by"] != "unit" else []
    return [*_LEADING, *(named(g["name"]["zh"]) for g in found["groups"]), *rest, _TOTAL, _NOTE]


def _leading(line: Found) -> tuple[str, str, str]:
    return line["code"], named(line["name"]["zh"]), named(line["unit"]["zh"])


def _cells(line: Found, groups: int) -> list[Found]:
    """The parts, the rest and the total; nothing stands where a column has no parts. By unit there is no rest."""
    parts = line["cells"] or [_NONE] * groups
    rest = [] if "rest" not in line else [line["rest"] or _NONE]
    return [*parts, *rest, line["total"]]


def _why(line: Found) -> str:
    return str(line["why"]["zh"]) if line["why"] else ""


def _line(pen: Pen, line: Found, groups: int) -> Iterator[Ink]:
    for place, words in enumerate(_leading(line), 1):
        yield pen.text(words, left=place == 2)
    cells = _cells(line, groups)
    for cell in cells[:-1]:
        yield pen.number(cell, line["decimals"], None, None)
    yield pen.number(cells[-1], line["decimals"], None, SUM)
    yield pen.text(_why(line), left=True)


def _words(cell: Found) -> str:
    value, qualifier = cell["value"], cell.get("qualifier")
    if value is None or not qualifier:
        return value or ""
    return f"{qualifier}{value}" if qualifier in GOES_BEFORE else f"{value}{qualifier}"


def _harmless(words: str) -> str:
    """A cell of a CSV file that no spreadsheet takes for a formula."""
    return f"'{words}" if words.startswith(STARTS_A_FORMULA) else words
