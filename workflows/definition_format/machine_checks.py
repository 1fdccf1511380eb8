"""Checks of the machines as graphs: every state reached and left, every step taken by somebody, every stop possible."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workflows.campaign import Actor, CampaignDefinition, Clock, Lifecycle, Transition
from workflows.coordination import CANCELLED, CONFIRMED
from workflows.definition_format.machines import RESUME
from workflows.definition_format.names import BIRTHS
from workflows.problem import Problems
from workflows.transfer import SENT

SYSTEM = Actor("system", "system")
# The engine asks for these states by name: a handoff in one of them is no longer waited for.
REQUIRED_FINALS: Mapping[str, tuple[str, ...]] = {"handoff": (CONFIRMED, CANCELLED)}
REQUIRED_STATES: Mapping[str, tuple[str, ...]] = {"transfer": (SENT,)}
"""States the engine knows by name: until a transfer is `sent` its receiver may not know of it."""


class Graph:
    """The steps of one machine as edges between its states."""

    def __init__(self, machine: Lifecycle) -> None:
        self.machine = machine
        self.states = [state.id for state in machine.states if state.id]
        self.finals = {state.id for state in machine.states if state.kind == "final"}
        self.after: dict[str, set[str]] = {state: set() for state in self.states}
        for transition in machine.transitions:
            for source in transition.sources:
                if source in self.after:
                    self.after[source] |= self.targets(transition)

    def targets(self, transition: Transition) -> set[str]:
        """This will give the states a step can lead to."""
        return {state for state in self.machine.targets(transition) if state in self.after}

    def reached(self, start: Iterable[str]) -> set[str]:
        """This will give every state that can follow, the first ones included."""
        seen, waiting = set(), [state for state in start if state in self.after]
        while waiting:
            state = waiting.pop()
            if state not in seen:
                seen.add(state)
                waiting.extend(self.after[state] - seen)
        return seen


def check_machines(definition: CampaignDefinition, problems: Problems) -> None:
    """This will note what no machine may be, in every machine."""
    for subject, machine in definition.lifecycles.items():
        path = f"lifecycles.{subject}"
        _check_states(Graph(machine), path, problems)
        _check_finals(machine, path, problems)
        _check_resume(machine, path, problems)
        for index, transition in enumerate(machine.transitions):
            _check_fired(definition, machine, transition, f"{path}.transitions[{index}]", problems)
    _check_leading(definition, problems)
    _check_reactions(definition, problems)
    graphs = {subject: Graph(machine) for subject, machine in definition.lifecycles.items()}
    for index, clock in enumerate(definition.clocks):
        if clock.subject in graphs and clock.stops_on:
            _check_stop(graphs[clock.subject], clock, f"clocks[{index}]", problems)


def _check_states(graph: Graph, path: str, problems: Problems) -> None:
    reached = graph.reached([graph.machine.initial])
    for index, state in enumerate(graph.states):
        where = f"{path}.states[{index}]"
        if graph.machine.initial in graph.after and state not in reached:
            zh, en = f"状态 {state} 无法到达", f"nothing ever leads to the state {state!r}"
            problems.add(where, "unreachable", zh, en)
        if state not in graph.finals and not graph.reached([state]) & graph.finals:
            zh, en = f"状态 {state} 永远到不了终结状态", f"no final state can follow {state!r}: a trap"
            problems.add(where, "trap", zh, en)


def _check_finals(machine: Lifecycle, path: str, problems: Problems) -> None:
    finals = {state.id for state in machine.states if state.kind == "final"}
    for index, transition in enumerate(machine.transitions):
        leaving = finals.intersection(transition.sources)
        if leaving and not transition.new_round and transition.to != "@resume":
            state = min(leaving)
            zh = f"终结状态 {state} 只能由 new_round 步骤离开，或以 @resume 步骤回到原处"
            en = f"only a step with new_round, or one back to @resume, may leave the final state {state!r}"
            problems.add(f"{path}.transitions[{index}].from", "leaves_final", zh, en)
    for state in REQUIRED_STATES.get(machine.subject, ()):
        if state not in {known.id for known in machine.states}:
            zh, en = f"须有状态 {state}", f"there must be a state {state!r}"
            problems.add(f"{path}.states", "missing_state", zh, en)
    known = REQUIRED_FINALS.get(machine.subject)
    for index, one in enumerate(machine.states):
        if known is not None and one.kind == "final" and one.id not in known:
            zh = f"终结状态只能是 {'、'.join(known)}：其余状态都算未办结"
            en = f"only {' and '.join(known)} may be final: in every other state it counts as open"
            problems.add(f"{path}.states[{index}].kind", "not_here", zh, en)
    for state in REQUIRED_FINALS.get(machine.subject, ()):
        if state not in finals:
            zh, en = f"须有终结状态 {state}", f"there must be a final state {state!r}"
            problems.add(f"{path}.states", "missing_state", zh, en)


def _check_resume(machine: Lifecycle, path: str, problems: Problems) -> None:
    back = [i for i, t in enumerate(machine.transitions) if t.to == RESUME]
    kept = [i for i, t in enumerate(machine.transitions) if t.remembers]
    if back and not kept:
        zh, en = "没有 remembers 的步骤，无从恢复", "no step remembers a state to go back to"
        problems.add(f"{path}.transitions[{back[0]}].to", "nothing_to_resume", zh, en)
    if kept and not back:
        zh, en = "没有步骤回到所记住的状态", "no step goes back to the state remembered"
        problems.add(f"{path}.transitions[{kept[0]}].remembers", "never_resumed", zh, en)


def _check_fired(
    definition: CampaignDefinition, machine: Lifecycle, transition: Transition, path: str, problems: Problems
) -> None:
    if not transition.by or any(actor != SYSTEM for actor in transition.by):
        return
    if not any(r.subject == machine.subject and r.fire == transition.trigger for r in definition.reactions):
        zh, en = (
            "只由系统办理，却没有联动触发它",
            "only the system may take this step, and no reaction fires it",
        )
        problems.add(f"{path}.by", "never_fired", zh, en)


def _check_leading(definition: CampaignDefinition, problems: Problems) -> None:
    """Where no step makes an agency lead the lead, a step that only its lead agency may take is for nobody."""
    machine = definition.lifecycles.get("lead")
    if machine is None or any("lead_agency" in transition.sets for transition in machine.transitions):
        return
    for index, transition in enumerate(machine.transitions):
        if transition.by and all(actor.relation == "lead_agency" for actor in transition.by):
            written = 'sets = { lead_agency = "given.lead_agency" }'
            zh = f"只由承办单位办理，却没有步骤确定承办单位；在交出线索的步骤写 {written}"
            en = f"only for the lead agency, and no step names one: write {written} where the lead is handed on"
            problems.add(f"lifecycles.lead.transitions[{index}].by", "nobody_leads", zh, en)


def _check_reactions(definition: CampaignDefinition, problems: Problems) -> None:
    for index, reaction in enumerate(definition.reactions):
        machine = definition.lifecycles.get(reaction.subject)
        steps = [] if machine is None else [t for t in machine.transitions if t.trigger == reaction.fire]
        path = f"reactions[{index}].fire"
        if steps and not any(SYSTEM in t.by for t in steps):
            zh, en = "该步骤不许系统办理", "the step does not allow `system` to take it"
            problems.add(path, "system_not_allowed", zh, en)
        needs = sorted({field for t in steps for field in t.needs if SYSTEM in t.by})
        given = _given_with(definition, reaction.on)
        for field in needs:
            if field not in given:
                zh = f"联动的步骤须填 {field}，而 {reaction.on} 不带这一项"
                en = f"the step needs {field!r}, which no step behind {reaction.on} is given"
                problems.add(path, "missing_input", zh, en)


def _given_with(definition: CampaignDefinition, event: str) -> set[str]:
    """The inputs that steps with this event may carry on to the steps they set off."""
    subject, _, name = event.partition(":")[0].partition(".")
    machine = definition.lifecycles.get(subject)
    steps = () if machine is None else (t for t in machine.transitions if t.event == name)
    return {field for t in steps for field in (*t.needs, *t.takes)}


def _check_stop(graph: Graph, clock: Clock, path: str, problems: Problems) -> None:
    """A stop within the clock's own machine must be able to come after each start of it."""
    stops = (*clock.stops_on, *clock.ends_on)
    inside = {kind.partition(":")[0] for kind in stops if kind.startswith(f"{clock.subject}.")}
    if any(not kind.startswith(f"{clock.subject}.") for kind in stops):
        return
    for start in clock.starts_on:
        reached = graph.reached(_states_after(graph, start.partition(":")[0]))
        steps = (t for t in graph.machine.transitions if not reached.isdisjoint(t.sources))
        possible = {f"{clock.subject}.{t.event}" for t in steps}
        if reached and not possible & inside:
            zh = f"自 {start} 起算后，不会再发生任何停止事件"
            en = f"after {start} none of the events that stop the clock can happen any more"
            problems.add(f"{path}.stops_on", "never_stops", zh, en)


def _states_after(graph: Graph, kind: str) -> set[str]:
    subject = graph.machine.subject
    if kind == BIRTHS.get(subject):
        return {graph.machine.initial}
    steps = (t for t in graph.machine.transitions if f"{subject}.{t.event}" == kind)
    return {state for t in steps for state in graph.targets(t)}
