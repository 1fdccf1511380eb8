"""The exercise the pages are judged by is a command: built once, found again as it is, never half."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from services.api.pages.fixture import ENDS
from services.cli.fixture_of_checks import NAME
from services.cli.main import main
from services.cli.screen import CONFLICT
from services.cli.seeding import open_exercise
from shared.application import queries
from shared.bootstrap import System, build_system
from shared.settings import load
from workflows.commands import SetClockTarget, TickClock, system_caller


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


def test_it_is_built_once_and_found_again(here: System, capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for _ in range(2):
        assert main(["sim", "fixture", "--json"]) == 0
        told.append(json.loads(capsys.readouterr().out))
    assert told[0] == told[1]
    assert told[0]["leads"] == 40
    assert told[0]["campaign"] == NAME
    assert "officer" in told[0]["tokens"]
    clock = here.read(queries.clock, system_caller(NAME))
    assert clock["at"].startswith("2017-09-16T10:00")


def test_one_left_half_built_is_said(here: System, capsys: pytest.CaptureFixture[str]) -> None:
    other = build_system(load())
    open_exercise(other, "half")
    other.handle(SetClockTarget(system_caller("half"), ENDS - timedelta(days=20)))
    while (done := other.handle(TickClock(system_caller("half"))).done) and done.extra["state"] != "ready":
        pass
    other.close()
    assert main(["sim", "fixture", "--name", "half"]) == CONFLICT
    assert "--name" in capsys.readouterr().err
