"""`xunxian report` against the real service: a form fetched, filled in a spreadsheet, sent; waivers; numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook

from services.cli.main import main
from tests.serving import served

Run = Callable[..., tuple[int, str]]
LIAISON, STAFF = "station_qinglan.liaison", "office.office_staff"


@pytest.fixture
def base(app: Flask) -> Iterator[str]:
    with served(app) as found:
        yield found


@pytest.fixture
def run(base: str, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str, by: str = LIAISON) -> tuple[int, str]:
        code = main(["report", *arguments, "--base", base, "--token", by])
        told = capsys.readouterr()
        return code, told.out + told.err

    return command


def test_a_form_goes_out_comes_back_and_gets_a_receipt(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "form.xlsx"
    assert run("form", "2017-09", str(file))[0] == 0
    code, told = run("submit", "2017-09", str(file))
    assert (code, "figure_missing" in told) == (2, True)
    book = load_workbook(file)
    book["填报"]["E5"] = "是"
    book.save(file)
    code, told = run("submit", "2017-09", str(file))
    assert (code, "2017-09-stage-station_qinglan-1-" in told) == (0, True)
    assert run("form", "2017-09", str(tmp_path / "form.pdf"))[0] == 2


def test_a_unit_is_excused_and_asked_again(run: Run) -> None:
    unit = "station_bailu"
    assert "waived" in run("waive", "2017-09", unit, "--reason", "抽调防汛", by=STAFF)[1]
    assert "scheduled" in run("waive", "2017-09", unit, "--reason", "归建", "--end", by=STAFF)[1]
    assert run("waive", "2017-09", unit, "--reason", "自免")[0] != 0


def test_all_who_owe_a_report_are_urged_and_a_rehearsal_only_names_them(run: Run) -> None:
    code, told = run("urge", "2017-09", "--dry-run", by=STAFF)
    assert (code, "预演" in told, "青岚" in told) == (0, True, True)
    code, told = run("urge", "2017-09", "--json", by=STAFF)
    assert code == 0
    assert set(re.findall(r'"times": ?(\d+)', told)) == {"1"}, "a rehearsal leaves nothing"
    code, told = run("urge", "2017-12", by=STAFF)
    assert (code != 0, "统计期还没有开始" in told) == (True, True)
    assert run("urge", "2017-09")[0] != 0


def test_numbers_can_be_asked_for_any_moment(run: Run) -> None:
    code, told = run("figures", "--by", "phase", "--as-of", "2017-08-10T08:00:00+08:00", by=STAFF)
    assert (code, "2017-08-10T08:00" in told) == (0, True)
    assert run("figures", "--by", "score", by=STAFF)[0] == 2


def test_the_table_as_it_stands_is_fetched_by_unit_and_by_month(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "table.xlsx"
    assert run("table", "2017-09", str(file), by=STAFF)[0] == 0
    assert load_workbook(file)["战果表"]["A3"].value == "编码"
    assert run("table", "2017-09", str(tmp_path / "m.csv"), "--by", "month", by=STAFF)[0] == 0
    assert (tmp_path / "m.csv").read_text(encoding="utf-8-sig").startswith("编码,指标")
    code, told = run("table", "2017-09", str(file), "--by", "weather", by=STAFF)
    assert (code, "month（按月）" in told) == (2, True)
