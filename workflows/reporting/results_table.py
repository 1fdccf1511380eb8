"""The results table (战果表): each figure from records, with the records it counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from workflows.campaign import CampaignDefinition, Column
from workflows.reporting.submission import Submission


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure. `value` is what counts; None means nobody has said, which is not zero.

    `computed` is what the records give, `corrected` what a unit put beside it with `reason`; both are kept.
    `records` names the records behind the computed figure, in order of their ids.
    """

    value: Decimal | None
    basis: str
    computed: Decimal | None = None
    corrected: Decimal | None = None
    reason: str | None = None
    qualifier: str | None = None
    records: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one unit (or of the total), by column code: this period, and since the campaign began."""

    unit: str
    period: Mapping[str, Cell]
    cumulative: Mapping[str, Cell]

    @property
    def computed(self) -> dict[str, Decimal | None]:
        """What the records give for the period, by column code."""
        return {code: cell.computed for code, cell in self.period.items()}

    @property
    def before(self) -> dict[str, Decimal | None]:
        """The cumulative figures before the period, by column code."""
        return {code: _minus(self.cumulative[code].value, cell.value) for code, cell in self.period.items()}


@dataclass(frozen=True, slots=True)
class Table:
    """Columns by units, and the total row."""

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
    records: Iterable[Mapping[str, object]],
    covers_from: date,
    covers_to: date,
    units: Sequence[str],
    figures_by_unit: Mapping[str, Sequence[Submission]],
) -> Table:
    """This will compute the whole table for a period.

    `records` are mappings with "id", "kind" (leads, handoffs, transfers or a record kind), "agency", "number" and
    every fact the measures name; moments are aware datetimes or dates. `figures_by_unit` holds each unit's
    submissions, of this and of earlier periods: cumulative manual figures are their sum. Raises ValueError for a naive
    datetime, a total that is no number, or two different records with one id.
    """
    raise NotImplementedError


def _minus(left: Decimal | None, right: Decimal | None) -> Decimal | None:
    return None if left is None else left - (right or Decimal(0))
