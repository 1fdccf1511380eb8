"""A sentence on a page says what it is about: the input that is wrong, who may, which deadline was kept."""

from __future__ import annotations

import re
from html import unescape

from tests.pages.conftest import Enter

BLOCKED = r'<li data-test="blocked-reason"><strong>([^<]+)</strong>：(.*?)</li>'


def test_what_is_wrong_names_the_input_it_is_about(visit: Enter) -> None:
    officer = visit("station_qinglan.officer")
    page = officer.open("/inbox?box=tasks")
    lead, task = re.findall(r'class="number">([\w-]+)</td><td class="title"><a href="(/t/[\w-]+)"', page)[-1]
    officer.open(f"/leads/{lead}")
    refused = officer.send(f"/leads/{lead}/handoffs", type="assist_inquiry", to="market", request=" ")
    assert refused.status_code == 422
    assert "请求事项：不能为空白" in unescape(refused.text)
    officer.open(task)
    wrong = officer.send(
        f"/t/{task.removeprefix('/t/')}/act/reply", preset="found", given__appraised_value_yuan="三"
    )
    assert wrong.status_code == 422
    assert "认定价值（元）：须为数字" in unescape(wrong.text)


def test_a_step_of_somebody_else_says_once_whose_it_is(visit: Enter) -> None:
    officer = visit("station_qinglan.officer")
    task = re.findall(r'href="(/t/[\w-]+)"', officer.open("/inbox?box=tasks"))[0]
    found = re.findall(BLOCKED, unescape(officer.open(task)), re.DOTALL)
    assert found
    for name, sentence in found:
        assert f"“{name}”" not in sentence
        for whose in ("接收单位", "发出单位"):
            assert sentence.count(whose) <= 1, sentence


def test_nobody_is_offered_to_ask_himself_for_help(visit: Enter) -> None:
    officer = visit("station_qinglan.officer")
    lead = re.findall(r'class="number">([\w-]+)</td>', officer.open("/inbox?box=tasks"))[-1]
    asked = re.findall(r'name="to" value="(\w+)"', officer.open(f"/leads/{lead}"))
    assert "market" in asked
    assert "station_qinglan" not in asked


def test_a_light_that_went_out_says_which_deadline_was_kept(visit: Enter) -> None:
    officer = visit("station_qinglan.officer")
    lead, task = re.findall(
        r'class="number">([\w-]+)</td><td class="title"><a href="(/t/[\w-]+)"',
        officer.open("/inbox?box=tasks"),
    )[0]
    officer.open(task)
    officer.follow(officer.send(f"{task}/act/reply", preset="found"))
    row = re.search(r'data-test="task-row">.*?</tr>', officer.open(f"/leads/{lead}"), re.DOTALL)
    assert row
    assert re.search(r"<td>签收 <span class=\"lamp lamp-done\"", row[0]), (
        "the receipt was in time, the lead is not"
    )
