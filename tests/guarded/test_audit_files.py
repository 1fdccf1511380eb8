"""`xunxian audit`: an anchor and a pack fetched from the service, and a pack checked where there is none."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from services.cli.main import main
from tests.serving import served

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def base(app: Flask) -> Iterator[str]:
    with served(app) as found:
        yield found


@pytest.fixture
def run(base: str, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str, offline: bool = False) -> tuple[int, str]:
        where = [] if offline else ["--base", base, "--token", "office.auditor"]
        code = main(["audit", *arguments, *where])
        told = capsys.readouterr()
        return code, told.out + told.err

    return command


def test_a_pack_is_checked_without_the_service_and_against_an_anchor(run: Run, tmp_path: Path) -> None:
    anchor, pack = tmp_path / "anchor.jsonl", tmp_path / "history.jsonl.gz"
    assert run("anchor", str(anchor), "--kept-by", "领导小组")[0] == 0
    assert run("verify")[0] == 0
    assert run("pack", str(pack))[0] == 0
    code, told = run("verify", "--file", str(pack), "--anchor", str(anchor), offline=True)
    assert (code, "历史完整" in told) == (0, True)
    assert run("verify", "--anchor", str(anchor))[0] == 0

    lines = gzip.decompress(pack.read_bytes()).decode().splitlines()
    last = json.loads(lines[-1])
    last["entry"]["reason"] = "改"
    plain = tmp_path / "altered.jsonl"
    plain.write_text("\n".join([*lines[:-1], json.dumps(last, ensure_ascii=False)]), "utf-8")
    code, told = run("verify", "--file", str(plain), offline=True)
    assert (code, f"第 {last['entry']['seq']} 条：altered" in told) == (3, True)


def test_a_file_that_is_no_pack_is_said_to_be_none(run: Run, tmp_path: Path) -> None:
    other, cut = tmp_path / "other.txt", tmp_path / "cut.jsonl.gz"
    other.write_text("x", "utf-8")
    cut.write_bytes(gzip.compress(b"{}" * 999)[:30])
    anchor = tmp_path / "anchor.jsonl"
    run("anchor", str(anchor), "--kept-by", "领导小组")
    for file, word in ((other, "第 1 行读不懂"), (cut, "读不完整"), (anchor, "--anchor")):
        code, told = run("verify", "--file", str(file), offline=True)
        assert (code, word in told) == (2, True), told
