"""The inner pages in a real browser: both sizes, large text, forced colours, keys, no scripts, nothing from elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

STAFF, ADMINISTRATOR = "office.office_staff", "office.administrator"
RULES = "/definitions/yangshan-ivory-2017/1"
PATHS = {
    ADMINISTRATOR: (
        "/manage/agencies",
        "/manage/people?agency=market",
        "/manage/tokens",
        "/manage/calendars",
        "/manage/audit",
        "/manage/ops",
    ),
    STAFF: (
        "/search?q=象牙",
        "/leads?light=overdue",
        "/leads/bulk?act=accept&n=YS-2017-0029&n=YS-2017-0009",
        "/leads/YS-2017-0009/evidence",
        "/items",
        "/problems/not_found",
        f"{RULES}/what-if?rule=0&holder=market&starts_at=2017-09-30T16:00&amount=9",
        f"{RULES}/changes/1",
    ),
}

UNNAMED = """() => [...document.querySelectorAll('input:not([type=hidden]),select,textarea,button,a[href],summary')]
  .filter(node => !(node.labels && node.labels.length) && !node.getAttribute('aria-label')
    && !node.innerText.trim() && !node.textContent.trim()).map(node => node.outerHTML.slice(0, 120))"""
TWICE = """() => { const seen = [...document.querySelectorAll('[id]')].map(node => node.id);
  return seen.filter((id, at) => seen.indexOf(id) !== at) }"""
SMALL = """() => [...document.querySelectorAll('main button, main a, main input:not([type=hidden]), main summary')]
  .filter(node => node.offsetParent && getComputedStyle(node).display !== 'inline')
  .map(node => [node.outerHTML.slice(0, 90), (node.closest('label') || node).getBoundingClientRect()])
  .filter(([_, box]) => box.width && (box.height < 23.5 || box.width < 23.5)).map(([html]) => html)"""


def faults(page: Any, path: str) -> list[str]:
    """What is wrong with a page for whoever reads it with ears, keys or a small screen."""
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    found = [f"{path}: {wide} px too wide"] if wide > 0 else []
    for name, script in (("unnamed", UNNAMED), ("id twice", TWICE), ("small target", SMALL)):
        found += [f"{path}: {name} {what}" for what in page.evaluate(script)]
    if page.locator("h1").count() != 1:
        found.append(f"{path}: not one first heading")
    return found


@pytest.mark.parametrize("phone", [False, True])
def test_pages_fit_are_named_and_load_little_and_only_from_here(visit: Open, phone: bool) -> None:
    found: list[str] = []
    for person, paths in PATHS.items():
        page: Any = visit(person, paths[0], phone=phone)
        hosts: set[str] = set()
        sizes: list[int] = []
        page.on("request", lambda request, seen=hosts: seen.add(request.url.split("/")[2]))
        page.on("response", lambda r, seen=sizes: seen.append(int(r.headers.get("content-length", 0))))
        for path in paths:
            sizes.clear()
            answer = page.goto(path)
            page.wait_for_load_state("networkidle")
            assert answer is not None
            assert answer.status == 200, path
            assert "unsafe" not in answer.headers["content-security-policy"]
            assert sum(sizes) <= 120 * 1024, path
            found += faults(page, path)
        assert len(hosts) == 1, hosts
        assert page.complaints == []
    assert not found, "\n".join(found)


def test_twice_the_text_and_the_narrowest_screen_cut_nothing(visit: Open) -> None:
    for person, paths in PATHS.items():
        page = visit(person, paths[0])
        for path in paths:
            page.set_viewport_size({"width": 1366, "height": 768})
            page.goto(path)
            page.evaluate("document.documentElement.style.fontSize = '200%'")
            assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, (
                f"{path} 200 %"
            )
            page.evaluate("document.documentElement.style.fontSize = ''")
            page.set_viewport_size({"width": 320, "height": 256})
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, f"{path} 320 px"


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
