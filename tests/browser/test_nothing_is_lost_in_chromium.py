"""What was typed or done by mistake in a real browser: sessions that end, networks that fail, presses taken back."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

STAFF, OFFICER = "office.office_staff", "market.officer"
LEAD = "/leads/YS-2017-0009"


def test_what_was_typed_outlives_a_session_that_ended_and_comes_back_where_it_was(visit: Open) -> None:
    page = visit(OFFICER, LEAD)
    page.click("summary:has-text('请求协作')")
    page.fill("#f-handoffs-request", "请派员于周一上午参加检查。")
    page.context.clear_cookies()
    page.click(f"form[action='{LEAD}/handoffs'] button.primary")
    page.wait_for_selector("[data-test=ended]")
    page.fill("#token", OFFICER)
    page.click("text=用令牌登录")
    page.wait_for_url(f"**{LEAD}")
    assert page.is_visible("[data-test=restored]")
    assert page.input_value("#f-handoffs-request") == "请派员于周一上午参加检查。"
    page.click("button:has-text('退出')")
    page.wait_for_selector("#token")
    assert page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('draft:')).length") == 0


def test_without_a_network_a_page_stays_and_says_so(visit: Open) -> None:
    page = visit(STAFF, "/inbox")
    page.context.set_offline(True)
    page.click("nav a:has-text('督办')")
    assert page.is_visible(".offline")
    assert page.url.endswith("/inbox")
    page.context.set_offline(False)
    page.wait_for_selector(".offline", state="hidden")
    page.click("nav a:has-text('督办')")
    page.wait_for_url("**/supervise")


def test_what_was_just_asked_of_others_is_taken_back_with_one_press(visit: Open) -> None:
    page = visit(OFFICER, LEAD)
    asked = page.locator("[data-test=task-row]").count()
    page.click("summary:has-text('请求协作')")
    boxes = page.locator("#f-handoffs-to input")
    for place in range(boxes.count()):
        boxes.nth(place).set_checked(boxes.nth(place).get_attribute("value") == "transport", force=True)
    page.fill("#f-handoffs-request", "请查车牌。")
    page.click(f"form[action='{LEAD}/handoffs'] button.primary")
    page.wait_for_selector("[data-test=undo]")
    assert page.locator("[data-test=task-row]").count() == asked + 1
    page.click("[data-test=undo]")
    page.wait_for_selector("text=已撤回")
    assert "已撤销" in page.locator("[data-test=task-row]", has_text="交通").last.inner_text()


def test_files_are_chosen_by_a_button_in_the_language_of_the_page_which_names_them(visit: Open) -> None:
    page = visit(OFFICER, "/tip?lang=en")
    assert page.inner_text(".files .button") == "Choose files"
    native = "getComputedStyle(document.querySelector('#photos'), '::file-selector-button').opacity"
    assert page.evaluate(native) == "0"
    page.goto(f"{LEAD}/evidence?lang=zh")
    page.click("summary:has-text('上传材料')")
    assert page.inner_text(".files output") == "未选文件"
    with page.expect_file_chooser() as chooser:
        page.click(".files")
    chooser.value.set_files([_file("照片一.jpg", 9), _file("照片二.jpg", 9)])
    assert page.inner_text(".files output") == "照片一.jpg, 照片二.jpg"
    assert page.get_attribute(".files input", "data-most") == str(20 * 1024 * 1024)
    page.evaluate("document.querySelector('.files input').dataset.most = 17")
    page.set_input_files(".files input", [_file("照片一.jpg", 9), _file("照片二.jpg", 9)])
    assert "20 MiB" in page.inner_text(".files output")
    page.click("form[action$='/materials'] button.primary")
    assert page.url.endswith("/evidence?lang=zh"), "too much is not sent in vain"
    page.set_input_files(".files input", [_file("照片三.jpg", 8), _file("照片四.jpg", 9)])
    page.click("form[action$='/materials'] button.primary")
    page.wait_for_selector("[data-test=flash]")
    assert page.locator("[data-test=material-row]").count() == 2


def _file(name: str, size: int) -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": b"1" * size}


def test_every_form_with_room_for_words_keeps_them_and_nothing_that_will_be_sealed(visit: Open) -> None:
    page = visit("office.intake", "/hotline")
    page.fill("#words", "来电人说城东仓库夜里有人锯东西。")
    page.fill("#phone", "0000-1234567")
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "城东仓库" in kept
    assert "1234567" not in kept
    page.reload()
    assert page.input_value("#words") == "来电人说城东仓库夜里有人锯东西。"
    assert page.input_value("#phone") == ""
    page.select_option("#channel", index=1)
    page.click("button.primary")
    page.wait_for_selector("[data-test=receipt]")
    page.goto("/hotline")
    assert page.input_value("#words") == "", "what was sent is kept no longer"
