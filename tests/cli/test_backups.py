"""`xunxian ops backup` and `restore-check`: a backup is proved by restoring it, and what was altered in one is named."""

from __future__ import annotations

import json
import os
from pathlib import Path

import psycopg
import pytest

from services.cli.main import main
from services.cli.screen import FAILED, FINDING
from shared.adapters.backups import CHECKING
from shared.bootstrap import System


@pytest.fixture
def here(system: System, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> System:
    """The environment as a process of the service has it, with one file kept."""
    secret = tmp_path / "secret.key"
    secret.write_bytes(bytes(32))
    secret.chmod(0o600)
    data = tmp_path / "data"
    (data / "materials" / "ab").mkdir(parents=True)
    (data / "materials" / "ab" / "abcd").write_bytes(b"kept")
    for name, value in {
        "DATABASE_URL": system.settings.database_url,
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "XUNXIAN_DATA": str(data),
        "XUNXIAN_SECRET_FILE": str(secret),
    }.items():
        monkeypatch.setenv(name, value)
    return system


def check(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, object]]:
    capsys.readouterr()
    code = main(["ops", "restore-check", str(folder), "--json"])
    return code, json.loads(capsys.readouterr().out)


def left_over(system: System) -> list[str]:
    """The databases this process made to look at a backup and did not remove; others test beside it."""
    with psycopg.connect(system.settings.database_url.replace("+psycopg", "")) as database:
        names = [str(row[0]) for row in database.execute("SELECT datname FROM pg_database").fetchall()]
    return [name for name in names if name.startswith(f"{CHECKING}{os.getpid()}_")]


def test_a_backup_is_made_proved_by_restoring_it_and_both_are_told(
    here: System, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "backup"
    assert here.status()["backup_age_seconds"] is None
    assert main(["ops", "backup", str(folder)]) == 0
    assert folder.stat().st_mode & 0o077 == 0
    assert not list(folder.rglob("*key*")), "keys and backups are kept apart"
    code, found = check(folder, capsys)
    assert (code, found["ok"], found["files"], found["faults"]) == (0, True, 1, [])
    assert left_over(here) == []
    assert 0 <= here.status()["backup_age_seconds"] < 600
    assert 0 <= here.status()["restore_check_age_seconds"] < 600
    capsys.readouterr()
    assert main(["ops", "backup", str(folder)]) == FAILED
    assert "已存在" in capsys.readouterr().err


def test_what_was_altered_in_a_backup_is_named_and_it_counts_as_no_proof(
    here: System, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "backup"
    main(["ops", "backup", str(folder)])
    said = json.loads((folder / "manifest.json").read_text("utf-8"))
    (folder / "manifest.json").write_text(
        json.dumps({**said, "rows": {**said["rows"], "events": 10**6}}), "utf-8"
    )
    (folder / "materials" / "ab" / "abcd").write_bytes(b"else")
    code, found = check(folder, capsys)
    assert code == FINDING
    assert [str(fault).partition(":")[0] for fault in found["faults"]] == ["materials/ab/abcd", "events"]
    (folder / "database.dump").write_bytes(b"no dump")
    assert check(folder, capsys)[0] == FINDING
    assert left_over(here) == []
    assert here.status()["restore_check_age_seconds"] is None
    (folder / "manifest.json").write_text("{}", "utf-8")
    assert main(["ops", "restore-check", str(folder)]) == FAILED


def test_without_the_programs_of_the_database_it_is_said_and_nothing_is_left(
    here: System, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["ops", "backup", str(tmp_path / "backup")]) == FAILED
    assert "pg_dump" in capsys.readouterr().err
    assert not list(tmp_path.glob("backup*"))
