"""A lead is registered on a page by whoever may: an officer who found it, a station somebody came to."""

from __future__ import annotations

import io
import re

from tests.pages.conftest import Enter
from tests.pages.test_daily_work import text

FOUND = {
    "words": "旧货市场东侧一摊位摆卖疑似象牙手串。\n摊主不能出示标识。",
    "channel": "patrol",
    "place_type": "trade_market",
    "act": "unclear",
    "reporter_kind": "staff",
    "urgency": "normal",
}


def test_an_officer_registers_what_was_found_on_patrol_with_photographs_and_is_led_to_it(
    visit: Enter,
) -> None:
    officer = visit("station_qinglan.officer")
    assert 'href="/leads/new"' in officer.open("/leads")
    page = officer.open("/leads/new")
    assert re.search(r'<option value="青岚镇" selected>', page), "an officer works in one township"
    photo = (io.BytesIO(b"%PDF-1.4 invented"), "现场.pdf")
    lead = officer.follow(officer.send("/leads/new", **FOUND, pieces="3", grams="120.5", file=photo))
    shown = text(lead)
    assert "旧货市场东侧一摊位摆卖疑似象牙手串。" in shown
    assert "已上传 现场.pdf" in shown
    assert "材料 1" in shown
    office = visit("office.office_staff")
    assert "旧货市场东侧一摊位摆卖疑似象牙手串。" in text(office.open("/inbox"))


def test_a_form_sent_again_gives_the_same_lead(visit: Enter) -> None:
    officer = visit("market.officer")
    officer.open("/leads/new")
    first, again = (officer.send("/leads/new", **FOUND) for _ in range(2))
    assert first.headers["Location"] == again.headers["Location"]


def test_each_fault_is_named_by_its_field_and_nothing_typed_is_lost(visit: Enter) -> None:
    officer = visit("market.officer")
    officer.open("/leads/new")
    faulty = FOUND | {"words": "", "channel": "", "address": "北门路"}
    answer = officer.send("/leads/new", **faulty)
    assert answer.status_code == 422
    assert 'href="#words"' in answer.text
    assert 'href="#channel"' in answer.text
    assert 'value="北门路"' in answer.text
    wrong = officer.send(
        "/leads/new", **FOUND, pieces="三", grams="-1", vehicles="1.5", suspects="1e9", act_on="昨天"
    )
    for name in ("pieces", "grams", "vehicles", "suspects", "act_on"):
        assert f'href="#{name}"' in wrong.text, name
    assert '<details class="inner" open>' in wrong.text


def test_who_reported_is_sealed_and_named_nowhere_else(visit: Enter) -> None:
    officer = visit("market.officer")
    officer.open("/leads/new")
    told = FOUND | {
        "channel": "walk_in",
        "reporter_kind": "real_name",
        "name": "石小满",
        "phone": "000-1234567",
    }
    lead = officer.follow(officer.send("/leads/new", **told))
    assert "石小满" not in lead
    assert "000-1234567" not in lead
    officer.open("/leads/new")
    said = told | {"words": "石小满说摊主常在夜里出货。"}
    refused = officer.send("/leads/new", **said)
    assert refused.status_code == 422
    assert 'href="#words"' in refused.text


def test_whoever_may_not_register_finds_no_way_there_and_is_told_so(visit: Enter) -> None:
    leader = visit("office.leader")
    assert "/leads/new" not in leader.open("/leads")
    assert "登记" in text(leader.open("/leads/new", 403))
