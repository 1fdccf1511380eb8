"""The system clock; nobody else reads it."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """The present, in UTC."""

    def now(self) -> datetime:
        """This will give the present, aware, in UTC."""
        return datetime.now(tz=UTC)
