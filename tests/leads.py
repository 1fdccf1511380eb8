"""Leads for tests, invented."""

from __future__ import annotations

from typing import Any

from workflows.commands import Intake


def an_intake(**changes: Any) -> Intake:
    """A tip about an antique stall, changed as told."""
    values: dict[str, Any] = {
        "title": "古玩城摊位摆卖疑似象牙雕件",
        "description": "来访人说古玩城一处摊位明着摆白色牙雕,问价就报。",
        "channel": "walk_in",
        "place_type": "antique_market",
        "act": "sell",
        "urgency": "normal",
        "reporter_kind": "anonymous",
        "township": "青岚镇",
        "products": ("ivory",),
    }
    return Intake(**{**values, **changes})
