"""Where the lines and bars of pictures run, worked out on the server; the templates draw them as SVG with a table beside.

Promises: the same values give the same picture; nothing is drawn that the table does not say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

WIDTH, HEIGHT, LEFT, TOP, BOTTOM, RIGHT = 800, 250, 56, 18, 34, 136
_STEPS = (1, 2, 5)


def curve(points: Sequence[Mapping[str, Any]], names: Sequence[str]) -> dict[str, Any]:
    """This will lay out one line per name through points with "at" (ISO 8601) and a number for each name."""
    highest = max((point[name] for point in points for name in names), default=0)
    step = _step(highest)
    top = max(-(-highest // step), 1) * step
    moments = [datetime.fromisoformat(point["at"]) for point in points]
    span = max((moments[-1] - moments[0]).total_seconds(), 1)

    def across(moment: datetime) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (moment - moments[0]).total_seconds() / span, 1)

    def up(number: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * number / top, 1)

    lines = []
    for name in names:
        places = [f"{across(m)} {up(p[name])}" for m, p in zip(moments, points, strict=True)]
        last = points[-1][name]
        lines.append(
            {"name": name, "d": "M" + "L".join(places), "x": across(moments[-1]), "y": up(last), "last": last}
        )
    _apart(lines)
    marks = sorted({0, len(points) // 2, len(points) - 1})
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "bottom": HEIGHT - BOTTOM,
        "lines": lines,
        "levels": [{"value": level, "y": up(level)} for level in range(0, top + 1, step)],
        "days": [{"at": points[place]["at"], "x": across(moments[place])} for place in marks],
    }


def _step(highest: int) -> int:
    """A round distance of at most five levels up to the highest number."""
    unit = 1
    while True:
        for step in _STEPS:
            if highest <= step * unit * 5:
                return step * unit
        unit *= 10


def _apart(lines: Sequence[dict[str, Any]]) -> None:
    """The words at the ends of lines never cover each other."""
    for line in lines:
        line["label_y"] = line["y"] + 5
    ordered = sorted(lines, key=lambda line: float(line["label_y"]))
    for before, after in pairwise(ordered):
        after["label_y"] = max(after["label_y"], before["label_y"] + 17)


def bars(counts: Mapping[str, int], width: int = 160) -> list[dict[str, Any]]:
    """This will lay out one bar for each name, the longest as wide as `width`."""
    highest = max(counts.values(), default=0) or 1
    return [
        {"name": name, "count": count, "width": round(width * count / highest, 1)}
        for name, count in counts.items()
    ]
