"""A database of the benchmarks' own: on the server DATABASE_URL names, dropped afterwards. Nothing else is touched."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import psycopg

from shared.bootstrap import System, build_system, campaign_folder, migrate
from shared.settings import Settings
from tests.people import people_of
from workflows.campaign import CampaignDefinition
from workflows.commands import AddPeople, OpenCampaign, PublishDefinition, system_caller
from workflows.definition_format import parse_toml, read_definition

CAMPAIGN = "benchmark"


def definition() -> CampaignDefinition:
    """This will read the definition of 2017."""
    return read_definition(document())


def document() -> dict[str, object]:
    """This will read its document."""
    return dict(parse_toml((campaign_folder("yangshan-ivory-2017") / "definition.toml").read_bytes()))


@contextmanager
def empty() -> Iterator[tuple[System, str]]:
    """This will make a database with nothing in it but tables, and tell its address. Raises SystemExit without
    DATABASE_URL.
    """
    server = os.environ.get("DATABASE_URL", "").replace("postgresql+psycopg://", "postgresql://", 1)
    if not server:
        raise SystemExit("set DATABASE_URL to a server whose databases this may create and drop")
    name = f"xunxian_benchmark_{uuid.uuid4().hex[:12]}"
    address = f"{server.rpartition('/')[0]}/{name}"
    _execute(server, f"CREATE DATABASE {name}")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(address, "", Path(folder), None, ("localhost",), "http://127.0.0.1:8000")
        migrate(settings)
        system = build_system(settings)
        try:
            yield system, address
        finally:
            system.close()
            _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def opened(system: System, mode: str = "live", starts: datetime | None = None) -> list[dict[str, object]]:
    """This will open the campaign of 2017 with its people, and name them."""
    rules = definition()
    people = people_of(rules)
    system.handle(PublishDefinition(system_caller(""), document()))
    system.handle(OpenCampaign(system_caller(""), CAMPAIGN, rules.id, rules.version, mode, starts))
    system.handle(AddPeople(system_caller(CAMPAIGN), tuple(people)))
    return people


@contextmanager
def product() -> Iterator[System]:
    """This will open the campaign of 2017, live, in an empty database. Raises SystemExit without DATABASE_URL."""
    with empty() as (system, _):
        opened(system)
        yield system


def _execute(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement.encode())
