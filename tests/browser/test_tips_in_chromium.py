"""Telling something on a telephone without scripts, and what a clerk sees, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PHONE, Open
from tests.photos import jpeg

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL = """() => [...document.querySelectorAll('button, input:not([type=hidden]), select, textarea, summary')]
  .filter(e => e.offsetParent && e.getBoundingClientRect().height < 24).map(e => e.outerHTML.slice(0, 80))"""


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Page]:
    """Somebody's telephone, without scripts."""
    context = browser.new_context(
        viewport=PHONE, has_touch=True, locale="zh-CN", base_url=address, java_script_enabled=False
    )
    page = context.new_page()
    page.hosts, page.bytes = set(), {}  # type: ignore[attr-defined]  # set by these tests
    page.on("request", lambda r: page.hosts.add(urlsplit(r.url).netloc))  # type: ignore[attr-defined]  # set by these tests
    page.on("response", lambda r: page.bytes.update({r.url: _size(r)}))  # type: ignore[attr-defined]  # set by these tests
    yield page
    context.close()


def _size(response: Any) -> int:
    return 0 if 300 <= response.status < 400 else int(response.headers.get("content-length") or 0)


def test_two_fields_and_one_press_give_a_receipt_and_the_receipt_shows_what_became_of_it(
    phone: Page, address: str
) -> None:
    phone.goto("/tip")
    assert phone.locator("form [required]").count() == 2
    assert sum(phone.bytes.values()) < 120_000  # type: ignore[attr-defined]  # set by these tests
    phone.fill("#what", "古玩城二楼摊位摆着牙雕,问价就报。")
    phone.fill("#where", "北门路古玩城")
    phone.set_input_files("#photos", files=[{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}])
    phone.click("button.primary")
    receipt = phone.inner_text("[data-test=receipt]")
    assert len(receipt.replace(" ", "")) == 16
    phone.reload()
    assert phone.locator("[data-test=receipt]").count() == 0
    phone.goto("/track")
    phone.fill("#receipt", receipt)
    phone.click("button.primary")
    assert "已收到" in phone.inner_text("[data-test=public-state]")
    phone.fill("#text", "昨天下午三点左右。")
    phone.click("button.primary")
    assert "昨天下午三点左右。" in phone.inner_text(".said")
    assert receipt.replace(" ", "") not in phone.url.replace("+", "")
    assert phone.hosts == {urlsplit(address).netloc}  # type: ignore[attr-defined]  # set by these tests


@pytest.mark.parametrize("width", [320, 360, 1366])
@pytest.mark.parametrize("text", ["100%", "200%"])
def test_nothing_of_the_public_pages_is_cut_off(
    browser: Browser, address: str, width: int, text: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 640}, base_url=address, locale="zh-CN")
    page = context.new_page()
    for path in ("/tip", "/track", "/tip/receipt", "/sign-in"):
        page.goto(path)
        page.evaluate(f"document.documentElement.style.fontSize = '{text}'")
        assert page.evaluate(OVERFLOW) <= 0, path
        assert page.evaluate(SMALL) == [], path
    context.close()


def test_the_digits_of_a_receipt_stand_whole_in_groups_whatever_the_size_of_text(phone: Page) -> None:
    phone.goto("/tip")
    phone.fill("#what", "古玩城二楼摊位摆着牙雕。")
    phone.fill("#where", "北门路古玩城")
    phone.click("button.primary")
    high = "document.querySelector('[data-test=receipt]').clientHeight"
    assert phone.evaluate(high) < 80, "one line"
    phone.evaluate("document.documentElement.style.fontSize = '200%'")
    assert phone.evaluate(OVERFLOW) <= 0
    assert 140 < phone.evaluate(high) < 240, "two groups on each of two lines"


def test_a_clerk_registers_a_call_by_keyboard_alone(visit: Open) -> None:
    who = visit("office.intake", "/hotline")
    who.keyboard.type("来电人说城东仓库夜里有人锯东西。")
    for _ in range(2):
        who.keyboard.press("Tab")
    who.keyboard.press("ArrowDown")
    who.keyboard.press("Enter")
    who.locator("#phone").focus()
    who.keyboard.type("000-1234567")
    who.locator("text=登记并生成查询码").focus()
    who.keyboard.press("Enter")
    who.wait_for_selector("[data-test=receipt]")
    assert len(who.inner_text("[data-test=receipt]").replace(" ", "")) == 16
    overtaken = ("htmx:afterRequest", "htmx:sendAbort")  # what may be the same was still being asked
    assert [c for c in who.complaints if not c.startswith(overtaken)] == []  # type: ignore[attr-defined]  # set by these tests


def test_places_and_acts_are_found_by_their_initials(visit: Open) -> None:
    who = visit("office.intake", "/hotline?lang=zh")
    for field, letters, found in (
        ("township", "sqp", "石桥铺镇"),
        ("place_type", "gws", "antique_market"),
        ("act", "xs", "sell"),
    ):
        who.focus(f"#{field}")
        who.keyboard.type(letters)
        assert who.input_value(f"#{field}") == found


def test_what_may_be_the_same_appears_beside_the_words_and_nothing_typed_is_lost(visit: Open) -> None:
    who = visit("office.intake", "/hotline?lang=zh")
    who.wait_for_selector("#words:focus")
    who.keyboard.type("客运站寄存的地方有人放了乌龟，是活的")
    assert who.input_value("#words") == "客运站寄存的地方有人放了乌龟，是活的"
    link = who.locator("#similar li a").first
    link.wait_for()
    place = who.locator("#similar").bounding_box()
    assert place is not None
    assert place["y"] + place["height"] <= 768
    who.keyboard.type("，装在纸箱里")
    with who.context.expect_page() as opened:
        link.click()
    assert "/leads/YS-2017-" in opened.value.url
    assert who.input_value("#words") == "客运站寄存的地方有人放了乌龟，是活的，装在纸箱里"
    assert who.complaints == []  # type: ignore[attr-defined]  # set by these tests


CONVERSATION = (
    "words", "title", "channel", "township", "address", "place_type", "act", "urgency", "phone", "", "name", "contact", "",
)  # fmt: skip
"""Where Tab goes: what happened, where, what it is, who tells it; the two buttons have no name."""


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_call_is_one_screen_in_the_order_of_a_conversation(visit: Open, lang: str) -> None:
    who = visit("office.intake", f"/hotline?lang={lang}")
    words = who.locator("#words").bounding_box()
    assert words is not None
    assert words["width"] >= 700, "whoever types while listening needs room for it"
    assert who.evaluate("document.documentElement.scrollHeight") <= 768
    passed = []
    for _ in CONVERSATION:
        passed.append(who.evaluate("document.activeElement.name || ''"))
        who.keyboard.press("Tab")
    assert tuple(passed) == CONVERSATION


def test_the_account_page_fits_a_telephone_and_its_picture_is_drawn_here(visit: Open) -> None:
    page = visit("office.office_staff", "/account", phone=True)
    assert page.evaluate(OVERFLOW) <= 0
    page.click("text=启用两步验证")
    box = page.locator("svg.qr").bounding_box()
    assert box is not None
    assert box["width"] >= 180
    assert page.evaluate(OVERFLOW) <= 0
