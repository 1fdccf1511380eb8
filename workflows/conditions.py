"""Structured conditions over named facts: they hold or not, and say why.

A condition is data (`{fact = "act", in = ["sell", "buy"]}`, joined by all, any, not), never an expression in text, so
that it cannot run anything, each part explains itself, and gaps and overlaps can be found before publication.
Comparing a missing fact is false, never an error: absence has its own operators.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from workflows.comparison import OPERATORS, WORDS, show
from workflows.text import Text

Facts = Mapping[str, object]


class FactRef(NamedTuple):
    """A value that is another fact: `{fact = "y"}`."""

    name: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What one comparison found: the fact, what was asked of it, what it was, and whether that is as wanted."""

    fact: str
    operator: str
    expected: object
    actual: object
    holds: bool
    wanted: bool = True

    @property
    def text(self) -> Text:
        """The comparison as a sentence in two languages."""
        words = WORDS[self.operator]
        expected = "" if self.operator in ("present", "absent") else f" {show(self.expected)}"
        actual = show(self.actual)
        return Text(
            f"{'' if self.wanted else '并非：'}{self.fact} {words.zh}{expected}（实际：{actual}）",
            f"{'' if self.wanted else 'not: '}{self.fact} {words.en}{expected} (actual: {actual})",
        )


class Condition(ABC):
    """Something that holds, or does not, of a set of facts."""

    __slots__ = ()

    @abstractmethod
    def holds(self, facts: Facts) -> bool:
        """This will say whether the condition holds; it never raises for facts that are missing or of another kind."""

    @abstractmethod
    def explain(self, facts: Facts) -> tuple[Finding, ...]:
        """This will give what every comparison in the condition found, in the order written."""

    @abstractmethod
    def facts(self) -> frozenset[str]:
        """This will name every fact the condition looks at."""


@dataclass(frozen=True, slots=True)
class Comparison(Condition):
    """One fact, one operator, one value; the value may be another fact."""

    fact: str
    operator: str
    value: object = True

    def holds(self, facts: Facts) -> bool:
        """This will compare the fact with the value."""
        actual = facts.get(self.fact)
        if actual is None:
            return self.operator == "absent"
        expected = facts.get(self.value.name) if isinstance(self.value, FactRef) else self.value
        return expected is not None and OPERATORS[self.operator](actual, expected)

    def explain(self, facts: Facts) -> tuple[Finding, ...]:
        """This will give the one finding of this comparison."""
        expected = facts.get(self.value.name) if isinstance(self.value, FactRef) else self.value
        return (Finding(self.fact, self.operator, expected, facts.get(self.fact), self.holds(facts)),)

    def facts(self) -> frozenset[str]:
        """This will name the fact compared, and the one it is compared with."""
        return frozenset({self.fact, self.value.name} if isinstance(self.value, FactRef) else {self.fact})


@dataclass(frozen=True, slots=True)
class All(Condition):
    """Every part holds; with no parts it always holds."""

    parts: tuple[Condition, ...]

    def holds(self, facts: Facts) -> bool:
        """This will say whether every part holds."""
        return all(part.holds(facts) for part in self.parts)

    def explain(self, facts: Facts) -> tuple[Finding, ...]:
        """This will give the findings of every part, also after one that fails."""
        return tuple(finding for part in self.parts for finding in part.explain(facts))

    def facts(self) -> frozenset[str]:
        """This will name the facts of every part."""
        return frozenset().union(*(part.facts() for part in self.parts))


@dataclass(frozen=True, slots=True)
class Any(Condition):
    """At least one part holds; with no parts it never holds."""

    parts: tuple[Condition, ...]

    def holds(self, facts: Facts) -> bool:
        """This will say whether some part holds."""
        return any(part.holds(facts) for part in self.parts)

    def explain(self, facts: Facts) -> tuple[Finding, ...]:
        """This will give the findings of every part."""
        return tuple(finding for part in self.parts for finding in part.explain(facts))

    def facts(self) -> frozenset[str]:
        """This will name the facts of every part."""
        return frozenset().union(*(part.facts() for part in self.parts))


@dataclass(frozen=True, slots=True)
class Not(Condition):
    """The part does not hold."""

    part: Condition

    def holds(self, facts: Facts) -> bool:
        """This will say whether the part fails."""
        return not self.part.holds(facts)

    def explain(self, facts: Facts) -> tuple[Finding, ...]:
        """This will give the findings of the part, each wanted the other way round."""
        return tuple(
            Finding(f.fact, f.operator, f.expected, f.actual, f.holds, not f.wanted)
            for f in self.part.explain(facts)
        )

    def facts(self) -> frozenset[str]:
        """This will name the facts of the part."""
        return self.part.facts()


ALWAYS = All(())
