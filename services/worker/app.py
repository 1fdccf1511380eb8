"""The Celery app: queues, routes, time limits, and what beat fires.

Nothing depends on a message arriving: every task re-reads the database, and a loop in each worker rings again.
"""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import worker_process_init
from kombu.entity import Exchange, Queue

from services.worker import broker, logs
from services.worker.schedule import SCHEDULE
from services.worker.sweep_loop import SweepLoop
from shared.observability import configure_logs
from shared.settings import load

CLOCK, MESSAGES = "clock", "messages"


def _queue(name: str) -> Queue:
    """Each queue has an exchange of its own: on a shared one every message would reach both."""
    return Queue(name, Exchange(name), routing_key=name)  # type: ignore[no-untyped-call]  # kombu ships no types


def make_app() -> Celery:
    """This will make the Celery app from the environment. Raises BadSettings."""
    logs.listen()
    configure_logs("worker")
    broker.install()
    app = Celery("xunxian", broker=load().redis_url, include=["services.worker.tasks"])
    app.conf.update(
        task_queues=[_queue(CLOCK), _queue(MESSAGES)],
        task_default_queue=MESSAGES,
        task_routes={"xunxian.sweep": {"queue": CLOCK}, "xunxian.advance": {"queue": CLOCK}},
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_send_task_events=False,
        task_time_limit=600,
        task_soft_time_limit=540,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        # A broker that refuses (its disk or memory is full) is waited for like one that is away.
        broker_channel_error_retry=True,
        broker_transport_options={
            "visibility_timeout": 1800,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "socket_timeout": 5,
            "socket_connect_timeout": 1,
            # A hint that cannot be sent now is dropped, not waited for: the loop rings again.
            "max_retries": 1,
            "interval_start": 0,
            "interval_max": 0.1,
        },
        timezone="UTC",
        beat_schedule=SCHEDULE,
        beat_schedule_filename=str(load().data / "beat-schedule"),
    )
    app.steps["worker"].add(SweepLoop)
    return app


@worker_process_init.connect  # type: ignore[untyped-decorator]  # celery ships no types
def _give_way(**_: Any) -> None:
    """Deadlines come first: a pool process, which tells people and compiles, leaves the processor to the sweeper."""
    os.nice(5)


celery = make_app()
