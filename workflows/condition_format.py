"""Reads conditions from a document, strictly: every unknown fact, operator and word is listed, nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from workflows.comparison import OPERATORS, rank, show
from workflows.conditions import ALWAYS, All, Any, Comparison, Condition, FactRef, Not
from workflows.facts import ORDERED, FactKind, Scope
from workflows.problem import Problems

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2}")


def parse_condition(
    data: object, path: str, problems: Problems, scope: Scope | None = None
) -> Condition | None:
    """This will read a condition, or note every problem in it and return None.

    With a `scope` the names of facts, the operators, the kinds of the values and the words of vocabularies are
    checked too, and dates written as text (JSON) become dates.
    """
    before = len(problems)
    condition = _parse(data, path, problems, scope)
    return condition if len(problems) == before else None


def parse_cell(
    fact: str, data: object, path: str, problems: Problems, scope: Scope | None = None
) -> Condition | None:
    """This will read the operators asked of one fact, as in a cell of a decision table."""
    before = len(problems)
    condition = _parse_operators(fact, data, path, problems, scope)
    return condition if len(problems) == before else None


def _parse(data: object, path: str, problems: Problems, scope: Scope | None) -> Condition:
    if not isinstance(data, Mapping):
        problems.add(path, "wrong_type", "条件须为表（table）", "a condition must be a table")
        return ALWAYS
    joins = [key for key in ("all", "any", "not") if key in data]
    if not joins:
        return _parse_comparison(data, path, problems, scope)
    if len(data) > 1:
        zh, en = "all、any、not 只能单独使用", "all, any and not stand alone in their table"
        problems.add(path, "condition_shape", zh, en)
        return ALWAYS
    if joins == ["not"]:
        return Not(_parse(data["not"], f"{path}.not", problems, scope))
    parts = data[joins[0]]
    if not isinstance(parts, (list, tuple)) or not parts:
        zh, en = f"{joins[0]} 须为非空列表", f"{joins[0]} must be a list with at least one condition"
        problems.add(f"{path}.{joins[0]}", "condition_shape", zh, en)
        return ALWAYS
    read = tuple(_parse(part, f"{path}.{joins[0]}[{i}]", problems, scope) for i, part in enumerate(parts))
    return All(read) if joins[0] == "all" else Any(read)


def _parse_comparison(
    data: Mapping[str, object], path: str, problems: Problems, scope: Scope | None
) -> Condition:
    fact = data.get("fact")
    if not isinstance(fact, str) or not fact:
        problems.add(f"{path}.fact", "missing_key", "条件须写明 fact", "a comparison must name its fact")
        return ALWAYS
    return _parse_operators(fact, {k: v for k, v in data.items() if k != "fact"}, path, problems, scope)


def _parse_operators(
    fact: str, data: object, path: str, problems: Problems, scope: Scope | None
) -> Condition:
    kind = None if scope is None else scope.kinds.get(fact)
    if scope is not None and kind is None:
        problems.add(
            f"{path}.fact", "unknown_fact", f"没有名为 {fact} 的事实", f"there is no fact {fact!r} here"
        )
        scope = None
    if not isinstance(data, Mapping) or not data:
        zh, en = "比较须写明运算符和值", "a comparison must give an operator and a value"
        problems.add(path, "condition_shape", zh, en)
        return ALWAYS
    parts = []
    for operator, value in data.items():
        where = f"{path}.{operator}"
        if operator not in OPERATORS:
            zh, en = (
                f"没有运算符 {operator}",
                f"there is no operator {operator!r}; use {', '.join(OPERATORS)}",
            )
            problems.add(where, "unknown_operator", zh, en)
        else:
            parts.append(
                Comparison(fact, operator, _Value(where, problems, scope).read(operator, kind, value))
            )
    return parts[0] if len(parts) == 1 else All(tuple(parts))


@dataclass(frozen=True, slots=True)
class _Value:
    """Reads the right-hand side of a comparison for a fact of some kind."""

    path: str
    problems: Problems
    scope: Scope | None

    def read(self, operator: str, kind: FactKind | None, value: object) -> object:
        if operator in ("present", "absent"):
            if value is not True:
                self._refuse("condition_value", f"{operator} 只能为 true", f"{operator} can only be true")
            return True
        self._check_operator(operator, kind)
        if isinstance(value, Mapping):
            return self._reference(operator, kind, value)
        if operator in ("in", "not_in"):
            return self._list(kind, value)
        return self._scalar(kind if operator != "contains" or kind is None else _member_kind(kind), value)

    def _check_operator(self, operator: str, kind: FactKind | None) -> None:
        if kind is None:
            return
        ordering = operator in ("at_least", "at_most", "more_than", "less_than")
        wrong = (ordering and kind.type not in ORDERED) or (operator == "contains") is not (
            kind.type == "list"
        )
        if wrong:
            zh, en = (
                f"{kind.type} 类事实不能用 {operator}",
                f"{operator} cannot be asked of a {kind.type} fact",
            )
            self._refuse("condition_operator", zh, en)

    def _reference(self, operator: str, kind: FactKind | None, value: Mapping[str, object]) -> object:
        name = value.get("fact")
        if not isinstance(name, str) or len(value) != 1:
            self._refuse("condition_value", "引用须写作 { fact = … }", "a reference is written { fact = … }")
            return None
        if self.scope is None:
            return FactRef(name)
        other = self.scope.kinds.get(name)
        if other is None:
            self._refuse("unknown_fact", f"没有名为 {name} 的事实", f"there is no fact {name!r} here")
        elif kind is not None and not _comparable(operator, kind, other):
            zh, en = (
                f"{kind.type} 与 {other.type} 不能比较",
                f"a {kind.type} cannot be compared with a {other.type}",
            )
            self._refuse("condition_value", zh, en)
        return FactRef(name)

    def _list(self, kind: FactKind | None, value: object) -> object:
        if not isinstance(value, (list, tuple)) or not value:
            self._refuse("condition_value", "须为非空列表", "must be a list with at least one value")
            return ()
        return tuple(self._scalar(kind, item) for item in value)

    def _scalar(self, kind: FactKind | None, value: object) -> object:
        if kind is None or self.scope is None:
            if rank(value) is None and not isinstance(value, (str, bool)):
                self._refuse("condition_value", "不能与此值比较", "cannot be compared with this value")
            return value
        read = _as_kind(kind, value)
        if read is None:
            zh, en = f"须为 {kind.type} 类的值", f"must be a {kind.type} value, not {show(value)}"
            self._refuse("condition_value", zh, en)
            return value
        words = self.scope.words_of(kind)
        if words is not None and read not in words:
            zh, en = f"词表 {kind.values} 没有 {read}", f"{kind.values} has no {read!r}"
            self._refuse("unknown_word", zh, en)
        return read

    def _refuse(self, code: str, zh: str, en: str) -> None:
        self.problems.add(self.path, code, zh, en)


def _member_kind(kind: FactKind) -> FactKind:
    return FactKind("choice" if kind.values else "text", kind.values)


def _comparable(operator: str, kind: FactKind, other: FactKind) -> bool:
    if operator in ("in", "not_in"):
        return other.type == "list" and kind.type in ("text", "choice")
    wanted = _family(_member_kind(kind).type if operator == "contains" else kind.type)
    return wanted == _family(other.type)


def _family(kind: str) -> str:
    return {"integer": "number", "decimal": "number", "choice": "text"}.get(kind, kind)


def _as_kind(kind: FactKind, value: object) -> object:
    """The value as that kind, or None. Text stands for a date or a moment where the document was JSON."""
    family = _family(kind.type)
    if family == "text":
        return value if isinstance(value, str) and value.strip() else None
    if family == "boolean":
        return value if isinstance(value, bool) else None
    if isinstance(value, str):
        value = parse_day(value) if family == "date" else _parse_moment(value)
    return value if rank(value) == {"moment": "moment", "date": "date"}.get(family, "number") else None


def parse_day(text: str) -> date | None:
    """This will read `2017-08-10`, the one way days are written in JSON; None for anything else."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _parse_moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if _MOMENT.fullmatch(text) else None
    except ValueError:
        return None
