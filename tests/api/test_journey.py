"""The rest of the interface on the real system: handoffs, transfers, clocks, reports, the exercise, the feed."""

from __future__ import annotations

from typing import Any

import pytest

from shared.bootstrap import System
from tests.api.conftest import STAFF, Ask, tip
from tests.turning import turn
from workflows.commands import Caller

DIRECTOR = "office.office_director"
ADMINISTRATOR = "office.administrator"
STATION = "station_qinglan"
OFFICER, HEAD, LIAISON = f"{STATION}.officer", f"{STATION}.unit_head", f"{STATION}.liaison"


@pytest.fixture
def accepted(ask: Ask, lead: dict[str, Any]) -> dict[str, Any]:
    """The lead, assigned to the station of its township."""
    body = {"given": {"lead_agency": STATION, "requirement": "三日内核查"}}
    view: dict[str, Any] = ask("POST", f"/v1/leads/{lead['number']}/actions/accept", json=body).json
    return view


def test_work_is_found_in_the_inbox_and_signed_for(ask: Ask, accepted: dict[str, Any]) -> None:
    (handoff,) = ask("GET", "/v1/handoffs?box=inbox", by=OFFICER).json["items"]
    assert handoff["lead"] == accepted["number"]
    assert ask("GET", "/v1/handoffs?box=outbox", by=OFFICER).json["items"] == []
    assert (
        ask("GET", f"/v1/handoffs?lead={accepted['number']}", by=STAFF).json["items"][0]["id"]
        == handoff["id"]
    )
    path = f"/v1/handoffs/{handoff['id']}"
    seen = ask("GET", path, by=OFFICER)
    body = {"given": {"receipt_channel": "api"}}
    signed = ask(
        "POST",
        f"{path}/actions/acknowledge",
        by=OFFICER,
        json=body,
        headers={"If-Match": seen.headers["ETag"]},
    )
    assert (signed.status_code, signed.json["state"]["id"]) == (200, "acknowledged")
    assert signed.headers["ETag"] != seen.headers["ETag"]
    assert ask("POST", f"{path}/actions/acknowledge", by=OFFICER, json=body).status_code == 409
    assert ask("GET", path, by="postal.officer").status_code == 404


def test_a_joint_check_is_asked_answered_and_confirmed(ask: Ask, accepted: dict[str, Any]) -> None:
    body = {"type": "market_joint_check", "to": ["market"], "request": "请一同检查南门古玩城"}
    asked = ask("POST", f"/v1/leads/{accepted['number']}/handoffs", by=OFFICER, json=body)
    assert asked.status_code == 201
    (handoff,) = ask("GET", "/v1/handoffs?box=inbox", by="market.officer").json["items"]
    path = f"/v1/handoffs/{handoff['id']}/actions"
    assert ask("POST", f"{path}/acknowledge", by="market.liaison", json={}).status_code == 200
    replied = ask(
        "POST", f"{path}/reply", by="market.officer", json={"given": {"result": "查获疑似制品四件"}}
    )
    assert replied.json["state"]["id"] == "replied"
    assert ask("POST", f"{path}/confirm", by=OFFICER, json={}).json["state"]["id"] == "confirmed"


def test_a_criminal_transfer_is_proposed_and_read_by_its_sides(ask: Ask, accepted: dict[str, Any]) -> None:
    path = f"/v1/leads/{accepted['number']}"
    given = {"finding": "确为象牙制品", "crime_suspected": True, "estimated_value_yuan": 120000}
    assert ask("POST", f"{path}/actions/verify", by=OFFICER, json={"given": given}).status_code == 200
    proposed = ask("POST", f"{path}/transfers", by=OFFICER, json={"to": "forest_police"})
    assert proposed.status_code == 201, proposed.text
    (transfer,) = ask("GET", "/v1/transfers", by=OFFICER).json["items"]
    whole = ask("GET", f"/v1/transfers/{transfer['id']}", by=HEAD)
    assert whole.json["allowed_actions"] or whole.json["blocked_actions"]
    assert ask("GET", f"/v1/transfers/{transfer['id']}", by="market.officer").status_code == 404
    answer = ask("POST", f"/v1/transfers/{transfer['id']}/actions/file", by=HEAD, json={})
    assert answer.status_code in {403, 404, 409}


def test_a_clock_explains_itself_and_takes_a_request_for_more_time(
    ask: Ask, accepted: dict[str, Any]
) -> None:
    clocks = ask("GET", "/v1/deadlines?state=running&subject=lead", by=OFFICER).json["items"]
    verify = next(clock for clock in clocks if clock["holder"]["id"] == STATION)
    path = f"/v1/deadlines/{verify['id']}"
    whole = ask("GET", path, by=OFFICER).json
    assert "到期" in whole["explanation"]["zh"]
    assert [step["at"] for step in whole["forecast"]] == sorted(step["at"] for step in whole["forecast"])
    answer = ask(
        "POST", f"{path}/extensions", by=OFFICER, json={"ground": "complex", "reason": "涉及多个摊位"}
    )
    if answer.status_code == 409:
        assert answer.json["code"] == "no_extension"
        return
    assert answer.status_code == 201
    request = answer.json["extension_requests"][0]["id"]
    own = ask(
        "POST", f"/v1/extensions/{request}/decision", by=OFFICER, json={"grant": True, "reason": "同意"}
    )
    assert own.status_code == 403
    decided = ask(
        "POST", f"/v1/extensions/{request}/decision", by=HEAD, json={"grant": True, "reason": "同意"}
    )
    assert decided.json["due_at"] > whole["due_at"]


def test_the_holder_of_a_clock_says_it_knows(ask: Ask, accepted: dict[str, Any]) -> None:
    held = next(
        c for c in ask("GET", "/v1/deadlines", by=OFFICER).json["items"] if c["holder"]["id"] == STATION
    )
    path = f"/v1/deadlines/{held['id']}/acknowledgement"
    assert ask("POST", path, by=OFFICER, json={"reason": "已安排"}).status_code == 200
    assert ask("POST", path, by=STAFF, json={"reason": "知悉"}).status_code == 403


def test_a_unit_submits_and_the_office_compiles_and_downloads(ask: Ask) -> None:
    path, period = "/v1/reports/stage/2017-09", "2017-09"
    owed = ask("GET", "/v1/reports", by=LIAISON).json["items"]
    assert {item["unit"]["id"] for item in owed} == {STATION}
    assert next(item for item in owed if item["period"] == period)["status"] == "scheduled"
    body = {"zero": True, "texts": {"work_done": "本期无线索"}}
    first = ask("PUT", f"{path}/units/{STATION}", by=LIAISON, json=body)
    again = ask("PUT", f"{path}/units/{STATION}", by=LIAISON, json=body)
    assert (first.status_code, again.status_code, again.json["version"]) == (201, 200, 1)
    assert first.json["receipt"] == again.json["receipt"]
    assert ask("GET", f"{path}/compilation").status_code == 404
    made = ask("POST", f"{path}/compilations", by=DIRECTOR, json={})
    assert made.status_code == 202
    compiled = ask("GET", f"{path}/compilation?version={made.json['version']}").json
    assert compiled["hash"]
    for file_format, magic in (("docx", b"PK"), ("xlsx", b"PK"), ("pdf", b"%PDF")):
        answer = ask("GET", f"{path}/compilation.{file_format}")
        assert answer.data.startswith(magic)
        assert answer.headers["Content-Disposition"].startswith("attachment;")


def test_everything_due_happens_before_the_clock_arrives(
    ask: Ask, system: System, callers: dict[str, Caller], lead: Any
) -> None:
    path = "/v1/campaign/clock"
    moved = ask("POST", path, json={"until": "next_event"})
    assert moved.status_code in {200, 202}
    turn(
        system,
        callers["system"],
        system.read(lambda work: work.campaign.clock_target or work.at, callers["system"]),
    )
    asked = ask("POST", path, json={"by": {"amount": 2, "unit": "working_day"}})
    assert (asked.status_code, asked.json["state"]) == (202, "advancing")
    assert ask("POST", path, json={"by": {"amount": 1, "unit": "hour"}}).json["code"] == "clock_running"
    turn(system, callers["system"], system.read(lambda work: work.campaign.clock_target, callers["system"]))
    assert ask("GET", path).json["state"] == "ready"
    late = ask("GET", f"/v1/leads/{lead['number']}").json["clocks"][0]
    assert late["overdue"]
    assert ask("GET", "/v1/leads?overdue=true").json["total"] == 1
    assert ask("GET", "/v1/notices").json["items"]


def test_a_dry_run_of_the_clock_says_where_it_would_go(ask: Ask) -> None:
    shown = ask("POST", "/v1/campaign/clock?dry_run=true", json={"by": {"amount": 1, "unit": "hour"}})
    assert (shown.status_code, shown.json["target"]) == (200, "2017-08-10T09:00:00+08:00")
    assert ask("GET", "/v1/campaign/clock").json["at"] == "2017-08-10T08:00:00+08:00"


def test_a_caller_may_wait_for_the_clock(ask: Ask, lead: dict[str, Any], worker: None) -> None:
    moved = ask("POST", "/v1/campaign/clock?wait=true", json={"to": "2017-08-14T09:00:00+08:00"})
    assert (moved.status_code, moved.json["state"], moved.json["at"]) == (
        200,
        "ready",
        "2017-08-14T09:00:00+08:00",
    )


def test_a_clock_that_is_waited_for_needs_no_worker_and_a_repeat_moves_it_no_further(
    ask: Ask, lead: dict[str, Any]
) -> None:
    def move(to: str) -> dict[str, Any]:
        key = {"Idempotency-Key": "move-once"}
        body: dict[str, Any] = ask("POST", "/v1/campaign/clock?wait=true", json={"to": to}, headers=key).json
        return body

    first = move("2017-08-14T09:00:00+08:00")
    late = ask("GET", f"/v1/leads/{lead['number']}").json["clocks"][0]
    assert (first["state"], first["target"], first["events"], late["overdue"]) == ("ready", None, [], True)
    assert ask("GET", "/v1/notices").json["items"], "who is to be told was told on the way"
    assert ask("POST", "/v1/campaign/clock?wait=true", json={"to": "2017-08-15T09:00:00+08:00"}).json["at"]
    assert move("2017-08-14T09:00:00+08:00")["at"] == "2017-08-15T09:00:00+08:00", "the clock as it stands"


def test_an_exercise_is_opened_for_the_same_people_with_tokens_of_its_own(ask: Ask) -> None:
    body = {"definition": "yangshan-ivory-2017", "at": "2017-09-01T08:00:00+08:00", "name": "drill-1"}
    opened = ask("POST", "/v1/exercises", by=ADMINISTRATOR, json=body)
    assert opened.status_code == 201
    token = next(person["token"] for person in opened.json["people"] if person["id"] == STAFF)
    me = ask("GET", "/v1/me", by=token).json
    assert (me["campaign"]["id"], me["campaign"]["clock"]["at"]) == ("drill-1", "2017-09-01T08:00:00+08:00")
    ask("POST", "/v1/leads", by=token, json=tip())
    assert ask("GET", "/v1/leads").json["total"] == 0
    assert ask("POST", "/v1/exercises", by=ADMINISTRATOR, json=body).json["code"] == "exercise_exists"


def test_an_exercise_asked_for_twice_with_one_key_exists_once_and_shows_its_tokens_once(ask: Ask) -> None:
    body = {"definition": "yangshan-ivory-2017", "at": "2017-09-01T08:00:00+08:00"}

    def send(**options: Any) -> Any:
        return ask(
            "POST", "/v1/exercises", by=ADMINISTRATOR, headers={"Idempotency-Key": "open-1"}, **options
        )

    first, again = send(json=body), send(json=body)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json["campaign_id"] == first.json["campaign_id"]
    assert all(person["token"] for person in first.json["people"])
    assert {person["token"] for person in again.json["people"]} == {None}
    assert send(json=body | {"name": "another"}).json["code"] == "idempotency_key_reuse"


def test_an_opening_can_be_looked_at_first(ask: Ask) -> None:
    body = {"definition": "yangshan-ivory-2017", "at": "2017-09-01T08:00:00+08:00", "name": "drill-2"}
    looked = ask("POST", "/v1/exercises?dry_run=true", by=ADMINISTRATOR, json=body)
    assert (looked.status_code, looked.json["dry_run"], looked.json["campaign_id"]) == (200, True, "drill-2")
    assert {person["token"] for person in looked.json["people"]} == {None}
    assert ask("POST", "/v1/exercises", by=ADMINISTRATOR, json=body).status_code == 201, "nothing was kept"


def test_the_feed_is_read_onwards_and_history_is_whole(ask: Ask, accepted: dict[str, Any]) -> None:
    seen, after = [], 0
    while True:
        page = ask("GET", f"/v1/events?after={after}&limit=20").json
        seen += [event["position"] for event in page["items"]]
        after = page["next_after"]
        if not page["more"]:
            break
    assert seen == sorted(set(seen))
    assert ask("POST", "/v1/audit/verifications", by="office.auditor").json["ok"] is True
    assert ask("POST", "/v1/audit/verifications", by=OFFICER).status_code == 404
    assert ask("GET", "/v1/summary").json["leads"] == {"verifying": 1}


def test_a_definition_is_checked_published_and_read(ask: Ask, document: dict[str, Any]) -> None:
    plain = ask("GET", "/v1/definitions/yangshan-ivory-2017/1").json["document"]
    assert ask("POST", "/v1/definitions/check", json=plain).json["ok"] is True
    same = ask("POST", "/v1/definitions", by=ADMINISTRATOR, json=plain)
    assert same.status_code == 200
    plain["campaign"]["version"] = 2
    fresh = ask("POST", "/v1/definitions", by=ADMINISTRATOR, json=plain)
    assert (fresh.status_code, fresh.headers["Location"]) == (201, "/v1/definitions/yangshan-ivory-2017/2")
    assert [row["version"] for row in ask("GET", "/v1/definitions").json["items"]] == [1, 2]
    del plain["ladders"]
    checked = ask("POST", "/v1/definitions/check", json=plain).json
    assert checked["ok"] is False
    refused = ask("POST", "/v1/definitions", by=ADMINISTRATOR, json=plain)
    assert refused.status_code == 422
    assert len(refused.json["errors"]) == len(checked["problems"])
    diagram = ask("GET", "/v1/definitions/yangshan-ivory-2017/1/diagram.mmd")
    assert diagram.text.startswith("stateDiagram-v2")


def test_the_service_says_how_it_is(ask: Ask) -> None:
    assert ask("GET", "/livez", by=None).json == {"status": "ok"}
    assert ask("GET", "/healthz", by=None).json == {"status": "ok"}
    assert ask("GET", "/readyz", by=None).json["status"] in {"ready", "degraded"}
    assert ask("GET", "/v1/openapi.json", by=None).status_code == 200


def test_figures_are_for_this_machine_and_for_operators(ask: Ask) -> None:
    ask("GET", "/v1/leads?limit=0")
    own = ask("GET", "/metrics", by=None)
    assert 'xunxian_rejected_inputs_total{code="range"}' in own.text
    assert 'route="/v1/leads"' in own.text
    assert "xunxian_outbox_waiting" in own.text
    through_a_proxy = {"X-Forwarded-For": "203.0.113.9"}
    assert ask("GET", "/metrics", by=None, headers=through_a_proxy).status_code == 401
    assert ask("GET", "/metrics", by=STAFF, headers=through_a_proxy).status_code == 403
    assert ask("GET", "/metrics", by="office.operator", headers=through_a_proxy).status_code == 200
