"""What records, rights and rungs do to clocks, on a real database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shared.application import queries
from shared.bootstrap import System
from tests.conftest import STARTS
from tests.leads import an_intake
from tests.turning import turn
from workflows.commands import ActOnHandoff, ActOnLead, ActOnOrder, AddRecord, Caller, ReceiveLead
from workflows.rejection import Rejected

Callers = dict[str, Caller]
UNIT = "station_qinglan"


@pytest.fixture
def number(system: System, callers: Callers) -> str:
    """A lead that a unit holds and has not signed for."""
    done = system.handle(ReceiveLead(callers["office.intake"], an_intake(), "12345", "2017081000001")).done
    assert done is not None
    system.handle(
        ActOnLead(callers["office.office_staff"], str(done.number), "accept", {"lead_agency": UNIT})
    )
    return str(done.number)


def lead(system: System, by: Caller, number: str) -> dict[str, Any]:
    found: dict[str, Any] = system.read(queries.lead, by, number=number)
    return found


def clocks(found: dict[str, Any], code: str) -> list[dict[str, Any]]:
    return [clock for clock in found["clocks"] if clock["code"] == code]


def test_a_seizure_starts_its_clock_and_the_decision_on_it_stops_it(
    system: System, callers: Callers, number: str
) -> None:
    officer = callers[f"{UNIT}.officer"]
    goods = {"product": "ivory", "identified": False, "pieces": 4}
    system.handle(AddRecord(officer, "seizure", STARTS.date(), goods, number))
    assert [c["state"] for c in clocks(lead(system, officer, number), "D-SEIZE")] == ["running"]
    decision = {"document_number": "青林扣〔2017〕1号", "reason": "继续扣押"}
    system.handle(AddRecord(officer, "seizure_decision", STARTS.date(), decision, number))
    assert [c["state"] for c in clocks(lead(system, officer, number), "D-SEIZE")] == ["met"]


def test_the_window_for_returning_lapses_and_counts_as_nobodys_fault(
    system: System, callers: Callers, number: str
) -> None:
    office = callers["office.office_staff"]
    handoff = lead(system, office, number)["handoffs"][0]["id"]
    system.handle(ActOnHandoff(callers[f"{UNIT}.liaison"], handoff, "acknowledge"))
    turn(system, callers["system"], STARTS + timedelta(days=6))
    found = system.read(queries.handoff, office, handoff_id=handoff)
    window = clocks(found, "D-RETURN")[0]
    assert (window["state"], window["light"], window["overdue"]) == ("lapsed", "done", False)
    assert window["stopped_at"] == window["due_at"]
    given = {"decline_reason": "not_in_area", "reason": "不在本站辖区"}
    with pytest.raises(Rejected) as refused:
        system.handle(ActOnHandoff(callers[f"{UNIT}.liaison"], handoff, "decline", given))
    assert [reason.code for reason in refused.value.reasons] == ["window_shut"]


@pytest.mark.parametrize(("days", "ending"), [(0, "cancelled"), (7, "missed")])
def test_work_taken_back_was_done_by_nobody_and_excuses_nobody(
    system: System, callers: Callers, number: str, days: int, ending: str
) -> None:
    office = callers["office.office_staff"]
    handoff = lead(system, office, number)["handoffs"][0]["id"]
    if days:
        turn(system, callers["system"], STARTS + timedelta(days=days))
    system.handle(ActOnHandoff(office, handoff, "withdraw", {"reason": "交办有误"}))
    found = system.read(queries.handoff, office, handoff_id=handoff)
    assert [clock["state"] for clock in clocks(found, "D-ACK")] == [ending]


def test_a_talk_is_signed_by_the_deputy_leader_and_a_bulletin_by_the_leader(
    system: System, callers: Callers, number: str
) -> None:
    turn(system, callers["system"], STARTS + timedelta(days=40))
    director = callers["office.office_director"]
    drafts = system.read(queries.orders, director, state="draft", cursor=None, limit=200)["items"]
    by_level = {order["level"]: order["id"] for order in drafts}
    signers = {"L3": "office_director", "L4": "deputy_leader", "L5": "leader"}
    assert set(by_level) == set(signers)
    for level, others in {"L4": ("office_director",), "L5": ("office_director", "deputy_leader")}.items():
        for role in others:
            with pytest.raises(Rejected) as refused:
                system.handle(ActOnOrder(callers[f"office.{role}"], by_level[level], "sign"))
            assert [reason.code for reason in refused.value.reasons] == [f"level_{level.lower()}"]
    for level, role in signers.items():
        system.handle(ActOnOrder(callers[f"office.{role}"], by_level[level], "sign"))
    order = system.read(queries.order, director, order_id=by_level["L5"])
    assert order["state"]["id"] == "signed"


def test_a_bulletin_reaches_every_unit_head_and_names_the_lead_only_to_those_who_may_know(
    system: System, callers: Callers, number: str
) -> None:
    turn(system, callers["system"], STARTS + timedelta(days=40))

    def bulletins(person: str) -> list[dict[str, Any]]:
        notices = system.read(queries.notices, callers[person], cursor=None, limit=200)["items"]
        return [n for n in notices if n["kind"] == "deadline.escalated" and n["data"].get("level") == "L5"]

    holders, strangers = bulletins(f"{UNIT}.unit_head"), bulletins("customs.unit_head")
    assert holders
    assert strangers
    assert all(notice["data"]["lead"] == number for notice in holders)
    assert all(set(notice["data"]) <= {"level", "form", "urgent"} for notice in strangers)
