"""Pictures of machines hold all they draw."""

from __future__ import annotations

import re
from typing import Any

import pytest

from services.api.pages import pictures


def state(name: str, kind: str) -> dict[str, Any]:
    return {"id": name, "kind": kind, "name": {"zh": name}}


def arrows(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"from": a, "to": b} for a, b in pairs]


STATES = [state("sent", "spine"), state("done", "spine"), state("declined", "side"), state("ruled", "side")]
WAY = (("sent", "done"), ("sent", "declined"))


@pytest.mark.parametrize(
    "back", [(), (("declined", "ruled"),), (("ruled", "declined"), ("declined", "ruled"))]
)
def test_an_arc_below_the_lowest_boxes_is_inside_the_picture(back: tuple[tuple[str, str], ...]) -> None:
    drawn = pictures.whole({"states": STATES, "arrows": arrows(*WAY, *back)}, {}, "zh")
    curves = [re.findall(r"[\d.]+", edge["d"]) for edge in drawn["edges"] if "C" in edge["d"]]
    assert len(curves) == len(back)
    # Halfway along, where it hangs lowest: one eighth of each end and three eighths of each handle.
    lowest = [(float(c[1]) + 3 * float(c[3]) + 3 * float(c[5]) + float(c[7])) / 8 for c in curves]
    foot = max(box["y"] + box["height"] for box in drawn["boxes"])
    assert drawn["height"] >= max([foot, *lowest])


def test_the_step_along_the_main_way_is_the_one_offered_first() -> None:
    machine = {"states": [*STATES, state("over", "final")], "arrows": arrows(*WAY, ("done", "over"))}
    steps = [{"name": "refuse", "to": "declined"}, {"name": "finish", "to": "done"}]
    subject = {"diagram": machine, "state": {"id": "sent"}, "allowed_actions": steps}
    assert pictures.onward(subject) == "finish"
    assert pictures.onward({**subject, "allowed_actions": steps[:1]}) is None
