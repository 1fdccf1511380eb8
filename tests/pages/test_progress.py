"""Progress on one page: every number opens the leads it counts, now and at a past moment; what pictures say stands beside."""

from __future__ import annotations

import re
from html import unescape

import pytest

from services.api.pages import charts
from tests.pages.conftest import Enter

LEADER = "office.leader"


def opened(page: str) -> list[tuple[str, int]]:
    """Every number on the page with where it leads."""
    found = re.findall(r'href="(/progress/leads\?[^"]+)"[^>]*>(?:<b>)?(\d+)', page)
    return [(unescape(href), int(number)) for href, number in found]


@pytest.mark.parametrize("at", ["", "2017-09-05T12:00"])
def test_every_number_opens_as_many_leads_as_it_says(visit: Enter, at: str) -> None:
    person = visit(LEADER)
    numbers = opened(person.open(f"/progress?at={at}" if at else "/progress"))
    assert len(numbers) > 20
    for href, number in numbers:
        rows, last = 0, 1
        for page in range(1, 9):
            if page <= last:
                found = person.open(f"{href}&page={page}")
                rows += found.count('data-test="lead-row"') + found.count('data-test="clock-row"')
                last = max((int(n) for n in re.findall(r"第 \d+ / (\d+) 页", found)), default=1)
        assert rows == number, href


def test_the_deadlines_kept_in_time_open_one_by_one(visit: Enter) -> None:
    person = visit(LEADER)
    numbers = {href: n for href, n in opened(person.open("/progress")) if "kept_current" in href}
    assert len(numbers) > 3
    page = person.open(next(iter(numbers)))
    clocks = re.findall(r'data-test="clock-row">.*?href="(/deadlines/[^"]+)"', page)
    assert clocks
    assert len(clocks) == len(set(clocks))
    assert "按期" in person.open(clocks[0])


def test_the_curve_ends_at_the_numbers_of_the_tiles_and_has_a_table_beside_it(visit: Enter) -> None:
    page = visit(LEADER).open("/progress")
    tiles = dict(re.findall(r'count=(\w+)"><b>(\d+)</b>', page))
    label = re.search(r'class="chart" role="img" aria-label="([^"]+)"', page)
    assert label
    assert f"累计接收 {tiles['received']} 件，累计办结 {tiles['closed']} 件" in label[1]
    rows = re.findall(r'<td class="n">(\d+)</td><td class="n">(\d+)</td></tr>', page)
    assert (tiles["received"], tiles["closed"]) in rows


def test_a_unit_sees_the_numbers_of_its_own_leads(visit: Enter) -> None:
    page = visit("station_bailu.liaison").open("/progress")
    assert page.count('data-test="unit-row"') == 1
    assert re.search(r'count=received"><b>3</b>', page)


def test_units_stand_in_the_plan_s_order_and_nothing_ranks_them(visit: Enter) -> None:
    page = visit(LEADER).open("/progress")
    units = re.findall(r'data-test="unit-row"><td class="title unit"[^>]*>([^<]+)<', page)
    assert units[:3] == ["森林分局", "青岚林业站", "石桥林业站"]
    assert units[-1] == "未交办单位"
    for word in ("签到", "积分", "在线时长", "登录次数", "排名分"):
        assert word not in page


@pytest.mark.parametrize("query", ["at=2099-01-01T00:00", "at=yesterday", "at=2017-09-05T12:00%2B99:00"])
def test_a_moment_that_has_not_come_or_is_none_is_refused_in_words(visit: Enter, query: str) -> None:
    assert "时刻" in visit(LEADER).open(f"/progress?{query}", status=422)


@pytest.mark.parametrize(
    "query", ["", "count=nothing", "count=open&by=phase", "count=closed&by=agency&value=nobody"]
)
def test_a_number_there_is_none_of_is_not_opened(visit: Enter, query: str) -> None:
    page = visit(LEADER)
    assert page.client.get(f"/progress/leads?{query}").status_code in {404, 422}


def test_levels_are_round_and_few_and_hold_the_highest_value() -> None:
    for highest in (0, 1, 4, 7, 40, 99, 101, 12_345):
        points = [
            {"at": "2017-08-10T00:00:00+08:00", "a": 0},
            {"at": "2017-09-10T00:00:00+08:00", "a": highest},
        ]
        drawn = charts.curve(points, ("a",))
        levels = [level["value"] for level in drawn["levels"]]
        assert levels[-1] >= highest
        assert 2 <= len(levels) <= 6
        assert drawn["lines"][0]["last"] == highest


def test_words_at_the_ends_of_lines_do_not_cover_each_other() -> None:
    points = [{"at": "2017-08-10T00:00:00+08:00", "a": 5, "b": 5}]
    first, second = (line["label_y"] for line in charts.curve(points, ("a", "b"))["lines"])
    assert abs(first - second) >= 17


def test_the_longest_bar_has_the_whole_width_and_nothing_is_drawn_for_nothing() -> None:
    assert [bar["width"] for bar in charts.bars({"a": 2, "b": 4, "c": 0})] == [80, 160, 0]
    assert [bar["width"] for bar in charts.bars({"a": 0})] == [0]
