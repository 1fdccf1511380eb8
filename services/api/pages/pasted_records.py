"""Records of work done, copied from a spreadsheet: a line of heads, then one record a line; every cell is accounted for.

Heads are names or ids of the kind's fields, and beside them the day and, where there is one, the lead's number. What a
cell does not say plainly is handed on as it stands, so that the rules name the fault.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from workflows.text import Text

DAY, NUMBER = "@day", "@number"
DAY_NAME, NUMBER_NAME = Text("发生日期", "day"), Text("线索编号", "lead")
_CALLED = {
    DAY: ("发生日期", "日期", "day", "date", "occurred_on"),
    NUMBER: ("线索编号", "编号", "lead", "number"),
}
MOST_LINES = 200
MOST_PASTED = 200_000
"""As many lines, and characters, of a spreadsheet are read at once."""
_BRACKETED = re.compile(r"\([^()]*\)")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_NUMERIC = re.compile(r"-?\d{1,15}(\.\d{1,6})?")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_YES = {
    "是": True,
    "有": True,
    "true": True,
    "yes": True,
    "否": False,
    "无": False,
    "false": False,
    "no": False,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line below the heads: its place in what was pasted, its cells by head, and what they say."""

    place: int
    cells: tuple[str, ...]
    day: date | None
    number: str | None
    data: Mapping[str, Any]
    faults: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was pasted; with faults in the heads there are no lines."""

    heads: tuple[str, ...]
    lines: tuple[Line, ...] = ()
    faults: tuple[Text, ...] = ()


def heads_of(kind: Mapping[str, Any], fields: Mapping[str, Mapping[str, Any]]) -> list[Text]:
    """This will name the heads a sheet of this kind of record may have, in order."""
    named = (fields[name]["name"] for name in kind["fields"] if name in fields)
    return [DAY_NAME, NUMBER_NAME, *(Text(name["zh"], name["en"]) for name in named)]


def read_sheet(text: str, kind: Mapping[str, Any], fields: Mapping[str, Mapping[str, Any]]) -> Sheet:
    """This will read pasted cells as records of one kind; faults are in words for people, each with its line."""
    if len(text) > MOST_PASTED:
        words = Text(
            f"最多 {MOST_PASTED} 字，请分几次粘贴", f"at most {MOST_PASTED} characters: paste in parts"
        )
        return Sheet((), faults=(words,))
    rows = [[_bare(cell) for cell in line.split("\t")] for line in text.replace("\r\n", "\n").split("\n")]
    placed = [(place, row) for place, row in enumerate(rows, 1) if any(row)]
    if not placed:
        return Sheet((), faults=(Text("没有粘贴内容", "nothing was pasted"),))
    heads = tuple(placed[0][1])
    known = _known(kind, fields)
    faults = tuple(_head_faults(heads, known, len(placed) - 1))
    if faults:
        return Sheet(heads, faults=faults)
    meant = [known.get(_plain(head)) for head in heads]
    return Sheet(heads, tuple(_line(place, row, meant, fields) for place, row in placed[1:]))


def _bare(words: str) -> str:
    """What a cell says, as it was typed."""
    return words.strip().strip('"').strip()


def _cell(words: str) -> str:
    """A cell for comparing and counting: full-width digits and brackets are those of the keyboard."""
    return _bare(unicodedata.normalize("NFKC", words))


def _plain(head: str) -> str:
    """A head without what stands in brackets, for comparing."""
    return _BRACKETED.sub("", _cell(head)).strip().lower()


def _known(kind: Mapping[str, Any], fields: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    found = {_plain(word): name for name, words in _CALLED.items() for word in words}
    for name in kind["fields"]:
        if name in fields:
            called = fields[name]["name"]
            found |= {_plain(word): name for word in (name, called["en"], called["zh"])}
    return found


def _head_faults(heads: Sequence[str], known: Mapping[str, str], count: int) -> Iterator[Text]:
    meant = [known.get(_plain(head)) for head in heads if head]
    for head in heads:
        if head and _plain(head) not in known:
            yield Text(
                f"表头里的“{head[:40]}”不是这类记录的项目", f"“{head[:40]}” is no field of these records"
            )
    for name in {name for name in meant if name is not None and meant.count(name) > 1}:
        again = next(head for head in heads if known.get(_plain(head)) == name)
        yield Text(f"表头里“{again}”出现两次", f"“{again}” stands twice in the heads")
    if DAY not in meant:
        yield Text("第一行应为表头，其中要有“发生日期”", "the first line is of heads, one of them “day”")
    if not count:
        yield Text("表头下面没有记录", "there is no record below the heads")
    if count > MOST_LINES:
        yield Text(
            f"一次最多 {MOST_LINES} 行，这里有 {count} 行",
            f"at most {MOST_LINES} lines at once, here are {count}",
        )


def _line(
    place: int, row: Sequence[str], meant: Sequence[str | None], fields: Mapping[str, Mapping[str, Any]]
) -> Line:
    faults: list[Text] = []
    if any(row[len(meant) :]):
        faults.append(Text("格数多于表头", "more cells than heads"))
    padded = (*row, *("",) * len(meant))[: len(meant)]
    said = {name: cell for name, cell in zip(meant, padded, strict=True) if name is not None and cell}
    loose = [cell for name, cell in zip(meant, padded, strict=True) if name is None and cell]
    if loose:
        faults.append(Text(f"“{loose[0][:40]}”上面没有表头", f"there is no head above “{loose[0][:40]}”"))
    day = _day(said.pop(DAY, ""))
    if day is None:
        faults.append(Text("发生日期应写成 2017-09-16", "the day is written 2017-09-16"))
    number = _cell(said.pop(NUMBER, "")) or None
    data = {name: _value(cell, fields[name]) for name, cell in said.items()}
    return Line(place, tuple(padded), day, number, data, tuple(faults))


def _day(cell: str) -> date | None:
    found = _DATE.fullmatch(_cell(cell))
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def _value(cell: str, field: Mapping[str, Any]) -> Any:
    named = {
        _cell(word): c["id"] for c in field["choices"] for word in (c["name"]["en"], c["name"]["zh"], c["id"])
    }
    kind = field["type"]
    if kind == "text":
        return cell
    cell = _cell(cell)
    if kind in {"integer", "decimal"}:
        number = _THOUSANDS.sub("", cell)
        if _NUMERIC.fullmatch(number):
            return Decimal(number) if "." in number else int(number)
        return cell
    if kind == "boolean":
        return _YES.get(cell.lower(), cell)
    if kind == "list":
        return [named.get(part, part) for part in re.split(r"[、;；]", cell) if part]
    if kind == "date":
        day = _day(cell)
        return day.isoformat() if day is not None else cell
    return named.get(cell, cell)
