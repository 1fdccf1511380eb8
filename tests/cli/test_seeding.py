"""Data of another release: what is there stays, and one sentence says what can be done."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import psycopg
import pytest

from services.cli.screen import Stopped
from services.cli.seeding import seed
from shared.bootstrap import build_system, migrate
from shared.settings import Settings
from workflows.commands import PublishDefinition, system_caller


@pytest.fixture
def migrated(empty_database: str, tmp_path: Path) -> Settings:
    settings = Settings(empty_database, "", tmp_path, None, ("localhost",), "http://127.0.0.1:8000")
    migrate(settings)
    return settings


def refusal(settings: Settings) -> str:
    system = build_system(settings)
    try:
        with pytest.raises(Stopped) as stopped:
            seed(system, lambda _number, _total: None)
    finally:
        system.close()
    with psycopg.connect(settings.database_url) as connection:
        assert connection.execute("SELECT count(*) FROM definitions").fetchone() == (1,)
    return str(stopped.value)


def test_another_definition_of_the_same_number_is_left_and_named(
    migrated: Settings, document: dict[str, Any]
) -> None:
    other = copy.deepcopy(document)
    other["campaign"]["title"]["en"] = "as another release had it"
    system = build_system(migrated)
    system.handle(PublishDefinition(system_caller(""), other))
    system.close()
    told = refusal(migrated)
    assert "--fresh" in told
    assert "--data" in told
    assert len(told.splitlines()) == 1


def test_a_definition_this_release_cannot_read_is_told_the_same_way(
    migrated: Settings, document: dict[str, Any]
) -> None:
    named = document["campaign"]
    with psycopg.connect(migrated.database_url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO definitions VALUES ('0', %s, %s, '{}', now(), 'system')",
            (named["id"], named["version"]),
        )
    assert "--fresh" in refusal(migrated)
