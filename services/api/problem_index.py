"""What every problem code means, read from docs/problems.md: the one place where they are explained.

Promises: whatever stands in a table of that page is found here under its code, so that the `type` of a problem resolves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from workflows.text import Text

_PAGE = Path(__file__).with_name("problems.md")
"""A link to the page in docs/; what is installed holds the page itself."""
_HEADING = re.compile(r"^##+ (?:(\d{3}) )?(.+)$")
_ROW = re.compile(r"^\| `([a-z0-9_.]+)` \| (.+) \| (.+) \|$")


@dataclass(frozen=True, slots=True)
class Explanation:
    """A code with the status it comes with, what it means, and what to do; `remedy` is empty where nothing is."""

    code: str
    status: int
    family: Text
    meaning: Text
    remedy: Text


@lru_cache
def explanations() -> Mapping[str, Explanation]:
    """This will give every explained code, in the order of the page. Raises FileNotFoundError without the page."""
    found: dict[str, Explanation] = {}
    status, family = 0, Text("", "")
    for line in _PAGE.read_text("utf-8").splitlines():
        if heading := _HEADING.match(line):
            status = int(heading[1]) if heading[1] else status
            family = _both(heading[2])
        elif row := _ROW.match(line):
            found.setdefault(row[1], Explanation(row[1], status, family, _both(row[2]), _both(row[3])))
    return found


def _both(cell: str) -> Text:
    """A cell in two languages, or in one for both; a dash is nothing."""
    zh, _, en = cell.replace("`", "").partition(" · ")
    return Text("", "") if zh.strip() in {"–", "-"} else Text(zh.strip(), (en or zh).strip())
