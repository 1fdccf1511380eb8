"""The log lines of Celery itself, in the form of ours: one JSON object each, on stderr. Warnings of Python are lines too."""

from __future__ import annotations

import logging
import sys
from typing import Any

from celery.signals import beat_init, celeryd_init, setup_logging

from shared.observability import JsonLines, configure_logs


def listen() -> None:
    """This will take over the logging of whichever Celery process starts with this app; loading the app changes nothing."""
    celeryd_init.connect(_as_worker)  # before a worker looks at its surroundings and warns
    setup_logging.connect(_as_worker)
    beat_init.connect(_as_beat)


def _write_lines_of(process: str, level: int = logging.WARNING) -> None:
    """Every line of the process, ours and those of libraries, becomes one JSON object that names the process."""
    configure_logs(process)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(process))
    logging.captureWarnings(capture=True)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


def _as_worker(loglevel: int | str | None = None, **_: Any) -> None:
    _write_lines_of("worker", _level(loglevel))


def _as_beat(**_: Any) -> None:
    _write_lines_of("beat", logging.getLogger().level)


def _level(named: int | str | None) -> int:
    """What `--loglevel` says, as a number or a name."""
    if isinstance(named, str):
        return logging.getLevelNamesMapping().get(named.upper(), logging.WARNING)
    return named or logging.WARNING
