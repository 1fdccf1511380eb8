"""Structured logs: JSON lines in UTC on stderr, one event name per fact, ids only; never a body, a name or a phone.

Two doors, one form: structlog for our own facts, and `JsonLines` for what libraries say through `logging`. A failure is
told by its type and by where it passed through, never by its message: messages quote what somebody wrote.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_QUOTING = ("Invalid request from ip=",)
"""Beginnings of library lines that go on with an address or with what was sent."""


def configure_logs(process: str, level: int = logging.INFO) -> None:
    """This will make every log line of a process one JSON object that names the process."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            _named(process),
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.EventRenamer("event"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


class JsonLines(logging.Formatter):
    """Writes a record of `logging` as the same kind of line: process, event, logger, level, timestamp, pid, ids."""

    IDS = ("request_id", "cause")

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        """This will write one line, without the message of whatever failed."""
        told: dict[str, object] = {
            "process": self._process,
            "event": self._event(record),
            "logger": record.name,
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
            "pid": record.process,
        }
        told |= {name: vars(record)[name] for name in self.IDS if vars(record).get(name)}
        if record.exc_info and record.exc_info[1] is not None:
            told |= _failure(record.exc_info[1])
        return json.dumps(told, ensure_ascii=False)

    @staticmethod
    def _event(record: logging.LogRecord) -> str:
        if record.exc_info:
            return str(record.msg).partition("%")[0].rstrip(" :")
        said = record.getMessage()
        return next((begin.rstrip("=") for begin in _QUOTING if said.startswith(begin)), said)


def _failure(failure: BaseException) -> dict[str, object]:
    chain = [failure]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) is not None and cause not in chain:
        chain.append(cause)
    return {
        "error": [type(one).__name__ for one in chain],
        "trace": [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(chain[-1].__traceback__)
            or traceback.extract_tb(failure.__traceback__)
        ],
    }


def _named(process: str) -> Processor:
    """Not a context variable: a thread starts without those of the one that made it."""

    def name(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {"process": process, **event}

    return name
