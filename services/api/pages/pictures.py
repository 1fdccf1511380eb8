"""Machines as pictures: where everything stands, worked out from the definition; the templates draw it as SVG.

The main way (spine and working states in the definition's order, then the end the last of them leads to) runs along the
first lane; the other states stand on the second. An arrow back runs below as a dashed line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

import segno

WIDTH, HEIGHT, GAP, LANE = 114, 46, 18, 96
_WIDE, _NARROW, _MARGIN = 15, 7.5, 12
"""How wide a Chinese and another letter are set, and what stays free beside a name. A box is at least WIDTH wide."""
_PATH = {"spine", "working"}
_ARC = 24
"""So far an arc hangs below the boxes it joins."""


QUIET = 4
"""Modules of white around a code that is read from a screen or from paper (ISO/IEC 18004)."""


def code(words: str) -> dict[str, Any]:
    """This will picture words as a QR code: one path, and how many modules it is wide and high."""
    drawn = segno.make(words, error="m", micro=False)
    path = re.search(r' d="([^"]+)"', drawn.svg_inline(border=QUIET))
    assert path is not None, "the picture is one path"
    return {"path": path[1], "size": drawn.symbol_size(border=QUIET)[0]}


def main_way(machine: Mapping[str, Any]) -> list[str]:
    """This will name the states of the main way in order."""
    path = [s["id"] for s in machine["states"] if s["kind"] in _PATH]
    ends = [s["id"] for s in machine["states"] if s["kind"] == "final"]
    reached = {a["to"] for a in machine["arrows"] if path and a["from"] == path[-1]}
    return [*path, *[end for end in ends if end in reached][:1]]


def onward(subject: Mapping[str, Any]) -> str | None:
    """This will name the step that takes a subject on along its main way, if the person may take one."""
    path, here = main_way(subject["diagram"]), subject["state"]["id"]
    ahead = path[path.index(here) + 1 :] if here in path else path
    return next((act["name"] for act in subject["allowed_actions"] if act["to"] in ahead), None)


def way(machine: Mapping[str, Any], past: Sequence[Mapping[str, Any]], now: str, lang: str) -> dict[str, Any]:
    """This will picture one subject: the main way with what lies behind it, and where it stands if that is beside it."""
    path = main_way(machine)
    shown = path if now in path else [*path, now]
    wide = _width(machine, shown, lang)
    boxes = [_box(machine, name, path, i, wide) for i, name in enumerate(shown)]
    for box in boxes:
        spent = [_seconds(step) for step in past if step["state"] == box["id"] and step["until"]]
        box["mark"] = "now" if box["id"] == now else "past" if spent else "ahead"
        box["spent"] = sum(spent) if spent else None
    return {"boxes": boxes, **_size(boxes), "arrows": _forward(boxes, path), "edges": []}


def whole(machine: Mapping[str, Any], counts: Mapping[str, Mapping[str, int]], lang: str) -> dict[str, Any]:
    """This will picture a whole machine with how many stand in each state."""
    path = main_way(machine)
    others = [s["id"] for s in machine["states"] if s["id"] not in path]
    wide = _width(machine, [*path, *others], lang)
    boxes = [_box(machine, name, path, i, wide) for i, name in enumerate(path)]
    boxes += [_box(machine, name, path, i, wide) for i, name in enumerate(others)]
    for i, box in enumerate(boxes[len(path) :]):
        box["x"] = 2 + (i % max(len(path), 1)) * (wide + GAP)
        box["y"] = 2 + LANE * (1 + i // max(len(path), 1))
    for box in boxes:
        box["count"] = counts.get(box["id"])
        box["mark"] = "end" if box["kind"] == "final" else "ahead"
    edges = [_edge(a, boxes) for a in machine["arrows"] if not _is_next(a, path)]
    size = _size(boxes)
    if any(_is_arc_of_the_lowest(a, boxes) for a in machine["arrows"] if not _is_next(a, path)):
        size["height"] += _ARC
    return {"boxes": boxes, **size, "arrows": _forward(boxes, path), "edges": edges}


def _is_arc_of_the_lowest(arrow: Mapping[str, Any], boxes: Sequence[Mapping[str, Any]]) -> bool:
    lowest = max(box["y"] for box in boxes)
    return all(box["y"] == lowest for box in boxes if box["id"] in (arrow["from"], arrow["to"]))


def _is_next(arrow: Mapping[str, Any], path: Sequence[str]) -> bool:
    return (arrow["from"], arrow["to"]) in set(pairwise(path))


def _edge(arrow: Mapping[str, Any], boxes: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """A dashed line between two states that are not neighbours: an arc within a lane, a straight line across lanes."""
    a = next(box for box in boxes if box["id"] == arrow["from"])
    b = next(box for box in boxes if box["id"] == arrow["to"])
    x1, x2 = a["x"] + a["width"] // 2, b["x"] + b["width"] // 2
    if a["y"] == b["y"]:
        y, low = a["y"] + HEIGHT, a["y"] + HEIGHT + 30
        return {
            "d": f"M{x1 + 8} {y}C{x1} {low} {x2} {low} {x2 - 8} {y + 5}",
            "head": f"M{x2 - 8} {y}l-4 7h8z",
        }
    down = a["y"] < b["y"]
    y1, y2 = (a["y"] + HEIGHT, b["y"]) if down else (a["y"], b["y"] + HEIGHT)
    head = f"M{x2} {y2}l-4 -7h8z" if down else f"M{x2} {y2}l-4 7h8z"
    return {"d": f"M{x1} {y1}L{x2} {y2 - 6 if down else y2 + 6}", "head": head}


def _width(machine: Mapping[str, Any], names: Sequence[str], lang: str) -> int:
    """How wide the boxes are, so that the longest name of a state stands in one."""
    said = [s["name"].get(lang) or s["name"]["zh"] for s in machine["states"] if s["id"] in names]
    widest = max((sum(_WIDE if ord(c) > 0x2E7F else _NARROW for c in words) for words in said), default=0)
    return max(WIDTH, round(widest) + _MARGIN)


def _box(machine: Mapping[str, Any], name: str, path: Sequence[str], place: int, wide: int) -> dict[str, Any]:
    state = next(s for s in machine["states"] if s["id"] == name)
    beside = name not in path
    x = 2 + (min(place, len(path) - 1) if beside else place) * (wide + GAP)
    return {
        **state,
        "x": x,
        "y": 2 + (LANE if beside else 0),
        "beside": beside,
        "width": wide,
        "height": HEIGHT,
    }


def _size(boxes: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    return {
        "width": max(box["x"] + box["width"] for box in boxes) + 4,
        "height": max(box["y"] for box in boxes) + HEIGHT + 4,
    }


def _forward(boxes: Sequence[Mapping[str, Any]], path: Sequence[str]) -> list[dict[str, int]]:
    lane = [box for box in boxes if box["id"] in path]
    middle = HEIGHT // 2 + 2
    return [
        {"x1": a["x"] + a["width"], "x2": b["x"] - 1, "y1": middle, "y2": middle} for a, b in pairwise(lane)
    ]


def _seconds(step: Mapping[str, Any]) -> float:
    left, came = datetime.fromisoformat(step["until"]), datetime.fromisoformat(step["since"])
    return (left - came).total_seconds()
