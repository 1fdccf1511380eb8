"""What the office and its leaders look at, in English, on a phone, in large text and in forced colours: nothing is cut away."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import PHONE, Open
from tests.browser.test_checks_on_every_page import STANDARDS

STAFF, LEADER = "office.office_staff", "office.leader"

OUT_OF_SIGHT = """selector => [...document.querySelectorAll(selector)]
  .filter(node => node.getBoundingClientRect().right > node.closest(".scroller").getBoundingClientRect().right + 1)
  .map(node => node.textContent)"""
WORDS_OUTSIDE = """() => [...document.querySelectorAll(".machine .box")].filter(box => {
  const frame = box.querySelector("rect").getBoundingClientRect();
  return [...box.querySelectorAll("text")].some(text => {
    const said = text.getBoundingClientRect();
    return said.left < frame.left || said.right > frame.right;
  });
}).map(box => box.textContent.trim())"""


def test_every_number_of_the_wall_and_of_progress_is_in_sight_in_english(visit: Open) -> None:
    page = visit(LEADER, "/supervise?lang=en")
    assert page.evaluate(OUT_OF_SIGHT, "[data-test=agency-row] a") == []
    page.goto("/progress")
    assert page.evaluate(OUT_OF_SIGHT, "[data-test=unit-row] a") == []


def test_words_stand_inside_the_boxes_of_a_picture_in_both_languages(visit: Open) -> None:
    page = visit(STAFF, "/leads/YS-2017-0014")
    for language in ("zh", "en"):
        page.goto(f"/leads/YS-2017-0014?lang={language}")
        assert page.evaluate(WORDS_OUTSIDE) == []
        page.goto("/definitions/yangshan-ivory-2017/1")
        assert page.evaluate(WORDS_OUTSIDE) == []


def test_large_text_leaves_room_for_the_titles_of_the_wall(visit: Open) -> None:
    page = visit(LEADER, "/supervise")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    widths = page.evaluate(
        "() => [...document.querySelectorAll('td.cut')].map(cell => cell.getBoundingClientRect().width)"
    )
    assert len(widths) == 12
    assert min(widths) >= 13 * 32


def test_the_coming_days_are_read_on_a_phone_without_widening_the_page(visit: Open) -> None:
    page = visit(LEADER, "/progress", phone=True)
    widths = page.evaluate(
        "() => [...document.querySelectorAll('.strip th')].map(cell => cell.getBoundingClientRect().width)"
    )
    assert min(widths) >= 48
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_in_forced_colours_one_word_of_the_navigation_is_marked(visit: Open) -> None:
    page = visit(STAFF, "/supervise", forced_colors="active")
    marks = page.evaluate(
        """() => [...document.querySelectorAll(".top nav a")].map(link =>
          [link.hasAttribute("aria-current"), getComputedStyle(link).borderBottomColor])"""
    )
    current = {colour for here, colour in marks if here}
    others = {colour for here, colour in marks if not here}
    assert len(current) == 1
    assert not current & others


def test_an_order_on_a_lead_that_is_not_late_is_signed_in_four_presses(visit: Open) -> None:
    page = visit("office.office_director", "/leads/YS-2017-0014")
    page.click("[data-act=order]")
    page.click("form[action='/orders'] button")
    page.click("[data-act=sign]")
    assert "2017-1" in page.inner_text(".paper .facts")
    unit = visit("station_shuanghe.unit_head", "/inbox?box=orders")
    assert unit.locator("[data-test=task-row]").count() == 1


def test_on_a_phone_the_head_is_one_line_and_its_fold_opens_every_place_without_scripts(visit: Open) -> None:
    line = 48
    for person in (STAFF, LEADER, "station_qinglan.officer"):
        for language in ("zh", "en"):
            page = visit(person, f"/reports?lang={language}", phone=True, java_script_enabled=False)
            head = page.locator("header.top")
            assert head.bounding_box()["height"] <= line, (person, language)
            assert page.locator(".top > nav > a[aria-current]").is_visible()
            page.click(".places > summary")
            places = page.locator(".fold nav a")
            assert places.count() == page.locator(".top > nav > a").count() + 1
            assert all(place.bounding_box()["height"] >= 44 for place in places.all())
            page.click(".fold button")
            assert page.url.endswith("/sign-in")


def test_the_fold_of_the_head_is_accessible_and_closes_by_escape_or_a_press_beside_it(visit: Open) -> None:
    page = visit(STAFF, "/inbox", phone=True)
    fold = page.locator(".fold")
    page.click(".places > summary")
    found = Axe().run(page, context=".top", options=STANDARDS).response["violations"]
    assert [fault["id"] for fault in found] == []
    page.keyboard.press("Escape")
    assert not fold.is_visible()
    page.click(".places > summary")
    page.mouse.click(20, PHONE["height"] - 20)
    assert not fold.is_visible()


def test_the_message_of_the_act_before_leaves_the_button_of_the_pane_in_sight(visit: Open) -> None:
    page = visit(STAFF, "/inbox")
    for language in ("zh", "en"):
        page.goto(f"/inbox?lang={language}")
        page.click("[data-test=triage-submit]")
        page.wait_for_selector("[data-test=flash]")
        assert page.evaluate("scrollY") == 0
        box = page.locator("[data-test=triage-submit]").bounding_box()
        assert box
        assert box["y"] + box["height"] <= 768
        assert page.evaluate(
            "([x, y]) => document.elementFromPoint(x, y).closest('[data-test=triage-submit]') !== null",
            [box["x"] + 8, box["y"] + box["height"] / 2],
        )


def test_units_are_told_apart_on_the_wall_in_english(visit: Open) -> None:
    page = visit(LEADER, "/supervise?lang=en")
    cut = page.evaluate(
        "() => [...document.querySelectorAll('td.unit')].filter(cell => cell.scrollWidth > cell.clientWidth)"
        ".map(cell => cell.textContent)"
    )
    assert cut == []
