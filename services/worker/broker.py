"""The Redis transport of the worker processes: one that lets a worker outlive its broker.

When the broker dies, kombu's own channel puts unfinished messages back and acknowledges finished ones on a connection
that is closed already; that ends in an AttributeError, which Celery takes for a fault of ours and stops the worker.
Here the same moment is a lost connection, which Celery waits out. Nothing is put back: a message is a hint, and what it
hinted at is found in the database and rung for again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis
from redis.exceptions import ConnectionError as BrokerGone


class Channel(redis.Channel):
    """A channel that knows when its connection is closed."""

    do_restore = False

    def _connparams(self, asynchronous: bool = False) -> dict[str, Any]:
        if self.connection is None or self.connection.client is None:
            raise BrokerGone("the connection to the broker is closed")
        connect: Callable[[bool], dict[str, Any]] = super()._connparams
        return connect(asynchronous)


class Transport(redis.Transport):
    """kombu's Redis transport with our channel."""

    Channel = Channel


def install() -> None:
    """This will make addresses of redis:// and rediss:// use this transport in this process."""
    for scheme in ("redis", "rediss"):
        TRANSPORT_ALIASES[scheme] = f"{__name__}:Transport"
