"""What can be read of reports: what a unit need not type, the table as it stands, and the records behind a figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from shared.application.ledger import ledger
from shared.application.reports import obligation, row_of, snapshot_of
from shared.application.views import words
from shared.application.work import UNSEEN, Work
from workflows.campaign import CampaignDefinition, Column, ReportObligation
from workflows.rejection import Rejected
from workflows.reporting import Row
from workflows.reporting.from_columns import fills_in
from workflows.reporting.quantity import plain
from workflows.reporting.snapshot_changes import SPANS
from workflows.reporting.submission import LONGEST_TEXT


def form_of(
    work: Work, unit: str, kind: str, period: str
) -> tuple[CampaignDefinition, ReportObligation, Row]:
    """This will give what an empty form of a unit is made of: its rules and its row of the table. Raises Rejected."""
    owed = obligation(work, unit, kind, period)
    definition = work.pinned(owed["definition_hash"])
    rule = definition.report(kind, period)
    return definition, _due(rule, owed["due_at"].astimezone(work.zone)), row_of(work, definition, rule, unit)


def _due(rule: ReportObligation, due: datetime) -> ReportObligation:
    """The rule with the due day that counts for the unit, which its days off may have moved."""
    on = due.date() if rule.due_time is not None else (due - timedelta(days=1)).date()
    return replace(rule, due_on=on)


def draft(work: Work, unit: str, kind: str, period: str) -> dict[str, Any]:
    """This will give a unit's report before anything is typed: what records know, and what is left to fill in.

    Raises Rejected (missing) for a report nobody owes, or another unit's.
    """
    definition, rule, row = form_of(work, unit, kind, period)
    numbers = {str(r["id"]): r.get("number") for r in ledger(work, definition)}
    return {
        "unit": unit,
        "kind": kind,
        "period": period,
        "as_of": work.in_zone(work.at),
        "figures": [
            _line(column, row, numbers)
            for column in definition.columns
            if rule.figures and (column.basis != "manual" or fills_in(definition, column, unit))
        ],
        "texts": [_text(definition, field_id) for field_id in rule.texts],
    }


def _line(column: Column, row: Row, numbers: Mapping[str, Any]) -> dict[str, Any]:
    cell = row.period[column.code]
    before = row.before[column.code]
    return {
        "code": column.code,
        "name": words(column.name),
        "unit": words(column.unit),
        "group": column.group,
        "basis": column.basis,
        "decimals": column.decimals,
        "computed": None if cell.computed is None else plain(cell.computed),
        "before": None if before is None else plain(before),
        "records": [{"id": key, "number": numbers.get(key)} for key in cell.records],
    }


def _text(definition: CampaignDefinition, field_id: str) -> dict[str, Any]:
    field = definition.field(field_id)
    return {"field": field_id, "name": words(field.name), "maximum": field.maximum or LONGEST_TEXT}


def table(work: Work, kind: str, period: str) -> dict[str, Any]:
    """This will give a period as it would be compiled now; nothing is kept. Raises Rejected (missing)."""
    if not work.sees_everything:
        raise Rejected(UNSEEN, kind="missing")
    found = work.uow.reports.compilation(work.campaign.id, kind, period, None)
    snapshot = snapshot_of(work, kind, period, found)
    return {"kind": kind, "period": period, "hash": snapshot.hash, "snapshot": dict(snapshot.document)}


def figure(
    work: Work, kind: str, period: str, unit: str, column: str, span: str, version: int | None
) -> dict[str, Any]:
    """This will open one figure of a compiled period: its cell, its rule, and the records behind it as of that moment.

    `unit` is a unit's id, "total", or "elsewhere" for records of agencies that do not report; `span` is "period" or
    "cumulative". Raises Rejected (missing) for what the compiled period does not have.
    """
    found = work.uow.reports.compilation(work.campaign.id, kind, period, version)
    if found is None or not work.sees_everything or span not in SPANS:
        raise Rejected(UNSEEN, kind="missing")
    snapshot = found["snapshot"]
    rows = {row["unit"] or "elsewhere": row for row in snapshot["table"]["rows"]}
    rows["total"] = snapshot["table"]["total"]
    known = {entry["code"]: entry for entry in snapshot["table"]["columns"]}
    if unit not in rows or column not in known:
        raise Rejected(UNSEEN, kind="missing")
    cell = rows[unit][span][column]
    return {
        "kind": kind,
        "period": period,
        "version": found["version"],
        "as_of": snapshot["as_of"],
        "unit": unit,
        "span": span,
        "column": {
            name: known[column][name] for name in ("code", "name", "unit", "basis", "source", "counted")
        },
        "figure": {name: value for name, value in cell.items() if name not in ("records", "amounts")},
        "parts": [
            {"column": code, "value": rows[unit][span][code]["value"]} for code in parts_of(known[column])
        ],
        "records": _records(snapshot, rows, unit, span, column),
    }


def parts_of(column: Mapping[str, Any]) -> list[str]:
    """The columns that a column of a compiled period is computed from, by code; none for one that records or people give."""
    ratio = column.get("ratio")
    if ratio is None:
        return list(column["sum_of"])
    return list(dict.fromkeys((*ratio["of"], *ratio["less"], *ratio["per"])))


def _records(
    snapshot: Mapping[str, Any], rows: Mapping[str, Any], unit: str, span: str, column: str
) -> list[dict[str, Any]]:
    """The records of a cell; those of the total are the units' together."""
    behind = [row for name, row in rows.items() if name != "total"] if unit == "total" else [rows[unit]]
    found = []
    for row in behind:
        cell = row[span][column]
        places = cell.get("records", ())
        for place, amount in zip(places, cell.get("amounts") or ("1",) * len(places), strict=True):
            found.append({**snapshot["records"][place], "unit": row["unit"], "amount": amount})
    return found
