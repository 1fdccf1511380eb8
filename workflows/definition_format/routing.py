"""Reads the decision tables: what each asks, and whether every answer is one that its readers can use.

An answer of the wrong kind would be passed over in silence when a lead is looked at (`suspected = "true"` flags no
crime), so it is refused here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import cast

from workflows.condition_format import parse_cell
from workflows.conditions import Condition
from workflows.decision_table import DecisionTable, HitPolicy, Row
from workflows.definition_format.names import Names
from workflows.definition_format.table import Table
from workflows.facts import FactKind, Scope
from workflows.suggestions import SUM_YEARS, SUSPECTED
from workflows.text import Text
from workflows.valuation import RATE

HIT_POLICIES = ("collect", "first", "unique", "priority")
# What an output of these names gives must be declared; an output named like a fact of leads gives that fact's words.
OUTPUTS: Mapping[str, FactKind] = {
    "lead": FactKind("choice", "@agency"),
    "with": FactKind("list", "@agency"),
    "agency": FactKind("choice", "@agency"),
    "agencies": FactKind("list", "@agency"),
    "agency_types": FactKind("list", "@agency_type"),
    "agency_type": FactKind("choice", "@agency_type"),
    "coordination": FactKind("list", "@coordination"),
    SUSPECTED: FactKind("boolean"),
    SUM_YEARS: FactKind("integer"),
    RATE: FactKind("decimal"),
}
# A list of one may be written as the one. `bool` is an `int` to Python, not to a reader.
_TEXT, _NUMBER, _TRUTH, _DATE = "text", "number", "true or false", "date"
_IN_CHINESE = {_TEXT: "文字", _NUMBER: "数字", _TRUTH: "true 或 false", _DATE: "日期"}
_SORTS = {
    "text": _TEXT,
    "choice": _TEXT,
    "list": _TEXT,
    "boolean": _TRUTH,
    "integer": _NUMBER,
    "decimal": _NUMBER,
    "date": _DATE,
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
    expected: dict[str, str] = {}
    rows = tuple(
        _read_row(r, inner, outputs, names, hit, expected) for r in t.tables("rows", required=True, least=1)
    )
    return DecisionTable(
        id=t.id(code=True),
        name=t.phrase("name"),
        source=t.source(),
        hit=hit,
        inputs=inputs,
        outputs=outputs,
        rows=rows,
        effective_from=t.optional_day("effective_from"),
        effective_to=t.optional_day("effective_to"),
        names=_read_names(t, {*outputs, *_answers(rows)}),
    )


def _answers(rows: Iterable[Row]) -> Iterator[str]:
    for value in (value for row in rows for value in row.then.values()):
        yield from (
            item for item in (value if isinstance(value, tuple) else (value,)) if isinstance(item, str)
        )


def _read_names(t: Table, known: Collection[str]) -> Mapping[str, Text]:
    """What answers that nothing else names, and the words they give, are called for people who read the table."""
    inner = t.optional_table("names")
    if inner is None:
        return {}
    found = {}
    for name in [name for name, _ in t.members("names")]:
        inner.check_name(name, name, known)
        found[name] = inner.phrase(name)
    return found


def _read_row(
    t: Table, scope: Scope, outputs: tuple[str, ...], names: Names, hit: str, expected: dict[str, str]
) -> Row:
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
        then[output] = _read_output(t, output, value, names, expected)
    priority = t.integer("priority", 1, 10_000) if hit == "priority" else 0
    return Row(when, then, t.source(), priority)


def _read_output(t: Table, output: str, value: object, names: Names, expected: dict[str, str]) -> object:
    """`expected` remembers for each output the sort of answer its first row gave: every other row gives the same."""
    kind = OUTPUTS.get(output) or names.scope("lead").kinds.get(output)
    if kind is not None:
        expected.setdefault(output, _SORTS.get(kind.type, _TEXT))
    words = names.words().get(kind.values) if kind and kind.values else None
    if isinstance(value, list) and kind is not None and kind.type != "list":
        zh, en = f"“{output}”只能给一个值", f"{output!r} gives one value, no list"
        t.refuse(f"then.{output}", "wrong_type", zh, en)
    for item in value if isinstance(value, list) else [value]:
        sort = _sort_of(item)
        if sort is None:
            zh, en = (
                "须为文字、数字、日期、真假值或其列表",
                "must be a text, number, date, true or false, or a list of them",
            )
            t.refuse(f"then.{output}", "wrong_type", zh, en)
        elif sort != expected.setdefault(output, sort):
            wanted = expected[output]
            zh, en = f"须为{_IN_CHINESE[wanted]}", f"must be a {wanted}".replace("a true", "true")
            t.refuse(f"then.{output}", "wrong_type", zh, en)
        elif words is not None and item not in words:
            t.refuse(f"then.{output}", "unknown_name", f"没有声明“{item}”", f"{item!r} is not declared")
        elif kind is not None and sort == _NUMBER:
            _check_number(t, output, cast("int | Decimal", item), kind)
    return tuple(value) if isinstance(value, list) else value


def _check_number(t: Table, output: str, number: int | Decimal, kind: FactKind) -> None:
    """Counts of years, rates and the facts of leads are amounts: none is below zero, and some are whole."""
    if kind.type == "integer" and not isinstance(number, int):
        t.refuse(f"then.{output}", "wrong_type", "须为整数", "must be a whole number")
    elif number < 0 or (output == SUM_YEARS and number > 100):
        t.refuse(f"then.{output}", "out_of_range", "须为合理的非负数", "must be a sensible amount, 0 or more")


def _sort_of(item: object) -> str | None:
    if isinstance(item, bool):
        return _TRUTH
    if isinstance(item, (int, Decimal)):
        return _NUMBER
    if isinstance(item, date):
        return _DATE
    return _TEXT if isinstance(item, str) else None
