"""The rules at work on a real database: what they flag blocks the end of a case until people have decided."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from shared.application import link_queries, queries
from shared.bootstrap import System
from tests.conftest import STARTS
from tests.leads import an_intake
from workflows.commands import ActOnLead, ActOnTransfer, AddRecord, Caller, ProposeTransfer, ReceiveLead
from workflows.rejection import Rejected

Callers = dict[str, Caller]
UNIT = "station_qinglan"
ENDING = {
    "disposition": "administrative_penalty",
    "finding": "查明",
    "source_analysis": "外地市场购入",
    "destination_analysis": "零售散客",
}
PROPOSAL = {"report": "数额达到移送标准", "officers": ["甲某", "乙某"], "reason": "涉嫌犯罪"}
ENCLOSURES = [
    "transfer_letter",
    "investigation_report",
    "property_list",
    "appraisal_report",
    "other_material",
]


def lead(system: System, by: Caller, number: str) -> dict[str, Any]:
    found: dict[str, Any] = system.read(queries.lead, by, number=number)
    return found


def suggestion(found: dict[str, Any], rule: str) -> dict[str, Any]:
    return next(item for item in found["suggestions"] if item["rule"] == rule)


def investigated(system: System, callers: Callers, reference: str, **intake: Any) -> str:
    """A lead whose case the unit has filed."""
    done = system.handle(ReceiveLead(callers["office.intake"], an_intake(**intake), "12345", reference)).done
    assert done is not None
    number = str(done.number)
    officer, head = callers[f"{UNIT}.officer"], callers[f"{UNIT}.unit_head"]
    system.handle(ActOnLead(callers["office.office_staff"], number, "accept", {"lead_agency": UNIT}))
    system.handle(ActOnLead(officer, number, "verify", {"finding": "查见疑似象牙制品四件"}))
    case = {
        "case_number": f"青林罚立〔2017〕{reference}号",
        "first_officer": "甲某",
        "second_officer": "乙某",
    }
    system.handle(ActOnLead(head, number, "file_case", case))
    return number


def refusal(system: System, by: Caller, number: str, step: str = "conclude", **given: Any) -> list[str]:
    with pytest.raises(Rejected) as refused:
        system.handle(ActOnLead(by, number, step, given or ENDING))
    return [reason.code for reason in refused.value.reasons]


def propose(system: System, callers: Callers, number: str) -> str:
    by = callers[f"{UNIT}.officer"]
    done = system.handle(ProposeTransfer(by, number, "forest_police", PROPOSAL)).done
    assert done is not None
    return done.id


def test_six_hundred_grams_are_flagged_transferred_filed_and_closed(system: System, callers: Callers) -> None:
    number = investigated(system, callers, "1")
    officer, head = callers[f"{UNIT}.officer"], callers[f"{UNIT}.unit_head"]
    assert "R1" not in [
        item["rule"]
        for item in lead(system, officer, number)["suggestions"]
        if item["outcomes"][0]["then"].get("suspected")
    ]
    seized = {"product": "ivory", "identified": True, "pieces": 4, "grams": 600}
    system.handle(AddRecord(officer, "seizure", STARTS.date(), seized, number))
    flag = suggestion(lead(system, officer, number), "R1")
    assert flag["outcomes"][0]["then"] == {"suspected": True, "band": "basic"}
    assert flag["value"]["own_yuan"] == 25000.2
    assert flag["value"]["basis"] == "default"
    assert "unverified" in flag["value"]["basis_sources"][0]
    assert flag["version"] == lead(system, officer, number)["definition"]["hash"]
    assert refusal(system, officer, number) == ["crime_undecided"]
    transfer = propose(system, callers, number)
    assert "transfer_open" in refusal(system, officer, number)
    police = callers["forest_police.unit_head"]
    for by, step, given in (
        (head, "approve", {}),
        (officer, "send", {"document_number": "移字1号", "enclosures": ENCLOSURES}),
        (callers["forest_police.liaison"], "receipt", {"document_number": "收字1号"}),
        (police, "file", {"document_number": "立字1号"}),
        (officer, "hand_over_property", {"handover_list": "交接清单1号"}),
        (callers["forest_police.officer"], "complete", {}),
    ):
        system.handle(ActOnTransfer(by, transfer, step, given))
    assert lead(system, officer, number)["disposition"] == "transferred_filed"
    close = {"custody_resolved": True, "reason": "材料齐全"}
    office = callers["office.office_director"]
    handoff = lead(system, office, number)["handoffs"][0]
    assert handoff["type"]["id"] == "assign"
    system.handle(ActOnLead(office, number, "close", close))
    assert lead(system, office, number)["state"]["id"] == "closed"


def test_the_head_refuses_a_transfer_only_with_a_reason_which_the_office_sees(
    system: System, callers: Callers
) -> None:
    number = investigated(system, callers, "2", grams=600.0)
    officer, head = callers[f"{UNIT}.officer"], callers[f"{UNIT}.unit_head"]
    assert refusal(system, officer, number) == ["crime_undecided"]
    transfer = propose(system, callers, number)
    with pytest.raises(Rejected) as refused:
        system.handle(ActOnTransfer(head, transfer, "refuse"))
    assert refused.value.kind == "invalid"
    assert [reason.field for reason in refused.value.reasons] == ["given/refused_reason"]
    why = "情节显著轻微，尚不构成犯罪"
    system.handle(ActOnTransfer(head, transfer, "refuse", {"refused_reason": why}))
    seen = system.read(queries.transfer, callers["office.office_staff"], transfer_id=transfer)
    assert seen["attributes"]["refused_reason"] == why
    system.handle(ActOnLead(officer, number, "conclude", ENDING))
    assert lead(system, officer, number)["state"]["id"] == "investigated"


def test_an_officers_word_is_enough_to_suspect_a_crime(system: System, callers: Callers) -> None:
    number = investigated(system, callers, "3", products=("other",))
    officer = callers[f"{UNIT}.officer"]
    assert refusal(system, officer, number, **ENDING, crime_suspected=True) == ["crime_stated"]


def test_a_figure_given_by_an_officer_is_compared_as_a_number_when_it_is_read_again(
    system: System, callers: Callers
) -> None:
    done = system.handle(ReceiveLead(callers["office.intake"], an_intake(), "12345", "4")).done
    assert done is not None
    number, officer = str(done.number), callers[f"{UNIT}.officer"]
    system.handle(ActOnLead(callers["office.office_staff"], number, "accept", {"lead_agency": UNIT}))
    system.handle(ActOnLead(officer, number, "verify", {"finding": "查实", "estimated_value_yuan": 250000}))
    found = lead(system, officer, number)
    assert suggestion(found, "R10")["outcomes"][0]["then"]["because"] == "value"
    assert suggestion(found, "R1")["outcomes"][0]["then"]["band"] == "especially_serious"
    assert suggestion(found, "R1")["value"]["basis"] == "stated"


def test_what_was_found_to_be_nothing_is_closed_without_a_transfer(system: System, callers: Callers) -> None:
    done = system.handle(
        ReceiveLead(callers["office.intake"], an_intake(estimated_value_yuan=90000.0), "12345", "5")
    ).done
    assert done is not None
    number, officer = str(done.number), callers[f"{UNIT}.officer"]
    system.handle(ActOnLead(callers["office.office_staff"], number, "accept", {"lead_agency": UNIT}))
    system.handle(AddRecord(officer, "evidence", STARTS.date(), {"title": "现场检查照片"}, number))
    system.handle(ActOnLead(officer, number, "refute", {"finding": "系牛骨仿品"}))
    system.handle(ActOnLead(callers["office.office_director"], number, "close", {"reason": "查无实据"}))
    assert lead(system, officer, number)["state"]["id"] == "closed"


def test_the_whole_account_says_why_each_other_row_did_not_answer(system: System, callers: Callers) -> None:
    act_on = date(2017, 8, 9)
    done = system.handle(
        ReceiveLead(callers["office.intake"], an_intake(act="smuggle", act_on=act_on), "12345", "6")
    ).done
    assert done is not None
    found = system.read(link_queries.suggestions, callers["office.office_staff"], number=done.number)["items"]
    rule = next(item for item in found if item["rule"] == "R5")
    assert rule["outcomes"][0]["then"] == {"agency": "customs", "advice": "customs_administrative"}
    assert [miss["row"] for miss in rule["misses"]] == [1, 2, 3]
    assert rule["misses"][0]["why"][0]["zh"]
    value_unknown = next(item for item in found if item["rule"] == "R7")
    assert "estimated_value_yuan" in value_unknown["missing"]


def test_a_helping_agency_is_shown_no_suggestions(system: System, callers: Callers) -> None:
    done = system.handle(ReceiveLead(callers["office.intake"], an_intake(), "12345", "7")).done
    assert done is not None
    given = {"lead_agency": UNIT, "assisting": ["market"]}
    system.handle(ActOnLead(callers["office.office_staff"], str(done.number), "accept", given))
    helper = callers["market.officer"]
    assert lead(system, helper, str(done.number))["suggestions"] == []
    assert system.read(link_queries.suggestions, helper, number=done.number) == {"items": []}
