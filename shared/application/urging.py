"""Urge: whoever compiles a period reminds, in one act, every unit that still owes its report; how often that was done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import Any

from shared.application.happenings import record
from shared.application.matters import report_matter
from shared.application.ports import Row
from shared.application.views import agency_view
from shared.application.work import UNSEEN, Done, Work
from workflows import escalation
from workflows.campaign import CampaignDefinition
from workflows.deadline import Deadline
from workflows.events import Event
from workflows.rejection import Reason, Rejected
from workflows.reporting.acts import UrgeReport
from workflows.text import Text

DUTY = "compile_reports"
URGED = "report.urged"


def urge_report(command: UrgeReport, work: Work) -> Done:
    """This will tell those who report for every unit that still owes this report, and write down each urging.

    Raises Rejected: not the office (forbidden), no such period (missing), nobody owes anything, or nothing can be
    reported yet (conflict).
    """
    work.demand(DUTY)
    owed = period_rows(work, command.kind, command.period)
    if not owed:
        raise Rejected(UNSEEN, kind="missing")
    missing = [row for row in _locked(work, owed) if is_owed(row)]
    if not missing:
        raise _nobody_missing(owed)
    urged = [row for row in missing if opens_at(work, row) <= work.at]
    if not urged:
        raise _not_open(min(opens_at(work, row) for row in missing).astimezone(work.zone))
    for row in urged:
        _urge(work, row)
    return Done("reports", f"{command.kind}/{command.period}", version=len(urged))


def period_rows(work: Work, kind: str, period: str) -> list[Row]:
    """This will list what units owe, or owed, for a period."""
    rows = work.uow.reports.obligations(work.campaign.id)
    return [row for row in rows if (row["kind"], row["period"]) == (kind, period)]


def is_owed(row: Row) -> bool:
    """This will say whether a report is still owed: nothing came, and nobody excused the unit."""
    return row["first_submitted_at"] is None and row["waived_reason"] is None


def opens_at(work: Work, row: Row) -> datetime:
    """This will say from when a unit may be urged: the beginning of the period, or the due moment if that is earlier."""
    rule = work.pinned(row["definition_hash"]).report(row["kind"], row["period"])
    due_at: datetime = row["due_at"]
    return min(datetime.combine(rule.covers_from, time(), work.zone), due_at)


def urgings(work: Work, rows: Iterable[Row]) -> dict[str, dict[str, Any]]:
    """This will tell from the history how often each unit was urged for these reports, and when last; by unit."""
    units = {row["id"]: row["unit"] for row in rows}
    found: dict[str, dict[str, Any]] = {}
    for event in work.uow.events.of_kind(work.campaign.id, URGED, list(units)):
        unit = units[event["subject_id"]]
        times = found[unit]["times"] if unit in found else 0
        found[unit] = {"times": times + 1, "last_at": work.in_zone(event["recorded_at"])}
    return found


def urged_view(work: Work, done: Done, kind: str, period: str) -> dict[str, Any]:
    """This will show whom an urging reached: every unit with its due moment and how often it was urged by now."""
    events = [event for event in done.events if event["kind"] == URGED]
    ids = {event["subject_id"] for event in events}
    rows = [row for row in period_rows(work, kind, period) if row["id"] in ids]
    known = urgings(work, rows)
    units = [
        {
            "unit": agency_view(work.pinned(row["definition_hash"]), row["unit"]),
            "due_at": work.in_zone(row["due_at"]),
            **known[row["unit"]],
        }
        for row in rows
    ]
    return {"kind": kind, "period": period, "urged": len(units), "units": units, "events": list(done.events)}


def _locked(work: Work, rows: Sequence[Row]) -> list[Row]:
    """The same rows as they stand now, locked until the end, so that nobody is urged who reports at this moment."""
    found = []
    for row in sorted(rows, key=lambda row: str(row["unit"])):
        named = (row["unit"], row["kind"], row["period"])
        locked = work.uow.reports.obligation(work.campaign.id, *named, lock=True)
        assert locked is not None, "obligations are never deleted"
        found.append(locked)
    return found


def _urge(work: Work, row: Row) -> None:
    definition = work.pinned(row["definition_hash"])
    clock = _clock(work, row)
    to, form = _addressed(definition, row, clock)
    due_at = clock.due_at if clock is not None else row["due_at"]
    named = {name: row[name] for name in ("unit", "kind", "period")}
    event = Event("report.urged", "report", row["id"], work.at, {**named, "due_at": due_at, "to": to})
    position = record(work, report_matter(definition, row), event)
    notice = {
        "kind": event.kind,
        "to": to,
        "lead": None,
        "subject": event.subject,
        "subject_id": row["id"],
        "form": form,
        "due_at": due_at,
    }
    work.uow.outbox.add(work.campaign.id, f"notify:{position}", "notify", notice, work.at)


def _clock(work: Work, row: Row) -> Deadline | None:
    """The clock that calls for a report, if the campaign has one."""
    running = [d for d in work.uow.deadlines.of_subject("report", row["id"]) if d.is_open]
    return running[-1] if running else None


def _addressed(
    definition: CampaignDefinition, row: Row, clock: Deadline | None
) -> tuple[list[dict[str, str | None]], str | None]:
    """Those of the unit whom the ladder's reminder tells, and its form; without a ladder whoever reports for a unit."""
    if clock is not None:
        ladder = definition.ladder(definition.clocks[clock.rule].ladder)
        rung = escalation.by_hand(clock.done, ladder)
        told = escalation.addressed(rung, report_matter(definition, row).relations) if rung else []
        own = [target for target in told if target["agency"] == row["unit"]]
        if rung is not None and own:
            return own, rung.form
    roles = dict.fromkeys(actor.role for actor in definition.duty("report"))
    return [{"role": role, "agency": row["unit"]} for role in roles], None


def _nobody_missing(owed: Sequence[Row]) -> Rejected:
    waived = sum(row["waived_reason"] is not None for row in owed)
    came = len(owed) - waived
    text = Text(
        f"没有未报的单位：{came} 家已报，{waived} 家免报",
        f"nobody is missing: {came} have reported, {waived} are excused",
    )
    hint = Text("不用催报，可以汇总", "there is nobody to urge; the period can be compiled")
    return Rejected(Reason("nobody_missing", text, None, hint))


def _not_open(opens: datetime) -> Rejected:
    day = f"{opens.year}年{opens.month}月{opens.day}日"
    text = Text(
        f"统计期还没有开始（{day}起），不能催报",
        f"the period has not begun (it does on {opens.date().isoformat()}); nobody can be urged yet",
    )
    hint = Text(f"请在{day}以后催报", f"urge on or after {opens.date().isoformat()}")
    return Rejected(Reason("period_not_open", text, None, hint))
