"""A curious officer of another agency tries every route: what is not theirs answers as if it did not exist."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from shared.bootstrap import System
from tests.api.conftest import Ask, description, tip
from workflows.campaign import CampaignDefinition
from workflows.commands import Caller, DeliverOutbox
from workflows.disclosure import FROM_THE_PUBLIC, SHARED_INTAKE, digest

CURIOUS = ("customs.liaison", "customs.officer", "customs.unit_head")
SECRET = "孔雀巷地下仓库"
UNKNOWN = {
    "number": "YS-2017-9999",
    "handoff_id": "00000000-0000-7000-8000-000000000000",
    "transfer_id": "00000000-0000-7000-8000-000000000000",
    "order_id": "00000000-0000-7000-8000-000000000000",
    "material_id": "00000000-0000-7000-8000-000000000000",
    "party_id": "00000000-0000-7000-8000-000000000000",
    "item_id": "00000000-0000-7000-8000-000000000000",
    "deadline_id": "00000000-0000-7000-8000-000000000000",
}


@pytest.fixture
def station(definition: CampaignDefinition) -> str:
    return next(a.id for a in definition.agencies if a.type == "forestry" and a.townships)


@pytest.fixture
def market(definition: CampaignDefinition) -> str:
    return next(a.id for a in definition.agencies if a.type == "market")


@pytest.fixture
def foreign(ask: Ask, station: str, market: str) -> dict[str, str]:
    """A lead that a station holds and the market regulator helps with, by the names of its parts."""
    lead = tip(
        title=SECRET, description=f"{SECRET}有人藏牙。", address=SECRET, external_ref="12345-777", channel="12345",
        reporter_kind="real_name", source="hotline-canary",
    )  # fmt: skip
    number = ask("POST", "/v1/leads", json=lead).json["number"]
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


def sent(path: str, method: str) -> dict[str, Any]:
    """What is sent to a route: right in form, so that only the right to know decides."""
    end = path.rsplit("/", 1)[-1]
    if method == "GET":
        return {}
    if end == "materials":
        return {"data": b"x", "query_string": {"name": "x"}}
    bodies: dict[str, Any] = {
        "handoffs": {"type": "licence_query", "to": ["customs"], "request": "x"},
        "transfers": {"to": "public_security"},
        "records": {"kind": "evidence", "occurred_on": "2017-08-10", "data": {"title": "x"}},
        "extensions": {"ground": "complex", "reason": "x"},
        "acknowledgement": {"reason": "x"},
        "openings": {"reason": "x"},
        "items": {"label": "x", "product": "ivory", "pieces": 1},
        "custody": {"act": "receive"},
        "parties": {"kind": "person", "role": "suspect", "identity": {"name": "x"}},
    }
    if path.endswith("/parties/{party_id}/leads"):
        return {"json": {"lead": "YS-2017-9999", "role": "suspect"}}
    if path.endswith("/items/{item_id}/leads"):
        return {"json": {"lead": "YS-2017-9999"}}
    return {"json": bodies.get(end, {})}


def routes() -> list[tuple[str, str]]:
    """Every operation of the interface that names one of the things a lead is made of."""
    found = []
    for path, item in description()["paths"].items():
        names = set(re.findall(r"{(\w+)}", path))
        found += [(m.upper(), path) for m in item if m != "parameters" and names & set(UNKNOWN)]
    return found


def test_the_routes_of_this_test_are_found() -> None:
    assert len(routes()) >= 12


@pytest.mark.parametrize("person", CURIOUS)
def test_whatever_is_tried_on_a_foreign_matter_answers_like_one_that_does_not_exist(
    ask: Ask, foreign: dict[str, str], person: str
) -> None:
    for method, path in routes():
        for wanted in set(re.findall(r"{(\w+)}", path)) & set(foreign):
            real = path.replace("{" + wanted + "}", foreign[wanted])
            other = path.replace("{" + wanted + "}", UNKNOWN[wanted])
            real, other = (re.sub(r"{\w+}", "accept", p) for p in (real, other))
            asked = sent(path, method)
            one, two = (ask(method, p, by=person, **asked) for p in (real, other))
            assert one.status_code == two.status_code == 404, f"{method} {real}: {one.status_code} {one.text}"
            assert _without_request(one.json) == _without_request(two.json), real


def _without_request(problem: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in problem.items() if name != "request_id"}


@pytest.mark.parametrize("person", CURIOUS)
def test_no_list_count_feed_or_search_shows_a_foreign_matter(
    ask: Ask, system: System, callers: dict[str, Caller], foreign: dict[str, str], person: str
) -> None:
    before = ask("GET", "/v1/leads", by=person).json["total"]
    system.handle(DeliverOutbox(callers["system"], tuple(system.chores().outbox)))
    lists = [
        p
        for p, item in description()["paths"].items()
        if "get" in item and "{" not in p and p.startswith("/v1")
    ]
    assert len(lists) >= 10
    tries = [
        *lists,
        f"/v1/leads?q={SECRET}",
        "/v1/leads?q=12345-777",
        "/v1/leads?urgency=urgent",
        "/v1/handoffs?box=all",
    ]
    canaries = (SECRET, "hotline-canary", "12345-777", *foreign.values())
    for path in tries:
        if path == "/v1/openapi.json":
            continue
        text = ask("GET", path, by=person).text
        assert not any(canary in text for canary in canaries), path
    assert before == 0
    assert ask("GET", f"/v1/handoffs?lead={foreign['number']}", by=person).status_code == 404


def test_a_reference_another_agency_registered_does_not_show_by_being_refused(
    ask: Ask, foreign: dict[str, str]
) -> None:
    mine = tip(source="hotline-canary", external_ref="12345-777")
    answer = ask("POST", "/v1/leads", by="customs.officer", json=mine)
    assert (answer.status_code, answer.json["source"]) == (201, "hotline-canary@customs")
    again = ask("POST", "/v1/leads", by="customs.officer", json=mine)
    assert (again.status_code, again.json["number"]) == (200, answer.json["number"])


def test_a_helper_sees_the_shared_fields_and_nothing_of_where_it_came_from(
    ask: Ask, foreign: dict[str, str], market: str, station: str
) -> None:
    view = ask("GET", f"/v1/leads/{foreign['number']}", by=f"{market}.liaison").json
    assert {name for name in SHARED_INTAKE if view[name]} >= {
        "title",
        "description",
        "address",
        "act",
        "place_type",
    }
    assert (view["source"], view["reporter_kind"]) == (FROM_THE_PUBLIC, "public")
    assert (view["channel"], view["external_ref"], view["reported_at"]) == (None, None, None)
    assert [h["id"] for h in view["handoffs"]] == [foreign["handoff_id"]]
    assert (view["records"], view["transfers"], view["blocked_actions"]) == ([], [], [])
    assert {c["holder"]["id"] for c in view["clocks"]} == {market}
    text = ask("GET", f"/v1/leads/{foreign['number']}/events", by=f"{market}.liaison").text
    assert foreign["handoff_id"] in text
    assert "hotline-canary" not in text
    assert "record.added" not in text
    assert "lead.accepted" not in text


def test_a_helper_does_not_find_out_by_asking_for_it(ask: Ask, foreign: dict[str, str], market: str) -> None:
    for query, found in (("channel=12345", 0), ("q=12345-777", 0), (f"q={SECRET}", 1)):
        assert ask("GET", f"/v1/leads?{query}", by=f"{market}.liaison").json["total"] == found, query
    row = ask("GET", "/v1/leads", by=f"{market}.liaison").json["items"][0]
    assert (row["external_ref"], row["channel"], row["source"]) == (None, None, FROM_THE_PUBLIC)


def test_a_refused_step_tells_a_helper_nothing_of_the_rest(
    ask: Ask, foreign: dict[str, str], market: str
) -> None:
    answer = ask("POST", f"/v1/leads/{foreign['number']}/actions/verify", json={}, by=f"{market}.liaison")
    assert answer.status_code == 403
    assert {e["code"] for e in answer.json["errors"]} <= {"not_allowed", "wrong_state"}


def test_the_holder_sees_the_lead_whole(ask: Ask, foreign: dict[str, str], station: str) -> None:
    view = ask("GET", f"/v1/leads/{foreign['number']}", by=f"{station}.officer").json
    assert (view["source"], view["channel"], view["reporter_kind"]) == (
        "hotline-canary",
        "12345",
        "real_name",
    )
    assert len(view["handoffs"]) == 2


def test_the_hash_of_what_was_shared_stands_in_the_history_and_fits_the_copy(
    ask: Ask, foreign: dict[str, str], market: str
) -> None:
    view = ask("GET", f"/v1/handoffs/{foreign['handoff_id']}", by=f"{market}.liaison").json
    events = ask("GET", f"/v1/leads/{foreign['number']}/events").json["items"]
    sent = next(e for e in events if e["kind"] == "handoff.sent" and e["subject_id"] == foreign["handoff_id"])
    assert digest(view["shared"]["copy"]) == view["shared"]["sha256"] == sent["data"]["shared_sha256"]
    assert "hotline-canary" not in json.dumps(view["shared"], ensure_ascii=False)


def test_what_was_shared_ends_with_its_cause(ask: Ask, foreign: dict[str, str], market: str) -> None:
    given = {"decline_reason": "not_competent", "reason": "不属本局职责"}
    path = f"/v1/handoffs/{foreign['handoff_id']}"
    declined = ask("POST", f"{path}/actions/decline", json={"given": given}, by=f"{market}.liaison")
    assert declined.status_code == 200, declined.text
    assert ask("GET", f"/v1/leads/{foreign['number']}", by=f"{market}.liaison").status_code == 404
    after = ask("GET", path, by=f"{market}.liaison")
    assert SECRET not in json.dumps(after.json["lead"], ensure_ascii=False)
    assert after.json["shared"] is None
    dispute = ask("GET", path).json["dispute"]
    assert dispute["request"].endswith(SECRET)
    assert dispute["answer"] == "不属本局职责"
