"""The charts of a compiled report: a bar for each unit, for every column the definition wants drawn."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from shared.adapters.documents.wording import named, printable, rounded
from workflows.charts import Bar, Chart, bars

_FONTS = Path(__file__).parent / "fonts"
_DOTS_PER_INCH = 200
MOST_BARS = 16


def chart_of(snapshot: Mapping[str, Any], column: Mapping[str, Any]) -> Chart:
    """This will draw one column of a compiled period: its figures of the period, unit by unit as the table has them."""
    short = {unit["id"]: unit["short"] for unit in snapshot["units"]}
    rows = [
        Bar(
            printable(short.get(row["unit"], row["name"]["zh"])),
            _value(row["period"][column["code"]], column),
        )
        for row in snapshot["table"]["rows"]
    ]
    return bars(named(column["name"]["zh"]), named(column["unit"]["zh"]), rows)


def _value(cell: Mapping[str, Any], column: Mapping[str, Any]) -> Decimal | None:
    return None if cell["value"] is None else rounded(cell["value"], column["decimals"])


def charts_of(snapshot: Mapping[str, Any]) -> list[Chart]:
    """This will draw every column that is to be drawn: none with more units than fit a page, none where all is zero."""
    if len(snapshot["table"]["rows"]) > MOST_BARS:
        return []
    total = snapshot["table"]["total"]["period"]
    return [
        chart_of(snapshot, column)
        for column in snapshot["table"]["columns"]
        if column.get("chart") and (total[column["code"]]["value"] or "0") != "0"
    ]


def picture(chart: Chart) -> bytes:
    """This will give a chart as PNG, for programs that show no SVG; the same chart gives the same bytes."""
    with TemporaryDirectory() as folder:
        Path(folder, "chart.svg").write_text(chart.svg, encoding="utf-8")
        source = Path(folder, "main.typ")
        size = f"width: {chart.width}pt, height: {chart.height}pt"
        source.write_text(
            f'#set page({size}, margin: 0pt)\n#image("chart.svg", width: 100%)', encoding="utf-8"
        )
        drawn = typst.compile(
            source, format="png", ppi=_DOTS_PER_INCH, font_paths=[_FONTS], ignore_system_fonts=False
        )
    assert isinstance(drawn, bytes)
    return drawn
