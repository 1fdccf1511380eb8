"""A special report is owed when something happens to a lead: by the agency that holds it, within a day, in words."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest

from shared.application import queries
from shared.bootstrap import System
from tests.conftest import STARTS
from tests.leads import an_intake
from tests.workflows import quarry
from workflows.commands import (
    ActOnLead,
    Caller,
    CompileReport,
    OpenCampaign,
    PublishDefinition,
    ReceiveLead,
    SubmitReport,
    system_caller,
)
from workflows.rejection import Rejected

STATION = "station_qinglan"
ENTRY = {
    "id": "major",
    "kind": "special",
    "name": {"zh": "重大线索专报", "en": "Special report"},
    "on": ["lead.accepted"],
    "within": {"amount": 24, "unit": "hour"},
    "when": {"fact": "estimated_value_yuan", "at_least": 200000},
    "words": "发现后24小时内",
    "texts": ["work_done"],
    "source": "policy",
}


def caller(agency: str, *roles: str) -> Caller:
    return Caller("special", f"{agency}.{roles[0]}", agency, frozenset(roles))


OFFICE, LIAISON = caller("office", "office_staff"), caller(STATION, "liaison")


@pytest.fixture
def opened(system: System, document: dict[str, Any]) -> System:
    changed = deepcopy(document)
    changed["campaign"]["version"] = 9
    changed["reports"].append(deepcopy(ENTRY))
    nobody = system_caller("")
    system.handle(PublishDefinition(nobody, changed))
    system.handle(OpenCampaign(nobody, "special", changed["campaign"]["id"], 9, "exercise", STARTS))
    return system


def accepted(system: System, value: int) -> str:
    done = system.handle(ReceiveLead(OFFICE, an_intake(estimated_value_yuan=value), "counter")).done
    assert done is not None
    assert done.number is not None
    system.handle(ActOnLead(OFFICE, done.number, "accept", {"lead_agency": STATION}))
    return done.number


def owed(system: System, by: Caller) -> list[dict[str, Any]]:
    items = system.read(queries.reports, by)["items"]
    return [item for item in items if item["kind"] == "special"]


def test_an_event_that_calls_for_a_special_report_has_the_unit_owe_it_within_its_hours(
    opened: System,
) -> None:
    number = accepted(opened, 250_000)
    accepted(opened, 100)
    (item,) = owed(opened, LIAISON)
    assert (item["unit"]["id"], item["status"]) == (STATION, "scheduled")
    assert item["name"]["zh"] == f"重大线索专报（{number}）"
    assert item["due_at"] == (STARTS + timedelta(hours=24)).isoformat()
    clocks = opened.read(queries.deadlines, LIAISON, filters={"subject": "report"}, cursor=None, limit=50)[
        "items"
    ]
    assert (STARTS + timedelta(hours=24)).isoformat() in [clock["due_at"] for clock in clocks]


def test_a_special_report_asks_for_words_and_compiles_like_any_other(opened: System) -> None:
    accepted(opened, 250_000)
    period = owed(opened, LIAISON)[0]["period"]
    with pytest.raises(Rejected) as refused:
        opened.handle(SubmitReport(LIAISON, STATION, "special", period, False, {}, {"J1": 3}))
    assert [reason.code for reason in refused.value.reasons] == ["figures_not_asked"]
    opened.handle(SubmitReport(LIAISON, STATION, "special", period, False, {"work_done": "已控制现场。"}, {}))
    assert owed(opened, LIAISON)[0]["status"] == "on_time"
    opened.handle(CompileReport(OFFICE, "special", period))
    snapshot = opened.read(queries.compilation, OFFICE, kind="special", period=period, version=None)[
        "snapshot"
    ]
    assert [unit["id"] for unit in snapshot["units"]] == [STATION]
    assert snapshot["texts"][0]["entries"][0]["text"] == "已控制现场。"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"on": ["lead.eaten"]}, "on[0]"),
        ({"within": {"amount": 0, "unit": "hour"}}, "within.amount"),
        ({"within": {"amount": 1, "unit": "month"}}, "within.unit"),
        ({"when": {"fact": "no_such_fact", "equals": 1}}, "when.fact"),
        ({"texts": []}, "texts"),
        ({"due_on": STARTS.date()}, "due_on"),
    ],
)
def test_a_slip_in_a_special_report_is_named_with_its_place(change: dict[str, Any], found: str) -> None:
    entry = {**deepcopy(ENTRY), "on": ["lead.received"], "texts": ["reason"], **change}
    paths = {path for path, _ in quarry.problems(lambda document: document["reports"].append(entry))}
    assert f"reports[1].{found}" in paths
