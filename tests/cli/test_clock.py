"""`xunxian clock`: the documented answers, and one clear sentence for every way to ask wrongly."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from services.cli.clock import app
from services.cli.main import main

START = ["--start", "2017-09-25"]
FIFTEEN = ["--amount", "15", "--unit", "working_day"]
OFFICE = """
id = "night-office"
version = "1"
time_zone = "America/New_York"
confirmed_years = [2018]
[office_hours]
source = "policy"
monday = ["09:00-12:00", "13:00-18:00"]
"""


def answer(*words: str) -> Any:
    ran = CliRunner().invoke(app, [*words, "--json"])
    assert ran.exit_code == 0, ran.exception
    return json.loads(ran.stdout)


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(["clock", *words])
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Traceback" not in printed.err
    return code, printed.err


def test_add_answers_with_every_documented_key() -> None:
    found = answer("add", *START, *FIFTEEN)
    assert found["due_at"] == "2017-10-21T00:00:00+08:00"
    assert found["due_on"] == "2017-10-20"
    assert (found["unit"], found["amount"], found["provisional"], found["provisional_reasons"]) == (
        "working_day",
        15,
        False,
        [],
    )
    assert (found["strict_due_at"], found["rolled"]) == ("2017-10-21T00:00:00+08:00", False)
    assert found["calendar"]["id"] == "cn"
    assert set(found["segments"][0]) >= {"from", "to", "counted", "amount", "reason", "source"}
    assert sum(s["amount"] for s in found["segments"] if s["counted"]) == 15


def test_add_rolls_pauses_and_counts_the_start_when_told() -> None:
    three = ["--start", "2017-09-29", "--amount", "3", "--unit", "calendar_day"]
    assert answer("add", *three, "--roll", "non_working_day")["due_on"] == "2017-10-09"
    assert answer("add", *three, "--start-counts")["due_on"] == "2017-10-01"
    assert answer("add", *three, "--not-before", "2017-10-20")["due_on"] == "2017-10-20"
    pauses = [
        "--pause",
        "2017-09-28/2017-10-10",
        "--pause",
        "2017-10-09T08:00:00+08:00/2017-10-10T15:00:00+08:00",
    ]
    assert answer("add", *START, *FIFTEEN, *pauses)["due_on"] == "2017-10-26"
    closing = answer("add", *START, *FIFTEEN, "--boundary", "end_of_office_day")
    assert closing["due_at"] == "2017-10-20T17:30:00+08:00"


def test_an_open_pause_is_an_unknown_end() -> None:
    found = answer("add", *START, *FIFTEEN, "--pause", "2017-09-28/")
    assert found["due_at"] is None
    assert "paused" in found["unknown_reason"]


def test_a_provisional_end_says_why() -> None:
    found = answer("add", "--start", "2026-12-25", *FIFTEEN)
    assert (found["due_on"], found["provisional"]) == ("2027-01-18", True)
    assert "2026-12-31" in found["provisional_reasons"][0]
    assert found["provisional_days"] == [["2027-01-01", "2027-01-18"]]


def test_between_gives_back_what_add_was_given() -> None:
    assert answer("between", *START, "--end", "2017-10-20", "--unit", "working_day")["amount"] == 15
    due = answer("add", "--start", "2017-09-25T11:00:00+08:00", "--amount", "7.25", "--unit", "office_hour")[
        "due_at"
    ]
    measured = answer(
        "between", "--start", "2017-09-25T11:00:00+08:00", "--end", due, "--unit", "office_hour"
    )
    assert measured["amount"] == "7.25"
    assert measured["provisional"] is False


def test_explain_speaks_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["explain", *START, *FIFTEEN, "--rule", "核查", "--source", "第十八条"]
    assert main(["clock", *words]) == 0
    assert "规则：核查（来源：第十八条）" in capsys.readouterr().out
    assert main(["clock", *words, "--language", "en"]) == 0
    assert "Due: Fri 2017-10-20 24:00" in capsys.readouterr().out
    text = answer(*words)["text"]
    assert set(text) == {"zh", "en"}


def test_it_runs_as_a_module_of_its_own() -> None:
    command = [sys.executable, "-m", "services.cli.clock", "add", *START, *FIFTEEN]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[0] == "到期：2017-10-20（周五）24:00"
    assert ran.stderr == ""


@pytest.mark.parametrize("kind", ["toml", "json"])
def test_a_calendar_file_is_read_in_either_format(tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"office.{kind}"
    file.write_text(OFFICE if kind == "toml" else json.dumps(tomllib.loads(OFFICE)), "utf-8")
    start = ["--start", "2018-03-05T17:00:00-05:00", "--amount", "2", "--unit", "office_hour"]
    found = answer("add", *start, "--calendar", str(file))
    assert found["due_at"] == "2018-03-12T10:00:00-04:00"
    assert found["calendar"] == {"id": "night-office", "version": "1", "time_zone": "America/New_York"}


def test_a_wrong_calendar_file_lists_all_its_problems(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(OFFICE.replace("America/New_York", "Mars/Base").replace("09:00-12:00", "9-12"), "utf-8")
    code, said = refused(capsys, "add", *START, *FIFTEEN, "--calendar", str(file))
    assert code == 1
    assert "time_zone" in said
    assert "office_hours.monday[0]" in said


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"[" * 100_000, b"", b"x = 1\n" * 600_000, b'{"a":1,"a":2}', b"a = nan", b"null"]
)
@pytest.mark.parametrize("kind", ["toml", "json"])
def test_a_broken_calendar_file_is_one_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, content: bytes
) -> None:
    file = tmp_path / f"broken.{kind}"
    file.write_bytes(content)
    code, said = refused(capsys, "add", *START, *FIFTEEN, "--calendar", str(file))
    assert code == 1
    assert "--calendar" in said


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (["add", "--start", "2017-09-25T09:00:00", *FIFTEEN], "--start"),
        (["add", "--start", "20170925", *FIFTEEN], "--start"),
        (["add", "--start", "2017-W39-1", *FIFTEEN], "--start"),
        (["add", "--start", "2017-02-30", *FIFTEEN], "--start"),
        (["add", "--start", "2017-09-25T24:61:00+08:00", *FIFTEEN], "--start"),
        (["add", "--start", "0001-01-01T00:00:00+14:00", *FIFTEEN], "--start"),
        (["add", "--start", "9999-12-31T23:59:59-23:59", *FIFTEEN], "--start"),
        (["add", "--start", "２０１７-09-25", *FIFTEEN], "--start"),
        (["add", "--start", "2017-09-25", "--amount", "3", "--unit", "hour"], "--start"),
        (
            ["add", "--start", "2017-09-25", "--amount", "3", "--unit", "month", "--boundary", "same_time"],
            "--start",
        ),
        (["add", *START, "--amount", "1e400", "--unit", "working_day"], "--amount"),
        (["add", *START, "--amount", "NaN", "--unit", "working_day"], "--amount"),
        (["add", *START, "--amount", "inf", "--unit", "working_day"], "--amount"),
        (["add", *START, "--amount", "1/0", "--unit", "working_day"], "--amount"),
        (["add", *START, "--amount", "٣", "--unit", "working_day"], "--amount"),
        (["add", *START, "--amount", "1.5", "--unit", "working_day"], "--amount"),
        (["add", *START, "--amount", "999999999", "--unit", "working_day"], "--amount"),
        (["add", "--start", "2190-01-01", "--amount", "30000", "--unit", "calendar_day"], "--amount"),
        (["add", *START, "--amount", "3", "--unit", "fortnight"], "--unit"),
        (["add", *START, "--amount", "3", "--unit", "fixed"], "--unit"),
        (["add", *START, *FIFTEEN, "--roll", "weekend"], "--roll"),
        (["add", *START, *FIFTEEN, "--boundary", "noon"], "--boundary"),
        (["add", *START, *FIFTEEN, "--boundary", "end_of_hour"], "--boundary"),
        (["add", *START, *FIFTEEN, "--pause", "2017-10-02/2017-10-01"], "--pause"),
        (["add", *START, *FIFTEEN, "--pause", "2017-10-02"], "--pause"),
        (["add", *START, *FIFTEEN, "--pause", "2017-10-02T09:00:00/"], "--pause"),
        (["add", *START, *FIFTEEN, "--not-before", "soon"], "--not-before"),
        (["between", *START, "--end", "2017-09-20", "--unit", "working_day"], "--end"),
        (["between", *START, "--end", "2017-09-20", "--unit", "month"], "--end"),
        (["explain", *START, *FIFTEEN, "--language", "fr"], "--language"),
        (["explain", *START, *FIFTEEN, "--rule", "a\u202eb"], "--rule"),
        (["add", *START, "--unit", "working_day"], "--amount"),
        (["add", *START, *FIFTEEN, "--colour", "red"], "--colour"),
    ],
)
def test_a_wrong_question_names_the_option_and_exits_with_two(
    capsys: pytest.CaptureFixture[str], words: list[str], field: str
) -> None:
    code, said = refused(capsys, *words)
    assert code == 2
    assert field in said


def test_a_missing_calendar_file_is_a_failure_without_its_path(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = refused(capsys, "add", *START, *FIFTEEN, "--calendar", "/nowhere/calendar.toml")
    assert code == 1
    assert "--calendar" in said


def test_a_negative_amount_counts_back() -> None:
    assert (
        answer("add", "--start", "2017-10-10", "--amount", "-3", "--unit", "working_day")["due_on"]
        == "2017-09-29"
    )


def test_every_command_in_the_documentation_answers(capsys: pytest.CaptureFixture[str]) -> None:
    text = (Path(__file__).parents[2] / "docs" / "clock.md").read_text("utf-8")
    blocks = [found.split("```")[0].replace("\\\n", " ") for found in text.split("```bash\n")[1:]]
    block = next(found for found in blocks if "clock add" in found)
    commands = [shlex.split(line)[1:] for line in block.splitlines() if line]
    assert len(commands) == 4
    for words in commands:
        assert main(words) == 0
        assert capsys.readouterr().out
