"""An API of one answer: ready, when the database and the queue it was given answer to their passwords."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

import psycopg
import redis

Environ = dict[str, object]
Respond = Callable[[str, list[tuple[str, str]]], object]


def app(environ: Environ, respond: Respond) -> Iterable[bytes]:
    with psycopg.connect(os.environ["DATABASE_URL"].replace("+psycopg", ""), connect_timeout=2) as connection:
        connection.execute("SELECT 1")
    redis.Redis.from_url(os.environ["REDIS_URL"]).ping()
    respond("200 OK", [("Content-Type", "text/plain")])
    return [b"ready"]
