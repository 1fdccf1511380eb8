"""Agencies and people are succeeded on a real database: open work goes over, due dates stay, old acts keep old names."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from shared.application import history, queries
from shared.application.succession import successions
from shared.bootstrap import System
from tests.conftest import STARTS
from tests.leads import an_intake
from tests.turning import turn
from workflows.commands import (
    ActOnHandoff,
    ActOnLead,
    AddRecord,
    Caller,
    ReceiveLead,
    RequestHandoffs,
    SubmitReport,
)
from workflows.guarded import CollectItem, MoveItem, SetStandIn
from workflows.rejection import Rejected
from workflows.succession import SucceedAgency, SucceedPerson, Succession
from workflows.text import Text

Callers = dict[str, Caller]
STATION = "station_qinglan"
NEW = Succession(
    "market",
    "market_regulation",
    STARTS.date(),
    Text("县市场监督管理局", "county market regulation"),
    "县市监局",
)
WHY = "机构改革"


def lead(system: System, by: Caller, number: str) -> dict[str, Any]:
    found: dict[str, Any] = system.read(queries.lead, by, number=number)
    return found


def accepted(system: System, callers: Callers, unit: str, reference: str) -> str:
    done = system.handle(ReceiveLead(callers["office.intake"], an_intake(), "12345", reference)).done
    assert done is not None
    number = str(done.number)
    system.handle(ActOnLead(callers["office.office_staff"], number, "accept", {"lead_agency": unit}))
    return number


def moved_on(system: System, callers: Callers, one: Succession = NEW) -> dict[str, int]:
    done = system.handle(SucceedAgency(callers["office.administrator"], one, WHY)).done
    assert done is not None
    moved: dict[str, int] = done.extra["moved"]
    return moved


def again(system: System, person: str) -> Caller:
    """The same person as the system knows them now."""
    found = system.caller_for(person, "test")
    assert found is not None
    return found


def due(view: dict[str, Any]) -> dict[str, str]:
    return {clock["id"]: clock["due_at"] for clock in view["clocks"] if clock["state"] == "running"}


def test_all_that_is_open_goes_over_and_no_due_date_moves(system: System, callers: Callers) -> None:
    director = callers["office.office_director"]
    number = accepted(system, callers, "market", "1")
    other = accepted(system, callers, STATION, "2")
    asked = system.handle(
        RequestHandoffs(callers[f"{STATION}.officer"], other, "market_joint_check", ("market",), "请联合检查")
    ).done
    assert asked is not None
    system.handle(ActOnHandoff(callers["market.liaison"], asked.id, "acknowledge"))
    before = due(lead(system, director, number)) | due(
        system.read(queries.handoff, director, handoff_id=asked.id)
    )
    moved = moved_on(system, callers)
    assert {name: moved[name] for name in ("leads", "handoffs", "people")} == {
        "leads": 1,
        "handoffs": 2,
        "people": 5,
    }
    officer = again(system, "market.officer")
    assert officer.agency_id == "market_regulation"
    view = lead(system, officer, number)
    assert view["lead_agency"] == {
        "id": "market_regulation",
        "name": {"zh": "县市场监督管理局", "en": "county market regulation"},
        "short": "县市监局",
    }
    after = due(view) | due(system.read(queries.handoff, officer, handoff_id=asked.id))
    assert after == before
    system.handle(ActOnHandoff(officer, asked.id, "reply", {"result": "已检查"}))
    system.handle(ActOnLead(officer, number, "verify", {"finding": "查见疑似象牙制品"}))
    assert system.read(history.verify_audit, director)["ok"]


def test_what_was_done_keeps_the_name_it_was_done_under(system: System, callers: Callers) -> None:
    number = accepted(system, callers, "market", "1")
    day = STARTS.date()
    system.handle(AddRecord(callers["market.officer"], "evidence", day, {"title": "照片"}, number))
    moved_on(system, callers)
    view = lead(system, again(system, "market.officer"), number)
    assert [record["agency"] for record in view["records"]] == ["market"]
    history = system.read(
        queries.lead_history, again(system, "market.officer"), number=number, cursor=None, limit=50
    )["items"]
    assert {"lead.succeeded", "record.added", "lead.received"} <= {event["kind"] for event in history}
    assert next(e["agency"] for e in history if e["kind"] == "record.added") == "market"


def test_a_closed_lead_keeps_its_unit_and_its_successor_reads_it_whole(
    system: System, callers: Callers
) -> None:
    number = accepted(system, callers, "market", "1")
    given = {"reject_reason": "no_trace", "reason": "无可查线索"}
    system.handle(ActOnLead(callers["office.office_staff"], number, "reject", given))
    moved_on(system, callers)
    view = lead(system, again(system, "market.officer"), number)
    assert (view["state"]["id"], view["lead_agency"]["id"]) == ("rejected", "market")
    assert view["source"] == "12345"
    with pytest.raises(Rejected):
        lead(system, callers["transport.officer"], number)


def test_new_work_is_refused_for_an_agency_that_ended_and_taken_for_its_successor(
    system: System, callers: Callers
) -> None:
    number = accepted(system, callers, STATION, "1")
    moved_on(system, callers)
    officer = callers[f"{STATION}.officer"]
    with pytest.raises(Rejected) as refused:
        system.handle(RequestHandoffs(officer, number, "licence_query", ("market",), "请查询登记"))
    assert [(r.code, r.field) for r in refused.value.reasons] == [("agency_ended", "to/0")]
    system.handle(RequestHandoffs(officer, number, "licence_query", ("market_regulation",), "请查询登记"))
    fresh = system.handle(ReceiveLead(callers["office.intake"], an_intake(), "12345", "2")).done
    assert fresh is not None
    given = {"lead_agency": "market"}
    with pytest.raises(Rejected) as unit:
        system.handle(ActOnLead(callers["office.office_staff"], str(fresh.number), "accept", given))
    assert [r.code for r in unit.value.reasons] == ["agency_ended"]


def test_rules_that_name_an_agency_suggest_its_successor(system: System, callers: Callers) -> None:
    number = accepted(system, callers, STATION, "1")
    moved_on(system, callers)
    found = lead(system, callers["office.office_staff"], number)["suggestions"]
    place = next(item for item in found if item["rule"] == "R4-PLACE")
    assert place["outcomes"][0]["then"]["with"] == ["market_regulation", "culture"]


def test_things_in_custody_go_over_with_a_link_of_their_chain(system: System, callers: Callers) -> None:
    number = accepted(system, callers, "market", "1")
    item = system.handle(CollectItem(callers["market.officer"], number, "牙雕", "ivory", pieces=2)).done
    assert item is not None
    moved_on(system, callers)
    officer = again(system, "market.officer")
    system.handle(MoveItem(officer, item.id, "hand_out", "appraisal"))
    from shared.application.custody import show_item

    chain = system.read(show_item, officer, item_id=item.id)["chain"]
    assert [(s["kind"], (s["from"] or {}).get("id"), s["to"]["id"]) for s in chain] == [
        ("collected", None, "market"),
        ("succeeded", "market", "market_regulation"),
        ("handed_out", "market_regulation", "appraisal"),
    ]


def test_reports_still_owed_go_over_due_when_they_were_and_made_ones_stay(
    system: System, callers: Callers
) -> None:
    before = {
        (r["kind"], r["period"]): r["due_at"]
        for r in system.read(queries.reports, callers["market.liaison"])["items"]
    }
    moved = moved_on(system, callers)
    assert moved["reports"] == len(before) == 3
    mine = system.read(queries.reports, again(system, "market.liaison"))["items"]
    assert {(r["kind"], r["period"]): r["due_at"] for r in mine if r["status"] == "scheduled"} == before
    every = system.read(queries.reports, callers["office.office_staff"])["items"]
    assert {r["status"] for r in every if r["unit"]["id"] == "market"} == {"waived"}
    running = system.read(
        queries.deadlines,
        again(system, "market.liaison"),
        filters={"subject": "report"},
        cursor=None,
        limit=50,
    )["items"]
    assert {clock["holder"]["id"] for clock in running} == {"market_regulation"}


def test_units_that_merge_owe_one_report_and_cover_both_townships(system: System, callers: Callers) -> None:
    one = Succession(STATION, "station_shiqiao", STARTS.date())
    moved = moved_on(system, callers, one)
    assert moved["reports_waived"] == 3
    assert "reports" not in moved
    office = callers["office.office_staff"]
    towns = system.read(lambda work: {a.id: set(a.townships) for a in work.definition.agencies}, office)
    assert (towns[STATION], towns["station_shiqiao"]) == (set(), {"石桥铺镇", "枫溪镇", "青岚镇"})
    shown = {a["id"]: a["succeeded_by"] for a in system.read(queries.campaign, office)["agencies"]}
    assert (shown[STATION], shown["station_shiqiao"]) == ("station_shiqiao", None)
    listed = system.read(successions, callers["office.office_staff"])["items"]
    assert [(s["from"], s["to"], s["on"]) for s in listed] == [(STATION, "station_shiqiao", "2017-08-10")]


@pytest.mark.parametrize(
    ("one", "codes"),
    [
        (Succession("nobody", "market", STARTS.date()), {"unknown_agency"}),
        (Succession("market", "new_one", STARTS.date()), {"required"}),
        (Succession("market", "market", STARTS.date()), {"same_agency"}),
        (Succession("office", "market", STARTS.date()), {"office_stays"}),
        (Succession("market", "culture", STARTS.date() + timedelta(days=1)), {"in_future"}),
        (Succession("market", "culture", STARTS.date(), Text("改名", "renamed"), "改名"), {"known_agency"}),
        (Succession("market", "new_one", STARTS.date(), Text("新局", "new"), "一二三四五六七"), {"length"}),
    ],
)
def test_a_succession_that_makes_no_sense_is_refused_with_every_fault(
    system: System, callers: Callers, one: Succession, codes: set[str]
) -> None:
    with pytest.raises(Rejected) as refused:
        moved_on(system, callers, one)
    assert (refused.value.kind, {r.code for r in refused.value.reasons}) == ("invalid", codes)


def test_an_agency_is_succeeded_once_and_only_by_who_may_say_so(system: System, callers: Callers) -> None:
    with pytest.raises(Rejected) as role:
        system.handle(SucceedAgency(callers["market.unit_head"], NEW, WHY))
    assert role.value.kind == "forbidden"
    moved_on(system, callers)
    with pytest.raises(Rejected) as twice:
        moved_on(system, callers, Succession("market", "culture", STARTS.date()))
    assert [r.code for r in twice.value.reasons] == ["agency_ended"]
    moved_on(system, callers, Succession("market_regulation", "culture", STARTS.date()))
    assert again(system, "market.officer").agency_id == "culture"


def test_a_rehearsal_counts_and_changes_nothing(system: System, callers: Callers) -> None:
    number = accepted(system, callers, "market", "1")
    director = callers["office.office_director"]
    before = lead(system, director, number)
    done = system.handle(SucceedAgency(director, NEW, WHY), dry_run=True).done
    assert done is not None
    assert done.extra["moved"]["leads"] == 1
    assert lead(system, director, number) == before


# -- people


def test_a_colleague_takes_over_roles_open_work_and_standing_in(system: System, callers: Callers) -> None:
    number = accepted(system, callers, "market", "1")
    held = lead(system, callers["market.officer"], number)["handoffs"][0]["id"]
    given = {"officer": "market.officer"}
    system.handle(ActOnHandoff(callers["market.liaison"], held, "acknowledge", given))
    until = STARTS + timedelta(days=9)
    period = SetStandIn(callers["market.unit_head"], "market.liaison", "market.officer", STARTS, until)
    system.handle(period)
    command = SucceedPerson(
        callers["office.administrator"], "market.officer", "market.second_officer", STARTS.date(), "调离"
    )
    done = system.handle(command).done
    assert done is not None
    assert done.extra["moved"] == {"stand_ins": 1, "handoffs": 1}
    assert system.caller_for("market.officer", "test") is None
    view = system.read(queries.handoff, again(system, "market.second_officer"), handoff_id=held)
    assert view["attributes"]["officer"] == "market.second_officer"
    box = system.read(
        queries.handoffs,
        again(system, "market.second_officer"),
        box="mine",
        state=None,
        number=None,
        cursor=None,
        limit=50,
    )
    assert [item["id"] for item in box["items"]] == [held]


def test_a_unit_head_who_leaves_is_followed_with_the_role(system: System, callers: Callers) -> None:
    command = SucceedPerson(
        callers["office.administrator"], "market.unit_head", "market.officer", STARTS.date(), "退休"
    )
    system.handle(command)
    assert again(system, "market.officer").roles == {"officer", "unit_head"}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("market.officer", "market.officer", "wrong_successor"),
        ("market.officer", "transport.officer", "wrong_successor"),
        ("market.nobody", "market.officer", "unknown_person"),
    ],
)
def test_only_another_active_colleague_takes_over(
    system: System, callers: Callers, old: str, new: str, code: str
) -> None:
    command = SucceedPerson(callers["office.administrator"], old, new, STARTS.date(), "调离")
    with pytest.raises(Rejected) as refused:
        system.handle(command)
    assert [r.code for r in refused.value.reasons] == [code]


def test_a_successor_may_submit_what_the_predecessor_owed(system: System, callers: Callers) -> None:
    moved_on(system, callers)
    turn(system, callers["system"], STARTS + timedelta(days=30))
    liaison = again(system, "market.liaison")
    texts = {"work_done": "无新增案件。", "problems": "无。", "next_steps": "继续巡查。"}
    command = SubmitReport(liaison, "market_regulation", "stage", "2017-09", True, texts, {})
    done = system.handle(command).done
    assert done is not None
    assert date(2017, 9, 18) > (STARTS + timedelta(days=30)).date()
