"""One guarded step of a lead against the same step in other engines of Python, where they are installed.

They are no dependency: `pip install --only-binary :all: --require-hashes -r requirements/benchmarks.txt` brings them, into an
environment of its own or onto PYTHONPATH. A peer that is not there is named, and its row left out. Each peer gets what it is made
for: its model built once, then, as in a service that keeps its state in a database, one lead brought back to its state by the
engine's own means and moved on.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from benchmarks.place import definition
from benchmarks.timing import Result, compare
from workflows import lifecycle
from workflows.lifecycle import ActorFacts

STEPS = 100
LEAST_FASTER = 15.0
FACTS: dict[str, Any] = {
    "state": "received", "given.lead_agency": "station_qinglan", "returns": 0, "designated": False,
}  # fmt: skip
Step = Callable[[], str]


def run() -> Iterator[Result]:
    """This will compare a step of ours with a step of each peer that is installed; the ratio says how much faster it is."""
    rules, at = definition(), datetime(2017, 9, 1, tzinfo=UTC)
    actor = ActorFacts(frozenset({"office_staff"}), frozenset({"office", "any"}))

    def ours() -> str:
        return lifecycle.decide(rules, "lead", "received", "accept", actor, FACTS, at).to_state

    assert ours() == "verifying"
    for name, make in (("python-statemachine", _statemachine), ("SpiffWorkflow", _spiff)):
        try:
            theirs = make()
        except ImportError:
            print(f"{name} is not installed: requirements/benchmarks.txt", file=sys.stderr)
            continue
        assert theirs() == "verifying", "both must take the step"
        yield compare(
            "S1 one guarded step, how many times faster",
            (name, lambda step=theirs: [step() for _ in range(STEPS)]),
            ("lifecycle.decide, with every reason", lambda: [ours() for _ in range(STEPS)]),
            goal=LEAST_FASTER,
            pieces=STEPS,
            at_most=False,
        )


def _may(facts: dict[str, Any]) -> bool:
    return bool(facts["given.lead_agency"]) and not facts["designated"] and facts["returns"] < 2


def _statemachine() -> Step:
    from statemachine import State, StateMachine

    class Lead(StateMachine):  # type: ignore[misc]  # not installed where types are checked
        received = State(initial=True)
        verifying = State(final=True)
        accept = received.to(verifying, cond="may")

        def may(self) -> bool:
            return _may(FACTS)

    def step() -> str:
        lead = Lead(start_value="received")
        lead.send("accept")
        (state,) = lead.configuration
        return str(state.id)

    return step


def _spiff() -> Step:
    from SpiffWorkflow.operators import Attrib, Equal
    from SpiffWorkflow.serializer.dict import DictionarySerializer
    from SpiffWorkflow.specs.ExclusiveChoice import ExclusiveChoice
    from SpiffWorkflow.specs.Simple import Simple
    from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec
    from SpiffWorkflow.util.task import TaskState
    from SpiffWorkflow.workflow import Workflow

    spec = WorkflowSpec(name="lead", addstart=True)
    accept = ExclusiveChoice(spec, "accept")
    spec.start.connect(accept)
    accept.connect_if(Equal(Attrib("may"), True), Simple(spec, "verifying"))
    accept.connect(Simple(spec, "received"))

    begun, serializer = Workflow(spec), DictionarySerializer()
    begun.run_next()
    kept = serializer.serialize_workflow(begun)

    def step() -> str:
        workflow = serializer.deserialize_workflow(kept)
        task = workflow.get_next_task(state=TaskState.READY)
        task.data["may"] = _may(FACTS)
        task.run()
        return str(workflow.get_next_task(state=TaskState.READY).task_spec.name)

    return step
