"""A tip from the public, from its first word to what its teller reads at the end."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from shared.application import queries
from shared.application import tip_queries as cases
from shared.bootstrap import System
from shared.clock import SystemClock
from tests.conftest import CAMPAIGN, STARTS
from tests.leads import an_intake
from tests.photos import SECRET_PLACE, jpeg, png
from tests.turning import turn
from workflows.commands import ActOnLead, Caller, ReceiveLead, system_caller
from workflows.guarded import OpenIdentity
from workflows.inputs import Wrong
from workflows.receipt import Receipt, read_receipt, receipt_from
from workflows.rejection import Rejected
from workflows.reporter import Reporter
from workflows.tip import (
    WRONG_TRIES,
    AddToTip,
    AskReporter,
    FindTip,
    Photo,
    SubmitTip,
    TakeCall,
    UseAllowance,
)

PUBLIC = system_caller(CAMPAIGN)
NOBODY = system_caller("")
STAFF, DESK, DIRECTOR = "office.office_staff", "office.intake", "office.office_director"
WHAT = "古玩城二楼摊位摆着牙雕,问价就报。\n摊主说货在家里。"


def a_tip(**changes: Any) -> SubmitTip:
    """A tip as most people tell one."""
    values: dict[str, Any] = {"what": WHAT, "where": "北门路古玩城二楼", "key": "k" * 20}
    return SubmitTip(PUBLIC, **{**values, **changes})


def told(system: System, **changes: Any) -> tuple[str, str, Receipt]:
    """Tell something; gives the lead's id, its number and the receipt."""
    done = system.handle(a_tip(**changes)).done
    assert done is not None
    return done.id, str(done.number), done.extra["receipt"]


def seen(system: System, lead_id: str) -> dict[str, Any]:
    """What the teller reads."""
    view: dict[str, Any] = system.read(cases.tip, PUBLIC, lead_id=lead_id)
    return view


def find(system: System, receipt: Receipt) -> dict[str, Any]:
    """What a receipt finds."""
    done = system.handle(FindTip(NOBODY, receipt)).done
    assert done is not None
    return dict(done.extra)


def test_a_tip_is_a_lead_in_the_offices_inbox_with_its_clock(
    system: System, callers: dict[str, Caller]
) -> None:
    _, number, receipt = told(system)
    lead = system.read(queries.lead, callers[STAFF], number=number)
    assert lead["channel"] == "tip_page"
    assert lead["description"] == WHAT
    assert lead["title"] == "古玩城二楼摊位摆着牙雕,问价就报。"
    assert lead["address"] == "北门路古玩城二楼"
    assert "D-ACCEPT" in {clock["code"] for clock in lead["clocks"]}
    assert "accept" in {action["name"] for action in lead["allowed_actions"]}
    assert read_receipt(receipt.grouped) == receipt


def test_the_receipt_finds_the_tip_and_another_one_does_not(system: System) -> None:
    lead_id, _, receipt = told(system)
    assert find(system, receipt) == {"campaign_id": CAMPAIGN, "lead_id": lead_id}
    assert find(system, receipt_from("0" * 32)) == {}


def test_nothing_of_the_receipt_is_kept_but_a_hash(system: System) -> None:
    _, _, receipt = told(system)
    with psycopg.connect(system.settings.database_url.replace("+psycopg", "")) as connection:
        tables = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        ).fetchall()
        for (table,) in tables:
            rows = connection.execute(SQL("SELECT t::text FROM {} t").format(Identifier(table))).fetchall()
            text = "\n".join(row[0] for row in rows)
            for part in (receipt.digits[:12], receipt.grouped[:12], receipt.digits[5:]):
                assert part not in text, table
        (kept,) = connection.execute("SELECT hash FROM tip_receipts").fetchone() or ("",)
    assert kept.startswith("$argon2id$")


def test_a_tip_sent_twice_is_one_and_is_answered_with_the_same_receipt(system: System) -> None:
    first, second = told(system), told(system)
    assert first == second
    assert told(system, key="another key of somebody")[0] != first[0]
    assert told(system, what=WHAT + "补充。")[0] != first[0], "a key of another tip gives no receipt away"


def test_after_ten_minutes_the_receipt_is_not_shown_again(system: System, callers: dict[str, Caller]) -> None:
    told(system)
    turn(system, callers["system"], STARTS + timedelta(minutes=11))
    assert told(system)[2] is None


def test_after_five_wrong_receipts_one_has_to_wait_and_the_right_one_waits_too(system: System) -> None:
    _, _, receipt = told(system)
    body = receipt.digits[:7]
    wrong = [r for r in _alike(body) if r != receipt][:6]
    answers = [find(system, r) for r in wrong]
    assert answers[:5] == [{}] * 5
    assert answers[5]["wait"] > 100
    assert find(system, receipt)["wait"] > 100
    later = SystemClock().now() + WRONG_TRIES.one_more_after
    system._bus._clock = type("Later", (), {"now": lambda self: later})()
    assert "lead_id" in find(system, receipt)


def _alike(body: str) -> list[Receipt]:
    found = []
    for rest in range(2000):
        for check in "0123456789":
            try:
                found.append(read_receipt(f"{body}{rest:08d}{check}"))
            except Wrong:
                continue
    return found


def test_right_receipts_use_nothing_up(system: System) -> None:
    _, _, receipt = told(system)
    for _ in range(8):
        assert "lead_id" in find(system, receipt)


def test_an_allowance_is_used_by_everybody_together(system: System) -> None:
    allowance = type(WRONG_TRIES)(2, timedelta(hours=1))
    waits = []
    for _ in range(3):
        done = system.handle(UseAllowance(NOBODY, "test", allowance)).done
        assert done is not None
        waits.append(done.extra["wait"])
    assert waits[:2] == [0, 0]
    assert waits[2] > 3000


def test_its_teller_sees_neutral_steps_and_no_agency_no_person_no_finding(
    system: System, callers: dict[str, Caller]
) -> None:
    lead_id, number, _ = told(system)
    assert seen(system, lead_id)["state"]["id"] == "received"
    assert [p["says"]["en"] for p in seen(system, lead_id)["promises"]] == [
        "you will read whether it was accepted"
    ]
    given = {"lead_agency": "market", "requirement": "秘密核查摊主住处", "reason": "r"}
    system.handle(ActOnLead(callers[STAFF], number, "accept", given))
    view = seen(system, lead_id)
    assert [step["name"]["zh"] for step in view["progress"]] == ["已收到", "已受理"]
    text = str(view)
    for inner in ("market", "工商", "秘密核查", "office_staff", number, lead_id, "北门路"):
        assert inner not in text


def test_a_tip_that_is_turned_down_says_the_kind_of_reason_and_not_the_words(
    system: System, callers: dict[str, Caller]
) -> None:
    lead_id, number, _ = told(system)
    given = {"reject_reason": "no_trace", "reason": "内部研判意见不外传"}
    system.handle(ActOnLead(callers[STAFF], number, "reject", given))
    view = seen(system, lead_id)
    assert view["state"]["id"] == "not_accepted"
    assert view["because"]["zh"] == "没有可查线索"
    assert "内部研判" not in str(view)


def test_a_tip_that_went_into_another_lead_goes_on_with_it(
    system: System, callers: dict[str, Caller]
) -> None:
    first = system.handle(ReceiveLead(callers[DESK], an_intake(), "counter")).done
    assert first is not None
    lead_id, number, _ = told(system)
    system.handle(
        ActOnLead(callers[STAFF], number, "merge", {"merge_into": first.number, "reason": "同一摊位"})
    )
    assert seen(system, lead_id)["state"]["id"] == "accepted"
    said = system.read(cases.messages, callers[STAFF], number=str(first.number))
    assert (said["reachable"], said["joined"]) == (False, [number]), "the office finds its teller from there"
    given = {"reject_reason": "out_of_scope", "reason": "不属实"}
    system.handle(ActOnLead(callers[STAFF], str(first.number), "reject", given))
    assert seen(system, lead_id)["state"]["id"] == "not_accepted"


def test_who_told_it_is_sealed_and_opened_only_by_the_office(
    system: System, callers: dict[str, Caller]
) -> None:
    reporter = Reporter(name="柳三变", phone="000-1234567")
    _, number, _ = told(system, reporter=reporter)
    shown = system.read(queries.lead, callers[STAFF], number=number)
    assert shown["reporter_kind"] == "real_name"
    assert "柳三变" not in str(shown)
    opened = system.handle(OpenIdentity(callers[DESK], number, "回访核实")).done
    assert opened is not None
    assert opened.extra["identity"] == reporter


def test_a_tip_that_names_its_teller_in_its_words_is_refused_with_the_field(system: System) -> None:
    with pytest.raises(Rejected) as refused:
        system.handle(a_tip(what="我叫柳三变,看到有人卖牙雕", reporter=Reporter(name="柳三变")))
    assert {(r.code, r.field) for r in refused.value.reasons} == {("names_reporter", "what")}


def test_photographs_lose_their_place_and_are_kept_once(system: System, callers: dict[str, Caller]) -> None:
    photos = (Photo(jpeg()), Photo(png()), Photo(jpeg()))
    lead_id, number, _ = told(system, photos=photos)
    materials = system.read(queries.lead, callers[STAFF], number=number)["materials"]
    assert sorted(m["name"] for m in materials) == ["举报照片1.jpg", "举报照片2.png"]
    assert seen(system, lead_id)["photos"] == 2
    for file in (system.settings.data / "materials").rglob("*"):
        assert file.is_dir() or SECRET_PLACE not in file.read_bytes()


def test_a_file_that_is_no_photograph_is_named_by_its_place_and_nothing_is_kept(
    system: System, callers: dict[str, Caller]
) -> None:
    with pytest.raises(Rejected) as refused:
        system.handle(a_tip(photos=(Photo(jpeg()), Photo(b"%PDF-1.7"))))
    assert [(r.code, r.field) for r in refused.value.reasons] == [("not_a_photo", "photos/1")]
    assert system.read(queries.leads, callers[STAFF], filters={}, cursor=None, limit=9)["items"] == []


def test_the_office_asks_and_the_teller_answers(system: System, callers: dict[str, Caller]) -> None:
    lead_id, number, _ = told(system)
    system.handle(AskReporter(callers[STAFF], number, "具体是几点看到的?"))
    said = seen(system, lead_id)["messages"]
    assert [(m["sender"], m["text"]) for m in said] == [("office", "具体是几点看到的?")]
    answer = AddToTip(PUBLIC, lead_id, "下午三点左右,摊主穿蓝衣。", "answer-key", (Photo(png()),))
    first, again = system.handle(answer).done, system.handle(answer).done
    assert first is not None
    assert again is not None
    assert (first.created, again.created) == (True, False)
    shown = system.read(cases.messages, callers[DIRECTOR], number=number)
    assert shown["reachable"]
    assert [(m["sender"], m["by"]) for m in shown["items"]] == [("office", STAFF), ("teller", None)]


def test_only_the_office_speaks_with_tellers(system: System, callers: dict[str, Caller]) -> None:
    _, number, _ = told(system)
    given = {"lead_agency": "market", "requirement": "核查"}
    system.handle(ActOnLead(callers[STAFF], number, "accept", given))
    for by in ("market.officer", "market.unit_head", "office.leader"):
        with pytest.raises(Rejected) as refused:
            system.handle(AskReporter(callers[by], number, "你是谁?"))
        assert refused.value.kind == "forbidden"
        with pytest.raises(Rejected):
            system.read(cases.messages, callers[by], number=number)


def test_messages_are_sealed_where_they_are_kept(system: System, callers: dict[str, Caller]) -> None:
    lead_id, _, _ = told(system)
    system.handle(AddToTip(PUBLIC, lead_id, "我住在摊位隔壁", "some-key"))
    with psycopg.connect(system.settings.database_url.replace("+psycopg", "")) as connection:
        for table in ("tip_messages", "events", "outbox", "notices"):
            rows = connection.execute(SQL("SELECT t::text FROM {} t").format(Identifier(table))).fetchall()
            assert "隔壁" not in str(rows), table
            assert "隔壁".encode().hex() not in str(rows), table
    assert system.rotate_keys() >= 1
    assert seen(system, lead_id)["messages"][0]["text"] == "我住在摊位隔壁"


def test_a_lead_without_a_receipt_has_nobody_to_ask(system: System, callers: dict[str, Caller]) -> None:
    done = system.handle(ReceiveLead(callers[DESK], an_intake(), "counter")).done
    assert done is not None
    with pytest.raises(Rejected) as refused:
        system.handle(AskReporter(callers[STAFF], str(done.number), "几点?"))
    assert refused.value.reasons[0].code == "no_receipt"


def test_a_call_is_a_lead_with_a_receipt_and_the_same_number_is_known_again(
    system: System, callers: dict[str, Caller]
) -> None:
    def call(phone: str, key: str) -> Any:
        intake = an_intake(channel="phone")
        return system.handle(TakeCall(callers[DESK], intake, key, Reporter(phone=phone))).done

    first, other = call("000-1234567", "a" * 16), call("000-7654321", "b" * 16)
    again = call("０００ 1234567", "c" * 16)
    assert find(system, first.extra["receipt"])["lead_id"] == first.id
    assert (other.extra["earlier"], again.extra["earlier"]) == ([], [first.number])
    with psycopg.connect(system.settings.database_url.replace("+psycopg", "")) as connection:
        assert "1234567" not in str(connection.execute("SELECT t::text FROM tip_callers t").fetchall())
    assert not re.search("1234567", str(system.read(queries.lead, callers[DESK], number=first.number)))


def test_a_clerk_of_another_unit_does_not_learn_who_called_before(
    system: System, callers: dict[str, Caller]
) -> None:
    reporter = Reporter(phone="000-1234567")
    system.handle(TakeCall(callers[DESK], an_intake(channel="phone"), "a" * 16, reporter))
    done = system.handle(
        TakeCall(callers["market.liaison"], an_intake(channel="phone"), "b" * 16, reporter)
    ).done
    assert done is not None
    assert done.extra["earlier"] == []


def test_a_receipt_nobody_has_is_answered_as_slowly_as_a_wrong_one(system: System) -> None:
    _, _, receipt = told(system)
    wrong = [r for r in _alike(receipt.digits[:7]) if r != receipt][:4]
    nobodys = [receipt_from(f"{number:032x}") for number in range(1, 5)]
    find(system, receipt_from("f" * 32))
    spans = [min(_seconds(system, r) for r in group) for group in (wrong, nobodys)]
    assert max(spans) < 3 * min(spans)


def _seconds(system: System, receipt: Receipt) -> float:
    began = perf_counter()
    assert find(system, receipt) == {}
    return perf_counter() - began


def test_no_server_of_ours_writes_who_asked_for_what() -> None:
    root = Path(__file__).resolve().parents[2]
    for name in ("services/standalone/plan.py", "services/api/server.py", "Dockerfile", "docker-compose.yml"):
        path = root / name
        assert not path.exists() or not re.search("access-?log", path.read_text("utf-8")), name
