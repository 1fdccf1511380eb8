"""An allowance: so many at once, and one more after each span of time. Nothing of who uses it is known.

Limits on what anybody may ask are kept this way: one allowance for each receipt somebody tries, one for all together.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many may be used at once, and how long it takes until one more may."""

    at_once: int
    one_more_after: timedelta


@dataclass(frozen=True, slots=True)
class Level:
    """How much of an allowance is left at a moment; None of it was ever used where there is no level."""

    left: float
    at: datetime


def level_at(allowance: Allowance, level: Level | None, now: datetime) -> Level:
    """This will say how much is left now. A clock that went back gives nothing and takes nothing."""
    if level is None:
        return Level(float(allowance.at_once), now)
    grown = max(0.0, (now - level.at) / allowance.one_more_after)
    return Level(min(float(allowance.at_once), level.left + grown), max(now, level.at))


def wait_for_one(allowance: Allowance, level: Level) -> int:
    """This will give the seconds until one may be used: 0 when one may be used now."""
    if level.left >= 1:
        return 0
    return max(1, math.ceil((1 - level.left) * allowance.one_more_after.total_seconds()))


def with_one_used(level: Level) -> Level:
    """This will give the level after one use."""
    return Level(max(0.0, level.left - 1), level.at)
