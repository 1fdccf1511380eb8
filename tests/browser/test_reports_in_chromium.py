"""Reports, results and sheets in a real browser: paper, drafts, pasting, no scripts. Sizes: test_checks_on_every_page."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

STAFF, LIAISON = "office.office_staff", "station_bailu.liaison"
ROOM = "/reports/stage/2017-09"
FORM = f"{ROOM}/units/station_bailu"
SHEETS = {
    "/results/stage/2017-09/period": 1,
    "/results/stage/2017-09/period?lines=all": 2,
    "/progress": 1,
    "/inbox/print": 1,
    "/leads/YS-2017-0009/print": 2,
}
"""Pages to print, and on how many sheets of A4 they fit."""
PASTE = """([selector, text]) => {
  const data = new DataTransfer();
  data.setData("text", text);
  const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
  document.querySelector(selector).dispatchEvent(event);
}"""


def test_sheets_fit_their_paper_and_carry_no_navigation(visit: Open) -> None:
    page = visit(STAFF, "/inbox")
    for path, most in SHEETS.items():
        page.goto(path)
        paper = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", paper)) <= most, path
        box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", paper)
        assert box
        assert {round(float(box[1])), round(float(box[2]))} == {595, 842}, path
        page.emulate_media(media="print")
        assert not page.locator(".top, .sheet-tools, .banner").locator("visible=true").count(), path
        page.emulate_media(media="null")


def test_without_scripts_a_report_is_submitted_with_a_receipt(visit: Open) -> None:
    page = visit(LIAISON, FORM, phone=True, java_script_enabled=False)
    assert page.locator("textarea[name^='texts.']").count() <= 3
    page.click("[data-test=submit]")
    assert "没有填" in page.inner_text("[data-test=errors]")
    page.fill("[name='figures.J1']", "12")
    page.check("[name=rest]")
    page.click("[data-test=submit]")
    assert "回执" in page.inner_text("[data-test=flash]")
    assert page.locator("[data-test=receipt]").count() == 1


def test_a_zero_report_is_one_click_and_every_field_is_large_enough_to_touch(visit: Open) -> None:
    page = visit("transport.liaison", f"{ROOM}/units/transport", phone=True)
    box = page.locator("[data-test=submit]").bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["y"] + box["height"] <= 640
    page.tap("[data-test=zero]")
    page.wait_for_selector("[data-test=flash]")
    assert "零报告" in page.inner_text("[data-test=standing]")


def test_cells_pasted_into_a_figure_fill_the_next_ones_and_names_go_to_the_server(visit: Open) -> None:
    page = visit(LIAISON, FORM)
    page.evaluate(PASTE, ["[name='figures.J1']", "3\t400\t0"])
    assert [page.input_value(f"[name='figures.J{n}']") for n in range(1, 6)] == ["3", "400", "0", "", ""]
    page.evaluate(PASTE, ["[name='figures.J1']", "J4\t7\nJ5\t90"])
    page.click("[data-test=paste]")
    page.wait_for_selector("[data-test=taken]")
    assert page.evaluate("document.activeElement.dataset.test") == "taken"
    assert [page.input_value(f"[name='figures.J{n}']") for n in (1, 4, 5)] == ["3", "7", "90"]
    assert page.locator("[data-test=version]").count() == 0


def test_a_draft_is_kept_until_the_report_is_sent(visit: Open) -> None:
    page = visit(LIAISON, FORM)
    page.fill("[name='texts.work_done']", "夜查两次。")
    page.fill("[name='figures.J1']", "2")
    page.reload()
    assert page.input_value("[name='texts.work_done']") == "夜查两次。"
    page.check("[name=rest]", force=True)
    page.click("[data-test=submit]")
    page.wait_for_selector("[data-test=flash]")
    assert page.evaluate("Object.keys(localStorage).filter(name => name.includes('/reports')).length") == 0


def test_from_the_room_to_a_document_it_takes_two_clicks(visit: Open) -> None:
    page = visit(STAFF, ROOM)
    page.click("[data-test=compile]")
    page.wait_for_selector("[data-test=compiled]")
    with page.expect_download() as download:
        page.click("[data-test=download] >> text=DOCX")
    assert download.value.suggested_filename.endswith(".docx")
