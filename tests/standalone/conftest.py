"""A `./run` over stand-in processes, started for real and ended for certain."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.standalone.embedded_postgres import state_folders
from services.standalone.processes import is_alive, kill_session, session_members
from services.standalone.start import ROOT

START_SECONDS = 60
END_SECONDS = 30


class Running:
    """One `./run` under test: its process, what it printed, and every process it started."""

    def __init__(self, process: subprocess.Popen[str], talk: Path) -> None:
        self.process = process
        self._talk = talk
        self.seen: set[int] = set()

    def ready(self) -> dict[str, object]:
        """Waits for the one line of `--json`."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"ended with {self.process.wait(END_SECONDS)}: {self.talk()}"
        self.look()
        return dict(json.loads(line))

    def look(self) -> set[int]:
        """Every living process that descends from this run now, also remembered for `orphans`."""
        found = _descendants(self.process.pid)
        self.seen |= found
        return found

    def orphans(self) -> set[int]:
        """Which of the processes seen, or others of their sessions, still live."""
        return {pid for pid in self.seen if is_alive(pid)} | {
            pid for seen in self.seen for pid in session_members(seen)
        }

    def wait(self) -> int:
        return self.process.wait(END_SECONDS)

    def talk(self) -> str:
        return self._talk.read_text("utf-8")


def _descendants(pid: int) -> set[int]:
    try:
        lists = [(task / "children").read_text("ascii") for task in Path(f"/proc/{pid}/task").iterdir()]
    except (FileNotFoundError, ProcessLookupError):
        return set()  # it ended while we looked
    children = {int(child) for found in lists for child in found.split()}
    return children | {below for child in children for below in _descendants(child)}


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Starts `./run --json` over the stand-ins on a data folder; whatever it leaves is ended after the test."""
    started: list[Running] = []
    folders: list[Path] = []

    def begin(data: Path, *options: str, **environment: str) -> Running:
        talk = tmp_path / f"talk-{len(started)}"
        port = () if "--port" in options else ("--port", "0")
        clean = {
            name: value
            for name, value in os.environ.items()
            if name not in {"DATABASE_URL", "REDIS_URL", "XUNXIAN_DATA"}
        }
        with talk.open("w") as errors:
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "tests.standalone.standins.run",
                    "--json",
                    "--data",
                    str(data),
                    *port,
                    *options,
                ],
                cwd=ROOT,
                env=clean | environment,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                start_new_session=True,
            )
        started.append(Running(process, talk))
        folders.extend(state_folders(data))
        return started[-1]

    yield begin
    for running in started:
        if running.process.poll() is None:
            running.look()
            running.process.send_signal(signal.SIGKILL)
            running.process.wait(END_SECONDS)
        for pid in running.seen:
            kill_session(pid)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def eventually(fact: Callable[[], bool], seconds: float = END_SECONDS) -> bool:
    """Whether the fact comes true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if fact():
            return True
        time.sleep(0.05)
    return fact()
