"""What `./run` runs, on machines that give less than they should."""

from __future__ import annotations

import multiprocessing
from pathlib import Path
from typing import Any

import pytest

from services.standalone.plan import pool, product


def worker() -> tuple[str, ...]:
    return dict(product(8000, Path("/data")).services)["worker"]


def test_tasks_have_processes_of_their_own() -> None:
    assert pool() == ()
    assert "--pool" not in worker()


@pytest.mark.parametrize(
    "wrong", [PermissionError(13, "closed"), FileNotFoundError(2, "absent"), OSError(38, "none")]
)
def test_without_semaphores_tasks_run_in_threads(wrong: OSError, monkeypatch: pytest.MonkeyPatch) -> None:
    """A chroot without /dev/shm: celery's processes cannot start there at all."""

    def refuse(_self: Any) -> None:
        raise wrong

    monkeypatch.setattr(type(multiprocessing.get_context("fork")), "Lock", refuse)
    command = worker()
    assert command[command.index("--pool") + 1] == "threads"
