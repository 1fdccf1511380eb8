"""Plays one scenario: an exercise of its own, a cast of invented people, each step in its order, each expectation after it.

Nothing is skipped: a step that should be refused and is not, one that is refused and should not be, and whatever is
not as expected are all told, each with its place in the file.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from services.cli.scenarios.checks import check
from services.cli.scenarios.stage import Stage
from shared.application import queries
from shared.bootstrap import System
from workflows import commands
from workflows.campaign import CampaignDefinition
from workflows.commands import Caller, Command, Intake, system_caller
from workflows.guarded import OpenIdentity
from workflows.linking import LinkLeads
from workflows.rejection import Rejected
from workflows.reporter import Reporter
from workflows.scenario import Scenario, Step


@dataclass(frozen=True, slots=True)
class Failure:
    """What was not as expected: where in the file, and what was found instead."""

    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


def play(system: System, definition: CampaignDefinition, scenario: Scenario) -> list[Failure]:
    """This will play a scenario of a published definition in an exercise of its own, and list what did not hold."""
    stage = open_stage(system, definition, scenario)
    failures: list[Failure] = []
    for number, step in enumerate(scenario.steps):
        place = f"steps[{number}] {step.do}"
        if step.at is not None:
            stage.turn(step.at)
        failure = _take(stage, step)
        if failure is not None:
            return [*failures, Failure(place, failure)]
        stage.deliver()
        for nth, expectation in enumerate(step.expect):
            found = check(stage, expectation)
            if found is not None:
                failures.append(
                    Failure(f"{place} expect[{nth}] {expectation.kind} {expectation.value}", found)
                )
    return failures


def open_stage(system: System, definition: CampaignDefinition, scenario: Scenario) -> Stage:
    """This will open the exercise a scenario is played in, with everybody it names."""
    campaign = f"scenario-{scenario.id}-{uuid.uuid4().hex[:8]}"[:60]
    opening = commands.OpenCampaign(
        system_caller(""), campaign, definition.id, definition.version, "exercise", scenario.starts_at
    )
    system.handle(opening)
    people = []
    for person in scenario.cast:
        role, agency = person.split("@")
        people.append({"id": person, "name": person, "agency_id": agency, "roles": [role]})
    system.handle(commands.AddPeople(system_caller(campaign), tuple(people)))
    return Stage(system, definition, campaign)


def _take(stage: Stage, step: Step) -> str | None:
    """Take one step; gives what was wrong with it, None where it went as the scenario says."""
    try:
        found = _ACTS[step.do](stage, step)
        handled = stage.system.handle(found) if found is not None else None
    except KeyError as absent:
        return f"there is no {absent.args[0]}"
    except Rejected as refusal:
        codes = [reason.code for reason in refusal.reasons]
        if step.refused and set(step.refused) <= set(codes):
            return None
        words = "; ".join(f"{r.code}: {r.text.zh}" for r in refusal.reasons)
        return f"refused with {words}" + (f", not with {', '.join(step.refused)}" if step.refused else "")
    if step.refused:
        return f"went through, and should have been refused with {', '.join(step.refused)}"
    if step.do == "receive" and handled is not None and handled.done is not None:
        stage.leads[step.more["as"]] = str(handled.done.number)
    return None


def _by(stage: Stage, step: Step) -> Caller:
    return stage.caller(step.by) if step.by is not None else stage.nobody


def _exact(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, float) else value


def _given(stage: Stage, step: Step) -> dict[str, Any]:
    found = stage.named(dict(step.more.get("given", {})))
    return {name: _exact(value) for name, value in found.items()}


def _receive(stage: Stage, step: Step) -> Command:
    given: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in step.more["given"].items()
    }
    for name in set(given) - set(Intake.__dataclass_fields__):
        raise KeyError(f"{name} in an intake")
    reporter = Reporter(**step.more["reporter"]) if "reporter" in step.more else None
    source = step.more.get("source", "scenario")
    return commands.ReceiveLead(
        _by(stage, step), Intake(**given), source, step.more.get("external_ref"), reporter
    )


def _step(stage: Stage, step: Step) -> Command:
    name, trigger, given = step.more["on"], step.more["step"], _given(stage, step)
    by, at = _by(stage, step), step.more.get("occurred_at")
    if "/" not in name:
        return commands.ActOnLead(by, stage.leads[name], trigger, given, None, at)
    part = stage.view(name)["id"]
    if name.split("/")[1] == "transfer":
        return commands.ActOnTransfer(by, part, trigger, given, None, at)
    if name.split("/")[1] == "order":
        return commands.ActOnOrder(by, part, trigger, given)
    return commands.ActOnHandoff(by, part, trigger, given, None, at)


def _ask(stage: Stage, step: Step) -> Command:
    more = step.more
    to, number = tuple(more["to"]), stage.leads[more["on"]]
    given = _given(stage, step)
    return commands.RequestHandoffs(
        _by(stage, step), number, more["type"], to, more["request"], more.get("lead_agency"), given
    )


def _propose(stage: Stage, step: Step) -> Command:
    return commands.ProposeTransfer(
        _by(stage, step), stage.leads[step.more["on"]], step.more["to"], _given(stage, step)
    )


def _record(stage: Stage, step: Step) -> Command:
    today: date = stage.system.read(lambda work: work.today, stage.nobody)
    data = {name: _exact(value) for name, value in step.more.get("data", {}).items()}
    on = step.more.get("occurred_on", today)
    return commands.AddRecord(_by(stage, step), step.more["kind"], on, data, stage.leads[step.more["on"]])


def _extend(stage: Stage, step: Step) -> Command:
    more, clock = step.more, stage.clock(step.more["on"], step.more["clock"])
    return commands.AskExtension(
        _by(stage, step), clock["id"], more["ground"], more["reason"], more.get("amount")
    )


def _decide(stage: Stage, step: Step) -> Command:
    clock = stage.clock(step.more["on"], step.more["clock"])
    asked = stage.system.read(queries.deadline, stage.nobody, deadline_id=clock["id"])["extension_requests"]
    return commands.DecideExtension(
        _by(stage, step), asked[-1]["id"], step.more["grant"], step.more["reason"]
    )


def _link(stage: Stage, step: Step) -> Command:
    more = step.more
    return LinkLeads(
        _by(stage, step), stage.leads[more["on"]], stage.leads[more["other"]], more["kind"], more["reason"]
    )


def _open_identity(stage: Stage, step: Step) -> Command:
    return OpenIdentity(_by(stage, step), stage.leads[step.more["on"]], step.more["reason"])


def _report(stage: Stage, step: Step) -> Command:
    more = step.more
    figures = {code: _exact(value) for code, value in more.get("figures", {}).items()}
    return commands.SubmitReport(
        _by(stage, step),
        more["unit"],
        more["kind"],
        more["period"],
        more.get("zero", False),
        more.get("texts", {}),
        figures,
        reason=more.get("reason"),
    )


def _compile(stage: Stage, step: Step) -> Command:
    return commands.CompileReport(_by(stage, step), step.more["kind"], step.more["period"])


def _import_year(stage: Stage, step: Step) -> Command:
    return commands.ImportCalendarYear(_by(stage, step), step.more["calendar"], step.more["document"])


def _lost_sweep(stage: Stage, _: Step) -> None:
    """On to the next moment something falls due, with a worker that does it all and dies twice before its commit."""
    due = stage.system.read(queries.next_event_at, stage.nobody)["at"]
    if due is None:
        raise KeyError("clock that runs")
    stage.system.handle(commands.SetClockTarget(stage.nobody, datetime.fromisoformat(due)))
    for _again in range(2):
        stage.system.handle(commands.TickClock(stage.nobody), dry_run=True)
    stage.turn(datetime.fromisoformat(due))


_ACTS: Mapping[str, Callable[[Stage, Step], Command | None]] = {
    "receive": _receive,
    "step": _step,
    "ask": _ask,
    "propose": _propose,
    "record": _record,
    "extend": _extend,
    "decide": _decide,
    "link": _link,
    "open_identity": _open_identity,
    "report": _report,
    "compile": _compile,
    "import_year": _import_year,
    "lost_sweep": _lost_sweep,
    "wait": lambda _stage, _step: None,
}
