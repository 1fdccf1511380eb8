"""A compiled results table as a workbook: figures with real sums, where each comes from, who reported, what
changed.

Units' words are cells of text whatever they begin with: a spreadsheet never takes them for a formula.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from shared.adapters.documents.pen import (
    CORRECTED,
    HEAD,
    SUM,
    Ink,
    Lines,
    Pen,
    height_for,
    packed,
    print_page,
)
from shared.adapters.documents.wording import long_moment, named, printable, span
from workflows.sources import cited

Document = Mapping[str, Any]
_FIRST_ROW = 4
_LEADING = 3
_LONGEST_CELL = 30_000
_STATUS = {
    "on_time": "按时",
    "zero": "零报告",
    "late": "迟报",
    "zero_late": "零报告（迟报）",
    "missing": "漏报",
    "waived": "免报",
    "scheduled": "未到期",
}
_WIDTHS = {
    "单位": 18,
    "状态": 18,
    "指标": 20,
    "期间": 12,
    "首次报送": 26,
    "免报理由": 40,
    "记录编号": 40,
    "上一版": 20,
    "本版": 20,
    "说明": 44,
    "需要核对的事项": 90,
}
_SPANS = {"period": "本期", "cumulative": "累计"}


def xlsx_report(snapshot: Document) -> bytes:
    """This will write the workbook; the same snapshot gives the same bytes."""
    book = Workbook()
    pen = Pen(book)
    book.properties.title = printable(snapshot["report"]["name"]["zh"])
    book.properties.creator = printable(snapshot["campaign"]["office"]["zh"])
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    lines = [
        _Figures(sheet if span_id == "period" else book.create_sheet(), pen, snapshot, span_id).write()
        for span_id in _SPANS
    ]
    for title, heads, rows in (
        ("报送情况", ("单位", "状态", "首次报送", "版次", "免报理由"), _standing(snapshot)),
        (
            "出处",
            ("单位", "编码", "指标", "期间", "数值", "记录数", "记录编号", "说明"),
            _origins(snapshot),
        ),
        ("核对", ("单位", "编码", "需要核对的事项"), _contradictions(snapshot)),
        ("变动", ("单位", "编码", "指标", "期间", "上一版", "本版"), _changes(snapshot)),
    ):
        lines.append(_listing(book, pen, title, heads, rows))
    moment = datetime.fromisoformat(snapshot["as_of"]).astimezone(UTC)
    return packed(book, lines, f"{moment:%Y-%m-%dT%H:%M:%SZ}")


@dataclass(frozen=True, slots=True)
class _Figures:
    """One sheet of figures: a line for each column of the results table, a column for each unit, sums at the right."""

    sheet: Worksheet
    pen: Pen
    snapshot: Document
    span: str

    def write(self) -> Lines:
        table, report = self.snapshot["table"], self.snapshot["report"]
        first = report["covers_from"] if self.span == "period" else self.snapshot["campaign"]["starts_on"]
        self.sheet.title = f"战果表（{_SPANS[self.span]}）"
        last = _LEADING + len(table["rows"]) + 1
        title = f"{self.snapshot['campaign']['title']['zh']}战果表（{_SPANS[self.span]}）"
        note = (
            f"{span(first, report['covers_to'])}　草稿第{self.snapshot['version']}版　"
            f"数据截至{long_moment(self.snapshot['as_of'])}　空格为未填报，不是零；黄底为更正数"
        )
        lines = Lines()
        for words, size, height in ((title, 16, 28), (note, 9, 16)):
            lines.add([self.pen.text(words, size=size, bold=size == 16, boxed=False)], height)
            self.sheet.merged_cells.add(f"A{lines.last}:{get_column_letter(last)}{lines.last}")
        lines.add(self._heads(), 32)
        rows = {column["code"]: row for row, column in enumerate(table["columns"], _FIRST_ROW)}
        for column in table["columns"]:
            lines.add(self._line(column, rows))
        print_page(self.sheet, _FIRST_ROW - 1, last, frozen=f"D{_FIRST_ROW}")
        return lines

    def _heads(self) -> Iterator[Ink]:
        short = {unit["id"]: unit["short"] for unit in self.snapshot["units"]}
        names = [short.get(row["unit"], row["name"]["zh"]) for row in self.snapshot["table"]["rows"]]
        for place, name in enumerate(("编码", "指标", "计量单位", *names, "合计"), 1):
            width = {1: 7, 2: 30, 3: 9}.get(place, 10)
            self.sheet.column_dimensions[get_column_letter(place)].width = width
            yield self.pen.text(name, bold=True, fill=HEAD)

    def _line(self, column: Document, rows: Mapping[str, int]) -> Iterator[Ink]:
        table = self.snapshot["table"]
        code, decimals = column["code"], column["decimals"]
        row = rows[code]
        for place, words in enumerate((code, named(column["name"]["zh"]), named(column["unit"]["zh"])), 1):
            yield self.pen.text(words, left=place == 2)
        for place, unit_row in enumerate(table["rows"], _LEADING + 1):
            cell = unit_row[self.span][code]
            formula = _formula_of(column, get_column_letter(place), rows)
            fill = CORRECTED if "corrected" in cell and not formula else None
            yield self.pen.number(cell, decimals, formula, fill)
        first, last = get_column_letter(_LEADING + 1), get_column_letter(_LEADING + len(table["rows"]))
        formula = f"SUM({first}{row}:{last}{row})" if table["rows"] else None
        if "ratio" in column:
            formula = _formula_of(column, get_column_letter(_LEADING + len(table["rows"]) + 1), rows)
        yield self.pen.number(table["total"][self.span][code], decimals, formula, SUM)


def _formula_of(column: Document, letter: str, rows: Mapping[str, int]) -> str | None:
    """The formula of a figure that others give; None for one that records or people give."""
    ratio = column.get("ratio")
    if ratio is None:
        return _sum(column["sum_of"], letter, rows)
    above = "-".join(part for key in ("of", "less") if (part := _sum(ratio[key], letter, rows)))
    scale = "" if ratio["scale"] == "1" else f"*{ratio['scale']}"
    below = _sum(ratio["per"], letter, rows)
    return f"({above}){scale}" if below is None else f"ROUND(({above}){scale}/{below},{column['decimals']})"


def _sum(codes: Sequence[str], letter: str, rows: Mapping[str, int]) -> str | None:
    parts = [f"{letter}{rows[code]}" for code in codes if code in rows]
    return f"SUM({','.join(parts)})" if parts else None


def _listing(
    book: Workbook, pen: Pen, title: str, heads: Sequence[str], found: Iterator[Sequence[str]]
) -> Lines:
    sheet, lines = book.create_sheet(title), Lines()
    widths = [_WIDTHS.get(head, 8) for head in heads]
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    lines.add(pen.text(head, bold=True, fill=HEAD) for head in heads)
    for line in found:
        cells = [pen.text(words, left=width > 30) for words, width in zip(line, widths, strict=True)]
        lines.add(cells, height_for(zip(line, widths, strict=True)))
    if lines.last == 1:
        lines.add([pen.text("无")])
    print_page(sheet, 1, len(heads), frozen="A2")
    return lines


def _standing(snapshot: Document) -> Iterator[Sequence[str]]:
    for unit in snapshot["units"]:
        moment = long_moment(unit["submitted_at"]) if unit["submitted_at"] else ""
        version = str(unit["version"] or "")
        yield unit["name"]["zh"], _STATUS[unit["status"]], moment, version, unit["waived"] or ""


def _origins(snapshot: Document) -> Iterator[Sequence[str]]:
    """Every figure that records or a correction stand behind, with all their numbers; long lists take more lines.

    A figure that is the same in the period and since the beginning is said once.
    """
    for row in snapshot["table"]["rows"]:
        for column in snapshot["table"]["columns"]:
            cells = {words: row[span_id][column["code"]] for span_id, words in _SPANS.items()}
            now, so_far = cells.values()
            if now == so_far:
                cells = {"、".join(cells): now}
            for words, cell in cells.items():
                yield from _origin(snapshot, row, column, words, cell)


def _origin(
    snapshot: Document, row: Document, column: Document, words: str, cell: Document
) -> Iterator[Sequence[str]]:
    places = cell.get("records", ())
    if not places and "corrected" not in cell:
        return
    head = (named(row["name"]["zh"]), column["code"], named(column["name"]["zh"]), words, str(cell["value"]))
    for number, numbers in enumerate(_numbers(snapshot, places)):
        explained = _explained(column, cell) if number == 0 else "（续）"
        yield (*head, str(len(places)), numbers, explained)


def _explained(column: Document, cell: Document) -> str:
    source = column.get("cited") or cited(column["source"], {})
    rule = f"据{column['counted']['zh']}；依据：{named(source)}"
    if "corrected" not in cell:
        return rule
    return f"{rule}；记录为 {cell['computed']}，更正为 {cell['corrected']}：{cell['reason']}"


def _numbers(snapshot: Document, places: Sequence[int]) -> Iterator[str]:
    """The numbers of records, in pieces that a cell can hold."""
    records, length = snapshot["records"], 0
    piece: list[str] = []
    for place in places:
        word = records[place]["number"] or records[place]["id"]
        if length + len(word) > _LONGEST_CELL:
            yield "、".join(piece)
            piece, length = [], 0
        piece.append(word)
        length += len(word) + 1
    yield "、".join(piece)


def _contradictions(snapshot: Document) -> Iterator[Sequence[str]]:
    names = {row["unit"]: row["name"]["zh"] for row in snapshot["table"]["rows"]}
    for entry in snapshot["contradictions"]:
        yield names.get(entry["unit"], ""), entry["column"] or "", entry["message"]["zh"]


def _changes(snapshot: Document) -> Iterator[Sequence[str]]:
    changes = snapshot["changes"] or {}
    names = {
        row["unit"]: row["name"]["zh"] for row in (*snapshot["table"]["rows"], snapshot["table"]["total"])
    }
    for change in changes.get("units", ()):
        before, after = (_status(change[side]) for side in ("before", "after"))
        yield names.get(change["unit"], change["unit"]), "", "报送情况", "本期", before, after
    columns = {column["code"]: named(column["name"]["zh"]) for column in snapshot["table"]["columns"]}
    for change in changes.get("figures", ()):
        before, after = (
            change[side] if change[side] is not None else "未填报" for side in ("before", "after")
        )
        name, code = names.get(change["unit"], change["unit"]), change["column"]
        yield name, code, columns.get(code, ""), _SPANS[change["span"]], before, after


def _status(standing: Document | None) -> str:
    if standing is None:
        return "不在报送单位之列"
    return _STATUS[standing["status"]] + (f"（第{standing['version']}版）" if standing["version"] else "")
