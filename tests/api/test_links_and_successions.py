"""Links, duplicates and successions through the interface; every answer held against the description."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Ask, tip

ADMINISTRATOR = "office.administrator"
NEW = {
    "predecessor": "market",
    "successor": "market_regulation",
    "on": "2017-08-10",
    "reason": "机构改革",
    "name": {"zh": "县市场监督管理局", "en": "county market regulation bureau"},
    "short": "县市监局",
}


def test_a_duplicate_is_proposed_with_its_score_and_reasons(ask: Ask) -> None:
    first = ask("POST", "/v1/leads", json=tip(address="南门古玩城A区12号摊", species=["象"])).json["number"]
    second = ask("POST", "/v1/leads", json=tip(address="南门古玩城A区", species=["象"])).json["number"]
    found = ask("GET", f"/v1/leads/{second}/duplicates").json
    assert [(c["lead"], c["candidate"]) for c in found["items"]] == [(first, True)]
    assert found["items"][0]["score"] >= found["threshold"]
    assert found["items"][0]["reasons"]


def test_a_link_is_made_once_and_ended(ask: Ask) -> None:
    shop, den = (ask("POST", "/v1/leads", json=tip()).json["number"] for _ in range(2))
    link = {"other": den, "kind": "upstream", "reason": "货源"}
    assert ask("POST", f"/v1/leads/{shop}/links", json=link).status_code == 201
    again = ask("POST", f"/v1/leads/{shop}/links", json=link)
    assert (again.status_code, [one["lead"] for one in again.json["links"]]) == (200, [den])
    ended = ask("POST", f"/v1/leads/{shop}/links/removals", json=link)
    assert (ended.status_code, ended.json["links"]) == (200, [])
    assert ask("POST", f"/v1/leads/{shop}/links/removals", json=link).status_code == 409


def test_a_succession_is_rehearsed_done_and_listed(ask: Ask) -> None:
    number = ask("POST", "/v1/leads", json=tip()).json["number"]
    ask("POST", f"/v1/leads/{number}/actions/accept", json={"given": {"lead_agency": "market"}})
    path = "/v1/successions/agencies"
    rehearsed = ask("POST", f"{path}?dry_run=true", json=NEW, by=ADMINISTRATOR).json
    assert rehearsed["moved"]["leads"] == 1
    assert ask("GET", "/v1/successions").json["items"] == []
    done = ask("POST", path, json=NEW, by=ADMINISTRATOR)
    assert (done.status_code, done.json["moved"]) == (200, rehearsed["moved"])
    listed = ask("GET", "/v1/successions").json["items"]
    assert [(one["from"], one["to"], one["name"]["zh"]) for one in listed] == [
        ("market", "market_regulation", "县市场监督管理局")
    ]
    assert ask("GET", f"/v1/leads/{number}", by="market.officer").json["lead_agency"]["short"] == "县市监局"


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"predecessor": "nobody"}, "/predecessor", "unknown_agency"),
        ({"on": "2017-08-11"}, "/on", "in_future"),
        ({"on": "10.8.2017"}, "/on", "date"),
        ({"reason": " "}, "/reason", "blank"),
        ({"short": "一二三四五六七"}, "/short", "too_long"),
        ({"name": {"zh": "新局"}}, "/name/en", "required"),
        ({"successor": "../x"}, "/successor", "format"),
        ({"extra": 1}, "/extra", "unknown_field"),
    ],
)
def test_a_succession_with_a_fault_is_refused_at_the_field(
    ask: Ask, change: dict[str, Any], pointer: str, code: str
) -> None:
    answer = ask("POST", "/v1/successions/agencies", json={**NEW, **change}, by=ADMINISTRATOR)
    assert answer.status_code == 422
    assert (pointer, code) in {(e.get("pointer"), e["code"]) for e in answer.json["errors"]}


def test_who_does_not_run_the_campaign_succeeds_nobody(ask: Ask) -> None:
    assert ask("POST", "/v1/successions/agencies", json=NEW, by="market.unit_head").status_code == 403
    body = {
        "predecessor": "market.officer",
        "successor": "market.second_officer",
        "on": "2017-08-10",
        "reason": "调离",
    }
    assert ask("POST", "/v1/successions/people", json=body, by="market.unit_head").status_code == 403
    assert ask("POST", "/v1/successions/people", json=body, by=ADMINISTRATOR).status_code == 200
    assert ask("GET", "/v1/me", by="market.officer").status_code == 401
