"""Search in Chinese: any part of a word, any width, every word; and never a hit or a count outside one's grants."""

from __future__ import annotations

from typing import Any

import pytest

from shared.application.search import excerpt, search
from shared.bootstrap import System
from tests.leads import an_intake
from workflows.campaign import CampaignDefinition
from workflows.commands import ActOnHandoff, ActOnLead, AddRecord, Caller, ReceiveLead, RequestHandoffs
from workflows.rejection import Rejected

STAFF = "office.office_staff"


@pytest.fixture
def station(definition: CampaignDefinition) -> str:
    return next(a.id for a in definition.agencies if a.type == "forestry" and a.townships)


@pytest.fixture
def number(system: System, callers: dict[str, Caller], station: str) -> str:
    """A lead a station holds, in which the market regulator helps and customs has no part."""
    intake = an_intake(
        title="孔雀巷仓库藏有疑似犀角", description="车牌 粤Ｒ·1A234 夜间出入,门牌Ⅱ号。", address="孔雀巷7号"
    )
    done = system.handle(ReceiveLead(callers[STAFF], intake, "hotline", "工单-20170815-0007")).done
    assert done is not None
    assert done.number is not None
    given = {"lead_agency": station, "urgency": "normal"}
    system.handle(ActOnLead(callers[STAFF], done.number, "accept", given))
    ask = RequestHandoffs(
        callers[f"{station}.officer"],
        done.number,
        "market_joint_check",
        ("market",),
        "请核对翡翠柜台的进货台账",
    )
    system.handle(ask)
    data = {"title": "琥珀色粉末照片十二张"}
    system.handle(
        AddRecord(
            callers[f"{station}.officer"],
            "evidence",
            system.read(lambda w: w.today, callers[STAFF]),
            data,
            done.number,
        )
    )
    return done.number


def find(system: System, by: Caller, q: str, **options: Any) -> list[str]:
    found = system.read(search, by, q=q, page=1, limit=50, **options)
    assert found["total"] == len(found["items"])
    return [item["lead"]["number"] for item in found["items"]]


def test_any_part_of_any_word_finds_the_lead_in_any_width_and_case(
    system: System, callers: dict[str, Caller], number: str
) -> None:
    words = [
        "孔雀巷",
        "雀巷仓",
        "犀",
        "粤R1A234",
        "ＹＳ-２０１７",
        "II号",
        "工单20170815",
        "翡翠柜台",
        "琥珀色",
    ]
    asked = [*words, "疑似 犀角", "犀角 孔雀", "粤r·1a 234"]
    assert {q: find(system, callers[STAFF], q) for q in asked} == {q: [number] for q in asked}


def test_letters_in_another_order_or_a_word_too_many_find_nothing(
    system: System, callers: dict[str, Caller], number: str
) -> None:
    for q in ["巷孔", "雀孔", "犀角 翡翠玉", "孔雀巷 熊掌"]:
        assert find(system, callers[STAFF], q) == [], q


def test_an_agency_without_a_part_in_it_finds_and_counts_nothing(
    system: System, callers: dict[str, Caller], number: str
) -> None:
    for q in ["孔雀巷", "YS-2017", "犀角", "翡翠", "琥珀", "工单-20170815-0007"]:
        assert find(system, callers["customs.officer"], q) == [], q


def test_a_helper_finds_shared_fields_and_its_own_part_but_no_source_and_no_record_of_others(
    system: System, callers: dict[str, Caller], number: str, station: str
) -> None:
    helper = callers["market.officer"]
    assert find(system, helper, "孔雀巷") == find(system, helper, "翡翠") == [number]
    for hidden in ("工单-20170815-0007", "琥珀"):
        assert find(system, helper, hidden) == []
        assert find(system, callers[f"{station}.officer"], hidden) == [number]


def test_a_lead_is_no_longer_found_once_the_grant_has_ended(
    system: System, callers: dict[str, Caller], number: str, station: str
) -> None:
    helper = callers["market.officer"]
    assert find(system, helper, "翡翠") == [number]
    handoffs = system.read(lambda w: w.uow.handoffs.of_lead(w.lead(number).id), callers[STAFF])
    asked = next(h for h in handoffs if h.to_agency == "market")
    system.handle(
        ActOnHandoff(callers[f"{station}.officer"], asked.id, "withdraw", {"reason": "已由本单位核对"})
    )
    assert find(system, helper, "翡翠") == find(system, helper, "孔雀巷") == []


def test_a_number_comes_before_a_title_and_a_title_before_an_account(
    system: System, callers: dict[str, Caller], number: str
) -> None:
    told = [
        an_intake(title="旧货市场来电", description=f"与 {number} 同一卖家"),
        an_intake(title=f"补充 {number} 的线索"),
    ]
    for intake in told:
        system.handle(ReceiveLead(callers[STAFF], intake, "hotline", None))
    found = system.read(search, callers[STAFF], q=number, page=1, limit=2)
    assert found["total"] == 3
    assert [item["found"][0]["part"] for item in found["items"]] == ["number", "title"]
    assert (
        system.read(search, callers[STAFF], q=number, page=2, limit=2)["items"][0]["found"][0]["part"]
        == "account"
    )
    beyond = system.read(search, callers[STAFF], q=number, page=9, limit=2)
    assert (beyond["items"], beyond["total"]) == ([], 3)


def test_what_is_refused_is_kept_nowhere(system: System, callers: dict[str, Caller]) -> None:
    with pytest.raises(Rejected):
        system.handle(
            ReceiveLead(callers[STAFF], an_intake(title="松烟墨", channel="nowhere"), "hotline", None)
        )
    assert find(system, callers[STAFF], "松烟墨") == []


def test_a_query_that_is_none_is_refused(system: System, callers: dict[str, Caller]) -> None:
    for q, code in [("…·—", "blank"), ("牙" * 101, "too_long"), ("牙 " * 9, "too_many")]:
        with pytest.raises(Rejected) as refused:
            find(system, callers[STAFF], q)
        assert refused.value.reasons[0].code == code


def test_the_word_is_shown_as_it_was_written() -> None:
    said = "夜间有车进出,车牌 粤Ｒ·1A234,疑似运送象牙。"
    assert excerpt(said, ["粤r1a234"]) == ("夜间有车进出,车牌 ", "粤Ｒ·1A234", ",疑似运送象牙。")
    assert excerpt("甲" * 60, ["乙"]) == ("甲" * 48 + "…", "", "")
