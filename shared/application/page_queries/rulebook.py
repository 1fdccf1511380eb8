"""A definition as people read it: machines, clocks, ladders and routing tables, with live counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shared.application.page_queries.parts import machine, windows
from shared.application.page_queries.table_words import row_words
from shared.application.views import plain, words
from shared.application.work import UNSEEN, Work
from workflows.official_words import official
from workflows.rejection import Rejected
from workflows.sources import cited


def rules(work: Work, definition_id: str, version: int) -> dict[str, Any]:
    """This will show a definition as people read it: machines with live counts, clocks, ladders, routing tables."""
    found = work.uow.definitions.find(definition_id, version)
    if found is None:
        raise Rejected(UNSEEN, kind="missing")
    scope = None if work.sees_everything else work.by.agency_id

    def quoted(entry: Any) -> dict[str, Any]:
        return {"zh": official(cited(entry.source, found.laws, found.office.name.zh)), "en": entry.source}

    counts = work.uow.overviews.states(work.campaign.id, work.at, windows(found), scope)
    return {
        "id": found.id,
        "version": found.version,
        "hash": found.hash,
        "title": words(found.title),
        "starts_on": found.starts_on.isoformat(),
        "ends_on": found.ends_on.isoformat(),
        "versions": [plain(work, row) for row in work.uow.definitions.listed() if row["id"] == found.id],
        "machines": [machine(found, subject) for subject in found.lifecycles],
        "counts": {state: {"held": n[0], "late": n[1]} for state, n in counts.items()},
        "steps": {
            subject: [_step(s, quoted) for s in m.transitions] for subject, m in found.lifecycles.items()
        },
        "clocks": [
            {**_rule(clock), "cited": quoted(clock), "place": place}
            for place, clock in enumerate(found.clocks)
        ],
        "ladders": [
            {
                "id": ladder.id,
                "name": words(ladder.name),
                "cited": quoted(ladder),
                "rungs": [
                    {
                        "level": r.level,
                        "name": words(r.name),
                        "amount": str(r.offset.amount),
                        "unit": r.offset.unit,
                        "to": [{"role": a.role, "relation": a.relation} for a in r.to],
                        "signature": r.signature,
                    }
                    for r in ladder.rungs
                ],
            }
            for ladder in found.ladders
        ],
        "routing": [
            {
                "id": t.id,
                "name": words(t.name),
                "hit": t.hit,
                "inputs": list(t.inputs),
                "outputs": list(t.outputs),
                "from": t.effective_from.isoformat() if t.effective_from else None,
                "to": t.effective_to.isoformat() if t.effective_to else None,
                "rows": [{**row_words(found, row, t.names), "cited": quoted(row)} for row in t.rows],
            }
            for t in found.routing
        ],
        "phases": [
            {"name": words(p.name), "from": p.starts_on.isoformat(), "to": p.ends_on.isoformat()}
            for p in found.phases
        ],
        "as_of": work.in_zone(work.at),
    }


def _step(step: Any, quoted: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    return {
        "trigger": step.trigger,
        "name": words(step.name),
        "from": list(step.sources),
        "to": step.to,
        "by": [{"role": a.role, "relation": a.relation} for a in step.by],
        "needs": list(step.needs),
        "guards": [{"reason": words(g.reason), "cited": quoted(g)} for g in step.guards],
        "cited": quoted(step),
    }


def _rule(clock: Any) -> dict[str, Any]:
    term = clock.term
    return {
        "code": clock.code,
        "name": words(clock.name),
        "subject": clock.subject,
        "amount": str(term.amount) if term is not None else None,
        "unit": term.unit.value if term is not None else None,
        "holder": clock.holder,
        "ladder": clock.ladder,
        "verified": clock.verified,
        "from": clock.effective_from.isoformat() if clock.effective_from else None,
        "to": clock.effective_to.isoformat() if clock.effective_to else None,
        "act": words(clock.act),
    }
