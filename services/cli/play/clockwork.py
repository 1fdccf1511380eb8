"""The exercise's clock, moved over HTTP; the workers let everything happen that is due on the way.

If no worker answers, the player waits: the clock then stands still and nothing is lost. It says so, and gives up only
after a time limit without any movement.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from services.cli.remote import Remote
from services.cli.screen import FAILED, Stopped

PATIENCE = 180.0
"""Seconds the clock may stand still while it should run."""
SILENCE = 10.0
"""Seconds of standing still after which the player says that it is waiting."""


class ExerciseClock:
    """Where the exercise's time stands, and the only thing that moves it on."""

    def __init__(self, remote: Remote, token: str, at: datetime, tell: Callable[[str, str], None]) -> None:
        self._remote = remote
        self._token = token
        self._tell = tell
        self.at = at

    def run_to(self, moment: datetime) -> None:
        """This will move the clock forward to a moment and come back when it stands there. Raises Stopped."""
        if moment <= self.at:
            return
        body = {"to": moment.isoformat()}
        found = self._remote.send(
            "POST",
            "/v1/campaign/clock",
            body,
            token=self._token,
            key=f"clock:{moment.isoformat()}",
            params={"wait": True},
        ).body
        seen, since, told = found["at"], time.monotonic(), False
        while found["state"] != "ready" or datetime.fromisoformat(found["at"]) < moment:
            still = time.monotonic() - since
            if still > PATIENCE:
                raise Stopped(
                    FAILED,
                    f"演练时钟停在 {seen} 已超过 {PATIENCE:.0f} 秒：请检查工作进程（celery worker）。",
                    f"The exercise's clock has stood at {seen} for {PATIENCE:.0f} s: is a worker running?",
                )
            if still > SILENCE and not told:
                self._tell(f"演练时钟停在 {seen}，等待工作进程……", "waiting for a worker")
                told = True
            time.sleep(0.05 if still < 1 else 0.5)
            found = self._remote.get("/v1/campaign/clock", token=self._token)
            if found["at"] != seen:
                seen, since, told = found["at"], time.monotonic(), False
        self.at = moment
