"""The inner pages in a real browser: forced colours, keys, no scripts. What holds of every page: test_checks_on_every_page."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

STAFF, ADMINISTRATOR = "office.office_staff", "office.administrator"


def test_with_forced_colours_every_state_of_the_machinery_has_a_shape_and_a_word(visit: Open) -> None:
    page = visit(ADMINISTRATOR, "/manage/ops", forced_colors="active")
    for row in page.locator("[data-test=ops-row] .lamp").all():
        assert row.inner_text().strip()
        assert row.locator("use").get_attribute("href", timeout=1000)


def test_by_keys_alone_a_lead_is_searched_found_and_opened(visit: Open) -> None:
    page = visit(STAFF, "/inbox")
    page.keyboard.press("/")
    page.keyboard.type("YS-2017-0009")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=YS-2017-0009")
    assert page.inner_text("[data-test=count]") == "找到 1 件"
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('[data-test=hit] a')"):
            break
    box = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert box == "3px"
    page.keyboard.press("Enter")
    page.wait_for_url("**/leads/YS-2017-0009")


def test_without_scripts_a_token_is_issued_and_several_leads_are_chosen(visit: Open) -> None:
    page = visit(ADMINISTRATOR, "/manage/tokens", java_script_enabled=False, phone=True)
    page.set_viewport_size({"width": 360, "height": 640})
    page.click("summary.primary")
    page.select_option("#f-token-person", "market.officer")
    page.fill("#f-token-name", "试用")
    page.click("form[action='/manage/tokens'] button.primary")
    assert page.inner_text("[data-test=fresh-token] code").startswith("xt_")
    staff = visit(STAFF, "/leads?light=overdue", java_script_enabled=False)
    for box in staff.locator("[data-test=lead-row] input").all()[:2]:
        box.check()
    staff.click("[data-test=bulk]")
    assert staff.locator("[data-test=bulk-row]").count() == 2


def test_what_a_press_leads_to_keeps_the_title_of_its_page_in_sight(visit: Open) -> None:
    page = visit("office.auditor", "/manage/audit")
    page.click("button:has-text('立即校验')")
    page.wait_for_selector("[data-test=verdict]")
    assert page.url.endswith("#verdict")
    box = page.locator("h1").bounding_box()
    assert box
    assert box["y"] >= 0
    assert (
        page.evaluate("document.activeElement.dataset.test || document.querySelector(':target').dataset.test")
        == "verdict"
    )
