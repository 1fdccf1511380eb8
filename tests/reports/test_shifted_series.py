"""A due day that is a day off moves with the unit's calendar: in what is owed, on its clock and in what is compiled."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.api.conftest import Ask
from tests.workflows import quarry

OPENED = "2027-03-01T09:00:00+08:00"
WEEKLY = {
    "id": "weekly",
    "kind": "periodic",
    "name": {"zh": "周报", "en": "Weekly report"},
    "words": "每周六上午10时前",
    "source": "invented plan, 7",
    "due_time": "10:00:00",
    "every": {"weekdays": ["saturday"], "shift": "later"},
}


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def test_saturdays_report_is_owed_on_monday(ask: Ask) -> None:
    document = plain(quarry.document())
    document["reports"].append(WEEKLY)
    administrator = "office.administrator"
    assert ask("POST", "/v1/definitions", by=administrator, json=document).status_code == 201
    people = [{"id": "staff", "name": "甲", "agency": "office", "roles": ["office_staff"]}]
    opening = {"definition": "quarry-2027", "at": OPENED, "name": "quarry-weeks", "people": people}
    opened = ask("POST", "/v1/exercises", by=administrator, json=opening).json
    token = opened["people"][0]["token"]
    owed = [o for o in ask("GET", "/v1/reports", by=token).json["items"] if o["kind"] == "periodic"]
    saturday, monday = "2027-03-06", "2027-03-08T10:00:00+08:00"
    first = [o for o in owed if o["period"] == f"weekly-{saturday}"]
    assert {(o["covers_to"], o["due_at"]) for o in first} == {("2027-03-05", monday)}
    assert all(date.fromisoformat(o["due_at"][:10]).weekday() == 0 for o in owed)
    clocks = ask("GET", "/v1/deadlines?subject=report&limit=200", by=token).json["items"]
    assert monday in {clock["due_at"] for clock in clocks}
    table = ask("GET", f"/v1/reports/periodic/weekly-{saturday}/table", by=token).json["snapshot"]
    assert table["report"]["due_at"] == monday
    assert {unit["status"] for unit in table["units"]} == {"scheduled"}
