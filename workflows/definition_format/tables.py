"""Reads what decides and what counts: routing tables, record kinds, the results table and its checks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import cast

from workflows.campaign import Column, Measure, RecordKind, TableCheck
from workflows.condition_format import parse_cell
from workflows.conditions import Condition
from workflows.decision_table import DecisionTable, HitPolicy, Row
from workflows.definition_format.machines import read_optional_condition
from workflows.definition_format.names import Names
from workflows.definition_format.people import Ids
from workflows.definition_format.table import Table
from workflows.facts import FactKind, Scope, measured

HIT_POLICIES = ("collect", "first", "unique", "priority")
BASES = ("derived", "manual", "corrected")
RELATIONS = ("equals", "at_most")
# What an output of these names gives must be declared; an output named like a fact of leads gives that fact's words.
OUTPUTS: Mapping[str, str] = {
    "lead": "@agency",
    "with": "@agency",
    "agency": "@agency",
    "agencies": "@agency",
    "agency_types": "@agency_type",
    "agency_type": "@agency_type",
    "coordination": "@coordination",
}


def read_routing(root: Table, names: Names) -> tuple[DecisionTable, ...]:
    """This will read the decision tables; tables of one id are alternatives in time."""
    return tuple(_read_table(t, names) for t in root.tables("routing"))


def _read_table(t: Table, names: Names) -> DecisionTable:
    scope = names.scope("lead")
    inputs = t.names("inputs", scope.kinds, required=True, least=1)
    outputs = t.texts("outputs", required=True, least=1)
    hit = cast("HitPolicy", t.one_of("hit", HIT_POLICIES))
    inner = Scope({name: scope.kinds[name] for name in inputs if name in scope.kinds}, scope.words)
    return DecisionTable(
        id=t.id(code=True),
        name=t.phrase("name"),
        source=t.source(),
        hit=hit,
        inputs=inputs,
        outputs=outputs,
        rows=tuple(
            _read_row(r, inner, outputs, names, hit) for r in t.tables("rows", required=True, least=1)
        ),
        effective_from=t.optional_day("effective_from"),
        effective_to=t.optional_day("effective_to"),
    )


def _read_row(t: Table, scope: Scope, outputs: tuple[str, ...], names: Names, hit: str) -> Row:
    when: dict[str, Condition] = {}
    for fact, cell in t.members("when"):
        parsed = parse_cell(fact, cell, t.at(f"when.{fact}"), t.problems, scope)
        if isinstance(cell, Mapping) and any(isinstance(value, Mapping) for value in cell.values()):
            zh, en = "单元格只能与固定值比较", "a cell compares with fixed values only"
            t.refuse(f"when.{fact}", "condition_value", zh, en)
        elif parsed is not None:
            when[fact] = parsed
    then = {}
    for output, value in t.members("then"):
        t.check_name(f"then.{output}", output, outputs)
        then[output] = _read_output(t, output, value, names)
    priority = t.integer("priority", 1, 10_000) if hit == "priority" else 0
    return Row(when, then, t.source(), priority)


def _read_output(t: Table, output: str, value: object, names: Names) -> object:
    kind = names.scope("lead").kinds.get(output)
    words = names.words().get(OUTPUTS.get(output) or (kind.values if kind and kind.values else ""))
    values = value if isinstance(value, list) else [value]
    for item in values:
        if not isinstance(item, (str, bool, int, Decimal, date)):
            zh, en = (
                "须为文字、数字、日期、真假值或其列表",
                "must be a text, number, date, true or false, or a list of them",
            )
            t.refuse(f"then.{output}", "wrong_type", zh, en)
        elif words is not None and item not in words:
            t.refuse(f"then.{output}", "unknown_name", f"没有声明“{item}”", f"{item!r} is not declared")
    return tuple(value) if isinstance(value, list) else value


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
        measure = t.optional_table("measure")
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
        )
        ids.check(t, column.code, "code")
        found.append(column)
    return tuple(found)


def measured_facts(names: Names, records: str) -> Scope | None:
    """This will give the facts a measure over `records` may speak of; None for records there are none of.

    Beside what `workflows.facts.measured` names, leads, handoffs and transfers have the moment of each event of their
    machine (`closed_at`); a record kind has its fields, the day `occurred_on` and the moment `recorded_at`.
    """
    subject = {"leads": "lead", "handoffs": "handoff", "transfers": "transfer"}.get(records)
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
        scale=t.number("scale", default=Decimal(1)),
    )
    for key in ("total", "where", "unit_fact"):
        t.raw(key, required=False)
    if t.has("scale") and measure.scale <= 0:
        t.refuse("scale", "not_positive", "须大于零", "must be more than nothing")
    t.done()
    return measure


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
        )
        for t in results.tables("checks")
    )
