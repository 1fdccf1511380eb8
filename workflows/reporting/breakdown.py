"""One row of the results table taken apart: by the kind of goods, by the month, or by the unit.

It is made of a snapshot document, so that its sums are that table's own figures: what the parts do not hold (corrections,
what units type, rates, what stands at a day) is named as the rest and as what it is, and never spread over the parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from workflows.campaign import CampaignDefinition, Field
from workflows.reporting.ledger import Record, day_of
from workflows.reporting.quantity import plain
from workflows.text import Text

UNIT, MONTH = "unit", "month"
UNKNOWN = "unknown"
"""The part of records of which nobody said what kind they are of, or when."""
TYPED = Text("单位填报，不细分", "typed by units; not split")
STANDS = Text("时点数，不按月分", "as of a day; not split by month")
COMPUTED = Text("由合计算出，不相加", "worked out from totals; not added up")
_ZERO, _ONE = Decimal(0), Decimal(1)


@dataclass(slots=True)
class Part:
    """What one column has in one group: how much, and which records (places in the document) count for how much."""

    value: Decimal = _ZERO
    records: dict[int, Decimal] = field(default_factory=dict)

    def add(self, place: int, amount: Decimal) -> None:
        """This will count a record."""
        self.value += amount
        self.records[place] = self.records.get(place, _ZERO) + amount


@dataclass(frozen=True, slots=True)
class Line:
    """One column taken apart. The parts and `rest` together are `total`; `why` says why a column has no parts.

    `rest` is what corrections and typed figures add, or the whole figure of a column without parts.
    """

    code: str
    parts: Mapping[str, Part]
    rest: Decimal | None
    why: Text | None


def kinds_of_goods(definition: CampaignDefinition) -> tuple[Field, ...]:
    """This will give the fields that say what kind of goods were taken: choices in the records that hold amounts of
    goods and that the table counts. A campaign that records none has none.
    """
    counted = {column.measure.records for column in definition.columns if column.measure is not None}
    asked = [
        name
        for kind in definition.record_kinds
        if kind.is_of_goods and kind.id in counted
        for name in kind.fields
    ]
    fields = (definition.field(name) for name in dict.fromkeys(asked))
    return tuple(f for f in fields if f.vocabulary is not None and f.type in ("choice", "list"))


def taken_apart(
    definition: CampaignDefinition,
    document: Mapping[str, Any],
    records: Iterable[Record],
    by: str,
    span: str,
    units: Sequence[str],
) -> tuple[Line, ...]:
    """This will take the row of `units` together apart: `by` is "month" or a field of `kinds_of_goods`.

    `document` is a snapshot, `span` "period" or "cumulative", `records` the ledger. A record that does not say its
    kind is of the kind of its lead.
    """
    known = {str(record["id"]): record for record in records}
    rows = [row for row in document["table"]["rows"] if row["unit"] in units]
    cut = _Cut(definition, document, known, by, span, rows)
    return tuple(cut.line(column) for column in document["table"]["columns"])


class _Cut:
    """The columns of one document taken apart, each once: what sums up others takes theirs."""

    def __init__(
        self,
        definition: CampaignDefinition,
        document: Mapping[str, Any],
        known: Mapping[str, Record],
        by: str,
        span: str,
        rows: Sequence[Mapping[str, Any]],
    ) -> None:
        self._columns = {column["code"]: column for column in document["table"]["columns"]}
        self._measures = {column.code: column.measure for column in definition.columns}
        self._places = document["records"]
        self._known, self._by, self._span, self._rows = known, by, span, rows
        self._zone = ZoneInfo(definition.time_zone)
        self._leads = {r.get("number"): r for r in known.values() if r["kind"] == "leads"}
        self._done: dict[str, dict[str, Part]] = {}

    def line(self, column: Mapping[str, Any]) -> Line:
        code = column["code"]
        values = [Decimal(v) for row in self._rows if (v := row[self._span][code]["value"]) is not None]
        whole = sum(values, _ZERO) if values else None
        why = self._why(column)
        parts = {} if why is not None else self._parts(code)
        held = sum((part.value for part in parts.values()), _ZERO)
        return Line(code, parts, None if whole is None else whole - held, why)

    def _why(self, column: Mapping[str, Any]) -> Text | None:
        if "ratio" in column:
            return COMPUTED
        if column.get("stands") and self._by == MONTH:
            return STANDS
        if column["sum_of"]:
            reasons = [self._why(self._columns[code]) for code in column["sum_of"]]
            return reasons[0] if all(reasons) else None
        return TYPED if self._measures.get(column["code"]) is None else None

    def _parts(self, code: str) -> dict[str, Part]:
        if code not in self._done:
            column = self._columns[code]
            self._done[code] = self._summed(column["sum_of"]) if column["sum_of"] else self._counted(code)
        return self._done[code]

    def _summed(self, codes: Sequence[str]) -> dict[str, Part]:
        found: dict[str, Part] = {}
        for code in codes:
            if self._why(self._columns[code]) is None:
                for group, part in self._parts(code).items():
                    for place, amount in part.records.items():
                        found.setdefault(group, Part()).add(place, amount)
        return found

    def _counted(self, code: str) -> dict[str, Part]:
        found: dict[str, Part] = {}
        for row in self._rows:
            cell = row[self._span][code]
            places = cell.get("records", ())
            amounts = cell.get("amounts") or (_ONE,) * len(places)
            for place, amount in zip(places, amounts, strict=True):
                found.setdefault(self._group(code, place), Part()).add(place, Decimal(amount))
        return found

    def _group(self, code: str, place: int) -> str:
        record = self._known.get(self._places[place]["id"])
        if record is None:
            return UNKNOWN
        if self._by == MONTH:
            day = self._day(code, record)
            return UNKNOWN if day is None else f"{day.year:04d}-{day.month:02d}"
        said = _first(record.get(self._by))
        if said is None:
            said = _first(self._leads.get(record.get("number"), {}).get(self._by))
        return said or UNKNOWN

    def _day(self, code: str, record: Record) -> date | None:
        measure = self._measures[code]
        moment = record.get(measure.moment) if measure is not None else None
        return None if measure is None or moment is None else day_of(moment, measure.moment, self._zone)


def _first(said: object) -> str | None:
    """Of several kinds the first named, as a joint case counts for the unit named first."""
    if isinstance(said, list | tuple):
        said = said[0] if said else None
    return str(said) if said not in (None, "") else None


def groups_of(definition: CampaignDefinition, by: str, lines: Iterable[Line]) -> tuple[tuple[str, Text], ...]:
    """This will name the parts that hold anything: kinds in the order of the definition, months in order, the unknown last."""
    held = {group for line in lines for group in line.parts}
    if by == MONTH:
        named = [(group, _month(group)) for group in sorted(held - {UNKNOWN})]
    else:
        vocabulary = definition.vocabularies[str(definition.field(by).vocabulary)]
        named = [(choice.id, choice.name) for choice in vocabulary if choice.id in held]
        told = {group for group, _ in named}
        named += [(group, Text(group, group)) for group in sorted(held - told - {UNKNOWN})]
    unknown = (UNKNOWN, Text("未登记", "Not recorded"))
    return (*named, *([unknown] if UNKNOWN in held else ()))


def _month(group: str) -> Text:
    year, month = group.split("-")
    return Text(f"{year}年{int(month)}月", group)


def shown(part: Part | None) -> dict[str, Any]:
    """This will show a part as the table shows a figure: places of its records, and what each counts for."""
    if part is None:
        return {"value": "0"}
    places = sorted(part.records)
    found: dict[str, Any] = {"value": plain(part.value), "records": places}
    if any(amount != _ONE for amount in part.records.values()):
        found["amounts"] = [plain(part.records[place]) for place in places]
    return found
