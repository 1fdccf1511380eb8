"""A lead stands in the list of whoever must take its next step, also when the work that came with it was answered."""

from __future__ import annotations

import re

from tests.pages.conftest import Enter, Person, number_of
from tests.pages.test_registering import FOUND


def _rows(person: Person) -> dict[str, str]:
    page = person.open("/inbox?box=steps")
    rows = re.findall(r'data-test="step-row">(.*?)</tr>', page, re.DOTALL)
    assert len(rows) == number_of(page, r'href="/inbox\?box=steps"[^>]*>线索待办 <b>(\d+)')
    return {re.findall(r'href="/leads/([\w-]+)"', row)[0]: row for row in rows}


def _tasks(person: Person) -> list[tuple[str, str]]:
    page = person.open("/inbox?box=tasks")
    return re.findall(r'class="number">([\w-]+)</td><td class="title"><a href="(/t/[\w-]+)"', page)


def test_a_lead_whose_task_was_answered_still_waits_for_its_unit(visit: Enter) -> None:
    officer = visit("station_qinglan.officer")
    tasks, before = _tasks(officer), _rows(officer)
    lead, task = tasks[0]
    assert lead not in before, "work not answered yet stands among the tasks alone"
    officer.open(task)
    done = officer.follow(officer.send(f"{task}/act/reply", preset="found"))
    owed = re.search(r'data-test="owed">.*?</p>', done, re.DOTALL)
    assert owed
    assert "核查属实或查否" in owed[0]
    assert f'href="/leads/{lead}#can"' in owed[0]
    after = _rows(officer)
    assert set(after) == {*before, lead}
    assert "核查属实或查否" in after[lead]
    assert 'data-light="escalated"' in after[lead]
    assert _tasks(officer) == tasks[1:]


def test_who_was_asked_to_help_owes_an_answer_and_not_the_next_step(visit: Enter) -> None:
    helper = visit("culture.officer")
    assert 'data-test="lead-row"' in helper.open("/leads")
    assert not _rows(helper)


def test_the_office_sees_what_it_must_close_apart_from_what_it_passes_on(visit: Enter) -> None:
    staff, head = visit("office.office_staff"), visit("market.unit_head")
    triage = staff.open("/inbox?box=triage").count('data-test="triage-row"')
    assert not _rows(staff)
    lead = re.findall(r'href="/leads/([\w-]+)"', head.open("/leads?state=verified"))[0]
    head.open(f"/leads/{lead}")
    given = {"given__disposition": "no_penalty", "given__reason": "系猛犸象牙，有合法来源"}
    head.follow(head.send(f"/leads/{lead}/act/decline_filing", **given))
    assert lead not in _rows(head)
    assert "确认结案或退回" in _rows(staff)[lead]
    assert staff.open("/inbox?box=triage").count('data-test="triage-row"') == triage


def test_whoever_registered_a_lead_reads_whose_turn_it_is(visit: Enter) -> None:
    officer = visit("station_qinglan.officer")
    officer.open("/leads/new")
    page = officer.follow(officer.send("/leads/new", **FOUND))
    assert "现在轮到 领导小组办 办下一步" in page
    assert "没有本单位要守的时限" in page
    assert "没有正在走的时限" not in page
