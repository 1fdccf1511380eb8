"""The table of people that `xunxian campaign` opens a campaign with."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.cli.campaign import read_people
from services.cli.main import main
from services.cli.screen import USAGE, Stopped

GOOD = "id,name,agency,roles\nchief,河长甲,office,unit_head officer\n"


def table(folder: Path, content: str | bytes) -> Path:
    file = folder / "people.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def test_roles_stand_apart_by_spaces_and_a_byte_order_mark_is_no_part_of_the_heading(tmp_path: Path) -> None:
    person = {"id": "chief", "name": "河长甲", "agency": "office", "roles": ["unit_head", "officer"]}
    assert read_people(table(tmp_path, GOOD)) == [person]
    assert read_people(table(tmp_path, GOOD.encode("utf-8-sig"))) == [person]


def test_columns_may_stand_in_any_order_and_empty_lines_are_nobody(tmp_path: Path) -> None:
    turned = "roles,id,agency,name\r\nofficer, a1 ,water,乙\r\n\r\n,,,\r\n"
    assert read_people(table(tmp_path, turned)) == [
        {"roles": ["officer"], "id": "a1", "agency": "water", "name": "乙"}
    ]


def test_a_table_as_chinese_spreadsheets_save_it_is_read_as_one_in_utf_8(tmp_path: Path) -> None:
    assert read_people(table(tmp_path, GOOD.encode("gb18030"))) == read_people(table(tmp_path, GOOD))


def test_cells_in_quotes_keep_commas_and_quotes(tmp_path: Path) -> None:
    (person,) = read_people(table(tmp_path, 'id,name,agency,roles\r\na1,"甲, ""老甲""",water,officer\r\n'))
    assert person["name"] == '甲, "老甲"'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe\x00", "UTF-8"),
        ("", "id,name,agency,roles"),
        ("id,name\n1,2\n", "id,name,agency,roles"),
        ("id,name,agency,roles\n", "没有人员"),
        (GOOD + "b,乙,water\n", "第 3 行有 3 格"),
        (GOOD + "b,乙,water,officer,more\n", "第 3 行有 5 格"),
        (GOOD + "\nb,,water,officer\n", "第 4 行缺少 name"),
        (GOOD + 'b,"乙\n丙",water,officer\n', "第 4 行的 name 里有换行"),
        (GOOD + "b,乙\u2028丙,water,officer\n", "第 3 行的 name 里有换行"),
        (GOOD + 'b,"乙,water,officer\n', "不是合格的 CSV"),
        (GOOD + 'b,"乙"丙,water,officer\n', "不是合格的 CSV"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, content: str | bytes, said: str) -> None:
    with pytest.raises(Stopped) as stopped:
        read_people(table(tmp_path, content))
    assert stopped.value.exit_code == USAGE
    assert said in stopped.value.text.zh


def test_tokens_never_overwrite_a_file_and_leave_none_behind_when_nothing_was_opened(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people, kept = table(tmp_path, GOOD), tmp_path / "tokens.csv"
    words = ["campaign", "open", str(people), "--definition", "x", "--name", "x", "--token", "t"]
    nowhere = ["--base", "http://127.0.0.1:9", "--tokens", str(kept)]
    assert main([*words, *nowhere]) != 0
    assert not kept.exists()
    kept.write_text("mine")
    assert main([*words, *nowhere]) == USAGE
    assert kept.read_text() == "mine"
    assert "已存在" in capsys.readouterr().err
