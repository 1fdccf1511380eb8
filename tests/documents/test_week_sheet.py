"""The week on one page is one page, however much is late; what it does not hold is counted, with the address."""

from __future__ import annotations

import re
from typing import Any

import pytest

from shared.adapters.documents import render_week
from tests.pdf_pages import pages_of

HERE = "http://127.0.0.1:8000"
HOLDER = {"id": "station", "name": {"zh": "双河林业工作站"}, "short": "双河林业站"}


def clock(n: int) -> dict[str, Any]:
    return {
        "due_at": f"2017-09-{8 + n % 7:02}T00:00:00+08:00",
        "light": "escalated" if n < 3 else "overdue",
        "holder": HOLDER,
        "name": {"zh": "核查期限"},
    }


def a_week(late: int, units: int = 11, due: int = 9, title: str = "工艺品店标识与台账不符") -> dict[str, Any]:
    coming = {"at": "2017-09-18T17:30:00+08:00", "name": {"zh": "报副组长"}}
    ahead = {"due_at": "2017-09-20T00:00:00+08:00"}
    items = [
        {
            "number": f"YS-{n:04}",
            "title": title,
            "clock": clock(n),
            "next": coming if n else None,
            "order": {"state": "draft"} if n < 2 else None,
        }
        for n in range(min(late, 60))
    ]
    return {
        "campaign": {"zh": "临江县专项行动"},
        "scope": None,
        "by": {"name": {"zh": "领导小组办公室"}},
        "as_of": "2017-09-18T08:30:00+08:00",
        "counts": {"overdue": late, "escalated": min(late, 3), "soon": 9},
        "items": items,
        "units": [{"short": f"单位{n}", "held": n, "late": n % 3, "since": None} for n in range(units)],
        "seized": {"kind": "seizure", "pieces": 40, "grams": 13500.0},
        "rooms": [
            {
                "name": {"zh": "第一次阶段性工作情况"},
                "due_at": "2017-09-19T00:00:00+08:00",
                "came": 5,
                "all": 10,
                "missing": [{"short": f"某局{n}"} for n in range(5)],
            }
        ],
        "first": "2017-09-18",
        "last": "2017-09-24",
        "due": [
            {"number": f"YS-{n:04}", "title": title, "clock": clock(n) | ahead} for n in range(min(due, 60))
        ],
        "due_total": due,
    }


def the_page(week: dict[str, Any]) -> list[str]:
    (page,) = pages_of(render_week(week, HERE).content)
    return page


@pytest.mark.parametrize(
    ("late", "units", "due", "title"),
    [(0, 11, 0, "甲"), (12, 11, 9, "甲"), (200, 11, 130, "甲"), (200, 80, 60, "很长的名称" * 30)],
)
def test_it_is_one_page_and_every_late_lead_is_shown_or_counted(
    late: int, units: int, due: int, title: str
) -> None:
    page = the_page(a_week(late, units, due, title))
    said = "".join(page)
    shown = len(re.findall(r"超期\d+(?:天|小时)", said))
    rest = re.findall(r"另有(\d+)件超期未列出，全部见http", said)
    assert shown + sum(map(int, rest)) == late
    assert shown == late or (0 < shown < late)
    assert ("没有超期事项。" in said) == (late == 0)
    assert ("七天内没有到期事项。" in said) == (due == 0)
    assert (
        len(re.findall(r"(?<!各)单位\d+", said)) + sum(map(int, re.findall(r"另有(\d+)个单位", said)))
        == units
    )
    ahead = len(re.findall("9月19日24:00", said))
    assert ahead + sum(map(int, re.findall(r"另有(\d+)件到期", said))) == due


def test_it_says_who_holds_what_is_late_what_comes_by_itself_and_whose_report_is_missing() -> None:
    said = "".join(the_page(a_week(12)))
    for words in (
        "截至2017年9月18日8时30分",
        "范围：全部线索",
        "超期10天·已升级",
        "双河林业站",
        "督办单待签；9月18日17:30",
        "报副组长",
        "5/10",
        "查获制品，13.5千克",
        "9月18日至9月24日到期",
        "已报5/10。未报：某局0、某局1、某局2、某局3、某局4。",
        f"{HERE}/supervise",
    ):
        assert words in said, words
    own = a_week(1) | {"scope": HOLDER}
    assert "范围：双河林业工作站经办" in "".join(the_page(own))


def test_the_same_week_gives_the_same_bytes() -> None:
    assert render_week(a_week(12), HERE).content == render_week(a_week(12), HERE).content


@pytest.mark.parametrize("title", ["发现\U000f0000龟与\U000f0001鸟", "\U000f0000\U000f0000"])
def test_a_character_no_font_has_keeps_nobodys_page_back_and_is_owned_up_to(title: str) -> None:
    said = "".join(the_page(a_week(2, title=title)))
    assert re.sub("[\U000f0000\U000f0001]", "〓", title) in said
    assert "〓：字体没有的字，原字见该页" in said
    assert "〓" not in "".join(the_page(a_week(2)))
