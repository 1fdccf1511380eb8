"""The duties of a document: what no machine has a step for, and who does it."""

from __future__ import annotations

from workflows.campaign import Duty
from workflows.definition_format.machines import read_actors
from workflows.definition_format.names import Names
from workflows.definition_format.people import Ids
from workflows.definition_format.table import Table
from workflows.duties import DUTIES


def read_duties(root: Table, names: Names) -> tuple[Duty, ...]:
    """This will read who has each duty; one that nobody was given is a problem of its own."""
    ids, found = Ids(), []
    for t in root.tables("duties"):
        duty = Duty(t.one_of("id", tuple(DUTIES)), read_actors(t, "by", names, ("office", "any")), t.source())
        ids.check(t, duty.id)
        found.append(duty)
    given = {duty.id for duty in found}
    for name, words in DUTIES.items():
        if name not in given:
            zh = f'没有写明由谁{words.zh}（[[duties]] id = "{name}"）'
            en = f"nobody is given the duty to {words.en} ([[duties]] id = {name!r})"
            root.problems.add("duties", "missing_duty", zh, en)
    return tuple(found)
