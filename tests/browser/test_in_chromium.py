"""The daily work in a real browser: keys, taps, sizes, lights, what is loaded, what works without scripts."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

SMALLEST_TEXT = """() => Math.min(...[...document.querySelectorAll('svg.machine text')].map(
  text => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a))"""
STAFF, DIRECTOR = "office.office_staff", "office.office_director"


def test_a_lead_is_passed_on_with_two_keys_and_pressing_again_harms_no_other(visit: Open) -> None:
    page = visit(STAFF, "/inbox")
    waiting = page.locator("[data-test=triage-row]").count()
    first = page.inner_text("#pane h2")
    page.wait_for_timeout(900)
    page.keyboard.press("4")
    for _ in range(3):
        page.keyboard.press("Control+Enter")
        page.wait_for_timeout(60)
    page.wait_for_selector("[data-test=flash]")
    assert page.locator("[data-test=triage-row]").count() == waiting - 1
    assert page.inner_text("#pane h2") != first
    assert page.evaluate("document.activeElement.tagName") == "H2"
    assert "已交办" in page.inner_text("[data-test=flash]")
    assert page.complaints == []  # type: ignore[attr-defined]  # set by these tests


def test_the_pane_ends_above_the_fold_and_a_key_before_it_was_seen_does_nothing(visit: Open) -> None:
    page = visit(STAFF, "/inbox")
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(300)
    assert page.locator("[data-test=flash]").count() == 0
    box = page.locator("[data-test=triage-submit]").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 768


def test_on_a_phone_the_inbox_opens_at_its_top_and_a_chosen_lead_at_its_pane(visit: Open) -> None:
    page = visit(STAFF, "/inbox", phone=True)
    assert page.evaluate("scrollY") == 0
    page.locator("[data-test=triage-row] a").nth(1).click()
    page.wait_for_function("() => scrollY > 0")


def test_choosing_another_unit_words_its_consequences_anew(visit: Open) -> None:
    page = visit(STAFF, "/inbox")
    before = page.inner_text("#outlook")
    page.check("input[name='given.urgency'][value=critical]")
    page.wait_for_function("before => document.querySelector('#outlook').innerText !== before", arg=before)


def test_another_lead_is_shown_in_the_pane_and_focus_goes_to_its_heading(visit: Open) -> None:
    page = visit(STAFF, "/inbox")
    link = page.locator("[data-test=triage-row] a").nth(3)
    title = link.inner_text()
    link.click()
    page.wait_for_function("title => document.querySelector('#pane h2').innerText.includes(title)", arg=title)
    assert "lead=YS-2017-" in page.url
    assert page.evaluate("document.activeElement.closest('#pane') !== null")
    assert page.locator(".chosen").count() == 1


def test_an_officer_signs_and_answers_on_the_phone_with_three_taps(visit: Open) -> None:
    staff = visit(STAFF, "/inbox")
    number = staff.inner_text("#pane h2 a")
    staff.select_option("#f-accept-lead_agency", "market")
    staff.click("[data-test=triage-submit]")
    officer = visit("market.officer", "/inbox?box=tasks", phone=True)
    officer.click(f"tr:has-text('{number}') .title a")
    officer.wait_for_selector(".bar button")
    bar = officer.locator(".bar button").bounding_box()
    assert bar is not None
    assert bar["y"] + bar["height"] <= 640
    assert bar["height"] >= 44
    officer.tap(".bar button")
    officer.tap("input[value=clean]")
    officer.tap(".bar button")
    officer.wait_for_selector("[data-test=flash]")
    assert "已反馈" in officer.inner_text("main")
    assert officer.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_leader_sees_five_tiles_every_late_lead_and_every_unit_without_scrolling(visit: Open) -> None:
    page = visit(DIRECTOR, "/supervise")
    for hook, least in (("tile", 5), ("overdue-row", 12), ("agency-row", 9)):
        bottoms = page.eval_on_selector_all(
            f"[data-test={hook}]", "nodes => nodes.map(node => node.getBoundingClientRect().bottom)"
        )
        assert len(bottoms) >= least
        assert max(bottoms) <= 768, hook


def test_from_the_wall_to_a_signed_order_it_takes_two_clicks(visit: Open) -> None:
    page = visit(DIRECTOR, "/supervise")
    page.click("[data-test=overdue-row] >> text=督办单")
    page.click("[data-act=sign]")
    assert "已签发" in page.inner_text(".paper")
    assert re.search(r"\d+", page.inner_text("[data-test=flash]"))


def test_every_light_has_a_word_and_a_shape_of_its_own(visit: Open) -> None:
    page = visit(STAFF, "/leads", forced_colors="active")
    lights: list[dict[str, Any]] = page.eval_on_selector_all(
        "[data-test=light]",
        "nodes => nodes.map(n => ({kind: n.dataset.light, words: n.innerText.trim(), "
        "shape: n.querySelector('use').getAttribute('href')}))",
    )
    assert {light["kind"] for light in lights} >= {"ok", "soon", "overdue", "escalated"}
    assert all(light["words"] and light["shape"] == f"#s-{light['kind']}" for light in lights)
    for kind in ("ok", "soon", "overdue", "escalated", "paused", "done"):
        assert page.locator(f"#s-{kind}").count() == 1


def test_without_scripts_a_lead_is_passed_on_and_a_task_signed(visit: Open, address: str) -> None:
    page = visit(STAFF, "/inbox", java_script_enabled=False)
    number = page.inner_text("#pane h2 a")
    page.select_option("#f-accept-lead_agency", "market")
    page.click("[data-test=triage-submit]")
    assert f"{number} 已交办" in page.inner_text("[data-test=flash]")
    officer = visit("market.officer", "/inbox?box=tasks", phone=True, java_script_enabled=False)
    officer.click(f"tr:has-text('{number}') .title a")
    officer.click(".bar button")
    officer.check("input[value=not_found]")
    officer.click(".bar button")
    assert "已反馈" in officer.inner_text("main")


def test_the_picture_of_the_way_is_named_and_told_as_a_list_on_phones(visit: Open) -> None:
    page = visit(STAFF, "/leads/YS-2017-0009")
    label = page.get_attribute("svg.machine", "aria-label")
    assert label is not None
    assert "立案调查" in label
    for width in (1366, 800):
        page.set_viewport_size({"width": width, "height": 768})
        assert page.evaluate(SMALLEST_TEXT) >= 12, width
    transfer = visit("station_shuanghe.unit_head", "/inbox?box=transfers")
    transfer.click(".list td a")
    assert transfer.evaluate(SMALLEST_TEXT) >= 12, "seven states with long names"
    phone = visit(STAFF, "/leads/YS-2017-0009", phone=True)
    assert not phone.is_visible("svg.machine")
    assert "立案调查" in phone.inner_text(".steps [aria-current=step]")
