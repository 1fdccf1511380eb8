"""Taking back at once what was done by mistake: the offer stands where a step leads back, and only there."""

from __future__ import annotations

import re

import pytest

from tests.pages.conftest import Enter
from tests.pages.test_daily_work import text

LEAD = "/leads/YS-2017-0009"
ROOM = "/reports/stage/2017-09"


def undo(page: str) -> str:
    """Where the offer to take back leads."""
    found = re.search(r'<form method="post" action="([^"]+)" data-expires="30">', page)
    assert found, "nothing is offered"
    return found[1]


def test_a_suspended_lead_is_resumed_with_one_press(visit: Enter) -> None:
    head = visit("market.unit_head")
    head.open(LEAD)
    given = {"given__suspension_ground": "evidence_pending", "given__reason": "等外地回函"}
    grounds = re.findall(r'<option value="(\w+)"', head.page.split('name="given.suspension_ground"')[1])
    given["given__suspension_ground"] = next(ground for ground in grounds if ground)
    done = head.follow(head.send(f"{LEAD}/act/suspend", **given))
    assert undo(done) == f"{LEAD}/act/resume"
    back = head.follow(head.send(undo(done)))
    assert "恢复办理" in text(back)
    assert "立案调查" in re.findall(r'aria-label="[^"]*立案调查[^"]*"', back)[0]


def test_a_step_nothing_leads_back_from_offers_nothing(visit: Enter) -> None:
    director = visit("office.office_director")
    director.open("/leads/YS-2017-0030")
    given = {"given__reject_reason": "no_trace", "given__reason": "无法回访"}
    done = director.follow(director.send("/leads/YS-2017-0030/act/reject", **given))
    assert "data-expires" not in done


def test_a_report_and_a_waiver_are_taken_back_with_one_press(visit: Enter) -> None:
    liaison, staff = visit("transport.liaison"), visit("office.office_staff")
    form = f"{ROOM}/units/transport"
    liaison.open(form)
    sent = liaison.follow(liaison.send(form, do="zero"))
    assert undo(sent) == f"{form}/withdrawal"
    assert "已撤回" in text(liaison.follow(liaison.send(undo(sent))))
    staff.open(ROOM)
    waived = staff.follow(staff.send(f"{form}/waive", reason="机构调整"))
    assert undo(waived) == f"{form}/unwaive"
    assert "data-expires" in staff.follow(staff.send(undo(waived)))


def test_an_offer_to_take_back_leads_nowhere_else(visit: Enter) -> None:
    person = visit("office.office_staff")
    person.client.set_cookie(
        "xunxian_flash",
        "%7B%22message%22%3A%22x%22%2C%22undo%22%3A%7B%22action%22%3A%22https%3A%2F%2Felsewhere%22%7D%7D",
    )
    page = person.open("/inbox")
    assert "elsewhere" not in page
    assert 'data-test="flash"' in page


@pytest.mark.parametrize("person", ["office.office_staff", "station_daluo.officer"])
def test_each_day_of_the_strip_opens_as_many_leads_as_it_counts(visit: Enter, person: str) -> None:
    somebody = visit(person)
    days = re.findall(r'href="(/leads\?due_on=[\d-]+)"><b>(\d+)', somebody.open("/progress"))
    assert days
    for href, number in days:
        assert f"共 {number} 件" in somebody.open(href)
    assert 'data-test="strip"' not in somebody.open("/progress?at=2017-09-05T12:00")


def test_a_day_nobody_can_read_is_refused_and_not_taken_for_another(visit: Enter) -> None:
    staff, officer = visit("office.office_staff"), visit("market.officer")
    assert "2017-09-16" in staff.open("/leads?due_on=2017-13-01", status=422)
    officer.open(LEAD)
    kind = re.search(r'name="kind" value="(\w+)"', officer.page)
    assert kind
    answer = officer.send(f"{LEAD}/records", kind=kind[1], occurred_on="九月五日")
    assert answer.status_code == 422
    assert "occurred_on" in answer.text


def test_the_board_counts_every_lead_of_a_state(visit: Enter) -> None:
    staff = visit("office.office_staff")
    columns = re.findall(
        r'href="(/leads\?[^"]*state=\w+[^"]*)">(\d+)</a></span></h2>', staff.open("/leads?view=board")
    )
    assert sum(int(count) for _, count in columns) == 40
    for href, count in columns:
        assert f"共 {count} 件" in staff.open(href.replace("&amp;", "&"))


def test_a_printed_sheet_carries_the_address_of_its_page(visit: Enter) -> None:
    staff = visit("office.office_staff")
    assert 'class="qr"' in staff.open(f"{LEAD}/print")
    assert 'class="qr"' not in staff.open("/inbox/print")
