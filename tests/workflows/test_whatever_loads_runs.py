"""A definition spoiled at every kind of place is refused with paths and words, or it loads and everything in it runs."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.workflows import quarry
from tests.workflows.spoiling import Document, put
from workflows import deadline, escalation, renewal, suggestions
from workflows.calendars import china
from workflows.campaign import CampaignDefinition, Clock
from workflows.conditions import Condition
from workflows.definition_format import DefinitionProblems, read_definition
from workflows.lifecycle import ActorFacts, options
from workflows.reporting import burden_of, compile_period, due_at

AT = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


def places(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """One example of each kind of place: of a list the first entry, and the last where it is another."""
    if isinstance(value, dict):
        for key, inner in value.items():
            at = f"{path}.{key}".strip(".")
            yield at, inner
            yield from places(inner, at)
    elif isinstance(value, list):
        for index in sorted({0, len(value) - 1} & set(range(len(value)))):
            yield f"{path}[{index}]", value[index]
            yield from places(value[index], f"{path}[{index}]")


def spoilings(value: Any) -> Iterator[object]:
    """What somebody may make of a value without leaving its kind: gone, shorter, turned round, other, far off."""
    yield ...
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | Decimal):
        yield from (-value, value * 2, value + 1, value * 1000)
    elif isinstance(value, date):
        yield from (date(2027, 4, 30), date(2027, 8, 31))
    elif isinstance(value, list):
        yield from ([], value[:1], value[::-1])


def run(definition: CampaignDefinition) -> None:
    """This will do once whatever the engine does with a definition that is at work."""
    everybody = ActorFacts(
        frozenset(role.id for role in definition.roles),
        frozenset({"office", "lead_agency", "sender", "receiver", "holder", "any"}),
    )
    for subject, machine in definition.lifecycles.items():
        for state in machine.states:
            allowed, blocked = options(definition, subject, state.id, everybody, {"state": state.id})
            assert allowed or blocked or state.kind == "final" or _only_system(definition, subject, state.id)
    for rule, clock in enumerate(definition.clocks):
        _turn(definition, rule, clock)
    for report in definition.reports:
        assert due_at(definition, report, china()).tzinfo is not None
        compile_period(definition, report, records=[], submissions=[], at=AT, version=1, previous=None)
    suggestions.answers(definition, {"received_on": AT.date()})
    assert burden_of(definition).per_unit >= 0
    assert definition.lead_number.format(year=2027, seq=1, agency=definition.office.id)
    for condition in _conditions(definition):
        assert condition.explain({}) is not None


def _only_system(definition: CampaignDefinition, subject: str, state: str) -> bool:
    steps = [t for t in definition.lifecycles[subject].transitions if state in t.sources]
    return bool(steps) and all(by.role == "system" for t in steps for by in t.by)


def _turn(definition: CampaignDefinition, rule: int, clock: Clock) -> None:
    begins = AT
    if clock.recurs is not None:
        begins = renewal.first_of_series(clock, AT, china()) or AT
    running = deadline.started(
        clock,
        rule,
        deadline_id="d",
        definition=definition,
        campaign_id="c",
        subject=clock.subject,
        subject_id="s",
        lead_id=None,
        generation=1,
        holder=definition.office.id,
        at=AT,
        calendar=china(),
        given_due=datetime(2027, 5, 31, 10, 0, tzinfo=UTC),
        counted_from=begins,
    )
    armed = escalation.armed(running, definition.ladder(clock.ladder), china())
    after = armed.due_at + timedelta(days=800)
    assert escalation.fire(armed, definition.ladder(clock.ladder), china(), after).deadline.next_at is None


def _conditions(definition: CampaignDefinition) -> Iterator[Condition]:
    yield from (
        guard.condition for m in definition.lifecycles.values() for t in m.transitions for guard in t.guards
    )
    yield from (clock.condition for clock in definition.clocks if clock.condition is not None)
    yield from (reaction.when for reaction in definition.reactions if reaction.when is not None)


def cases() -> list[tuple[str, object]]:
    return [(path, new) for path, value in places(quarry.document()) for new in spoilings(value)]


def loaded(document: Document) -> CampaignDefinition | None:
    """The definition, or None where it is refused in words."""
    try:
        return read_definition(document)
    except DefinitionProblems as found:
        wordless = [p for p in found.problems if not (p.code and p.text.zh and p.text.en)]
        if wordless or not found.problems:
            raise
        return None


@pytest.mark.parametrize("part", range(8))
def test_a_spoiled_definition_is_refused_with_its_places_or_runs(part: int) -> None:
    ran = refused = 0
    for path, new in cases()[part::8]:
        document: Document = quarry.document()
        put(path, deepcopy(new))(document)
        definition = loaded(document)
        if definition is None:
            refused += 1
            continue
        ran += 1
        run(definition)
    assert ran > 10
    assert refused > 30
