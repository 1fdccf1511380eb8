"""A definition brings calendars of its own: agencies name them, and every fault in them is found before publication."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.workflows import quarry
from workflows.definition_format import DefinitionProblems, read_definition

WEEK = {"source": "policy", "saturday": ["09:00-12:00"], "sunday": ["09:00-12:00", "13:00-15:00"]}
WEEKENDS = {"id": "weekends", "version": "1", "extends": "cn", "office_hours": WEEK}


def brought(*calendars: object, used: str = "weekends") -> dict[str, Any]:
    document = quarry.document()
    document["calendars"] = list(calendars)
    document["agencies"][0]["calendar"] = used
    return document


def faults(document: dict[str, Any]) -> set[tuple[str, str]]:
    with pytest.raises(DefinitionProblems) as wrong:
        read_definition(document)
    return {(problem.path, problem.code) for problem in wrong.value.problems}


def test_a_calendar_may_extend_a_shipped_one_or_one_before_it() -> None:
    typhoon = {
        "id": "coast",
        "version": "1",
        "extends": "weekends",
        "closures": [{"date": "2027-03-06", "name": "台风", "source": "policy"}],
    }
    definition = read_definition(brought(WEEKENDS, typhoon, used="coast"))
    assert [(c.id, c.extends) for c in definition.calendars] == [("weekends", "cn"), ("coast", "weekends")]
    assert definition.calendar_line("coast") == ("coast", "weekends", "cn")
    assert definition.calendar_line("cn") == ("cn",)


def test_a_calendar_nobody_declared_is_refused_with_the_agency_that_names_it() -> None:
    assert faults(brought(used="weekends")) == {("agencies[0].calendar", "unknown_name")}


def test_another_document_of_a_calendar_is_another_definition() -> None:
    other = {**WEEKENDS, "office_hours": {**WEEK, "monday": ["09:00-10:00"]}}
    one, two = read_definition(brought(WEEKENDS)), read_definition(brought(other))
    assert one.hash != two.hash
    assert one.calendars[0].digest != two.calendars[0].digest


@pytest.mark.parametrize(
    ("calendars", "expected"),
    [
        ([{**WEEKENDS, "extends": "mars"}], ("calendars[0].extends", "extends.unknown")),
        ([WEEKENDS, WEEKENDS], ("calendars[1].id", "repeated")),
        ([WEEKENDS, {**WEEKENDS, "id": "cn"}], ("calendars[1].id", "repeated")),
        ([WEEKENDS, {**WEEKENDS, "id": "a@b"}], ("calendars[1].id", "bad_id")),
        ([{**WEEKENDS, "lunch": "12:00"}], ("calendars[0].lunch", "key.unknown")),
        (
            [{**WEEKENDS, "office_hours": {**WEEK, "sunday": ["12:00-09:00"]}}],
            ("calendars[0].office_hours.sunday[0]", "hours.bad_time"),
        ),
        ([WEEKENDS, "cn"], ("calendars[1]", "wrong_type")),
        ([{**WEEKENDS, "extends": "weekends"}], ("calendars[0].extends", "extends.unknown")),
    ],
)
def test_every_fault_of_a_calendar_is_told_at_its_place(
    calendars: list[object], expected: tuple[str, str]
) -> None:
    assert expected in faults(brought(*calendars))


@pytest.mark.parametrize("change", [lambda d: d.update(calendars={}), lambda d: d.update(calendars=7)])
def test_calendars_that_are_no_list_are_refused(change: Callable[[dict[str, Any]], None]) -> None:
    document = quarry.document()
    change(document)
    assert ("calendars", "wrong_type") in faults(document)
