"""Log lines are JSON and say which process wrote them, whichever thread it was."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from shared.observability import JsonLines

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


OF_CELERY = """
import logging, warnings
from celery.signals import beat_init, setup_logging
from services.worker.app import celery
setup_logging.send(sender=None, loglevel="WARNING")
logging.getLogger("celery.worker").warning("Connection to broker lost")
logging.getLogger("celery.worker").info("not said")
warnings.warn("old ways")
beat_init.send(sender=None)
logging.getLogger("celery.beat").warning("clock is off")
"""


def test_what_celery_says_is_written_in_the_same_form() -> None:
    known = {
        "DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/none",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }
    done = subprocess.run(
        [sys.executable, "-c", OF_CELERY],
        cwd=ROOT,
        env={**os.environ, **known},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(line["process"], line["logger"]) for line in lines] == [
        ("worker", "celery.worker"),
        ("worker", "py.warnings"),
        ("beat", "celery.beat"),
    ]
    assert lines[0]["event"] == "Connection to broker lost"


SECRET = "13800000000 张三"


def line_of(record: logging.LogRecord) -> dict[str, object]:
    written = JsonLines("api").format(record)
    assert "\n" not in written
    found: dict[str, object] = json.loads(written)
    return found


def test_what_a_library_says_is_a_line_of_the_same_form() -> None:
    record = logging.makeLogRecord(
        {"name": "gunicorn.error", "levelname": "INFO", "msg": "Booting worker with pid: %s", "args": (7,)}
    )
    told = line_of(record)
    assert (told["process"], told["event"], told["level"]) == ("api", "Booting worker with pid: 7", "info")
    assert str(told["timestamp"]).endswith("Z")


def test_a_failure_is_told_by_its_types_and_places_and_never_by_what_was_written() -> None:
    try:
        try:
            int(SECRET)
        except ValueError as cause:
            raise RuntimeError(SECRET) from cause
    except RuntimeError:
        failed = sys.exc_info()
    record = logging.makeLogRecord(
        {"name": "xunxian.api", "levelname": "ERROR", "msg": "request failed", "exc_info": failed}
    )
    record.request_id = "r-1"
    told = line_of(record)
    assert (told["event"], told["request_id"], told["error"]) == (
        "request failed", "r-1", ["RuntimeError", "ValueError"],
    )  # fmt: skip
    assert "test_observability.py" in str(told["trace"])
    assert SECRET not in json.dumps(told, ensure_ascii=False)


@pytest.mark.parametrize(
    "written",
    [
        {"msg": f"Invalid request from ip=203.0.113.9: {SECRET}"},
        {
            "msg": "Error handling request %s",
            "args": (f"/track?{SECRET}",),
            "exc_info": (ValueError, ValueError("x"), None),
        },
    ],
)
def test_lines_of_the_server_that_quote_a_request_do_not(written: dict[str, object]) -> None:
    told = json.dumps(line_of(logging.makeLogRecord({"levelname": "WARNING", **written})), ensure_ascii=False)
    assert SECRET not in told
    assert "203.0.113.9" not in told
