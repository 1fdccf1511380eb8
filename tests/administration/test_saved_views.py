"""Saved views: one's own and the agency's; they keep what was asked, never what was seen."""

from __future__ import annotations

import pytest

from shared.application.saved_views import saved_views
from shared.bootstrap import System
from workflows.commands import Caller
from workflows.rejection import Rejected
from workflows.saved_views import EndView, SaveView


def names(system: System, by: Caller) -> list[str]:
    return [view["name"] for view in system.read(saved_views, by)["items"]]


def test_a_view_is_ones_own_until_it_is_shared_and_then_the_agencys_alone(
    system: System, callers: dict[str, Caller]
) -> None:
    mine = callers["market.officer"]
    system.handle(SaveView(mine, "本所超期", {"light": "overdue", "holder": "market"}))
    system.handle(SaveView(mine, "青岚镇在办", {"township": "青岚镇", "state": "open"}, shared=True))
    assert names(system, mine) == ["本所超期", "青岚镇在办"]
    assert names(system, callers["market.liaison"]) == ["青岚镇在办"]
    assert names(system, callers["customs.officer"]) == names(system, callers["office.office_staff"]) == []
    view = system.read(saved_views, mine)["items"][1]
    assert view["href"] == "/leads?state=open&township=%E9%9D%92%E5%B2%9A%E9%95%87"
    with pytest.raises(Rejected) as foreign:
        system.handle(EndView(callers["market.liaison"], view["id"]))
    assert foreign.value.kind == "missing"
    system.handle(EndView(mine, view["id"]))
    assert names(system, callers["market.liaison"]) == []
    system.handle(SaveView(mine, "青岚镇在办", {"township": "青岚镇"}))


@pytest.mark.parametrize(
    ("name", "filters", "code"),
    [(" ", {"q": "x"}, "blank"), ("甲", {}, "blank"), ("甲", {"reporter": "x"}, "unknown_field"),
     ("甲" * 41, {"q": "x"}, "too_long"), ("甲", {"q": "y" * 101}, "too_long")],
)  # fmt: skip
def test_a_view_that_is_none_is_refused(
    system: System, callers: dict[str, Caller], name: str, filters: dict[str, str], code: str
) -> None:
    with pytest.raises(Rejected) as refused:
        system.handle(SaveView(callers["market.officer"], name, filters))
    assert refused.value.reasons[0].code == code


def test_a_name_is_used_once(system: System, callers: dict[str, Caller]) -> None:
    command = SaveView(callers["market.officer"], "超期", {"light": "overdue"})
    system.handle(command)
    with pytest.raises(Rejected) as refused:
        system.handle(command)
    assert refused.value.reasons[0].code == "name_taken"
