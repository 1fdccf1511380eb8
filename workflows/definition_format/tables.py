"""Reads what is counted: record kinds, the results table and its checks."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from workflows.campaign import Column, Measure, Ratio, RecordKind, TableCheck
from workflows.definition_format.machines import read_optional_condition
from workflows.definition_format.names import Names
from workflows.definition_format.people import Ids
from workflows.definition_format.table import Table
from workflows.facts import FactKind, Scope, measured

BASES = ("derived", "manual", "corrected")
_TELLS_APART = ("text", "choice", "integer", "date")
RELATIONS = ("equals", "at_most")
SPANS = ("period", "cumulative")
MACHINES: Mapping[str, str] = {"leads": "lead", "handoffs": "handoff", "transfers": "transfer"}
"""What a measure counts beside the record kinds, with the machine each has."""


def read_record_kinds(root: Table, names: Names) -> tuple[RecordKind, ...]:
    """This will read the kinds of facts that units record beside a lead."""
    ids, found = Ids(), []
    for t in root.tables("record_kinds"):
        fields = t.names("fields", names.fields, required=True, least=1)
        kind = RecordKind(t.id(), t.phrase("name"), fields, t.names("needs", fields), t.source())
        ids.check(t, kind.id)
        found.append(kind)
    return tuple(found)


def read_columns(results: Table, names: Names) -> tuple[Column, ...]:
    """This will read the columns of the results table."""
    ids, found = Ids(), []
    for t in results.tables("columns"):
        measure, ratio = t.optional_table("measure"), t.optional_table("ratio")
        column = Column(
            code=t.id("code", code=True),
            name=t.phrase("name"),
            unit=t.phrase("unit"),
            group=t.text("group"),
            basis=t.one_of("basis", BASES),
            source=t.source(),
            measure=None if measure is None else _read_measure(measure, names),
            decimals=t.integer("decimals", 0, 6, default=0),
            chart=t.flag("chart"),
            ratio=None if ratio is None else _read_ratio(ratio, names),
            stock=t.flag("stock"),
            filled_by=t.names("filled_by", names.agency_types),
        )
        ids.check(t, column.code, "code")
        found.append(column)
    return tuple(found)


def measured_facts(names: Names, records: str) -> Scope | None:
    """This will give the facts a measure over `records` may speak of; None for records there are none of.

    Beside what `workflows.facts.measured` names, leads, handoffs and transfers have the moment of each event of their
    machine (`closed_at`); a record kind has its fields, the day `occurred_on` and the moment `recorded_at`.
    """
    subject = MACHINES.get(records)
    if subject is not None:
        own = (event.partition(".")[2] for event in names.events if event.startswith(f"{subject}."))
        return Scope(
            {**measured(subject), **{f"{event}_at": FactKind("moment") for event in own}}, names.words()
        )
    if records not in names.record_kinds:
        return None
    fields = {name: names.fields[name] for name in names.record_kinds[records] if name in names.fields}
    when = {"occurred_on": FactKind("date"), "recorded_at": FactKind("moment")}
    return Scope({**measured(None), **when, **fields}, names.words())


def _read_measure(t: Table, names: Names) -> Measure:
    records = t.text("records")
    scope = measured_facts(names, records) or Scope({})
    if records and not scope.kinds:
        known = ", ".join(("leads", "handoffs", "transfers", *names.record_kinds))
        t.refuse("records", "unknown_name", f"没有“{records}”这类记录", f"no such records; known: {known}")
    measure = Measure(
        records=records,
        moment=_fact(t, "moment", scope, ("date", "moment")),
        total=_fact(t, "total", scope, ("integer", "decimal")) if t.has("total") else None,
        where=read_optional_condition(t, "where", scope) if scope.kinds else None,
        unit_fact=_fact(t, "unit_fact", scope, ("choice",)) if t.has("unit_fact") else "agency",
        scale=_scale(t),
        distinct=_fact(t, "distinct", scope, _TELLS_APART) if t.has("distinct") else None,
        until=_fact(t, "until", scope, ("date", "moment")) if t.has("until") else None,
    )
    for key in ("total", "where", "unit_fact", "distinct", "until"):
        t.raw(key, required=False)
    if measure.distinct is not None and measure.total is not None:
        zh, en = (
            "不能与 total 并用：要么求和，要么数有几个不同的",
            "cannot stand beside total: it sums or counts",
        )
        t.refuse("distinct", "not_here", zh, en)
    t.done()
    return measure


def _scale(t: Table) -> Decimal:
    scale = t.number("scale", default=Decimal(1))
    if t.has("scale") and scale <= 0:
        t.refuse("scale", "not_positive", "须大于零", "must be more than nothing")
    return scale


def _read_ratio(t: Table, names: Names) -> Ratio:
    of = t.names("of", names.columns, required=True, least=1)
    less, per = (t.names(key, names.columns) for key in ("less", "per"))
    ratio = Ratio(of, less, per, _scale(t))
    if not (less or per) and ratio.scale == 1 and of:
        zh = "须有 per（相除）、less（相减）或 scale（换算）；几栏之和写 equals 校验"
        t.refuse("of", "missing_key", zh, "needs per, less or scale; a sum is written as an `equals` check")
    t.done()
    return ratio


def _fact(t: Table, key: str, scope: Scope, types: tuple[str, ...]) -> str:
    name = t.text(key)
    if not name or not scope.kinds or not t.check_name(key, name, scope.kinds):
        return name
    if scope.kinds[name].type not in types:
        wanted = " / ".join(types)
        t.refuse(key, "wrong_type", f"须为 {wanted} 类事实", f"must be a fact of type {wanted}")
    return name


def read_checks(results: Table, names: Names) -> tuple[TableCheck, ...]:
    """This will read the relations the columns must keep."""
    return tuple(
        TableCheck(
            left=t.name("left", names.columns),
            relation=t.one_of("relation", RELATIONS),
            right=t.names("right", names.columns, required=True, least=1),
            reason=t.phrase("reason"),
            source=t.source(),
            over=t.one_of("over", SPANS, default="period"),
        )
        for t in results.tables("checks")
    )
