"""The format of scenarios: what is read, and every fault told with its place."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from workflows.problem import DefinitionProblems
from workflows.scenario import read_scenario

GOOD = """
format = 1
id = "x"
title = { zh = "某", en = "some" }
source = "practice"
starts_at = 2017-08-10T08:00:00+08:00
[[steps]]
do = "step"
on = "lead"
step = "accept"
by = "office_staff@office"
at = 2017-08-10T09:00:00+08:00
expect = [{ sees = "lead", who = ["officer@unit", "liaison@unit"] }]
"""


def faults(text: str) -> set[tuple[str, str]]:
    with pytest.raises(DefinitionProblems) as found:
        read_scenario(tomllib.loads(text))
    return {(problem.path, problem.code) for problem in found.value.problems}


def test_everybody_a_scenario_names_is_in_its_cast() -> None:
    assert read_scenario(tomllib.loads(GOOD)).cast == ("liaison@unit", "office_staff@office", "officer@unit")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("format = 1", "format = 2", ("format", "unknown_format")),
        ('do = "step"', 'do = "jump"', ("steps[0].do", "unknown_act")),
        ('step = "accept"', 'stop = "accept"', ("steps[0].stop", "unknown_key")),
        ('step = "accept"\n', "", ("steps[0].step", "required")),
        ("office_staff@office", "office_staff", ("steps[0].by", "wrong_type")),
        ("2017-08-10T09:00:00+08:00", "2017-08-10T09:00:00", ("steps[0].at", "offset_required")),
        ("2017-08-10T09:00:00+08:00", "2017-08-09T09:00:00+08:00", ("steps[0].at", "out_of_order")),
        ('sees = "lead"', 'knows = "lead"', ("steps[0].expect[0]", "unknown_expectation")),
        (', who = ["officer@unit", "liaison@unit"]', "", ("steps[0].expect[0].who", "required")),
        ("[[steps]]", "[other]", ("steps", "required")),
    ],
)
def test_a_fault_is_told_with_its_place(old: str, new: str, fault: tuple[str, str]) -> None:
    assert fault in faults(GOOD.replace(old, new, 1))


def test_all_faults_are_told_at_once() -> None:
    broken: Any = GOOD.replace("format = 1", "format = 2").replace('do = "step"', 'do = "jump"')
    assert len(faults(broken)) >= 2
