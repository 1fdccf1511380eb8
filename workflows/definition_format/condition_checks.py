"""Checks that a condition can hold at all: one that asks a fact for two things at once bars its step for ever.

Each fact is cut into the cases its comparisons can tell apart, as for decision tables, and the combinations are tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from math import prod

from workflows.campaign import CampaignDefinition
from workflows.conditions import All, Comparison, Condition, FactRef, Not
from workflows.conditions import Any as AnyOf
from workflows.decision_lint import cases_of, mentioned_in
from workflows.definition_format.names import Names
from workflows.definition_format.tables import measured_facts
from workflows.facts import HOLDER_FACTS, FactKind, Scope
from workflows.problem import Problems

_MOST_TRIED = 20_000
"""A condition of more combinations than this is taken to be possible."""


def check_conditions(definition: CampaignDefinition, names: Names, problems: Problems) -> None:
    """This will note every condition that no facts fulfil: of clocks, reactions, reports, measures, and of steps."""
    for path, condition, scope in _conditions(definition, names):
        if not can_hold(condition, scope):
            zh, en = "这个条件自相矛盾，永远不会成立", "the condition contradicts itself and can never hold"
            problems.add(path, "never_holds", zh, en)
    _check_steps(definition, names, problems)


def _conditions(definition: CampaignDefinition, names: Names) -> Iterator[tuple[str, Condition, Scope]]:
    for index, clock in enumerate(definition.clocks):
        if clock.condition is not None:
            yield (
                f"clocks[{index}].condition",
                clock.condition,
                names.scope(clock.subject).with_facts(HOLDER_FACTS),
            )
    for index, reaction in enumerate(definition.reactions):
        if reaction.when is not None:
            yield f"reactions[{index}].when", reaction.when, names.scope(reaction.on.partition(".")[0])
    for report in definition.special_reports:
        if report.when is not None:
            yield f"reports[{report.entry}].when", report.when, names.scope("lead")
    for index, column in enumerate(definition.columns):
        scope = measured_facts(names, column.measure.records) if column.measure is not None else None
        if scope is not None and column.measure is not None and column.measure.where is not None:
            yield f"results.columns[{index}].measure.where", column.measure.where, scope


def _check_steps(definition: CampaignDefinition, names: Names, problems: Problems) -> None:
    """The guards of a step must hold together, in one of the states that it leaves."""
    for subject, machine in definition.lifecycles.items():
        for index, step in enumerate(machine.transitions):
            scope = names.scope(subject).with_facts(names.given(*step.needs, *step.takes))
            scope = Scope(scope.kinds, {**scope.words, f"@state.{subject}": frozenset(step.sources)})
            path = f"lifecycles.{subject}.transitions[{index}].guards"
            alone = [can_hold(guard.condition, scope) for guard in step.guards]
            for place, possible in enumerate(alone):
                if not possible:
                    zh = "这一条件在此步骤所离开的状态下永远不会成立，此步骤无人能办"
                    en = "the condition can never hold in the states this step leaves: nobody could ever take it"
                    problems.add(f"{path}[{place}].condition", "never_holds", zh, en)
            if all(alone) and not can_hold(All(tuple(guard.condition for guard in step.guards)), scope):
                zh = "这些条件互相矛盾，不会同时成立，此步骤无人能办"
                en = "these conditions contradict each other and never hold together: nobody could take the step"
                problems.add(path, "never_holds", zh, en)


def can_hold(condition: Condition, scope: Scope) -> bool:
    """This will say whether some facts fulfil a condition; taken to be so where too many would have to be tried."""
    names = sorted(condition.facts())
    if not names or any(name not in scope.kinds for name in names):
        return True
    mentioned = _mentioned(condition, names)
    cases = [
        cases_of(scope.kinds[name], (*mentioned[name], *_others(scope.kinds[name])), scope) for name in names
    ]
    if prod(map(len, cases)) > _MOST_TRIED:
        return True
    return any(condition.holds(dict(zip(names, facts, strict=True))) for facts in product(*cases))


def _others(kind: FactKind) -> tuple[str, ...]:
    """Words nobody mentioned: a list may hold one, and two texts may differ without being named."""
    return ("①", "②") if kind.type in ("text", "list") else ()


def _mentioned(condition: Condition, names: list[str]) -> Mapping[str, list[object]]:
    """What each fact is compared with; a fact compared with another shares all of its values."""
    found: dict[str, list[object]] = {name: [] for name in names}
    pairs = []
    for part in _comparisons(condition):
        if isinstance(part.value, FactRef):
            pairs.append((part.fact, part.value.name))
        else:
            found[part.fact] += mentioned_in(part)
    for one, other in pairs:
        found[one] = found[other] = [*found[one], *found[other]]
    return found


def _comparisons(condition: Condition) -> Iterator[Comparison]:
    if isinstance(condition, Comparison):
        yield condition
    elif isinstance(condition, Not):
        yield from _comparisons(condition.part)
    elif isinstance(condition, (All, AnyOf)):
        for part in condition.parts:
            yield from _comparisons(part)
