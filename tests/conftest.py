"""Fixtures with real servers: a database of its own for each test, cut from a migrated template; no mock of ours.

`./test` starts the servers and says where they are; by hand, set DATABASE_URL (as its superuser) and
REDIS_URL. Tests that use none of these fixtures need no server.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import hypothesis
import pytest

from shared.bootstrap import System, build_system, campaign_folder, migrate, token_hash
from shared.settings import Settings
from tests.databases import Lender, address, made
from tests.engines import lend_engines
from tests.people import people_of
from workflows.campaign import CampaignDefinition
from workflows.commands import AddPeople, Caller, IssueToken, OpenCampaign, PublishDefinition, system_caller
from workflows.definition_format import parse_toml, read_definition

# How long one example takes says nothing about a rule: speed is measured in benchmarks/.
hypothesis.settings.register_profile("rules", deadline=None)
hypothesis.settings.load_profile("rules")

lend_engines()

pytest_plugins = ["tests.pages.seed"]

CAMPAIGN = "test-2017"
KNOWN: dict[str, CampaignDefinition] = {}
"""Definitions read by any test: reading one takes longer than most tests."""
EVERYONE: dict[str, Caller] = {}
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


def settings_at(database: str, data: Path) -> Settings:
    hosts = ("localhost", "127.0.0.1", "[::1]")
    redis = os.environ.get("REDIS_URL", "redis://127.0.0.1:1/0")
    return Settings(database, redis, data, None, hosts, "http://127.0.0.1:8000")


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
    with made(server, "xunxian_template") as name:
        settings = settings_at(address(server, name), tmp_path_factory.mktemp("template"))
        _open_campaign(settings, document, definition)
        yield name


def _open_campaign(settings: Settings, document: dict[str, Any], definition: CampaignDefinition) -> None:
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


@pytest.fixture(scope="session")
def lender(server: str, template: str) -> Iterator[Lender]:
    """What lends each test a database as the template left it."""
    lender = Lender(server, template)
    yield lender
    lender.close()


@pytest.fixture
def database(server: str, lender: Lender) -> Iterator[str]:
    """The address of a database of this test's own, as the template left it."""
    with lender.lent() as name:
        yield address(server, name)


@pytest.fixture
def empty_database(server: str) -> Iterator[str]:
    """The address of a database with nothing in it."""
    with made(server, "xunxian_empty") as name:
        yield address(server, name)


@pytest.fixture
def settings(database: str, tmp_path: Path) -> Settings:
    """Settings that point at this test's database."""
    return settings_at(database, tmp_path)


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
    """Everyone who may act, by person id; and "system". The same for every copy of the template: asked once."""
    if not EVERYONE:
        found = {name: system.caller_for(token, "test") for name, token in tokens.items()}
        EVERYONE.update({name: caller for name, caller in found.items() if caller is not None})
    return EVERYONE | {"system": system_caller(CAMPAIGN)}
