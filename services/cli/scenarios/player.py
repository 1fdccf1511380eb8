"""Plays one scenario: an exercise of its own, a cast of invented people, each step in its order, each expectation after it.

Nothing is skipped: a step that should be refused and is not, one that is refused and should not be, and whatever is
not as expected are all told, each with its place in the file.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

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

MOST_STRIDES = 100_000
"""How often the clock may stop on its way before the scenario is given up."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What was not as expected: where in the file, and what was found instead."""

    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


@dataclass
class Stage:
    """One exercise: who is in it, and what the scenario's names stand for."""

    system: System
    definition: CampaignDefinition
    campaign: str
    leads: dict[str, str] = field(default_factory=dict)

    @property
    def nobody(self) -> Caller:
        """The system itself: it sees everything and lets the clock run."""
        return system_caller(self.campaign)

    def caller(self, person: str) -> Caller:
        """This will give somebody of the cast, written as role@agency."""
        role, agency = person.split("@")
        return Caller(self.campaign, person, agency, frozenset({role}), "scenario")

    def view(self, name: str) -> dict[str, Any]:
        """This will show a lead, or a part of it: `lead`, `lead/transfer`, `lead/appraisal`, `lead/order/L3`.

        The newest part is meant. Raises KeyError for one that there is not.
        """
        alias, *part = name.split("/")
        lead: dict[str, Any] = self.system.read(queries.lead, self.nobody, number=self.leads[alias])
        if not part:
            return lead
        if part[0] == "transfer":
            return self._newest("transfer", lead["transfers"], queries.transfer, "transfer_id")
        if part[0] == "order":
            return self._newest("order", self._orders(lead, part[1:]), queries.order, "order_id")
        rows = [h for h in lead["handoffs"] if h["type"]["id"] == part[0]]
        rows = [h for h in rows if part[1:] in ([], [h["to"]["id"]])]
        return self._newest(name, rows, queries.handoff, "handoff_id")

    def _newest(
        self, name: str, rows: list[dict[str, Any]], query: Callable[..., Any], key: str
    ) -> dict[str, Any]:
        if not rows:
            raise KeyError(name)
        found: dict[str, Any] = self.system.read(query, self.nobody, **{key: rows[-1]["id"]})
        return found

    def _orders(self, lead: Mapping[str, Any], level: list[str]) -> list[dict[str, Any]]:
        clocks = {clock["id"] for clock in lead["clocks"]}
        for part in (*lead["handoffs"], *lead["transfers"]):
            rows = self.system.read(self._clocks_of, self.nobody, subject_id=part["id"])
            clocks |= set(rows)
        found = self.system.read(queries.orders, self.nobody, state=None, cursor=None, limit=200)["items"]
        return [o for o in reversed(found) if o["deadline_id"] in clocks and level in ([], [o["level"]])]

    @staticmethod
    def _clocks_of(work: Any, subject_id: str) -> list[str]:
        subjects = ("handoff", "transfer")
        return [d.id for s in subjects for d in work.uow.deadlines.of_subject(s, subject_id)]

    def clock(self, name: str, code: str) -> dict[str, Any]:
        """This will give the newest clock of a code on a subject. Raises KeyError."""
        found = [clock for clock in self.view(name)["clocks"] if clock["code"] == code]
        if not found:
            raise KeyError(f"{code} of {name}")
        return found[-1]

    def turn(self, to: datetime) -> None:
        """This will let time pass, and let everything happen that falls due on the way."""
        self.system.handle(commands.SetClockTarget(self.nobody, to))
        for _ in range(MOST_STRIDES):
            done = self.system.handle(commands.TickClock(self.nobody)).done
            if done is None or done.extra["state"] == "ready":
                return
            self.deliver()
        raise RuntimeError("the exercise's clock never arrived")

    def deliver(self) -> None:
        """This will do what waits after the commits: notices, compilations."""
        waiting = self.system.campaigns_of_outbox(self.system.chores().outbox).get(self.campaign, ())
        if waiting:
            self.system.handle(commands.DeliverOutbox(self.nobody, tuple(waiting)))

    def named(self, value: Any) -> Any:
        """This will put the numbers of leads where the scenario writes `$name`."""
        if isinstance(value, str) and value.startswith("$"):
            return self.leads[value[1:]]
        if isinstance(value, Mapping):
            return {key: self.named(part) for key, part in value.items()}
        return [self.named(part) for part in value] if isinstance(value, list) else value


def play(system: System, definition: CampaignDefinition, scenario: Scenario) -> list[Failure]:
    """This will play a scenario of a published definition in an exercise of its own, and list what did not hold."""
    from services.cli.scenarios.checks import check

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
        name: tuple(value) if isinstance(value, list) else value
        for name, value in step.more["given"].items()
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
