"""Where reports and the ledger do not agree: listed for people to settle, never settled here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from workflows.campaign import CampaignDefinition
from workflows.reporting.ledger import ELSEWHERE, Ledger
from workflows.reporting.quantity import Quantity, plain, read_quantity
from workflows.reporting.results_table import Row, Table
from workflows.reporting.standing import UnitReport
from workflows.reporting.submission import beside_zero
from workflows.reporting.table_checks import broken_checks

Entry = dict[str, Any]
_MOST_FIGURES = 6


def contradictions(
    definition: CampaignDefinition,
    reports: Sequence[UnitReport],
    ledger: Ledger,
    table: Table,
) -> list[Entry]:
    """This will list every disagreement, unit by unit in the definition's order, then those of the whole."""
    found: list[Entry] = []
    for report in reports:
        row = table.row(report.agency.id)
        name = report.agency.name.zh
        found.extend(_corrections(definition, name, row))
        if report.submission is not None and report.submission.zero:
            found.extend(_zero_report(definition, name, row, report.submission.reason))
        if report.submission is not None:
            found.extend(_stated_cumulative(definition, name, row, report.submission.figures))
        found.extend(_checks(definition, name, row))
    found.extend(_twice(definition, ledger, table))
    found.extend(_elsewhere(table))
    found.extend(_outside(definition, ledger))
    return found


def _entry(code: str, unit: str, column: str | None, zh: str, en: str) -> Entry:
    return {"code": code, "unit": unit, "column": column, "message": {"zh": zh, "en": en}}


def _corrections(definition: CampaignDefinition, name: str, row: Row) -> Iterator[Entry]:
    for column in definition.columns:
        cell = row.period[column.code]
        if cell.corrected is None or cell.corrected == cell.computed:
            continue
        computed = "空" if cell.computed is None else plain(cell.computed)
        zh = f"{name}“{column.name.zh}”记录为 {computed}，报送更正为 {plain(cell.corrected)}（{cell.reason}）"
        en = f"{name}, {column.code}: the records give {computed}, the unit reports {plain(cell.corrected)}"
        yield _entry("corrected", row.unit, column.code, zh, en)


def _zero_report(definition: CampaignDefinition, name: str, row: Row, reason: str | None) -> Iterator[Entry]:
    found = beside_zero(definition, row.computed)
    if found:
        rest = f"等{len(found)}项" if len(found) > _MOST_FIGURES else ""
        why = f"；说明：{reason.strip().rstrip('。；;')}" if reason else ""
        zh = f"{name}报零报告，但记录中有：{'、'.join(found[:_MOST_FIGURES])}{rest}{why}"
        en = f"{name} files a zero report, but the records have figures in {len(found)} columns"
        yield _entry("zero_report_with_records", row.unit, None, zh, en)


def _stated_cumulative(definition: CampaignDefinition, name: str, row: Row, figures: Any) -> Iterator[Entry]:
    for column in definition.columns:
        if column.basis != "manual" or column.code not in figures:
            continue
        quantity, held = read_quantity(figures[column.code], column), row.cumulative[column.code].value
        if not isinstance(quantity, Quantity) or quantity.cumulative in (None, held):
            continue
        stated, held = quantity.cumulative or Decimal(0), held or Decimal(0)
        zh = f"{name}“{column.name.zh}”自报累计 {plain(stated)}，各期相加为 {plain(held)}"
        en = f"{name}, {column.code}: states {plain(stated)} in all, its periods add up to {plain(held)}"
        yield _entry("cumulative_differs", row.unit, column.code, zh, en)


def _checks(definition: CampaignDefinition, name: str, row: Row) -> Iterator[Entry]:
    spans = {"period": row.period, "cumulative": row.cumulative}
    for broken in (
        broken
        for over, cells in spans.items()
        for broken in broken_checks(definition, {code: cell.value for code, cell in cells.items()}, over)
    ):
        yield _entry(
            "check_failed",
            row.unit,
            broken.check.left,
            f"{name}：{broken.text.zh}",
            f"{name}: {broken.text.en}",
        )


def _twice(definition: CampaignDefinition, ledger: Ledger, table: Table) -> Iterator[Entry]:
    """Two agencies that recorded the same kind of work on one lead and day may have recorded one joint case twice."""
    counted = {record for cell in table.total.period.values() for record in cell.records}
    told: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for key in counted:
        record = ledger.records[key]
        by, on, number = (record.get(name) for name in ("recorded_by_agency", "occurred_on", "number"))
        if by is not None and on is not None and number is not None:
            told[str(number), str(record["kind"]), str(on)].add(str(by))
    names = {agency.id: agency.name.zh for agency in definition.agencies}
    for (number, kind, on), agencies in sorted(told.items()):
        if len(agencies) > 1:
            what = definition.record_kind(kind).name
            who = "、".join(names.get(agency, agency) for agency in sorted(agencies))
            zh = f"线索{number}在{on}有{who}分别登记“{what.zh}”，如为同一次联合行动，请只留一条"
            en = f"{number}, {on}: {len(agencies)} agencies recorded {what.en or what.zh}; if it is one joint case, keep one"
            yield _entry("maybe_twice", "", None, zh, en)


def _elsewhere(table: Table) -> Iterator[Entry]:
    row = next((row for row in table.rows if row.unit == ELSEWHERE), None)
    count = len({record for cell in row.cumulative.values() for record in cell.records}) if row else 0
    if count:
        zh = f"有 {count} 条记录不属于任何报送单位，列入“其他单位”"
        yield _entry("no_reporting_unit", ELSEWHERE, None, zh, f"{count} records belong to no reporting unit")


def _outside(definition: CampaignDefinition, ledger: Ledger) -> Iterator[Entry]:
    if ledger.outside:
        days = f"{definition.starts_on.isoformat()} – {definition.ends_on.isoformat()}"
        count = len(ledger.outside)
        zh = f"有 {count} 条记录的时间在行动期（{days}）之外，请核对"
        yield _entry("outside_campaign", "", None, zh, f"{count} records lie outside the campaign ({days})")
