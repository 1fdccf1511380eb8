"""Checks that nothing is promised to nobody: work somebody takes, rungs that reach a person, reports somebody owes.

Each of these would load and run, and be silent for ever: nobody would hear of the lateness, nobody could be asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflows.campaign import CampaignDefinition, Reaction, Transition
from workflows.lifecycle import RESUME, SYSTEM
from workflows.problem import Problems

_ASKED = frozenset({"office", "sender", "receiver", "holder", "any"})
STANDING: Mapping[str, frozenset[str]] = {
    "lead": frozenset({"office", "lead_agency", "holder", "any"}),
    "handoff": _ASKED,
    "transfer": _ASKED,
    "order": _ASKED,
    "report": frozenset({"office", "receiver", "holder", "any"}),
}
"""Who stands in which relation to the subject of a clock when one of its rungs comes."""

_MOST_ROUNDS = 2_000


def check_reach(definition: CampaignDefinition, problems: Problems) -> None:
    """This will note what would come to nobody, and reactions that set each other off for ever."""
    _check_partners(definition, problems)
    _check_rungs(definition, problems)
    _check_signatures(definition, problems)
    _check_reporting(definition, problems)
    _check_circles(definition, problems)


def _check_partners(definition: CampaignDefinition, problems: Problems) -> None:
    types = {agency.type for agency in definition.agencies}
    for index, kind in enumerate(definition.coordination):
        if kind.partners and types.isdisjoint(kind.partners):
            zh = f"没有一个单位属于 {'、'.join(kind.partners)}，这类事项无人可办"
            en = f"no agency is of type {' or '.join(kind.partners)}: work of this kind could never be asked"
            problems.add(f"coordination[{index}].partners", "nobody_takes", zh, en)
    if "transfer" in definition.lifecycles and not definition.transfer_receivers:
        zh = '有移送的状态机，却没有单位接收移送；写一种 carried_by = "transfer" 的协作事项'
        en = 'transfers have a machine and no receiver: write a kind of work with carried_by = "transfer"'
        problems.add("lifecycles.transfer", "nobody_takes", zh, en)


def _check_rungs(definition: CampaignDefinition, problems: Problems) -> None:
    """A target whose relation nobody can have to the subject of a clock is passed over when the rung comes."""
    places = {ladder.id: index for index, ladder in enumerate(definition.ladders)}
    for index, clock in enumerate(definition.clocks):
        if clock.ladder not in places:
            continue
        for number, rung in enumerate(definition.ladder(clock.ladder).rungs):
            if rung.to and all(target.relation not in STANDING[clock.subject] for target in rung.to):
                known = ", ".join(sorted(STANDING[clock.subject]))
                zh = f"clocks[{index}]（{clock.subject}）用此阶梯，这一级却通知不到任何人；可用关系：{known}"
                en = f"clocks[{index}] ({clock.subject}) climbs this ladder, and this rung tells nobody; use: {known}"
                path = f"ladders[{places[clock.ladder]}].rungs[{number}].to"
                problems.add(path, "never_told", zh, en)


def _check_signatures(definition: CampaignDefinition, problems: Problems) -> None:
    if "order" in definition.lifecycles:
        return
    for index, ladder in enumerate(definition.ladders):
        for number, rung in enumerate(ladder.rungs):
            if rung.signature:
                zh, en = (
                    "没有督办单的状态机（lifecycles.order），无从签发",
                    "nothing is signed without lifecycles.order",
                )
                problems.add(f"ladders[{index}].rungs[{number}].signature", "missing_machine", zh, en)


def _check_reporting(definition: CampaignDefinition, problems: Problems) -> None:
    owing = [(index, agency) for index, agency in enumerate(definition.agencies) if agency.reports]
    if definition.reports and not owing:
        zh, en = (
            "没有一个单位 reports = true，无人报送",
            "no agency has reports = true: nobody would owe them",
        )
        problems.add("reports", "nobody_reports", zh, en)
    for index, agency in owing:
        first, last = agency.reports_from, agency.reports_to
        due = (rule.due_on for rule in definition.reports)
        if (first or last) and not any((first or day) <= day <= (last or day) for day in due):
            zh, en = "这些日子里没有应报的报告", "no report is due between these days"
            problems.add(f"agencies[{index}].reports_{'from' if first else 'to'}", "nothing_due", zh, en)


def _check_circles(definition: CampaignDefinition, problems: Problems) -> None:
    """Reactions without a condition that lead back to where they began: the step behind them could never be taken."""
    for index, reaction in enumerate(definition.reactions):
        if reaction.when is None and _comes_round(definition, reaction):
            zh = f"{reaction.on} 引起的联动又回到自身，循环不止；给其中一条写上 when，或改换去向"
            en = f"what {reaction.on} sets off leads back to itself for ever; give one of them a `when`"
            problems.add(f"reactions[{index}]", "circular", zh, en)


_States = frozenset[tuple[str, str]]
_Taken = tuple[str, str, str, _States]
"""A step by subject, trigger and where it led, with the states in which it left each subject."""


def _comes_round(definition: CampaignDefinition, first: Reaction) -> bool:
    """Follow the steps the system takes, with the state each leaves its subject in, until one comes again."""
    waiting = [(first, step, _States(), frozenset[_Taken]()) for step in _fired(definition, first, {})]
    for _ in range(_MOST_ROUNDS):
        if not waiting:
            return False
        reaction, step, held, met = waiting.pop()
        states = {**dict(held), reaction.subject: step.to if step.to != RESUME else ""}
        left = _States(states.items())
        taken = (reaction.subject, step.trigger, step.to, left)
        if taken in met:
            return True
        for following in definition.reactions:
            kind = following.on.partition(":")[0]
            if following.when is None and kind == f"{reaction.subject}.{step.event}":
                after = _fired(definition, following, states)
                waiting += [(following, one, left, met | {taken}) for one in after]
    return False


def _fired(
    definition: CampaignDefinition, reaction: Reaction, states: Mapping[str, str]
) -> Iterator[Transition]:
    machine = definition.lifecycles.get(reaction.subject)
    at = states.get(reaction.subject)
    for step in machine.transitions if machine is not None else ():
        if step.trigger == reaction.fire and SYSTEM in step.by and (not at or at in step.sources):
            yield step
