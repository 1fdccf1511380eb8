"""Reads the machines: lifecycles with their steps and guards, the reactions between them, the coordination types."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import cast

from workflows.campaign import (
    Actor,
    CoordinationType,
    Guard,
    Lifecycle,
    Reaction,
    Relation,
    State,
    Subject,
    Transition,
)
from workflows.condition_format import parse_condition
from workflows.conditions import ALWAYS, Condition
from workflows.definition_format.names import Names
from workflows.definition_format.people import Ids
from workflows.definition_format.table import Table
from workflows.facts import FactKind, Scope

SUBJECTS: tuple[Subject, ...] = ("lead", "handoff", "transfer", "order")
REQUIRED_MACHINES = ("lead", "handoff")
STATE_KINDS = ("spine", "working", "side", "final")
# How an agency can stand to each subject; a step by anybody else could never be taken.
RELATIONS: Mapping[str, tuple[str, ...]] = {
    "lead": ("office", "lead_agency", "holder", "any", "system"),
    "handoff": ("office", "sender", "receiver", "holder", "any", "system"),
    "transfer": ("office", "sender", "receiver", "holder", "any", "system"),
    "order": ("office", "sender", "receiver", "holder", "any", "system"),
    "report": ("office", "holder", "any"),
}
RESUME = "@resume"
MOST_STATES, MOST_STEPS = 100, 400
NOBODY = Actor("", "any")
_ATTRIBUTE = re.compile(r"[a-z][a-z0-9_]{0,63}")
_EVENT = re.compile(r"[a-z][a-z0-9_]{0,63}")
_GIVEN = "given."
_LITERALS: Mapping[str, tuple[type, ...]] = {
    "boolean": (bool,),
    "integer": (int,),
    "decimal": (int, Decimal),
    "text": (str,),
    "choice": (str,),
}
_ALSO: Mapping[str, tuple[str, ...]] = {"decimal": ("decimal", "integer"), "text": ("text", "choice")}


def read_actors(table: Table, key: str, names: Names, relations: tuple[str, ...]) -> tuple[Actor, ...]:
    """This will read `["officer@lead_agency", "system"]`."""
    actors = (
        read_actor(table, f"{key}[{i}]", text, names, relations)
        for i, text in enumerate(table.texts(key, required=True, least=1))
    )
    return tuple(actor for actor in actors if actor != NOBODY)


def read_actor(table: Table, key: str, text: str, names: Names, relations: tuple[str, ...]) -> Actor:
    """This will read one `role@relation`; NOBODY when it is wrong."""
    role, at, relation = ("system", "@", "system") if text == "system" else text.partition("@")
    if not at or relation not in relations:
        known = ", ".join(relations)
        zh, en = f"须写作 角色@关系，关系为：{known}", f"is written role@relation, with one of: {known}"
        table.refuse(key, "unknown_relation", zh, en)
        return NOBODY
    if (role == "system") is not (relation == "system"):
        table.refuse(key, "unknown_role", "system 只能单独使用", "the system stands alone, written `system`")
        return NOBODY
    if role != "system" and not table.check_name(key, role, names.roles):
        return NOBODY
    return Actor(role, cast("Relation", relation))


def read_event(table: Table, key: str, value: str, names: Names) -> str:
    """This will read the kind of an event, `handoff.declined`, or of one type of it, `handoff.declined:assign`."""
    kind, colon, of_type = value.partition(":")
    if not table.check_name(key, kind, names.events):
        return ""
    if colon and of_type not in names.types_of(kind.partition(".")[0]):
        table.refuse(key, "unknown_name", f"{kind} 没有“{of_type}”这一类", f"{kind} has no type {of_type!r}")
        return ""
    return value


def read_events(table: Table, key: str, names: Names, least: int = 0) -> tuple[str, ...]:
    """This will read a list of kinds of events."""
    found = table.texts(key, required=least > 0, least=least)
    return tuple(read_event(table, f"{key}[{i}]", value, names) for i, value in enumerate(found))


def read_optional_condition(table: Table, key: str, scope: Scope) -> Condition | None:
    """This will read a condition that may be absent."""
    value = table.raw(key, required=False)
    return None if value is None else parse_condition(value, table.at(key), table.problems, scope)


def read_lifecycles(root: Table, names: Names) -> dict[str, Lifecycle]:
    """This will read every machine; leads and handoffs must have one."""
    table = root.table("lifecycles")
    found: dict[str, Lifecycle] = {}
    for subject in SUBJECTS:
        machine = table.table(subject) if subject in REQUIRED_MACHINES else table.optional_table(subject)
        if machine is not None and machine.is_table:
            found[subject] = _read_lifecycle(machine, subject, names)
            machine.done()
    table.done()
    return found


def _read_lifecycle(table: Table, subject: Subject, names: Names) -> Lifecycle:
    known = names.states.get(subject, frozenset())
    ids, states, transitions = Ids(), [], []
    initial = table.name("initial", known)
    for t in table.tables("states", required=True, least=1, most=MOST_STATES):
        state = _read_state(t, subject)
        ids.check(t, state.id)
        states.append(state)
    taken = Ids()
    for t in table.tables("transitions", required=True, least=1, most=MOST_STEPS):
        transition = _read_transition(t, subject, names, known)
        for source in transition.sources:
            both = (transition.trigger, source)
            taken.check(t, transition.trigger and both, "trigger", f"{transition.trigger} ← {source}")
        transitions.append(transition)
    waiting = _waiting(subject, initial, states, transitions)
    machine = Lifecycle(subject, initial, waiting, tuple(transitions))
    return _watched(table, machine, names) if subject == "transfer" else machine


def _waiting(
    subject: Subject, initial: str, states: list[State], transitions: list[Transition]
) -> tuple[State, ...]:
    """Where no state of a machine says who it waits for: whoever may take the first step that leaves it."""
    if any(state.waits_for for state in states):
        return tuple(states)
    return tuple(
        state
        if state.kind == "final"
        else replace(state, waits_for=_next(subject, initial, state, transitions))
        for state in states
    )


def _next(
    subject: Subject, initial: str, state: State, transitions: list[Transition]
) -> tuple[Relation, ...]:
    """How those stand to a subject who may take the first step out of a state that names a side."""
    holds = ("office" if state.id == initial else "lead_agency") if subject == "lead" else "receiver"
    steps = (t.by for t in transitions if state.id in t.sources)
    sides = ([a.relation for a in by if a.relation not in {"any", "system"}] for by in steps)
    first = next((found for found in sides if found), [])
    named = (holds if relation == "holder" else relation for relation in first)
    return cast("tuple[Relation, ...]", tuple(dict.fromkeys(named)))


def _watched(table: Table, machine: Lifecycle, names: Names) -> Lifecycle:
    """Who watches over transfers, and the input by which a copy of one is asked for."""
    watched_by = table.names("watched_by", names.agency_types)
    copied_when = table.name("copied_when", names.fields, required=False) or None
    if copied_when and names.fields[copied_when].type != "boolean":
        zh, en = "须为 boolean 类型的输入", "must be a field of type boolean"
        table.refuse("copied_when", "wrong_type", zh, en)
    if copied_when and not watched_by:
        zh, en = "没有 watched_by，无从抄送", "without watched_by there is nobody to send a copy to"
        table.refuse("copied_when", "missing_key", zh, en)
    return replace(machine, watched_by=watched_by, copied_when=copied_when)


def _read_state(t: Table, subject: Subject) -> State:
    sides = frozenset(RELATIONS[subject]) - {"any", "system"}
    waits_for = cast("tuple[Relation, ...]", t.names("waits_for", sides))
    return State(t.id(), t.phrase("name"), t.one_of("kind", STATE_KINDS), t.source(), waits_for)


def _read_transition(t: Table, subject: Subject, names: Names, states: frozenset[str]) -> Transition:
    needs, takes = t.names("needs", names.fields), t.names("takes", names.fields)
    for field in set(needs) & set(takes):
        zh, en = f"{field} 不能既必填又选填", f"{field} cannot both be needed and taken"
        t.refuse("takes", "repeated", zh, en)
    scope = names.scope(subject).with_facts(names.given(*needs, *takes))
    to = t.text("to")
    hands_off = t.name("hands_off", names.coordination, required=False) or None
    if hands_off and "lead_agency" not in needs:
        zh, en = "hands_off 须把 lead_agency 列入 needs", "a step that hands off must need `lead_agency`"
        t.refuse("hands_off", "missing_input", zh, en)
    return Transition(
        trigger=t.id("trigger"),
        name=t.phrase("name"),
        sources=t.names("from", states, required=True, least=1),
        to=to if to == RESUME else t.check_name("to", to, states),
        event=_event(t),
        by=read_actors(t, "by", names, RELATIONS[subject]),
        source=t.source(),
        needs=needs,
        takes=takes,
        guards=_read_guards(t, scope),
        sets=_read_sets(t, scope),
        counts=_read_counts(t, scope),
        remembers=t.flag("remembers"),
        new_round=t.flag("new_round"),
        hands_off=hands_off,
    )


def _event(table: Table) -> str:
    value = table.text("event")
    if value and not _EVENT.fullmatch(value):
        zh, en = "事件名只写动词过去式，如 verified", "an event is one word in the past tense, as `verified`"
        table.refuse("event", "bad_id", zh, en)
    return value


def _read_guards(table: Table, scope: Scope) -> tuple[Guard, ...]:
    ids, found = Ids(), []
    for t in table.tables("guards"):
        condition = parse_condition(t.raw("condition") or {}, t.at("condition"), t.problems, scope)
        hint = t.optional_phrase("hint")
        guard = Guard(t.id(), condition or ALWAYS, t.phrase("reason"), t.source(), hint)
        ids.check(t, guard.id)
        found.append(guard)
    return tuple(found)


def _attribute(table: Table, key: str, name: str) -> str:
    if not _ATTRIBUTE.fullmatch(name):
        table.refuse(key, "bad_id", "属性名只能含小写字母、数字、_", "an attribute holds only a-z, 0-9 and _")
    return name


def _read_counts(table: Table, scope: Scope) -> tuple[str, ...]:
    found = tuple(_attribute(table, "counts", name) for name in table.texts("counts"))
    for name in found:
        if name in scope.kinds and scope.kinds[name].type != "integer":
            zh, en = f"事实 {name} 不是整数", f"the fact {name!r} is no whole number"
            table.refuse("counts", "wrong_type", zh, en)
    return found


def _read_sets(table: Table, scope: Scope) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in table.members("sets", required=False):
        key = f"sets.{name}"
        _attribute(table, key, name)
        if isinstance(value, str) and value.startswith(_GIVEN) and value not in scope.kinds:
            zh, en = f"此步骤没有输入 {value}", f"{value} is not an input of this step"
            table.refuse(key, "unknown_name", zh, en)
        elif not isinstance(value, (str, bool, int, Decimal)):
            table.refuse(
                key, "wrong_type", "须为文字、数字或真假值", "must be a text, a number, true or false"
            )
        elif name in scope.kinds and not _fits(value, scope.kinds[name], scope):
            kind = scope.kinds[name].type
            zh, en = f"事实 {name} 的类型是 {kind}", f"the fact {name!r} is of type {kind}"
            table.refuse(key, "wrong_type", zh, en)
        elif isinstance(value, str) and not value.startswith(_GIVEN) and name in scope.kinds:
            words = scope.words_of(scope.kinds[name])
            if words is not None and value not in words:
                table.refuse(
                    key, "unknown_word", f"{name} 没有“{value}”这个值", f"{name} has no value {value!r}"
                )
        found[name] = value
    return found


def _fits(value: object, fact: FactKind, scope: Scope) -> bool:
    """Whether an attribute that becomes a fact may hold a value: a literal, or what an input of the step gives."""
    if isinstance(value, str) and value.startswith(_GIVEN):
        given = scope.kinds.get(value)
        return given is None or given.type in _ALSO.get(fact.type, (fact.type,))
    return isinstance(value, _LITERALS.get(fact.type, ())) and isinstance(value, bool) is (
        fact.type == "boolean"
    )


def read_reactions(root: Table, names: Names) -> tuple[Reaction, ...]:
    """This will read which happening makes which machine take a step."""
    found: list[Reaction] = []
    met: dict[tuple[str, str, str], list[Condition | None]] = {}
    for t in root.tables("reactions"):
        on = read_event(t, "on", t.text("on"), names)
        subject = cast("Subject", t.one_of("subject", SUBJECTS))
        # The condition is asked of the one whose event it is, not of the one that moves.
        when = read_optional_condition(t, "when", names.scope(on.partition(".")[0]))
        fire = t.name("fire", names.triggers.get(subject, frozenset()))
        if when in met.setdefault((on, subject, fire), []):
            t.refuse(None, "repeated", "与前面的一条完全相同", "the same stands further up already")
        met[on, subject, fire].append(when)
        found.append(Reaction(on, subject, fire, t.source(), when))
    return tuple(found)


def read_coordination(root: Table, names: Names) -> tuple[CoordinationType, ...]:
    """This will read the kinds of work handed to other agencies."""
    ids, found = Ids(), []
    for t in root.tables("coordination", required=True, least=1):
        kind = CoordinationType(
            id=t.id(),
            name=t.phrase("name"),
            partners=t.names("partners", names.agency_types, required=True, least=1),
            blocking=t.flag("blocking", required=True),
            joining=t.one_of("joining", ("all", "any", "lead")),
            source=t.source(),
            answer_fields=t.names("answer_fields", names.fields),
            carried_by="transfer" if t.has("carried_by") and t.one_of("carried_by", ("transfer",)) else None,
        )
        if kind.carried_by is not None and kind.carried_by not in names.states:
            zh, en = "没有移送的状态机可以承担", "there is no machine of transfers to carry it"
            t.refuse("carried_by", "unknown_name", zh, en)
        ids.check(t, kind.id)
        found.append(kind)
    return tuple(found)
