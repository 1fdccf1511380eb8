"""Decision tables: rows of conditions with a hit policy; each answer says which rows hit and why the others did not.

Cells are conditions on one fact each, so that gaps, overlaps and rows that never hit are found before publication
(`decision_lint`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from workflows.conditions import Condition, Facts, Finding
from workflows.text import Text

HitPolicy = Literal["collect", "first", "unique", "priority"]


@dataclass(frozen=True, slots=True)
class Row:
    """One rule of a table: every cell of `when` must hold; `then` is what it answers.

    Under the hit policy "priority" the row with the greatest `priority` answers.
    """

    when: Mapping[str, Condition]
    then: Mapping[str, object]
    source: str
    priority: int = 0

    def hits(self, facts: Facts) -> bool:
        """This will say whether every cell holds; a row without cells always hits."""
        return all(cell.holds(facts) for cell in self.when.values())


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A table of rules over named facts, in force between its two days (both included; None is open)."""

    id: str
    name: Text
    source: str
    hit: HitPolicy
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rows: tuple[Row, ...]
    effective_from: date | None = None
    effective_to: date | None = None
    names: Mapping[str, Text] = field(default_factory=dict)

    def in_force(self, on: date) -> bool:
        """This will say whether the table applies on that day."""
        after = self.effective_from is None or self.effective_from <= on
        return after and (self.effective_to is None or on <= self.effective_to)


@dataclass(frozen=True, slots=True)
class RowMiss:
    """Why one row did not answer: the findings that were not as its cells want, or a row before it that did."""

    row: int
    findings: tuple[Finding, ...]
    beaten_by: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a table says about some facts, and why.

    `inputs` are the facts looked at (None where one is not known); `chosen` are the rows that answer, counted from 0.
    Reasons are worked out only when somebody asks for them.
    """

    table: DecisionTable
    inputs: Mapping[str, object]
    in_force: bool
    chosen: tuple[int, ...] = ()

    @property
    def rule_id(self) -> str:
        """The id of the table that answered."""
        return self.table.id

    @property
    def source(self) -> str:
        """What the table rests on."""
        return self.table.source

    @property
    def rows(self) -> tuple[int, ...]:
        """The numbers of the rows that answer, counted from 1 as a reader counts them."""
        return tuple(i + 1 for i in self.chosen)

    @property
    def outcomes(self) -> tuple[Mapping[str, object], ...]:
        """What each of `rows` answers, in the same order: at most one unless the policy is collect."""
        return tuple(self.table.rows[i].then for i in self.chosen)

    @property
    def outcome(self) -> Mapping[str, object] | None:
        """The first outcome, if there is one."""
        return self.table.rows[self.chosen[0]].then if self.chosen else None

    @property
    def sources(self) -> tuple[str, ...]:
        """What each of `rows` rests on."""
        return tuple(self.table.rows[i].source for i in self.chosen)

    @property
    def missing(self) -> tuple[str, ...]:
        """The inputs that were not known; comparing them was false."""
        return tuple(name for name, value in self.inputs.items() if value is None)

    @property
    def misses(self) -> tuple[RowMiss, ...]:
        """Why each other row did not answer; empty when the table is not in force."""
        others = (i for i in range(len(self.table.rows)) if self.in_force and i not in self.chosen)
        return tuple(self._miss(i) for i in others)

    def collected(self, output: str) -> tuple[object, ...]:
        """This will give every value of one output, lists flattened, each once, in the order of the rows."""
        values: dict[object, None] = {}
        for outcome in self.outcomes:
            value = outcome.get(output)
            values.update(
                dict.fromkeys(value if isinstance(value, tuple) else () if value is None else (value,))
            )
        return tuple(values)

    def _miss(self, index: int) -> RowMiss:
        row = self.table.rows[index]
        if row.hits(self.inputs):
            return RowMiss(index + 1, (), self.chosen[0] + 1)
        findings = (f for cell in row.when.values() for f in cell.explain(self.inputs))
        return RowMiss(index + 1, tuple(f for f in findings if f.holds is not f.wanted))


def decide(table: DecisionTable, facts: Facts, on: date) -> Answer:
    """This will answer for the facts as the table stands on that day; a table not in force answers nothing."""
    inputs = {name: facts.get(name) for name in table.inputs}
    if not table.in_force(on):
        return Answer(table, inputs, in_force=False)
    if table.hit in ("first", "unique"):
        first = next((i for i, row in enumerate(table.rows) if row.hits(inputs)), None)
        return Answer(table, inputs, in_force=True, chosen=() if first is None else (first,))
    hit = tuple(i for i, row in enumerate(table.rows) if row.hits(inputs))
    chosen = (
        hit if table.hit == "collect" or not hit else (max(hit, key=lambda i: (table.rows[i].priority, -i)),)
    )
    return Answer(table, inputs, in_force=True, chosen=chosen)
