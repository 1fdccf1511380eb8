"""The main journey through the use cases, on a real database: a tip, a unit, partners, the police, the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.application import history, queries
from shared.bootstrap import System
from tests.conftest import STARTS
from tests.leads import an_intake
from tests.turning import turn
from workflows.campaign import CampaignDefinition
from workflows.commands import (
    ActOnHandoff,
    ActOnLead,
    AddRecord,
    Caller,
    ProposeTransfer,
    ReceiveLead,
    RequestHandoffs,
)
from workflows.rejection import Rejected

Callers = dict[str, Caller]


@pytest.fixture
def station(definition: CampaignDefinition) -> str:
    return next(a.id for a in definition.agencies if a.type == "forestry" and a.townships)


@pytest.fixture
def number(system: System, callers: Callers) -> str:
    """A lead the office has just registered."""
    done = system.handle(ReceiveLead(callers["office.intake"], an_intake(), "12345", "2017081000001")).done
    assert done is not None
    return str(done.number)


def lead(system: System, by: Caller, number: str) -> dict[str, Any]:
    found: dict[str, Any] = system.read(queries.lead, by, number=number)
    return found


def test_a_received_lead_runs_its_acceptance_clock_and_says_what_happens_next(
    system: System, callers: Callers, number: str
) -> None:
    found = lead(system, callers["office.office_staff"], number)
    assert found["state"]["id"] == "received"
    assert [clock["code"] for clock in found["clocks"] if clock["state"] == "running"] == ["D-ACCEPT"]
    assert {action["name"] for action in found["allowed_actions"]} >= {"accept", "reject", "merge"}
    assert found["forecast"]
    assert all(step["at"] and step["act"] and step["rule"] for step in found["forecast"])


def test_the_same_source_reference_gives_the_lead_that_exists(
    system: System, callers: Callers, number: str
) -> None:
    again = system.handle(ReceiveLead(callers["office.intake"], an_intake(), "12345", "2017081000001"))
    assert again.done is not None
    assert (again.done.number, again.created) == (number, False)


def test_another_agency_does_not_learn_that_the_lead_exists(
    system: System, callers: Callers, number: str, station: str
) -> None:
    with pytest.raises(Rejected) as refused:
        lead(system, callers["customs.officer"], number)
    with pytest.raises(Rejected) as unknown:
        lead(system, callers["customs.officer"], "YS-2017-9999")
    assert refused.value.kind == unknown.value.kind == "missing"
    assert refused.value.reasons == unknown.value.reasons


def test_open_blocking_work_keeps_a_lead_from_being_concluded(
    system: System, callers: Callers, number: str, station: str
) -> None:
    officer, head = callers[f"{station}.officer"], callers[f"{station}.unit_head"]
    system.handle(ActOnLead(callers["office.office_staff"], number, "accept", {"lead_agency": station}))
    assignment = lead(system, officer, number)["handoffs"][0]
    system.handle(ActOnHandoff(callers[f"{station}.liaison"], assignment["id"], "acknowledge"))
    system.handle(AddRecord(officer, "inspection", STARTS.date(), _inspection(system, officer), number))
    system.handle(ActOnLead(officer, number, "verify", {"finding": "查见疑似象牙制品四件"}))
    case = {"case_number": "青林罚立〔2017〕1号", "first_officer": "甲", "second_officer": "乙"}
    system.handle(ActOnLead(head, number, "file_case", case))
    asked = system.handle(
        RequestHandoffs(officer, number, "market_joint_check", ("market",), "请联合检查该摊位")
    )
    conclusion = {
        "disposition": "administrative_penalty",
        "finding": "查明",
        "source_analysis": "外地市场购入",
        "destination_analysis": "零售散客",
    }
    with pytest.raises(Rejected) as refused:
        system.handle(ActOnLead(officer, number, "conclude", conclusion))
    assert refused.value.kind == "conflict"
    [open_work] = [r for r in refused.value.reasons if r.code == "blocking_open"]
    assert open_work.text.zh == "协作事项尚未办结：县工商局·联合检查（待签收）", (
        "the refusal names what is open"
    )
    assert asked.done is not None
    market = callers["market.officer"]
    system.handle(ActOnHandoff(callers["market.liaison"], asked.done.id, "acknowledge"))
    system.handle(ActOnHandoff(market, asked.done.id, "reply", {"result": "已联合检查,未见执照"}))
    system.handle(ActOnHandoff(officer, asked.done.id, "confirm"))
    system.handle(ActOnLead(officer, number, "conclude", conclusion))
    assert lead(system, head, number)["state"]["id"] == "investigated"


def _inspection(system: System, by: Caller) -> dict[str, Any]:
    """The least an inspection must say, read from the definition as a client would."""
    campaign = system.read(queries.campaign, by)
    kind = next(k for k in campaign["record_kinds"] if k["id"] == "inspection")
    fields = {f["id"]: f for f in campaign["fields"]}
    values: dict[str, Any] = {
        "text": "现场检查",
        "integer": 1,
        "decimal": 1,
        "boolean": True,
        "date": "2017-08-10",
    }
    words = campaign["vocabularies"]
    return {
        name: words[fields[name]["vocabulary"]][0]["id"]
        if fields[name]["vocabulary"]
        else values[fields[name]["type"]]
        for name in kind["needs"]
    }


def test_a_silent_agency_climbs_the_ladder_exactly_as_forecast(
    system: System, callers: Callers, number: str, station: str
) -> None:
    office = callers["office.office_staff"]
    system.handle(ActOnLead(office, number, "accept", {"lead_agency": station}))
    forecast = lead(system, office, number)["forecast"]
    turn(system, callers["system"], STARTS + timedelta(days=90))
    events = system.read(queries.events, office, after=0, limit=200)["items"]
    clocks = {step["deadline_id"] for step in forecast}
    fired = [
        (event["occurred_at"], event["data"]["step"])
        for event in events
        if event["kind"] in {"deadline.escalated", "deadline.expired"}
        and event["data"]["deadline_id"] in clocks
    ]
    assert sorted(fired) == sorted((step["at"], step["act"]) for step in forecast)


def test_a_lead_can_be_replayed_from_its_events(
    system: System, callers: Callers, number: str, station: str
) -> None:
    office = callers["office.office_staff"]
    system.handle(ActOnLead(office, number, "accept", {"lead_agency": station}))
    state = None
    for event in reversed(
        system.read(queries.lead_history, office, number=number, cursor=None, limit=100)["items"]
    ):
        if event["subject"] == "lead":
            assert event["from_state"] == state
            state = event["to_state"]
    assert state == lead(system, office, number)["state"]["id"]
    assert system.read(history.verify_audit, office)["ok"]


def test_a_transfer_cannot_be_proposed_by_someone_who_does_not_hold_the_lead(
    system: System, callers: Callers, number: str, station: str
) -> None:
    system.handle(ActOnLead(callers["office.office_staff"], number, "accept", {"lead_agency": station}))
    with pytest.raises(Rejected) as refused:
        system.handle(ProposeTransfer(callers["office.office_staff"], number, "public_security"))
    assert refused.value.kind == "forbidden"


def test_of_two_who_saw_the_same_version_the_second_is_told_what_changed(
    system: System, callers: Callers, number: str, station: str
) -> None:
    first = ActOnLead(
        callers["office.office_staff"], number, "accept", {"lead_agency": station}, expected_version=1
    )
    system.handle(first)
    with pytest.raises(Rejected) as refused:
        system.handle(replace(first, by=callers["office.office_director"]))
    assert refused.value.kind == "stale"
    assert refused.value.details["version"] == 2
    assert "office.office_staff" in str(refused.value.details["changed_by"])
