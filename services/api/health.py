"""/livez, /healthz, /readyz, /metrics: what supervisors and monitoring ask; and the OpenAPI document."""

from __future__ import annotations

from flask import Response, jsonify
from redis import Redis, RedisError

from services.api import campaign_answers, metrics, openapi
from services.api.auth import identify, is_local, system
from services.api.operations import Noun
from shared.application import queries
from workflows.rejection import Reason, Rejected
from workflows.text import Text

health = Noun("health", __name__, description="运行状况 · Health")


@health.operation("GET", "/livez", answer=campaign_answers.Health, public=True)
def livez() -> Response:
    """进程是否活着 · Whether this process answers at all; asks nothing else"""
    return jsonify(status="ok")


@health.operation("GET", "/healthz", answer=campaign_answers.Health, public=True)
def healthz() -> Response:
    """同 /livez · The same as /livez, for probes that expect this name"""
    return jsonify(status="ok")


@health.operation("GET", "/readyz", answer=campaign_answers.Health, public=True)
def readyz() -> Response:
    """能否办事 · Whether work can be done

    数据库能写、结构相符即可用；消息队列断开只算降级。
    The database takes a write and has this version's schema; a lost broker only degrades.
    """
    system().beat("ready")
    if not system().is_ready():
        words = Text("数据库结构与本版本不符", "the schema of the database is not this version's")
        raise Rejected(Reason("schema_mismatch", words), kind="unready")
    return jsonify(status="ready" if broker_answers() else "degraded")


def broker_answers() -> bool:
    """This will say whether the broker is there; without one everything goes on, only later."""
    url = system().settings.redis_url
    if not url:
        return False
    try:
        with Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5) as broker:
            return bool(broker.ping())
    except RedisError:
        return False


@health.operation("GET", "/metrics", answer={"type": "string"}, media_type=metrics.CONTENT_TYPE)
def show_metrics() -> Response:
    """监控指标 · Figures for Prometheus; for this machine itself, or an operator's token"""
    if not is_local() and "operate" not in system().read(queries.me, by=identify())["duties"]:
        words = Text("监控指标只给本机或运行维护人员", "the figures are for this machine and for operators")
        raise Rejected(Reason("metrics_not_yours", words), kind="forbidden")
    return Response(metrics.exposition(system().status()), content_type=metrics.CONTENT_TYPE)


health.operation("GET", "/v1/openapi.json", answer={"type": "object"}, public=True)(openapi.document)
