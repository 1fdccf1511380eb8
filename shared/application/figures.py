"""Numbers for leaders, as of any past moment, and what stands behind each of them; what reports make units type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.application.views import agency_view, words
from shared.application.work import UNSEEN, Work
from workflows.rejection import Reason, Rejected
from workflows.reporting import burden_of
from workflows.reporting.as_of import GIVEN_BACK, Holding, holder_after, holding_steps
from workflows.reporting.figures import (
    ALL,
    BEHIND,
    KEPT,
    Known,
    LeaderRow,
    Spell,
    known_at,
    leaders_figures,
    meant,
)
from workflows.text import Text

DIMENSIONS = (ALL, "agency", "phase", "place_type", "product", "channel", "act", "township")
COUNTS = (*BEHIND, *KEPT)
_VOCABULARIES = frozenset({"place_type", "product", "channel", "act"})


def figures(work: Work, dimension: str = ALL, as_of: datetime | None = None) -> dict[str, Any]:
    """This will give leaders' numbers, a row for each value of `dimension`, as known at the moment `as_of`.

    A unit sees the numbers of the leads it held at that moment. Times a step took are in seconds: the median and what
    nine in ten did not exceed. Raises Rejected (invalid) for a moment that has not come.
    """
    at = moment_of(work, as_of)
    found = leaders_figures(work.definition, known(work, at), dimension, at)
    return {
        "by": dimension,
        "as_of": work.in_zone(at),
        "rows": [row_view(work, dimension, row) for row in found],
    }


def figure_leads(
    work: Work, dimension: str, value: str | None, count: str, as_of: datetime | None = None
) -> dict[str, Any]:
    """This will list what stands behind one number: `count` of the row `value` of `dimension`, at that moment.

    For the numbers of `KEPT` these are clocks, each with its lead's number; for the others leads. Raises Rejected
    (missing) for a row there is none of, (invalid) for a moment that has not come.
    """
    at = moment_of(work, as_of)
    found = known(work, at)
    row = next((r for r in leaders_figures(work.definition, found, dimension, at) if r.value == value), None)
    if row is None:
        raise Rejected(UNSEEN, kind="missing")
    numbers = {one.lead["id"]: one.lead["number"] for one in found}
    behind: Iterable[tuple[str, str | None]]
    if count in KEPT:
        held = set(row.behind["received"])
        clocks = work.uow.past.clocks(work.campaign.id, at, count)
        behind = ((numbers[lead_id], clock) for lead_id, clock in clocks if lead_id in held)
    else:
        behind = ((numbers[lead_id], None) for lead_id in row.behind[count])
    items = [
        {
            "number": number,
            "href": f"/v1/deadlines/{clock}" if clock is not None else f"/v1/leads/{number}",
            "deadline": clock,
        }
        for number, clock in sorted(behind)
    ]
    return {"by": dimension, "value": value, "count": count, "as_of": work.in_zone(at), "items": items}


def burden(work: Work) -> dict[str, Any]:
    """This will say how many fields the campaign makes each unit type, report by report, and how many it spares."""
    found = burden_of(work.definition)
    return {
        "units": found.units,
        "per_unit": found.per_unit,
        "spared_per_unit": found.spared_per_unit,
        "by_unit": [
            {"unit": u.unit, "reports": u.reports, "typed": u.typed, "spared": u.spared}
            for u in found.by_unit
        ],
        "reports": [
            {"kind": r.kind, "period": r.period, "figures": r.figures, "texts": r.texts, "spared": r.spared}
            for r in found.reports
        ],
    }


def moment_of(work: Work, as_of: datetime | None) -> datetime:
    """This will give the moment asked about, the present by default. Raises Rejected (invalid) for one to come."""
    if as_of is None:
        return work.at
    if as_of > work.at:
        text = Text("这个时刻还没有到", "this moment has not come yet")
        raise Rejected(Reason("in_future", text, "as_of"), kind="invalid")
    return as_of


def known(work: Work, at: datetime) -> tuple[Known, ...]:
    """This will give the leads the caller may count, as they were known at a moment, with how their clocks did by then.

    What was gathered from the history is kept for as long as nothing happens, and for all moments that are alike.
    """
    question = ("known", None if at == work.at else at, work.campaign.successions)
    found = work.lasting(question, lambda: _gathered(work, at), lambda kept: kept.is_of(at))
    if work.sees_everything:
        return found.leads
    return tuple(one for one in found.leads if one.lead["agency"] == work.by.agency_id)


@dataclass(frozen=True, slots=True)
class _Gathered:
    """All leads as they were known from one moment until before another; None where there is no such moment."""

    leads: tuple[Known, ...]
    since: datetime | None
    until: datetime | None

    def is_of(self, at: datetime) -> bool:
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


def _gathered(work: Work, at: datetime) -> _Gathered:
    campaign, past = work.campaign.id, work.uow.past
    holding: dict[Holding, str] = {}
    called: dict[str, frozenset[str]] = {}
    for definition_hash in past.definitions(campaign):
        definition = work.pinned(definition_hash)
        holding |= holding_steps(definition_hash, definition)
        for name, events in meant(definition).items():
            called[name] = called.get(name, frozenset()) | events
    leads = []
    for row in past.leads(campaign, at, holding, called):
        agency = None
        if row["last"] not in {None, GIVEN_BACK}:
            step = (row["definition_hash"], row["trigger"], row["from_state"])
            agency = holder_after(holding.get(step), row["given"])
        leads.append({**row, "agency": agency})
    kept, due = past.kept(campaign, at)
    told = past.learnt(campaign, at)
    since = max((moment for moment in (due[0], told[0]) if moment is not None), default=None)
    until = min((moment for moment in (due[1], told[1]) if moment is not None), default=None)
    return _Gathered(known_at(leads, kept, at), since, until)


def row_view(work: Work, dimension: str, row: LeaderRow) -> dict[str, Any]:
    """This will show one row of leaders' numbers, named in both languages; times are in seconds."""
    return {
        "value": row.value,
        "name": _name(work, dimension, row.value),
        "counts": dict(row.counts),
        "open_by_age": dict(row.open_by_age),
        "steps": {name: _spell(spell) for name, spell in row.steps.items()},
        "in_time": {
            "judged": row.in_time.judged,
            "against_original": row.in_time.against_original,
            "against_current": row.in_time.against_current,
        },
    }


def _spell(spell: Spell) -> Mapping[str, int | None]:
    seconds = (None if t is None else round(t.total_seconds()) for t in (spell.median, spell.p90))
    return dict(zip(("count", "median_seconds", "p90_seconds"), (spell.count, *seconds), strict=True))


def _name(work: Work, dimension: str, value: str | None) -> dict[str, str] | None:
    """How a row is called in both languages; None where nothing is known of it."""
    definition = work.definition
    if value is None:
        return None
    if dimension == "agency":
        agency = agency_view(definition, value)
        return None if agency is None else agency["name"]
    if dimension == "phase":
        return next((words(phase.name) for phase in definition.phases if phase.id == value), None)
    found = definition.word(dimension, value) if dimension in _VOCABULARIES else None
    if dimension == ALL:
        return words(Text("全部", "All"))
    return words(found.name if found is not None else Text(value, value))
