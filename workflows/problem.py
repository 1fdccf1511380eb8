"""What is wrong in a document: every problem with its path, a stable code and a sentence in two languages.

A checker never stops at the first problem: it adds to a `Problems` list and goes on, and `DefinitionProblems` carries
them all at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workflows.text import Text


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to repair. `path` reads like the document: `clocks[3].term.unit`."""

    path: str
    code: str
    text: Text

    def __str__(self) -> str:
        return f"{self.path or '(document)'}: {self.text.zh} / {self.text.en} [{self.code}]"


class Problems:
    """A list that grows while a document is checked."""

    def __init__(self) -> None:
        self._found: dict[Problem, None] = {}

    def add(self, path: str, code: str, zh: str, en: str) -> None:
        """This will note one problem; the same problem at the same path is noted once."""
        self._found[Problem(path, code, Text(zh, en))] = None

    def __len__(self) -> int:
        return len(self._found)

    def under(self, path: str) -> bool:
        """This will say whether something is wrong within an entry, so that what builds on it is not to be judged."""
        return any(problem.path.startswith(path) for problem in self._found)

    def listed(self) -> tuple[Problem, ...]:
        """This will give every problem in the order it was found."""
        return tuple(self._found)


class DefinitionProblems(Exception):
    """A document cannot be used; `problems` lists every reason found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(p) for p in self.problems))
