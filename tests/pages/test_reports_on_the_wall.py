"""Several reports due at the same moment: each is counted for itself on the wall and opens its own units."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

import pytest

from shared.application.page_queries import lateness
from shared.bootstrap import System
from tests.conftest import STARTS
from tests.pages.conftest import Enter
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


@pytest.fixture
def overdue(visit: Enter) -> Enter:
    """Signs people in on the exercise two days after the first report was due, of which five of ten units sent one."""
    staff = visit("office.office_staff")
    staff.open("/sim")
    staff.follow(staff.send("/sim/move", to="date", date="2017-09-20"))
    return visit


def test_a_report_that_is_overdue_stays_on_the_wall_before_the_one_due_next(overdue: Enter) -> None:
    wall = overdue("office.leader").open("/supervise")
    tiles = re.findall(r'class="tile([^"]*)"[^>]*href="/reports/(\w+)/([\d-]+)"><b>(\d+/\d+)</b>', wall)
    assert tiles == [(" t-overdue", "stage", "2017-09", "5/10"), ("", "stage", "2017-12", "0/10")]
    assert "已过期限" in wall


def test_an_order_about_a_report_names_the_report_wherever_it_stands(overdue: Enter) -> None:
    leader = overdue("office.leader")
    box = leader.open("/inbox?box=orders")
    named = re.findall(r'<a href="(/orders/[^"]+)">第一次阶段性工作情况</a>', box)
    assert len(named) == 5
    assert ">督办单</a></td>" not in box
    for path in (named[0], f"{named[0]}/print"):
        assert "第一次阶段性工作情况 · 报告报送" in leader.open(path)


def test_after_signing_an_order_the_next_one_to_sign_is_one_press_away(overdue: Enter) -> None:
    leader = overdue("office.leader")
    first, second = re.findall(r'<a href="(/orders/[^"]+)">', leader.open("/inbox?box=orders"))[:2]
    leader.open(first)
    signed = leader.follow(leader.send(f"{first}/act/sign"))
    assert re.findall(r'<a href="([^"]+)" data-test="next-to-sign"', signed) == [second]
    assert "next-to-sign" not in overdue("market.unit_head").open("/inbox?box=orders")
