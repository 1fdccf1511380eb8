"""The exercise of `services.api.pages.fixture` in a database of its own, built once and copied for each test."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.api.pages import fixture
from shared.bootstrap import build_system
from shared.settings import Settings
from tests.conftest import CAMPAIGN, _address, _execute, _settings


@pytest.fixture(scope="session")
def seeded(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of the database with the exercise in it."""
    name = f"xunxian_pages_{uuid.uuid4().hex[:12]}"
    _execute(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    system = build_system(_settings(_address(server, name), tmp_path_factory.mktemp("pages")))
    fixture.build(system, CAMPAIGN)
    system.close()
    yield name
    _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def copied(server: str, seeded: str, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a copy of the exercise for one test."""
    name = f"xunxian_page_{uuid.uuid4().hex[:12]}"
    _execute(server, f"CREATE DATABASE {name} TEMPLATE {seeded} STRATEGY FILE_COPY")
    yield _settings(_address(server, name), tmp_path)
    _execute(server, f"DROP DATABASE {name} WITH (FORCE)")
