"""Rounds that alternate (A B A B …), medians of the ratio in each round: a noisy machine disturbs both sides alike."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the report: what was measured, against what, the ratio with its spread, and the goal.

    `times` are the medians of both sides in seconds for one piece of work; the ratio is ours divided by the other's.
    """

    name: str
    ours: str
    other: str
    ratio: float
    lowest: float
    highest: float
    goal: float
    times: tuple[float, float]
    at_most: bool = True

    @property
    def is_met(self) -> bool:
        """Whether the goal is kept."""
        return self.ratio <= self.goal if self.at_most else self.ratio >= self.goal

    def line(self) -> str:
        """This will write the line of the report, as a row of a Markdown table."""
        sign = "≤" if self.at_most else "≥"
        mine, theirs = (f": {_human(seconds)}" if seconds else "" for seconds in self.times)
        spread = f"{self.ratio:.2f} ({self.lowest:.2f}–{self.highest:.2f})"
        kept = "yes" if self.is_met else "**no**"
        return f"| {self.name} | {self.ours}{mine} | {self.other}{theirs} | {spread} | {sign} {self.goal:g} | {kept} |"


def compare(
    name: str,
    ours: tuple[str, Callable[[], object]],
    other: tuple[str, Callable[[], object]],
    *,
    goal: float,
    pieces: int = 1,
    rounds: int = 7,
    at_most: bool = True,
    clock: Clock = time.process_time,
) -> Result:
    """This will time both sides in turn. `pieces` is how many pieces of work one call does; the first round is dropped.

    The default clock counts processor time; give `time.perf_counter` where another process does part of the work.
    """
    pairs = []
    for number in range(rounds + 1):
        gc.collect()
        pair = (_timed(ours[1], clock), _timed(other[1], clock))
        if number:
            pairs.append(pair)
    ratios = sorted(mine / theirs for mine, theirs in pairs)
    mine, theirs = (statistics.median(side) / pieces for side in zip(*pairs, strict=True))
    return Result(
        name,
        ours[0],
        other[0],
        statistics.median(ratios),
        ratios[0],
        ratios[-1],
        goal,
        (mine, theirs),
        at_most,
    )


def _timed(work: Callable[[], object], clock: Clock) -> float:
    began = clock()
    work()
    return max(clock() - began, 1e-9)


def _human(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"
