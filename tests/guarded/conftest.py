"""The interface and its checks, and one lead with all its parts that most people must know nothing of."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shared.bootstrap import System
from tests.api.conftest import Ask, app, ask, lead, tip  # noqa: F401 - fixtures
from tests.conftest import STARTS
from tests.turning import turn
from workflows.campaign import CampaignDefinition
from workflows.commands import Caller

SECRET = "孔雀巷地下仓库"


@pytest.fixture
def station(definition: CampaignDefinition) -> str:
    return next(a.id for a in definition.agencies if a.type == "forestry" and a.townships)


@pytest.fixture
def market(definition: CampaignDefinition) -> str:
    return next(a.id for a in definition.agencies if a.type == "market")


@pytest.fixture
def foreign(
    ask: Ask,  # noqa: F811 - a fixture
    station: str,
    market: str,
) -> dict[str, str]:
    """A lead that a station holds and the market regulator helps with, by the names of its parts."""
    told = tip(
        title=SECRET, description=f"{SECRET}有人藏牙。", address=SECRET, external_ref="12345-777", channel="12345",
        reporter_kind="real_name", source="hotline-canary",
    )  # fmt: skip
    number = ask("POST", "/v1/leads", json=told).json["number"]
    given = {"lead_agency": station, "urgency": "urgent"}
    accepted = ask("POST", f"/v1/leads/{number}/actions/accept", json={"given": given})
    assert accepted.status_code == 200, accepted.text
    asked = {"type": "market_joint_check", "to": [market], "request": f"请联合检查{SECRET}"}
    sent = ask("POST", f"/v1/leads/{number}/handoffs", json=asked, by=f"{station}.officer")
    assert sent.status_code == 201, sent.text
    ask("POST", f"/v1/leads/{number}/records", by=f"{station}.officer", json={
        "kind": "evidence", "occurred_on": "2017-08-10", "data": {"title": SECRET},
    })  # fmt: skip
    kept = ask("POST", f"/v1/leads/{number}/materials?name={SECRET}", data=b"x", by=f"{station}.officer")
    assert kept.status_code == 201, kept.text
    view = ask("GET", f"/v1/leads/{number}").json
    handoff = next(h["id"] for h in view["handoffs"] if h["to"]["id"] == market)
    thing = {"label": SECRET, "product": "ivory", "pieces": 1}
    item = ask("POST", f"/v1/leads/{number}/items", json=thing, by=f"{station}.officer").json["id"]
    suspect = {
        "kind": "person",
        "role": "suspect",
        "identity": {"name": "无此人甲", "phone": "139-0000-0001"},
    }
    party = ask("POST", f"/v1/leads/{number}/parties", json=suspect, by=f"{station}.officer").json["id"]
    return {
        "number": number,
        "party_id": party,
        "handoff_id": handoff,
        "material_id": kept.json["id"],
        "item_id": item,
        "deadline_id": view["clocks"][-1]["id"],
    }


@pytest.fixture
def everything(
    ask: Ask,  # noqa: F811 - a fixture
    system: System,
    callers: dict[str, Caller],
    foreign: dict[str, str],
    station: str,
) -> dict[str, str]:
    """The same lead with a request for more time, a transfer the police have signed for, and a signed order."""
    number = foreign["number"]

    def act(path: str, by: str, given: dict[str, Any]) -> dict[str, Any]:
        answer = ask("POST", f"/v1/{path}", json={"given": given}, by=by)
        assert answer.status_code in {200, 201}, answer.text
        return dict(answer.json)

    officer, head = f"{station}.officer", f"{station}.unit_head"
    act(f"leads/{number}/actions/verify", officer, {"finding": SECRET})
    case = {"case_number": SECRET, "first_officer": "甲", "second_officer": "乙"}
    view = act(f"leads/{number}/actions/file_case", head, case)
    handling = next(c["id"] for c in view["clocks"] if c["code"] == "D-HANDLE")
    more = {"ground": "complex", "reason": SECRET}
    asked = ask("POST", f"/v1/deadlines/{handling}/extensions", json=more, by=officer)
    assert asked.status_code in {200, 201}, asked.text
    extension = asked.json["extension_requests"][-1]["id"]
    body = {"to": "public_security", "given": {"report": SECRET, "reason": SECRET}}
    proposed = ask("POST", f"/v1/leads/{number}/transfers", json=body, by=officer)
    transfer = proposed.json["transfers"][-1]["id"]
    act(f"transfers/{transfer}/actions/approve", head, {})
    enclosed = [
        "transfer_letter",
        "investigation_report",
        "property_list",
        "appraisal_report",
        "other_material",
    ]
    act(f"transfers/{transfer}/actions/send", officer, {"document_number": "1", "enclosures": enclosed})
    act(f"transfers/{transfer}/actions/receipt", "public_security.liaison", {})
    turn(system, callers["system"], STARTS + timedelta(days=9))
    order = ask("GET", "/v1/orders").json["items"][-1]["id"]
    act(f"orders/{order}/actions/sign", "office.office_director", {"reason": SECRET})
    return {**foreign, "extension_id": extension, "transfer_id": transfer, "order_id": order}
