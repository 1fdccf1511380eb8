"""The exercise as a newcomer meets it: its clock plays, says that it is an exercise, and what is chosen stays chosen."""

from __future__ import annotations

from tests.browser.conftest import Open

STAFF, LIAISON = "office.office_staff", "market.liaison"


def test_the_exercise_plays_a_day_a_second_until_it_is_stopped(visit: Open) -> None:
    page = visit(STAFF, "/sim")
    assert page.inner_text(".banner strong").startswith("9月16日")
    page.click("text=播放")
    page.wait_for_function("() => document.querySelector('.banner time').innerText.startsWith('9月17日')")
    page.wait_for_function("() => !document.querySelector('.banner time').innerText.startsWith('9月17日')")
    assert "本次推进" in page.inner_text("[data-test=stride]")
    page.click("text=停止播放")
    page.wait_for_selector("text=其间自行发生")
    stands = page.inner_text(".banner time")
    page.wait_for_timeout(1500)
    page.reload()
    assert page.inner_text(".banner time") == stands
    assert page.complaints == []  # type: ignore[attr-defined]  # set by these tests


def test_on_a_telephone_too_the_banner_says_that_it_is_an_exercise(visit: Open) -> None:
    assert "演练" in visit(STAFF, "/inbox", phone=True).inner_text(".banner")


def test_another_language_shows_the_same_rows(visit: Open) -> None:
    page = visit(STAFF, "/leads?light=overdue")
    rows = page.locator("tbody tr").count()
    page.click("text=English")
    page.wait_for_load_state()
    assert "light=overdue" in page.url
    assert page.locator("tbody tr").count() == rows


def test_declining_opens_its_form_at_one_tap(visit: Open) -> None:
    staff = visit(STAFF, "/inbox")
    number = staff.inner_text("#pane h2 a")
    staff.select_option("#f-accept-lead_agency", "market")
    staff.click("[data-test=triage-submit]")
    unit = visit(LIAISON, "/inbox?box=tasks", phone=True)
    unit.click(f"tr:has-text('{number}') .title a")
    unit.tap(".bar a.button")
    unit.wait_for_selector(".rest details[open] textarea, .rest details[open] select")
