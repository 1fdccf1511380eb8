"""The tasks. Each takes ids, calls one use case, and returns nothing; `**_` tolerates tomorrow's arguments."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from services.worker import chores
from services.worker.process import system
from shared.application.ports import Unavailable

LONGEST_WITHOUT_SWEEP = 2.0
_AGAIN = {"autoretry_for": (Unavailable,), "retry_backoff": True, "retry_backoff_max": 30, "max_retries": 5}


@shared_task(name="xunxian.sweep", **_AGAIN)
def sweep(**_: Any) -> None:
    """This will sweep where no worker's own loop has lately; only beat rings this one."""
    system().beat("beat")
    age = system().chores().sweep_age
    if age is None or age > LONGEST_WITHOUT_SWEEP:
        chores.sweep(system())


@shared_task(name="xunxian.advance", **_AGAIN)
def advance(*, campaign_id: str, **_: Any) -> None:
    """This will run an exercise's clock to where it was asked to go."""
    chores.advance(system(), campaign_id)


@shared_task(name="xunxian.deliver", **_AGAIN)
def deliver(*, outbox_ids: list[int], **_: Any) -> None:
    """This will do waiting outbox rows."""
    chores.deliver(system(), outbox_ids)


@shared_task(name="xunxian.verify_materials", **_AGAIN)
def verify_materials(**_: Any) -> None:
    """This will read kept files again that nobody has read for a week, and record those that were altered."""
    system().verify_materials(at_once=False)


@shared_task(name="xunxian.watch_calendars", **_AGAIN)
def watch_calendars(**_: Any) -> None:
    """This will say which calendars need a year that is not known, to those who can import it."""
    system().watch_calendars()


@shared_task(name="xunxian.prune", **_AGAIN)
def prune(**_: Any) -> None:
    """This will remove outbox rows that were done long ago."""
    system().prune()


@shared_task(name="xunxian.relay", **_AGAIN)
def relay(**_: Any) -> None:
    """This will do whatever waits in the outbox; the loop's hints make this a safety net."""
    chores.deliver(system(), system().chores().outbox)
