"""A lead that is passed on keeps its clock; the clock is then the new unit's, which is told and can be late."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shared.application import queries
from shared.bootstrap import System
from tests.conftest import STARTS
from tests.leads import an_intake
from tests.turning import turn
from workflows.commands import ActOnHandoff, ActOnLead, Caller, ReceiveLead

FIRST, SECOND = "station_qinglan", "station_shiqiao"


def verify(system: System, by: Caller, number: str) -> list[dict[str, Any]]:
    found = system.read(queries.lead, by, number=number)["clocks"]
    return [clock for clock in found if clock["code"] == "D-VERIFY"]


def test_reassignment_moves_the_clock_to_the_new_unit_and_not_its_date(
    system: System, callers: dict[str, Caller]
) -> None:
    office = callers["office.office_staff"]
    done = system.handle(ReceiveLead(callers["office.intake"], an_intake(), "12345", "1")).done
    assert done is not None
    number = str(done.number)
    system.handle(ActOnLead(office, number, "accept", {"lead_agency": FIRST}))
    (before,) = verify(system, office, number)
    turn(system, callers["system"], STARTS + timedelta(days=1))
    handoff = system.read(queries.lead, office, number=number)["handoffs"][0]["id"]
    liaison = callers[f"{FIRST}.liaison"]
    system.handle(ActOnHandoff(liaison, handoff, "acknowledge"))
    system.handle(
        ActOnHandoff(liaison, handoff, "decline", {"decline_reason": "not_in_area", "reason": "不在本站辖区"})
    )
    system.handle(ActOnLead(office, number, "accept", {"lead_agency": SECOND, "reason": "属石桥站辖区"}))
    (after,) = verify(system, office, number)
    assert (before["holder"]["id"], after["holder"]["id"]) == (FIRST, SECOND)
    assert (after["id"], after["due_at"], after["started_at"]) == (
        before["id"],
        before["due_at"],
        before["started_at"],
    )
    told = {
        (target["agency"] or {}).get("id")
        for step in system.read(queries.deadline, office, deadline_id=after["id"])["forecast"]
        for target in step["to"]
    }
    assert FIRST not in told
    assert SECOND in told
