"""What is typed and pasted into a report: numbers exactly, empty apart from zero, three shapes of cells, nothing dropped."""

from __future__ import annotations

from typing import Any

import pytest

from services.api.pages.report_forms import MOST_PASTED, figure, pasted, typed

COLUMNS: list[dict[str, Any]] = [
    {"code": "A1", "name": {"zh": "出动人员", "en": "staff"}, "basis": "corrected"},
    {"code": "J1", "name": {"zh": "宣传活动", "en": "events"}, "basis": "manual"},
    {"code": "J2", "name": {"zh": "发放资料", "en": "leaflets"}, "basis": "manual"},
]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("12", 12),
        (" １２ ", 12),
        ("1,200", 1200),
        ("2.50", 2.5),
        ("-3", -3),
        ("约300", {"period": 300, "qualifier": "约"}),
        ("300余", {"period": 300, "qualifier": "余"}),
        ("约300余", "约300余"),
        ("1,20", "1,20"),
        ("一百", "一百"),
        ("=1+1", "=1+1"),
        ("1e5", "1e5"),
    ],
)
def test_a_figure_is_read_exactly_or_left_for_the_rules_to_refuse(words: str, value: object) -> None:
    assert figure(words) == value


def test_empty_is_not_given_and_said_to_be_zero_is_zero() -> None:
    assert typed({"figures.J1": "0", "figures.J2": " "}, COLUMNS, ()).figures == {"J1": 0}
    assert typed({"figures.J1": "4", "rest": "zero"}, COLUMNS, ()).figures == {"J1": 4, "J2": 0}


def test_a_correction_is_given_with_what_there_is_of_it() -> None:
    assert typed({"corrections.A1": "5"}, COLUMNS, ()).corrections == {"A1": {"value": 5, "reason": ""}}
    assert typed({"corrections.A1.reason": "漏记"}, COLUMNS, ()).corrections == {
        "A1": {"value": None, "reason": "漏记"}
    }
    assert typed({"figures.A1": "5"}, COLUMNS, ()).figures == {}


@pytest.mark.parametrize(
    "cells",
    [
        "J1\t3\nJ2\t40",
        "宣传活动\t3\r\n发放资料\t次\t40",
        "J1\tJ2\n3\t40",
        "events\tleaflets\n3\t40",
        "3\t40",
        "3\n40",
    ],
)
def test_three_shapes_of_cells_say_the_same(cells: str) -> None:
    assert pasted(cells, COLUMNS).values == {"J1": "3", "J2": "40"}
    assert pasted(cells, COLUMNS).faults == ()


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ("", "没有粘贴内容"),
        ("1\t2\t3", "粘贴了 3 格"),
        ("J1\tJ2\n1\t2\n3\t4", "正好有一行数"),
        ("J1\t3\n出动人员\t9", "由系统从记录算出"),
        ("J1\t3\n合计\t9", "没有这个指标"),
        ("J1\t3\nJ2", "没有数"),
        ("J1\t3\nJ1\t4", "出现两次"),
        ("1" * (MOST_PASTED + 1), "请只粘贴需要的行"),
    ],
)
def test_cells_that_were_not_taken_are_named(cells: str, fault: str) -> None:
    assert any(fault in found.zh for found in pasted(cells, COLUMNS).faults)
