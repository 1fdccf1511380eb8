"""Numbers for leaders, as of any past moment, and the leads behind each of them; what reports make units type."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.application.views import agency_view, words
from shared.application.work import UNSEEN, Work
from workflows.rejection import Reason, Rejected
from workflows.reporting import burden_of, leaders_figures
from workflows.reporting.as_of import Happened, Past, past_of
from workflows.reporting.figures import AGE_NAMES, ALL, COUNTED, LeaderRow, Spell
from workflows.text import Text

DIMENSIONS = (ALL, "agency", "phase", "place_type", "product", "channel", "act", "township")
COUNTS = (*COUNTED, "open", *(f"open:{age}" for age in AGE_NAMES))
_VOCABULARIES = frozenset({"place_type", "product", "channel", "act"})


def figures(work: Work, dimension: str = ALL, as_of: datetime | None = None) -> dict[str, Any]:
    """This will give leaders' numbers, a row for each value of `dimension`, as known at the moment `as_of`.

    A unit sees the numbers of the leads it held at that moment. Times a step took are in seconds: the median and what
    nine in ten did not exceed. Raises Rejected (invalid) for a moment that has not come.
    """
    at = moment_of(work, as_of)
    return {
        "by": dimension,
        "as_of": work.in_zone(at),
        "rows": [row_view(work, dimension, row) for row in _rows(work, dimension, at)],
    }


def figure_leads(
    work: Work, dimension: str, value: str | None, count: str, as_of: datetime | None = None
) -> dict[str, Any]:
    """This will list the leads behind one number: `count` of the row `value` of `dimension`, at that moment.

    Raises Rejected (missing) for a row there is none of, (invalid) for a moment that has not come.
    """
    at = moment_of(work, as_of)
    row = next((row for row in _rows(work, dimension, at) if row.value == value), None)
    if row is None:
        raise Rejected(UNSEEN, kind="missing")
    numbers = {lead.id: lead.number for lead in work.uow.leads.every(work.campaign.id)}
    found = sorted(numbers[lead_id] for lead_id in row.behind[count])
    items = [{"number": number, "href": f"/v1/leads/{number}"} for number in found]
    return {"by": dimension, "value": value, "count": count, "as_of": work.in_zone(at), "items": items}


def burden(work: Work) -> dict[str, Any]:
    """This will say how many fields the campaign makes each unit type, report by report, and how many it spares."""
    found = burden_of(work.definition)
    return {
        "units": found.units,
        "per_unit": found.per_unit,
        "spared_per_unit": found.spared_per_unit,
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


def _rows(work: Work, dimension: str, at: datetime) -> tuple[LeaderRow, ...]:
    leads, past = known_leads(work, at)
    return leaders_figures(work.definition, leads, past.deadlines, dimension, at)


def known_leads(work: Work, at: datetime) -> tuple[list[dict[str, Any]], Past]:
    """This will give the leads the caller may count, as they were known at a moment, and the whole of that past."""
    past = _past(work, at)
    leads = []
    for lead in work.uow.leads.every(work.campaign.id):
        known = past.leads.get(lead.id)
        if known is None or not (work.sees_everything or known["agency"] == work.by.agency_id):
            continue
        intake = lead.intake
        facts = {name: getattr(intake, name) for name in ("place_type", "channel", "act", "township")}
        product = intake.products[0] if intake.products else None
        leads.append({**facts, "product": product, **known})
    return leads, past


def _past(work: Work, at: datetime) -> Past:
    return past_of(
        (
            Happened(
                row["lead_id"],
                row["subject"],
                row["subject_id"],
                row["kind"],
                row["occurred_at"],
                row["recorded_at"],
                row["data"],
                row["from_state"],
                work.pinned(row["definition_hash"]),
            )
            for row in work.uow.figures.history(work.campaign.id, at)
        ),
        at,
    )


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
