"""The results table on the pages, and what stands behind each of its figures.

The table is a snapshot document: as it stands now, or as a compiled version froze it. A unit sees its own row. Every
figure leads to what it counts: records, what units typed, or the figures it adds up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shared.application import queries
from shared.application.page_queries.breakdowns import OTHERS, breakdown, counted_in, may_see_row, ways
from shared.application.page_queries.parts import PAGE
from shared.application.page_queries.reporting import document
from shared.application.report_queries import parts_of
from shared.application.reports import earlier
from shared.application.sight import seen_of
from shared.application.views import words
from shared.application.work import UNSEEN, Work
from workflows.rejection import Rejected

SPANS = ("period", "cumulative")
TOTAL = "total"


def latest_period(work: Work) -> tuple[str, str] | None:
    """This will name the report whose days include today, else the last that began; None without any report."""
    counting = [r for r in work.definition.reports if r.figures]
    begun = [r for r in counting if r.covers_from <= work.today]
    chosen = max(begun, key=lambda r: r.covers_from, default=next(iter(counting), None))
    return (chosen.kind, chosen.id) if chosen is not None else None


def table(work: Work, kind: str, period: str, span: str, version: int | None) -> dict[str, Any]:
    """This will show the results table of a period: `span` "period" or "cumulative", now or as version froze it.

    Raises Rejected (missing) for a report or version there is none of, or a version the caller may not see.
    """
    found = document(work, kind, period, version)
    rows = [row for row in found["table"]["rows"] if may_see_row(work, row["unit"])]
    shorts = {unit["id"]: unit["short"] for unit in found["units"]}
    whole = work.sees_everything
    total = found["table"]["total"]
    return {
        "kind": kind,
        "period": period,
        "span": span,
        "version": version,
        "report": found["report"],
        "starts_on": found["campaign"]["starts_on"],
        **_others(work, kind, period),
        "units": [
            {
                "id": row["unit"] or OTHERS,
                "name": row["name"],
                "short": shorts.get(row["unit"], row["name"]["zh"]),
            }
            for row in rows
        ],
        "lines": [
            {
                **column,
                "cells": [row[span][column["code"]] for row in rows],
                "total": total[span][column["code"]] if whole else None,
                "in_all": total["cumulative"][column["code"]] if whole else None,
            }
            for column in found["table"]["columns"]
        ],
        "ways": ways(work),
        "whole": whole,
        "unit": work.by.agency_id,
        "as_of": found["as_of"],
    }


def apart(work: Work, kind: str, period: str, way: str, span: str, version: int | None) -> dict[str, Any]:
    """This will show the table taken apart another way than unit, with what else the page offers. Raises Rejected."""
    found = breakdown(work, kind, period, way, span, version)
    starts_on = found["campaign"]["starts_on"]
    return {**found, **_others(work, kind, period), "starts_on": starts_on, "unit": work.by.agency_id}


def _others(work: Work, kind: str, period: str) -> dict[str, Any]:
    """The periods there are tables of, and the versions of this one."""
    compiled = queries.reports(work)["compilations"]
    return {
        "periods": [
            {"kind": r.kind, "period": r.id, "name": words(r.name)}
            for r in work.definition.reports
            if r.figures
        ],
        "versions": [row for row in compiled if (row["kind"], row["period"]) == (kind, period)],
    }


def behind(
    work: Work,
    kind: str,
    period: str,
    span: str,
    code: str,
    unit: str,
    version: int | None,
    page: int = 1,
    part: tuple[str, str] | None = None,
) -> dict[str, Any]:
    """This will show what one figure counts; `unit` is a unit's id, "others" or "total"; pages count from 1.

    With `part`, a way to take the table apart and one of its parts, as in ("month", "2017-09"), it is of that part alone.
    Raises Rejected (missing) for a figure there is none of or that is not the caller's to see.
    """
    found = document(work, kind, period, version)
    column = next((c for c in found["table"]["columns"] if c["code"] == code), None)
    rows = {row["unit"] or OTHERS: row for row in found["table"]["rows"]}
    if work.sees_everything:
        rows[TOTAL] = found["table"]["total"]
    row = rows.get(unit)
    if column is None or row is None or not may_see_row(work, row["unit"]):
        raise Rejected(UNSEEN, kind="missing")
    names = {c["code"]: c["name"] for c in found["table"]["columns"]}
    records = _counted(found, rows, span, code, unit)
    parts, sent, cell, group = parts_of(column), [], row[span][code], None
    if part is not None:
        of = None if unit == TOTAL else row["unit"]
        group = {"by": part[0], **counted_in(work, found, part[0], span, code, of, part[1])}
        records, parts, cell = _held(found, group["cell"]), [], group["cell"]
    elif column["basis"] != "derived":
        sent = _sent(work, found, column, unit)
    return {
        "kind": kind,
        "period": period,
        "span": span,
        "version": version,
        "report": found["report"],
        "column": column,
        "unit": {"id": unit, "name": row["name"]},
        "cell": cell,
        "part": group,
        "records": _titled(work, records[(page - 1) * PAGE : page * PAGE]),
        "total": len(records),
        "page": page,
        "limit": PAGE,
        "parts": [{"code": c, "name": names[c], "cell": row[span][c]} for c in parts],
        "sent": sent,
        "as_of": found["as_of"],
    }


def _counted(
    found: Mapping[str, Any], rows: Mapping[str, Any], span: str, code: str, unit: str
) -> list[dict[str, Any]]:
    """The records behind a cell, each with how much it counts for; those of the total are the units' together."""
    listed = []
    for name, row in rows.items():
        if name == unit or (unit == TOTAL and name != TOTAL):
            listed += [{**one, "unit": row["unit"]} for one in _held(found, row[span][code])]
    return listed


def _held(found: Mapping[str, Any], cell: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The records of one cell, each with how much it counts for."""
    places = cell.get("records", ())
    amounts = cell.get("amounts") or ("1",) * len(places)
    pairs = zip(places, amounts, strict=True)
    return [{**found["records"][place], "amount": amount} for place, amount in pairs]


def _titled(work: Work, records: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The records with the title of their lead, where the caller may know it, and the name of their kind."""
    numbers = {record["number"] for record in records if record["number"]}
    seen = seen_of(work, list(work.uow.leads.by_numbers(work.campaign.id, numbers).values()))
    titles = {lead.number: lead.intake.title for lead in seen}
    kinds = {kind.id: words(kind.name) for kind in work.definition.record_kinds}
    return [
        {
            **record,
            "kind_name": kinds.get(record["kind"]),
            "number": record["number"] if record["number"] in titles else None,
            "title": titles.get(record["number"]),
        }
        for record in records
    ]


def _sent(work: Work, found: Mapping[str, Any], column: Mapping[str, Any], unit: str) -> list[dict[str, Any]]:
    """What units typed for a column in the reports up to this one: figures, or corrections with their reasons."""
    names = {r["unit"]: r["name"] for r in found["table"]["rows"]}
    code, manual, last = column["code"], column["basis"] == "manual", found["report"]["covers_to"]
    listed = []
    for one, submissions in earlier(work, work.definition).items():
        if unit not in (TOTAL, one):
            continue
        for sent in submissions:
            rule = work.definition.report(sent.kind, sent.period)
            typed = sent.corrections.get(code) or sent.figures.get(code)
            if (typed is None and not (sent.zero and manual)) or rule.covers_to.isoformat() > last:
                continue
            listed.append(
                {
                    "unit": one,
                    "unit_name": names.get(one),
                    "kind": sent.kind,
                    "period": sent.period,
                    "name": words(rule.name),
                    "version": sent.version,
                    "value": _shown(typed) if typed is not None else "0",
                    "reason": typed.get("reason") if isinstance(typed, Mapping) else None,
                    "zero": sent.zero,
                    "at": work.in_zone(sent.submitted_at),
                }
            )
    return listed


def _shown(typed: Any) -> str:
    if isinstance(typed, Mapping):
        return f"{typed.get('value', typed.get('period'))}{typed.get('qualifier') or ''}"
    return str(typed)
