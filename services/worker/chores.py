"""What workers do, over the bus: sweep, advance an exercise, deliver the outbox. Safe side by side and again."""

from __future__ import annotations

import time
from collections.abc import Sequence

import structlog

from shared.bootstrap import System
from workflows.commands import DeliverOutbox, SweepDeadlines, TickClock, system_caller
from workflows.rejection import Rejected

BATCH = 50
SWEEP_BATCH = 10
"""Small, so that what fell due is recorded soon even while much else is due."""
_PATIENCE_SECONDS = 20.0
_log = structlog.get_logger("chores")


def sweep(system: System) -> None:
    """This will sweep every live campaign until nothing more is due, and note that it was done.

    Campaigns take turns, so that a backlog in one keeps no other waiting. One that cannot be swept now is passed over.
    """
    waiting = list(system.chores().live)
    while waiting:
        waiting = [campaign_id for campaign_id in waiting if _is_more_due(system, campaign_id)]
    system.beat("sweep")


def _is_more_due(system: System, campaign_id: str) -> bool:
    try:
        done = system.handle(SweepDeadlines(system_caller(campaign_id), SWEEP_BATCH)).done
    except Rejected as refused:
        _log.warning("sweep.passed_over", campaign=campaign_id, code=refused.reasons[0].code)
        return False
    return done is not None and done.version >= SWEEP_BATCH


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
