"""An agency counts by the calendar the definition gives it; a year confirmed below it is confirmed for it too."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

import pytest

from shared.application import calendars, queries
from shared.bootstrap import System
from tests.conftest import STARTS
from tests.leads import an_intake
from tests.people import people_of
from tests.turning import turn
from workflows.commands import (
    AddLocalDays,
    AddPeople,
    Caller,
    ImportCalendarYear,
    OpenCampaign,
    PublishDefinition,
    ReceiveLead,
    system_caller,
)
from workflows.definition_format import read_definition

NAME, WEEKEND_OFFICE = "weekend-office-2017", "weekend-office"
OPEN_ALL_WEEK = {
    "id": WEEKEND_OFFICE,
    "version": "1",
    "extends": "cn",
    "office_hours": {"source": "policy"}
    | {
        day: ["09:00-12:00", "13:00-17:00"]
        for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    },
}
FRIDAY = STARTS + timedelta(days=1)


@pytest.fixture
def inside(system: System, document: dict[str, Any]) -> Caller:
    """A campaign like that of 2017 whose office works through the weekend, on its first Friday."""
    changed = copy.deepcopy(document)
    changed["campaign"]["version"] = 77
    changed["calendars"] = [OPEN_ALL_WEEK]
    next(a for a in changed["agencies"] if a.get("office"))["calendar"] = WEEKEND_OFFICE
    definition = read_definition(changed)
    system.handle(PublishDefinition(system_caller(""), changed))
    system.handle(
        OpenCampaign(system_caller(""), NAME, definition.id, definition.version, "exercise", FRIDAY)
    )
    system.handle(AddPeople(system_caller(NAME), tuple(people_of(definition))))
    return system_caller(NAME)


def accept(system: System, by: Caller) -> dict[str, Any]:
    done = system.handle(ReceiveLead(by, an_intake(), "12345")).done
    assert done is not None
    clocks = system.read(queries.lead, by, number=str(done.number))["clocks"]
    return next(clock for clock in clocks if clock["code"] == "D-ACCEPT")


def test_one_working_day_from_friday_ends_when_the_office_closes_on_the_saturday_it_works(
    system: System, inside: Caller
) -> None:
    clock = accept(system, inside)
    assert clock["due_at"] == "2017-08-12T17:00:00+08:00"
    shown = system.read(queries.deadline, inside, deadline_id=clock["id"])
    assert "weekend-office 1+2026.1" in shown["explanation"]["zh"]


def test_a_holiday_settled_for_the_calendar_below_moves_the_date_and_taking_it_back_moves_it_back(
    system: System, inside: Caller
) -> None:
    clock = accept(system, inside)
    extra = {"year": 2017, "source": "x", "holidays": [{"date": "2017-08-12", "name": "临时放假"}]}
    done = system.handle(ImportCalendarYear(inside, "cn", extra)).done
    assert done is not None
    assert [(c["deadline_id"], c["due_at"][:10], c["told"]) for c in done.extra["changes"]] == [
        (clock["id"], "2017-08-13", False)
    ]
    back = system.handle(ImportCalendarYear(inside, "cn", {"year": 2017, "source": "x"})).done
    assert back is not None
    assert [(c["due_at"][:10], c["told"]) for c in back.extra["changes"]] == [("2017-08-12", True)]


def test_days_of_the_own_calendar_lie_on_top(system: System, inside: Caller) -> None:
    clock = accept(system, inside)
    closed = {"source": "x", "closures": [{"date": "2017-08-12", "name": "停电"}]}
    done = system.handle(AddLocalDays(inside, WEEKEND_OFFICE, closed)).done
    assert done is not None
    assert [(c["deadline_id"], c["due_at"][:10]) for c in done.extra["changes"]] == [
        (clock["id"], "2017-08-13")
    ]


def test_both_calendars_are_listed_with_who_uses_them(system: System, inside: Caller) -> None:
    listed = system.read(calendars.calendar_list, inside)["items"]
    assert [c["name"] for c in listed] == ["cn", WEEKEND_OFFICE]
    assert listed[1]["agencies"] == ["office"]
    assert (listed[1]["version"], listed[1]["confirmed_through"]) == ("1+2026.1", "2026-12-31")


def test_a_closure_made_known_after_the_date_gives_the_time_back_and_the_new_date_is_watched(
    system: System, inside: Caller
) -> None:
    clock = accept(system, inside)
    turn(system, inside, FRIDAY + timedelta(days=2, hours=2))
    before = system.read(queries.deadline, inside, deadline_id=clock["id"])
    assert (before["light"], "due" in {step["step"] for step in before["steps"]}) == ("overdue", True)
    closed = {"source": "x", "closures": [{"date": "2017-08-12", "name": "台风停工"}]}
    system.handle(AddLocalDays(inside, WEEKEND_OFFICE, closed, "office"))
    given = system.read(queries.deadline, inside, deadline_id=clock["id"])
    assert (given["due_at"], given["light"] in {"ok", "soon"}) == ("2017-08-13T17:00:00+08:00", True)
    forecast = [(step["act"], step["at"]) for step in given["forecast"]]
    assert ("due", "2017-08-13T17:00:00+08:00") in forecast
    turn(system, inside, FRIDAY + timedelta(days=3))
    after = system.read(queries.deadline, inside, deadline_id=clock["id"])
    assert [step["due_at"] for step in after["steps"] if step["step"] == "due"] == [
        before["due_at"],
        "2017-08-13T17:00:00+08:00",
    ]
    assert after["light"] in {"overdue", "escalated"}


def test_a_rehearsed_import_leaves_nothing_behind_for_the_next_one(system: System, inside: Caller) -> None:
    accept(system, inside)

    def moved(command: Any, *, dry_run: bool) -> list[str]:
        done = system.handle(command, dry_run=dry_run).done
        assert done is not None
        return [change["due_at"][:10] for change in done.extra["changes"]]

    closed = {"source": "x", "closures": [{"date": "2017-08-12", "name": "停电"}]}
    nothing = {"year": 2016, "source": "x"}
    for calendar in (WEEKEND_OFFICE, "cn"):
        assert moved(AddLocalDays(inside, calendar, closed), dry_run=True) == ["2017-08-13"]
        assert moved(ImportCalendarYear(inside, calendar, nothing), dry_run=True) == []
    assert moved(AddLocalDays(inside, WEEKEND_OFFICE, closed, "office"), dry_run=True) == ["2017-08-13"]
    later = {"source": "x", "closures": [{"date": "2017-09-12", "name": "停电"}]}
    assert moved(AddLocalDays(inside, WEEKEND_OFFICE, later, "office"), dry_run=False) == []
    assert moved(AddLocalDays(inside, WEEKEND_OFFICE, later), dry_run=False) == []
