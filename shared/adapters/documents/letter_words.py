"""The words of letters as they are shipped: one line of a text file is one paragraph or table, with names in braces.

A line is `style | words`. `if name:` before it leaves it out where the name is empty, `each name:` repeats it for every
line of a list as `line`, and `table name` sets a list out under heads with their widths in millimetres.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from workflows.letters import Letter

_FOLDER = Path(__file__).parent / "templates" / "letters"
STYLES = ("mark", "band", "title", "line", "to", "body", "list", "section", "note", "sign", "gap", "page")


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


class Block(NamedTuple):
    """One finished paragraph, or a table with its heads and rows."""

    style: str
    words: str
    heads: tuple[Head, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def environment() -> ImmutableSandboxedEnvironment:
    """This will make what letters are filled in with: no code of a template reaches anything but the letter's facts."""
    return ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)


@cache
def words_of(kind: str) -> tuple[Line, ...]:
    """This will read the shipped words of a kind of letter."""
    text = (_FOLDER / f"{kind}.txt").read_text("utf-8")
    return tuple(_line(written) for written in text.splitlines() if written.strip())


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
            yield Block("table", "", line.heads, tuple(_cells(line.heads, row) for row in values[line.words]))
            continue
        template = plain.from_string(line.words)
        for item in values[line.each] if line.each else ({},):
            yield Block(line.style, template.render(**values, line=item))


def _cells(heads: tuple[Head, ...], row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(row[head.name]) if head.name else "" for head in heads)
