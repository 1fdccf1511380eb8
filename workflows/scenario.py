"""A scenario of a campaign as data: who does what when, what is refused, and what must be true afterwards.

Scenarios stand beside a definition and are played against it through the same commands everybody uses; another
campaign brings its own. docs/campaigns.md describes the format.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflows.problem import DefinitionProblems, Problems
from workflows.text import Text

FORMAT = 1
COMMON = frozenset({"at", "by", "do", "refused", "expect", "because"})
ACTS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "receive": (frozenset({"as", "given"}), frozenset({"source", "external_ref", "reporter"})),
    "step": (frozenset({"on", "step"}), frozenset({"given", "occurred_at"})),
    "ask": (frozenset({"on", "type", "to", "request"}), frozenset({"lead_agency", "given"})),
    "propose": (frozenset({"on", "to"}), frozenset({"given"})),
    "record": (frozenset({"on", "kind"}), frozenset({"data", "occurred_on"})),
    "extend": (frozenset({"on", "clock", "ground", "reason"}), frozenset({"amount"})),
    "decide": (frozenset({"on", "clock", "grant", "reason"}), frozenset()),
    "link": (frozenset({"on", "other", "kind", "reason"}), frozenset()),
    "open_identity": (frozenset({"on", "reason"}), frozenset()),
    "report": (frozenset({"unit", "kind", "period"}), frozenset({"zero", "texts", "figures", "reason"})),
    "compile": (frozenset({"kind", "period"}), frozenset()),
    "import_year": (frozenset({"calendar", "document"}), frozenset()),
    "lost_sweep": (frozenset(), frozenset()),
    "wait": (frozenset(), frozenset()),
}
"""What may be done, with the keys each needs and those it may have. `lost_sweep` goes on to the
next moment something falls due, with a worker that dies twice before it commits that; `wait` only lets time pass.
"""

EXPECTATIONS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "state": (frozenset({"of"}), frozenset()),
    "clock": (
        frozenset({"of", "is"}),
        frozenset({"due", "original_due", "provisional", "overdue", "holder"}),
    ),
    "attribute": (frozenset({"of", "equals"}), frozenset()),
    "suggests": (frozenset({"of", "then"}), frozenset()),
    "events": (frozenset({"count"}), frozenset({"of", "where"})),
    "notices": (frozenset({"to", "count"}), frozenset()),
    "sees": (frozenset({"who"}), frozenset()),
    "blind": (frozenset({"who"}), frozenset()),
    "blocked": (frozenset({"of", "who", "by"}), frozenset()),
    "figure": (frozenset({"kind", "period", "equals"}), frozenset({"version"})),
    "status": (frozenset({"unit", "kind", "period"}), frozenset()),
    "compiled": (frozenset({"kind", "period"}), frozenset({"changed"})),
    "nowhere": (frozenset(), frozenset()),
}
"""What may be expected, by the key that names it, with the keys that go with it."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """One thing that must be true: what kind, of what, and the rest of its keys."""

    kind: str
    value: Any
    more: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One act, at a moment or at once after the one before; `refused` names the codes it must be refused with."""

    do: str
    by: str | None
    at: datetime | None
    more: Mapping[str, Any]
    refused: tuple[str, ...] = ()
    expect: tuple[Expectation, ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """A story with its beginning and its steps."""

    id: str
    title: Text
    source: str
    starts_at: datetime
    steps: tuple[Step, ...]
    cast: tuple[str, ...] = field(default=())


def read_scenario(document: Mapping[str, Any]) -> Scenario:
    """This will read a scenario from its document. Raises DefinitionProblems naming every fault with its path."""
    problems = Problems()
    _closed(document, "", {"format", "id", "title", "source", "starts_at", "steps"}, set(), problems)
    if document.get("format") != FORMAT:
        problems.add("format", "unknown_format", f"只认得格式 {FORMAT}", f"only format {FORMAT} is known")
    found = document.get("steps")
    steps = tuple(
        _step(step, f"steps[{n}]", problems)
        for n, step in enumerate(found if isinstance(found, list) else ())
    )
    if not steps:
        problems.add("steps", "required", "至少要有一步", "at least one step is needed")
    starts_at, title = document.get("starts_at"), document.get("title")
    if not _is_moment(starts_at):
        problems.add("starts_at", "offset_required", "须为带时区的时刻", "must be a moment with its offset")
    if not (isinstance(title, Mapping) and {"zh", "en"} == set(title)):
        problems.add("title", "wrong_type", "须有 zh 和 en", "needs zh and en")
    _in_order(starts_at, steps, problems)
    if problems.listed():
        raise DefinitionProblems(problems.listed())
    cast = tuple(sorted({name for step in steps for name in _people(step)}))
    text = Text(document["title"]["zh"], document["title"]["en"])
    return Scenario(document["id"], text, document["source"], document["starts_at"], steps, cast)


def _closed(
    table: Mapping[str, Any], path: str, needs: set[str], takes: set[str], problems: Problems
) -> None:
    """Each key known, none missing."""
    at = f"{path}." if path else ""
    for name in sorted(set(table) - needs - takes):
        known = ", ".join(sorted(needs | takes))
        problems.add(
            f"{at}{name}", "unknown_key", f"没有这个键，可用：{known}", f"no such key; known: {known}"
        )
    for name in sorted(needs - set(table)):
        problems.add(f"{at}{name}", "required", "缺少这个键", "this key is missing")


def _step(step: Any, path: str, problems: Problems) -> Step:
    if not isinstance(step, Mapping) or step.get("do") not in ACTS:
        known = ", ".join(ACTS)
        problems.add(f"{path}.do", "unknown_act", f"须为下列之一：{known}", f"must be one of {known}")
        return Step("wait", None, None, {})
    needs, takes = ACTS[step["do"]]
    quiet = not needs
    _closed(step, path, {"do"} | needs | (set() if quiet else {"by"}), set(takes | COMMON), problems)
    at, by = step.get("at"), step.get("by")
    if at is not None and not _is_moment(at):
        problems.add(f"{path}.at", "offset_required", "须为带时区的时刻", "must be a moment with its offset")
    if by is not None and not _is_person(by):
        problems.add(f"{path}.by", "wrong_type", "须写成 角色@单位", "is written role@agency")
    expected = step.get("expect", [])
    expect = tuple(
        _expectation(e, f"{path}.expect[{n}]", problems)
        for n, e in enumerate(expected if isinstance(expected, list) else [expected])
    )
    more = {name: value for name, value in step.items() if name not in COMMON}
    refused = tuple(step.get("refused", ()))
    return Step(step["do"], by, at if _is_moment(at) else None, more, refused, expect)


def _expectation(table: Any, path: str, problems: Problems) -> Expectation:
    kinds = [kind for kind in EXPECTATIONS if isinstance(table, Mapping) and kind in table]
    # A clock is `is` something, a lead is in a `state`: the first key that names a kind decides.
    if not kinds:
        known = ", ".join(EXPECTATIONS)
        problems.add(path, "unknown_expectation", f"须有下列之一：{known}", f"needs one of {known}")
        return Expectation("nowhere", "", {})
    kind = kinds[0]
    needs, takes = EXPECTATIONS[kind]
    _closed(table, path, {kind} | set(needs), set(takes), problems)
    return Expectation(kind, table[kind], {name: v for name, v in table.items() if name != kind})


def _is_moment(value: Any) -> bool:
    return isinstance(value, datetime) and value.tzinfo is not None


def _is_person(value: Any) -> bool:
    return isinstance(value, str) and value.count("@") == 1 and all(value.split("@"))


def _in_order(starts_at: Any, steps: Sequence[Step], problems: Problems) -> None:
    now = starts_at if _is_moment(starts_at) else None
    for number, step in enumerate(steps):
        if step.at is not None and now is not None and step.at < now:
            text = "时间不能倒退", "time does not run backwards"
            problems.add(f"steps[{number}].at", "out_of_order", *text)
        now = step.at or now


def _people(step: Step) -> list[str]:
    """Everybody a step names: who acts, who is told, who looks."""
    found = [step.by] if step.by is not None else []
    for expectation in step.expect:
        for name in ("to", "who"):
            who = expectation.more.get(name)
            found += [who] if isinstance(who, str) else list(who or ())
    return found
