"""Ends what is left when the supervisor dies without a word: `python -m services.standalone.guardian`.

It reads lines from a pipe that only the supervisor can write: `watch <session>` and `forget <session>`. When the pipe
closes, the supervisor is gone. The kernel has asked every child to stop by then; the guardian gives them a moment and
kills whatever of their sessions remains. It inherits the lock of the data folder, so that nobody starts anew on a
folder whose old processes still live.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from services.standalone.processes import is_alive, kill_session, session_members

GRACE_SECONDS = 12.0
REVIVAL_SECONDS = 5.0


class Guardian:
    """The supervisor's end of the pipe."""

    def __init__(self, lock: int) -> None:
        self._lock = lock
        self._sessions: set[int] = set()
        self._began = 0.0
        self._process = self._start()

    def watch(self, session: int) -> None:
        """This will have the session ended when we die."""
        self._sessions.add(session)
        self._tell(f"watch {session}")

    def forget(self, session: int) -> None:
        """This will leave the session alone: it has ended."""
        self._sessions.discard(session)
        self._tell(f"forget {session}")

    def revive(self) -> bool:
        """This will start a new guardian when the old one died, and say whether it did; not more often than every 5 s."""
        if self._process.poll() is None or time.monotonic() - self._began < REVIVAL_SECONDS:
            return False
        self._process = self._start()
        for session in self._sessions:
            self._tell(f"watch {session}")
        return True

    def dismiss(self) -> None:
        """This will close the pipe and wait for the guardian to end what is still watched."""
        self._process.communicate()

    def _start(self) -> subprocess.Popen[bytes]:
        self._began = time.monotonic()
        return subprocess.Popen(
            [sys.executable, "-m", "services.standalone.guardian"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=(self._lock,),
            cwd=Path(__file__).resolve().parents[2],
        )

    def _tell(self, line: str) -> None:
        pipe = self._process.stdin
        if pipe is None:
            raise AssertionError("the guardian is always started with a pipe")
        try:
            pipe.write(f"{line}\n".encode("ascii"))
            pipe.flush()
        except BrokenPipeError:
            return  # it died this instant; `revive` tells the next one everything


def listen(lines: Iterable[str]) -> set[int]:
    """This will follow the supervisor's lines to their end and return the sessions still watched."""
    sessions: set[int] = set()
    for line in lines:
        verb, _, session = line.strip().partition(" ")
        (sessions.add if verb == "watch" else sessions.discard)(int(session))
    return sessions


def end(sessions: Iterable[int], grace: float = GRACE_SECONDS) -> None:
    """This will wait up to `grace` seconds for leaders that are stopping in good order, then kill what remains."""
    left = set(sessions)
    deadline = time.monotonic() + grace
    while left:
        for session in sorted(left):
            if not is_alive(session) or time.monotonic() >= deadline:
                kill_session(session)
        left = {session for session in left if session_members(session)}
        time.sleep(0.05)


def main() -> None:
    """This will guard until the supervisor closes the pipe or dies."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    end(listen(sys.stdin))


if __name__ == "__main__":
    main()
