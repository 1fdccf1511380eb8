"""Child processes that never outlive us: each leads its own session and is told when its parent dies.

Promises: a terminal's Ctrl-C reaches only the supervisor; a child whose parent dies, even by SIGKILL, gets its stop
signal from the kernel; whatever a child started can be found, and ended, by the session it belongs to. The caller
must have a single thread, because the kernel ties the death signal to the thread that made the child.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LOOPBACK = "127.0.0.1"
PR_SET_PDEATHSIG = 1
SESSION_FIELD = 3  # of /proc/<pid>/stat, counted after the name: state, parent, group, session
_LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)  # no slots: an older Python must get far enough to say which one is needed
class Service:
    """One process: how it is started, how it is asked to stop, and how long that may take."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 20.0


class StopRequested(Exception):
    """Someone asked us to stop (Ctrl-C, SIGTERM, the terminal closing)."""


class Stop:
    """Remembers how often we were asked to stop; every wait in this package goes through `pause`."""

    def __init__(self) -> None:
        self.requests = 0

    def listen(self) -> None:
        """This will count SIGINT, SIGTERM and SIGHUP from now on instead of dying of them."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._count)

    def _count(self, _number: int, _frame: object) -> None:
        self.requests += 1

    def pause(self, seconds: float) -> None:
        """This will sleep for `seconds`; raises StopRequested when someone asked us to stop."""
        if not self.requests:
            time.sleep(seconds)
        if self.requests:
            raise StopRequested


def spawn(service: Service, output: int, error: int | None = None) -> subprocess.Popen[bytes]:
    """This will start the service in a session of its own, with its death signal set, writing to the descriptors."""
    return subprocess.Popen(
        service.command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output if error is None else error,
        cwd=service.folder,
        env=dict(service.environment),
        start_new_session=True,
        preexec_fn=die_with_parent(service.stop_signal),  # noqa: PLW1509  (one thread, see above)
    )


def die_with_parent(number: signal.Signals) -> Callable[[], None]:
    """This will give the function a new child calls so that the kernel sends it `number` when this process dies."""
    parent = os.getpid()

    def arrange() -> None:
        if _LIBC.prctl(PR_SET_PDEATHSIG, int(number)) != 0 or os.getppid() != parent:
            os._exit(1)

    return arrange


def session_members(session: int) -> list[int]:
    """This will return the ids of the living processes of a session, zombies not counted."""
    found = []
    for name in os.listdir("/proc"):  # noqa: PTH208  (names are all we need of some hundred entries)
        if name.isdecimal():
            fields = _stat(int(name))
            if fields and fields[0] != "Z" and int(fields[SESSION_FIELD]) == session:
                found.append(int(name))
    return found


def kill_session(session: int) -> None:
    """This will end at once whatever still lives of a session."""
    for _ in range(50):
        members = session_members(session)
        if not members:
            return
        for pid in members:
            send(pid, signal.SIGKILL)
        time.sleep(0.02)


def send(pid: int, number: signal.Signals) -> None:
    """This will signal a process; one that is gone already is what was wanted."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def is_alive(pid: int) -> bool:
    """This will say whether a process with this id lives (a zombie does not)."""
    fields = _stat(pid)
    return bool(fields) and fields[0] != "Z"


def _stat(pid: int) -> Sequence[str]:
    try:
        text = Path(f"/proc/{pid}/stat").read_text("ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ()
    return text.rpartition(")")[2].split()


def free_port() -> int:
    """This will return a port on the loopback address that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def check_port(port: int) -> None:
    """This will raise OSError, with the system's reason, when no server can listen on the loopback address at `port`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((LOOPBACK, port))
