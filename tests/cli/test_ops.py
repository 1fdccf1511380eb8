"""`xunxian ops doctor` and `status`: every thing the service needs is looked at, and each figure is there for scripts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from services.cli.main import main
from services.cli.screen import FINDING
from services.worker import chores
from shared.bootstrap import System


@pytest.fixture
def here(system: System, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> System:
    """The environment as a process of the service has it."""
    secret = tmp_path / "secret.key"
    secret.write_bytes(bytes(32))
    secret.chmod(0o600)
    monkeypatch.setenv("DATABASE_URL", system.settings.database_url)
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("XUNXIAN_DATA", str(tmp_path))
    monkeypatch.setenv("XUNXIAN_SECRET_FILE", str(secret))
    return system


def findings(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, bool]]:
    code = main(["ops", "doctor", "--json"])
    said = json.loads(capsys.readouterr().out)
    return code, {check["check"]: check["ok"] for check in said["checks"]}


def test_the_doctor_names_what_is_missing_and_ends_with_a_finding(
    here: System, capsys: pytest.CaptureFixture[str]
) -> None:
    code, found = findings(capsys)
    assert code == FINDING
    assert not found["工作进程 worker"]
    assert not found["消息代理 broker"]
    chores.sweep(here)
    _, found = findings(capsys)
    # How much room the disk of a test has is no question of the product.
    assert {name for name, ok in found.items() if not ok} - {"磁盘空间 disk space"} == {"消息代理 broker"}
    assert found["未公布年份的日历 calendars without the year they need"]


def test_the_figures_of_status_are_those_of_the_metrics(
    here: System, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ops", "status", "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == set(here.status())
