"""How long the product was able to work between two moments: what a lateness is measured in.

The promise is "at most five seconds late while a worker lives". So time counts only while some worker is ready (it has
reached the database), not frozen, and the database can be reached. A second counts as a second, unless work took more
than `CROWDED` times as long as on an idle machine: then it counts as much as one process's share of the machine, the
cores divided by the processes that want to run.
"""

from __future__ import annotations

import json
import os
import threading
import time
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

STEP = 0.05
CROWDED = 2.0
Span = tuple[float, float]


class Meter(threading.Thread):
    """Notes, ten times a second, among how many others a process that wants to run must share the machine."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._over = threading.Event()
        self.samples: list[tuple[float, float]] = [(time.time(), 1.0)]

    def run(self) -> None:
        cores = len(os.sched_getaffinity(0))
        while not self._over.wait(0.1):
            runnable = int(Path("/proc/loadavg").read_text().split()[3].partition("/")[0])
            self.samples.append((time.time(), max(1.0, runnable / cores)))

    def stop(self) -> None:
        self._over.set()
        self.join()

    @property
    def mean(self) -> float:
        """How many times longer work took here on the whole."""
        return sum(factor for _, factor in self.samples) / len(self.samples)

    @property
    def is_crowded(self) -> bool:
        """Whether others used the machine so much that seconds of the wall clock say little."""
        return self.mean > CROWDED

    def slowdown(self, at: float) -> float:
        """How many times longer work takes around a moment: the mean of the two seconds before it; 1 if not crowded."""
        if not self.is_crowded:
            return 1.0
        last = bisect_right(self.samples, (at, float("inf")))
        near = [factor for _, factor in self.samples[max(0, last - 20) : max(1, last)]]
        return sum(near) / len(near)


def worker_lives(folder: Path, end: float) -> dict[str, list[Span]]:
    """When each worker was ready to sweep, by its own log, until it died."""
    deaths = {}
    if (folder / "deaths.jsonl").exists():
        for line in (folder / "deaths.jsonl").read_text().splitlines():
            death = json.loads(line)
            deaths[death["pid"]] = death["at"]
    lives: dict[str, list[Span]] = {}
    for name in ("worker1", "worker2"):
        for line in (folder / f"{name}.log").read_text(errors="replace").splitlines():
            if '"sweep_loop.ready"' in line:
                told = json.loads(line)
                ready = datetime.fromisoformat(told["timestamp"]).timestamp()
                lives.setdefault(name, []).append((ready, deaths.get(told["pid"], end)))
    return lives


class ServiceTime:
    """A clock that runs while the product can work."""

    def __init__(
        self,
        begin: float,
        end: float,
        lives: dict[str, list[Span]],
        frozen: dict[str, list[Span]],
        down: Sequence[Span],
        meter: Meter,
    ) -> None:
        self._begin, self._counted = begin, [0.0]
        for number in range(int((end - begin) / STEP) + 1):
            at = begin + number * STEP
            works = not _inside(at, down) and any(
                _inside(at, spans) and not _inside(at, frozen.get(name, ())) for name, spans in lives.items()
            )
            self._counted.append(self._counted[-1] + (STEP / meter.slowdown(at) if works else 0.0))

    def between(self, start: float, end: float) -> float:
        """Seconds of work between two moments."""
        return self._at(end) - self._at(start)

    def _at(self, moment: float) -> float:
        place = int((moment - self._begin) / STEP)
        return self._counted[max(0, min(place, len(self._counted) - 1))]


def _inside(at: float, spans: Iterable[Span]) -> bool:
    return any(start <= at < end for start, end in spans)
