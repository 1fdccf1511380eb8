"""Supervision orders no ladder calls for: on a running clock, on no clock, on a matter that is no lead."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from shared.application import page_queries, queries
from shared.bootstrap import System
from tests.leads import an_intake
from workflows.commands import ActOnLead, ActOnOrder, Caller, DraftOrder, ReceiveLead
from workflows.rejection import Rejected

Callers = dict[str, Caller]
UNIT, OTHER = "station_qinglan", "market"


@pytest.fixture
def number(system: System, callers: Callers) -> str:
    """A lead a unit has just been given: its clocks run, and nothing is late."""
    done = system.handle(ReceiveLead(callers["office.intake"], an_intake(), "12345", "2017081000001")).done
    assert done is not None
    given = {"lead_agency": UNIT}
    system.handle(ActOnLead(callers["office.office_staff"], str(done.number), "accept", given))
    return str(done.number)


def order(system: System, by: Caller, order_id: str) -> dict[str, Any]:
    found: dict[str, Any] = system.read(queries.order, by, order_id=order_id)
    return found


def drafted(system: System, by: Caller, **said: Any) -> str:
    done = system.handle(DraftOrder(by, **{"level": "L3", "requirement": "请书面说明进展", **said})).done
    assert done is not None
    return str(done.id)


def test_an_order_about_a_clock_that_is_not_yet_due_binds_once_signed(
    system: System, callers: Callers, number: str
) -> None:
    staff = callers["office.office_staff"]
    clocks = system.read(queries.lead, staff, number=number)["clocks"]
    running = next(c for c in clocks if c["holder"]["id"] == UNIT and c["state"] == "running")
    fresh = drafted(system, staff, to=UNIT, number=number, deadline_id=running["id"])
    view = order(system, staff, fresh)
    assert (view["number"], view["state"]["id"], view["deadline_id"]) == (None, "draft", running["id"])
    with pytest.raises(Rejected):  # nobody it goes to knows of a draft
        order(system, callers[f"{UNIT}.liaison"], fresh)
    system.handle(ActOnOrder(callers["office.office_director"], fresh, "sign"))
    view = order(system, callers[f"{UNIT}.liaison"], fresh)
    assert view["number"] == "2017-1"
    assert [c["state"] for c in view["clocks"]] == ["running"]
    assert view["attributes"]["requirement"] == "请书面说明进展"


def test_an_order_about_no_clock_and_no_lead_goes_the_whole_way(system: System, callers: Callers) -> None:
    leader = callers["office.leader"]
    fresh = drafted(system, leader, to=OTHER, level="L5", matter="市场摸排底数不清")
    system.handle(ActOnOrder(leader, fresh, "sign"))
    given = {"explanation": "已重新摸排，底数附后。"}
    system.handle(ActOnOrder(callers[f"{OTHER}.unit_head"], fresh, "answer", given))
    system.handle(ActOnOrder(callers["office.office_staff"], fresh, "close"))
    view = order(system, leader, fresh)
    assert (view["state"]["id"], view["deadline_id"], view["lead"]) == ("closed", None, None)
    shown = system.read(page_queries.order_page, leader, order_id=fresh)
    assert (shown["about"], shown["colour"]) == (None, "red")


def test_its_letter_says_what_the_person_wrote_and_of_nothing_that_it_is_late(
    system: System, callers: Callers, number: str
) -> None:
    staff = callers["office.office_staff"]
    fresh = drafted(system, staff, to=OTHER, number=number, requirement="请派两名执法人员配合")
    made = system.letter_of(staff, "supervision", fresh, "docx")
    said = "".join(words.text for words in Document(BytesIO(made.content)).element.iter(qn("w:t")))
    assert f"关于{number}“" in said
    assert "一、请派两名执法人员配合。" in said
    assert "至今未办结" not in said


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({"to": "office"}, ["to"]),
        ({"to": "nobody"}, ["to"]),
        ({"to": UNIT, "level": "L2"}, ["level"]),
        ({"to": UNIT, "requirement": " "}, ["requirement"]),
        ({"to": UNIT, "requirement": "请" * 501}, ["requirement"]),
        ({"to": "nobody", "level": "L9", "requirement": ""}, ["to", "level", "requirement"]),
    ],
)
def test_each_fault_is_named_and_nothing_is_kept(
    system: System, callers: Callers, number: str, said: dict[str, Any], fields: list[str]
) -> None:
    staff = callers["office.office_staff"]
    with pytest.raises(Rejected) as refused:
        drafted(system, staff, number=number, **said)
    assert [reason.field for reason in refused.value.reasons] == fields
    assert system.read(queries.orders, staff, state=None, cursor=None, limit=10)["items"] == []


def test_a_matter_that_is_no_lead_is_told_in_words(system: System, callers: Callers) -> None:
    with pytest.raises(Rejected) as refused:
        drafted(system, callers["office.office_staff"], to=UNIT)
    assert [reason.field for reason in refused.value.reasons] == ["matter"]


def test_a_clock_of_somebody_else_is_refused_with_whose_it_is(
    system: System, callers: Callers, number: str
) -> None:
    staff = callers["office.office_staff"]
    clocks = system.read(queries.lead, staff, number=number)["clocks"]
    running = next(c for c in clocks if c["holder"]["id"] == UNIT and c["state"] == "running")
    with pytest.raises(Rejected) as refused:
        drafted(system, staff, to=OTHER, number=number, deadline_id=running["id"])
    assert [reason.code for reason in refused.value.reasons] == ["not_its_clock"]
    assert "青岚林业站" in refused.value.reasons[0].text.zh


def test_a_unit_draws_up_no_orders(system: System, callers: Callers, number: str) -> None:
    with pytest.raises(Rejected) as refused:
        drafted(system, callers[f"{UNIT}.liaison"], to=OTHER, number=number)
    assert refused.value.kind == "forbidden"


def test_the_form_offers_the_level_after_the_last(system: System, callers: Callers, number: str) -> None:
    staff = callers["office.office_staff"]
    first = system.read(page_queries.order_choices, staff, number=number, agency=UNIT)
    assert (first["suggested"], first["before"]) == ("L3", None)
    drafted(system, staff, to=UNIT, number=number)
    after = system.read(page_queries.order_choices, staff, number=number, agency=UNIT)
    assert (after["suggested"], after["before"]["zh"]) == ("L4", "督办函")
    other = system.read(page_queries.order_choices, staff, number=number, agency=OTHER)
    assert other["suggested"] == "L3"
