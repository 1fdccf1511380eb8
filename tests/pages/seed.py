"""The exercise of `services.api.pages.fixture` in a database of its own, built once and copied for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.api.pages import fixture
from shared.bootstrap import build_system
from shared.settings import Settings
from tests.conftest import CAMPAIGN, settings_at
from tests.databases import Lender, address, made


@pytest.fixture(scope="session")
def seeded(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of the database with the exercise in it."""
    with made(server, "xunxian_pages", template) as name:
        system = build_system(settings_at(address(server, name), tmp_path_factory.mktemp("pages")))
        fixture.build(system, CAMPAIGN)
        system.close()
        yield name


@pytest.fixture(scope="session")
def seeded_lender(server: str, seeded: str) -> Iterator[Lender]:
    """What lends each test the exercise as it was built."""
    lender = Lender(server, seeded)
    yield lender
    lender.close()


@pytest.fixture
def copied(server: str, seeded_lender: Lender, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a copy of the exercise for one test."""
    with seeded_lender.lent() as name:
        yield settings_at(address(server, name), tmp_path)
