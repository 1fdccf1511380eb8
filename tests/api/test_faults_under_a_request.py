"""Faults below a request: the disk of the database is full, or the process that answers is killed in the middle of it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from tests.api.conftest import STAFF, Ask, tip

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 45.0
FULL = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION no_room()
"""


def test_a_full_disk_is_called_one_and_nothing_is_half_done(ask: Ask, database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(FULL.encode())
        answer = ask("POST", "/v1/leads", json=tip(), headers={"Idempotency-Key": "room"})
        assert (answer.status_code, (answer.json or {})["code"]) == (503, "disk_full")
        assert int(answer.headers["Retry-After"]) > 0
        assert _leads(connection) == 0
        connection.execute("DROP TRIGGER full_disk ON outbox")
        again = ask("POST", "/v1/leads", json=tip(), headers={"Idempotency-Key": "room"})
        assert (again.status_code, _leads(connection)) == (201, 1)


def test_killed_in_the_middle_of_a_request_nothing_is_half_done_and_the_same_key_completes_it(
    database: str, served: httpx.Client, log: Path
) -> None:
    key = {"Idempotency-Key": "the-call-of-noon"}
    with psycopg.connect(database, autocommit=True) as watching, psycopg.connect(database) as blocking:
        before = _rows(watching)
        # The lead and its history are written before the outbox is: the request stands in the middle of its transaction.
        blocking.execute("LOCK TABLE outbox IN EXCLUSIVE MODE")
        lost: list[Exception] = []
        request = threading.Thread(target=_post, args=(served, key, lost))
        request.start()
        _until(lambda: _waits_for_a_lock(watching))
        (child,) = _children(served)
        os.kill(child, signal.SIGKILL)
        request.join(PATIENCE)
        assert len(lost) == 1
        blocking.rollback()
        _until(lambda: not _waits_for_a_lock(watching))
        assert _rows(watching) == before
        _until(lambda: _children(served) not in ([], [child]) and _answers(served))
        done = served.post("/v1/leads", json=tip(), headers=key)
        assert (done.status_code, _rows(watching)["leads"]) == (201, before["leads"] + 1)
        repeated = served.post("/v1/leads", json=tip(), headers=key)
        assert repeated.json()["number"] == done.json()["number"]
        assert _rows(watching)["leads"] == before["leads"] + 1
    told = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert all({"process", "event", "level", "timestamp"} <= set(line) for line in told)
    assert any("SIGKILL" in line["event"] or "signal 9" in line["event"] for line in told)


def _post(client: httpx.Client, key: dict[str, str], lost: list[Exception]) -> None:
    try:
        client.post("/v1/leads", json=tip(), headers=key)
    except httpx.HTTPError as gone:
        lost.append(gone)


def _leads(connection: psycopg.Connection[Any]) -> int:
    return _rows(connection)["leads"]


def _rows(connection: psycopg.Connection[Any]) -> dict[str, int]:
    found = {}
    for table in ("leads", "events", "deadlines", "outbox", "streams"):
        row = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
        assert row is not None
        found[table] = int(row[0])
    return found


def _waits_for_a_lock(connection: psycopg.Connection[Any]) -> bool:
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    row = connection.execute(asked).fetchone()
    return row is not None and row[0] > 0


def _until(holds: Any) -> None:
    ends = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < ends, "it takes too long"
        time.sleep(0.05)


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/livez").status_code == 200
    except httpx.HTTPError:
        return False


def _children(client: httpx.Client) -> list[int]:
    master = int(client.headers["X-Master"])
    return [int(word) for word in Path(f"/proc/{master}/task/{master}/children").read_text("ascii").split()]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "api.log"


@pytest.fixture
def served(database: str, tmp_path: Path, log: Path) -> Iterator[httpx.Client]:
    """The API as it is served, with one process behind its master; the client knows the master's id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {**os.environ, "DATABASE_URL": database, "XUNXIAN_DATA": str(tmp_path)}
    command = [sys.executable, "-m", "gunicorn", "--config", "python:services.api.server", "--workers", "1"]
    bound = ["--bind", f"127.0.0.1:{port}", "services.api.app:create_app()"]
    with log.open("wb") as lines:
        process = subprocess.Popen([*command, *bound], cwd=ROOT, env=environment, stdout=lines, stderr=lines)
    headers = {"Authorization": f"Bearer {STAFF}", "X-Master": str(process.pid)}
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=20) as client:
            _until(lambda: _answers(client) or process.poll() is not None)
            assert process.poll() is None, log.read_text("utf-8")
            yield client
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
