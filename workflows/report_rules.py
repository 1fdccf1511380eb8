"""What a campaign has to report, as values: obligations, the columns of the results table, checks, kinds of records."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from workflows.conditions import Condition
from workflows.recurrence import Shift
from workflows.text import Text


@dataclass(frozen=True, slots=True)
class ReportObligation:
    """A report each reporting unit owes: what it covers and when it is due (the named day included).

    One without `figures` asks for words only. `shift` says where a due day goes that is a day off for the unit: nowhere,
    or to its next working day. `entry` is its place among the document's reports: a series has several
    obligations of one entry. `owed_by` names the types of agencies that owe it; empty means every reporting unit.
    """

    id: str
    kind: str
    name: Text
    covers_from: date
    covers_to: date
    due_on: date
    words: str
    source: str
    texts: tuple[str, ...] = ()
    due_time: time | None = None
    figures: bool = True
    entry: int = 0
    shift: Shift = Shift.NONE
    owed_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SpecialReport:
    """A report owed when something happens to a lead: by the agency that holds it, within so many hours, in words.

    `on` are event kinds of the lead or its parts, `when` a condition over the facts of the lead, whichever part the
    event is of; `entry` is its place among the `[[reports]]` of the document.
    """

    id: str
    kind: str
    name: Text
    on: tuple[str, ...]
    hours: int
    words: str
    source: str
    texts: tuple[str, ...] = ()
    when: Condition | None = None
    entry: int = 0

    def called_for(self, happened_at: datetime, number: str) -> ReportObligation:
        """This will give the report that an event of a lead calls for, at a moment in the campaign's time zone.

        Its period says minute and lead, so that it can be told again from its name alone.
        """
        return self._owed(happened_at, f"{self.id}-{happened_at:%Y%m%d%H%M}-{number}", number)

    def named(self, period: str, zone: ZoneInfo) -> ReportObligation | None:
        """This will tell again the report that a period names; None for a period of another report."""
        found = re.fullmatch(rf"{re.escape(self.id)}-([0-9]{{12}})-(.+)", period)
        if found is None:
            return None
        try:
            happened_at = datetime.strptime(found[1], "%Y%m%d%H%M").replace(tzinfo=zone)
        except ValueError:
            return None
        return self._owed(happened_at, period, found[2])

    def _owed(self, happened_at: datetime, period: str, number: str) -> ReportObligation:
        minute = happened_at.astimezone(UTC).replace(second=0, microsecond=0)
        due = (minute + timedelta(hours=self.hours)).astimezone(happened_at.tzinfo)
        day = happened_at.date()
        return ReportObligation(
            id=period,
            kind=self.kind,
            name=Text(f"{self.name.zh}（{number}）", f"{self.name.in_language('en')}, {number}"),
            covers_from=day,
            covers_to=day,
            due_on=due.date(),
            words=self.words,
            source=self.source,
            texts=self.texts,
            due_time=due.time(),
            figures=False,
        )


@dataclass(frozen=True, slots=True)
class Measure:
    """How a figure of the results table is computed from records.

    `records` is leads, handoffs, transfers or a record kind. `moment` names the fact whose time falls in the period.
    `total` None counts records, else sums that fact; `distinct` counts how many different values of a fact they have. With
    `until` the figure is what stands at the end of the period: what began by then and has not ended. `where` filters.
    `unit_fact` says which unit the figure is for.
    """

    records: str
    moment: str
    total: str | None = None
    where: Condition | None = None
    unit_fact: str = "agency"
    scale: Decimal = Decimal(1)
    distinct: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Ratio:
    """A figure computed from other columns: the sum of `of` without that of `less`, `per` the sum of others, times `scale`.

    Without `per` it is a balance. A total is computed from totals: rates are never added up.
    """

    of: tuple[str, ...]
    less: tuple[str, ...] = ()
    per: tuple[str, ...] = ()
    scale: Decimal = Decimal(1)

    @property
    def parts(self) -> tuple[str, ...]:
        """The columns it is computed from, each once."""
        return tuple(dict.fromkeys((*self.of, *self.less, *self.per)))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the results table; `basis` is derived, manual or corrected (derived with a recorded correction).

    A `stock` (时点数) is what stands at the end of a period, so that its cumulative figure is the newest and no sum over
    periods. `filled_by` names the types of agencies that fill it in; empty means every unit.
    """

    code: str
    name: Text
    unit: Text
    group: str
    basis: str
    source: str
    measure: Measure | None = None
    decimals: int = 0
    chart: bool = False
    ratio: Ratio | None = None
    stock: bool = False
    filled_by: tuple[str, ...] = ()

    @property
    def stands(self) -> bool:
        """Whether the figure says how things stand at the end of a period, not what happened in it."""
        return self.stock or (self.measure is not None and self.measure.until is not None)


@dataclass(frozen=True, slots=True)
class TableCheck:
    """A relation columns must keep: left (relation) sum of right; relation is equals or at_most.

    `over` says of which figures it speaks: those of the period, or the cumulative ones.
    """

    left: str
    relation: str
    right: tuple[str, ...]
    reason: Text
    source: str
    over: str = "period"


AMOUNTS = ("pieces", "grams", "live_count")
"""The fields by which an amount of goods is recorded; what goes into custody is held against them."""


@dataclass(frozen=True, slots=True)
class RecordKind:
    """A kind of fact units record beside a lead: seizure, penalty, inspection …, with its fields."""

    id: str
    name: Text
    fields: tuple[str, ...]
    needs: tuple[str, ...]
    source: str

    @property
    def is_of_goods(self) -> bool:
        """Whether it records things taken: it has a field for their number, weight or live animals."""
        return not set(AMOUNTS).isdisjoint(self.fields)
