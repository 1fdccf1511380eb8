"""Pauses, snoozes and calendars over the interface: previewed, decided by whom the rule names, recorded with both dates."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Ask

STATION = "station_qinglan"
OFFICER, HEAD, ADMINISTRATOR = f"{STATION}.officer", f"{STATION}.unit_head", "office.administrator"
LATER = "2017-08-16T09:00:00+08:00"
EXTRA_HOLIDAY = {
    "year": 2017,
    "source": "县政府办公室补充通知(虚构)",
    "holidays": [{"date": "2017-08-11", "name": "临时放假"}],
}


@pytest.fixture
def verify(ask: Ask, lead: dict[str, Any]) -> dict[str, Any]:
    """The clock a station verifies a lead under: seven calendar days, with grounds for a pause."""
    taken = ask(
        "POST", f"/v1/leads/{lead['number']}/actions/accept", json={"given": {"lead_agency": STATION}}
    )
    assert taken.status_code == 200
    return next(c for c in taken.json["clocks"] if c["code"] == "D-VERIFY")


def paused(ask: Ask, clock: dict[str, Any], by: str = HEAD, **changes: Any) -> Any:
    body = {"ground": "legal_question", "reason": "法律适用需请示", "until": LATER} | changes
    return ask("POST", f"/v1/deadlines/{clock['id']}/pauses", by=by, json=body)


def test_a_pause_is_decided_by_the_head_and_moves_the_date_by_what_it_lasts(
    ask: Ask, verify: dict[str, Any]
) -> None:
    assert paused(ask, verify, by=OFFICER).status_code == 403
    answer = paused(ask, verify)
    assert answer.status_code == 200
    assert (answer.json["light"], answer.json["original_due_at"]) == ("paused", verify["due_at"])
    assert (verify["due_at"][:10], answer.json["due_at"][:10]) == ("2017-08-18", "2017-08-24")
    assert [event["kind"] for event in answer.json["events"]] == ["deadline.paused"]
    assert "中止" in answer.json["explanation"]["zh"]
    assert paused(ask, verify).status_code in {200, 409}


def test_a_pause_may_end_early_and_takes_only_what_it_lasted(ask: Ask, verify: dict[str, Any]) -> None:
    assert paused(ask, verify).status_code == 200
    answer = ask("POST", f"/v1/deadlines/{verify['id']}/resumption", by=HEAD, json={"reason": "已答复"})
    assert answer.status_code == 200
    assert answer.json["due_at"] == verify["due_at"]
    again = ask("POST", f"/v1/deadlines/{verify['id']}/resumption", by=HEAD, json={"reason": "已答复"})
    assert (again.status_code, again.json["code"]) == (409, "not_paused")


def test_a_rule_whose_source_allows_no_pause_refuses_with_its_source(ask: Ask, lead: dict[str, Any]) -> None:
    accept = lead["clocks"][0]
    answer = paused(ask, accept, by="office.unit_head")
    if answer.status_code == 403:
        answer = paused(ask, accept, by="office.office_director")
    assert answer.status_code in {403, 409}
    assert answer.status_code == 403 or accept["source"] in answer.json["detail"]


def test_importing_a_year_previews_what_it_moves_then_moves_it_and_tells_nobody_who_gains_time(
    ask: Ask, lead: dict[str, Any]
) -> None:
    number = lead["number"]
    ask("POST", f"/v1/leads/{number}/actions/accept", json={"given": {"lead_agency": STATION}})
    path = "/v1/calendars/cn/years"
    preview = ask("POST", f"{path}?dry_run=true", by=ADMINISTRATOR, json=EXTRA_HOLIDAY)
    assert preview.status_code == 200
    before = {c["id"]: c["due_at"] for c in ask("GET", "/v1/deadlines").json["items"]}
    done = ask("POST", path, by=ADMINISTRATOR, json=EXTRA_HOLIDAY)
    assert done.status_code == 201
    assert done.json["changes"] == preview.json["changes"]
    moved = {c["deadline_id"]: (c["previous_due_at"], c["due_at"]) for c in done.json["changes"]}
    assert moved
    after = {c["id"]: c["due_at"] for c in ask("GET", "/v1/deadlines").json["items"]}
    assert {i: (before[i], after[i]) for i in before if before[i] != after[i]} == moved
    assert not any(
        change["told"] for change in done.json["changes"] if change["due_at"] > change["previous_due_at"]
    )


def test_an_office_closed_by_a_typhoon_moves_its_own_dates_and_taking_it_back_moves_them_back(
    ask: Ask, verify: dict[str, Any]
) -> None:
    path = "/v1/calendars/cn/local-days"
    body = {
        "source": "三防指挥部通知(虚构)",
        "closures": [{"date": "2017-08-11", "name": "台风停工"}, {"date": "2017-08-14", "name": "台风停工"}],
        "agency": STATION,
    }
    before = {c["id"]: c for c in ask("GET", "/v1/deadlines").json["items"]}
    done = ask("POST", path, by=ADMINISTRATOR, json=body)
    assert done.status_code == 201
    assert {before[c["deadline_id"]]["holder"]["id"] for c in done.json["changes"]} == {STATION}
    undone = ask(
        "POST",
        path,
        by=ADMINISTRATOR,
        json={"source": "撤销通知(虚构)", "withdrawn": ["2017-08-11", "2017-08-14"], "agency": STATION},
    )
    back = {c["deadline_id"]: (c["previous_due_at"], c["due_at"]) for c in undone.json["changes"]}
    assert back == {c["deadline_id"]: (c["due_at"], c["previous_due_at"]) for c in done.json["changes"]}
    assert all(c["told"] for c in undone.json["changes"])
    (calendar,) = ask("GET", "/v1/calendars").json["items"]
    assert [(i["agency"], i["version"]) for i in calendar["imports"]] == [(STATION, 1), (STATION, 2)]


def test_only_an_administrator_changes_a_calendar(ask: Ask) -> None:
    answer = ask("POST", "/v1/calendars/cn/years", by=OFFICER, json=EXTRA_HOLIDAY)
    assert answer.status_code == 403


def test_the_holder_may_be_told_later_and_nobody_else_decides_that(ask: Ask, verify: dict[str, Any]) -> None:
    path, body = f"/v1/deadlines/{verify['id']}/snooze", {"until": LATER, "reason": "周三统一报"}
    assert ask("POST", path, by="office.office_staff", json=body).status_code == 403
    answer = ask("POST", path, by=OFFICER, json=body)
    assert answer.status_code == 200
    assert [event["kind"] for event in answer.json["events"]] == ["deadline.snoozed"]
