"""The exercise's frozen clock (演练): same code, another clock. It never passes a moment at which something is due."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.application.deadlines import fire_due
from shared.application.notifications import deliver_outbox
from shared.application.work import Done, Work
from workflows.commands import DeliverOutbox, SetClockTarget, TickClock
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
    due = work.uow.deadlines.next_due_at(campaign.id)
    quiet = (due is None or due > command.to) and not work.uow.outbox.is_waiting(campaign.id)
    if quiet:
        work.uow.campaigns.set_clock(campaign.id, command.to, None)
    else:
        work.uow.campaigns.set_clock(campaign.id, campaign.clock_at, command.to)
    return Done("clock", campaign.id, extra={"ready": quiet})


def _check_target(clock_at: datetime, running_to: datetime | None, to: datetime) -> None:
    if running_to is not None and running_to != to:
        text = Text("时钟正在推进,请稍候", "the clock is already running")
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
        return _state("ready")
    at, target = campaign.clock_at, campaign.clock_target
    for _stride in range(_STRIDES):
        work.at = at
        _settle(work)
        due = work.uow.deadlines.next_due_at(campaign.id)
        if work.uow.outbox.is_waiting(campaign.id) or (due is not None and due <= at):
            work.uow.campaigns.set_clock(campaign.id, at, target)
            return _state("waiting")
        if due is None or due > target:
            work.uow.campaigns.set_clock(campaign.id, target, None)
            return _state("ready")
        at = due
    work.uow.campaigns.set_clock(campaign.id, at, target)
    return _state("advancing")


def _state(state: str) -> Done:
    return Done("clock", "", extra={"state": state})


def _settle(work: Work) -> None:
    """Everything due at this moment happens, then everything it left to do is done."""
    for _again in range(_STRIDES):
        fired = fire_due(work, _BATCH)
        rows = work.uow.outbox.waiting(_BATCH, work.campaign.id)
        deliver_outbox(DeliverOutbox(work.by, tuple(rows)), work)
        if max(fired, len(rows)) < _BATCH:
            return
