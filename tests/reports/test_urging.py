"""One act urges every unit that still owes a report: who is told, what the history keeps, and when it is refused."""

from __future__ import annotations

from typing import Any

from tests.api.conftest import Ask
from tests.conftest import STARTS
from tests.reports.test_forms_and_duties import LIAISON, STATION, submit
from tests.turning import turn
from workflows.commands import DeliverOutbox

URGE = "/v1/reports/stage/2017-09/urging"
HEAD = f"{STATION}.unit_head"


def told(ask: Ask, system: Any, callers: Any, by: str) -> list[dict[str, Any]]:
    """What a person was told of urgings."""
    system.handle(DeliverOutbox(callers["system"], tuple(system.chores().outbox)))
    items = ask("GET", "/v1/notices", by=by).json["items"]
    return [item for item in items if item["kind"] == "report.urged"]


def urged_events(ask: Ask) -> list[dict[str, Any]]:
    """The urgings the history holds."""
    found, after = [], 0
    while True:
        page = ask("GET", f"/v1/events?after={after}&limit=200").json
        found += [event for event in page["items"] if event["kind"] == "report.urged"]
        if not page["items"]:
            return found
        after = page["items"][-1]["position"]


def test_every_unit_that_owes_is_urged_and_no_other(ask: Ask, system: Any, callers: Any) -> None:
    owing = {o["unit"]["id"] for o in ask("GET", "/v1/reports").json["items"] if o["period"] == "2017-09"}
    submit(ask)
    waived = next(unit for unit in sorted(owing) if unit != STATION)
    ask("POST", f"/v1/reports/stage/2017-09/units/{waived}/waiver", json={"reason": "抽调防汛"})
    answer = ask("POST", URGE, json={})
    assert answer.status_code == 200
    units = {row["unit"]["id"]: row["times"] for row in answer.json["units"]}
    assert units == dict.fromkeys(owing - {STATION, waived}, 1)
    assert answer.json["urged"] == len(units)
    events = urged_events(ask)
    assert {event["data"]["unit"] for event in events} == set(units)
    assert {(event["person"], event["data"]["period"]) for event in events} == {
        ("office.office_staff", "2017-09")
    }
    assert told(ask, system, callers, LIAISON) == [], "who has reported is left in peace"


def test_those_the_reminder_tells_are_told_and_nothing_of_a_case(ask: Ask, system: Any, callers: Any) -> None:
    ask("POST", URGE, json={})
    assert len(told(ask, system, callers, LIAISON)) == 1
    assert told(ask, system, callers, "office.office_staff") == []
    turn(system, callers["system"], STARTS.replace(month=9, day=20))
    again = ask("POST", URGE, json={}).json
    assert {row["times"] for row in again["units"]} == {2}
    notices = told(ask, system, callers, LIAISON)
    assert len(notices) == 2
    late = notices[0]["data"]
    assert set(late) == {"subject", "subject_id", "form", "due_at"}
    assert (late["subject"], late["form"]) == ("report", "urge_notice")
    assert len(told(ask, system, callers, HEAD)) == 1, (
        "past the due moment the head is told too, as the ladder does"
    )


def test_no_clock_moves(ask: Ask) -> None:
    before = ask("GET", "/v1/deadlines?subject=report", by=LIAISON).json["items"]
    ask("POST", URGE, json={})
    assert ask("GET", "/v1/deadlines?subject=report", by=LIAISON).json["items"] == before


def test_a_rehearsal_names_them_and_keeps_nothing_and_a_repeat_under_one_key_urges_once(ask: Ask) -> None:
    rehearsed = ask("POST", f"{URGE}?dry_run=true", json={}).json
    assert rehearsed["dry_run"] is True
    assert urged_events(ask) == []
    key = {"Idempotency-Key": "urge-once-2017-09"}
    first = ask("POST", URGE, json={}, headers=key)
    second = ask("POST", URGE, json={}, headers=key)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.json == first.json
    assert first.json["urged"] == rehearsed["urged"] == len(urged_events(ask))


def test_a_refusal_says_why(ask: Ask) -> None:
    stranger = ask("POST", URGE, json={}, by=LIAISON)
    assert (stranger.status_code, stranger.json["code"]) == (403, "role")
    assert ask("POST", "/v1/reports/stage/1999-01/urging", json={}).status_code == 404
    early = ask("POST", "/v1/reports/stage/2017-12/urging", json={})
    assert (early.status_code, early.json["code"]) == (409, "period_not_open")
    for owed in ask("GET", "/v1/reports").json["items"]:
        if owed["period"] == "2017-09":
            ask("POST", f"{owed['href']}/waiver", json={"reason": "抽调防汛"})
    nobody = ask("POST", URGE, json={})
    assert (nobody.status_code, nobody.json["code"]) == (409, "nobody_missing")
    assert urged_events(ask) == []
