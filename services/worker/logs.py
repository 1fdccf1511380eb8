"""The log lines of Celery itself, in the form of ours: one JSON object each, on stderr.

To be imported once, by the app: Celery then leaves logging alone. Warnings of Python come as lines too.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

from celery.signals import beat_init, setup_logging

from shared.observability import JsonLines, configure_logs


def write_lines_of(process: str, level: int = logging.WARNING) -> None:
    """This will make every line of a process, ours and those of libraries, one JSON object that names the process."""
    configure_logs(process)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(process))
    logging.captureWarnings(capture=True)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


@setup_logging.connect  # type: ignore[untyped-decorator]  # celery ships no types
def _as_worker(loglevel: int | str | None = None, **_: Any) -> None:
    write_lines_of("worker", _level(loglevel))


@beat_init.connect  # type: ignore[untyped-decorator]  # celery ships no types
def _as_beat(**_: Any) -> None:
    write_lines_of("beat", logging.getLogger().level)


def _level(named: int | str | None) -> int:
    """What `--loglevel` says, as a number or a name."""
    if isinstance(named, str):
        return logging.getLevelNamesMapping().get(named.upper(), logging.WARNING)
    return named or logging.WARNING
