"""Fixtures with real servers: a database of its own for each test, cut from a migrated template; no mock of ours.

`./test` starts the servers and says where they are; by hand, set DATABASE_URL (a role that may create databases) and
REDIS_URL. Tests that use none of these fixtures need no server.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import hypothesis
import psycopg
import pytest

from shared.bootstrap import System, build_system, campaign_folder, migrate, token_hash
from shared.settings import Settings
from tests.people import people_of
from workflows.campaign import CampaignDefinition
from workflows.commands import AddPeople, Caller, IssueToken, OpenCampaign, PublishDefinition, system_caller
from workflows.definition_format import parse_toml, read_definition

# How long one example takes says nothing about a rule: speed is measured in benchmarks/.
hypothesis.settings.register_profile("rules", deadline=None)
hypothesis.settings.load_profile("rules")

CAMPAIGN = "test-2017"
KNOWN: dict[str, CampaignDefinition] = {}
"""Definitions read by any test: reading one takes longer than most tests."""
STARTS = datetime(2017, 8, 10, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for a database is a test with services."""
    for item in items:
        if "database" in getattr(item, "fixturenames", ()) or "server" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.services)


@pytest.fixture(scope="session")
def server() -> str:
    """The address of the PostgreSQL server."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        pytest.fail(
            "no PostgreSQL: run ./test, or set DATABASE_URL and REDIS_URL (./test --core needs neither)"
        )
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def _execute(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]  # names are ours


def _address(server: str, name: str) -> str:
    return server.rpartition("/")[0] + f"/{name}"


def _settings(address: str, data: Path) -> Settings:
    hosts = ("localhost", "127.0.0.1", "[::1]")
    redis = os.environ.get("REDIS_URL", "redis://127.0.0.1:1/0")
    return Settings(address, redis, data, None, hosts, "http://127.0.0.1:8000")


@pytest.fixture(scope="session")
def document() -> dict[str, Any]:
    """The definition of 2017 as a document."""
    return dict(parse_toml((campaign_folder("yangshan-ivory-2017") / "definition.toml").read_bytes()))


@pytest.fixture(scope="session")
def definition(document: dict[str, Any]) -> CampaignDefinition:
    """The definition of 2017."""
    return read_definition(document)


@pytest.fixture(scope="session")
def template(
    server: str,
    document: dict[str, Any],
    definition: CampaignDefinition,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """A migrated database with the campaign of 2017 opened as an exercise on its first morning."""
    name = f"xunxian_template_{uuid.uuid4().hex[:12]}"
    _execute(server, f"CREATE DATABASE {name}")
    settings = _settings(_address(server, name), tmp_path_factory.mktemp("template"))
    migrate(settings)
    system = build_system(settings)
    nobody = system_caller("")
    system.handle(PublishDefinition(nobody, document))
    system.handle(OpenCampaign(nobody, CAMPAIGN, definition.id, definition.version, "exercise", STARTS))
    inside = system_caller(CAMPAIGN)
    people = people_of(definition)
    system.handle(AddPeople(inside, tuple(people)))
    for person in people:
        system.handle(IssueToken(inside, str(person["id"]), token_hash(str(person["id"]))))
    system.close()
    yield name
    _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(server: str, template: str) -> Iterator[str]:
    """The address of a database of this test's own, as the template left it."""
    name = f"xunxian_test_{uuid.uuid4().hex[:12]}"
    # Copied as files: four times as fast as through the log, for a template this small.
    _execute(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    yield _address(server, name)
    _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty_database(server: str) -> Iterator[str]:
    """The address of a database with nothing in it."""
    name = f"xunxian_empty_{uuid.uuid4().hex[:12]}"
    _execute(server, f"CREATE DATABASE {name}")
    yield _address(server, name)
    _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def settings(database: str, tmp_path: Path) -> Settings:
    """Settings that point at this test's database."""
    return _settings(database, tmp_path)


@pytest.fixture
def system(settings: Settings) -> Iterator[System]:
    """The whole system on this test's database."""
    built = build_system(settings, known=KNOWN)
    yield built
    built.close()


@pytest.fixture(scope="session")
def tokens(definition: CampaignDefinition) -> dict[str, str]:
    """A token for each person; the token's text is the person's id."""
    return {str(person["id"]): str(person["id"]) for person in people_of(definition)}


@pytest.fixture
def callers(system: System, tokens: dict[str, str]) -> dict[str, Caller]:
    """Everyone who may act, by person id; and "system"."""
    found = {name: system.caller_for(token, "test") for name, token in tokens.items()}
    return {name: caller for name, caller in found.items() if caller is not None} | {
        "system": system_caller(CAMPAIGN)
    }
