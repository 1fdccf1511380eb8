"""Charts as SVG: the same values always give the same picture, and the words that say what it shows.

Bars stand in the order given; nothing is ranked. Every number stands beside its bar, so that print without colour, and
whoever hears the picture read out, lose nothing. A figure nobody has given is a dash, not a bar of no length.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from xml.sax.saxutils import escape

from workflows.reporting.quantity import plain

WIDTH, _NAMES, _NUMBERS, _ROW, _HEAD = 600, 150, 80, 26, 34
_INK, _BAR = "#1a1a1a", "#2f5597"
UNKNOWN = "—"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: whose it is, and how much; None where nobody has said."""

    name: str
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Chart:
    """A finished chart: SVG, its size in its own units, and the same in words."""

    svg: str
    width: int
    height: int
    words: str


def bars(title: str, unit: str, rows: Sequence[Bar]) -> Chart:
    """This will draw one bar for each row, all to one scale, with its number and `unit`; no value is negative."""
    most = max((row.value for row in rows if row.value is not None), default=Decimal(0))
    height = _HEAD + _ROW * len(rows) + 8
    told = "；".join(f"{row.name} {_number(row, unit)}" for row in rows) or "无"
    words = f"{title}：{told}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"',
        ' role="img" font-family="Xunxian Sans, sans-serif" font-size="14">',
        f"<title>{escape(title)}</title><desc>{escape(words)}</desc>",
        f'<text x="0" y="20" font-size="16" fill="{_INK}">{escape(f"{title}（{unit}）")}</text>',
    ]
    for place, row in enumerate(rows):
        parts += _bar(row, _HEAD + _ROW * place, most)
    return Chart("".join((*parts, "</svg>")), WIDTH, height, words)


def _bar(row: Bar, top: int, most: Decimal) -> list[str]:
    length = (
        0 if not row.value or not most else round(float(row.value / most) * (WIDTH - _NAMES - _NUMBERS), 1)
    )
    base = top + 17
    drawn = [f'<text x="{_NAMES - 8}" y="{base}" text-anchor="end" fill="{_INK}">{escape(row.name)}</text>']
    if length:
        drawn.append(f'<rect x="{_NAMES}" y="{top + 4}" width="{length}" height="{_ROW - 9}" fill="{_BAR}"/>')
    drawn.append(
        f'<text x="{_NAMES + length + 6}" y="{base}" fill="{_INK}">{escape(_number(row, ""))}</text>'
    )
    return drawn


def _number(row: Bar, unit: str) -> str:
    return UNKNOWN if row.value is None else f"{plain(row.value)}{unit}"
