"""Who is told of what happens, beside the rungs of the ladders."""

from __future__ import annotations

from workflows.campaign import Actor, Notice
from workflows.definition_format.machines import RELATIONS, read_actors, read_event
from workflows.definition_format.names import Names
from workflows.definition_format.table import Table
from workflows.notices import BESIDE_THE_MACHINES

_OF_ALL = frozenset({"any", "system"})
_OTHERS = {"report": ("office", "holder"), "deadline": ("office", "holder"), "item": ("office", "receiver")}


def read_notices(root: Table, names: Names) -> tuple[Notice, ...]:
    """This will read `[[notices]]`: an event, and the roles that hear of it in the agencies it concerns.

    Nobody is told "anywhere": a notice names a lead, and goes only where the lead is known.
    """
    told = names.telling(BESIDE_THE_MACHINES)
    found: list[Notice] = []
    met: set[tuple[str, Actor]] = set()
    for t in root.tables("notices"):
        on = read_event(t, "on", t.text("on"), told)
        subject = on.partition(".")[0]
        known = _OTHERS.get(subject) or RELATIONS.get(subject, RELATIONS["lead"])
        to = read_actors(t, "to", names, tuple(r for r in known if r not in _OF_ALL))
        if not met.isdisjoint({(on, actor) for actor in to}):
            t.refuse("to", "repeated", "同一事件已通知此角色", "this role hears of this event already")
        met |= {(on, actor) for actor in to}
        found.append(Notice(on, to, t.source()))
    return tuple(found)
