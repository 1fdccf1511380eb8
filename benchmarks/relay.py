"""The outbox relay against a bare pipeline of the broker: how fast committed rows become rings for the workers."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence

import psycopg
from celery import Celery
from redis import Redis

from benchmarks.place import CAMPAIGN, product
from benchmarks.timing import Result, compare
from tests.leads import an_intake
from workflows.commands import ReceiveLead, system_caller

ROWS, QUEUE = 200, "xunxian-benchmark"


def run() -> Iterator[Result]:
    """This will ring for two hundred waiting rows as a worker does, and push as many bare messages down one pipeline."""
    address = os.environ.get("REDIS_URL", "")
    if not address:
        raise SystemExit("set REDIS_URL to a broker; a queue of the benchmark's own is filled and deleted")
    app = Celery("benchmark", broker=address)
    with product() as system, Redis.from_url(address) as broker, app.connection_for_write() as connection:
        system.handle(ReceiveLead(system_caller(CAMPAIGN), an_intake(), "benchmark"))
        with psycopg.connect(system.settings.database_url, autocommit=True) as database:
            database.execute("DELETE FROM outbox")
            database.execute(
                "INSERT INTO outbox (campaign_id, key, kind, data, created_at)"
                " SELECT %s, 'row-' || n, 'notify', '{}', now() FROM generate_series(1, %s) n",
                (CAMPAIGN, ROWS),
            )

        def ring(rows: Sequence[int]) -> None:
            given = {"outbox_ids": list(rows)}
            app.send_task("xunxian.deliver", kwargs=given, queue=QUEUE, connection=connection, retry=False)

        def relay() -> None:
            rows = system.chores().outbox
            assert len(rows) == ROWS
            ring(rows)

        ring([1])
        message = broker.lindex(QUEUE, 0)
        assert isinstance(message, bytes)

        def pipeline() -> None:
            with broker.pipeline(transaction=False) as pipe:
                for _ in range(ROWS):
                    pipe.lpush(QUEUE, message)
                pipe.execute()

        try:
            yield compare(
                f"S5 ringing for {ROWS} rows of the outbox: read from the database, sent as one hint",
                ("the relay", relay),
                ("a message for each row down one bare pipeline", pipeline),
                goal=2.0,
                pieces=ROWS,
                clock=time.perf_counter,
            )
        finally:
            broker.delete(QUEUE, f"_kombu.binding.{QUEUE}")
