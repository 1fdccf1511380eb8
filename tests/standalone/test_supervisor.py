"""What the supervisor says while it stops, and what an installation says while it fetches."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from services.standalone import environment
from services.standalone.data_folder import open_data_folder
from services.standalone.processes import Service, Stop, StopRequested, is_alive
from services.standalone.supervisor import Supervisor


def test_what_ends_while_everything_stops_is_neither_told_nor_started_again(tmp_path: Path) -> None:
    said: list[str] = []
    stop = Stop()
    supervisor = Supervisor(open_data_folder(tmp_path / "data", False, stop, said.append), stop, said.append)
    try:
        pid = supervisor.start(Service("api", (sys.executable, "-c", ""), os.environ, tmp_path))
        while is_alive(pid):
            time.sleep(0.01)
        stop.requests = 1
        with pytest.raises(StopRequested):
            supervisor.tend()
        assert said == []
        stop.requests = 0
        supervisor.tend()
        assert "starting it again" in said[0]
    finally:
        supervisor.stop_all()


def test_the_progress_of_an_installation_never_counts_backwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".boot" / "cache").mkdir(parents=True)
    unpacked = tmp_path / ".boot" / "cache" / "unpacked"
    program = (
        "import pathlib, sys, time; file = pathlib.Path(sys.argv[1]);"
        "file.write_bytes(bytes(5 << 20)); time.sleep(1); file.unlink(); time.sleep(1)"
    )
    monkeypatch.setattr(environment, "TOLD_EVERY_SECONDS", 0.2)
    said: list[str] = []
    environment._run([sys.executable, "-c", program, str(unpacked)], tmp_path, os.environ, said.append)
    counted = [int(line.split()[2]) for line in said]
    assert counted == sorted(counted)
    assert counted[-1] == 5
