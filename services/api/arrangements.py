"""/people/…/stand-ins and /routing-rules: what people arrange beside the campaign's definition."""

from __future__ import annotations

from typing import Any

from flask import Response

from services.api import guarded_answers, schemas
from services.api.auth import caller
from services.api.operations import Noun
from services.api.reading import show
from services.api.writing import Write
from shared.application import arrangements as cases
from shared.application.work import Done, Work
from workflows.guarded import DecideRoutingRule, ProposeRoutingRule, SetStandIn

arrangements = Noun(
    "arrangements", __name__, url_prefix="/v1", description="代办与会商规则 · Stand-ins and agreed rules"
)


@arrangements.operation(
    "POST",
    "/people/<word:person_id>/stand-ins",
    body=schemas.SetStandIn,
    answer=guarded_answers.StandIn,
    status=201,
)
def set_stand_in(body: dict[str, Any], write: Write, person_id: str) -> Response:
    """设置代办人 · Let a colleague stand in: notices and `box=mine` reach both; roles do not pass over"""
    command = SetStandIn(caller(), person_id, body["stand_in"], body["from"], body["until"])

    def shown(work: Work, done: Done) -> dict[str, Any]:
        return {**cases.stand_in_view(work, command), "events": list(done.events)}

    return write.perform(command, shown, status=201)


@arrangements.operation("GET", "/routing-rules", answer=guarded_answers.RoutingRules)
def list_routing_rules() -> Response:
    """列出会商规则 · List the routing rules people agreed on, whether signed or not"""
    return show(cases.routing_rules)


@arrangements.operation(
    "POST",
    "/routing-rules",
    body=schemas.ProposeRoutingRule,
    answer=guarded_answers.RoutingRuleActed,
    status=201,
)
def propose_routing_rule(body: dict[str, Any], write: Write) -> Response:
    """提出分办规则 · Propose a routing rule from a consultation; it counts once it is signed"""
    command = ProposeRoutingRule(
        caller(), body["when"], body.get("lead"), tuple(body["with"]), body["reason"], body.get("handoff")
    )
    return write.perform(command, _shown, status=201)


@arrangements.operation(
    "POST",
    "/routing-rules/<word:rule_id>/decision",
    body=schemas.DecideRoutingRule,
    answer=guarded_answers.RoutingRuleActed,
)
def decide_routing_rule(body: dict[str, Any], write: Write, rule_id: str) -> Response:
    """签发或不予签发 · Sign or refuse a proposed routing rule; the director's, and nobody's own"""
    return write.perform(DecideRoutingRule(caller(), rule_id, body["sign"], body["reason"]), _shown)


def _shown(work: Work, done: Done) -> dict[str, Any]:
    return {**cases.routing_rule(work, done.id), "events": list(done.events)}
