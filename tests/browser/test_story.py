"""The whole story on the pages, by the people it concerns: from a passer-by's words to a history that was verified.

Promises: nothing is done past the pages; workers run beside them as they do in production, and the exercise's clock is
moved on its own page.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Browser, Page

from services.worker import chores
from shared.bootstrap import build_system
from shared.settings import Settings
from tests.browser.conftest import PHONE, Open
from tests.conftest import CAMPAIGN
from workflows.rejection import Rejected

pytestmark = pytest.mark.browser

STAFF, DIRECTOR, AUDITOR = "office.office_staff", "office.office_director", "office.auditor"
HOST, ASSISTS, SILENT, POLICE, REPORTS = (
    "station_qinglan",
    "market",
    "culture",
    "forest_police",
    "station_bailu",
)
WHAT = "古玩城二楼有人兜售整根象牙,说是刚从外地运来。"
WORDS = "走访古玩城商户四十家,劝导下架二件。"


@pytest.fixture
def workers(copied: Settings) -> Iterator[None]:
    """What workers do, in a thread with connections of its own."""
    system = build_system(copied)
    ended = threading.Event()

    def work() -> None:
        while not ended.wait(0.2):
            chores.sweep(system)
            with suppress(Rejected):  # somebody acts on the same thing just now: the next round does it
                chores.advance(system, CAMPAIGN)
            chores.deliver(system, system.chores().outbox)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    yield
    ended.set()
    thread.join(timeout=30)
    system.close()


def test_from_a_tip_to_a_verified_history(
    browser: Browser, address: str, visit: Open, workers: None, tmp_path: Path
) -> None:
    stranger = browser.new_context(
        viewport=PHONE, has_touch=True, locale="zh-CN", base_url=address
    ).new_page()
    receipt = _tells(stranger)
    staff, director = visit(STAFF, "/inbox?box=triage"), visit(DIRECTOR, "/supervise")
    number = _passed_on_to_three(staff)
    _one_signs_and_answers_on_the_phone(visit, number)
    _goes_to_the_police(visit, number)
    before = _of_the_silent_one(director, number)
    assert "督办函" in before, "who is told next, and when, is said beforehand"
    _clock_moves(staff, "2017-09-22")
    _order_is_signed(director, visit)
    _unit_reports(visit)
    assert WORDS in _compiled(staff, tmp_path)
    _history_is_whole(visit, number)
    _comes_back(stranger, receipt)


def _tells(page: Page) -> str:
    page.goto("/tip")
    page.fill("#what", WHAT)
    page.fill("#where", "北门路古玩城")
    page.tap("button.primary")
    return page.inner_text("[data-test=receipt]")


def _passed_on_to_three(page: Page) -> str:
    """The office gives the tip to a unit with two beside it: three presses, the first to open it."""
    page.click(f"[data-test=triage-row] >> text={WHAT[:12]}")
    page.wait_for_function("words => document.querySelector('#pane').innerText.includes(words)", arg=WHAT)
    number = page.inner_text("#pane h2 a")
    page.select_option("#f-accept-lead_agency", HOST)
    for agency in (ASSISTS, SILENT):
        box = page.locator(f"#pane input[name='given.assisting'][value={agency}]")
        if not box.is_visible():
            page.eval_on_selector_all(
                "#pane fieldset details", "nodes => nodes.forEach(n => { n.open = true })"
            )
        box.check()
    for box in page.locator("#pane input[name='given.assisting']:checked").all():
        if box.get_attribute("value") not in (ASSISTS, SILENT):
            box.uncheck()
    page.click("[data-test=triage-submit]")
    page.wait_for_selector("[data-test=flash]")
    page.goto(f"/leads/{number}")
    assert page.locator("[data-test=task-row]").count() == 3
    return number


def _one_signs_and_answers_on_the_phone(visit: Open, number: str) -> None:
    phone = visit(f"{ASSISTS}.officer", "/inbox?box=tasks", phone=True)
    phone.tap(f"tr:has-text('{number}') .title a")
    phone.wait_for_selector(".bar button")
    phone.tap(".bar button")
    phone.wait_for_selector("input[value=found]")
    phone.locator("label:has(input[value=found])").tap()
    phone.tap(".bar button")
    phone.wait_for_selector("[data-test=flash]")
    assert "已反馈" in phone.inner_text("main")


def _goes_to_the_police(visit: Open, number: str) -> None:
    """The unit signs, proposes; its head approves; it hands over; the police sign and open a criminal case."""
    officer = visit(f"{HOST}.officer", "/inbox?box=tasks")
    officer.click(f"tr:has-text('{number}') .title a")
    officer.click(".bar button")
    officer.wait_for_selector("[data-test=flash]")
    officer.goto(f"/leads/{number}")
    officer.click("summary:has-text('案件移送')")
    officer.select_option("#f-transfers-to", POLICE)
    officer.fill("[name='given.report']", "查获整根象牙一件,估值较高,涉嫌犯罪。")
    officer.fill("[name='given.officers']", "甲某\n乙某")
    officer.click(f"form[action='/leads/{number}/transfers'] button.primary")
    officer.wait_for_selector("[data-test=flash]")
    officer.click("a[href^='/transfers/']")
    path = re.sub(r"^https?://[^/]+", "", officer.url)
    head = visit(f"{HOST}.unit_head", path)
    _acts(head, "approve")
    officer.goto(path)
    officer.click("[data-act=send]")
    officer.fill("#f-send-document_number", "青林移〔2017〕1号")
    for box in officer.locator("#f-send-enclosures input").all():
        box.check(force=True)
    officer.click("form[action$='/act/send'] button.primary")
    officer.wait_for_selector("[data-test=flash]")
    officer.goto(f"/leads/{number}")
    assert "青岚林业站" in officer.inner_text("main .facts"), "who hands over holds it until it is signed for"
    police = visit(f"{POLICE}.officer", path)
    _acts(police, "receipt")
    police.click("[data-act=file]")
    police.fill("#f-file-document_number", "森公立〔2017〕1号")
    police.click("form[action$='/act/file'] button.primary")
    police.wait_for_selector("[data-test=flash]")
    assert "立案" in police.inner_text("main .facts")


def _acts(page: Page, name: str) -> None:
    """One step, whether or not it takes words."""
    page.click(f"[data-act={name}]")
    if page.locator(f"summary[data-act={name}]").count():
        page.click(f"form[action$='/act/{name}'] button.primary")
    page.wait_for_selector("[data-test=flash]")


def _of_the_silent_one(page: Page, number: str) -> str:
    page.goto(f"/leads/{number}")
    page.click("[data-test=task-row] >> text=文化")
    return page.inner_text("[data-test=forecast]")


def _clock_moves(page: Page, day: str) -> None:
    page.goto("/sim")
    page.fill("#f-move-date", day)
    page.click("button[value=date]")
    page.wait_for_load_state()
    for _ in range(60):
        if page.inner_text(".banner strong").startswith("9月22日"):
            return
        page.wait_for_timeout(500)
        page.goto("/sim")
    raise AssertionError(page.inner_text(".banner"))


def _order_is_signed(page: Page, visit: Open) -> None:
    """On the wall the director finds the draft of the ladder, signs it, and the unit gets it."""
    page.goto("/supervise")
    page.click("[data-test=agency-row]:has-text('文化') >> text=督办单")
    page.click("[data-act=sign]")
    page.wait_for_selector("[data-test=flash]")
    assert "已签发" in page.inner_text(".paper")
    unit = visit(f"{SILENT}.liaison", "/inbox?box=orders")
    assert unit.locator("[data-test=task-row]").count() >= 1


def _unit_reports(visit: Open) -> None:
    page = visit(f"{REPORTS}.liaison", f"/reports/stage/2017-09/units/{REPORTS}")
    page.fill("[name='figures.J1']", "2")
    page.check("[name=rest]", force=True)
    page.fill("[name='texts.work_done']", WORDS)
    page.click("[data-test=submit]")
    page.wait_for_selector("[data-test=flash]")
    assert page.locator("[data-test=receipt]").count() == 1


def _compiled(page: Page, folder: Path) -> str:
    """The document as it was downloaded, in words."""
    page.goto("/reports/stage/2017-09")
    page.click("[data-test=compile]")
    page.wait_for_selector("[data-test=compiled]")
    with page.expect_download() as download:
        page.click("[data-test=download] >> text=DOCX")
    kept = folder / download.value.suggested_filename
    download.value.save_as(kept)
    whole = Document(BytesIO(kept.read_bytes()))
    cells = [cell.text for table in whole.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in whole.paragraphs] + cells)


def _history_is_whole(visit: Open, number: str) -> None:
    page = visit(AUDITOR, f"/manage/audit?lead={number}")
    assert page.locator("[data-test=event-row]").count() > 10
    page.click("form[action='/manage/audit/verify'] button")
    page.wait_for_selector("[data-test=verdict]")
    assert "good" in (page.get_attribute("[data-test=verdict]", "class") or "")


def _comes_back(page: Page, receipt: str) -> None:
    """Whoever told it reads what became of it, without what only offices know."""
    page.goto("/track")
    page.fill("#receipt", receipt)
    page.tap("button.primary")
    said = page.inner_text("main")
    assert page.inner_text("[data-test=public-state]") != "已收到"
    assert "甲某" not in said
    assert "象牙一件" not in said
