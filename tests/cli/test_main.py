"""The front door: help at once, six exit codes, data and talk kept apart, a nearest guess for a wrong word."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest

from services.cli.lead import inputs
from services.cli.main import NOUNS, main
from services.cli.screen import USAGE, Stopped, width


def test_help_names_every_noun_and_succeeds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    printed = capsys.readouterr()
    assert all(noun in printed.out for noun in NOUNS)
    assert printed.err == ""


def test_help_loads_no_library() -> None:
    program = "import sys; from services.cli.main import main; main(['--help']); print(sorted(sys.modules), file=sys.stderr)"
    began = monotonic()
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert monotonic() - began < 2, (
        "a loaded machine may be slow, but this is a matter of a tenth of a second"
    )
    assert not any(
        f"'{name}'" in ran.stderr for name in ("typer", "rich", "httpx", "sqlalchemy", "celery", "flask")
    )


@pytest.mark.parametrize(
    ("typed", "guess"),
    [(["laed"], "xunxian lead"), (["lead", "shwo"], "xunxian lead show"), (["pley"], "xunxian play")],
)
def test_a_wrong_word_is_answered_with_the_nearest(
    typed: list[str], guess: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(typed) == USAGE
    printed = capsys.readouterr()
    assert f"你是不是想输入 {guess}" in printed.err
    assert printed.out == ""


def test_a_word_near_nothing_is_answered_with_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["zzzz"]) == USAGE
    assert "lead" in capsys.readouterr().err


@pytest.mark.parametrize(
    "typed", [["lead", "show"], ["lead", "list", "--nonsense"], ["lead", "list", "--limit", "0"]]
)
def test_wrong_use_is_exit_code_two(typed: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(typed) == USAGE
    printed = capsys.readouterr()
    assert "用法有误" in printed.err
    assert printed.out == ""


def test_every_noun_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    for noun in NOUNS:
        assert main([noun, "--help"]) == 0
        assert "Usage" in capsys.readouterr().out


def test_inputs_are_text_unless_said_to_be_json() -> None:
    assert inputs(["reason=12", "pieces:=12", 'to:=["a"]', "note=a=b"]) == {
        "reason": "12",
        "pieces": 12,
        "to": ["a"],
        "note": "a=b",
    }


@pytest.mark.parametrize("pairs", [["reason"], ["=x"], [":=1"], ["n:=one"], ["a=1", "a=2"]])
def test_inputs_that_cannot_be_read_are_refused(pairs: list[str]) -> None:
    with pytest.raises(Stopped) as stopped:
        inputs(pairs)
    assert stopped.value.exit_code == USAGE


def test_chinese_counts_double_in_tables() -> None:
    assert width("线索 no") == 7


def test_a_definition_is_checked_without_a_service(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["def", "check", f"{tmp_path}/none.toml"]) == 4
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("format = 1\n")
    assert main(["def", "check", str(wrong), "--json"]) == 3
    found = json.loads(capsys.readouterr().out)
    assert found["ok"] is False
    assert found["problems"]
