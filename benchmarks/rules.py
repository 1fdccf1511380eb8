"""Machines and decision tables against the same thing written out by hand, and reading a whole definition."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from transitions import Machine

from benchmarks.place import definition, document
from benchmarks.timing import Result, compare
from shared.bootstrap import campaign_folder
from workflows import decision_table, lifecycle
from workflows.definition_format import parse_toml, read_definition
from workflows.lifecycle import ActorFacts

STEPS, DECISIONS = 300, 1_000
ON = date(2017, 9, 1)


def run() -> Iterator[Result]:
    """This will compare a guarded step with a bare event, a routing decision with an if-chain, loading with parsing."""
    rules = definition()
    facts: dict[str, Any] = {
        "state": "received", "given.lead_agency": "station_qinglan", "returns": 0, "designated": False,
    }  # fmt: skip
    actor = ActorFacts(frozenset({"office_staff"}), frozenset({"office", "any"}))
    at = datetime(2017, 9, 1, tzinfo=UTC)

    def steps() -> None:
        for _ in range(STEPS):
            lifecycle.decide(rules, "lead", "received", "accept", actor, facts, at)

    model = _Bare()
    states = [state.id for state in rules.lifecycles["lead"].states]
    machine = Machine(model, states=states, initial="received", auto_transitions=False)
    machine.add_transition("accept", "received", "verifying")
    accept: Callable[[], bool] = model.accept  # type: ignore[attr-defined]  # the machine adds it

    def events() -> None:
        for _ in range(STEPS):
            model.state = "received"
            accept()

    yield compare(
        "S1 one guarded step: who may, inputs, guards, every reason",
        ("lifecycle.decide", steps),
        ("a bare trigger of `transitions`", events),
        goal=1.5,
        pieces=STEPS,
    )
    table = max(rules.routing, key=lambda one: len(one.rows))
    sought = {"place_type": "antique_market", "act": "sell", "channel": "walk_in", "product": "ivory"}

    def decide() -> None:
        for _ in range(DECISIONS):
            decision_table.decide(table, sought, ON)

    def chain() -> None:
        for _ in range(DECISIONS):
            [row.then for row in table.rows if all(_plain(c, sought) for c in row.when.values())]

    yield compare(
        f"S6 a routing decision, {len(table.rows)} rows, with why each other row did not fit",
        ("decision_table.decide", decide),
        ("the rows scanned without reasons", chain),
        goal=3.0,
        pieces=DECISIONS,
    )
    data = document()
    raw = (campaign_folder("yangshan-ivory-2017") / "definition.toml").read_bytes()
    yield compare(
        "reading and checking the whole definition of 2017",
        ("read_definition", lambda: read_definition(data)),
        ("parsing its TOML", lambda: parse_toml(raw)),
        goal=4.0,
    )


class _Bare:
    state = "received"


def _plain(condition: Any, facts: dict[str, Any]) -> bool:
    return bool(condition.holds(facts))
