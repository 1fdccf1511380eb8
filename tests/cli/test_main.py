"""The front door: help at once, six exit codes, data and talk kept apart, a nearest guess for a wrong word."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
import typer

from services.cli.def_ import plain, read_document
from services.cli.lead import inputs
from services.cli.main import NOUNS, main
from services.cli.screen import NOT_FOUND, USAGE, Stopped, width

READS = {
    "lead list", "lead show", "lead explain", "clock add", "clock between", "clock explain", "clock calendars",
    "def check", "def diagram", "report status", "report form", "report figures", "report table", "audit pack", "ops status",
    "ops doctor", "ops verify-materials", "ops restore-check",
}  # fmt: skip
REPEATABLE = {
    "ops migrate", "ops rotate-keys", "ops backup", "sim seed", "sim fixture", "def scenarios", "play",
    "audit verify", "audit anchor",
}  # fmt: skip
"""What a second time changes nothing of, or makes something of its own each time and touches nothing else."""


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


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["lead", "list", "--overdu"], "没有选项 --overdu。你是不是想写 --overdue？"),
        (["lead", "list", "--limit", "x"], "--limit 的值不对。"),
        (["lead", "show"], "缺少 NUMBER。"),
        (["clock", "add"], "缺少 --start。"),
        (["play", "--seed"], "选项 --seed 须带一个值。"),
    ],
)
def test_what_was_typed_wrongly_is_said_in_chinese_first(
    typed: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(typed) == USAGE
    assert said in capsys.readouterr().err


def test_every_change_can_be_looked_at_first() -> None:
    without = set()
    for noun, (module, _, _) in NOUNS.items():
        command: Any = typer.main.get_command(import_module(module).app)
        for verb, one in (getattr(command, "commands", None) or {"": command}).items():
            if "--dry-run" not in {option for parameter in one.params for option in parameter.opts}:
                without.add(f"{noun} {verb}".strip())
    assert without == READS | REPEATABLE


@pytest.mark.parametrize(
    "typed",
    [
        ["report", "compile", "2017-09", "--docx", "/nowhere/x.docx"],
        ["report", "form", "2017-09", "/nowhere/x.xlsx"],
        ["play", "--out", __file__, "--base", "http://127.0.0.1:9", "--token", "x"],
    ],
)
def test_a_place_nothing_can_be_put_is_said_before_any_work(
    typed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(typed) == USAGE
    assert "文件夹" in capsys.readouterr().err


def test_the_version_is_the_one_of_the_project(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"]
    assert capsys.readouterr().out == f"xunxian {project['version']}\n"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.toml", b"x = [", "不是合格的 TOML："),
        ("a.json", b"{", "不是合格的 JSON："),
        ("a.toml", b"\xff", "不是 UTF-8 文本"),
        ("a.toml", b"a = " + b"[" * 5000, "嵌套过深"),
        ("a.toml", b"a = " + b"1" * 5000, "位数过多"),
        ("a.json", b'{"a": 1, "a": 2}', "出现两次"),
        ("a.json", b"[]", "须为一个表"),
    ],
)
def test_a_file_that_is_no_document_is_named_with_its_fault(
    name: str, content: bytes, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(content)
    assert main(["def", "check", str(tmp_path / name)]) == USAGE
    assert said in capsys.readouterr().err
    assert main(["def", "check", str(tmp_path / "absent.toml")]) == NOT_FOUND


def test_a_token_that_has_ended_already_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["token", "create", "office-auditor", "--until", "2018-12-31T18:00+08:00"]) == USAGE
    assert "已经过去" in capsys.readouterr().err


def test_inputs_are_text_unless_said_to_be_json() -> None:
    assert inputs(["reason=12", "pieces:=12", 'to:=["a"]', "note=a=b"]) == {
        "reason": "12",
        "pieces": 12,
        "to": ["a"],
        "note": "a=b",
    }


@pytest.mark.parametrize(
    "pairs", [["reason"], ["=x"], [":=1"], ["n:=one"], ["n:=" + "[" * 100_000], ["a=1", "a=2"]]
)
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


QUARRY = Path(__file__).parents[1] / "workflows" / "definitions" / "quarry-2027.toml"


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
def test_a_definition_is_read_as_any_editor_saves_it(tmp_path: Path, before: bytes, ends: bytes) -> None:
    file = tmp_path / "quarry.toml"
    file.write_bytes(before + QUARRY.read_bytes().replace(b"\n", ends))
    assert main(["def", "check", str(file)]) == 0


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        (
            "gbk.toml",
            'format = 1\nlaws.a = "森林法"\n'.encode("gbk"),
            "第 2 行不是 UTF-8 文本，请另存为 UTF-8 编码",
        ),
        ("wide.toml", "format = 1\nlaws.a ＝ “森林法”\n".encode(), "第 2 行第 8 列；此行有全角符号 ＝ “ ”"),
        ("open.toml", b"format = ", "在文件末尾"),
        ("deep.toml", b"a = " + b"[" * 5_000, "嵌套过深"),
        ("deep.json", b"[" * 100_000, "嵌套过深"),
        ("twice.json", b'{"format": 1, "format": 1}', "'format' 出现两次"),
        ("list.json", b"[]", "须为一个表"),
    ],
)
def test_a_file_that_is_no_definition_is_told_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, raw: bytes, said: str
) -> None:
    file = tmp_path / name
    file.write_bytes(raw)
    assert main(["def", "check", str(file)]) == USAGE
    assert said in capsys.readouterr().err


def test_fractions_are_published_as_the_numbers_they_are() -> None:
    assert plain(read_document(QUARRY)) == plain(json.loads(json.dumps(plain(read_document(QUARRY)))))
    assert plain({"rate": Decimal("41.667")}) == {"rate": 41.667}
