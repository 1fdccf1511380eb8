"""A period of a report beside the one before it: what each figure was, what it is, and by how much it changed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from shared.application import queries
from shared.application.page_queries.results import table
from shared.application.work import Work
from workflows.campaign import ReportObligation
from workflows.reporting.quantity import plain

SPAN = "period"


def compared(work: Work, kind: str, period: str, version: int | None) -> dict[str, Any]:
    """This will show the figures of a period beside those of the one before, the whole's or the caller's unit's own.

    The one before is told as its newest compilation froze it, else as it stands (`before` says which); it is None for
    the first period of a kind. Raises Rejected (missing) for a report or version there is none of.
    """
    found = table(work, kind, period, SPAN, version)
    earlier = _before(work, kind, period)
    told: dict[str, Any] = {"now": found, "before": None, "lines": []}
    if earlier is None:
        return {**told, "as_of": found["as_of"]}
    frozen = _newest(work, kind, earlier.id)
    other = table(work, kind, earlier.id, SPAN, frozen)
    was = {line["code"]: _cell(line) for line in other["lines"]}
    lines = [_line(line, was.get(line["code"])) for line in found["lines"]]
    return {"now": found, "before": other, "lines": lines, "as_of": found["as_of"]}


def _before(work: Work, kind: str, period: str) -> ReportObligation | None:
    """The last period of the kind that ended before this one began."""
    begins = work.definition.report(kind, period).covers_from
    ended = [r for r in work.definition.reports if r.figures and r.kind == kind and r.covers_to < begins]
    return max(ended, key=lambda r: r.covers_to, default=None)


def _newest(work: Work, kind: str, period: str) -> int | None:
    compiled = queries.reports(work)["compilations"]
    return max((c["version"] for c in compiled if (c["kind"], c["period"]) == (kind, period)), default=None)


def _cell(line: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The figure of the whole; of a unit, which sees its own row alone, that one."""
    cell = line["total"] or next(iter(line["cells"]), None)
    return cell if isinstance(cell, Mapping) else None


def _line(line: Mapping[str, Any], was: Mapping[str, Any] | None) -> dict[str, Any]:
    now = _cell(line)
    before, after = (_number(cell) for cell in (was, now))
    change = after - before if before is not None and after is not None else None
    named = ("code", "name", "unit", "group", "decimals")
    return {
        **{name: line[name] for name in named},
        "was": was,
        "now": now,
        "change": None if change is None else plain(change),
    }


def _number(cell: Mapping[str, Any] | None) -> Decimal | None:
    return Decimal(cell["value"]) if cell is not None and cell["value"] is not None else None
