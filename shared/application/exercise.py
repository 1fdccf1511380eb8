"""The exercise's frozen clock (演练): same code, another clock. It never passes a moment at which something is due."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.application.deadlines import fire_due
from shared.application.notifications import deliver
from shared.application.work import Done, Work
from workflows.commands import SetClockTarget, TickClock, system_caller
from workflows.rejection import Reason, Rejected
from workflows.text import Text

FARTHEST = timedelta(days=400)
_BATCH = 200
_STRIDES = 20


def set_clock_target(command: SetClockTarget, work: Work) -> Done:
    """This will ask an exercise's clock to run to a moment. With nothing due on the way it is there at once.

    Raises Rejected: a live campaign, a moment in the past or too far away, a clock that is running already.
    """
    work.demand("move_clock")
    campaign = work.uow.campaigns.get(work.campaign.id, lock=True)
    assert campaign is not None
    if campaign.clock_at is None:
        text = Text("正式行动的时钟不能推进", "the clock of a live campaign cannot be moved")
        raise Rejected(Reason("live_clock", text))
    _check_target(campaign.clock_at, campaign.clock_target, command.to)
    inside = Work(work.uow, campaign.clock_at, system_caller(campaign.id), campaign)
    strides = _STRIDES if command.at_once else 0
    return _run(inside, campaign.clock_at, command.to, strides)


def _check_target(clock_at: datetime, running_to: datetime | None, to: datetime) -> None:
    if running_to is not None and running_to != to:
        text = Text("时钟正在推进，请稍候", "the clock is already running")
        raise Rejected(Reason("clock_running", text))
    if to < clock_at:
        text = Text("演练时钟只能向前", "the exercise clock only moves forward")
        raise Rejected(Reason("backwards", text, "to"), kind="invalid")
    if to - clock_at > FARTHEST:
        text = Text(f"一次最多推进 {FARTHEST.days} 天", f"at most {FARTHEST.days} days at a time")
        raise Rejected(Reason("too_far", text, "to"), kind="invalid")


def tick_clock(_: TickClock, work: Work) -> Done:
    """This will make some strides of a clock that was asked to run, in one transaction.

    The campaign's row is the lock, so that several workers take strides one after another and the same exercise
    always happens in the same order. `extra["state"]` says what is left: "advancing", "waiting" or "ready".
    """
    campaign = work.uow.campaigns.get(work.campaign.id, lock=True)
    if campaign is None or campaign.clock_at is None or campaign.clock_target is None:
        return _standing("ready", work.at, None)
    return _run(work, campaign.clock_at, campaign.clock_target, _STRIDES)


def _run(work: Work, at: datetime, target: datetime, strides: int) -> Done:
    """From one moment at which something happens to the next, each settled before the clock moves on."""
    work.uow.outbox.hush()
    settled: datetime | None = None
    while True:
        due, waits = work.uow.deadlines.what_waits(work.campaign.id)
        is_due = due is not None and due <= at
        if not waits and (due is None or due > target):
            return _standing("ready", target, None, work)
        if settled == at and (waits or is_due):
            return _standing("waiting", at, target, work)
        if not strides:
            return _standing("advancing", at, target, work)
        if not waits and not is_due and due is not None:
            at = due
        strides -= 1
        settled = work.at = at
        _settle(work)


def _standing(state: str, at: datetime, target: datetime | None, moved: Work | None = None) -> Done:
    if moved is not None:
        moved.uow.campaigns.set_clock(moved.campaign.id, at, target)
    return Done("clock", "", extra={"state": state, "at": at, "target": target})


def _settle(work: Work) -> None:
    """Everything due at this moment happens, then everything it left to do is done."""
    for _again in range(_STRIDES):
        fired = fire_due(work, _BATCH)
        rows = work.uow.outbox.claim_waiting(work.campaign.id, _BATCH)
        deliver(work, rows)
        if max(fired, len(rows)) < _BATCH:
            return
