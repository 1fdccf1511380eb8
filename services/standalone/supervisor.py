"""Keeps a set of processes running: starts them, says when one dies, starts it again more and more slowly, ends all.

Promises: a process that was started is either watched here or ended; what a dead process left behind is ended before
its successor starts; stopping asks first, waits, and kills only what does not listen.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from services.standalone.data_folder import CannotStart, DataFolder
from services.standalone.environment import Say
from services.standalone.guardian import Guardian
from services.standalone.processes import Service, Stop, kill_session, send, spawn

FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
STEADY_SECONDS = 60.0
TRIES_BEFORE_READY = 3
LOG_BYTES = 8 * 1024 * 1024
POLL_SECONDS = 0.1


@dataclass(slots=True)
class _Running:
    service: Service
    process: subprocess.Popen[bytes]
    began: float
    failures: int = 0
    again_at: float | None = field(default=None)


class Supervisor:
    """Owns every process of one `./run`."""

    def __init__(self, folder: DataFolder, stop: Stop, say: Say) -> None:
        self._folder = folder
        self._stop = stop
        self._say = say
        self._guardian = Guardian(folder.lock)
        self._running: list[_Running] = []
        self._is_ready = False

    def start(self, service: Service) -> int:
        """This will start the service and keep it running; returns its process id."""
        _turn_over(self._folder.log(service.name))
        running = _Running(service, self._spawn(service), time.monotonic())
        self._running.append(running)
        return running.process.pid

    def step(self, service: Service) -> str:
        """This will run a service that ends by itself and return what it printed; raises CannotStart when it fails.

        Its errors go to the service's log.
        """
        log = self._folder.log(service.name)
        _turn_over(log)
        with log.open("ab") as errors, log.with_suffix(".out").open("w+b") as output:
            code = self.follow(service, output.fileno(), errors.fileno())
            output.seek(0)
            printed = output.read().decode("utf-8", errors="replace")
        log.with_suffix(".out").unlink()
        if code != 0:
            raise CannotStart(_step_failed(service.name, code, log))
        return printed

    def follow(self, service: Service, output: int, errors: int) -> int:
        """This will run a service that ends by itself, writing to the descriptors, and return its exit code.

        The other processes are looked after meanwhile. Raises StopRequested when someone asks to stop.
        """
        process = spawn(service, output, errors)
        self._guardian.watch(process.pid)
        try:
            while process.poll() is None:
                self.tend()
                self._stop.pause(0.02)
        finally:
            kill_session(process.pid)
            process.wait()
            self._guardian.forget(process.pid)
        return process.returncode

    def ready(self) -> None:
        """This will have failures from now on retried without end; until then a few end the start."""
        self._is_ready = True

    def tend(self) -> None:
        """This will look after every process once: call it often.

        Raises CannotStart when a process keeps failing before everything was ready, StopRequested once somebody asked to
        stop: what ends then ends rightly, and is neither told nor started again.
        """
        self._stop.pause(0)
        if self._guardian.revive():
            self._say("守护进程已重启 · the guardian died and was started again")
        for running in self._running:
            self._tend(running)

    def run(self) -> None:
        """This will look after the processes until someone asks to stop; ends with StopRequested."""
        while True:
            self.tend()
            self._stop.pause(POLL_SECONDS)

    def stop_all(self) -> None:
        """This will end everything, the latest started first; a second request to stop makes it immediate."""
        patience = max(1, self._stop.requests)
        servers = [running for running in self._running if running.service.name in {"postgres", "broker"}]
        others = [running for running in self._running if running not in servers]
        for group in (others, servers):
            self._end(group, patience)
        self._running.clear()
        self._guardian.dismiss()

    def _end(self, group: Sequence[_Running], patience: int) -> None:
        for running in group:
            send_if_alive(running.process, running.service)
        began = time.monotonic()
        for running in group:
            while running.process.poll() is None:
                if self._stop.requests > patience or time.monotonic() - began > running.service.stop_seconds:
                    self._say(
                        f"强制结束 {running.service.name} · {running.service.name} did not stop, killing it"
                    )
                    break
                time.sleep(0.02)
            kill_session(running.process.pid)
            running.process.wait()
            self._guardian.forget(running.process.pid)

    def _spawn(self, service: Service) -> subprocess.Popen[bytes]:
        with self._folder.log(service.name).open("ab") as log:
            process = spawn(service, log.fileno())
        self._guardian.watch(process.pid)
        return process

    def _tend(self, running: _Running) -> None:
        now = time.monotonic()
        if running.again_at is not None:
            if now >= running.again_at:
                running.process, running.began, running.again_at = self._spawn(running.service), now, None
            return
        code = running.process.poll()
        if code is None:
            return
        kill_session(running.process.pid)
        self._guardian.forget(running.process.pid)
        running.failures = 1 if now - running.began > STEADY_SECONDS else running.failures + 1
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (running.failures - 1))
        running.again_at = now + wait
        name, log = running.service.name, self._folder.log(running.service.name)
        if not self._is_ready and running.failures >= TRIES_BEFORE_READY:
            raise CannotStart(_step_failed(name, code, log))
        self._say(
            f"{name} 意外退出（{_ending(code)}），{wait:g} 秒后重启，详见 {log} · "
            f"{name} ended ({_ending(code)}), starting it again in {wait:g} s, see {log}"
        )


def send_if_alive(process: subprocess.Popen[bytes], service: Service) -> None:
    """This will ask a process to stop; one that has ended is left alone (its id may be in use again)."""
    if process.poll() is None:
        send(process.pid, service.stop_signal)


def _turn_over(log: Path) -> None:
    """Keeps one older log beside the current one."""
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))


def _step_failed(name: str, code: int, log: Path) -> str:
    lines = log.read_text("utf-8", errors="replace").strip().splitlines()
    reason = lines[-1] if lines else "no output"
    return (
        f"{name} 失败（{_ending(code)}），详见 {log} · {name} failed ({_ending(code)}), see {log}: {reason}"
    )


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit {code}"
