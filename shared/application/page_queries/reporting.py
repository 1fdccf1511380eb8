"""Reports on the pages: what is owed, the form of one unit, and the room in which the office compiles a period.

What the records know is computed here for reading only, by the functions that compile: the form shows a unit the very
figures the compilation will hold.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.application import queries
from shared.application.page_queries.parts import dressed, people
from shared.application.ports import Row
from shared.application.reports import earlier, obligation, row_of, snapshot_of
from shared.application.urging import is_owed, opens_at, period_rows, urgings
from shared.application.views import words
from shared.application.work import UNSEEN, Work
from workflows.campaign import CampaignDefinition, Column
from workflows.rejection import Rejected
from workflows.reporting import Row as TableRow
from workflows.reporting.from_columns import fills_in
from workflows.reporting.quantity import plain
from workflows.reporting.submission import LONGEST_TEXT

CAME = frozenset({"on_time", "late", "zero", "zero_late"})
"""The standings of a report that has come."""


def rooms(work: Work) -> dict[str, Any]:
    """This will list the periods reports are owed for, first due first, each with how its units stand."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    listed = queries.reports(work)
    for item in listed["items"]:
        key = (item["kind"], item["period"])
        named = ("kind", "period", "name", "words", "covers_from", "covers_to", "due_at")
        room = found.setdefault(key, {**{n: item[n] for n in named}, "items": [], "compiled": None})
        room["items"].append(item)
    for row in listed["compilations"]:
        if (row["kind"], row["period"]) in found:
            found[row["kind"], row["period"]]["compiled"] = row
    for room in found.values():
        room["came"] = sum(item["status"] in CAME for item in room["items"])
        room["waived"] = sum(item["status"] == "waived" for item in room["items"])
    return {
        "rooms": list(found.values()),
        "office": work.sees_everything,
        "unit": work.by.agency_id,
        "as_of": listed["as_of"],
    }


def form(work: Work, unit: str, kind: str, period: str) -> dict[str, Any]:
    """This will show a unit's report as a form: what the records know, what only people know, and every version sent.

    Raises Rejected (missing) for a report nobody owes, or another unit's.
    """
    owed = obligation(work, unit, kind, period)
    definition = work.pinned(owed["definition_hash"])
    rule = definition.report(kind, period)
    row = row_of(work, definition, rule, unit)
    view = queries.report(work, unit, kind, period)
    sent = [v["content"] for v in view["versions"] if not v["content"].get("withdrawn")]
    held = sent[-1] if sent else {}
    clocks = [dressed(work, c) for c in work.uow.deadlines.of_subject("report", owed["id"])]
    return {
        **view,
        "columns": [
            _figure(column, row, held, asked=fills_in(definition, column, unit))
            for column in definition.columns
            if rule.figures and (column.basis != "manual" or fills_in(definition, column, unit))
        ],
        "texts": [_text(definition, name, held) for name in rule.texts],
        "zero": bool(held.get("zero")),
        "clock": max(clocks, key=lambda c: str(c["started_at"]), default=None),
        "may_report": work.by.agency_id == unit and work.may("report"),
        "is_late": work.at >= owed["due_at"],
        "stands": owed["first_submitted_at"] is not None,
        "waived": owed["waived_reason"],
        "people": people(work),
        "as_of": work.in_zone(work.at),
    }


def _figure(column: Column, row: TableRow, held: Mapping[str, Any], *, asked: bool) -> dict[str, Any]:
    """A column of the form: computed and cumulative as they stand, and what the newest version typed beside it.

    One that the unit is not asked for can only be read.
    """
    now, all_in_all = row.period[column.code], row.cumulative[column.code]
    correction = held.get("corrections", {}).get(column.code, {})
    return {
        "code": column.code,
        "name": words(column.name),
        "unit": words(column.unit),
        "group": column.group,
        "basis": column.basis if asked else "derived",
        "decimals": column.decimals,
        "value": None if now.value is None else plain(now.value),
        "computed": None if now.computed is None else plain(now.computed),
        "cumulative": None if all_in_all.value is None else plain(all_in_all.value),
        "records": len(now.records),
        "typed": _typed(held.get("figures", {}).get(column.code)),
        "corrected": _typed(correction.get("value")),
        "reason": correction.get("reason", ""),
    }


def _typed(value: Any) -> str:
    """A figure as somebody would type it again: "约300" for a qualified one, nothing for none."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        number, qualifier = _typed(value.get("period")), value.get("qualifier") or ""
        return f"{qualifier}{number}" if qualifier in {"约", "近"} else f"{number}{qualifier}"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _text(definition: CampaignDefinition, name: str, held: Mapping[str, Any]) -> dict[str, Any]:
    field = definition.field(name)
    return {
        "id": name,
        "name": words(field.name),
        "maximum": field.maximum or LONGEST_TEXT,
        "value": held.get("texts", {}).get(name, ""),
    }


def document(work: Work, kind: str, period: str, version: int | None) -> dict[str, Any]:
    """This will give a period as a snapshot document: as frozen in `version`, or for None as it stands now.

    Raises Rejected (missing). It holds every unit's figures: who may see only one unit's has to be shown only those.
    """
    if version is not None:
        found: dict[str, Any] = queries.compilation(work, kind, period, version)["snapshot"]
        return found
    question = ("document", kind, period, work.definition.hash, work.campaign.successions)
    kept = work.lasting(question, lambda: _compiled(work, kind, period), lambda kept: kept.is_of(work.at))
    return {**kept.document, "as_of": work.at.astimezone(work.zone).isoformat()}


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A period as it stood at a moment, and when something in it does or did count: due dates, reports that came."""

    document: Mapping[str, Any]
    at: datetime
    turns: Sequence[datetime]

    def is_of(self, at: datetime) -> bool:
        return bisect_right(self.turns, at) == bisect_right(self.turns, self.at)


def _compiled(work: Work, kind: str, period: str) -> _Compiled:
    reports, campaign = work.uow.reports, work.campaign.id
    owed = reports.obligations(campaign)
    due = {row["due_at"] for row in owed if (row["kind"], row["period"]) == (kind, period)}
    sent = {one.submitted_at for unit in earlier(work, work.definition).values() for one in unit}
    sent |= {row["submitted_at"] for row in reports.latest(campaign, kind, period)}
    return _Compiled(snapshot_of(work, kind, period, None).document, work.at, sorted(due | sent))


def compiling(work: Work, kind: str, period: str, version: int | None) -> dict[str, Any]:
    """This will show a period to those who compile it: who is in, what contradicts, every version and what changed.

    `version` chooses the frozen one to look at, the newest by default. Raises Rejected (missing).
    """
    if not work.sees_everything:
        raise Rejected(UNSEEN, kind="missing")
    listed = queries.reports(work)
    items, versions = (
        [row for row in listed[part] if (row["kind"], row["period"]) == (kind, period)]
        for part in ("items", "compilations")
    )
    if not items:
        raise Rejected(UNSEEN, kind="missing")
    order = {agency.id: place for place, agency in enumerate(work.definition.agencies)}
    items.sort(key=lambda item: order.get(item["unit"]["id"], len(order)))
    chosen = queries.compilation(work, kind, period, version) if versions or version else None
    now = document(work, kind, period, None)
    owed = {row["unit"]: row for row in period_rows(work, kind, period)}
    urged = urgings(work, owed.values())
    missing = [row for row in owed.values() if is_owed(row)]
    to_urge = sum(opens_at(work, row) <= work.at for row in missing)
    return {
        **{name: items[0][name] for name in ("kind", "period", "name", "words", "due_at")},
        "covers_from": items[0]["covers_from"],
        "covers_to": items[0]["covers_to"],
        "units": [_standing(item, now["contradictions"], owed[item["unit"]["id"]], urged) for item in items],
        "to_urge": to_urge,
        "came": sum(item["status"] in CAME for item in items),
        "others": [c for c in now["contradictions"] if c["unit"] not in {i["unit"]["id"] for i in items}],
        "versions": versions,
        "chosen": chosen,
        "changes": _named(chosen["snapshot"]) if chosen is not None else None,
        "texts": (chosen["snapshot"] if chosen is not None else now)["texts"],
        "may_compile": work.may("compile_reports"),
        "as_of": work.in_zone(work.at),
    }


def _standing(
    item: Mapping[str, Any],
    contradictions: Iterable[Mapping[str, Any]],
    owed: Row,
    urged: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    return {
        **item,
        "waived": owed["waived_reason"],
        "urged": urged.get(owed["unit"]) if is_owed(owed) else None,
        "contradictions": [c for c in contradictions if c["unit"] == item["unit"]["id"]],
    }


def _named(snapshot: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a version changed against the one before, with names in place of codes."""
    changes = snapshot["changes"]
    if changes is None:
        return None
    columns = {c["code"]: c["name"] for c in snapshot["table"]["columns"]}
    units = {u["id"]: u["name"] for u in snapshot["units"]}
    units |= {row["unit"]: row["name"] for row in (*snapshot["table"]["rows"], snapshot["table"]["total"])}
    fields = {section["field"]: section["name"] for section in snapshot["texts"]}

    def named(entry: Mapping[str, Any]) -> dict[str, Any]:
        code = {"zh": entry["unit"], "en": entry["unit"]}
        return {
            **entry,
            "unit_name": units.get(entry["unit"], code),
            "column_name": columns.get(entry.get("column", "")),
            "field_name": fields.get(entry.get("field", "")),
        }

    return {
        "from_version": changes["from_version"],
        **{part: [named(entry) for entry in changes[part]] for part in ("figures", "units", "texts")},
    }
