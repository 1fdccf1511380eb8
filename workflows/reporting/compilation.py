"""Compilation: a period's records and submissions folded into one frozen, hashed snapshot.

The fold knows no order and no clock: the same inputs at the same moment give the same bytes. It names who is
missing, lists where reports contradict the ledger, and says what changed since the version before. It never
fills a gap.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from workflows.campaign import CampaignDefinition, Column, Ratio, ReportObligation
from workflows.reporting.contradictions import contradictions
from workflows.reporting.from_columns import formulas_of, is_sum, standing_columns
from workflows.reporting.ledger import ELSEWHERE, Ledger, Record, open_ledger
from workflows.reporting.obligations import due_at, owing_units, reporting_units
from workflows.reporting.quantity import plain
from workflows.reporting.results_table import Cell, Row, Table, table_of
from workflows.reporting.snapshot_changes import changes_between
from workflows.reporting.standing import Latest, UnitReport, latest_reports, unit_report
from workflows.reporting.submission import Submission
from workflows.sources import cited
from workflows.text import Text

FORMAT = 1
_KINDS = {
    "leads": Text("线索台账", "the lead ledger"),
    "handoffs": Text("协作事项台账", "the ledger of handoffs"),
    "transfers": Text("案件移送台账", "the ledger of transfers"),
}
_ELSEWHERE_NAME = Text("其他单位", "Other agencies")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A compiled period: a JSON-ready document."""

    document: Mapping[str, Any]

    @property
    def hash(self) -> str:
        """The SHA-256 (hex) of its canonical form; made for those who ask, for it takes as long as a table."""
        return hashlib.sha256(canonical(self.document)).hexdigest()


def canonical(document: Mapping[str, Any]) -> bytes:
    """This will write a snapshot document so that equal documents give equal bytes."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def compile_period(
    definition: CampaignDefinition,
    obligation: ReportObligation,
    *,
    records: Iterable[Record],
    submissions: Iterable[Submission],
    at: datetime,
    version: int,
    previous: Mapping[str, Any] | None,
    waivers: Mapping[str, str] | None = None,
    owing: Mapping[str, datetime] | None = None,
) -> Snapshot:
    """This will compile a period as it stands at the aware moment `at`.

    `submissions` are those of this period and of earlier ones (cumulative figures need them); of several
    versions of one report the highest that came by `at` counts. `previous` is the document of the version
    before, if there is one: the changes are listed against it. `waivers` gives the reason by unit; `owing`
    gives the units that owe this report, and until when, where some joined, left or have days off. Nothing
    is invented: no figure stands for what nobody said. Raises BadRecord for records no figure can come from,
    ValueError for a naive `at` or two different submissions with one version.
    """
    if at.tzinfo is None:
        raise ValueError("a period is compiled at an aware moment")
    latest = latest_reports(submissions, at)
    agencies = owing_units(definition, obligation)
    owed = owing if owing is not None else {}
    if owing is not None:
        agencies = tuple(agency for agency in definition.agencies if agency.id in owed)
    units = tuple(dict.fromkeys((*(a.id for a in reporting_units(definition)), *(a.id for a in agencies))))
    reports = tuple(
        unit_report(definition, obligation, a, latest, waivers or {}, at, owed.get(a.id)) for a in agencies
    )
    ledger = open_ledger(definition, records, units)
    by_unit = _by_unit(definition, obligation, latest, units)
    table = table_of(definition, ledger, obligation.covers_from, obligation.covers_to, units, by_unit)
    due = max(owed.values(), default=due_at(definition, obligation))
    document = _document(definition, obligation, reports, ledger, table, at, version, due)
    document["changes"] = changes_between(previous, document)
    return Snapshot(document)


def _by_unit(
    definition: CampaignDefinition, obligation: ReportObligation, latest: Latest, units: Sequence[str]
) -> dict[str, list[Submission]]:
    """The submissions whose figures count, by unit: of several reports on the same days only the one compiled."""
    days = (obligation.covers_from, obligation.covers_to)
    others = {
        (r.kind, r.id) for r in definition.reports if (r.covers_from, r.covers_to) == days and r != obligation
    }
    found: dict[str, list[Submission]] = {unit: [] for unit in units}
    for (unit, kind, period), (submission, _) in latest.items():
        if unit in found and (kind, period) not in others:
            found[unit].append(submission)
    return found


def _document(
    definition: CampaignDefinition,
    obligation: ReportObligation,
    reports: Sequence[UnitReport],
    ledger: Ledger,
    table: Table,
    at: datetime,
    version: int,
    due: datetime,
) -> dict[str, Any]:
    zone = ZoneInfo(definition.time_zone)
    references = {key: index for index, key in enumerate(_behind(table))}
    return {
        "format": FORMAT,
        "campaign": {
            "id": definition.id,
            "version": definition.version,
            "hash": definition.hash,
            "title": _words(definition.title),
            "starts_on": definition.starts_on.isoformat(),
            "office": _words(definition.office.name),
        },
        "report": {
            "kind": obligation.kind,
            "period": obligation.id,
            "name": _words(obligation.name),
            "covers_from": obligation.covers_from.isoformat(),
            "covers_to": obligation.covers_to.isoformat(),
            "due_at": due.astimezone(zone).isoformat(),
            "words": obligation.words,
            "source": obligation.source,
        },
        "version": version,
        "as_of": at.astimezone(zone).isoformat(),
        "time_zone": definition.time_zone,
        "units": [_unit(report, zone) for report in reports],
        "texts": _texts(definition, obligation, reports),
        "table": {
            "columns": [_column(definition, column) for column in table.columns],
            "rows": [_row(row, _row_name(definition, row), references) for row in table.rows],
            "total": _row(table.total, Text("合计", "Total"), None),
        },
        "records": [_record(ledger.records[key]) for key in references],
        "contradictions": contradictions(definition, reports, ledger, table),
    }


def _behind(table: Table) -> list[str]:
    """Every record some figure counts, in order of id."""
    return sorted(
        {record for cell in table.total.cumulative.values() for record in cell.records}
        | {record for cell in table.total.period.values() for record in cell.records}
    )


def _unit(report: UnitReport, zone: ZoneInfo) -> dict[str, Any]:
    first = report.first_submitted_at
    return {
        "id": report.agency.id,
        "name": _words(report.agency.name),
        "short": report.agency.short,
        "status": report.status,
        "submitted_at": first.astimezone(zone).isoformat() if first else None,
        "version": report.submission.version if report.submission else None,
        "waived": report.waived,
    }


def _texts(
    definition: CampaignDefinition, obligation: ReportObligation, reports: Sequence[UnitReport]
) -> list[dict[str, Any]]:
    sections = []
    for field_id in obligation.texts:
        entries = [
            {"unit": report.agency.id, "name": _words(report.agency.name), "text": text}
            for report in reports
            if report.submission and (text := report.submission.texts.get(field_id, "")).strip()
        ]
        sections.append(
            {"field": field_id, "name": _words(definition.field(field_id).name), "entries": entries}
        )
    return sections


def _column(definition: CampaignDefinition, column: Column) -> dict[str, Any]:
    formula = formulas_of(definition).get(column.code)
    more: dict[str, Any] = {}
    if formula is not None and not is_sum(formula):
        parts = {"of": list(formula.of), "less": list(formula.less), "per": list(formula.per)}
        more["ratio"] = {**parts, "scale": plain(formula.scale)}
    if column.code in standing_columns(definition):
        more["stands"] = True
    return {
        **more,
        "code": column.code,
        "name": _words(column.name),
        "unit": _words(column.unit),
        "group": column.group,
        "basis": column.basis,
        "decimals": column.decimals,
        "chart": column.chart,
        "source": column.source,
        "cited": cited(column.source, definition.laws, definition.office.name.zh),
        "records": column.measure.records if column.measure else None,
        "counted": _words(_counted(definition, column)),
        "sum_of": list(formula.of) if formula is not None and is_sum(formula) else [],
    }


def _counted(definition: CampaignDefinition, column: Column) -> Text:
    """From what the figure is computed, in words."""
    if column.basis == "manual":
        return Text("各单位填报", "reported by the units")
    if column.ratio is not None:
        return _worked_out(column.ratio)
    if column.measure is None:
        return Text("各分项之和", "the sum of its parts")
    kind = column.measure.records
    return _KINDS.get(kind) or definition.record_kind(kind).name


def _worked_out(ratio: Ratio) -> Text:
    """A formula as people write it: (A1 − A0) ÷ A0 × 100."""
    above = " − ".join(" + ".join(codes) for codes in (ratio.of, ratio.less) if codes)
    parts = [f"({above})" if len(ratio.of) + len(ratio.less) > 1 and ratio.per else above]
    if ratio.per:
        below = " + ".join(ratio.per)
        parts.append(f"÷ ({below})" if len(ratio.per) > 1 else f"÷ {below}")
    if ratio.scale != 1:
        parts.append(f"× {plain(ratio.scale)}")
    said = " ".join(parts)
    return Text(f"由其他指标算出：{said}", f"computed from other columns: {said}")


def _row_name(definition: CampaignDefinition, row: Row) -> Text:
    return _ELSEWHERE_NAME if row.unit == ELSEWHERE else definition.agency(row.unit).name


def _row(row: Row, name: Text, references: Mapping[str, int] | None) -> dict[str, Any]:
    return {
        "unit": row.unit,
        "name": _words(name),
        "period": {code: _cell(cell, references) for code, cell in row.period.items()},
        "cumulative": {code: _cell(cell, references) for code, cell in row.cumulative.items()},
    }


def _cell(cell: Cell, references: Mapping[str, int] | None) -> dict[str, Any]:
    """A cell without what it does not have; `records` are places in the document's list of records, `amounts` what
    each of them counts for, where that is not one.
    """
    parts: dict[str, Any] = {"value": None if cell.value is None else plain(cell.value)}
    if cell.corrected is not None:
        parts["corrected"] = plain(cell.corrected)
        parts["computed"] = None if cell.computed is None else plain(cell.computed)
        parts["reason"] = cell.reason
    if cell.qualifier:
        parts["qualifier"] = cell.qualifier
    if not cell.asked:
        parts["asked"] = False
    if references is not None and cell.records:
        amounts = cell.amounts or (None,) * len(cell.records)
        counted = sorted(zip((references[record] for record in cell.records), amounts, strict=True))
        parts["records"] = [place for place, _ in counted]
        if cell.amounts:
            parts["amounts"] = [plain(amount) for _, amount in counted if amount is not None]
    return parts


def _record(record: Record) -> dict[str, Any]:
    number = record.get("number")
    return {
        "id": str(record["id"]),
        "kind": str(record["kind"]),
        "number": None if number is None else str(number),
    }


def _words(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
