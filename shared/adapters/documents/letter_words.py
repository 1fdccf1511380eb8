"""The words of letters as they are shipped: one line of a text file is one paragraph or table, with names in braces.

A line is `style | words`. `if name:` before it leaves it out where the name is empty, `each name:` repeats it for every
line of a list as `line`, and `table name` sets a list out under heads with their widths in millimetres. What stands before
a signature and stays on its page is its closing: no signature stands alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from workflows.letters import Letter

_FOLDER = Path(__file__).parent / "templates" / "letters"
_NAMES = re.compile(r"{{.*?}}")
_A_LINE = 26
"""Characters in the first line of a paragraph: 28 without the two it is indented by."""
STYLES = (
    "mark",
    "band",
    "title",
    "line",
    "to",
    "body",
    "list",
    "section",
    "note",
    "sign",
    "hand",
    "gap",
    "page",
)


class Head(NamedTuple):
    """One column of a table: its head, the name its cells show ("" for a cell to fill by hand), its width in mm."""

    words: str
    name: str
    width: float


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a letter's words; a table has heads."""

    style: str
    words: str
    when: str | None = None
    each: str | None = None
    heads: tuple[Head, ...] = ()
    closing: bool = False


class Block(NamedTuple):
    """One finished paragraph, or a table with its heads and rows."""

    style: str
    words: str
    heads: tuple[Head, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    closing: bool = False


def environment() -> ImmutableSandboxedEnvironment:
    """This will make what letters are filled in with: no code of a template reaches anything but the letter's facts."""
    return ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)


@cache
def words_of(kind: str) -> tuple[Line, ...]:
    """This will read the shipped words of a kind of letter."""
    text = (_FOLDER / f"{kind}.txt").read_text("utf-8")
    return _closed([_line(written) for written in text.splitlines() if written.strip()])


def _closed(lines: list[Line]) -> tuple[Line, ...]:
    """Mark what no page end parts: a signature with two lines of body text, those who sign a list with each other."""
    kept: set[int] = set()
    for signed in (n for n, line in enumerate(lines) if line.style in ("gap", "hand") and n not in kept):
        first, said = signed, 0
        while said < 2 and lines[first - 1].style not in ("table", "to", "title"):
            first -= 1
            said += _always_said(lines[first])
        first -= lines[first - 1].style == "section"
        after = (n for n in range(signed + 1, len(lines)) if lines[n].style not in ("sign", "hand"))
        kept.update(range(first, next(after, len(lines))))
    return tuple(replace(line, closing=place in kept) for place, line in enumerate(lines))


def _always_said(line: Line) -> int:
    """How many lines of a page this line of words fills whatever the facts are; more than two are no matter."""
    if line.style != "body" or line.when or line.each:
        return int(line.style == "note")
    return 2 if len(_NAMES.sub("", line.words)) > _A_LINE else 1


def _line(written: str) -> Line:
    head, _, words = written.partition(" |")
    when = each = None
    if ": " in head:
        condition, _, head = head.partition(": ")
        word, _, name = condition.partition(" ")
        when, each = (name, None) if word == "if" else (None, name)
    style, _, name = head.strip().partition(" ")
    if style == "table":
        return Line(style, name, when, each, tuple(_head(cell) for cell in words.split("|")))
    return Line(style, words.strip(" "), when, each)


def _head(cell: str) -> Head:
    words, _, rest = cell.strip().partition("=")
    name, _, width = rest.partition(":")
    return Head(words, name, float(width))


def blocks(letter: Letter) -> Iterator[Block]:
    """This will fill the shipped words with the facts of a letter, paragraph by paragraph."""
    plain = environment().overlay(autoescape=False)
    values = letter.values
    for line in words_of(letter.kind):
        if line.when is not None and not values[line.when]:
            continue
        if line.style == "table":
            rows = tuple(_cells(line.heads, row) for row in values[line.words])
            yield Block("table", "", line.heads, rows, line.closing)
            continue
        template = plain.from_string(line.words)
        for item in values[line.each] if line.each else ({},):
            yield Block(line.style, template.render(**values, line=item), closing=line.closing)


def _cells(heads: tuple[Head, ...], row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(row[head.name]) if head.name else "" for head in heads)
