"""The machines at work: may this caller take this step now, where does it lead, and if not, why not.

Built on `transitions`: one shared machine per lifecycle and never a registered model. The machine is handed a
throw-away attempt and our own callables; no word of a definition is ever given to it to be looked up or called.
`decide` raises `Rejected` with every reason that applies; `options` tells the same beforehand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from transitions import EventData, Machine

from workflows.campaign import Actor, CampaignDefinition, Guard, Lifecycle, Transition
from workflows.comparison import is_empty
from workflows.conditions import Facts
from workflows.rejection import Reason, Rejected
from workflows.step_words import (
    missing_input,
    naming,
    no_such_trigger,
    not_allowed,
    not_from_here,
    nothing_to_resume,
)
from workflows.text import Text

RESUME = "@resume"
SYSTEM = Actor("system", "system")
_GIVEN = "given."


@dataclass(frozen=True, slots=True)
class ActorFacts:
    """Who is asking: the roles held, and how the caller's agency stands to the subject ("any" goes without saying)."""

    roles: frozenset[str]
    relations: frozenset[str]

    def stands_by(self, actors: tuple[Actor, ...]) -> bool:
        """This will say whether the caller is one of those who may act by where its agency stands, not as anybody."""
        return any(
            a.relation != "any" and a.relation in self.relations and a.role in self.roles for a in actors
        )

    def is_one_of(self, actors: tuple[Actor, ...]) -> bool:
        """This will say whether the caller is one of those who may act."""
        for actor in actors:  # noqa: SIM110  every step of every lead passes here; a generator costs twice as much
            if actor.role in self.roles and (actor.relation == "any" or actor.relation in self.relations):
                return True
        return False


THE_SYSTEM = ActorFacts(frozenset({SYSTEM.role}), frozenset({SYSTEM.relation}))


@dataclass(frozen=True, slots=True)
class Step:
    """A step that is taken: what it is, from where to where, the event it writes, and when (aware)."""

    transition: Transition
    from_state: str
    to_state: str
    event: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Option:
    """A step that leaves the present state. Without `reasons` the caller may take it; with them, they say why not."""

    transition: Transition
    to_state: str
    reasons: tuple[Reason, ...] = ()

    @property
    def trigger(self) -> str:
        """The name to send."""
        return self.transition.trigger

    @property
    def name(self) -> Text:
        """The words on the button."""
        return self.transition.name

    @property
    def needs(self) -> tuple[str, ...]:
        """The fields that must be given."""
        return self.transition.needs

    @property
    def takes(self) -> tuple[str, ...]:
        """The fields that may be given."""
        return self.transition.takes


@dataclass(frozen=True, slots=True)
class _Objections:
    """Why a step is refused, by what has to change: the caller, the subject or the inputs."""

    caller: tuple[Reason, ...] = ()
    subject: tuple[Reason, ...] = ()
    inputs: tuple[Reason, ...] = ()

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return self.caller + self.subject + self.inputs

    @property
    def kind(self) -> str:
        return "forbidden" if self.caller else "conflict" if self.subject else "invalid"


_NONE = _Objections()


@dataclass(slots=True)
class _Attempt:
    """What the machine sees instead of a subject: thrown away after one trigger."""

    state: str
    actor: ActorFacts
    facts: Facts
    objections: _Objections = _NONE


@dataclass(frozen=True, slots=True)
class _InputGuard:
    guard: Guard
    given: frozenset[str]

    def reason(self) -> Reason:
        field = min(self.given).replace(".", "/") if len(self.given) == 1 else None
        return Reason(self.guard.id, self.guard.reason, field, self.guard.hint, self.guard.source)


@dataclass(frozen=True, slots=True)
class _Gate:
    """A transition made ready: what stands in its way is found in one pass, its refusals are already in words."""

    definition: CampaignDefinition
    subject: str
    transition: Transition
    not_allowed: Reason
    needs: tuple[tuple[str, Reason], ...]
    guards: tuple[Guard, ...]
    input_guards: tuple[_InputGuard, ...]
    resumable: frozenset[str]

    def target(self, facts: Facts) -> str | None:
        """The state the step leads to; None where it goes back and nothing is remembered."""
        if self.transition.to != RESUME:
            return self.transition.to
        remembered = facts.get("resume_state")
        return remembered if isinstance(remembered, str) and remembered in self.resumable else None

    def way(self, actor: ActorFacts, facts: Facts) -> str | None:
        """Where the step leads when nothing at all stands in the way: the common case, without looking for words."""
        target = self.target(facts)
        if target is None or not actor.is_one_of(self.transition.by):
            return None
        for fact, _ in self.needs:
            if is_empty(facts.get(fact)):
                return None
        for guard in self.transition.guards:
            if guard.condition.holds(facts) is not True:
                return None
        return target

    def before_inputs(self, actor: ActorFacts, facts: Facts) -> _Objections:
        """What stands in the way whatever is given; those whose step it is are told what it is by name."""
        barring = [g for g in self.guards if g.condition.holds(facts) is not True]
        named = bool(barring) and actor.stands_by(self.transition.by)
        failed = tuple(
            Reason(
                g.id,
                naming(self.definition, self.subject, g, facts) if named else g.reason,
                None,
                g.hint,
                g.source,
            )
            for g in barring
        )
        if self.target(facts) is None:
            failed = (nothing_to_resume(), *failed)
        allowed = actor.is_one_of(self.transition.by)
        return (
            _NONE if allowed and not failed else _Objections(() if allowed else (self.not_allowed,), failed)
        )

    def objections(self, actor: ActorFacts, facts: Facts) -> _Objections:
        """Everything that stands in the way. A guard on an input that is wanting anyway is not named as well."""
        found = self.before_inputs(actor, facts)
        wanting = {fact for fact, _ in self.needs if is_empty(facts.get(fact))}
        inputs = [reason for fact, reason in self.needs if fact in wanting]
        for rule in self.input_guards:
            if not (rule.given & wanting) and rule.guard.condition.holds(facts) is not True:
                inputs.append(rule.reason())
        return _Objections(found.caller, found.subject, tuple(inputs)) if inputs else found


@dataclass(frozen=True, slots=True)
class _Passage:
    """The condition the machine calls: it passes when nothing stands in the way and the step leads to `target`."""

    gate: _Gate
    target: str

    def __call__(self, event: EventData) -> bool:
        attempt = cast("_Attempt", event.model)
        way = self.gate.way(attempt.actor, attempt.facts)
        if way is None:
            attempt.objections = self.gate.objections(attempt.actor, attempt.facts)
        return way == self.target


@dataclass(frozen=True, slots=True)
class _Engine:
    """A lifecycle with its machine, and the definition it was built from."""

    definition: CampaignDefinition
    lifecycle: Lifecycle
    machine: Machine
    leaving: Mapping[str, Mapping[str, _Gate]]


def decide(
    definition: CampaignDefinition,
    subject: str,
    state: str,
    trigger: str,
    actor: ActorFacts,
    facts: Facts,
    at: datetime,
) -> Step:
    """This will say where `trigger` leads from `state` for this caller and these facts, at the moment `at` (aware).

    Inputs stand among the facts as `given.<field>`. Raises Rejected with every reason that applies: kind "missing"
    for a trigger the machine does not have, "forbidden" when the caller may not take the step, "invalid" when only
    inputs are in the way, else "conflict"; `possible` names the triggers the caller may use now. Raises KeyError for a
    subject or state the definition does not have.
    """
    engine = _engine(definition, subject)
    gate = engine.leaving[state].get(trigger)
    if gate is None:
        raise _out_of_place(engine, state, trigger, actor, facts)
    attempt = _Attempt(state, actor, facts)
    if engine.machine.events[trigger].trigger(attempt):
        return Step(gate.transition, state, attempt.state, gate.transition.event, at)
    refused = attempt.objections
    possible = tuple(t.trigger for t in _allowed(engine, state, actor, facts))
    raise Rejected(*refused.reasons, kind=refused.kind, possible=possible)


def options(
    definition: CampaignDefinition, subject: str, state: str, actor: ActorFacts, facts: Facts
) -> tuple[tuple[Option, ...], tuple[Option, ...]]:
    """This will list the steps that leave `state`: those the caller may take, and the others with every reason.

    Inputs are not yet given here: what a step needs is listed with it, and guards on `given.*` wait for `decide`.
    Steps that only the system takes are not listed. Raises KeyError for an unknown subject or state.
    """
    allowed: list[Option] = []
    blocked: list[Option] = []
    for gate in _engine(definition, subject).leaving[state].values():
        if all(by == SYSTEM for by in gate.transition.by):
            continue
        reasons = gate.before_inputs(actor, facts).reasons
        option = Option(gate.transition, gate.target(facts) or gate.transition.to, reasons)
        (blocked if reasons else allowed).append(option)
    return tuple(allowed), tuple(blocked)


def _allowed(engine: _Engine, state: str, actor: ActorFacts, facts: Facts) -> tuple[Transition, ...]:
    gates = engine.leaving[state].values()
    return tuple(gate.transition for gate in gates if gate.before_inputs(actor, facts) is _NONE)


def _out_of_place(engine: _Engine, state: str, trigger: str, actor: ActorFacts, facts: Facts) -> Rejected:
    """The refusal of a step that does not leave this state; who may not take it anywhere is told that too."""
    possible = _allowed(engine, state, actor, facts)
    names = tuple(t.trigger for t in possible)
    elsewhere = [t for t in engine.lifecycle.transitions if t.trigger == trigger]
    if not elsewhere:
        return Rejected(no_such_trigger(engine.lifecycle, trigger), kind="missing", possible=names)
    reasons = [not_from_here(engine.lifecycle, state, trigger, possible)]
    stranger = not any(actor.is_one_of(t.by) for t in elsewhere)
    if stranger:
        reasons += [not_allowed(engine.definition, t) for t in elsewhere]
    return Rejected(*reasons, kind="forbidden" if stranger else "conflict", possible=names)


_ENGINES: dict[tuple[int, str], _Engine] = {}
_KEPT = 64


def _engine(definition: CampaignDefinition, subject: str) -> _Engine:
    """One engine for each lifecycle of each definition object in use; the engine holds the object its key names."""
    key = (id(definition), subject)
    engine = _ENGINES.get(key)
    if engine is None:
        if len(_ENGINES) >= _KEPT:
            _ENGINES.clear()
        engine = _ENGINES[key] = _build(definition, definition.lifecycles[subject])
    return engine


def _build(definition: CampaignDefinition, lifecycle: Lifecycle) -> _Engine:
    states = [state.id for state in lifecycle.states]
    machine = Machine(
        model=None,
        states=states,
        initial=lifecycle.initial,
        auto_transitions=False,
        send_event=True,
        queued=False,
    )
    leaving: dict[str, dict[str, _Gate]] = {state: {} for state in states}
    for transition in lifecycle.transitions:
        targets = lifecycle.targets(transition)
        gate = _gate(definition, lifecycle.subject, transition, frozenset(targets))
        for target in targets:
            passage = _Passage(gate, target)
            machine.add_transition(transition.trigger, list(transition.sources), target, conditions=[passage])
        for source in transition.sources:
            leaving[source][transition.trigger] = gate
    return _Engine(definition, lifecycle, machine, leaving)


def _gate(
    definition: CampaignDefinition, subject: str, transition: Transition, resumable: frozenset[str]
) -> _Gate:
    plain, with_inputs = [], []
    for guard in transition.guards:
        given = frozenset(fact for fact in guard.condition.facts() if fact.startswith(_GIVEN))
        if given:
            with_inputs.append(_InputGuard(guard, given))
        else:
            plain.append(guard)
    return _Gate(
        definition,
        subject,
        transition,
        not_allowed(definition, transition),
        tuple((_GIVEN + field, missing_input(definition, field)) for field in transition.needs),
        tuple(plain),
        tuple(with_inputs),
        resumable,
    )
