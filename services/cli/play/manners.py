"""How agencies behave: most in time, some late, silent for a while, declining, or asking for more time.

Every draw names what it is for, and comes from its own generator seeded with that name: the order in which acts happen
to be performed cannot change a single one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from services.cli.play.pace import A_DAY


class Manner(StrEnum):
    """What an agency is like throughout an exercise."""

    PROMPT = "prompt"
    LATE = "late"
    SILENT = "silent"
    DECLINING = "declining"
    ASKING = "asking"


DEALT = (Manner.LATE, Manner.DECLINING, Manner.ASKING, Manner.SILENT)
"""One of each to every group of agencies, as far as they go; the others are prompt."""


@dataclass(frozen=True, slots=True)
class Conduct:
    """How one agency treats one piece of work, in office slots: when it signs, works and answers."""

    sign: int
    work: int
    declines: bool
    asks_for_time: bool


def draw(seed: int, subject: str, purpose: str) -> Random:
    """This will give the generator for one purpose: the same numbers whenever and wherever it is asked for."""
    return Random(f"{seed}:{subject}:{purpose}")  # noqa: S311 - an exercise must repeat; nothing secret hangs on it


def deal_manners(seed: int, group: str, agencies: Iterable[str]) -> Mapping[str, Manner]:
    """This will give each agency of a group its manner; the seed decides who gets which."""
    order = sorted(agencies)
    draw(seed, group, "manners").shuffle(order)
    return {
        agency: DEALT[place] if place < len(DEALT) else Manner.PROMPT for place, agency in enumerate(order)
    }


def conduct(seed: int, ref: str, agency: str, manner: Manner) -> Conduct:
    """This will say how an agency of this manner treats its part of one matter."""
    numbers = draw(seed, f"{ref}:{agency}", "conduct")
    chance = numbers.random()
    if manner is Manner.LATE:
        return Conduct(
            numbers.randint(A_DAY + 1, 4 * A_DAY), numbers.randint(6 * A_DAY, 11 * A_DAY), False, False
        )
    if manner is Manner.SILENT and chance < 0.4:
        return Conduct(
            numbers.randint(9 * A_DAY, 14 * A_DAY), numbers.randint(A_DAY, 3 * A_DAY), False, False
        )
    if manner is Manner.ASKING:
        return Conduct(numbers.randint(1, 3), numbers.randint(6 * A_DAY, 8 * A_DAY), False, True)
    declines = manner is Manner.DECLINING and chance < 0.5
    return Conduct(numbers.randint(1, 3), numbers.randint(A_DAY, 3 * A_DAY), declines, False)
