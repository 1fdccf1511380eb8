"""Two people at once: the second is told who changed what; a lost race is retried where no version was named."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from shared.application import history, queries
from shared.bootstrap import System
from tests.leads import an_intake
from workflows.commands import (
    ActOnHandoff,
    ActOnLead,
    AddRecord,
    Caller,
    Command,
    ProposeTransfer,
    ReceiveLead,
    RequestHandoffs,
)
from workflows.rejection import Rejected

Callers = dict[str, Caller]
STATION = "station_qinglan"


@pytest.fixture
def number(system: System, callers: Callers) -> str:
    """A lead a station verifies; it is at version 2."""
    done = system.handle(ReceiveLead(callers["office.intake"], an_intake(), "12345", "1")).done
    assert done is not None
    office = callers["office.office_staff"]
    system.handle(ActOnLead(office, str(done.number), "accept", {"lead_agency": STATION}))
    return str(done.number)


def refused(system: System, command: Command) -> Rejected:
    with pytest.raises(Rejected) as found:
        system.handle(command)
    return found.value


def assigned(system: System, by: Caller, number: str) -> str:
    view: dict[str, Any] = system.read(queries.lead, by, number=number)
    return str(view["handoffs"][0]["id"])


def test_every_act_on_an_older_version_is_told_who_changed_what(
    system: System, callers: Callers, number: str
) -> None:
    officer = callers[f"{STATION}.officer"]
    acts: list[Command] = [
        ActOnLead(officer, number, "verify", {"finding": "查见"}, expected_version=1),
        RequestHandoffs(officer, number, "licence_query", ("market",), "请查询", expected_version=1),
        ProposeTransfer(officer, number, "public_security", expected_version=1),
    ]
    for act in acts:
        stale = refused(system, act)
        assert stale.kind == "stale"
        assert stale.details["changed_by"] == "office/office.office_staff"
        assert stale.details["changed"] == {"zh": "受理分办", "en": "accept and assign"}
        assert "受理分办" in stale.reasons[0].text.zh


def test_the_second_to_sign_for_work_is_told_who_was_first(
    system: System, callers: Callers, number: str
) -> None:
    liaison, officer = callers[f"{STATION}.liaison"], callers[f"{STATION}.officer"]
    part = assigned(system, liaison, number)
    system.handle(ActOnHandoff(liaison, part, "acknowledge", expected_version=1))
    stale = refused(system, ActOnHandoff(officer, part, "acknowledge", expected_version=1))
    assert (stale.kind, stale.details["changed_by"]) == ("stale", f"{STATION}/{STATION}.liaison")
    late = refused(system, ActOnHandoff(officer, part, "acknowledge"))
    assert late.kind == "conflict"
    assert late.details["changed_by"] == f"{STATION}/{STATION}.liaison"
    assert late.details["changed"] == {"zh": "签收", "en": "sign for"}


def test_a_helper_is_not_told_who_changed_what_it_may_not_know(
    system: System, callers: Callers, number: str
) -> None:
    officer, helper = callers[f"{STATION}.officer"], callers["market.officer"]
    system.handle(RequestHandoffs(officer, number, "licence_query", ("market",), "请查询"))
    stale = refused(system, ActOnLead(helper, number, "verify", {}, expected_version=1))
    assert (stale.kind, stale.details["changed_by"], stale.details["changed"]) == ("stale", "-", None)


def test_what_is_added_at_once_is_all_there(system: System, callers: Callers, number: str) -> None:
    people = [callers[f"{STATION}.{role}"] for role in ("officer", "second_officer", "liaison", "unit_head")]
    day = system.read(lambda work: work.today, people[0])
    faults: list[Exception] = []

    def add(by: Caller) -> None:
        try:
            for _ in range(3):
                system.handle(AddRecord(by, "evidence", day, {"title": by.person_id}, number))
        except Rejected as fault:
            faults.append(fault)

    threads = [threading.Thread(target=add, args=(by,)) for by in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    view = system.read(queries.lead, people[0], number=number)
    assert (faults, len(view["records"])) == ([], 12)
    assert system.read(history.verify_audit, callers["office.office_director"])["ok"]


def test_of_two_who_take_the_same_step_at_once_one_does_and_one_is_told(
    system: System, callers: Callers, number: str
) -> None:
    part = assigned(system, callers[f"{STATION}.liaison"], number)
    kinds: list[str] = []
    barrier = threading.Barrier(2)

    def sign(by: Caller) -> None:
        barrier.wait()
        try:
            system.handle(ActOnHandoff(by, part, "acknowledge"))
            kinds.append("done")
        except Rejected as refusal:
            kinds.append(f"{refusal.kind} {refusal.details.get('changed_by')}")

    people = [callers[f"{STATION}.liaison"], callers[f"{STATION}.officer"]]
    threads = [threading.Thread(target=sign, args=(by,)) for by in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(kind.split("/")[0] for kind in kinds) == [f"conflict {STATION}", "done"]
