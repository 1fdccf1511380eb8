"""What `./run` runs, as data: two steps that end by themselves, then the processes that stay."""

from __future__ import annotations

import multiprocessing
import sys
from dataclasses import dataclass
from pathlib import Path

from services.standalone.processes import LOOPBACK

TASK_PROCESSES = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """The commands of one `./run`; the seed step prints one JSON line with `tokens`, a token by role.

    The first service answers at the port and starts beside the seed; the others are started once it answers.
    """

    migrate: tuple[str, ...]
    seed: tuple[str, ...]
    services: tuple[tuple[str, tuple[str, ...]], ...]


def product(port: int, data: Path) -> Plan:
    """This will return the plan of the product, its API listening on the loopback address at `port`."""
    python = (sys.executable, "-m")
    celery = (*python, "celery", "--quiet", "-A", "services.worker.app:celery")
    return Plan(
        migrate=(*python, "services.cli", "ops", "migrate"),
        seed=(*python, "services.cli", "sim", "seed", "--json"),
        services=(
            ("api", (*python, "gunicorn", *_api(port), "services.api.app:create_app()")),
            (
                "worker",
                (
                    *celery,
                    "worker",
                    "--concurrency",
                    str(TASK_PROCESSES),
                    *pool(),
                    "--without-gossip",
                    "--without-mingle",
                ),
            ),
            ("beat", (*celery, "beat", "--schedule", str(data / "beat-schedule"))),
        ),
    )


def pool() -> tuple[str, ...]:
    """This will return how the worker keeps its tasks apart, as options of celery.

    In processes of their own, as on a server, which takes semaphores of the system; in threads where it gives none,
    as in a container or chroot whose /dev/shm is absent or closed to this user.
    """
    try:
        multiprocessing.get_context("fork").Lock()
    except OSError:
        return ("--pool", "threads")
    return ()


def _api(port: int) -> tuple[str, ...]:
    return ("--config", "python:services.api.server", "--bind", f"{LOOPBACK}:{port}")
