"""The bootstep that keeps a worker honest: it listens for commits, rings the tasks, and sweeps by itself when nobody
has for two seconds, broker or not. Deadlines depend on neither one beat nor the broker being up.
"""

from __future__ import annotations

import threading
import time
from typing import Any

import structlog
from celery import bootsteps
from kombu.exceptions import OperationalError as BrokerGone

from services.worker import chores
from shared.bootstrap import System, build_system

LONGEST_WITHOUT_SWEEP = 2.0
LONGEST_WITHOUT_BROKER = 8.0
_log = structlog.get_logger("sweep_loop")


class SweepLoop(bootsteps.StartStopStep):  # type: ignore[misc]  # celery ships no types
    """A thread beside the consumer, with connections of its own."""

    requires = {"celery.worker.components:Pool"}  # noqa: RUF012 - the name and kind celery reads

    def __init__(self, parent: Any, **_: Any) -> None:
        self._app = parent.app
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, parent: Any) -> None:  # noqa: ARG002 - celery hands it over
        """This will start the loop."""
        self._thread = threading.Thread(target=self._run, name="sweep-loop", daemon=True)
        self._thread.start()

    def stop(self, parent: Any) -> None:  # noqa: ARG002 - celery hands it over
        """This will end the loop within a second."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=3)

    def _run(self) -> None:
        system = build_system()
        rounds = _Rounds(self._app, system)
        while not self._stop.is_set():
            try:
                with system.doorbell() as wait:
                    while not self._stop.is_set():
                        rounds.go()
                        wait(1.0)
            except Exception as failure:  # noqa: BLE001 - the loop must outlive whatever happens to the database
                _log.warning("sweep_loop.failed", error=type(failure).__name__)
                self._stop.wait(1.0)
        system.close()


class _Rounds:
    """One round: ring for what waits; do it here when the broker is away or nobody has swept."""

    def __init__(self, app: Any, system: System) -> None:
        self._app, self._system = app, system
        self._rung_at: dict[str, float] = {}
        self._waiting_since: dict[int, float] = {}

    def go(self) -> None:
        """This will do one round. Raises Unavailable when the database is away."""
        waiting = self._system.chores()
        now = time.monotonic()
        if waiting.sweep_age is None or waiting.sweep_age > LONGEST_WITHOUT_SWEEP:
            chores.sweep(self._system)
        for campaign_id in waiting.exercises:
            self._ring(f"advance:{campaign_id}", "xunxian.advance", {"campaign_id": campaign_id}, now, 0.2)
        self._waiting_since = {row: self._waiting_since.get(row, now) for row in waiting.outbox}
        fresh = [row for row in waiting.outbox if f"row:{row}" not in self._rung_at]
        if fresh:
            self._ring(f"rows:{fresh[0]}", "xunxian.deliver", {"outbox_ids": fresh}, now, 3.0)
            self._rung_at |= {f"row:{row}": now for row in fresh}
        stuck = [row for row, since in self._waiting_since.items() if now - since > LONGEST_WITHOUT_BROKER]
        chores.deliver(self._system, stuck)
        self._forget(now)

    def _ring(self, name: str, task: str, arguments: dict[str, Any], now: float, again_after: float) -> None:
        """A ring is a hint: losing it costs seconds, never work."""
        if now - self._rung_at.get(name, float("-inf")) < again_after:
            return
        self._rung_at[name] = now
        try:
            self._app.send_task(task, kwargs=arguments, retry=False, expires=60)
        except (BrokerGone, OSError):
            if task == "xunxian.advance":
                chores.advance(self._system, arguments["campaign_id"])

    def _forget(self, now: float) -> None:
        self._rung_at = {name: at for name, at in self._rung_at.items() if now - at < 10.0}
