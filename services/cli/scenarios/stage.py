"""The exercise a scenario is played in: who is in it, what its names stand for, and how time passes in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.application import queries
from shared.bootstrap import System
from workflows import commands
from workflows.campaign import CampaignDefinition
from workflows.commands import Caller, system_caller

MOST_STRIDES = 100_000
"""How often the clock may stop on its way before the scenario is given up."""


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
        newest: dict[str, Any] = found[-1]
        return newest

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
