"""The exercise the pages are judged by, as a command: forty leads on 2017-09-16 at ten, twelve of them overdue.

It is built once, beside whatever exercises there are. Asked for again it stays as it is, whoever worked on it since; an
interruption leaves it half built, which is said, because no part of it can be added later.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.api.pages import fixture
from services.cli.play.matters import STARTS
from services.cli.screen import CONFLICT, Stopped
from services.cli.seeding import Seeded, open_exercise
from shared.application import queries
from shared.bootstrap import System
from workflows.commands import system_caller

NAME = "checks-2017"


def build_fixture(system: System, name: str) -> Seeded:
    """This will build the fixture under a name, or find it built; raises Stopped for what is neither."""
    _, people, tokens = open_exercise(system, name)
    at = _read(system, name, queries.clock)["at"]
    leads = _leads(system, name)
    if datetime.fromisoformat(at) == STARTS and not leads:
        fixture.build(system, name)
        leads = _leads(system, name)
    elif datetime.fromisoformat(at) < fixture.ENDS:
        raise Stopped(
            CONFLICT,
            f"演练 {name} 只建了一半（停在 {at}），请用 --name 另起一名。",
            f"The exercise {name} was left half built, at {at}: choose another --name.",
        )
    return Seeded(tokens, people, leads)


def _leads(system: System, name: str) -> int:
    return sum(_read(system, name, queries.summary)["leads"].values())


def _read(system: System, name: str, query: Any) -> Any:
    return system.read(query, system_caller(name))
