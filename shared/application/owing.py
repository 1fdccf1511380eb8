"""Who owes which report: units are excused, join and leave; each with its event and its clock."""

from __future__ import annotations

from typing import Any

from shared.application.acting import react
from shared.application.happenings import happen
from shared.application.matters import report_matter
from shared.application.obligations import owe
from shared.application.ports import Row
from shared.application.work import UNSEEN, Done, Work
from workflows.events import Event
from workflows.rejection import Reason, Rejected, invalid
from workflows.reporting.acts import EndWaiver, JoinReporting, LeaveReporting, WaiveReport
from workflows.text import Text

DUTY = "compile_reports"


def waive_report(command: WaiveReport, work: Work) -> Done:
    """This will excuse a unit from a report, and stop its clock; a second waiver only renews the reason.

    Raises Rejected: not the office (forbidden), no such obligation (missing), one that was met already (conflict).
    """
    work.demand(DUTY)
    owed = _owed(work, command.unit, command.kind, command.period)
    if owed["first_submitted_at"] is not None:
        text = Text("该单位已经报送，不用免报", "this unit has reported; there is nothing to excuse")
        raise Rejected(Reason("already_submitted", text))
    _waive(work, owed, command.reason)
    return Done("report", owed["id"], version=owed["version"])


def end_waiver(command: EndWaiver, work: Work) -> Done:
    """This will ask again for a report. Raises Rejected: not the office, no such obligation, no waiver (conflict)."""
    work.demand(DUTY)
    owed = _owed(work, command.unit, command.kind, command.period)
    if owed["waived_reason"] is None:
        raise Rejected(Reason("not_waived", Text("该报告没有免报", "this report is not waived")))
    work.uow.reports.waive(owed["id"], None)
    _happened(work, owed, "report.waiver_ended", {"due_at": owed["due_at"]}, command.reason)
    return Done("report", owed["id"], version=owed["version"])


def join_reporting(command: JoinReporting, work: Work) -> Done:
    """This will have a unit owe every report due on or after a day; what it owes already stays as it is.

    Raises Rejected: not the office (forbidden), an agency the campaign does not have, or no such report left (invalid).
    """
    work.demand(DUTY)
    definition = work.definition
    if not definition.has_agency(command.unit):
        raise invalid("unit", "unknown_agency", "没有这个单位", "there is no such agency")
    own = definition.agency(command.unit).type
    asked = [rule for rule in definition.reports if not rule.owed_by or own in rule.owed_by]
    rules = [rule for rule in asked if rule.due_on >= command.from_on]
    if not rules:
        zh, en = "这一天起没有应报的报告", "no report is due on or after this day"
        raise invalid("from_on", "no_report_due", zh, en)
    known = {(row["kind"], row["period"]): row for row in _of_unit(work, command.unit)}
    fresh = [rule for rule in rules if (rule.kind, rule.id) not in known]
    for rule in fresh:
        owe(work, definition, rule, command.unit, react)
    return Done("reports", command.unit, created=bool(fresh), version=len(fresh))


def leave_reporting(command: LeaveReporting, work: Work) -> Done:
    """This will excuse a unit from what it owes from a day on and has not submitted. Raises Rejected: not the office."""
    work.demand(DUTY)
    if not work.definition.has_agency(command.unit):
        raise invalid("unit", "unknown_agency", "没有这个单位", "there is no such agency")
    count = 0
    for owed in _of_unit(work, command.unit):
        due_on = work.pinned(owed["definition_hash"]).report(owed["kind"], owed["period"]).due_on
        if due_on < command.from_on or owed["first_submitted_at"] is not None or owed["waived_reason"]:
            continue
        _waive(work, owed, command.reason)
        count += 1
    return Done("reports", command.unit, version=count)


def _waive(work: Work, owed: Row, reason: str) -> None:
    work.uow.reports.waive(owed["id"], reason)
    _happened(work, owed, "report.waived", {}, reason)


def _owed(work: Work, unit: str, kind: str, period: str) -> Row:
    owed = work.uow.reports.obligation(work.campaign.id, unit, kind, period, lock=True)
    if owed is None:
        raise Rejected(UNSEEN, kind="missing")
    return owed


def _of_unit(work: Work, unit: str) -> list[Row]:
    return [row for row in work.uow.reports.obligations(work.campaign.id) if row["unit"] == unit]


def _happened(work: Work, owed: Row, kind: str, data: dict[str, Any], reason: str | None = None) -> None:
    facts = {"unit": owed["unit"], "kind": owed["kind"], "period": owed["period"], **data}
    event = Event(kind, "report", owed["id"], work.at, facts, reason=reason)
    happen(work, report_matter(work.pinned(owed["definition_hash"]), owed), event, react)
