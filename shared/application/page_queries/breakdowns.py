"""The results table of all units, or of the caller's own, by unit, by kind of goods or by month; and one part of it.

Every view is made of the same document, so that what a column adds up to is one figure whichever way it is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shared.application.ledger import ledger
from shared.application.page_queries.reporting import document
from shared.application.views import words
from shared.application.work import UNSEEN, Work
from workflows.rejection import Reason, Rejected
from workflows.reporting.breakdown import (
    MONTH,
    UNIT,
    Line,
    groups_of,
    kinds_of_goods,
    shown,
    taken_apart,
)
from workflows.reporting.quantity import plain
from workflows.text import Text

OTHERS = "others"
"""How the row of agencies that do not report is called in addresses."""
_BY_UNIT, _BY_MONTH = Text("按单位", "By unit"), Text("按月", "By month")


def ways(work: Work) -> list[dict[str, Any]]:
    """This will list how the table can be taken apart: by unit, by each kind of goods the campaign records, by month."""
    kinds = [
        (f.id, Text(f"按{f.name.zh}", f"By {f.name.in_language('en')}"))
        for f in kinds_of_goods(work.definition)
    ]
    return [{"by": by, "name": words(name)} for by, name in ((UNIT, _BY_UNIT), *kinds, (MONTH, _BY_MONTH))]


@dataclass(frozen=True, slots=True)
class _Apart:
    """A table taken apart, with the document it was made of."""

    document: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]]
    lines: Sequence[Line]
    groups: Sequence[tuple[str, Text]]


def breakdown(
    work: Work, kind: str, period: str, way: str, span: str, version: int | None = None
) -> dict[str, Any]:
    """This will show the results table of a period by unit, kind of goods or month, for who sees everything of all units
    together, for a unit its own; `span` is "period" or "cumulative".

    In every line the parts and the rest are the total. Raises Rejected: missing for a report or version that is not the
    caller's to see, invalid (unknown_way) for another `way`, naming those there are.
    """
    known = ways(work)
    if way not in {one["by"] for one in known}:
        raise Rejected(_unknown(known), kind="invalid")
    found = document(work, kind, period, version)
    rows = [row for row in found["table"]["rows"] if may_see_row(work, row["unit"])]
    common = {
        "kind": kind,
        "period": period,
        "version": version,
        "by": way,
        "span": span,
        "ways": known,
        "campaign": {name: found["campaign"][name] for name in ("id", "title", "office", "starts_on")},
        "report": found["report"],
        "whole": work.sees_everything,
        "as_of": found["as_of"],
    }
    if way == UNIT:
        return {**common, **_by_unit(found, rows, span, whole=work.sees_everything)}
    apart = _apart(work, found, way, span, rows)
    return {
        **common,
        "groups": [{"id": group, "name": words(name)} for group, name in apart.groups],
        "lines": [
            _line(apart, line, column, span, whole=work.sees_everything)
            for line, column in zip(apart.lines, found["table"]["columns"], strict=True)
        ],
    }


def may_see_row(work: Work, unit: str) -> bool:
    """This will say whether the caller may see a unit's row: the own, or every one."""
    return work.sees_everything or work.by.agency_id == unit


def _unknown(known: Iterable[Mapping[str, Any]]) -> Reason:
    there = "、".join(f"{way['by']}（{way['name']['zh']}）" for way in known)
    listed = ", ".join(way["by"] for way in known)
    said = Text(f"战果表不能这样分，可选：{there}", f"the table is not split that way; there is {listed}")
    return Reason("unknown_way", said, "/by")


def _apart(
    work: Work, found: Mapping[str, Any], by: str, span: str, rows: Sequence[Mapping[str, Any]]
) -> _Apart:
    units = [row["unit"] for row in rows]
    lines = taken_apart(work.definition, found, ledger(work, work.definition), by, span, units)
    return _Apart(found, rows, lines, groups_of(work.definition, by, lines))


def _by_unit(
    found: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], span: str, *, whole: bool
) -> dict[str, Any]:
    total = found["table"]["total"]
    return {
        "groups": [{"id": row["unit"] or OTHERS, "name": row["name"]} for row in rows],
        "lines": [
            {
                **_head(column),
                "why": None,
                "cells": [_cell(found, row[span][column["code"]]) for row in rows],
                "total": _cell(found, (total if whole else rows[0])[span][column["code"]]),
            }
            for column in found["table"]["columns"]
            if whole or rows
        ],
    }


def _line(apart: _Apart, line: Line, column: Mapping[str, Any], span: str, *, whole: bool) -> dict[str, Any]:
    total = apart.document["table"]["total"] if whole else next(iter(apart.rows), None)
    cell = total[span][line.code] if total is not None else {"value": None}
    cells = [] if line.why is not None else [shown(line.parts.get(group)) for group, _ in apart.groups]
    rest = line.rest if line.why is None or not column.get("ratio") else None
    return {
        **_head(column),
        "why": words(line.why) if line.why is not None else None,
        "cells": [_cell(apart.document, one) for one in cells],
        "rest": None if rest is None or (rest == 0 and line.why is None) else _rest(rest, cell),
        "total": _cell(apart.document, cell),
    }


def _rest(value: Decimal, total: Mapping[str, Any]) -> dict[str, Any]:
    about = {"qualifier": total["qualifier"]} if total.get("qualifier") else {}
    return {"value": plain(value), **about}


def _head(column: Mapping[str, Any]) -> dict[str, Any]:
    return {name: column[name] for name in ("code", "name", "unit", "group", "decimals", "basis")}


def _cell(found: Mapping[str, Any], cell: Mapping[str, Any]) -> dict[str, Any]:
    """A figure with the ids of what it counts in place of their places in the document."""
    places = cell.get("records")
    named = {} if places is None else {"records": [found["records"][place]["id"] for place in places]}
    return {**cell, **named}


def counted_in(
    work: Work, found: Mapping[str, Any], by: str, span: str, code: str, unit: str | None, group: str
) -> dict[str, Any]:
    """This will open one part of a line: its name, what it comes to, and its records with what each counts for.

    `unit` is a unit's id, None for all together. Raises Rejected (missing) for a part there is none of.
    """
    rows = [row for row in found["table"]["rows"] if unit is None or row["unit"] == unit]
    if by not in {MONTH, *(f.id for f in kinds_of_goods(work.definition))}:
        raise Rejected(UNSEEN, kind="missing")
    apart = _apart(work, found, by, span, rows)
    name = next((name for known, name in apart.groups if known == group), None)
    line = next((line for line in apart.lines if line.code == code), None)
    if name is None or line is None or line.why is not None:
        raise Rejected(UNSEEN, kind="missing")
    return {"id": group, "name": words(name), "cell": shown(line.parts.get(group))}
