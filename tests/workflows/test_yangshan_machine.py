"""The machine of a lead in the campaign of 2017: every state with every trigger, against the table of the design."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import workflows
from workflows.campaign import CampaignDefinition, Transition
from workflows.definition_format import parse_toml, read_definition
from workflows.lifecycle import RESUME, SYSTEM, ActorFacts, decide, options
from workflows.rejection import Rejected

FILE = Path(workflows.__file__).parent / "campaigns" / "yangshan-ivory-2017" / "definition.toml"
AT = datetime(2017, 9, 1, 9, 0, tzinfo=UTC)

# trigger: the states it leaves, and where it leads. Whatever is not here must be refused as out of place.
LEAD: dict[str, tuple[set[str], str]] = {
    "accept": ({"received", "returned"}, "verifying"),
    "designate": ({"returned", "verifying"}, "verifying"),
    "return_lead": ({"verifying"}, "returned"),
    "undo_accept": ({"verifying"}, "received"),
    "undo_reassign": ({"verifying"}, "returned"),
    "recall_lead": ({"verifying"}, "returned"),
    "reject": ({"received", "verifying"}, "rejected"),
    "reject_real_name": ({"received", "verifying"}, "rejected"),
    "merge": ({"received", "verifying", "verified", "investigating"}, "merged"),
    "unmerge": ({"merged"}, RESUME),
    "verify": ({"verifying"}, "verified"),
    "refute": ({"verifying"}, "investigated"),
    "file_case": ({"verified"}, "investigating"),
    "file_criminal": ({"verified", "investigating"}, "investigated"),
    "decline_filing": ({"verified"}, "investigated"),
    "conclude": ({"investigating"}, "investigated"),
    "reopen_investigation": ({"investigated"}, "investigating"),
    "reopen_verification": ({"investigated"}, "verifying"),
    "close": ({"investigated"}, "closed"),
    "reopen": ({"closed", "rejected", "merged"}, "verifying"),
    "transfer_police": ({"verifying", "verified", "investigating", "investigated"}, "transferred"),
    "police_filed": (
        {"transferred", "verifying", "verified", "investigating", "investigated"},
        "investigated",
    ),
    "police_not_filed": ({"transferred"}, RESUME),
    "refer": ({"verifying", "verified", "investigating"}, "referred"),
    "refer_accepted": ({"referred"}, "investigated"),
    "refer_refused": ({"referred"}, RESUME),
    "suspend": ({"verifying", "verified", "investigating"}, "suspended"),
    "resume": ({"suspended"}, RESUME),
}
STATES = (
    "received", "verifying", "verified", "investigating", "investigated", "closed", "returned", "suspended",
    "transferred", "referred", "rejected", "merged",
)  # fmt: skip
SUBJECTS = ("lead", "handoff", "transfer", "order")


@cache
def campaign() -> CampaignDefinition:
    return read_definition(parse_toml(FILE.read_bytes()))


def everybody() -> ActorFacts:
    """Somebody who is everything at once, so that only states and facts decide."""
    roles = frozenset(role.id for role in campaign().roles) | {"system"}
    return ActorFacts(roles, frozenset({"office", "lead_agency", "sender", "receiver", "holder", "system"}))


def test_the_machine_has_exactly_the_states_and_steps_of_the_design() -> None:
    machine = campaign().lifecycles["lead"]
    assert {state.id for state in machine.states} == set(STATES)
    assert {t.trigger for t in machine.transitions} == set(LEAD)
    assert {s.id for s in machine.states if s.kind == "final"} == {"closed", "rejected", "merged"}


@pytest.mark.parametrize(("state", "trigger"), list(product(STATES, LEAD)))
def test_each_trigger_in_each_state_does_what_the_design_says(state: str, trigger: str) -> None:
    sources, to = LEAD[trigger]
    step = campaign().lifecycles["lead"].transition(trigger, state)
    assert (step is not None) is (state in sources)
    if step is not None:
        assert step.to == to
        return
    with pytest.raises(Rejected) as caught:
        decide(campaign(), "lead", state, trigger, everybody(), {}, AT)
    assert [reason.code for reason in caught.value.reasons] == ["wrong_state"]
    assert trigger not in caught.value.possible


@pytest.mark.parametrize("subject", SUBJECTS)
def test_no_guard_speaks_without_a_sentence_in_two_languages(subject: str) -> None:
    guards = [g for t in campaign().lifecycles[subject].transitions for g in t.guards]
    assert all(g.reason.zh and g.reason.en and g.source for g in guards)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_step_can_be_taken_by_somebody(subject: str) -> None:
    roles = {role.id for role in campaign().roles}
    for step in campaign().lifecycles[subject].transitions:
        assert all(actor == SYSTEM or actor.role in roles for actor in step.by)


def test_a_suspended_lead_resumes_only_where_a_lead_can_be_suspended() -> None:
    machine = campaign().lifecycles["lead"]
    resume = machine.transition("resume", "suspended")
    assert resume is not None
    assert machine.targets(resume) == ("verifying", "verified", "investigating")
    given_reason = {"given.reason": "appraisal came in"}
    for state in STATES:
        facts = {**given_reason, "resume_state": state}
        if state in ("verifying", "verified", "investigating"):
            assert decide(campaign(), "lead", "suspended", "resume", everybody(), facts, AT).to_state == state
        else:
            with pytest.raises(Rejected):
                decide(campaign(), "lead", "suspended", "resume", everybody(), facts, AT)


# -- the same answers beforehand and when it counts

VALUES = st.one_of(
    st.booleans(),
    st.integers(0, 3),
    st.lists(st.sampled_from(["甲", "transfer_letter", "seizure"]), max_size=2),
    st.sampled_from([*STATES, "fined", "sent", "anonymous", "real_name", "ivory", "public_security", ""]),
    st.none(),
)


@cache
def fact_names(subject: str) -> tuple[str, ...]:
    steps = campaign().lifecycles[subject].transitions
    named = {fact for t in steps for g in t.guards for fact in g.condition.facts()}
    return tuple(sorted({fact for fact in named if not fact.startswith("given.")} | {"resume_state"}))


@st.composite
def situations(draw: st.DrawFn) -> tuple[str, str, ActorFacts, dict[str, object]]:
    subject = draw(st.sampled_from(SUBJECTS))
    state = draw(st.sampled_from([s.id for s in campaign().lifecycles[subject].states]))
    facts: dict[str, object] = {name: draw(VALUES) for name in fact_names(subject) if draw(st.booleans())}
    roles = draw(st.frozensets(st.sampled_from([role.id for role in campaign().roles]), max_size=3))
    relations = draw(
        st.frozensets(st.sampled_from(["office", "lead_agency", "sender", "receiver", "holder"]))
    )
    return subject, state, draw(st.sampled_from([everybody(), ActorFacts(roles, relations)])), facts


def _filled(step: Transition, facts: dict[str, object]) -> dict[str, object]:
    return {**facts, **{f"given.{name}": "given" for name in step.needs}}


@given(situations())
def test_what_is_offered_can_be_done_and_what_is_blocked_cannot(
    situation: tuple[str, str, ActorFacts, dict[str, object]],
) -> None:
    """Only guards on inputs may still say no to what was offered; they answer as a matter of input."""
    subject, state, actor, facts = situation
    allowed, blocked = options(campaign(), subject, state, actor, facts)
    for option in allowed:
        try:
            step = decide(
                campaign(), subject, state, option.trigger, actor, _filled(option.transition, facts), AT
            )
        except Rejected as rejected:
            assert rejected.kind == "invalid"  # noqa: PT017  both outcomes are right, each in its way
        else:
            assert step.to_state == option.to_state
    for option in blocked:
        with pytest.raises(Rejected) as caught:
            decide(campaign(), subject, state, option.trigger, actor, _filled(option.transition, facts), AT)
        assert set(option.reasons) <= set(caught.value.reasons)
        assert {o.trigger for o in allowed} <= set(caught.value.possible)


@given(situations())
def test_no_step_leads_out_of_the_machine(situation: tuple[str, str, ActorFacts, dict[str, object]]) -> None:
    subject, state, actor, facts = situation
    states = {s.id for s in campaign().lifecycles[subject].states}
    for step in campaign().lifecycles[subject].transitions:
        if state in step.sources:
            try:
                taken = decide(campaign(), subject, state, step.trigger, actor, _filled(step, facts), AT)
            except Rejected:
                continue
            assert taken.to_state in states
