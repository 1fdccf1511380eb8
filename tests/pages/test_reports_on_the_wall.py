"""Several reports due at the same moment: each is counted for itself on the wall and opens its own units."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from shared.application.page_queries import lateness
from shared.bootstrap import System
from tests.conftest import STARTS
from workflows.commands import Caller, OpenCampaign, PublishDefinition, system_caller

OFFICE = Caller("twins", "office.office_staff", "office", frozenset({"office_staff"}))
LIAISON = Caller("twins", "market.liaison", "market", frozenset({"liaison"}))


@pytest.fixture
def twins(system: System, document: dict[str, Any]) -> System:
    changed = deepcopy(document)
    changed["campaign"]["version"] = 9
    first = changed["reports"][0]
    changed["reports"].append(
        deepcopy(first)
        | {"kind": "summary", "name": {"zh": "同日报告", "en": "same day"}, "owed_by": ["market"]}
    )
    nobody = system_caller("")
    system.handle(PublishDefinition(nobody, changed))
    system.handle(OpenCampaign(nobody, "twins", changed["campaign"]["id"], 9, "exercise", STARTS))
    return system


def test_each_report_due_at_that_moment_is_counted_for_itself(twins: System) -> None:
    found = twins.read(lateness.wall, OFFICE)["reports"]
    assert [(r["kind"], r["came"], r["all"], r["unit"]) for r in found] == [
        ("stage", 0, 10, None),
        ("summary", 0, 1, None),
    ]
    assert len({r["due_at"] for r in found}) == 1
    own = twins.read(lateness.wall, LIAISON)["reports"]
    assert [(r["kind"], r["all"], r["unit"]) for r in own] == [
        ("stage", 1, "market"),
        ("summary", 1, "market"),
    ]
