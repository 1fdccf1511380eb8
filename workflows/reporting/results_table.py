"""The results table (战果表): each figure from records, with the records it counts; empty is not zero.

Cumulative figures run from the campaign's first day. What people type is added period by period; a correction
moves the cumulative figure by as much as it moved its own period, and the computed figure stays beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from workflows.campaign import CampaignDefinition, Column, Ratio
from workflows.reporting.from_columns import (
    fills_in,
    formulas_of,
    in_order,
    is_sum,
    whole_columns,
    worked_out,
)
from workflows.reporting.ledger import ELSEWHERE, BadRecord, Hit, Ledger, Record, open_ledger
from workflows.reporting.quantity import Quantity, read_number, read_quantity
from workflows.reporting.submission import Submission

_ZERO, _ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure. `value` is what counts; None means nobody has said, which is not zero.

    `computed` is what the records give, `corrected` what a unit put beside it with `reason`; both are kept.
    `records` names the records behind the computed figure, in order of day and id; a total has those of its
    parts. `amounts` says how much each of them counts for, and is empty where each counts for one. `asked` is false
    for a unit that does not fill the column in.
    """

    value: Decimal | None
    basis: str
    computed: Decimal | None = None
    corrected: Decimal | None = None
    reason: str | None = None
    qualifier: str | None = None
    records: tuple[str, ...] = ()
    amounts: tuple[Decimal, ...] = ()
    asked: bool = True


_NOT_ASKED = Cell(None, "manual", asked=False)


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one unit, or the total, by column code: of this period and since the campaign began."""

    unit: str
    period: Mapping[str, Cell]
    cumulative: Mapping[str, Cell]
    whole: frozenset[str] = frozenset()
    """The columns whose cumulative figure is no sum over periods: what stands, and rates."""

    @property
    def computed(self) -> dict[str, Decimal | None]:
        """What the records give for the period, by column code."""
        return {code: cell.computed for code, cell in self.period.items()}

    @property
    def before(self) -> dict[str, Decimal | None]:
        """The cumulative figures before the period, by column code; none where they do not add up over periods."""
        return {
            code: None if code in self.whole else _minus(self.cumulative[code].value, cell.value)
            for code, cell in self.period.items()
        }


@dataclass(frozen=True, slots=True)
class Table:
    """Units by columns, and the total. The unit "" holds records of agencies that do not report, if any."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row

    def row(self, unit: str) -> Row:
        """This will find the row of a unit; raises KeyError."""
        found = next((row for row in self.rows if row.unit == unit), None)
        if found is None:
            raise KeyError(f"the table has no row for {unit!r}")
        return found


def compute_table(
    definition: CampaignDefinition,
    records: Iterable[Record],
    covers_from: date,
    covers_to: date,
    units: Sequence[str],
    figures_by_unit: Mapping[str, Sequence[Submission]],
) -> Table:
    """This will compute the whole table for the days from `covers_from` to `covers_to`, both included.

    `records` are mappings with "id", "kind" (leads, handoffs, transfers or a record kind), "agency", "number"
    and every fact the measures name; moments are aware datetimes or dates. `figures_by_unit` holds each
    unit's submissions, of this and of earlier periods: cumulative manual figures are their sum. Raises
    BadRecord for a naive datetime, a total that is no number, or two different records with one id.
    """
    return table_of(
        definition, open_ledger(definition, records, units), covers_from, covers_to, units, figures_by_unit
    )


def table_of(
    definition: CampaignDefinition,
    ledger: Ledger,
    covers_from: date,
    covers_to: date,
    units: Sequence[str],
    figures_by_unit: Mapping[str, Sequence[Submission]],
) -> Table:
    """This will compute the table from records that are indexed already."""
    everyone = (*units, ELSEWHERE) if ledger.has_elsewhere(definition.starts_on, covers_to) else tuple(units)
    formulas = tuple(in_order(formulas_of(definition)))
    spans = _Spans(definition, ledger, covers_from, covers_to, formulas, whole_columns(definition))
    rows = tuple(spans.row(unit, figures_by_unit.get(unit, ())) for unit in everyone)
    return Table(definition.columns, rows, spans.total(rows))


@dataclass(frozen=True, slots=True)
class _Reported:
    """A submission with the days it covers."""

    first: date
    last: date
    submission: Submission


@dataclass(frozen=True, slots=True)
class _Spans:
    """The two spans of a table over one ledger, and how a unit's cells come about."""

    definition: CampaignDefinition
    ledger: Ledger
    first: date
    last: date
    formulas: tuple[tuple[str, Ratio], ...]
    whole: frozenset[str]

    def row(self, unit: str, submissions: Sequence[Submission]) -> Row:
        chain = self._chain(submissions)
        now = [reported for reported in chain if reported.first == self.first and reported.last == self.last]
        period: dict[str, Cell] = {}
        cumulative: dict[str, Cell] = {}
        for column in self.definition.columns:
            period[column.code] = self._cell(column, unit, self.first, now)
            cumulative[column.code] = self._cell(column, unit, self.definition.starts_on, chain)
        self._add_computed(period)
        self._add_computed(cumulative)
        return Row(unit, period, cumulative, self.whole)

    def total(self, rows: Sequence[Row]) -> Row:
        """The figures of all units together; a rate of all is computed from their totals."""
        columns = self.definition.columns
        period = {c.code: _total(c.basis, [row.period[c.code] for row in rows]) for c in columns}
        cumulative = {c.code: _total(c.basis, [row.cumulative[c.code] for row in rows]) for c in columns}
        self._add_ratios(period, [row.period for row in rows])
        self._add_ratios(cumulative, [row.cumulative for row in rows])
        return Row("total", period, cumulative, self.whole)

    def _chain(self, submissions: Sequence[Submission]) -> list[_Reported]:
        """This period's submission, and earlier ones whose days do not overlap: oldest first."""
        spans = {(r.kind, r.id): (r.covers_from, r.covers_to) for r in self.definition.reports}
        reported = [
            _Reported(*spans[s.kind, s.period], s) for s in submissions if (s.kind, s.period) in spans
        ]
        chain: list[_Reported] = []
        limit = self.last
        for one in sorted(reported, key=lambda r: (r.last, r.first, r.submission.kind), reverse=True):
            if one.last <= limit and (
                one.last < self.first or (one.first, one.last) == (self.first, self.last)
            ):
                chain.insert(0, one)
                limit = date.fromordinal(one.first.toordinal() - 1)
        return chain

    def _cell(self, column: Column, unit: str, first: date, chain: Sequence[_Reported]) -> Cell:
        if column.basis == "manual":
            return _manual(column, chain) if fills_in(self.definition, column, unit) else _NOT_ASKED
        if column.measure is None and column.basis == "derived":
            return Cell(None, column.basis)
        hits = self.ledger.between(column.code, unit, first, self.last)
        computed = _sum(hits) if column.measure is not None else None
        counted = Cell(computed, column.basis, computed, **_behind((hit.record, hit.amount) for hit in hits))
        return self._corrected(column, unit, counted, chain) if column.basis == "corrected" else counted

    def _corrected(self, column: Column, unit: str, counted: Cell, chain: Sequence[_Reported]) -> Cell:
        moved, reasons = _ZERO, []
        if column.stands:
            chain = [reported for reported in chain if reported.last == self.last]
        for reported in chain:
            correction = reported.submission.corrections.get(column.code)
            if correction is None:
                continue
            value = read_number(correction.get("value"), column.decimals)
            if not isinstance(value, Decimal):
                raise BadRecord(f"{column.code}: the correction of {unit!r} is no number")
            moved += value - _sum(self.ledger.between(column.code, unit, reported.first, reported.last))
            reasons.append(str(correction.get("reason", "")))
        if not reasons:
            return counted
        value = (counted.computed or _ZERO) + moved
        reason = "；".join(reasons)
        return replace(counted, value=value, basis="corrected", corrected=value, reason=reason)

    def _add_computed(self, cells: dict[str, Cell]) -> None:
        """Fill derived columns that nothing measures but other columns give."""
        for code, formula in self.formulas:
            if is_sum(formula):
                cells[code] = _total("derived", [cells[part] for part in formula.of])
            else:
                self._work_out(code, formula, cells)

    def _add_ratios(self, cells: dict[str, Cell], rows: Sequence[Mapping[str, Cell]]) -> None:
        """Where a unit has said one part of a rate and not the other, the total would compare unlike things: none is given."""
        for code, formula in self.formulas:
            if not is_sum(formula):
                self._work_out(code, formula, cells)
                if any(_is_half_said([row[part] for part in formula.parts]) for row in rows):
                    cells[code] = Cell(None, "derived")

    def _work_out(self, code: str, formula: Ratio, cells: dict[str, Cell]) -> None:
        column = next(column for column in self.definition.columns if column.code == code)
        value = worked_out(column, formula, {part: cells[part].value for part in formula.parts})
        about = value is not None and any(cells[part].qualifier for part in formula.parts)
        cells[code] = Cell(value, "derived", value, qualifier="约" if about else None)


def _is_half_said(parts: Sequence[Cell]) -> bool:
    said = [cell for cell in parts if cell.value is not None]
    return bool(said) and any(cell.value is None and cell.asked for cell in parts)


def _manual(column: Column, chain: Sequence[_Reported]) -> Cell:
    typed = [quantity for reported in chain if (quantity := _typed(column, reported.submission)) is not None]
    if not typed:
        return Cell(None, "manual")
    if column.stock:
        return Cell(typed[-1].period, "manual", qualifier=typed[-1].qualifier)
    return Cell(
        sum((quantity.period for quantity in typed), _ZERO),
        "manual",
        qualifier=_together(q.qualifier for q in typed),
    )


def _typed(column: Column, submission: Submission) -> Quantity | None:
    typed = submission.figures.get(column.code)
    if typed is None:
        return Quantity(_ZERO) if submission.zero and not column.stock else None
    quantity = read_quantity(typed, column)
    if not isinstance(quantity, Quantity):
        raise BadRecord(f"{column.code}: the figure of {submission.unit!r} is no number")
    return quantity


def _total(basis: str, cells: Sequence[Cell]) -> Cell:
    values = [cell.value for cell in cells if cell.value is not None]
    computed = [cell.computed for cell in cells if cell.computed is not None]
    total = sum(values, _ZERO) if values else None
    return Cell(
        total,
        basis,
        sum(computed, _ZERO) if computed else None,
        total if any(cell.corrected is not None for cell in cells) else None,
        None,
        _together(cell.qualifier for cell in cells),
        **_behind(
            pair
            for cell in cells
            for pair in zip(cell.records, cell.amounts or (_ONE,) * len(cell.records), strict=True)
        ),
    )


def _behind(counted: Iterable[tuple[str, Decimal]]) -> dict[str, Any]:
    """The records of a cell and their amounts; a record that counts in several parts has their sum."""
    amounts: dict[str, Decimal] = {}
    for record, amount in counted:
        amounts[record] = amounts.get(record, _ZERO) + amount
    plain = all(amount == _ONE for amount in amounts.values())
    return {"records": tuple(amounts), "amounts": () if plain else tuple(amounts.values())}


def _together(qualifiers: Iterable[str | None]) -> str | None:
    found = sorted({qualifier for qualifier in qualifiers if qualifier})
    return found[0] if len(found) == 1 else "约" if found else None


def _sum(hits: Iterable[Hit]) -> Decimal:
    return sum((hit.amount for hit in hits), _ZERO)


def _minus(left: Decimal | None, right: Decimal | None) -> Decimal | None:
    return None if left is None else left - (right or _ZERO)
