"""What is no HTTP request, sent to the server as it runs: a problem document like any other, and nothing of it in the log."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 45.0
CANARY = "zhang-canary-7731"
HOST = b"Host: 127.0.0.1\r\n"


@dataclass(frozen=True)
class Served:
    """A server on loopback, and where it logs."""

    port: int
    log: Path

    def answer(self, sent: bytes) -> tuple[int, dict[str, str], bytes]:
        """This will send bytes as they are and read what comes back until the server ends the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as line:
            line.sendall(sent)
            got = b""
            while piece := line.recv(65536):
                got += piece
        head, _, body = got.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = dict(entry.lower().split(": ", 1) for entry in lines)
        return int(first.split()[1]), headers, body


@pytest.fixture(scope="module")
def served(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("unreadable")
    log = folder / "api.log"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {**os.environ, "XUNXIAN_DATA": str(folder)}
    command = [sys.executable, "-m", "gunicorn", "--config", "python:services.api.server", "--workers", "1"]
    bound = ["--bind", f"127.0.0.1:{port}", "services.api.app:create_app()"]
    with log.open("wb") as lines:
        process = subprocess.Popen([*command, *bound], cwd=ROOT, env=environment, stdout=lines, stderr=lines)
    found = Served(port, log)
    try:
        ends = time.monotonic() + PATIENCE
        while not _listens(port):
            assert process.poll() is None, log.read_text("utf-8")
            assert time.monotonic() < ends, "it takes too long"
            time.sleep(0.05)
        yield found
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (
            b"GET /v1/leads?q=" + CANARY.encode() + b"a" * 5000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
            414,
            "uri_too_long",
        ),
        (b"GET /livez HTTP/1.1\r\n" + HOST + b"X-A: " + b"a" * 9000 + b"\r\n\r\n", 431, "headers_too_large"),
        (
            b"GET /livez HTTP/1.1\r\n" + HOST + b"".join(b"X-%d: 1\r\n" % n for n in range(200)) + b"\r\n",
            431,
            "headers_too_large",
        ),
        (
            b"POST /v1/leads HTTP/1.1\r\n" + HOST + b"Expect: " + CANARY.encode() + b"\r\n\r\n",
            417,
            "expectation",
        ),
        (CANARY.encode() + b"\r\n\r\n", 400, "malformed"),
        (b"GET /livez HTTP/9.9\r\n" + HOST + b"\r\n", 400, "malformed"),
        (b"GET /livez HTTP/1.1\r\n" + HOST + b"Bad Name: " + CANARY.encode() + b"\r\n\r\n", 400, "malformed"),
        (b"POST /tip HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip\r\n\r\n", 400, "malformed"),
        (
            b"POST /tip HTTP/1.1\r\n"
            + HOST
            + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400,
            "malformed",
        ),
    ],
    ids=[
        "address",
        "header",
        "headers",
        "expectation",
        "no-http",
        "version",
        "name",
        "coding",
        "two-lengths",
    ],
)
def test_what_is_no_http_gets_a_problem_and_leaves_no_word(
    served: Served, sent: bytes, status: int, code: str
) -> None:
    answered, headers, body = served.answer(sent)
    told = json.loads(body)
    assert (answered, told["status"], told["code"]) == (status, status, code)
    assert headers["content-type"] == "application/problem+json"
    assert told["request_id"] == headers["x-request-id"]
    assert told["errors"][0]["message"]["zh"]
    assert CANARY not in body.decode()
    logged = served.log.read_text("utf-8")
    assert told["request_id"] in logged
    assert CANARY not in logged
    assert "127.0.0.1" not in logged.split("unreadable", 1)[1]


def test_whoever_asks_next_is_served(served: Served) -> None:
    served.answer(b"\x00\x01\x02\r\n\r\n")
    status, _, body = served.answer(b"GET /livez HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
    assert status == 200
    assert body
