"""Names of the campaign are set as official documents set them."""

from __future__ import annotations

import pytest

from workflows.official_words import official


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("象牙及制品(件)", "象牙及制品（件）"),
        ("领导小组办公室(设在刑警队)", "领导小组办公室（设在刑警队）"),
        ("处(次)", "处（次）"),
        ("甲,乙, 丙", "甲，乙，丙"),
        ("f(x) = 1, 2", "f(x) = 1, 2"),
        ("第5条(2)", "第5条（2）"),
        ("专项(甲(乙))", "专项（甲（乙））"),
        ("半个(括号", "半个(括号"),
        ("", ""),
    ],
)
def test_brackets_and_commas_of_chinese_names_are_full_width(written, printed):
    assert official(written) == printed
