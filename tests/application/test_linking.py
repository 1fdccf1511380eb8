"""Links, merges and their undoing on a real database: one matter, told twice, and nobody sees more than before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.application import history, link_queries, queries
from shared.application.materials import content
from shared.bootstrap import System
from tests.conftest import STARTS
from tests.leads import an_intake
from tests.people import people_of
from tests.turning import turn
from workflows.campaign import CampaignDefinition
from workflows.commands import (
    ActOnHandoff,
    ActOnLead,
    AddPeople,
    AddRecord,
    Caller,
    OpenCampaign,
    ReceiveLead,
    RequestHandoffs,
    system_caller,
)
from workflows.guarded import AddMaterial, AddParty, CollectItem
from workflows.linking import LinkLeads, UnlinkLeads
from workflows.rejection import Rejected

Callers = dict[str, Caller]
UNIT, OTHER_UNIT = "station_qinglan", "station_shiqiao"
WHY = "地点、物品、时间一致，属同一事项"


def received(system: System, callers: Callers, reference: str, **intake: Any) -> str:
    done = system.handle(ReceiveLead(callers["office.intake"], an_intake(**intake), "12345", reference)).done
    assert done is not None
    return str(done.number)


def assigned(system: System, callers: Callers, number: str, unit: str = UNIT) -> str:
    system.handle(ActOnLead(callers["office.office_staff"], number, "accept", {"lead_agency": unit}))
    return number


def lead(system: System, by: Caller, number: str) -> dict[str, Any]:
    found: dict[str, Any] = system.read(queries.lead, by, number=number)
    return found


def merge(system: System, by: Caller, number: str, into: str, **more: Any) -> None:
    system.handle(ActOnLead(by, number, "merge", {"merge_into": into, "reason": WHY, **more}))


def kinds(system: System, by: Caller, number: str) -> list[str]:
    page = system.read(queries.lead_history, by, number=number, cursor=None, limit=200)
    return [event["kind"] for event in page["items"]]


# -- duplicates and links


def test_a_second_tip_on_one_stall_is_proposed_and_another_stall_is_not(
    system: System, callers: Callers
) -> None:
    office = callers["office.office_staff"]
    first = received(system, callers, "1", address="南门古玩城A区12号摊", species=("象",))
    second = received(system, callers, "2", address="南门古玩城A区", species=("象",))
    other = received(system, callers, "3", address="南门古玩城C区地摊", species=("象",))
    found = system.read(link_queries.duplicates, office, number=second)
    assert [(item["lead"], item["candidate"]) for item in found["items"]] == [(first, True), (other, False)]
    assert found["items"][1]["against"][0]["zh"] == "同一处所的不同位置（A区/C区）"


def test_likenesses_with_leads_one_may_not_know_of_are_not_told(system: System, callers: Callers) -> None:
    mine = assigned(system, callers, received(system, callers, "1", address="南门古玩城A区"))
    received(system, callers, "2", address="南门古玩城A区")
    officer = callers[f"{UNIT}.officer"]
    assert system.read(link_queries.duplicates, officer, number=mine)["items"] == []


def test_a_link_is_seen_from_both_ends_and_its_end_stays_on_record(system: System, callers: Callers) -> None:
    office = callers["office.office_staff"]
    shop, den = received(system, callers, "1"), received(system, callers, "2")
    system.handle(LinkLeads(office, shop, den, "upstream", "该摊位的货来自此窝点"))
    system.handle(LinkLeads(office, den, shop, "downstream", "重复登记不生效"))
    assert [(x["lead"], x["kind"]) for x in lead(system, office, shop)["links"]] == [(den, "upstream")]
    assert [(x["lead"], x["kind"]) for x in lead(system, office, den)["links"]] == [(shop, "downstream")]
    with pytest.raises(Rejected) as refused:
        system.handle(LinkLeads(office, den, shop, "upstream", "方向相反"))
    assert [reason.code for reason in refused.value.reasons] == ["linked_otherwise"]
    system.handle(UnlinkLeads(office, den, shop, "downstream", "查明并非同一来源"))
    assert lead(system, office, shop)["links"] == []
    for number in (shop, den):
        assert kinds(system, office, number)[:2] == ["lead.unlinked", "lead.linked"]


def test_a_unit_links_only_leads_it_sees_whole(system: System, callers: Callers) -> None:
    mine = assigned(system, callers, received(system, callers, "1"))
    hidden = received(system, callers, "2")
    officer = callers[f"{UNIT}.officer"]
    with pytest.raises(Rejected) as unseen:
        system.handle(LinkLeads(officer, mine, hidden, "related", "可能相关"))
    with pytest.raises(Rejected) as unknown:
        system.handle(LinkLeads(officer, mine, "YS-2017-9999", "related", "可能相关"))
    assert unseen.value.reasons == unknown.value.reasons
    with pytest.raises(Rejected) as itself:
        system.handle(LinkLeads(officer, mine, mine, "cousin", " "))
    assert {reason.code for reason in itself.value.reasons} == {"same_lead", "choice", "blank"}


# -- merging


def test_duplicate_tips_are_counted_once_and_both_reporters_are_answered(
    system: System, callers: Callers
) -> None:
    office = callers["office.office_staff"]
    target = assigned(system, callers, received(system, callers, "1"))
    turn(system, callers["system"], STARTS + timedelta(hours=3))
    source = received(system, callers, "2", reporter_kind="real_name", channel="12345")
    merge(system, office, source, target)
    merged = lead(system, office, source)
    assert merged["state"]["id"] == "merged"
    owed = {clock["code"] for clock in merged["clocks"] if clock["state"] == "running"}
    assert owed == {"D-NOTIFY", "D-HOT"}
    assert lead(system, office, target)["merged_from"] == [source]
    told = {"result": "已并案办理"}
    system.handle(AddRecord(office, "reporter_notice", STARTS.date(), told, source))
    system.handle(AddRecord(office, "source_answer", STARTS.date(), told, source))
    merged = lead(system, office, source)
    assert not [clock for clock in merged["clocks"] if clock["state"] == "running"]


def test_the_earlier_date_is_kept_and_records_and_open_work_are_shown_with_the_target(
    system: System, callers: Callers
) -> None:
    director, officer = callers["office.office_director"], callers[f"{UNIT}.officer"]
    source = assigned(system, callers, received(system, callers, "1"))
    told_first = lead(system, director, source)["received_at"]
    system.handle(AddRecord(officer, "evidence", STARTS.date(), {"title": "现场照片"}, source))
    asked = system.handle(
        RequestHandoffs(officer, source, "market_joint_check", ("market",), "请联合检查")
    ).done
    assert asked is not None
    turn(system, callers["system"], STARTS + timedelta(hours=3))
    target = assigned(system, callers, received(system, callers, "2"), OTHER_UNIT)
    due = [c["due_at"] for c in system.read(queries.handoff, director, handoff_id=asked.id)["clocks"]]
    merge(system, director, source, target, widen=True)
    found = lead(system, director, target)
    assert found["attributes"]["earliest_received_at"] == told_first
    assert [record["kind"] for record in found["records"]] == ["evidence"]
    moved = system.read(queries.handoff, callers["market.officer"], handoff_id=asked.id)
    assert (moved["lead"]["number"], moved["state"]["id"]) == (target, "sent")
    assert [clock["due_at"] for clock in moved["clocks"]] == due
    held = [h for h in lead(system, director, source)["handoffs"] if h["type"]["id"] == "assign"]
    assert [h["state"]["id"] for h in held] == ["cancelled"]
    assert "handoff.moved" in kinds(system, director, source)
    assert {"lead.absorbed", "handoff.moved"} <= set(kinds(system, director, target))


def test_a_merge_that_would_let_somebody_see_more_is_refused_with_the_names(
    system: System, callers: Callers
) -> None:
    officer = callers[f"{UNIT}.officer"]
    source = assigned(system, callers, received(system, callers, "1"))
    target = assigned(system, callers, received(system, callers, "2"), OTHER_UNIT)
    system.handle(RequestHandoffs(officer, source, "market_joint_check", ("market",), "请联合检查"))
    with pytest.raises(Rejected) as refused:
        merge(system, callers["office.office_staff"], source, target)
    assert [reason.code for reason in refused.value.reasons] == ["would_widen"]
    assert "县工商局" in refused.value.reasons[0].text.zh
    with pytest.raises(Rejected) as clerk:
        merge(system, callers["office.office_staff"], source, target, widen=True)
    assert clerk.value.kind == "forbidden"
    with pytest.raises(Rejected):
        lead(system, callers["market.officer"], target)
    merge(system, callers["office.office_director"], source, target, widen=True)
    assert lead(system, callers["market.officer"], target)["number"] == target


def test_files_and_parties_are_shown_with_the_target_and_files_sent_along_stay_readable(
    system: System, callers: Callers
) -> None:
    director, officer = callers["office.office_director"], callers[f"{UNIT}.officer"]
    source = assigned(system, callers, received(system, callers, "1"))
    target = assigned(system, callers, received(system, callers, "2"))
    file = system.handle(AddMaterial(officer, source, "照片.txt", b"x")).done
    assert file is not None
    system.handle(AddParty(officer, source, "vehicle", "suspect", {"plate": "无A12345"}))
    system.handle(AddParty(officer, target, "vehicle", "suspect", {"plate": "无A12345"}))
    asked = system.handle(
        RequestHandoffs(officer, source, "market_joint_check", ("market",), "请检查", materials=(file.id,))
    ).done
    assert asked is not None
    merge(system, director, source, target, widen=True)
    found = lead(system, officer, target)
    assert [material["id"] for material in found["materials"]] == [file.id]
    assert len(found["parties"]) == 1
    helper = callers["market.officer"]
    shown = system.read(queries.handoff, helper, handoff_id=asked.id)["materials"]
    assert [material["id"] for material in shown] == [file.id]
    assert system.read(content, helper, material_id=file.id)[1] == b"x"
    with pytest.raises(Rejected):
        system.read(content, callers["transport.officer"], material_id=file.id)
    system.handle(ActOnLead(director, source, "unmerge", {"reason": "查明并非同一事项"}))
    assert lead(system, officer, target)["materials"] == []
    assert system.read(content, helper, material_id=file.id)[1] == b"x"


def test_a_file_alone_makes_a_merge_that_widens(system: System, callers: Callers) -> None:
    source = assigned(system, callers, received(system, callers, "1"))
    target = assigned(system, callers, received(system, callers, "2"), OTHER_UNIT)
    system.handle(AddMaterial(callers[f"{UNIT}.officer"], source, "照片.txt", b"x"))
    with pytest.raises(Rejected) as refused:
        merge(system, callers["office.office_staff"], source, target)
    assert [reason.code for reason in refused.value.reasons] == ["would_widen"]


@pytest.mark.parametrize("into", ["itself", "unknown", "ended"])
def test_a_lead_is_merged_only_into_another_one_that_lives(
    system: System, callers: Callers, into: str
) -> None:
    office = callers["office.office_staff"]
    source, target = received(system, callers, "1"), received(system, callers, "2")
    system.handle(ActOnLead(office, target, "reject", {"reject_reason": "no_trace", "reason": "无可查线索"}))
    chosen = {"itself": source, "unknown": "YS-2017-9999", "ended": target}[into]
    with pytest.raises(Rejected) as refused:
        merge(system, office, source, chosen)
    codes = {"itself": "same_lead", "unknown": "unknown_lead", "ended": "target_ended"}
    assert [reason.code for reason in refused.value.reasons] == [codes[into]]


def test_merges_are_undone_last_first(system: System, callers: Callers) -> None:
    director = callers["office.office_director"]
    first, second, third = (received(system, callers, str(n)) for n in range(3))
    merge(system, director, first, second)
    merge(system, director, second, third)
    with pytest.raises(Rejected) as refused:
        system.handle(ActOnLead(director, first, "unmerge", {"reason": "查明并非同一事项"}))
    assert [reason.code for reason in refused.value.reasons] == ["merged_since"]
    view = system.read(queries.lead, director, number=first)
    assert view["allowed_actions"] == [], "what would be refused is not offered"
    said = {action["name"]: [r["code"] for r in action["reasons"]] for action in view["blocked_actions"]}
    assert said["unmerge"] == ["merged_since"]
    for number in (second, first):
        system.handle(ActOnLead(director, number, "unmerge", {"reason": "查明并非同一事项"}))
    assert "earliest_received_at" not in lead(system, director, third)["attributes"]


def test_a_lead_opened_anew_is_no_longer_merged(system: System, callers: Callers) -> None:
    director = callers["office.office_director"]
    source, target = received(system, callers, "1"), received(system, callers, "2")
    merge(system, director, source, target)
    given = {"lead_agency": UNIT, "reason": "出现新情况"}
    system.handle(ActOnLead(director, source, "reopen", given))
    assert lead(system, director, target)["merged_from"] == []
    assert lead(system, director, source)["state"]["id"] == "verifying"


STEPS = st.lists(
    st.sampled_from(["record", "file", "party", "item", "ask", "acknowledge", "answer", "wait"]), max_size=6
)


def standing(system: System, by: Caller, number: str) -> dict[str, Any]:
    """Everything undoing must bring back: the view without what only says that something happened."""
    found = lead(system, by, number)
    told = {name: value for name, value in found.items() if name not in {"version", "duplicates"}}
    told["handoffs"] = [{k: v for k, v in h.items() if k != "version"} for h in found["handoffs"]]
    told["clocks"] = [c for c in found["clocks"] if c["state"] != "cancelled"]
    return told


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(steps=STEPS)
def test_to_merge_and_to_undo_it_changes_nothing(system: System, callers: Callers, steps: list[str]) -> None:
    director, officer = callers["office.office_director"], callers[f"{UNIT}.officer"]
    reference = f"{datetime.now(UTC).timestamp()}"
    source = assigned(system, callers, received(system, callers, reference, reporter_kind="real_name"))
    target = assigned(system, callers, received(system, callers, f"{reference}b"))
    for step in steps:
        _take(system, callers, source, step, officer)
    before = standing(system, director, source), standing(system, director, target)
    merge(system, director, source, target, widen=True)
    assert lead(system, director, source)["state"]["id"] == "merged"
    system.handle(ActOnLead(director, source, "unmerge", {"reason": "查明并非同一事项"}))
    after = standing(system, director, source), standing(system, director, target)
    assert after == before
    assert "lead.unmerged" in kinds(system, director, source)
    assert kinds(system, director, target)[0] in {"lead.separated", "deadline.restored"}
    assert system.read(history.verify_audit, director)["ok"]


def _take(system: System, callers: Callers, number: str, step: str, officer: Caller) -> None:
    found = lead(system, officer, number)
    work = {h["state"]["id"]: h["id"] for h in found["handoffs"] if h["type"]["id"] == "market_joint_check"}
    if step == "record":
        day = date.fromisoformat(found["received_at"][:10])
        system.handle(AddRecord(officer, "evidence", day, {"title": "现场照片"}, number))
    elif step == "file":
        system.handle(AddMaterial(officer, number, "照片.txt", b"x"))
    elif step == "party":
        system.handle(AddParty(officer, number, "vehicle", "suspect", {"plate": f"无A{number[-4:]}"}))
    elif step == "item":
        system.handle(CollectItem(officer, number, "牙雕", "ivory", pieces=1))
    elif step == "ask":
        system.handle(RequestHandoffs(officer, number, "market_joint_check", ("market",), "请联合检查"))
    elif step == "acknowledge" and "sent" in work:
        system.handle(ActOnHandoff(callers["market.liaison"], work["sent"], "acknowledge"))
    elif step == "answer" and "acknowledged" in work:
        system.handle(
            ActOnHandoff(callers["market.officer"], work["acknowledged"], "reply", {"result": "已检查"})
        )
    elif step == "wait":
        at = datetime.fromisoformat(system.read(queries.clock, officer)["at"])
        turn(system, callers["system"], at + timedelta(hours=5))


# -- the same party


def test_two_small_leads_of_one_party_within_two_years_are_flagged_together(
    system: System, callers: Callers, definition: CampaignDefinition
) -> None:
    year = "later-2023"
    at = datetime(2023, 5, 8, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    system.handle(OpenCampaign(system_caller(""), year, definition.id, definition.version, "exercise", at))
    system.handle(AddPeople(system_caller(year), tuple(people_of(definition))))
    office = Caller(year, "office.office_staff", definition.office.id, frozenset({"office_staff"}))
    numbers = []
    for reference, act_on in (("1", date(2021, 11, 1)), ("2", date(2023, 5, 4))):
        intake = an_intake(act_on=act_on, estimated_value_yuan=11000.0)
        done = system.handle(ReceiveLead(office, intake, "12345", reference)).done
        assert done is not None
        numbers.append(str(done.number))

    def flag() -> dict[str, Any]:
        found = lead(system, office, numbers[1])["suggestions"]
        return next(item for item in found if item["rule"] == "R1")

    assert flag()["outcomes"][0]["then"] == {"suspected": False, "band": "none"}
    system.handle(LinkLeads(office, *numbers, "same_party", "同一摊主"))
    assert flag()["outcomes"][0]["then"] == {"suspected": True, "band": "basic"}
    assert flag()["value"]["total_yuan"] == 22000
    assert [(other["lead"], other["yuan"]) for other in flag()["value"]["same_party"]] == [
        (numbers[0], 11000)
    ]
