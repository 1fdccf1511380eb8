"""Work given to an agency and taken from it again: who may know of the lead, who answers for it, whom it may go to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shared.bootstrap import System
from tests.api.conftest import Ask, tip
from tests.conftest import STARTS
from tests.turning import turn
from workflows.commands import Caller

UNIT, OTHER = "station_qinglan", "station_daluo"
DIRECTOR = "office.office_director"
ENCLOSED = ["transfer_letter", "investigation_report", "property_list", "appraisal_report", "other_material"]


class Desk:
    """Acts on one lead as several people, and says what came of it."""

    def __init__(self, ask: Ask, number: str) -> None:
        self.ask, self.number = ask, number

    def lead(self, by: str = DIRECTOR) -> Any:
        return self.ask("GET", f"/v1/leads/{self.number}", by=by)

    def step(self, step: str, by: str = DIRECTOR, **given: Any) -> Any:
        return self.ask("POST", f"/v1/leads/{self.number}/actions/{step}", by=by, json={"given": given})

    def part(self, kind: str, step: str, by: str = DIRECTOR, to: str | None = None, **given: Any) -> Any:
        parts = self.lead().json["handoffs" if kind != "transfer" else "transfers"]
        found = [
            p for p in parts if kind == "transfer" or (p["type"]["id"], p["to"]["id"]) == (kind, to or UNIT)
        ]
        noun = "transfers" if kind == "transfer" else "handoffs"
        path = f"/v1/{noun}/{found[-1]['id']}/actions/{step}"
        return self.ask("POST", path, by=by, json={"given": given})


@pytest.fixture
def desk(ask: Ask, lead: dict[str, Any]) -> Desk:
    return Desk(ask, lead["number"])


def codes(answer: Any) -> list[str]:
    return [error["code"] for error in answer.json["errors"]]


def pointers(answer: Any) -> list[str]:
    return [error["pointer"] for error in answer.json["errors"]]


def test_a_withdrawn_assignment_takes_the_lead_and_its_clocks_from_the_unit(desk: Desk) -> None:
    assert desk.step("accept", lead_agency=UNIT).status_code == 200
    assert desk.lead(f"{UNIT}.officer").status_code == 200
    assert desk.part("assign", "acknowledge", f"{UNIT}.officer").status_code == 200
    assert desk.part("assign", "withdraw", reason="发错单位").status_code == 200
    assert desk.lead(f"{UNIT}.officer").status_code == 404
    there = desk.lead().json
    assert (there["state"]["id"], there["lead_agency"]) == ("returned", None)
    running = {c["holder"]["id"] for c in there["clocks"] if c["state"] == "running"}
    assert running == {"office"}, "whoever is responsible holds the clocks"
    assert desk.step("accept", lead_agency=OTHER).json["lead_agency"]["id"] == OTHER


def test_an_assignment_withdrawn_before_it_was_signed_leaves_the_lead_as_if_it_had_not_been_passed_on(
    desk: Desk,
) -> None:
    before = desk.lead().json
    assert desk.step("accept", lead_agency=UNIT).status_code == 200
    assert desk.part("assign", "withdraw", reason="发错单位").status_code == 200
    assert desk.lead(f"{UNIT}.officer").status_code == 404
    there = desk.lead().json
    assert (there["state"]["id"], there["lead_agency"]) == ("received", None)
    running = [
        sorted((c["code"], c["due_at"]) for c in lead["clocks"] if c["state"] == "running")
        for lead in (before, there)
    ]
    assert running[0] == running[1], "taking back buys no time and leaves no clock of the unit behind"
    assert desk.step("accept", lead_agency=OTHER).json["lead_agency"]["id"] == OTHER


def test_what_happens_to_a_returned_lead_does_not_hand_it_back_by_the_way(desk: Desk) -> None:
    desk.step("accept", lead_agency=UNIT)
    desk.part("assign", "decline", f"{UNIT}.liaison", decline_reason="not_competent", reason="不属本站")
    evidence = {"kind": "evidence", "occurred_on": "2017-08-10", "data": {"title": "照片"}}
    assert desk.ask("POST", f"/v1/leads/{desk.number}/records", by=DIRECTOR, json=evidence).status_code == 201
    running = {c["holder"]["id"] for c in desk.lead().json["clocks"] if c["state"] == "running"}
    assert running == {"office"}
    asked = {"type": "assist_inquiry", "to": [UNIT], "request": "请协助了解"}
    assert desk.ask("POST", f"/v1/leads/{desk.number}/handoffs", by=DIRECTOR, json=asked).status_code == 201
    helper = desk.lead(f"{UNIT}.officer").json
    assert helper["records"] == [], "it helps now, and holds nothing"


def test_taking_back_a_mistake_is_no_return_by_the_unit(desk: Desk) -> None:
    for unit in (UNIT, OTHER):
        desk.step("accept", lead_agency=unit)
        assert desk.part("assign", "withdraw", to=unit, reason="点错了").status_code == 200
    assert desk.step("accept", lead_agency=UNIT, by="office.office_staff").status_code == 200


def test_an_assignment_is_not_taken_back_from_under_a_filed_case(desk: Desk) -> None:
    desk.step("accept", lead_agency=UNIT, assisting=["market"])
    desk.step("verify", f"{UNIT}.officer", finding="属实", products=["ivory"])
    refused = desk.part("assign", "withdraw", reason="改派")
    assert (refused.status_code, codes(refused)) == (409, ["moved_on"])
    assert desk.part("assign", "withdraw", to="market", reason="不再需要").status_code == 200, (
        "help is another thing"
    )
    assert desk.lead("market.liaison").status_code == 404
    assert desk.lead(f"{UNIT}.officer").status_code == 200


def test_helpers_do_not_stand_in_the_way_of_designating(desk: Desk) -> None:
    desk.step("accept", lead_agency=UNIT, assisting=["market"])
    desk.part("assign", "decline", f"{UNIT}.liaison", decline_reason="not_competent", reason="不属本站")
    answer = desk.step("designate", lead_agency=OTHER, consultation_record="会商纪要1号")
    assert answer.status_code == 200, answer.text
    refused = desk.part(
        "assign", "decline", f"{OTHER}.liaison", OTHER, decline_reason="not_competent", reason="不办"
    )
    assert (refused.status_code, codes(refused)) == (409, ["designated"])


def test_a_unit_given_the_lead_anew_keeps_it_when_its_earlier_return_is_settled(desk: Desk) -> None:
    desk.step("accept", lead_agency=UNIT)
    [first] = desk.lead().json["handoffs"]
    desk.part("assign", "decline", f"{UNIT}.liaison", decline_reason="not_competent", reason="不属本站")
    desk.step("accept", lead_agency=UNIT, reason="经核实属本站辖区")
    path = f"/v1/handoffs/{first['id']}/actions/accept_decline"
    assert desk.ask("POST", path, by=DIRECTOR, json={"given": {}}).status_code == 200
    assert desk.lead(f"{UNIT}.officer").status_code == 200


def test_a_closed_lead_is_still_read_by_the_unit_that_closed_it(desk: Desk) -> None:
    desk.step("accept", lead_agency=UNIT)
    evidence = {"kind": "evidence", "occurred_on": "2017-08-10", "data": {"title": "照片"}}
    desk.ask("POST", f"/v1/leads/{desk.number}/records", by=f"{UNIT}.officer", json=evidence)
    desk.step("refute", f"{UNIT}.officer", finding="未见")
    assert desk.step("close").json["state"]["id"] == "closed"
    assert desk.lead(f"{UNIT}.officer").status_code == 200


@pytest.mark.parametrize("nobody", ["leading_group", "procuratorate", "appraisal"])
def test_a_lead_goes_only_to_those_who_do_such_work(desk: Desk, nobody: str) -> None:
    refused = desk.step("accept", lead_agency=nobody, assisting=["market", nobody])
    assert (refused.status_code, codes(refused)) == (422, ["wrong_partner"] * 2)
    assert pointers(refused) == ["/given/lead_agency", "/given/assisting/1"]
    hint = refused.json["errors"][0]["hint"]["en"]
    assert "station_qinglan" in hint
    assert nobody not in hint


def test_a_lead_is_not_referred_to_whoever_holds_it(desk: Desk) -> None:
    desk.step("accept", lead_agency=UNIT)
    refused = desk.step("refer", f"{UNIT}.unit_head", lead_agency=UNIT, reason="移送")
    assert (refused.status_code, codes(refused)) == (422, ["same_agency"])


@pytest.mark.parametrize("to", ["market", "public_security", UNIT, "procuratorate"])
def test_a_transfer_is_forwarded_only_to_another_organ_that_takes_transfers(desk: Desk, to: str) -> None:
    desk.step("accept", lead_agency=UNIT)
    body = {"to": "public_security", "given": {"report": "涉嫌犯罪", "reason": "数额达标"}}
    proposed = desk.ask("POST", f"/v1/leads/{desk.number}/transfers", by=f"{UNIT}.officer", json=body)
    assert proposed.status_code == 201, proposed.text
    desk.part("transfer", "approve", f"{UNIT}.unit_head")
    sent = desk.part("transfer", "send", f"{UNIT}.officer", document_number="1", enclosures=ENCLOSED)
    assert sent.status_code == 200, sent.text
    refused = desk.part("transfer", "forward", "public_security.officer", to_agency=to, reason="管辖")
    assert (refused.status_code, codes(refused), pointers(refused)) == (
        422,
        ["wrong_receiver"],
        ["/given/to_agency"],
    )
    assert "forest_police" in refused.json["errors"][0]["message"]["en"]


def test_the_office_gets_no_order_to_itself(desk: Desk, system: System, callers: dict[str, Caller]) -> None:
    desk.step("accept", lead_agency=UNIT)
    desk.part("assign", "decline", f"{UNIT}.liaison", decline_reason="not_competent", reason="不属本站")
    turn(system, callers["system"], STARTS + timedelta(days=40))
    orders = desk.ask("GET", "/v1/orders", by=DIRECTOR).json["items"]
    assert [o for o in orders if o["to"]["id"] == "office"] == []
    late = [c for c in desk.lead().json["clocks"] if c["holder"]["id"] == "office" and c["overdue"]]
    assert late, "it is late all the same"


def test_who_may_not_merge_learns_nothing_of_who_would_see_what(desk: Desk, ask: Ask) -> None:
    desk.step("accept", lead_agency=UNIT)
    other = Desk(ask, ask("POST", "/v1/leads", json=tip(title="另一处摊位")).json["number"])
    other.step("accept", lead_agency="market")
    asked = {"type": "assist_inquiry", "to": [UNIT], "request": "请协助"}
    assert (
        ask("POST", f"/v1/leads/{other.number}/handoffs", by="market.officer", json=asked).status_code == 201
    )
    evidence = {"kind": "evidence", "occurred_on": "2017-08-10", "data": {"title": "照片"}}
    ask("POST", f"/v1/leads/{desk.number}/records", by=f"{UNIT}.officer", json=evidence)
    refused = desk.step("merge", f"{UNIT}.officer", merge_into=other.number, reason="同一摊位")
    assert (refused.status_code, codes(refused)) == (403, ["not_allowed"])
    assert "工商" not in refused.text
    widened = desk.step("merge", "office.office_staff", merge_into=other.number, reason="同一摊位")
    assert (widened.status_code, codes(widened)) == (409, ["would_widen"])


def test_no_answer_is_asked_for_by_a_day_that_has_passed(desk: Desk) -> None:
    asked = {
        "type": "licence_query",
        "to": ["market"],
        "request": "请查询",
        "given": {"due_on": "2017-08-09"},
    }
    refused = desk.ask("POST", f"/v1/leads/{desk.number}/handoffs", json=asked)
    assert (refused.status_code, codes(refused), pointers(refused)) == (422, ["range"], ["/given/due_on"])
    asked["given"] = {"due_on": "2017-08-10"}
    assert desk.ask("POST", f"/v1/leads/{desk.number}/handoffs", json=asked).status_code == 201
