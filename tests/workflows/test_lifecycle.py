"""The machines decide, refuse with every reason, and say beforehand exactly what they will do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows import quarry
from workflows import lifecycle
from workflows.campaign import CampaignDefinition, Transition
from workflows.lifecycle import THE_SYSTEM, ActorFacts, decide, options
from workflows.rejection import Rejected

AT = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
OFFICER = ActorFacts(frozenset({"officer"}), frozenset({"lead_agency", "receiver"}))
HEAD = ActorFacts(frozenset({"unit_head"}), frozenset({"lead_agency"}))
CLERK = ActorFacts(frozenset({"office_staff"}), frozenset({"office", "sender"}))
STRANGER = ActorFacts(frozenset({"officer"}), frozenset())


def finishing(**changes: object) -> CampaignDefinition:
    """The campaign with another last step, which nothing fires any more."""

    def change(data: dict[str, Any]) -> None:
        data["reactions"] = []
        data["lifecycles"]["lead"]["transitions"][3].update({"by": ["officer@lead_agency"]} | changes)

    return quarry.altered(change)


def take(state: str, trigger: str, actor: ActorFacts, **facts: object) -> lifecycle.Step:
    named = {name.replace("given_", "given."): value for name, value in facts.items()}
    return decide(quarry.definition(), "lead", state, trigger, actor, named, AT)


def refusal(state: str, trigger: str, actor: ActorFacts, **facts: object) -> Rejected:
    with pytest.raises(Rejected) as caught:
        take(state, trigger, actor, **facts)
    return caught.value


def test_a_step_names_where_it_leads_what_it_writes_and_when() -> None:
    step = take("received", "assign", CLERK, given_lead_agency="water")
    assert (step.from_state, step.to_state, step.event, step.at) == ("received", "checking", "assigned", AT)
    assert step.transition.hands_off == "work"


def test_a_step_out_of_place_says_from_where_it_leaves_and_what_is_possible() -> None:
    rejected = refusal("received", "finish", CLERK)
    assert rejected.kind == "forbidden"
    assert [r.code for r in rejected.reasons] == ["wrong_state", "not_allowed"]
    assert rejected.possible == ("assign",)
    assert "“核查中”" in rejected.reasons[0].text.zh
    assert rejected.reasons[0].hint is not None
    assert "交办" in rejected.reasons[0].hint.zh


def test_a_step_out_of_place_for_one_who_may_take_it_elsewhere_is_a_conflict() -> None:
    rejected = refusal("received", "finish", OFFICER)
    assert (rejected.kind, [r.code for r in rejected.reasons]) == ("conflict", ["wrong_state"])


def test_a_step_nobody_knows_is_missing() -> None:
    rejected = refusal("received", "to_done", CLERK)
    assert (rejected.kind, rejected.reasons[0].code) == ("missing", "unknown_trigger")


@pytest.mark.parametrize("state", ["received", "checking", "waiting", "done"])
def test_the_machine_has_no_steps_of_its_own(state: str) -> None:
    """The library would offer `to_<state>` for every state; ours must not."""
    for target in ("received", "checking", "waiting", "done"):
        assert refusal(state, f"to_{target}", THE_SYSTEM).kind == "missing"


def test_a_refusal_lists_the_caller_the_guard_and_the_input_together() -> None:
    changed = finishing(needs=["reason"])
    with pytest.raises(Rejected) as caught:
        decide(changed, "lead", "checking", "finish", CLERK, {"open_blocking_handoffs": ["水利局"]}, AT)
    assert [r.code for r in caught.value.reasons] == ["not_allowed", "nothing_open", "missing_input"]
    assert caught.value.kind == "forbidden"


def test_a_missing_input_alone_is_invalid_and_named_by_its_place() -> None:
    rejected = refusal("checking", "suspend", HEAD)
    assert rejected.kind == "invalid"
    assert [(r.code, r.field) for r in rejected.reasons] == [("missing_input", "given/reason")]
    assert refusal("checking", "suspend", HEAD, given_reason="").kind == "invalid"


def test_a_guard_that_fails_speaks_in_its_own_words() -> None:
    rejected = refusal("checking", "finish", OFFICER, open_blocking_handoffs=["水利局·水下取证"])
    assert rejected.kind == "conflict"
    (reason,) = rejected.reasons
    assert (reason.code, reason.text.zh) == ("nothing_open", "还有未办结的协作事项：水利局·水下取证")
    assert reason.text.en == "work handed to others is still open: 水利局·水下取证"
    assert reason.hint is not None


def test_what_is_open_is_named_to_those_whose_step_it_is_and_to_nobody_else() -> None:
    """A helper that reads the lead is told that it may not, and not what others are asked."""
    facts = {"open_blocking_handoffs": ["水利局·水下取证"]}
    helper = ActorFacts(frozenset({"officer"}), frozenset({"receiver"}))
    for actor, named in ((OFFICER, True), (helper, False)):
        _, blocked = options(quarry.definition(), "lead", "checking", actor, facts)
        (finish,) = [option for option in blocked if option.trigger == "finish"]
        assert any("水利局" in reason.text.zh for reason in finish.reasons) is named


def test_a_guard_on_an_input_is_invalid_and_waits_for_the_input() -> None:
    guard = {
        "id": "not_unfounded",
        "condition": {"fact": "given.disposition", "not_equals": "unfounded"},
        "reason": {"zh": "不得查否"},
        "source": "policy",
    }
    changed = finishing(needs=["disposition"], takes=[], guards=[guard])
    with pytest.raises(Rejected) as caught:
        decide(changed, "lead", "checking", "finish", OFFICER, {"given.disposition": "unfounded"}, AT)
    assert [(r.code, r.field) for r in caught.value.reasons] == [("not_unfounded", "given/disposition")]
    assert caught.value.kind == "invalid"
    with pytest.raises(Rejected) as caught:
        decide(changed, "lead", "checking", "finish", OFFICER, {}, AT)
    assert [r.code for r in caught.value.reasons] == ["missing_input"]
    assert [o.trigger for o in options(changed, "lead", "checking", OFFICER, {})[0]] == ["finish"]


def test_a_resumed_lead_goes_back_to_the_state_it_left() -> None:
    assert take("waiting", "resume", HEAD, resume_state="checking").to_state == "checking"


@pytest.mark.parametrize("remembered", [None, "received", "done", 3])
def test_nothing_can_be_resumed_that_was_not_remembered(remembered: object) -> None:
    rejected = refusal("waiting", "resume", HEAD, resume_state=remembered)
    assert [r.code for r in rejected.reasons] == ["nothing_to_resume"]
    _, blocked = options(quarry.definition(), "lead", "waiting", HEAD, {"resume_state": remembered})
    assert [r.code for o in blocked for r in o.reasons] == ["nothing_to_resume"]


def test_only_those_named_may_act() -> None:
    assert refusal("checking", "finish", STRANGER).kind == "forbidden"
    assert take("checking", "finish", OFFICER).to_state == "done"
    assert take("checking", "finish", THE_SYSTEM).to_state == "done"
    both = ActorFacts(frozenset({"office_staff"}), frozenset({"lead_agency"}))
    assert refusal("checking", "finish", both).kind == "forbidden", "the right agency in the wrong role"


def test_any_agency_means_any_caller_with_the_role() -> None:
    changed = finishing(by=["officer@any"])
    assert decide(changed, "lead", "checking", "finish", STRANGER, {}, AT).to_state == "done"


def test_a_final_state_is_left_only_by_a_new_round() -> None:
    step = take("done", "reopen", CLERK, given_reason="new facts")
    assert (step.to_state, step.transition.new_round) == ("checking", True)


def test_options_show_what_is_open_and_why_the_rest_is_not() -> None:
    allowed, blocked = options(
        quarry.definition(), "lead", "checking", OFFICER, {"open_blocking_handoffs": ["x"]}
    )
    assert allowed == ()
    assert {o.trigger: [r.code for r in o.reasons] for o in blocked} == {
        "suspend": ["not_allowed"],
        "finish": ["nothing_open"],
    }
    allowed, _ = options(quarry.definition(), "lead", "received", CLERK, {})
    assert [(o.trigger, o.needs, o.takes, o.to_state) for o in allowed] == [
        ("assign", ("lead_agency",), ("assisting",), "checking")
    ]


def test_what_only_the_system_does_is_not_offered() -> None:
    changed = quarry.altered(lambda d: d["lifecycles"]["lead"]["transitions"][3].update(by=["system"]))
    allowed, blocked = options(changed, "lead", "checking", OFFICER, {})
    assert [o.trigger for o in (*allowed, *blocked)] == ["suspend"]
    allowed, _ = options(changed, "lead", "checking", THE_SYSTEM, {})
    assert allowed == ()


def test_words_of_a_definition_are_never_called() -> None:
    """The library imports and calls guards given as dotted paths; ours are values."""

    def change(data: dict[str, Any]) -> None:
        data["lifecycles"]["lead"]["transitions"][3]["guards"][0]["id"] = "builtins_exit"
        data["lifecycles"]["lead"]["transitions"][3]["event"] = "quit"
        data["clocks"][0]["stops_on"] = data["clocks"][1]["stops_on"] = ["lead.quit"]
        data["results"]["columns"][0]["measure"]["moment"] = "quit_at"

    assert decide(quarry.altered(change), "lead", "checking", "finish", OFFICER, {}, AT).event == "quit"


def test_unknown_subjects_and_states_are_errors_of_the_caller() -> None:
    with pytest.raises(KeyError):
        decide(quarry.definition(), "report", "received", "assign", CLERK, {}, AT)
    with pytest.raises(KeyError):
        take("nowhere", "assign", CLERK)
    with pytest.raises(KeyError):
        options(quarry.definition(), "lead", "nowhere", CLERK, {})


def test_the_shared_machine_keeps_no_subject() -> None:
    for _ in range(50):
        take("received", "assign", CLERK, given_lead_agency="water")
    engine = lifecycle._engine(quarry.definition(), "lead")
    assert engine.machine.models == []
    assert engine is lifecycle._engine(quarry.definition(), "lead")


def test_two_definitions_with_the_same_ids_keep_their_own_machines() -> None:
    changed = finishing(by=["unit_head@lead_agency"])
    assert take("checking", "finish", OFFICER).to_state == "done"
    with pytest.raises(Rejected):
        decide(changed, "lead", "checking", "finish", OFFICER, {}, AT)


# -- properties

ROLES = ("office_staff", "officer", "unit_head", "system")
RELATIONS = ("office", "lead_agency", "sender", "receiver", "holder", "system")
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "open_blocking_handoffs": st.lists(st.text(min_size=1, max_size=3), max_size=2),
        "resume_state": st.sampled_from(["received", "checking", "waiting", "done", "", "nowhere"]),
        "lead_state": st.sampled_from(["checking", "done"]),
        "given.reason": st.sampled_from(["", "because", None]),
        "given.lead_agency": st.sampled_from(["water", None]),
        "given.disposition": st.sampled_from(["fined", "unfounded"]),
    },
)
ACTORS = st.builds(
    ActorFacts,
    st.frozensets(st.sampled_from(ROLES), max_size=3),
    st.frozensets(st.sampled_from(RELATIONS), max_size=3),
)
PLACES = st.sampled_from(
    [(s, state.id) for s, m in quarry.definition().lifecycles.items() for state in m.states]
)
TRIGGERS = st.sampled_from(
    [
        *sorted({t.trigger for m in quarry.definition().lifecycles.values() for t in m.transitions}),
        "to_done",
        "x",
    ]
)


def plain_target(
    definition: CampaignDefinition,
    subject: str,
    state: str,
    trigger: str,
    actor: ActorFacts,
    facts: dict[str, object],
) -> str | None:
    """The same rules without any machine: look the step up, ask everything, say where it goes."""
    steps = [
        t for t in definition.lifecycles[subject].transitions if t.trigger == trigger and state in t.sources
    ]
    if len(steps) != 1:
        return None
    (step,) = steps
    may = any(
        a.role in actor.roles and (a.relation == "any" or a.relation in actor.relations) for a in step.by
    )
    given = all(facts.get(f"given.{name}") not in (None, "") for name in step.needs)
    if not may or not given or not all(g.condition.holds(facts) for g in step.guards):
        return None
    if step.to != "@resume":
        return step.to
    entering = [t for t in definition.lifecycles[subject].transitions if t.remembers and t.to == state]
    kept = {source for t in entering for source in t.sources}
    return str(facts["resume_state"]) if facts.get("resume_state") in kept else None


@given(PLACES, TRIGGERS, ACTORS, FACTS)
def test_the_machine_agrees_with_a_plain_table(
    place: tuple[str, str], trigger: str, actor: ActorFacts, facts: dict[str, object]
) -> None:
    definition, (subject, state) = quarry.definition(), place
    try:
        reached: str | None = decide(definition, subject, state, trigger, actor, facts, AT).to_state
    except Rejected as rejected:
        reached = None if rejected.reasons else "refused without a reason"
    assert reached == plain_target(definition, subject, state, trigger, actor, facts)


def _filled(step: Transition, facts: dict[str, object]) -> dict[str, object]:
    return {**facts, **{f"given.{name}": "given" for name in step.needs}}


@given(PLACES, ACTORS, FACTS)
def test_what_is_offered_can_be_done_and_nothing_else(
    place: tuple[str, str], actor: ActorFacts, facts: dict[str, object]
) -> None:
    definition, (subject, state) = quarry.definition(), place
    allowed, blocked = options(definition, subject, state, actor, facts)
    for option in allowed:
        step = decide(
            definition, subject, state, option.trigger, actor, _filled(option.transition, facts), AT
        )
        assert step.to_state == option.to_state
    for option in blocked:
        with pytest.raises(Rejected) as caught:
            decide(definition, subject, state, option.trigger, actor, _filled(option.transition, facts), AT)
        assert caught.value.reasons == option.reasons
        offered = {o.trigger for o in allowed}
        assert offered <= set(caught.value.possible)
