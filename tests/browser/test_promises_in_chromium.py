"""What pages promise of dates, refusals, numbers, addresses, two at once and what is sealed, as a person sees it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from shared.bootstrap import build_system
from shared.settings import Settings
from tests.browser.conftest import Open
from tests.leads import an_intake
from tests.pages.seed import copied  # noqa: F401 - a fixture
from workflows.commands import ReceiveLead
from workflows.reporter import Reporter

pytestmark = pytest.mark.browser

STAFF, DIRECTOR, LEADER, AUDITOR = (
    "office.office_staff",
    "office.office_director",
    "office.leader",
    "office.auditor",
)
OFFICER, HEAD, LIAISON = "market.officer", "market.unit_head", "market.liaison"
LEAD = "/leads/YS-2017-0009"
NAME, PHONE = "柳长青", "0000-1234567"
NUMBERS = """() => [...document.querySelectorAll('#main a[href]')].filter(a => a.getClientRects().length)
  .map(a => [a.getAttribute('href'), (a.matches('.tile') ? a.querySelector('b').innerText : a.innerText).trim()])
  .filter(([href, said]) => /^\\d+(\\/\\d+)?$/.test(said))
  .filter(([href]) => /^\\/(leads|progress|reports)/.test(href) && !href.includes('record='))"""
ROWS = """async href => { let rows = 0, came = 0, next = href;
  while (next) { const page = new DOMParser().parseFromString(await (await fetch(next)).text(), 'text/html');
    rows += page.querySelectorAll('[data-test=lead-row], [data-test=clock-row], [data-test=unit-row]').length;
    came += page.querySelectorAll('[data-test=unit-row] td:nth-child(3) time').length;
    const on = [...page.querySelectorAll('.paging a')].find(a => a.textContent === '下一页');
    next = on && on.getAttribute('href'); }
  return [String(rows), `${came}/${rows}`] }"""


def test_the_first_date_stays_and_what_is_not_possible_says_why_and_what_is(visit: Open) -> None:
    officer = visit(OFFICER, LEAD)
    reason = officer.locator("[data-test=blocked-reason]", has_text="调查终结")
    assert reason.is_visible()
    assert "协作事项尚未办结" in reason.inner_text()
    assert "催办" in reason.inner_text(), "and what is possible"
    clock = officer.locator("[data-test=clock]", has_text="办案期限")
    first = re.findall(r"\d+月\d+日", clock.inner_text())
    clock.locator("a").click()
    officer.click("summary:has-text('延期')")
    officer.fill("#f-extension-reason", "上家在外地，需要跨县取证")
    officer.click("button:has-text('申请')")
    officer.wait_for_selector("[data-test=flash]")
    head = visit(HEAD, officer.url)
    head.fill(".request input[name=reason]", "情况属实")
    head.click(".request button[value=grant]")
    head.wait_for_selector("[data-test=flash]")
    head.goto(LEAD)
    said = head.locator("[data-test=clock]", has_text="办案期限").inner_text()
    both = re.search(r"原定 (\d+月\d+日).*现定 (\d{4}年)?(\d+月\d+日).*(?:批准|同意)\S* ?(\S+)", said)
    assert both, said
    assert both[1] == first[0]
    assert both[3] != first[0]
    assert "unit_head" in said, "and who agreed"


def test_every_number_opens_as_many_rows_as_it_says_and_the_address_is_the_view(visit: Open) -> None:
    page = visit(LEADER, "/supervise")
    for path, least in (("/supervise", 20), ("/progress", 20)):
        page.goto(path)
        numbers = page.evaluate(NUMBERS)
        assert len(numbers) >= least, path
        for href, said in {(href, said) for href, said in numbers}:
            assert said in page.evaluate(ROWS, href), (path, href)
        assert ("/reports/stage/2017-09", "5/10") in {tuple(one) for one in numbers} or path != "/supervise"
    page.goto("/results/stage/2017-09/cumulative")
    cell = page.locator("[data-test=results] td a").first
    value = cell.inner_text()
    cell.click()
    assert value.strip("*") in page.inner_text("[data-test=figure]")
    assert page.locator("[data-test=behind-row]").count() >= 1
    page.goto("/supervise")
    tile = page.locator("[data-test=tile]").first
    held = tile.locator("b").inner_text()
    tile.click()
    assert page.locator("[data-test=lead-row]").count() == int(held)
    page.goto("/leads?light=overdue&state=verifying")
    page.click("th a:has-text('编号')")
    numbers = page.locator("[data-test=lead-row] .number").all_inner_texts()
    again = visit(LEADER, page.url)
    assert len(numbers) > 3
    assert again.locator("[data-test=lead-row] .number").all_inner_texts() == numbers
    assert "时限=超期" in again.inner_text("main")


def test_whoever_comes_second_is_told_who_was_first_and_loses_nothing(visit: Open) -> None:
    first, second = visit(STAFF, "/inbox?box=triage"), visit(DIRECTOR, "/inbox?box=triage")
    assert first.inner_text("#pane h2") == second.inner_text("#pane h2")
    second.click("summary[data-act=reject]")
    second.fill("#f-reject-reason", "说不清地点，回拨无人接听。")
    second.select_option("#f-reject-reject_reason", "no_trace")
    first.select_option("#f-accept-lead_agency", "market")
    first.click("[data-test=triage-submit]")
    first.wait_for_selector("[data-test=flash]")
    second.click("form[action$='/end/reject'] button.primary")
    second.wait_for_selector("[data-test=errors]")
    said = second.inner_text("[data-test=errors]")
    assert "office_staff" in said, "who"
    assert re.search(r"\d+:\d\d", said), "when"
    assert "说不清地点，回拨无人接听。" in second.content(), "nothing is lost"


def test_who_reported_stands_on_no_page_and_is_told_for_a_reason_that_is_on_record(
    copied: Settings,  # noqa: F811 - a fixture
    visit: Open,
) -> None:
    system = build_system(copied)
    staff = system.caller_for(STAFF, "test")
    assert staff is not None
    told = Reporter(name=NAME, phone=PHONE)
    done = system.handle(
        ReceiveLead(staff, an_intake(reporter_kind="real_name"), "counter", reporter=told)
    ).done
    system.close()
    assert done is not None
    lead = f"/leads/{done.number}"
    leader = visit(LEADER, lead)
    page = visit(STAFF, "/inbox")
    for one in (leader, page):
        for path in (lead, f"{lead}/evidence", f"{lead}/print", f"/search?q={NAME}", "/leads"):
            one.goto(path)
            assert NAME not in _but_asked(one), path
            assert PHONE not in one.content(), path
    leader.goto(f"{lead}/evidence")
    assert leader.locator("form[action$='/identity']").count() == 0
    assert visit(OFFICER, lead).locator("[data-test=trouble]").count() == 1
    page.goto(f"{lead}/evidence")
    page.click("summary:has-text('启封')")
    page.click("form[action$='/identity'] button")
    page.wait_for_selector("[data-test=errors]")
    assert NAME not in page.content()
    page.fill("#f-identity-reason", "补充取证，需再次联系")
    page.click("form[action$='/identity'] button")
    page.wait_for_selector(f"text={NAME}")
    page.goto(f"{lead}/evidence")
    assert NAME not in page.content(), "told once"
    assert "补充取证" in visit(AUDITOR, "/manage/audit?openings=1").inner_text("main")


def _but_asked(page: Page) -> str:
    """The page without what its reader typed to search."""
    page.eval_on_selector_all("input[name=q]", "fields => fields.forEach(field => field.remove())")
    return re.sub(r"<title>.*?</title>|data-page=\"[^\"]*\"|<p class=\"empty\">.*?</p>", "", page.content())
