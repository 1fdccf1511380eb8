"""What workers do, over the bus: sweep, advance an exercise, deliver the outbox. Safe side by side and again."""

from __future__ import annotations

import time
from collections.abc import Sequence

from shared.bootstrap import System
from workflows.commands import DeliverOutbox, SweepDeadlines, TickClock, system_caller

BATCH = 50
_PATIENCE_SECONDS = 20.0


def sweep(system: System) -> None:
    """This will sweep every live campaign until nothing more is due, and note that it was done."""
    for campaign_id in system.chores().live:
        command = SweepDeadlines(system_caller(campaign_id), BATCH)
        while _worked(system, command) >= BATCH:
            pass
    system.beat("sweep")


def _worked(system: System, command: SweepDeadlines) -> int:
    done = system.handle(command).done
    return done.version if done is not None else 0


def deliver(system: System, outbox_ids: Sequence[int]) -> None:
    """This will do outbox rows, a few at a time; those done already are passed over."""
    for campaign_id, rows in system.campaigns_of_outbox(outbox_ids).items():
        for first in range(0, len(rows), BATCH):
            batch = tuple(rows[first : first + BATCH])
            system.handle(DeliverOutbox(system_caller(campaign_id), batch))


def advance(system: System, campaign_id: str) -> None:
    """This will take strides until the exercise's clock is where it was asked to be.

    Where another worker holds something the clock must wait for, this waits a little; the loop rings again later.
    """
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < give_up:
        done = system.handle(TickClock(system_caller(campaign_id))).done
        state = done.extra["state"] if done is not None else "ready"
        if state == "ready":
            return
        if state == "waiting":
            time.sleep(0.05)
        else:
            give_up = time.monotonic() + _PATIENCE_SECONDS
