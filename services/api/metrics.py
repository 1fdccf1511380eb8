"""Figures for Prometheus: what this service answered, and what stands in the database.

Promises: labels come from routes and stable codes, never from input. With several processes the counts are
added up over all of them when PROMETHEUS_MULTIPROC_DIR names a folder they share; the figures of the
application are read from the database, so any process gives the same.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_REQUESTS = Histogram(
    "xunxian_http_request_seconds",
    "Seconds from a request's arrival to its answer, by route.",
    ("method", "route", "status"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
_REJECTED = Counter("xunxian_rejected_inputs", "Requests answered with a problem, by its code.", ("code",))


def answered(method: str, route: str, status: int, seconds: float) -> None:
    """This will count one answered request. `route` is the pattern, not the path."""
    _REQUESTS.labels(method, route, str(status)).observe(seconds)


def rejected(code: str) -> None:
    """This will count one problem answer."""
    _REJECTED.labels(code).inc()


def exposition(status: Mapping[str, Any]) -> bytes:
    """This will write all figures in the text format of Prometheus; `status` is the application's own."""
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # it ships no types
        own = generate_latest(registry)
    else:
        own = generate_latest(REGISTRY)
    application = CollectorRegistry()
    application.register(_Status(status))
    return own + generate_latest(application)


class _Status(Collector):
    def __init__(self, status: Mapping[str, Any]) -> None:
        self._status = status

    def collect(self) -> Iterable[GaugeMetricFamily]:
        for name, value in self._status.items():
            if isinstance(value, Mapping):
                family = GaugeMetricFamily(
                    f"xunxian_{name}", f"{name}, as the database has it.", labels=("of",)
                )
                for of, number in value.items():
                    family.add_metric((str(of),), float(number))
                yield family
            elif isinstance(value, (int, float)):
                yield GaugeMetricFamily(f"xunxian_{name}", f"{name}, as the database has it.", float(value))
