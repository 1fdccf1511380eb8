"""The clock, turned by hand: an exercise's clock moved as workers would move it, stride by stride."""

from __future__ import annotations

from datetime import datetime

from shared.bootstrap import System
from workflows.commands import Caller, SetClockTarget, TickClock


def turn(system: System, by: Caller, to: datetime) -> None:
    """Move the exercise's clock to a moment and let everything due on the way happen."""
    system.handle(SetClockTarget(by, to))
    for _ in range(100_000):
        done = system.handle(TickClock(by)).done
        assert done is not None
        if done.extra["state"] == "ready":
            return
    raise AssertionError("the clock never arrived")
