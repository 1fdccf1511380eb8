"""Ways to spoil a definition: a value written, taken away or added at a path."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Document = dict[str, Any]
LEAD = "lifecycles.lead"


def lead_steps(document: Document) -> list[Document]:
    return list(document["lifecycles"]["lead"]["transitions"])


def put(path: str, value: object) -> Callable[[Document], None]:
    """A change that writes a value at a path such as `clocks[0].term.unit`; `...` takes the key away."""

    def change(document: Document) -> None:
        *steps, last = path.replace("[", ".#").replace("]", "").split(".")
        at: Any = document
        for step in steps:
            at = at[int(step[1:])] if step.startswith("#") else at[step]
        key = int(last[1:]) if last.startswith("#") else last
        if value is ...:
            del at[key]
        else:
            at[key] = value

    return change


def add(path: str, value: object) -> Callable[[Document], None]:
    """A change that adds an entry to a list."""

    def change(document: Document) -> None:
        at: Any = document
        for step in path.replace("[", ".#").replace("]", "").split("."):
            at = at[int(step[1:])] if step.startswith("#") else at[step]
        at.append(value)

    return change
