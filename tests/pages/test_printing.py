"""Printed sheets: no navigation, no reporter, no number that was not given, and only for who may see the page."""

from __future__ import annotations

import re

from shared.application import queries
from shared.bootstrap import System
from tests.conftest import CAMPAIGN
from tests.pages.conftest import Enter, Person
from workflows.commands import system_caller

STAFF, DIRECTOR = "office.office_staff", "office.office_director"


def bare(page: str) -> None:
    """Nothing but the sheet and two buttons."""
    assert "<nav" not in page
    assert 'class="top"' not in page
    assert page.count("<form") == 0


def order_of(person: Person) -> str:
    """The first order of the wall."""
    found = re.search(r'href="/orders/([^"]+)"', person.open("/supervise"))
    assert found
    return found[1]


def test_a_lead_is_printed_without_its_reporter(visit: Enter) -> None:
    page = visit(STAFF).open("/leads/YS-2017-0009/print")
    bare(page)
    assert "线索办理单" in page
    assert "来件人信息不在本单上" in page
    assert 'href="/leads/YS-2017-0009"' in page


def test_work_handed_over_is_printed_with_room_to_sign(visit: Enter) -> None:
    person = visit("market.liaison")
    found = re.search(r'href="(/t/[^"]+)"', person.open("/inbox?box=tasks"))
    assert found
    page = person.open(f"{found[1]}/print")
    bare(page)
    assert "签收人" in page
    assert "县工商行政管理局市场股" in page


def test_an_unsigned_order_is_printed_as_a_draft_and_a_signed_one_with_its_number(visit: Enter) -> None:
    person = visit(DIRECTOR)
    order = order_of(person)
    page = person.open(f"/orders/{order}/print")
    bare(page)
    assert "草稿，未签发，无编号" in page
    person.open(f"/orders/{order}")
    person.follow(person.send(f"/orders/{order}/act/sign"))
    page = person.open(f"/orders/{order}/print")
    assert "草稿" not in page
    assert re.search(r'<p class="facts">2017-\d+ ·', page)


def test_what_goes_over_with_a_transfer_is_listed_ticked_or_not(visit: Enter, exercise: System) -> None:
    found = exercise.read(queries.transfers, system_caller(CAMPAIGN), state=None, cursor=None, limit=5)[
        "items"
    ]
    page = visit(STAFF).open(f"/transfers/{found[0]['id']}/print")
    bare(page)
    assert page.count("☐ 未附") == 5
    assert "移交人（签名）" in page


def test_a_box_of_the_inbox_is_printed_as_a_list(visit: Enter) -> None:
    page = visit(STAFF).open("/inbox/print?box=triage")
    bare(page)
    assert page.count("☐") == 11
    bare(visit(STAFF).open("/inbox/print?box=nothing"))


def test_a_sheet_is_for_who_may_see_the_page(visit: Enter) -> None:
    director = visit(DIRECTOR)
    order = order_of(director)
    other = visit("transport.officer")
    other.open(f"/orders/{order}/print", status=404)
    other.open("/leads/YS-2017-0009/print", status=404)
    other.open("/t/00000000-0000-0000-0000-000000000000/print", status=404)
    other.open("/transfers/00000000-0000-0000-0000-000000000000/print", status=404)
