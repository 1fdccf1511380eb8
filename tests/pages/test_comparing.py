"""A period is looked at beside the one before it, figure by figure."""

from __future__ import annotations

import re

from tests.pages.conftest import Enter
from tests.pages.test_daily_work import text

FIRST, SECOND = "/results/stage/2017-09/compared", "/results/stage/2017-12/compared"


def figures(page: str) -> dict[str, tuple[str, str, str]]:
    """What it was, what it is and the change, by code."""
    rows = re.findall(r'data-code="([^"]+)">(.*?)</tr>', page, re.DOTALL)
    return {
        code: tuple(text(cell).strip() for cell in re.findall(r'<td class="n">(.*?)</td>', row))[:3]
        for code, row in rows
    }  # type: ignore[misc]  # three cells


def test_each_figure_stands_beside_what_it_was_and_opens_its_rows(visit: Enter) -> None:
    office = visit("office.office_staff")
    page = office.open(SECOND)
    was, now, change = figures(page)["C1"]
    assert (was, now, change) == ("40", "0", "−40")
    office.open("/results/stage/2017-09/period/C1/total")
    assert office.page.count('data-test="behind-row"') == int(was)


def test_the_first_period_has_none_before_it_and_says_so(visit: Enter) -> None:
    office = visit("office.office_staff")
    assert "是第一期，没有上期可比" in text(office.open(FIRST))
    assert f'href="{FIRST}"' in office.open("/reports/stage/2017-09")


def test_a_unit_compares_its_own_figures_alone(visit: Enter) -> None:
    unit = visit("market.liaison")
    was, now, change = figures(unit.open(SECOND))["C1"]
    assert (was, now, change) == ("3", "0", "−3")


def test_the_period_before_is_told_as_it_was_frozen(visit: Enter) -> None:
    office = visit("office.office_staff")
    office.open("/reports/stage/2017-09")
    office.send("/reports/stage/2017-09/compile")
    assert "汇总第1版" in text(office.open(SECOND))
    office.open("/results/stage/2017-77/compared", 404)
