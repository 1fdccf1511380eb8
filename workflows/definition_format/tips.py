"""Reads how a campaign takes tips from the public: what they are registered as, and what their tellers see."""

from __future__ import annotations

from workflows.definition_format.names import Names
from workflows.definition_format.people import Ids
from workflows.definition_format.table import Table
from workflows.tip_rules import Promise, PublicStep, TipRules


def read_tips(root: Table, names: Names) -> TipRules | None:
    """This will read `[tips]`, if the campaign takes any. Every state of a lead belongs to exactly one step."""
    table = root.optional_table("tips")
    if table is None:
        return None
    words = names.vocabularies
    rules = TipRules(
        channel=table.name("channel", words.get("channel", ())),
        place_type=table.name("place_type", words.get("place_type", ())),
        act=table.name("act", words.get("act", ())),
        urgency=table.name("urgency", words.get("urgency", ())),
        unnamed=table.name("unnamed", words.get("reporter_kind", ())),
        named=table.name("named", words.get("reporter_kind", ())),
        urgent=table.phrase("urgent"),
        steps=_steps(table, names),
        promises=_promises(table, names),
        source=table.source(),
        follows=table.text("follows", required=False) or None,
        because=table.text("because", required=False) or None,
        because_words=table.name("because_words", frozenset(words), required=False) or None,
    )
    _check_states(table, rules, names)
    if (rules.because is None) != (rules.because_words is None):
        zh, en = "because 和 because_words 须同时写", "because and because_words go together"
        table.refuse("because", "missing_key", zh, en)
    table.done()
    return rules


def _steps(table: Table, names: Names) -> tuple[PublicStep, ...]:
    ids, found = Ids(), []
    for t in table.tables("steps", required=True, least=2):
        states = t.names("states", names.states.get("lead", frozenset()), required=True, least=1)
        step = PublicStep(t.id(), t.phrase("name"), t.phrase("says"), states)
        ids.check(t, step.id)
        found.append(step)
    return tuple(found)


def _promises(table: Table, names: Names) -> tuple[Promise, ...]:
    return tuple(Promise(t.name("clock", names.clocks), t.phrase("says")) for t in table.tables("promises"))


def _check_states(table: Table, rules: TipRules, names: Names) -> None:
    met: set[str] = set()
    for index, step in enumerate(rules.steps):
        for state in step.states:
            if state in met:
                zh, en = f"状态“{state}”已属于另一步", f"state {state!r} belongs to another step already"
                table.refuse(f"steps[{index}].states", "duplicate_id", zh, en)
            met.add(state)
    for state in sorted(names.states.get("lead", frozenset()) - met):
        zh, en = f"没有哪一步包含状态“{state}”", f"no step holds the state {state!r}"
        table.refuse("steps", "missing_state", zh, en)
