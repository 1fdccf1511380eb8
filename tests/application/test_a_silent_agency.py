"""A unit that never answers: what was forecast for its clocks on the first day is what happens, to the last rung."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shared.application import queries
from shared.bootstrap import System
from tests.conftest import STARTS
from tests.leads import an_intake
from tests.turning import turn
from workflows.commands import ActOnLead, Caller, ReceiveLead

UNIT = "station_qinglan"
Told = tuple[str, str, tuple[tuple[str, str | None], ...]]


def _target(target: dict[str, Any]) -> tuple[str, str | None]:
    agency = target["agency"]
    return target["role"], agency["id"] if isinstance(agency, dict) else agency


def test_forecast_and_history_agree_in_time_act_and_target(
    system: System, callers: dict[str, Caller]
) -> None:
    office = callers["office.office_director"]
    done = system.handle(ReceiveLead(callers["office.intake"], an_intake(), "12345", "1")).done
    assert done is not None
    number = str(done.number)
    system.handle(ActOnLead(callers["office.office_staff"], number, "accept", {"lead_agency": UNIT}))
    view = system.read(queries.lead, office, number=number)
    parts = [
        view["forecast"],
        *(system.read(queries.handoff, office, handoff_id=h["id"])["forecast"] for h in view["handoffs"]),
    ]
    foreseen: dict[str, list[Told]] = {}
    for step in (step for forecast in parts for step in forecast):
        foreseen.setdefault(step["deadline_id"], []).append(
            (step["at"], step["act"], tuple(sorted(_target(t) for t in step["to"])))
        )
    turn(system, callers["system"], STARTS + timedelta(days=60))
    happened: dict[str, list[Told]] = {}
    cursor, page = 0, {"more": True}
    while page["more"]:
        page = system.read(queries.events, office, after=cursor, limit=200)
        cursor = page["next_after"]
        for event in page["items"]:
            told = event["data"].get("to", []) if isinstance(event["data"].get("to"), list) else []
            if event["kind"] in {"deadline.expired", "deadline.escalated", "deadline.rung_skipped"}:
                happened.setdefault(event["data"]["deadline_id"], []).append(
                    (event["occurred_at"], event["data"]["step"], tuple(sorted(_target(t) for t in told)))
                )
    assert len(foreseen) == 2
    levels = {act for steps in foreseen.values() for _, act, _ in steps}
    assert {"due", "L5"} <= levels, "somebody is followed to the last rung"
    for deadline_id, steps in foreseen.items():
        assert happened[deadline_id] == sorted(dict.fromkeys(steps), key=lambda step: step[0])
