"""Who signed for work and how; what the office reads when work is declined or met with silence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shared.bootstrap import System
from tests.api.conftest import Ask
from tests.conftest import STARTS
from tests.turning import turn
from workflows.commands import Caller

UNIT = "station_qinglan"
DECLINED = {"decline_reason": "not_competent", "reason": "不属本局职责", "suggested_agency": "culture"}


@pytest.fixture
def handoff(ask: Ask, lead: dict[str, Any]) -> str:
    """A question the office asks the market regulator."""
    asked = {"type": "licence_query", "to": ["market"], "request": "请查询登记情况"}
    sent = ask("POST", f"/v1/leads/{lead['number']}/handoffs", json=asked).json["handoffs"][-1]
    return str(sent["id"])


def act(ask: Ask, handoff: str, step: str, by: str, **given: Any) -> Any:
    return ask("POST", f"/v1/handoffs/{handoff}/actions/{step}", json={"given": given}, by=by)


def test_a_receipt_says_who_when_and_how_it_was_given(ask: Ask, handoff: str) -> None:
    assert ask("GET", f"/v1/handoffs/{handoff}").json["receipt"] is None
    signed = act(ask, handoff, "acknowledge", "market.liaison")
    assert signed.json["receipt"] == {
        "by": "market.liaison",
        "at": STARTS.isoformat(),
        "channel": "api",
        "signed_by": None,
        "slip": None,
    }


def test_a_slip_of_paper_is_recorded_by_whoever_asked_with_who_signed_it(ask: Ask, handoff: str) -> None:
    slip = {"receipt_signed_by": "无此人甲", "receipt_slip": "回执17号"}
    assert act(ask, handoff, "record_receipt", "market.liaison", **slip).status_code == 403
    assert act(ask, handoff, "record_receipt", "office.office_staff").status_code == 422
    recorded = act(ask, handoff, "record_receipt", "office.office_staff", **slip)
    assert recorded.status_code == 200, recorded.text
    assert recorded.json["state"]["id"] == "acknowledged"
    receipt = recorded.json["receipt"]
    assert (receipt["by"], receipt["channel"]) == ("office.office_staff", "paper")
    assert (receipt["signed_by"], receipt["slip"]) == ("无此人甲", "回执17号")
    assert {c["state"] for c in recorded.json["clocks"] if c["code"] == "D-ACK"} == {"met"}


def test_declined_work_reaches_the_office_with_both_texts(ask: Ask, handoff: str) -> None:
    act(ask, handoff, "decline", "market.liaison", **DECLINED)
    items = ask("GET", "/v1/handoffs?box=disputed").json["items"]
    assert [(i["id"], i["dispute"]) for i in items] == [
        (
            handoff,
            {
                "request": "请查询登记情况",
                "answer": "不属本局职责",
                "reason": "not_competent",
                "suggested_agency": "culture",
                "silent_since": None,
            },
        )
    ]


def test_silence_reaches_the_office_with_what_was_asked_and_since_when(
    ask: Ask, system: System, callers: dict[str, Caller], handoff: str
) -> None:
    assert ask("GET", "/v1/handoffs?box=disputed").json["items"] == []
    turn(system, callers["system"], STARTS + timedelta(days=6))
    found = ask("GET", "/v1/handoffs?box=disputed").json["items"]
    silent = next(i["dispute"] for i in found if i["id"] == handoff)
    assert (silent["request"], silent["answer"], silent["reason"]) == ("请查询登记情况", None, "silent")
    assert silent["silent_since"] == "2017-08-11T17:30:00+08:00"
    act(ask, handoff, "reply", "market.officer", result="已查,有登记")
    assert ask("GET", "/v1/handoffs?box=disputed").json["items"] == []


def test_the_refusal_of_a_third_return_names_the_rule(ask: Ask, lead: dict[str, Any]) -> None:
    path = f"/v1/leads/{lead['number']}/actions"
    for unit in (UNIT, "station_shiqiao"):
        view = ask("POST", f"{path}/accept", json={"given": {"lead_agency": unit}}).json
        assigned = next(h["id"] for h in view["handoffs"] if h["to"]["id"] == unit)
        act(ask, assigned, "decline", f"{unit}.liaison", decline_reason="not_in_area", reason="不属辖区")
    again = ask("POST", f"{path}/accept", json={"given": {"lead_agency": "station_shuanghe"}})
    assert (again.status_code, again.json["code"]) == (409, "must_designate")
    given = {"lead_agency": "station_shuanghe", "consultation_record": "会商记录"}
    director = "office.office_director"
    view = ask("POST", f"{path}/designate", json={"given": given}, by=director).json
    assigned = next(h["id"] for h in view["handoffs"] if h["to"]["id"] == "station_shuanghe")
    third = act(
        ask, assigned, "decline", "station_shuanghe.liaison", decline_reason="not_in_area", reason="不属辖区"
    )
    assert (third.status_code, third.json["code"]) == (409, "designated")
    assert "不得退回" in third.json["errors"][0]["message"]["zh"]
    assert third.json["errors"][0]["source"].startswith("practice")


def test_what_a_consultation_came_to_becomes_a_rule_once_it_is_signed(ask: Ask, lead: dict[str, Any]) -> None:
    asked = {"type": "consultation", "to": ["market", "culture"], "request": "古玩市场线索由谁牵头"}
    sent = ask("POST", f"/v1/leads/{lead['number']}/handoffs", json=asked).json["handoffs"]
    talk = next(h["id"] for h in sent if h["to"]["id"] == "market")
    act(ask, talk, "reply", "market.officer", result="由工商牵头,文化配合")
    rule = {
        "when": {"place_type": "antique_market"},
        "lead": "market",
        "with": ["culture"],
        "reason": "会商一致",
        "handoff": talk,
    }
    proposed = ask("POST", "/v1/routing-rules", json=rule, by="market.liaison").json
    other = ask("POST", "/v1/leads", json={**_tip(), "external_ref": "2"}).json
    assert not [s for s in other["suggestions"] if s["rule"] == proposed["id"]]
    decision = {"sign": True, "reason": "同意"}
    path = f"/v1/routing-rules/{proposed['id']}/decision"
    assert ask("POST", path, json=decision, by="office.office_director").status_code == 200
    said = ask("GET", f"/v1/leads/{other['number']}").json["suggestions"]
    agreed = next(s for s in said if s["rule"] == proposed["id"])
    assert agreed["outcomes"][0]["then"] == {"lead": "market", "with": ["culture"]}


def _tip() -> dict[str, Any]:
    from tests.api.conftest import tip

    return tip()
