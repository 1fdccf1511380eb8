"""The search page: what is found is marked, opens, and is counted; a query that is none says what to do."""

from __future__ import annotations

from tests.pages.conftest import Enter, number_of
from tests.pages.test_daily_work import text

STAFF = "office.office_staff"


def test_what_is_found_is_counted_marked_and_opens(visit: Enter) -> None:
    person = visit(STAFF)
    page = person.open("/search?q=YS-2017-0009")
    assert number_of(page, r"找到 (\d+) 件") == page.count('data-test="hit"') == 1
    assert 'href="/leads/YS-2017-0009"' in page
    words = person.open("/search?q=象牙")
    assert "<mark>象牙</mark>" in words or "象牙" in text(words)


def test_an_agency_finds_nothing_of_another_and_is_told_so_kindly(visit: Enter) -> None:
    page = visit("customs.officer").open("/search?q=YS-2017-0009")
    assert "没有找到" in text(page)


def test_only_punctuation_is_refused_beside_the_form(visit: Enter) -> None:
    page = visit(STAFF).open("/search?q=……", status=422)
    assert 'href="#f-search-q"' in page
    assert 'value="……"' in page


def test_the_search_of_the_head_goes_to_the_search_page(visit: Enter) -> None:
    assert '<form class="search" action="/search"' in visit(STAFF).open("/leads")
