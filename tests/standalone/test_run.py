"""One command on one machine: what `./run` promises, with real servers and small processes in the product's place."""

from __future__ import annotations

import json
import os
import signal
import socket
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.standalone.conftest import Running, eventually

pytestmark = pytest.mark.services
Start = Callable[..., Running]


def family(data: Path) -> list[int]:
    """The worker and its two children, once they are there."""
    file = data / "family"
    assert eventually(lambda: file.exists() and len(file.read_text("ascii").split()) == 3)
    return [int(pid) for pid in file.read_text("ascii").split()]


def is_answering(base_url: object) -> bool:
    try:
        with urllib.request.urlopen(f"{base_url}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def server(data: Path) -> int:
    return int((data / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def test_a_start_prints_one_line_and_the_next_one_continues_with_the_data(
    start: Start, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    first = start(data)
    ready = first.ready()
    assert ready["tokens"] == {"office_staff": "t_office"}
    assert ready["data"] == str(data)
    assert is_answering(ready["base_url"])
    announced = json.loads((data / "run.json").read_text("utf-8"))
    assert announced["base_url"] == ready["base_url"]
    first.process.send_signal(signal.SIGTERM)
    assert first.wait() == 0
    assert first.process.stdout is not None
    assert first.process.stdout.read() == "", "exactly one line on stdout"

    start(data).ready()
    assert "t_office" in (data / "run.json").read_text("utf-8")
    assert _count_starts(data) == 2


def _count_starts(data: Path) -> int:
    url = json.loads((data / "run.json").read_text("utf-8"))["DATABASE_URL"].replace("+psycopg", "")
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM starts").fetchone()
    assert row is not None
    return int(row[0])


def test_secrets_are_readable_by_their_owner_alone(start: Start, tmp_path: Path) -> None:
    data = tmp_path / "data"
    start(data).ready()
    for name in ("postgres-password", "broker-password", "secret.key", "run.json", "broker/valkey.conf"):
        assert (data / name).stat().st_mode & 0o077 == 0, name


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asking_it_to_stop_ends_every_process(start: Start, tmp_path: Path, asked: signal.Signals) -> None:
    running = start(tmp_path / "data")
    running.ready()
    assert set(family(tmp_path / "data")) <= running.look()
    assert len(running.seen) > 8, "servers, guardian, web workers and the family"
    running.process.send_signal(asked)
    assert running.wait() == 0
    assert running.orphans() == set()
    assert not (tmp_path / "data" / "run.json").exists()


def test_killing_it_leaves_no_orphan_and_the_next_start_takes_over_at_once(
    start: Start, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    running = start(data)
    running.ready()
    assert set(family(data)) <= running.look()
    running.process.kill()
    second = start(data)
    second.ready()
    assert eventually(lambda: not running.orphans())
    assert _count_starts(data) == 2


def test_killing_it_together_with_its_guardian_leaves_no_server(start: Start, tmp_path: Path) -> None:
    running = start(tmp_path / "data")
    running.ready()
    guardians = [
        pid
        for pid in running.seen
        if b"services.standalone.guardian" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]
    assert len(guardians) == 1
    stubborn = set(family(tmp_path / "data")[1:])
    running.look()
    os.kill(guardians[0], signal.SIGKILL)
    running.process.kill()
    assert eventually(lambda: not (running.orphans() - stubborn)), "the kernel asks each child to stop"


def test_killing_it_during_the_start_leaves_a_folder_that_starts(start: Start, tmp_path: Path) -> None:
    data = tmp_path / "data"
    early = start(data)
    assert eventually((data / "log" / "initdb.log").exists)
    early.look()
    early.process.kill()
    start(data).ready()
    assert eventually(lambda: not early.orphans())


def test_a_process_that_dies_is_started_again_and_what_it_left_is_ended(start: Start, tmp_path: Path) -> None:
    data = tmp_path / "data"
    running = start(data)
    running.ready()
    before = family(data)
    os.kill(before[0], signal.SIGKILL)
    assert eventually(lambda: family(data) != before)
    assert eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in before))
    assert "worker" in running.talk()
    assert "signal 9" in running.talk()


def test_a_database_that_is_killed_comes_back_at_the_same_address(start: Start, tmp_path: Path) -> None:
    data = tmp_path / "data"
    ready = (running := start(data)).ready()
    before = server(data)
    os.kill(before, signal.SIGKILL)
    assert eventually(lambda: (data / "postgres" / "postmaster.pid").exists() and server(data) != before)
    assert eventually(lambda: is_answering(ready["base_url"]))
    assert "postgres" in running.talk()


def test_a_second_run_on_the_same_folder_names_the_first(start: Start, tmp_path: Path) -> None:
    data = tmp_path / "data"
    ready = start(data).ready()
    second = start(data)
    assert second.wait() == 1
    assert str(ready["base_url"]) in one_sentence(second)
    assert is_answering(ready["base_url"])


def test_a_busy_port_is_named_before_anything_is_made(start: Start, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = start(tmp_path / "data", "--port", str(port))
        assert refused.wait() == 1
    assert str(port) in one_sentence(refused)
    assert not (tmp_path / "data").exists()


def test_fresh_empties_the_folder(start: Start, tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = start(data)
    first.ready()
    first.process.send_signal(signal.SIGTERM)
    first.wait()
    (data / "documents").mkdir()
    start(data, "--fresh").ready()
    assert not (data / "documents").exists()
    assert _count_starts(data) == 1


def test_servers_that_are_given_are_used_and_not_started(start: Start, tmp_path: Path) -> None:
    start(tmp_path / "lender").ready()
    lent = json.loads((tmp_path / "lender" / "run.json").read_text("utf-8"))
    data = tmp_path / "data"
    start(data, DATABASE_URL=lent["DATABASE_URL"], REDIS_URL=lent["REDIS_URL"]).ready()
    assert not (data / "postgres").exists()
    assert not (data / "broker").exists()
    assert _count_starts(data) == 2


def test_a_step_that_fails_ends_the_start_with_its_reason(start: Start, tmp_path: Path) -> None:
    refused = start(tmp_path / "data", DATABASE_URL="postgresql+psycopg://nobody:wrong@127.0.0.1:9/none")
    assert refused.wait() == 1
    assert "migrate" in refused.talk().splitlines()[-1]
    assert refused.orphans() == set()


def one_sentence(running: Running) -> str:
    lines = running.talk().strip().splitlines()
    assert len(lines) == 1, running.talk()
    return lines[0]
