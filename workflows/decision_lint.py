"""What is wrong with a decision table before anybody uses it: gaps, overlaps, and rows that never answer.

Each input is cut into cases that no cell can tell apart (each word of a vocabulary, each side of each threshold), so
the whole table is searched without trying every combination. A gap is always shown with facts that fall into it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any, cast

from workflows.comparison import show
from workflows.conditions import All, Comparison, Condition, FactRef, Not
from workflows.conditions import Any as AnyOf
from workflows.decision_table import DecisionTable
from workflows.facts import FactKind, Scope
from workflows.text import Text

_OTHER = "（其他 other）"
_MOST_LISTED, _MOST_PAIRED = 8, 60
_MOST_CELLS, _MOST_STEPS = 4_000_000, 4_000_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a table: `row` counts from 0; None where it concerns the table as a whole."""

    code: str
    row: int | None
    text: Text


class _TooIntricateError(Exception):
    """The table cannot be searched within bounds."""


def faults(table: DecisionTable, scope: Scope) -> tuple[Fault, ...]:
    """This will list every fault of a table whose inputs are known to `scope`.

    Under "collect" nothing needs to hit, so gaps are no fault there. A table too intricate to be searched within
    bounds is one fault: nobody could read it either.
    """
    try:
        return _Search(table, scope).faults()
    except _TooIntricateError:
        zh, en = "表过于复杂，无法完整检查；请拆分", "too intricate to be checked whole; split the table"
        return (Fault("too_intricate", None, Text(zh, en)),)


class _Search:
    """The table as sets of cases: for each input its cases, for each row the cases its cell lets through."""

    def __init__(self, table: DecisionTable, scope: Scope) -> None:
        self.table = table
        self.cases = [_cases(table, name, scope) for name in table.inputs]
        if sum(map(len, self.cases)) * len(table.rows) > _MOST_CELLS:
            raise _TooIntricateError
        self.steps_left = _MOST_STEPS
        self.allowed = [self._allowed(row.when) for row in table.rows]
        self.everything = (1 << len(table.rows)) - 1
        # For each input and case, the rows that let it through.
        self.letting = [
            [
                sum(1 << r for r, sets in enumerate(self.allowed) if sets[i] >> c & 1)
                for c in range(len(cases))
            ]
            for i, cases in enumerate(self.cases)
        ]

    def _allowed(self, when: Mapping[str, Condition]) -> list[int]:
        sets = []
        for name, cases in zip(self.table.inputs, self.cases, strict=True):
            cell = when.get(name)
            hits = (cell is None or cell.holds({name: case}) for case in cases)
            sets.append(sum(1 << i for i, hit in enumerate(hits) if hit))
        return sets

    def faults(self) -> tuple[Fault, ...]:
        return (*self._never(), *self._overlaps(), *self._gaps())

    def _never(self) -> Iterator[Fault]:
        for row, sets in enumerate(self.allowed):
            if not all(sets):
                yield Fault("never_hits", row, Text("此行永远不会命中", "this row can never hit"))
            elif (above := self._above(row)) and self._outside(above, sets) is None:
                text = Text(
                    "此行被其他行完全遮盖，永远轮不到", "other rows answer first in every case of this row"
                )
                yield Fault("never_hits", row, text)

    def _above(self, row: int) -> int:
        """The rows that answer instead of this one wherever both hit."""
        if self.table.hit == "first":
            return (1 << row) - 1
        if self.table.hit == "priority":
            mine = self.table.rows[row].priority
            return sum(1 << r for r, other in enumerate(self.table.rows) if other.priority > mine)
        return 0

    def _overlaps(self) -> Iterator[Fault]:
        """Each row that hits together with a row before it, with the first such row."""
        if self.table.hit not in ("unique", "priority"):
            return
        for late in range(len(self.table.rows)):
            for early in range(late):
                both = [x & y for x, y in zip(self.allowed[early], self.allowed[late], strict=True)]
                if all(both) and self._tied(early, late):
                    where = self._words([cases.bit_length() - 1 for cases in both])
                    zh, en = (
                        f"与第 {early + 1} 行同时命中：{where}",
                        f"hits together with row {early + 1}: {where}",
                    )
                    yield Fault("overlap", late, Text(zh, en))
                    break

    def _tied(self, early: int, late: int) -> bool:
        rows = self.table.rows
        return self.table.hit == "unique" or rows[early].priority == rows[late].priority

    def _gaps(self) -> Iterator[Fault]:
        if self.table.hit == "collect":
            return
        known = [sum(1 << i for i, case in enumerate(cases) if case is not None) for cases in self.cases]
        gap = self._outside(self.everything, known)
        if gap is not None:
            where = self._words(gap)
            text = Text(f"没有任何一行适用于：{where}", f"no row answers for: {where}")
            yield Fault("gap", None, text)

    def _outside(self, rows: int, within: Sequence[int]) -> list[int] | None:
        """One combination of cases within some sets that none of `rows` lets through; None if they cover it all."""
        covered: set[tuple[int, int]] = set()

        def search(place: int, left: int) -> list[int] | None:
            if place == len(self.cases):
                return None if left else []
            if (place, left) in covered:
                return None
            self._spend(len(self.letting[place]))
            tried = set()
            for case, letting in enumerate(self.letting[place]):
                if not within[place] >> case & 1 or letting & left in tried:
                    continue
                tried.add(letting & left)
                rest = search(place + 1, letting & left)
                if rest is not None:
                    return [case, *rest]
            covered.add((place, left))
            return None

        return search(0, rows)

    def _spend(self, steps: int) -> None:
        self.steps_left -= steps
        if self.steps_left < 0:
            raise _TooIntricateError

    def _words(self, point: Sequence[int]) -> str:
        named = zip(self.table.inputs, self.cases, point, strict=True)
        return "; ".join(f"{name} = {show(cases[case])}" for name, cases, case in named)


def _cases(table: DecisionTable, name: str, scope: Scope) -> tuple[object, ...]:
    mentioned = [v for row in table.rows if name in row.when for v in mentioned_in(row.when[name])]
    return cases_of(scope.kinds[name], mentioned, scope)


def cases_of(kind: FactKind, mentioned: Sequence[object], scope: Scope) -> tuple[object, ...]:
    """This will give the cases of a fact that comparisons with `mentioned` can tell apart, and not knowing it (None)."""
    words = scope.words_of(kind)
    if kind.type == "boolean":
        found: Sequence[object] = (False, True)
    elif kind.type == "list":
        found = _sets(sorted({str(v) for v in mentioned}))
    elif kind.type == "choice" and words:
        found = sorted(words)
    elif kind.type in ("text", "choice"):
        found = (*sorted({str(v) for v in mentioned}), _OTHER)
    else:
        found = _around(kind, sorted(set(mentioned), key=lambda value: cast("Any", value)))
    return (*found, None)


def mentioned_in(condition: Condition) -> Iterator[object]:
    """This will give every value a condition compares a fact with."""
    if isinstance(condition, Comparison):
        if condition.operator not in ("present", "absent") and not isinstance(condition.value, FactRef):
            yield from condition.value if isinstance(condition.value, tuple) else (condition.value,)
    elif isinstance(condition, Not):
        yield from mentioned_in(condition.part)
    elif isinstance(condition, (All, AnyOf)):
        for part in condition.parts:
            yield from mentioned_in(part)


def _sets(words: Sequence[str]) -> list[tuple[str, ...]]:
    """Every set of a few words; of many words the small sets and the whole."""
    few, some = len(words) <= _MOST_LISTED, len(words) <= _MOST_PAIRED
    sizes = range(len(words) + 1) if few else (0, 1, 2, len(words)) if some else (0, 1, len(words))
    return [chosen for size in sizes for chosen in combinations(words, size)]


def _around(kind: FactKind, thresholds: Sequence[Any]) -> list[object]:
    """Each threshold, and one value in each space before, between and after them."""
    step = _step(kind)
    if not thresholds:
        return [Decimal(0)] if kind.type in ("integer", "decimal") else [_example(kind)]
    found: list[object] = [thresholds[0] - step]
    for value, after in zip(thresholds, (*thresholds[1:], None), strict=True):
        found.append(value)
        if after is None:
            found.append(value + step)
        elif kind.type == "decimal":
            found.append((Decimal(value) + Decimal(after)) / 2)
        elif value + step < after:
            found.append(value + step)
    return found


def _step(kind: FactKind) -> Any:
    if kind.type in ("integer", "decimal"):
        return 1
    return timedelta(days=1) if kind.type == "date" else timedelta(seconds=1)


def _example(kind: FactKind) -> object:
    return date(2000, 1, 1) if kind.type == "date" else datetime.fromisoformat("2000-01-01T00:00:00+00:00")
