"""Log lines are JSON and say which process wrote them, whichever thread it was."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import threading, structlog
from shared.observability import configure_logs
configure_logs("worker")
structlog.get_logger("a").info("from.main", lead_id="1")
thread = threading.Thread(target=lambda: structlog.get_logger("b").warning("from.thread"))
thread.start(); thread.join()
"""


def test_every_line_names_its_process_also_from_another_thread() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["from.main", "from.thread"]
    for line in lines:
        assert line["process"] == "worker"
        assert set(line) >= {"level", "timestamp"}
        assert line["timestamp"].endswith("Z")
    assert done.stdout == ""
