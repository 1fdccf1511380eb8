"""The stories of the 77 leads: complete, repeatable, and in the words of the campaign they are played in."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from services.cli.play.agenda import Act
from services.cli.play.cast import Cast, read_cast
from services.cli.play.desk import desk_days
from services.cli.play.exercise import plan
from services.cli.play.manners import Manner
from services.cli.play.matters import DEFINITION, ENDS, STARTS, Matter, shipped_matters
from services.cli.play.report_stories import Obligation, tell_reports
from services.cli.play.stories import HANDLING, is_major, tell
from services.cli.play.transfer_stories import Turn
from services.cli.play.world import World, make_world
from workflows.calendars import china
from workflows.campaign import CampaignDefinition
from workflows.definition_format import read_definition
from workflows.inputs import read_inputs
from workflows.term import add

FOLDER = Path(__file__).parents[2] / "workflows" / "campaigns" / DEFINITION
MATTERS = shipped_matters()
WORKS_ON = china().is_working_day
PROPOSAL = (
    "report",
    "officers",
    "enclosures",
    "estimated_value_yuan",
    "reason",
    "penalty_before",
    "cc_procuratorate",
)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "definition.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def definition(document: dict[str, Any]) -> CampaignDefinition:
    return read_definition(document)


@pytest.fixture(scope="module")
def cast(document: dict[str, Any]) -> Cast:
    people = tomllib.loads((FOLDER / "people.toml").read_text("utf-8"))["people"]
    return read_cast(document["agencies"], [{**p, "agency": p["agency_id"], "token": ""} for p in people])


def world_of(seed: int, document: dict[str, Any], cast: Cast, matters: tuple[Matter, ...] = MATTERS) -> World:
    names = (
        {choice["name"]["zh"]: choice["id"] for choice in document["vocabularies"][vocabulary]}
        for vocabulary in ("place_type", "act")
    )
    return make_world(seed, cast, matters, WORKS_ON, *names)


@pytest.fixture(scope="module")
def world(document: dict[str, Any], cast: Cast) -> World:
    return world_of(2017, document, cast)


@pytest.fixture(scope="module")
def stories(world: World) -> dict[str, list[Act]]:
    return {matter.ref: tell(matter, world) for matter in MATTERS}


def test_every_story_begins_with_the_tip_at_its_own_time(stories: dict[str, list[Act]]) -> None:
    for matter in MATTERS:
        first = stories[matter.ref][0]
        assert (first.on, first.at) == ("receive", matter.reported_at)


def test_the_acts_of_a_story_are_in_order_of_time(stories: dict[str, list[Act]]) -> None:
    for acts in stories.values():
        assert [act.at for act in acts] == sorted(act.at for act in acts)


def test_equal_seeds_tell_equal_stories_in_whatever_order_they_are_told(
    document: dict[str, Any], cast: Cast, stories: dict[str, list[Act]]
) -> None:
    again = world_of(2017, document, cast, tuple(reversed(MATTERS)))
    assert {matter.ref: tell(matter, again) for matter in reversed(MATTERS)} == stories


def test_another_seed_tells_otherwise(
    document: dict[str, Any], cast: Cast, stories: dict[str, list[Act]]
) -> None:
    other = world_of(1, document, cast)
    assert sum(tell(matter, other) != stories[matter.ref] for matter in MATTERS) > 40


def test_all_manners_and_all_turns_occur(world: World) -> None:
    assert set(world.manners.values()) == set(Manner)
    assert set(world.turns.values()) == set(Turn)


def test_each_lead_ends_the_way_that_was_reported(stories: dict[str, list[Act]]) -> None:
    def did(ref: str) -> set[str]:
        return {act.do for act in stories[ref] if act.expects is None}

    assert did("RL-004") == {"receive", "merge"}
    assert "reject" in did("RL-041")
    assert "reject_real_name" in did("RL-047")
    assert {"refute", "close"} <= did("RL-016")
    assert {"file_case", "conclude", "close"} <= did("RL-010")
    assert {"propose", "send", "file", "hand_over_property", "complete", "close"} <= did("RL-017")
    assert "refer" in did("RL-009")
    assert {"suspend", "resume"} <= did("RL-054")


def test_whoever_asks_too_late_asks_after_the_term_and_before_the_end_of_the_work(
    document: dict[str, Any], cast: Cast
) -> None:
    """Whatever the seed: a month has up to 23 working days, and one in which the ask came a day too early was found."""
    calendar, asked = china(), 0
    terms = [clock["term"] for clock in document["clocks"] if clock["code"] == "D-HANDLE"]
    assert {"amount": HANDLING.amount, "unit": HANDLING.unit.value} in terms
    for seed in range(60):
        world = world_of(seed, document, cast)
        for matter in MATTERS:
            acts = tell(matter, world)
            for late in (act for act in acts if act.expects == "asked_late"):
                filed = max(act.at for act in acts if act.do == "file_case" and act.at < late.at)
                done = min(act.at for act in acts if act.do == "conclude")
                due = add(filed, HANDLING, calendar).at
                assert due is not None
                assert due < late.at < done, (seed, matter.ref)
                asked += 1
    assert asked > 60


def test_there_is_somebody_for_every_act(stories: dict[str, list[Act]], cast: Cast) -> None:
    for acts in stories.values():
        for act in acts:
            assert act.role in cast.person(act.agency, act.role, act.nth_person).roles


def test_nobody_closes_what_they_proposed(stories: dict[str, list[Act]], cast: Cast) -> None:
    for acts in stories.values():
        people = {
            act.do: cast.person(act.agency, act.role, act.nth_person).id for act in acts if act.on == "lead"
        }
        assert people.get("close") != people.get("conclude") or "close" not in people


def subject_of(act: Act) -> str:
    return act.on.partition(":")[0]


def test_every_input_is_one_the_definition_takes(
    stories: dict[str, list[Act]], definition: CampaignDefinition
) -> None:
    for acts in stories.values():
        for act in acts:
            subject = subject_of(act)
            if subject in definition.lifecycles:
                steps = [t for t in definition.lifecycles[subject].transitions if t.trigger == act.do]
                assert steps, f"{act.on} knows no {act.do}"
                given = read_inputs(definition, {n for t in steps for n in (*t.needs, *t.takes)}, act.given)
                assert all(set(t.needs) <= set(given) for t in steps), (
                    f"{act.do} needs more than {set(given)}"
                )
            elif subject == "propose":
                read_inputs(definition, PROPOSAL, act.given)
            elif subject == "record":
                kind = definition.record_kind(act.on.partition(":")[2])
                assert set(kind.needs) <= set(read_inputs(definition, kind.fields, act.given))
            elif subject == "ask":
                kind_asked = definition.coordination_type(act.on.partition(":")[2])
                assert {definition.agency(agency).type for agency in act.given["to"]} <= set(
                    kind_asked.partners
                )


def test_people_of_an_agency_act_only_after_it_was_given_something(
    stories: dict[str, list[Act]], cast: Cast
) -> None:
    for acts in stories.values():
        asked = {cast.office}
        for act in acts:
            asked |= {str(act.given["lead_agency"])} if "lead_agency" in act.given else set()
            asked |= set(act.given.get("to", ()))
            asked |= {act.on.partition(":")[2]} if subject_of(act) == "propose" else set()
            asked |= {str(act.given["to_agency"])} if "to_agency" in act.given else set()
            assert act.agency in asked, f"{act.story}: {act.agency} {act.do} out of the blue"


def test_a_major_matter_is_reported_specially(stories: dict[str, list[Act]]) -> None:
    for matter in MATTERS:
        if is_major(matter) and any(act.do == "verify" for act in stories[matter.ref]):
            assert any(act.on == "record:major_case_report" for act in stories[matter.ref])


OWED = [
    Obligation(unit, "stage", period, datetime(2017, month, 18, 23, 59, tzinfo=STARTS.tzinfo), ("work_done",))
    for unit in ("a", "b", "c", "d", "e", "f")
    for period, month in (("2017-09", 9), ("2017-12", 12))
]


def test_one_unit_reports_zero_one_is_late_and_one_never_reports() -> None:
    stories = tell_reports(5, OWED, ["J1"], WORKS_ON)
    assert len(stories) == len(OWED) - 2
    for period in ("2017-09", "2017-12"):
        acts = [act for (act,) in stories if act.on.endswith(period)]
        due = next(o.due_at for o in OWED if o.period == period)
        assert sum(act.at > due for act in acts) == 1
        assert Counter(act.given["zero"] for act in acts) == {True: 1, False: 4}
        assert all(act.given["figures"]["J1"] == 0 for act in acts if act.given["zero"])


def test_the_desk_is_cleared_on_working_mornings() -> None:
    days = desk_days(STARTS, ENDS, WORKS_ON)
    assert all(WORKS_ON(day.date()) and day.weekday() in (0, 3) for day in days)
    assert 55 < len(days) < 70
    assert max(b - a for a, b in pairwise(days)) <= timedelta(days=14)


def test_a_whole_exercise_is_planned_in_a_second(document: dict[str, Any], cast: Cast) -> None:
    agenda = plan(2017, cast, document, OWED, WORKS_ON, ENDS)
    assert len(agenda) > 1500
