"""The few words the engine knows by name mean what it takes them for, in every definition; what would fail later is
refused when a definition is read.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.campaign import Actor
from workflows.definition_format import DefinitionProblems, Problem, parse_toml, read_definition
from workflows.events import Event
from workflows.lifecycle import ActorFacts, decide, options
from workflows.notices import WHOEVER_ANSWERS, told
from workflows.rejection import Rejected
from workflows.step_words import post

FILE = Path(__file__).parent / "definitions" / "fireworks-2028.toml"
AT = datetime(2028, 1, 5, 1, tzinfo=UTC)
Change = Callable[[dict[str, Any]], object]


@cache
def _parsed() -> dict[str, Any]:
    return dict(parse_toml(FILE.read_bytes()))


@pytest.mark.parametrize(
    ("agency", "role", "named"),
    [
        ("领导小组办公室", "办公室主任", "领导小组办公室主任"),
        ("领导小组办", "办公室工作人员", "领导小组办公室工作人员"),
        ("领导小组办公室", "领导小组副组长", "领导小组副组长"),
        ("承办单位", "单位负责人", "承办单位负责人"),
        ("承办单位", "承办人", "承办单位承办人"),
        ("各单位", "检察官", "各单位检察官"),
        ("双河林业站", "联络员", "双河林业站联络员"),
    ],
)
def test_a_post_is_named_without_saying_twice_what_agency_and_role_both_say(
    agency: str, role: str, named: str
) -> None:
    assert post(agency, role) == named


def _found(document: dict[str, Any]) -> tuple[Problem, ...]:
    try:
        read_definition(document)
    except DefinitionProblems as found:
        return tuple(found.problems)
    return ()


def problems(change: Change) -> set[tuple[str, str]]:
    document = deepcopy(_parsed())
    change(document)
    return {(p.path, p.code) for p in _found(document)}


def typed(field: str, wrong: str) -> Change:
    def change(document: dict[str, Any]) -> None:
        next(f for f in document["fields"] if f["id"] == field)["type"] = wrong

    return change


def sets(**values: object) -> Change:
    return lambda d: d["lifecycles"]["lead"]["transitions"][0]["sets"].update(values)


def test_the_definition_reads_as_it_stands() -> None:
    assert problems(lambda _: None) == set()


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("lead_agency", "text"), ("assisting", "agency"), ("to_agency", "text"), ("merge_into", "text"),
        ("widen", "text"), ("reason", "integer"), ("pieces", "text"),
    ],
)  # fmt: skip
def test_a_field_the_engine_reads_has_the_type_it_reads(field: str, wrong: str) -> None:
    assert any(
        path.startswith("fields[") and code == "wrong_type" for path, code in problems(typed(field, wrong))
    )


@pytest.mark.parametrize(
    "values",
    [
        {"designated": "yes"}, {"lead_agency": True}, {"returns": "many"}, {"returns": True}, {"disposition": 3},
        {"case_number": False}, {"designated": "given.lead_agency"}, {"act_on": "2028-01-05"},
        {"estimated_value_yuan": "much"}, {"crime_suspected": 1},
    ],
)  # fmt: skip
def test_an_attribute_that_becomes_a_fact_holds_what_the_fact_holds(values: dict[str, object]) -> None:
    [name] = values
    assert (f"lifecycles.lead.transitions[0].sets.{name}", "wrong_type") in problems(sets(**values))


def test_only_whole_numbers_are_counted() -> None:
    found = problems(lambda d: d["lifecycles"]["lead"]["transitions"][0].update(counts=["lead_agency"]))
    assert ("lifecycles.lead.transitions[0].counts", "wrong_type") in found
    assert (
        problems(lambda d: d["lifecycles"]["lead"]["transitions"][0].update(counts=["returns", "rides"]))
        == set()
    )


def test_work_carried_by_a_machine_needs_the_machine() -> None:
    def change(document: dict[str, Any]) -> None:
        del document["lifecycles"]["transfer"], document["reactions"][2]
        document["notices"] = document["notices"][:3]
        document["lifecycles"]["lead"]["transitions"].pop(5)

    assert ("coordination[3].carried_by", "unknown_name") in problems(change)


def test_no_other_state_of_a_handoff_is_an_end() -> None:
    """The engine would wait for it for ever, and the lead could never be closed."""

    def change(document: dict[str, Any]) -> None:
        machine = document["lifecycles"]["handoff"]
        lost = {"id": "lost", "name": {"zh": "遗失"}, "kind": "final", "source": "x"}
        step = {"trigger": "lose", "event": "lost", "name": {"zh": "丢"}, "from": ["rung"], "to": "lost"}
        machine["states"].append(lost)
        machine["transitions"].append({**step, "by": ["clerk@office"], "source": "x"})

    assert problems(change) == {("lifecycles.handoff.states[6].kind", "not_here")}


@pytest.mark.parametrize(
    ("notice", "where", "code"),
    [
        ({"on": "lead.nothing"}, "on", "unknown_name"),
        ({"on": "deadline.expired", "to": ["clerk@office"]}, "on", "unknown_name"),
        ({"on": "handoff.sent:nothing"}, "on", "unknown_name"),
        ({"to": ["clerk@any"]}, "to[0]", "unknown_relation"),
        ({"to": ["clerk@sender"]}, "to[0]", "unknown_relation"),
        ({"to": ["king@office"]}, "to[0]", "unknown_name"),
        ({"to": []}, "to", "too_few"),
        ({"to": ["system"]}, "to[0]", "unknown_relation"),
    ],
)
def test_a_notice_goes_to_somebody_there_is_of_something_that_happens(
    notice: dict[str, Any], where: str, code: str
) -> None:
    assert (f"notices[0].{where}", code) in problems(lambda d: d["notices"][0].update(notice))


def test_who_watches_over_transfers_is_a_type_of_agency() -> None:
    machine = "lifecycles.transfer"
    assert problems(lambda d: d["lifecycles"]["transfer"].update(watched_by=["sky"])) >= {
        (f"{machine}.watched_by[0]", "unknown_name")
    }
    assert problems(lambda d: d["lifecycles"]["transfer"].update(copied_when="report")) == {
        (f"{machine}.copied_when", "wrong_type")
    }
    assert problems(lambda d: d["lifecycles"]["transfer"].pop("watched_by")) == {
        (f"{machine}.copied_when", "missing_key")
    }
    assert problems(lambda d: d["lifecycles"]["handoff"].update(watched_by=["fire"])) == {
        ("lifecycles.handoff.watched_by", "unknown_key")
    }


def test_a_campaign_that_says_nothing_of_notices_tells_whoever_a_subject_waits_for() -> None:
    document = deepcopy(_parsed())
    sent = Event("handoff.sent", "handoff", "1", AT, {}, None, "rung")
    back = Event("handoff.handed_back", "handoff", "1", AT, {}, "taken", "declined")
    assert told(read_definition(document), sent, "lab_test") == ()
    assert told(read_definition(document), sent, "dispatch") == (Actor("captain", "receiver"),)
    del document["notices"]
    silent = read_definition(document)
    assert told(silent, sent, "lab_test") == (Actor(WHOEVER_ANSWERS, "receiver"),)
    assert told(silent, back) == (Actor(WHOEVER_ANSWERS, "office"),)
    assert told(silent, Event("lead.renamed", "lead", "1", AT, {}, "looking", "looking")) == ()


def _refusal(*asked: Any) -> Rejected | None:
    try:
        decide(*asked)
    except Rejected as refusal:
        return refusal
    return None


def test_every_refusal_in_every_state_names_what_its_caller_can_do() -> None:
    """All states, steps, roles and relations of all machines: what is possible is exactly what can be done."""
    definition = read_definition(deepcopy(_parsed()))
    relations = ("office", "sender", "receiver", "lead_agency", "holder")
    tried = 0
    for subject, machine in definition.lifecycles.items():
        for state in machine.states:
            for role in definition.roles:
                for relation in relations:
                    actor = ActorFacts(frozenset({role.id}), frozenset({relation, "any"}))
                    facts = {"state": state.id, "resume_state": "looking"}
                    allowed, _ = options(definition, subject, state.id, actor, facts)
                    able = {option.trigger for option in allowed}
                    for step in {t.trigger for t in machine.transitions}:
                        tried += 1
                        refusal = _refusal(definition, subject, state.id, step, actor, facts, AT)
                        assert refusal is not None or step in able
                        assert refusal is None or (set(refusal.possible) == able and refusal.reasons)
    assert tried > 2_000


_JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, -1, 10**13, "", " ", "x" * 70, "office", "system", "@resume", "a@b", [], {}, [{}], {"zh": ""}]
)  # fmt: skip


def _paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*([at] if at else []), *(path for key, item in inside for path in _paths(item, (*at, key)))]


@given(data=st.data())
@settings(max_examples=300)
def test_a_spoiled_definition_is_refused_with_its_places_or_reads(data: st.DataObject) -> None:
    document = deepcopy(_parsed())
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(_paths(document)))
        inner: Any = document
        for key in path[:-1]:
            inner = inner[key]
        if data.draw(st.booleans()):
            del inner[path[-1]]
        else:
            inner[path[-1]] = data.draw(_JUNK)
    assert all(p.code and p.text.zh and p.text.en for p in _found(document))


def test_where_no_state_says_who_it_waits_for_it_is_whoever_may_take_the_first_step_out_of_it() -> None:
    document = deepcopy(_parsed())
    for machine in ("lead", "handoff"):
        for state in document["lifecycles"][machine]["states"]:
            state.pop("waits_for", None)
    definition = read_definition(document)
    waits = {m: {s.id: s.waits_for for s in definition.lifecycles[m].states} for m in ("lead", "handoff")}
    assert waits["lead"] == {
        "heard": ("office",), "looking": ("office",), "homeless": ("office",), "with_detectives": ("lead_agency",),
        "over": (), "folded": (),
    }  # fmt: skip
    assert waits["handoff"] == {
        "rung": ("receiver",), "taken": ("receiver",), "replied": ("sender",), "declined": ("office",),
        "confirmed": (), "cancelled": (),
    }  # fmt: skip
    document["lifecycles"]["handoff"]["states"][2]["waits_for"] = ["office"]
    said = read_definition(document).lifecycles["handoff"]
    assert {s.id: s.waits_for for s in said.states if s.waits_for} == {"replied": ("office",)}
    first = next(t for t in document["lifecycles"]["lead"]["transitions"] if t["trigger"] == "dispatch")
    first["by"] = ["clerk@any", "captain@holder"]
    held = {s.id: s.waits_for for s in read_definition(document).lifecycles["lead"].states}
    assert (held["heard"], held["homeless"]) == (("office",), ("lead_agency",)), (
        "before assignment the office holds"
    )
