"""The bootstep that keeps a worker honest: two threads beside the consumer, for what must happen broker or not.

The *sweeper* lets what is due happen, once a second, and needs the database only: not the broker, not beat, not a free
pool process. The *ringer* listens for commits and rings the tasks for what they left to do; when a ring cannot be sent
it does the work itself. A broker that hangs stops the ringer for seconds, and deadlines not at all.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import Any

import structlog
from celery import bootsteps
from kombu.exceptions import OperationalError as BrokerGone
from redis.exceptions import RedisError

from services.worker import chores
from shared.bootstrap import System, build_system

SWEEP_EVERY = 1.0
LONGEST_WITHOUT_BROKER = 8.0
PAUSE_AFTER_FAILURE = 0.5
_log = structlog.get_logger("sweep_loop")


class SweepLoop(bootsteps.StartStopStep):  # type: ignore[misc]  # celery ships no types
    """The sweeper and the ringer, with database connections of their own."""

    def __init__(self, parent: Any, **_: Any) -> None:
        self._app = parent.app
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, parent: Any) -> None:  # noqa: ARG002 - celery hands it over
        """This will start both threads."""
        system = build_system()
        ringer = _Ringer(self._app, system, self._stop)
        for name, work in (("sweeper", lambda: _sweep(system, self._stop)), ("ringer", ringer.listen)):
            thread = threading.Thread(target=self._keep, args=(name, work), name=name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self, parent: Any) -> None:  # noqa: ARG002 - celery hands it over
        """This will end both threads, waiting at most three seconds for what they are doing."""
        self._stop.set()
        ends = time.monotonic() + 3
        for thread in self._threads:
            thread.join(timeout=max(0.0, ends - time.monotonic()))

    def _keep(self, name: str, work: Callable[[], None]) -> None:
        while not self._stop.is_set():
            try:
                work()
            except Exception as failure:  # noqa: BLE001 - a thread must outlive whatever happens to the database
                _log.warning("sweep_loop.failed", thread=name, error=type(failure).__name__)
                self._stop.wait(PAUSE_AFTER_FAILURE)


def _sweep(system: System, stop: threading.Event) -> None:
    """Sweeps once a second, counted from beginning to beginning. Raises Unavailable when the database is away."""
    system.chores()
    _log.info("sweep_loop.ready", pid=os.getpid())
    while not stop.is_set():
        began = time.monotonic()
        chores.sweep(system)
        stop.wait(max(0.05, SWEEP_EVERY - (time.monotonic() - began)))


class _Ringer:
    """Rings for what waits; does it here when the broker is away or nobody answers the ring."""

    def __init__(self, app: Any, system: System, stop: threading.Event) -> None:
        self._app, self._system, self._stop = app, system, stop
        self._rung_at: dict[str, float] = {}
        self._waiting_since: dict[int, float] = {}

    def listen(self) -> None:
        """This will ring after every commit that left work, and once a second. Raises what the database raises."""
        with self._system.doorbell() as wait:
            while not self._stop.is_set():
                self._go()
                wait(1.0)

    def _go(self) -> None:
        waiting = self._system.chores()
        now = time.monotonic()
        for campaign_id in waiting.exercises:
            self._ring(f"advance:{campaign_id}", "xunxian.advance", {"campaign_id": campaign_id}, now, 0.2)
        self._waiting_since = {row: self._waiting_since.get(row, now) for row in waiting.outbox}
        fresh = [row for row in waiting.outbox if f"row:{row}" not in self._rung_at]
        if fresh:
            self._ring(f"rows:{fresh[0]}", "xunxian.deliver", {"outbox_ids": fresh}, now, 3.0)
            self._rung_at |= {f"row:{row}": now for row in fresh}
        stuck = [row for row, since in self._waiting_since.items() if now - since > LONGEST_WITHOUT_BROKER]
        chores.deliver(self._system, stuck)
        self._rung_at = {name: at for name, at in self._rung_at.items() if now - at < 10.0}

    def _ring(self, name: str, task: str, arguments: dict[str, Any], now: float, again_after: float) -> None:
        """A ring is a hint: losing it costs seconds, never work."""
        if now - self._rung_at.get(name, float("-inf")) < again_after:
            return
        self._rung_at[name] = now
        try:
            self._app.send_task(task, kwargs=arguments, retry=False, expires=60)
        except (BrokerGone, RedisError, OSError):
            if task == "xunxian.advance":
                chores.advance(self._system, arguments["campaign_id"])
