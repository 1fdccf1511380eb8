"""One's own inbox, stand-ins, and routing rules that a consultation came to."""

from __future__ import annotations

from typing import Any

import pytest

from shared.bootstrap import System
from tests.api.conftest import Ask, tip
from workflows.campaign import CampaignDefinition
from workflows.commands import AddPeople, Caller, DeliverOutbox

PERIOD = {"from": "2017-08-09T08:00:00+08:00", "until": "2017-08-20T18:00:00+08:00"}


@pytest.fixture
def market(definition: CampaignDefinition) -> str:
    return next(a.id for a in definition.agencies if a.type == "market")


@pytest.fixture
def handoff(ask: Ask, lead: dict[str, Any], market: str) -> str:
    """Work handed to the market regulator, given to one of its officers."""
    asked = {"type": "market_joint_check", "to": [market], "request": "请联合检查"}
    sent = ask("POST", f"/v1/leads/{lead['number']}/handoffs", json=asked).json["handoffs"][-1]["id"]
    given = {"officer": f"{market}.officer"}
    signed = ask(
        "POST", f"/v1/handoffs/{sent}/actions/acknowledge", json={"given": given}, by=f"{market}.liaison"
    )
    assert signed.status_code == 200, signed.text
    return str(sent)


def mine(ask: Ask, by: str) -> list[str]:
    return [item["id"] for item in ask("GET", "/v1/handoffs?box=mine", by=by).json["items"]]


def test_work_given_to_a_person_is_in_that_persons_box_alone(ask: Ask, handoff: str, market: str) -> None:
    assert mine(ask, f"{market}.officer") == [handoff]
    assert mine(ask, f"{market}.second_officer") == []


def test_a_stand_in_gets_the_box_while_the_period_runs_and_not_before(
    ask: Ask, handoff: str, market: str
) -> None:
    path, body = f"/v1/people/{market}.officer/stand-ins", {"stand_in": f"{market}.second_officer"}
    later = {"from": "2017-09-01T08:00:00+08:00", "until": "2017-09-02T08:00:00+08:00"}
    assert ask("POST", path, json={**body, **later}, by=f"{market}.officer").status_code == 201
    assert mine(ask, f"{market}.second_officer") == []
    assert ask("POST", path, json={**body, **PERIOD}, by=f"{market}.officer").status_code == 201
    assert mine(ask, f"{market}.second_officer") == mine(ask, f"{market}.officer") == [handoff]


def test_notices_reach_the_stand_in_too(
    ask: Ask, system: System, callers: dict[str, Caller], lead: dict[str, Any], market: str
) -> None:
    body = {"stand_in": f"{market}.officer", **PERIOD}
    assert (
        ask("POST", f"/v1/people/{market}.liaison/stand-ins", json=body, by=f"{market}.unit_head").status_code
        == 201
    )
    asked = {"type": "market_joint_check", "to": [market], "request": "请联合检查"}
    ask("POST", f"/v1/leads/{lead['number']}/handoffs", json=asked)
    system.handle(DeliverOutbox(callers["system"], tuple(system.chores().outbox)))
    for person in ("liaison", "officer"):
        kinds = [n["kind"] for n in ask("GET", "/v1/notices", by=f"{market}.{person}").json["items"]]
        assert kinds.count("handoff.sent") == 1, person


@pytest.mark.parametrize(
    ("by", "stand_in", "status"),
    [
        ("{m}.second_officer", "{m}.second_officer", 403),
        ("customs.officer", "{m}.second_officer", 404),
        ("{m}.officer", "customs.officer", 422),
        ("{m}.officer", "{m}.officer", 422),
    ],
)
def test_nobody_appoints_for_a_colleague_or_from_elsewhere(
    ask: Ask, market: str, by: str, stand_in: str, status: int
) -> None:
    body = {"stand_in": stand_in.format(m=market), **PERIOD}
    answer = ask("POST", f"/v1/people/{market}.officer/stand-ins", json=body, by=by.format(m=market))
    assert answer.status_code == status, answer.text


RULE = {"when": {"place_type": "antique_market", "act": "sell"}, "lead": "customs", "reason": "会商纪要一"}


def suggested(ask: Ask, number: str) -> list[str]:
    return [s["rule"] for s in ask("GET", f"/v1/leads/{number}").json["suggestions"]]


def test_an_agreed_rule_counts_once_signed_and_after_the_definitions_own(
    ask: Ask, lead: dict[str, Any]
) -> None:
    rule = ask("POST", "/v1/routing-rules", json=RULE).json
    assert (rule["state"], rule["id"] in suggested(ask, lead["number"])) == ("proposed", False)
    decision = {"sign": True, "reason": "同意"}
    signed = ask(
        "POST", f"/v1/routing-rules/{rule['id']}/decision", json=decision, by="office.office_director"
    )
    assert signed.json["state"] == "signed"
    assert suggested(ask, lead["number"])[-1] == rule["id"]
    other = ask("POST", "/v1/leads", json=tip(act="store")).json["number"]
    assert rule["id"] not in suggested(ask, other)
    again = ask(
        "POST", f"/v1/routing-rules/{rule['id']}/decision", json=decision, by="office.office_director"
    )
    assert (again.status_code, again.json["code"]) == (409, "already_decided")


def test_nobody_signs_a_rule_of_their_own_and_only_the_director_signs(ask: Ask) -> None:
    rule = ask("POST", "/v1/routing-rules", json=RULE, by="office.office_director").json["id"]
    path, body = f"/v1/routing-rules/{rule}/decision", {"sign": True, "reason": "同意"}
    assert ask("POST", path, json=body, by="office.office_director").json["code"] == "own_request"
    assert ask("POST", path, json=body).json["code"] == "role"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"when": {"place_type": "moon"}}, "/when/place_type"),
        ({"when": {"colour": "red"}}, "/when/colour"),
        ({"when": {}}, "/when"),
        ({"lead": "nobody"}, "/lead"),
    ],
)
def test_a_rule_that_names_what_is_not_known_is_refused_with_its_place(
    ask: Ask, change: dict[str, Any], pointer: str
) -> None:
    answer = ask("POST", "/v1/routing-rules", json={**RULE, **change})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)


@pytest.mark.parametrize(
    "nobody", ["", " ", "无此人", "station_qinglan.officer", "office.office_staff", "系统"]
)
def test_work_is_given_to_nobody_who_is_not_there(ask: Ask, handoff: str, market: str, nobody: str) -> None:
    path = f"/v1/handoffs/{handoff}/actions/reassign"
    refused = ask("POST", path, json={"given": {"officer": nobody}}, by=f"{market}.liaison")
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/given/officer")
    assert mine(ask, f"{market}.officer") == [handoff], "it stays where it was"


def test_work_is_given_to_a_colleague_by_name_too(
    ask: Ask, system: System, callers: dict[str, Caller], handoff: str, market: str
) -> None:
    people = [
        {"id": "m1", "name": "无此人丁", "agency_id": market, "roles": ["officer"]},
        {"id": "m2", "name": "无此人戊", "agency_id": market, "roles": ["officer"]},
        {"id": "m3", "name": "无此人戊", "agency_id": market, "roles": ["officer"]},
    ]
    system.handle(AddPeople(callers["system"], tuple(people)))
    path = f"/v1/handoffs/{handoff}/actions/reassign"
    given = ask("POST", path, json={"given": {"officer": "无此人丁"}}, by=f"{market}.liaison")
    assert given.json["attributes"]["officer"] == "m1"
    twice = ask("POST", path, json={"given": {"officer": "无此人戊"}}, by=f"{market}.liaison")
    assert twice.json["errors"][0]["code"] == "unknown_person", "which of the two?"
