"""The server as it is started everywhere: several processes, one sum; a figure does not depend on who answers."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.api import process_figures as settings

ROOT = Path(__file__).resolve().parents[2]
LIVE = re.compile(r'^xunxian_http_request_seconds_count\{.*route="/livez".*\} (\S+)$', re.MULTILINE)
START_SECONDS = 60
ASKED = 40
PROCESSES = 2


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _ask(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return str(answer.read().decode("utf-8"))


@pytest.fixture
def served(database: str, tmp_path: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The API behind its two processes, once it answers: its port and its first process."""
    port = _free_port()
    own = {
        "DATABASE_URL": database.replace("postgresql://", "postgresql+psycopg://", 1),
        "XUNXIAN_DATA": str(tmp_path),
    }
    environment = {name: value for name, value in os.environ.items() if name != settings.SHARED_FIGURES} | own
    command = (
        "--config",
        "python:services.api.server",
        "--bind",
        f"127.0.0.1:{port}",
        "services.api.app:create_app()",
    )
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *command], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
    try:
        ends = time.monotonic() + START_SECONDS
        while not _answers(port):
            assert process.poll() is None, (tmp_path / "log").read_text("utf-8")
            assert time.monotonic() < ends, (tmp_path / "log").read_text("utf-8")
            time.sleep(0.1)
        yield port, process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _answers(port: int) -> bool:
    try:
        return bool(_ask(port, "/healthz"))
    except OSError:
        return False


def _children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


def _counted(port: int) -> set[float]:
    return {sum(map(float, LIVE.findall(_ask(port, "/metrics")))) for _ in range(6)}


def test_whichever_process_answers_counts_what_all_answered_and_what_the_dead_ones_did(
    served: tuple[int, subprocess.Popen[bytes]],
) -> None:
    port, process = served
    for _ in range(ASKED):
        _ask(port, "/livez")
    assert _counted(port) == {float(ASKED)}

    children = _children(process.pid)
    assert len(children) == PROCESSES
    os.kill(children[0], signal.SIGKILL)
    ends = time.monotonic() + START_SECONDS
    while children[0] in (now := _children(process.pid)) or len(now) < PROCESSES:
        assert time.monotonic() < ends
        time.sleep(0.1)
    _ask(port, "/livez")
    assert _counted(port) == {float(ASKED + 1)}


def test_the_folder_of_figures_is_emptied_at_the_start_and_nothing_else_in_it_is_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("counter_12.db", "histogram_12.db", "leads.db"):
        (tmp_path / name).touch()
    monkeypatch.setenv(settings.SHARED_FIGURES, str(tmp_path))
    assert settings.figures_folder() == tmp_path
    assert [file.name for file in tmp_path.iterdir()] == ["leads.db"]


def test_a_folder_of_figures_made_by_somebody_else_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names in memory can be guessed: a link left there leads nowhere."""
    monkeypatch.delenv(settings.SHARED_FIGURES, raising=False)
    monkeypatch.setattr(settings, "memory_folder", lambda: tmp_path)
    folder = settings.figures_folder()
    assert folder.stat().st_mode & 0o077 == 0
    folder.rmdir()
    folder.symlink_to(tmp_path)
    with pytest.raises(PermissionError):
        settings.figures_folder()
