"""People copied from a spreadsheet: a line of heads, then one person a line; units and roles by name or by id."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.api.administration import MOST_AT_ONCE
from workflows.administration import Newcomer
from workflows.text import Text

HEADS = (Text("姓名", "name"), Text("编号", "id"), Text("单位", "agency"), Text("角色", "roles"))
MOST_PASTED = 60_000
"""As many characters of a spreadsheet are read at once."""
_CALLED = {
    "name": ("姓名", "name"),
    "id": ("编号", "人员编号", "id"),
    "agency": ("单位", "所在单位", "agency", "unit"),
    "roles": ("角色", "roles", "role"),
}
_APART = re.compile(r"[、,，;；/\s]+")


@dataclass(frozen=True, slots=True)
class Line:
    """One line below the heads: its place in what was pasted, its cells, and who it says."""

    place: int
    cells: tuple[str, ...]
    newcomer: Newcomer
    faults: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was pasted; with faults in the heads there are no lines."""

    heads: tuple[str, ...]
    lines: tuple[Line, ...] = ()
    faults: tuple[Text, ...] = ()


def read_people(
    text: str, agencies: Sequence[Mapping[str, Any]], roles: Mapping[str, Mapping[str, str]]
) -> Sheet:
    """This will read pasted cells as people; what a cell says of a unit or a role is handed on where it names none."""
    if len(text) > MOST_PASTED:
        return Sheet((), faults=(_at_most(MOST_PASTED, "字", "characters"),))
    rows = [[_cell(c) for c in line.split("\t")] for line in text.replace("\r\n", "\n").split("\n")]
    placed = [(place, row) for place, row in enumerate(rows, 1) if any(row)]
    if not placed:
        return Sheet((), faults=(Text("没有粘贴内容", "nothing was pasted"),))
    heads = tuple(placed[0][1])
    meant = [_meant(head) for head in heads]
    faults = tuple(_head_faults(heads, meant, len(placed) - 1))
    if faults:
        return Sheet(heads, faults=faults)
    units = _by_name((a["id"], a["id"], a["short"], a["name"]["zh"], a["name"]["en"]) for a in agencies)
    named = _by_name((role, role, *name.values()) for role, name in roles.items())
    return Sheet(heads, tuple(_line(place, row, meant, units, named) for place, row in placed[1:]))


def _cell(words: str) -> str:
    return unicodedata.normalize("NFKC", words).strip().strip('"').strip()


def _meant(head: str) -> str | None:
    return next((name for name, words in _CALLED.items() if head.lower() in words), None)


def _by_name(called: Any) -> dict[str, str]:
    return {_cell(str(word)).casefold(): one for one, *words in called for word in words if word}


def _head_faults(heads: Sequence[str], meant: Sequence[str | None], count: int) -> Iterator[Text]:
    for head, name in zip(heads, meant, strict=True):
        if head and name is None:
            yield Text(f"表头里的“{head[:40]}”不认识", f"“{head[:40]}” is no head of a table of people")
    for name, words in _CALLED.items():
        times = meant.count(name)
        if times == 0:
            yield Text(
                f"第一行应为表头，其中要有“{words[0]}”", f"the first line is of heads, one of them “{name}”"
            )
        elif times > 1:
            yield Text(f"表头里“{words[0]}”出现两次", f"“{name}” stands twice in the heads")
    if not count:
        yield Text("表头下面没有人员", "there is nobody below the heads")
    if count > MOST_AT_ONCE:
        yield _at_most(MOST_AT_ONCE, f"人，这里有 {count} 人", f"people at once, here are {count}")


def _at_most(most: int, zh: str, en: str) -> Text:
    return Text(f"一次最多 {most} {zh}", f"at most {most} {en}")


def _line(
    place: int,
    row: Sequence[str],
    meant: Sequence[str | None],
    units: Mapping[str, str],
    roles: Mapping[str, str],
) -> Line:
    faults: list[Text] = []
    if any(row[len(meant) :]):
        faults.append(Text("格数多于表头", "more cells than heads"))
    padded = (*row, *("",) * len(meant))[: len(meant)]
    said = {name: cell for name, cell in zip(meant, padded, strict=True) if name is not None}
    if any(cell for name, cell in zip(meant, padded, strict=True) if name is None):
        faults.append(Text("有一格上面没有表头", "a cell has no head above it"))
    several = [part for part in _APART.split(said["roles"]) if part]
    held = tuple(dict.fromkeys(roles.get(part.casefold(), part) for part in several))
    whole = roles.get(said["roles"].casefold())
    newcomer = Newcomer(
        said["id"],
        said["name"],
        units.get(said["agency"].casefold(), said["agency"]),
        (whole,) if whole is not None else held,
    )
    return Line(place, tuple(padded), newcomer, tuple(faults))
