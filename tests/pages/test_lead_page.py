"""The page of a lead in order: clocks that run before those that ended, the part of the history one asks for."""

from __future__ import annotations

import re
from html import unescape

import psycopg
import pytest
from flask import Flask, g

from services.api.pages.filters import _said_once
from services.api.pages.frame import pages
from shared.application.page_queries import leads
from shared.settings import Settings
from tests.pages.conftest import Enter, number_of

STAFF = "office.office_staff"
LEAD = "/leads/YS-2017-0009"


def timeline(page: str) -> list[str]:
    listed = re.findall(r'<ol class="timeline">(.*?)</ol>', page, re.DOTALL)[0]
    return [unescape(said) for said in re.findall(r"<li[^>]*><strong>(.*?)</strong>", listed, re.DOTALL)]


def test_clocks_that_run_stand_first_and_those_that_ended_are_folded_and_counted(visit: Enter) -> None:
    page = visit(STAFF).open(LEAD)
    running, ended = page.split('data-test="ended-clocks"')
    first = re.findall(r'data-test="clock"><a[^>]*>(.*?)</a>', running)
    assert first == ["确认反馈", "查封扣押期限", "办案期限（工商）"], "the most urgent on top"
    folded = ended.split("</details>")[0]
    assert folded.count('data-test="clock"') == number_of(folded, r"已了结 (\d+)") == 8
    assert "按期办结" not in "".join(re.findall(r'<li data-test="clock">.*?</li>', running, re.DOTALL))


def test_the_history_is_filtered_by_its_address_and_each_part_says_how_much_it_holds(visit: Enter) -> None:
    person = visit(STAFF)
    links = re.findall(
        r'<a href="(/leads/YS-2017-0009[^"]*)#timeline"[^>]*>(\S+) <b>(\d+)</b>', person.open(LEAD)
    )
    assert [name for _, name, _ in links] == ["办理", "全部", "系统", "协同"]
    held = {}
    for href, name, count in links:
        page = person.open(href)
        held[name] = [said for said in timeline(page) if "预计" not in said]
        assert len(held[name]) == int(count), name
        assert len(re.findall(r'aria-current="page">' + name, page)) == 1
    assert any(said.startswith("时限开始") for said in held["全部"])
    assert any(said.startswith("时限开始") for said in held["系统"])
    assert not any(said.startswith("时限开始") for said in held["办理"])
    assert held["协同"] == ["反馈", "签收", "发出协作", "签收", "发出协作"]
    assert "接收线索" not in held["系统"]
    assert timeline(person.open(f"{LEAD}?timeline=none")) == timeline(person.open(LEAD))


def test_of_a_long_history_the_earlier_part_is_a_link_away_and_the_way_stays_whole(
    visit: Enter, copied: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = visit(STAFF)
    whole, steps = person.open(f"{LEAD}?timeline=all"), re.compile(r'<ol class="steps">.*?</ol>', re.DOTALL)
    assert "看更早的" not in whole
    with psycopg.connect(copied.database_url.replace("postgresql+psycopg", "postgresql")) as connection:
        ids = "SELECT id FROM leads WHERE number = 'YS-2017-0009'"
        (held,) = connection.execute(f"SELECT count(*) FROM events WHERE lead_id IN ({ids})").fetchone() or (
            0,
        )
    monkeypatch.setattr(leads, "EVENTS", 10)
    newest = person.open(f"{LEAD}?timeline=all")
    seen, page = timeline(newest)[-10:], newest
    while further := re.findall(r'href="([^"]+)#timeline">看更早的', page):
        page = person.open(unescape(further[0]))
        seen += [said for said in timeline(page) if "预计" not in said]
    assert seen == [said for said in timeline(whole) if "预计" not in said]
    assert len(seen) == held
    assert steps.findall(newest) == steps.findall(whole)
    assert person.open(f"{LEAD}?before=99999999999999999999")


def test_rules_that_say_the_same_are_said_once() -> None:
    first, again = ({"code": code, "message": {"zh": "尚未办结", "en": "open"}} for code in ("a", "b"))
    other = {"code": "c", "message": {"zh": "尚未办结", "en": "open"}, "hint": {"zh": "催办", "en": "urge"}}
    app = Flask(__name__)
    app.register_blueprint(pages)
    with app.test_request_context():
        g.lang = "zh"
        assert _said_once([first, again, other]) == [first, other]
