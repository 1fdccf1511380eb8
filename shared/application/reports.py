"""Submit a unit's report; compile a period into the next immutable version."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from shared.application.acting import react
from shared.application.happenings import happen, record
from shared.application.ledger import ledger
from shared.application.matters import of_campaign, report_matter
from shared.application.ports import Row
from shared.application.work import UNSEEN, Done, Work
from workflows.campaign import CampaignDefinition, ReportObligation
from workflows.commands import CompileReport, SubmitReport
from workflows.events import Event, canonical
from workflows.rejection import Reason, Rejected
from workflows.reporting import (
    BadRecord,
    Snapshot,
    Submission,
    check_submission,
    compile_period,
    compute_table,
    is_unchanged,
    reporting_units,
)
from workflows.reporting import Row as TableRow
from workflows.reporting.acts import WithdrawReport
from workflows.reporting.results_table import Table
from workflows.text import Text

BAD_RECORD = "bad_record"


def submit_report(command: SubmitReport, work: Work) -> Done:
    """This will accept a unit's report, late or not; the very same content again changes nothing.

    Raises Rejected: another unit's report, one nobody owes, or everything wrong with its content.
    """
    owed = obligation(work, command.unit, command.kind, command.period, lock=True)
    _check_reporter(work, command.unit)
    definition = work.pinned(owed["definition_hash"])
    content = {
        "zero": command.zero,
        "texts": dict(command.texts),
        "figures": dict(command.figures),
        "corrections": {code: dict(value) for code, value in command.corrections.items()},
    }
    content_hash = _hash(content)
    versions = work.uow.reports.versions(owed["id"])
    stands = owed["first_submitted_at"] is not None
    if stands and versions[-1]["content_hash"] == content_hash:
        return Done("report", owed["id"], versions[-1]["receipt"], version=owed["version"])
    _check(work, definition, command)
    late = work.at >= owed["due_at"]
    if stands and late and not command.reason:
        text = Text("到期后更正须说明原因", "a correction after the due date needs a reason")
        raise Rejected(Reason("required", text, "reason"), kind="invalid")
    row = _version(work, owed, content, content_hash, command.reason)
    work.uow.reports.submit(owed, row)
    kind = "report.corrected" if stands else "report.submitted"
    facts = {"zero": command.zero, "late": late, **_said(owed, row)}
    event = Event(kind, "report", owed["id"], work.at, facts, reason=command.reason)
    happen(work, report_matter(definition, owed), event, react)
    _ask_compilation(work, command.kind, command.period, late=late)
    return Done("report", owed["id"], row["receipt"], created=not stands, version=row["version"])


def withdraw_report(command: WithdrawReport, work: Work) -> Done:
    """This will take a report back before it is due, so that nothing counts as submitted; the history keeps it.

    Raises Rejected: another unit's report (missing, forbidden), nothing submitted, or the date has passed (conflict):
    then a new version with its reason is the way.
    """
    owed = obligation(work, command.unit, command.kind, command.period, lock=True)
    _check_reporter(work, command.unit)
    if owed["first_submitted_at"] is None:
        raise Rejected(Reason("not_submitted", Text("还没有报送", "nothing was submitted yet")))
    if work.at >= owed["due_at"]:
        text = Text("报送期已过，不能撤回", "the due date has passed; a report cannot be taken back")
        hint = Text("请报送更正版本并说明原因", "submit a corrected version with its reason")
        raise Rejected(Reason("past_due", text, hint=hint))
    content = {"withdrawn": True}
    row = _version(work, owed, content, _hash(content), command.reason)
    work.uow.reports.withdraw(owed, row)
    data = {**_said(owed, row), "due_at": owed["due_at"]}
    event = Event("report.withdrawn", "report", owed["id"], work.at, data, reason=command.reason)
    happen(work, report_matter(work.pinned(owed["definition_hash"]), owed), event, react)
    _ask_compilation(work, command.kind, command.period, late=False)
    return Done("report", owed["id"], row["receipt"], version=row["version"])


def _check_reporter(work: Work, unit: str) -> None:
    if work.by.agency_id != unit or not work.may("report"):
        text = Text("本单位的报告由联络员或负责人报送", "a unit's report is submitted by its liaison or head")
        raise Rejected(Reason("not_reporter", text), kind="forbidden")


def _hash(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def _version(
    work: Work, owed: Row, content: Mapping[str, Any], content_hash: str, reason: str | None
) -> dict[str, Any]:
    version = owed["version"] + 1
    receipt = f"{owed['period']}-{owed['kind']}-{owed['unit']}-{version}-{content_hash[:8]}"
    return {
        "obligation_id": owed["id"],
        "version": version,
        "receipt": f"{work.campaign.id}/{receipt}",
        "content": content,
        "content_hash": content_hash,
        "reason": reason,
        "submitted_by": work.by.person_id,
        "submitted_at": work.at,
    }


def _said(owed: Row, row: Row) -> dict[str, Any]:
    """What the event of a version says of it."""
    names = {"unit": owed["unit"], "kind": owed["kind"], "period": owed["period"]}
    return {**names, **{name: row[name] for name in ("version", "receipt", "content_hash")}}


def obligation(work: Work, unit: str, kind: str, period: str, *, lock: bool = False) -> Row:
    """This will find what a unit owes; its own people and the office may know of it. Raises Rejected (missing)."""
    owed = work.uow.reports.obligation(work.campaign.id, unit, kind, period, lock=lock)
    if owed is None or not (work.sees_everything or work.by.agency_id == unit):
        raise Rejected(UNSEEN, kind="missing")
    return owed


def _check(work: Work, definition: CampaignDefinition, command: SubmitReport) -> None:
    rule = definition.report(command.kind, command.period)
    row = row_of(work, definition, rule, command.unit)
    faults = check_submission(
        definition,
        rule,
        unit=command.unit,
        zero=command.zero,
        texts=command.texts,
        figures=command.figures,
        corrections=command.corrections,
        computed=row.computed,
        previous=row.before,
        owes=True,
        reason=command.reason,
    )
    if faults:
        raise Rejected(*faults, kind="invalid")


def row_of(work: Work, definition: CampaignDefinition, rule: ReportObligation, unit: str) -> TableRow:
    """This will compute a unit's row of the results table for a period, as the records stand now."""
    units = tuple(dict.fromkeys((*(agency.id for agency in reporting_units(definition)), unit)))

    def made() -> Table:
        records, figures = ledger(work, definition), earlier(work, definition)
        return compute_table(definition, records, rule.covers_from, rule.covers_to, units, figures)

    with _readable():
        question = ("table", definition.hash, work.campaign.successions, rule.kind, rule.id, units)
        return work.lasting(question, made).row(unit)


@contextmanager
def _readable() -> Iterator[None]:
    """What no figure can come from is said to whoever asked, naming the record. Raises Rejected (conflict)."""
    try:
        yield
    except BadRecord as bad:
        text = Text(f"有一条记录无法统计：{bad}", f"no figure can come from a record: {bad}")
        hint = Text("请更正这条记录后重新汇总", "correct the record, then compile again")
        raise Rejected(Reason(BAD_RECORD, text, hint=hint)) from bad


def earlier(work: Work, definition: CampaignDefinition) -> dict[str, list[Submission]]:
    """This will list the newest submissions of every period by unit."""
    found: dict[str, list[Submission]] = {}
    for rule in definition.reports:
        for row in work.uow.reports.latest(work.campaign.id, rule.kind, rule.id):
            found.setdefault(row["unit"], []).append(_submission(rule, row))
    return found


def _submission(rule: ReportObligation, row: Row) -> Submission:
    content = row["content"]
    return Submission(
        unit=row["unit"],
        kind=rule.kind,
        period=rule.id,
        zero=content["zero"],
        submitted_at=row["submitted_at"],
        version=row["version"],
        texts=content["texts"],
        figures=_exact(content["figures"]),
        corrections={code: _exact(value) for code, value in content["corrections"].items()},
        first_submitted_at=row["first_submitted_at"],
        reason=row["reason"],
    )


def _exact(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: Decimal(str(value)) if isinstance(value, float) else value for name, value in values.items()
    }


def _ask_compilation(work: Work, kind: str, period: str, *, late: bool) -> None:
    """What comes after the first compilation makes its next version; before it, the last of all units starts it."""
    rows = _obligations(work, kind, period)
    compiled = work.uow.reports.compilation(work.campaign.id, kind, period, None)
    if compiled is None and any(r["first_submitted_at"] is None and r["waived_reason"] is None for r in rows):
        return
    cause = "all_in" if compiled is None else "late" if late else "changed"
    versions = sum(int(r["version"]) for r in rows)
    key = f"compile:{work.campaign.id}:{kind}:{period}:{cause}:{versions}"
    work.uow.outbox.add(
        work.campaign.id, key, "compile", {"kind": kind, "period": period, "cause": cause}, work.at
    )


def compile_report(command: CompileReport, work: Work) -> Done:
    """This will compile a period as it stands now; unchanged content gives no new version.

    Raises Rejected: not the office, or no such report.
    """
    work.demand("compile_reports")
    # The campaign's row is the lock: of two compilations at once the second sees the first one's version.
    work.uow.campaigns.get(work.campaign.id, lock=True)
    previous = work.uow.reports.compilation(work.campaign.id, command.kind, command.period, None)
    snapshot = snapshot_of(work, command.kind, command.period, previous)
    version = int(snapshot.document["version"])
    if previous is not None and is_unchanged(previous["snapshot"], snapshot.document):
        return Done("compilation", f"{command.kind}/{command.period}", version=int(previous["version"]))
    row = {
        "campaign_id": work.campaign.id,
        "kind": command.kind,
        "period": command.period,
        "version": version,
        "snapshot": snapshot.document,
        "hash": snapshot.hash,
        "cause": command.cause,
        "compiled_at": work.at,
    }
    work.uow.reports.add_compilation(row)
    data = {"kind": command.kind, "period": command.period, "version": version, "hash": row["hash"]}
    data["cause"] = command.cause
    event = Event("report.compiled", "report", f"{command.kind}/{command.period}", work.at, data)
    office = work.definition.office.id
    matter = report_matter(work.definition, {**row, "id": event.subject_id, "unit": office, "due_at": None})
    happen(work, matter, event, react)
    return Done("compilation", event.subject_id, None, created=True, version=version)


def snapshot_of(work: Work, kind: str, period: str, previous: Row | None) -> Snapshot:
    """This will fold a period as it stands now into the version after `previous`. Raises Rejected (missing)."""
    try:
        rule = work.definition.report(kind, period)
    except KeyError:
        raise Rejected(UNSEEN, kind="missing") from None
    submissions = [s for unit in earlier(work, work.definition).values() for s in unit]
    if rule not in work.definition.reports:
        submissions += [_submission(rule, r) for r in work.uow.reports.latest(work.campaign.id, kind, period)]
    with _readable():
        return compile_period(
            work.definition,
            rule,
            records=ledger(work, work.definition),
            submissions=submissions,
            at=work.at,
            version=int(previous["version"]) + 1 if previous is not None else 1,
            previous=previous["snapshot"] if previous is not None else None,
            waivers=_waivers(work, kind, period),
            owing={row["unit"]: row["due_at"] for row in _obligations(work, kind, period)},
        )


def compile_failed(work: Work, kind: str, period: str, code: str, reason: str) -> None:
    """This will note that a period could not be compiled, and tell those in the office who compile."""
    data = {"kind": kind, "period": period, "code": code}
    subject = f"{kind}/{period}"
    event = Event("report.compile_failed", "report", subject, work.at, data, reason=reason)
    position = record(work, of_campaign(work), event)
    office = work.definition.office.id
    to = [{"role": actor.role, "agency": office} for actor in work.definition.duty("compile_reports")]
    told = {
        "kind": event.kind,
        "to": to,
        "lead": None,
        "subject": "report",
        "subject_id": subject,
        "code": code,
    }
    work.uow.outbox.add(work.campaign.id, f"notify:{position}", "notify", told, work.at)


def _waivers(work: Work, kind: str, period: str) -> dict[str, str]:
    return {
        row["unit"]: row["waived_reason"]
        for row in _obligations(work, kind, period)
        if row["waived_reason"] is not None
    }


def _obligations(work: Work, kind: str, period: str) -> list[Row]:
    rows = work.uow.reports.obligations(work.campaign.id)
    return [row for row in rows if (row["kind"], row["period"]) == (kind, period)]
