"""What a step finds out counts like what was told at intake, and words of a campaign's own are kept as words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import Ask
from tests.api.test_another_campaign import ADMINISTRATOR, PEOPLE, STARTS, TIP, _dates_as_text
from tests.workflows import quarry

SPECIAL = {
    "id": "gang",
    "kind": "special",
    "name": {"zh": "团伙专报"},
    "words": "二十四小时内",
    "texts": ["reason"],
    "on": ["handoff.replied:joint_dive"],
    "within": {"amount": 24, "unit": "hour"},
    "when": {"fact": "suspects", "at_least": 3},
    "source": "policy",
}
Send = Callable[..., Any]


def _document() -> dict[str, Any]:
    """The quarry, with a step that says how many were caught and on what it rests, and a report of gangs."""
    document = quarry.document()
    document["fields"] += [
        {"id": "suspects", "name": {"zh": "人数"}, "type": "integer", "source": "policy"},
        {"id": "based_on", "name": {"zh": "依据"}, "type": "text", "source": "policy"},
        {"id": "looked_at", "name": {"zh": "查看处"}, "type": "text", "source": "policy"},
    ]
    looked = {
        "trigger": "look",
        "name": {"zh": "查看"},
        "from": ["checking"],
        "to": "checking",
        "event": "looked",
        "by": ["officer@lead_agency"],
        "takes": ["suspects", "based_on"],
        "sets": {"suspects": "given.suspects", "based_on": "given.based_on"},
        "source": "policy",
    }
    document["lifecycles"]["lead"]["transitions"].append(looked)
    document["record_kinds"][0]["fields"] += ["based_on", "looked_at"]
    document["reports"].append(SPECIAL)
    return document


@pytest.fixture
def send(ask: Ask) -> Send:
    published = ask("POST", "/v1/definitions", by=ADMINISTRATOR, json=_dates_as_text(_document()))
    assert published.status_code == 201, published.json
    opening = {"definition": "quarry-2027", "at": STARTS, "name": "found", "people": PEOPLE}
    opened = ask("POST", "/v1/exercises", by=ADMINISTRATOR, json=opening)
    tokens = {person["id"]: person["token"] for person in opened.json["people"]}

    def answered(person: str, method: str, path: str, body: object = None) -> Any:
        answer = ask(method, f"/v1/{path}", by=tokens[person], json=body)
        assert answer.status_code < 300, answer.text
        return answer.json

    return answered


@pytest.fixture
def lead(send: Send) -> str:
    number = send("staff", "POST", "leads", TIP)["number"]
    send("staff", "POST", f"leads/{number}/actions/assign", {"given": {"lead_agency": "water"}})
    return f"leads/{number}"


def _dive(send: Send, lead: str) -> None:
    dive = {"type": "joint_dive", "to": ["police"], "request": "请派潜水员取证。"}
    send("water-officer", "POST", f"{lead}/handoffs", dive)
    [asked] = send("police-officer", "GET", "handoffs?box=inbox")["items"]
    send("police-officer", "POST", f"handoffs/{asked['id']}/actions/reply", {"given": {}})


@pytest.mark.parametrize(("suspects", "owed"), [(3, 1), (2, 0)])
def test_an_answer_calls_for_a_report_by_what_a_step_found_on_the_lead(
    send: Send, lead: str, suspects: int, owed: int
) -> None:
    send("water-officer", "POST", f"{lead}/actions/look", {"given": {"suspects": suspects}})
    _dive(send, lead)
    reports = send("water-officer", "GET", "reports")["items"]
    assert [r["period"].startswith("gang-") for r in reports if r["kind"] == "special"] == [True] * owed


def test_words_in_a_field_called_like_a_day_or_a_moment_stay_words(send: Send, lead: str) -> None:
    """Ten characters in `based_on` are no date, and a T in `looked_at` makes no moment of it."""
    data = {"tonnes": 3, "based_on": "行政处罚决定书第一号", "looked_at": "T 形桥"}
    send("water-officer", "POST", f"{lead}/actions/look", {"given": {"based_on": data["based_on"]}})
    record = {"kind": "seized_sand", "occurred_on": "2027-03-01", "data": data}
    send("water-officer", "POST", f"{lead}/records", record)
    send("staff", "POST", "reports/stage/2027-05/compilations")
    compiled = send("staff", "GET", "reports/stage/2027-05/compilation")
    assert "seized_sand" in str(compiled) or "C2" in str(compiled), "the figures are computed"


def test_a_refusal_names_the_office_as_the_campaign_does(send: Send, lead: str) -> None:
    send("water-officer", "POST", f"{lead}/actions/finish", {"given": {"disposition": "fined"}})
    [reopen] = send("water-officer", "GET", lead)["blocked_actions"]
    assert reopen["reasons"][0]["message"]["zh"] == "“重新开启”由专项行动办公室工作人员办理"
