"""A lead over HTTP: received once, read by those who may, moved one step at a time, never over somebody's head."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import STAFF, Ask, tip

DIRECTOR = "office.office_director"
STATION = "station_qinglan"
OFFICER = f"{STATION}.officer"
STRANGER = "postal.officer"


def accept(ask: Ask, number: str) -> dict[str, Any]:
    given = {"lead_agency": STATION, "requirement": "三日内核查"}
    view: dict[str, Any] = ask("POST", f"/v1/leads/{number}/actions/accept", json={"given": given}).json
    return view


def test_a_received_lead_answers_with_its_place_its_clock_and_what_can_be_done(ask: Ask) -> None:
    answer = ask("POST", "/v1/leads", json=tip())
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/v1/leads/{answer.json['number']}"
    assert answer.headers["ETag"] == '"1"'
    assert answer.json["state"]["id"] == "received"
    assert any(clock["code"] == "D-ACCEPT" and clock["light"] == "ok" for clock in answer.json["clocks"])
    assert {"accept"} <= {action["name"] for action in answer.json["allowed_actions"]}
    assert all(action["reasons"] for action in answer.json["blocked_actions"])
    assert answer.json["events"][0]["kind"] == "lead.received"


def test_the_same_reference_from_the_same_source_is_one_lead(ask: Ask) -> None:
    first = ask("POST", "/v1/leads", json=tip(source="12345", external_ref="2017091500321"))
    again = ask("POST", "/v1/leads", json=tip(source="12345", external_ref="2017091500321", title="又打来了"))
    other = ask("POST", "/v1/leads", json=tip(source="12315", external_ref="2017091500321"))
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 201)
    assert first.json["number"] == again.json["number"] != other.json["number"]
    assert again.json["title"] == first.json["title"]


def test_a_repeated_request_with_its_key_is_answered_as_the_first_time(ask: Ask) -> None:
    key = {"Idempotency-Key": "a1"}
    first = ask("POST", "/v1/leads", json=tip(), headers=key)
    again = ask("POST", "/v1/leads", json=tip(), headers=key)
    assert (again.status_code, again.json) == (first.status_code, first.json)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert ask("GET", "/v1/leads").json["total"] == 1


def test_the_order_and_spacing_of_json_do_not_make_another_request(ask: Ask) -> None:
    key = {"Idempotency-Key": "a1", "Content-Type": "application/json"}
    ask("POST", "/v1/leads", json=dict(reversed(tip().items())), headers=key)
    assert ask("POST", "/v1/leads", json=tip(), headers=key).headers["Idempotent-Replayed"] == "true"


def test_a_key_used_for_another_request_is_refused_and_nothing_is_made(ask: Ask) -> None:
    key = {"Idempotency-Key": "a1"}
    ask("POST", "/v1/leads", json=tip(), headers=key)
    answer = ask("POST", "/v1/leads", json=tip(title="另一件事"), headers=key)
    assert (answer.status_code, answer.json["code"]) == (422, "idempotency_key_reuse")
    assert ask("GET", "/v1/leads").json["total"] == 1


def test_two_people_may_use_the_same_key(ask: Ask) -> None:
    key = {"Idempotency-Key": "a1"}
    ask("POST", "/v1/leads", json=tip(), headers=key)
    answer = ask("POST", "/v1/leads", by=DIRECTOR, json=tip(title="另一件事"), headers=key)
    assert answer.status_code == 201


def test_a_dry_run_shows_the_future_and_keeps_nothing(ask: Ask, lead: dict[str, Any]) -> None:
    path = f"/v1/leads/{lead['number']}"
    body = {"given": {"lead_agency": STATION}}
    shown = ask("POST", f"{path}/actions/accept?dry_run=true", json=body)
    assert (shown.status_code, shown.json["dry_run"], shown.json["state"]["id"]) == (200, True, "verifying")
    assert ask("GET", path).json["version"] == 1


def test_a_dry_run_leaves_its_key_free(ask: Ask) -> None:
    key = {"Idempotency-Key": "a1"}
    assert ask("POST", "/v1/leads?dry_run=true", json=tip(), headers=key).status_code == 200
    assert ask("POST", "/v1/leads", json=tip(), headers=key).status_code == 201


def test_a_step_on_an_old_version_is_told_who_changed_it(ask: Ask, lead: dict[str, Any]) -> None:
    accept(ask, lead["number"])
    old = {"If-Match": '"1"'}
    body = {"given": {"reject_reason": "no_trace", "reason": "查无实据"}}
    answer = ask("POST", f"/v1/leads/{lead['number']}/actions/reject", by=DIRECTOR, json=body, headers=old)
    assert (answer.status_code, answer.json["code"]) == (412, "stale_version")
    assert answer.json["changed_by"] == f"office/{STAFF}"
    assert answer.json["version"] == 2


def test_a_step_on_the_version_that_was_seen_goes_through(ask: Ask, lead: dict[str, Any]) -> None:
    body = {"given": {"lead_agency": STATION}}
    seen = {"If-Match": ask("GET", f"/v1/leads/{lead['number']}").headers["ETag"]}
    answer = ask("POST", f"/v1/leads/{lead['number']}/actions/accept", json=body, headers=seen)
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')


def test_a_step_that_is_not_possible_says_why_and_what_is(ask: Ask, lead: dict[str, Any]) -> None:
    answer = ask("POST", f"/v1/leads/{lead['number']}/actions/close", json={})
    assert (answer.status_code, answer.json["code"]) == (409, "wrong_state")
    assert "accept" in answer.json["possible"]


def test_a_step_that_is_somebody_elses_is_forbidden(ask: Ask, lead: dict[str, Any]) -> None:
    accept(ask, lead["number"])
    answer = ask("POST", f"/v1/leads/{lead['number']}/actions/verify", json={"given": {"finding": "属实"}})
    assert answer.status_code == 403


def test_a_machine_step_of_the_library_is_no_step_of_ours(ask: Ask, lead: dict[str, Any]) -> None:
    answer = ask("POST", f"/v1/leads/{lead['number']}/actions/to_closed", json={})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (404, "/name")


def test_an_agency_without_a_part_in_it_cannot_tell_a_lead_from_none(ask: Ask, lead: dict[str, Any]) -> None:
    there = ask("GET", f"/v1/leads/{lead['number']}", by=STRANGER)
    nowhere = ask("GET", "/v1/leads/YS-2017-9999", by=STRANGER)
    assert there.status_code == nowhere.status_code == 404
    without_id = [{**answer.json, "request_id": ""} for answer in (there, nowhere)]
    assert without_id[0] == without_id[1]
    assert ask("GET", "/v1/leads", by=STRANGER).json == ask("GET", "/v1/leads?q=" + "无", by=STRANGER).json
    assert ask("GET", f"/v1/leads/{lead['number']}/events", by=STRANGER).status_code == 404
    assert lead["number"] not in ask("GET", "/v1/events", by=STRANGER).text


@pytest.mark.parametrize("path", ["actions/accept", "handoffs", "transfers", "records"])
def test_writing_to_an_unseen_lead_looks_like_writing_to_none(
    ask: Ask, lead: dict[str, Any], path: str
) -> None:
    bodies = {
        "actions/accept": {},
        "handoffs": {"type": "appraisal", "to": ["appraisal"], "request": "请鉴定"},
        "transfers": {"to": "forest_police"},
        "records": {
            "kind": "seizure",
            "occurred_on": "2017-08-10",
            "data": {"product": "ivory", "identified": True},
        },
    }
    there = ask("POST", f"/v1/leads/{lead['number']}/{path}", by=STRANGER, json=bodies[path])
    nowhere = ask("POST", f"/v1/leads/YS-2017-9999/{path}", by=STRANGER, json=bodies[path])
    assert there.status_code == nowhere.status_code == 404
    assert {**there.json, "request_id": ""} == {**nowhere.json, "request_id": ""}


def test_a_list_is_read_page_by_page_without_gaps(ask: Ask) -> None:
    numbers = [ask("POST", "/v1/leads", json=tip(title=f"线索{n}")).json["number"] for n in range(5)]
    seen, path = [], "/v1/leads?limit=2"
    for _ in range(3):
        page = ask("GET", path).json
        assert page["total"] == 5
        seen += [item["number"] for item in page["items"]]
        path = f"/v1/leads?limit=2&cursor={page['next_cursor']}"
    assert page["next_cursor"] is None
    assert sorted(seen) == sorted(numbers)


def test_filters_narrow_a_list_and_must_all_hold(ask: Ask) -> None:
    ask("POST", "/v1/leads", json=tip(channel="phone", title="电话举报"))
    ask("POST", "/v1/leads", json=tip(channel="phone", township="石桥镇"))
    ask("POST", "/v1/leads", json=tip())
    assert ask("GET", "/v1/leads?channel=phone").json["total"] == 2
    assert ask("GET", "/v1/leads?channel=phone&township=石桥镇").json["total"] == 1
    assert ask("GET", "/v1/leads?q=电话").json["total"] == 1
    assert ask("GET", "/v1/leads?overdue=true").json["total"] == 0
    assert ask("GET", "/v1/leads?received_from=2017-08-10T08:00:01%2B08:00").json["total"] == 0


def test_the_history_of_a_lead_is_read_newest_first_in_pages(ask: Ask, lead: dict[str, Any]) -> None:
    accept(ask, lead["number"])
    path, kinds = f"/v1/leads/{lead['number']}/events", []
    page = ask("GET", f"{path}?limit=2").json
    while True:
        kinds += [event["kind"] for event in page["items"]]
        if page["next_cursor"] is None:
            break
        page = ask("GET", f"{path}?limit=2&cursor={page['next_cursor']}").json
    assert kinds[-1] == "lead.received"
    assert "lead.accepted" in kinds


def test_a_record_of_work_stands_beside_its_lead(ask: Ask, lead: dict[str, Any]) -> None:
    accept(ask, lead["number"])
    body = {
        "kind": "seizure",
        "occurred_on": "2017-08-10",
        "data": {"product": "ivory", "identified": True, "grams": 12.5},
    }
    answer = ask("POST", f"/v1/leads/{lead['number']}/records", by=OFFICER, json=body)
    assert answer.status_code == 201
    assert float(answer.json["records"][0]["data"]["grams"]) == 12.5
