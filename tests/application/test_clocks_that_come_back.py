"""What a definition may say of clocks beyond a plain term, armed, fired, forecast and explained on a real database."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.application import queries
from shared.bootstrap import System, build_system
from shared.settings import Settings
from tests.conftest import STARTS
from tests.leads import an_intake
from tests.people import people_of
from tests.turning import turn
from workflows.campaign import CampaignDefinition
from workflows.commands import (
    ActOnLead,
    AddPeople,
    AddRecord,
    Caller,
    OpenCampaign,
    PublishDefinition,
    ReceiveLead,
    SnoozeDeadline,
    system_caller,
)
from workflows.definition_format import read_definition

CAMPAIGN = "series-2017"
UNIT = "station_qinglan"
POLICY = {"source": "policy"}
CLOCKS: list[dict[str, Any]] = [
    {
        "code": "D-WEEKLY",
        "starts_on": ["lead.accepted"],
        "stops_on": ["record.added:breakthrough"],
        "ends_on": ["lead.rejected"],
        "every": {"weekdays": ["monday"], "at": time(10), "shift": "later"},
        "holder": "lead_agency",
        "ladder": "told_again",
    },
    {
        "code": "D-AHEAD",
        "starts_on": ["lead.received"],
        "stops_on": ["lead.closed"],
        "term": {"amount": -3, "unit": "working_day"},
        "counts_from": "act_on",
        "holder": "office",
        "ladder": "told_again",
    },
    {
        "code": "D-FIXED",
        "starts_on": ["lead.received"],
        "stops_on": ["lead.closed"],
        "term": {"fixed": date(2017, 9, 18)},
        "holder": "office",
        "ladder": "told_again",
    },
    {
        "code": "D-NOT-BEFORE",
        "starts_on": ["lead.received"],
        "stops_on": ["lead.closed"],
        "term": {"amount": 2, "unit": "working_day", "not_before": date(2017, 9, 1)},
        "holder": "office",
        "ladder": "told_again",
    },
    {
        "code": "D-FACT",
        "subject": "lead",
        "starts_on": ["record.added:inspection"],
        "stops_on": ["lead.closed"],
        "term": {"amount": 24, "unit": "hour"},
        "counts_from": "given.scheduled_at",
        "holder": "office",
        "ladder": "told_again",
    },
]
LADDER = {
    "id": "told_again",
    "name": {"zh": "逐日提醒"},
    "rungs": [
        {
            "level": "R1",
            "name": {"zh": "催办"},
            "offset": {"amount": 0, "unit": "calendar_day"},
            "to": ["officer@holder"],
            "form": "urging",
            "repeat": {"amount": 1, "unit": "calendar_day", "times": 3},
            **POLICY,
        }
    ],
    **POLICY,
}


@pytest.fixture(scope="module")
def rules(document: dict[str, Any]) -> dict[str, Any]:
    """The definition of 2017 with clocks of every further kind, and quiet nights."""
    data = deepcopy(document)
    data["campaign"]["id"] = CAMPAIGN
    data["clocks"] += [{"subject": "lead", "name": {"zh": c["code"]}, **POLICY, **c} for c in CLOCKS]
    data["ladders"].append(LADDER)
    data["quiet_hours"] = {"begins": time(20), "ends": time(8), **POLICY}
    for kind in data["record_kinds"]:
        if kind["id"] == "inspection":
            kind["fields"] = [*kind["fields"], "scheduled_at"]
    return data


@pytest.fixture
def world(database: str, rules: dict[str, Any], tmp_path: Path) -> Iterator[System]:
    settings = Settings(database, "", tmp_path, None, ("localhost",), "http://127.0.0.1:8000")
    system = build_system(settings)
    definition: CampaignDefinition = read_definition(rules)
    system.handle(PublishDefinition(system_caller(""), rules))
    system.handle(
        OpenCampaign(system_caller(""), CAMPAIGN, definition.id, definition.version, "exercise", STARTS)
    )
    system.handle(AddPeople(system_caller(CAMPAIGN), tuple(people_of(definition))))
    yield system
    system.close()


def by(person: str) -> Caller:
    agency, _, role = person.partition(".")
    return Caller(CAMPAIGN, person, agency, frozenset({role}))


def received(world: System, **changes: Any) -> str:
    done = world.handle(ReceiveLead(by("office.intake"), an_intake(**changes), "12345", "1")).done
    assert done is not None
    return str(done.number)


def accepted(world: System) -> str:
    number = received(world)
    world.handle(ActOnLead(by("office.office_staff"), number, "accept", {"lead_agency": UNIT}))
    return number


def clocks(world: System, number: str, code: str) -> list[dict[str, Any]]:
    found = world.read(queries.lead, by("office.office_director"), number=number)
    return [clock for clock in found["clocks"] if clock["code"] == code]


def due(world: System, number: str, code: str) -> list[tuple[str, str]]:
    return [(clock["due_at"][:16], clock["state"]) for clock in clocks(world, number, code)]


def progress(world: System, number: str, on: datetime) -> None:
    world.handle(AddRecord(by(f"{UNIT}.officer"), "breakthrough", on.date(), {"gangs": 1, "dens": 0}, number))


def test_a_weekly_duty_comes_back_whether_it_was_done_or_not(world: System) -> None:
    number = accepted(world)
    assert due(world, number, "D-WEEKLY") == [("2017-08-14T10:00", "running")]
    progress(world, number, STARTS)
    assert due(world, number, "D-WEEKLY") == [("2017-08-14T10:00", "met"), ("2017-08-21T10:00", "running")]
    turn(world, system_caller(CAMPAIGN), STARTS + timedelta(days=12))  # the 21st passes, nobody reports
    assert due(world, number, "D-WEEKLY")[1:] == [
        ("2017-08-21T10:00", "running"),
        ("2017-08-28T10:00", "running"),
    ]
    progress(world, number, STARTS + timedelta(days=12))
    assert due(world, number, "D-WEEKLY")[1:] == [
        ("2017-08-21T10:00", "missed"),
        ("2017-08-28T10:00", "running"),
    ]


def test_what_is_done_twice_in_a_week_does_not_settle_the_week_after_the_next(world: System) -> None:
    number = accepted(world)
    for _ in range(3):
        progress(world, number, STARTS)
    assert due(world, number, "D-WEEKLY") == [("2017-08-14T10:00", "met"), ("2017-08-21T10:00", "running")]


def test_an_event_ends_a_series_for_good(world: System) -> None:
    number = accepted(world)
    campaign = world.read(queries.campaign, by("office.office_staff"))
    given = {
        "reject_reason": campaign["vocabularies"]["reject_reason"][0]["id"],
        "reason": "不属于专项行动范围",
    }
    world.handle(ActOnLead(by("office.office_staff"), number, "reject", given))
    assert due(world, number, "D-WEEKLY") == [("2017-08-14T10:00", "cancelled")]
    turn(world, system_caller(CAMPAIGN), STARTS + timedelta(days=30))
    assert len(due(world, number, "D-WEEKLY")) == 1


def test_what_was_forecast_of_a_series_is_what_happened(world: System) -> None:
    number = accepted(world)
    office = by("office.office_director")
    weekly = clocks(world, number, "D-WEEKLY")[0]["id"]
    told = world.read(queries.deadline, office, deadline_id=weekly)
    foreseen = [(step["at"], step["act"]) for step in told["forecast"]]
    assert foreseen[0] == ("2017-08-14T10:00:00+08:00", "due")
    turn(world, system_caller(CAMPAIGN), STARTS + timedelta(days=16))
    steps = []
    for clock in clocks(world, number, "D-WEEKLY")[:2]:
        seen = world.read(queries.deadline, office, deadline_id=clock["id"])["steps"]
        steps += [(step["due_at"], step["step"]) for step in seen]
    assert sorted(steps) == sorted(foreseen)
    assert "每周一 10:00" in told["explanation"]["zh"]
    assert "every Mon at 10:00" in told["explanation"]["en"]


def test_days_before_a_date_a_fixed_date_and_an_earliest_date(world: System) -> None:
    number = received(world, act_on=date(2017, 8, 9))
    assert due(world, number, "D-AHEAD") == [("2017-08-05T00:00", "running")]
    assert due(world, number, "D-FIXED") == [("2017-09-19T00:00", "running")]
    assert due(world, number, "D-NOT-BEFORE") == [("2017-09-02T00:00", "running")]
    told = world.read(
        queries.deadline,
        by("office.office_director"),
        deadline_id=clocks(world, number, "D-NOT-BEFORE")[0]["id"],
    )
    assert "未早于规定的最早日期" in told["explanation"]["zh"]


def test_a_fact_that_is_not_known_starts_no_clock(world: System) -> None:
    assert due(world, received(world), "D-AHEAD") == []


def test_within_a_day_of_the_fact_and_not_of_its_being_recorded(world: System) -> None:
    number = accepted(world)
    turn(world, system_caller(CAMPAIGN), STARTS + timedelta(hours=30))
    words = world.read(queries.campaign, by("office.office_staff"))["vocabularies"]
    chosen = {name: words[name][0]["id"] for name in ("inspection_method", "place_type")}
    data = {**chosen, "places": 1, "staff": 2, "scheduled_at": (STARTS + timedelta(hours=2)).isoformat()}
    world.handle(AddRecord(by(f"{UNIT}.officer"), "inspection", STARTS.date(), data, number))
    found = clocks(world, number, "D-FACT")
    assert [(c["due_at"][:16], c["overdue"]) for c in found] == [("2017-08-11T10:00", True)]


def test_a_night_time_rung_happens_at_night_and_is_told_in_the_morning(world: System) -> None:
    number = received(world)
    at_night = datetime(2017, 9, 18, 16, 30, tzinfo=UTC)  # half past midnight in Shanghai: D-FIXED fell due
    turn(world, system_caller(CAMPAIGN), at_night)
    fixed = clocks(world, number, "D-FIXED")[0]["id"]
    steps = world.read(queries.deadline, by("office.office_director"), deadline_id=fixed)["steps"]
    assert [step["step"] for step in steps] == ["due", "R1"]

    def urged(person: str) -> int:
        items = world.read(queries.notices, by(person), cursor=None, limit=200)["items"]
        return len([n for n in items if n["data"].get("deadline_id") == fixed])

    people = [p["id"] for p in people_of(read_definition_of(world)) if p["agency_id"] == "office"]
    assert sum(urged(person) for person in people) == 0
    turn(world, system_caller(CAMPAIGN), at_night + timedelta(hours=8))
    assert sum(urged(person) for person in people) >= 1


def read_definition_of(world: System) -> CampaignDefinition:
    definition: CampaignDefinition = world.read(lambda work: work.definition, by("office.office_director"))
    return definition


def test_a_snooze_is_for_the_holder_and_stops_the_repeats(world: System) -> None:
    number = accepted(world)
    turn(world, system_caller(CAMPAIGN), datetime(2017, 8, 14, 2, 30, tzinfo=UTC))
    weekly = clocks(world, number, "D-WEEKLY")[0]["id"]
    office = by("office.office_director")
    before = [s["act"] for s in world.read(queries.deadline, office, deadline_id=weekly)["forecast"]]
    until = datetime(2017, 8, 16, 4, tzinfo=UTC)
    world.handle(SnoozeDeadline(by(f"{UNIT}.unit_head"), weekly, until, "周三上午统一报送"))
    after = [s["act"] for s in world.read(queries.deadline, office, deadline_id=weekly)["forecast"]]
    assert before == ["R1+1", "R1+2", "R1+3"]
    assert after == ["R1+3"]
