"""The ledger behind the table: for every measured column and unit, which records count, on which day, for how
much.

The records are walked once; afterwards a figure for any span of days is read off its own short list.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from workflows.campaign import CampaignDefinition, Column, Measure

Record = Mapping[str, object]
_DIGITS = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?")
ELSEWHERE = ""
"""The row of records that belong to no reporting unit: shown, so that nothing counted is lost."""


class BadRecord(ValueError):
    """A record, or a figure accepted earlier, that no figure can be computed from. The message names it."""


class Hit(NamedTuple):
    """One record that counts for a column: when, which, and for how much.

    `value` is what must differ where different values are counted, `until` the day it ceased to stand, if it did.
    """

    day: date
    record: str
    amount: Decimal
    value: str | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """Hits by column and unit, in order of day and record; and what lies outside the campaign's window."""

    hits: Mapping[str, Mapping[str, tuple[Hit, ...]]]
    records: Mapping[str, Record]
    outside: tuple[Hit, ...]
    measures: Mapping[str, Measure]
    _firsts: dict[tuple[str, date, date], frozenset[str]] = field(default_factory=dict, repr=False)

    def between(self, code: str, unit: str, first: date, last: date) -> tuple[Hit, ...]:
        """This will give the hits of a column for a unit from `first` to `last`, both days included.

        Of what stands it gives what stood on the last day, since whenever. Of different values each is given once, for
        the unit that had it first in these days: a place two units visited is one place.
        """
        own = self.hits.get(code, {}).get(unit, ())
        found = tuple(hit for hit in own if self._counts(code, hit, first, last))
        if not found or self.measures[code].distinct is None:
            return found
        firsts = self._first_of_each(code, first, last)
        return tuple(hit for hit in found if hit.record in firsts)

    def _counts(self, code: str, hit: Hit, first: date, last: date) -> bool:
        if self.measures[code].until is not None:
            return hit.day <= last and (hit.until is None or hit.until > last)
        return first <= hit.day <= last

    def _first_of_each(self, code: str, first: date, last: date) -> frozenset[str]:
        """The records that show a value for the first time in these days, whichever unit they count for."""
        known = self._firsts.get((code, first, last))
        if known is None:
            everyone = [hit for hits in self.hits.get(code, {}).values() for hit in hits]
            by_value: dict[str | None, str] = {}
            for hit in sorted(everyone, key=itemgetter(0, 1)):
                if self._counts(code, hit, first, last):
                    by_value.setdefault(hit.value, hit.record)
            known = self._firsts[code, first, last] = frozenset(by_value.values())
        return known

    def has_elsewhere(self, first: date, last: date) -> bool:
        """This will say whether some record of those days belongs to no reporting unit."""
        return any(self.between(code, ELSEWHERE, first, last) for code in self.hits)


def open_ledger(definition: CampaignDefinition, records: Iterable[Record], units: Iterable[str]) -> Ledger:
    """This will index records by column and unit.

    A record counts for exactly one unit: where several took part, for the first named, so that a joint case
    is never counted twice. Raises BadRecord for a naive datetime, a total that is no number, or two records
    with one id.
    """
    zone = ZoneInfo(definition.time_zone)
    known = frozenset(units)
    by_id = _unique(records)
    by_kind: dict[object, list[Record]] = defaultdict(list)
    for record in by_id.values():
        by_kind[record["kind"]].append(record)
    hits: dict[str, dict[str, tuple[Hit, ...]]] = {}
    outside: dict[str, Hit] = {}
    for column in definition.columns:
        if column.measure is None:
            continue
        found: dict[str, list[Hit]] = defaultdict(list)
        for record in by_kind.get(column.measure.records, ()):
            hit = _hit(column, column.measure, record, zone)
            if hit is None:
                continue
            found[_unit_of(column.measure, record, known)].append(hit)
            if column.measure.until is None and not definition.starts_on <= hit.day <= definition.ends_on:
                outside[hit.record] = hit
        hits[column.code] = {unit: tuple(sorted(some, key=itemgetter(0, 1))) for unit, some in found.items()}
    measures = {column.code: column.measure for column in definition.columns if column.measure is not None}
    return Ledger(hits, by_id, tuple(outside[key] for key in sorted(outside)), measures)


def _unique(records: Iterable[Record]) -> dict[str, Record]:
    by_id: dict[str, Record] = {}
    for record in records:
        key = str(record["id"])
        if by_id.setdefault(key, record) != record:
            raise BadRecord(f"two different records share the id {key!r}")
    return dict(sorted(by_id.items()))


def _hit(column: Column, measure: Measure, record: Record, zone: ZoneInfo) -> Hit | None:
    moment = record.get(measure.moment)
    if moment is None or not (measure.where is None or measure.where.holds(record)):
        return None
    amount, value = _amount(column, measure, record), _value(measure, record)
    if amount is None or (measure.distinct is not None and value is None):
        return None
    ended = record.get(measure.until) if measure.until is not None else None
    until = None if ended is None else day_of(ended, str(measure.until), zone)
    return Hit(day_of(moment, measure.moment, zone), str(record["id"]), amount, value, until)


def _value(measure: Measure, record: Record) -> str | None:
    """What must differ for a record to count again: width, case and spaces make no difference."""
    value = record.get(measure.distinct) if measure.distinct is not None else None
    if value is None:
        return None
    return "".join(unicodedata.normalize("NFKC", str(value)).casefold().split()) or None


def _amount(column: Column, measure: Measure, record: Record) -> Decimal | None:
    if measure.total is None:
        return Decimal(1)
    value = record.get(measure.total)
    if value is None:
        return None
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise BadRecord(
            f"{column.code}: {measure.total} of record {record['id']!r} is not a number: {value!r}"
        )
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        raise BadRecord(f"{column.code}: {measure.total} of record {record['id']!r} is not finite")
    return number * measure.scale


def day_of(moment: object, name: str, zone: ZoneInfo) -> date:
    """This will give the day in the campaign's zone of what the fact `name` holds. Raises BadRecord for no day."""
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            raise BadRecord(f"{name} is a moment without a time zone: {moment.isoformat()}")
        return moment.astimezone(zone).date()
    if isinstance(moment, date):
        return moment
    raise BadRecord(f"{name} is neither a moment nor a date: {moment!r}")


def _unit_of(measure: Measure, record: Record, known: frozenset[str]) -> str:
    unit = record.get(measure.unit_fact)
    if isinstance(unit, list | tuple):
        unit = unit[0] if unit else None
    return unit if isinstance(unit, str) and unit in known else ELSEWHERE
