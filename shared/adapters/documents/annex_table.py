"""The annexed results table as lines of words: the same in Word and PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.adapters.documents.wording import NOT_ASKED, UNKNOWN, figure, named, printable

MOST_UNITS = 12
PAGE_WIDTH = 247.0
"""Between the margins of a page on its side, in mm."""
_FIXED = (12.0, 44.0, 19.0)
_LEADING = len(_FIXED)
_MM_A_DIGIT, _MM_AROUND = 1.75, 2.6  # 9 pt
_NARROWEST, _WIDEST, _LONGEST_NAME = 10.0, 30.0, 80.0
_ROUNDING = 0.001


@dataclass(frozen=True, slots=True)
class AnnexTable:
    """Heads, lines, the remark under the table, and how wide each column is in millimetres."""

    heads: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    remark: str
    widths: tuple[float, ...]


def annex_table(snapshot: Mapping[str, Any]) -> AnnexTable:
    """This will lay out the results table; with more units, or longer figures, than fit on a page, only the totals."""
    rows = snapshot["table"]["rows"]
    whole = _laid_out(snapshot, rows) if len(rows) <= MOST_UNITS else None
    if whole is not None and sum(whole.widths) <= PAGE_WIDTH + _ROUNDING:
        return whole
    return _laid_out(snapshot, [])


def _laid_out(snapshot: Mapping[str, Any], shown: Sequence[Mapping[str, Any]]) -> AnnexTable:
    rows, total = snapshot["table"]["rows"], snapshot["table"]["total"]
    short = {unit["id"]: unit["short"] for unit in snapshot["units"]}
    names = (short.get(row["unit"], row["name"]["zh"]) for row in shown)
    lines = tuple(
        (
            printable(column["code"]),
            named(column["name"]["zh"]),
            named(column["unit"]["zh"]),
            *(_shown(row["period"], column) for row in shown),
            _shown(total["period"], column),
            _shown(total["cumulative"], column),
        )
        for column in snapshot["table"]["columns"]
    )
    remark = f"注：各单位栏和合计为本期数，累计自行动开始之日起；“{UNKNOWN}”为未填报，不是零；带*的为更正数。"
    if any(cell.get("asked", True) is False for row in shown for cell in row["period"].values()):
        remark += f"“{NOT_ASKED}”为不由该单位填报。"
    stands = [column["code"] for column in snapshot["table"]["columns"] if column.get("stands")]
    if stands:
        remark += f"{'、'.join(stands)}为期末时点数，累计栏同本期末。"
    if any("ratio" in column for column in snapshot["table"]["columns"]):
        remark += "比率、平均数的合计由合计数算出。"
    if not shown and rows:
        remark += f"报送单位{len(rows)}个，分单位数据见电子表格。"
    heads = ("编码", "指标", "单位", *(named(name) for name in names), "合计", "累计")
    return AnnexTable(heads, lines, remark, _widths(lines, len(heads)))


def _widths(lines: Sequence[Sequence[str]], columns: int) -> tuple[float, ...]:
    """Every figure on one line; what is left over goes to the columns alike, as far as they gain by it."""
    needed = [
        max((_MM_A_DIGIT * len(line[place]) + _MM_AROUND for line in lines), default=0.0)
        for place in range(_LEADING, columns)
    ]
    figures = [max(width, _NARROWEST) for width in needed]
    spare = max((PAGE_WIDTH - sum(_FIXED) - sum(figures)) / max(len(figures), 1), 0.0)
    figures = [min(width + spare, max(width, _WIDEST)) for width in figures]
    code, name, unit = _FIXED
    name += min(max(PAGE_WIDTH - sum(_FIXED) - sum(figures), 0.0), _LONGEST_NAME - name)
    return (code, name, unit, *figures)


def _shown(cells: Mapping[str, Any], column: Mapping[str, Any]) -> str:
    cell = cells[column["code"]]
    return figure(cell, column["decimals"]) + ("*" if "corrected" in cell else "")
