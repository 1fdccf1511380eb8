"""The annexed results table as lines of words: the same in Word and PDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.adapters.documents.wording import UNKNOWN, figure, printable

MOST_UNITS = 12


@dataclass(frozen=True, slots=True)
class AnnexTable:
    """Heads, lines and the remark under the table."""

    heads: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    remark: str


def annex_table(snapshot: Mapping[str, Any]) -> AnnexTable:
    """This will lay out the results table; with more units than fit on a page, only the totals."""
    rows, total = snapshot["table"]["rows"], snapshot["table"]["total"]
    short = {unit["id"]: unit["short"] for unit in snapshot["units"]}
    shown = rows if len(rows) <= MOST_UNITS else []
    names = (short.get(row["unit"], row["name"]["zh"]) for row in shown)
    lines = tuple(
        (
            printable(column["code"]),
            printable(column["name"]["zh"]),
            printable(column["unit"]["zh"]),
            *(_shown(row["period"], column) for row in shown),
            _shown(total["period"], column),
            _shown(total["cumulative"], column),
        )
        for column in snapshot["table"]["columns"]
    )
    remark = f"注：各单位栏和合计为本期数，累计自行动开始之日起；“{UNKNOWN}”为未填报，不是零；带*的为更正数。"
    if not shown and rows:
        remark += f"报送单位{len(rows)}个，分单位数据见电子表格。"
    heads = ("编码", "指标", "单位", *(printable(name) for name in names), "合计", "累计")
    return AnnexTable(heads, lines, remark)


def _shown(cells: Mapping[str, Any], column: Mapping[str, Any]) -> str:
    cell = cells[column["code"]]
    return figure(cell, column["decimals"]) + ("*" if "corrected" in cell else "")
