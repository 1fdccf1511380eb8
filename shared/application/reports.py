"""Submit a unit's report; compile a period into the next immutable version."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from shared.application.acting import react
from shared.application.happenings import happen
from shared.application.ledger import ledger
from shared.application.matters import report_matter
from shared.application.ports import Row
from shared.application.work import UNSEEN, Done, Work
from workflows.campaign import CampaignDefinition, ReportObligation
from workflows.commands import CompileReport, SubmitReport
from workflows.events import Event, canonical
from workflows.rejection import Reason, Rejected
from workflows.reporting import (
    Submission,
    check_submission,
    compile_period,
    compute_table,
    is_unchanged,
    reporting_units,
)
from workflows.text import Text

REPORTERS = frozenset({"liaison", "unit_head"})
COMPILERS = frozenset({"office_staff", "office_director"})


def submit_report(command: SubmitReport, work: Work) -> Done:
    """This will accept a unit's report, late or not; the very same content again changes nothing.

    Raises Rejected: another unit's report, one nobody owes, or everything wrong with its content.
    """
    owed = obligation(work, command.unit, command.kind, command.period, lock=True)
    if work.by.agency_id != command.unit or not (REPORTERS & work.by.roles):
        text = Text("本单位的报告由联络员或负责人报送", "a unit's report is submitted by its liaison or head")
        raise Rejected(Reason("not_reporter", text), kind="forbidden")
    definition = work.pinned(owed["definition_hash"])
    content = {
        "zero": command.zero,
        "texts": dict(command.texts),
        "figures": dict(command.figures),
        "corrections": {code: dict(value) for code, value in command.corrections.items()},
    }
    content_hash = hashlib.sha256(canonical(content).encode()).hexdigest()
    versions = work.uow.reports.versions(owed["id"])
    if versions and versions[-1]["content_hash"] == content_hash:
        return Done("report", owed["id"], versions[-1]["receipt"], version=owed["version"])
    _check(work, definition, command)
    late = work.at >= owed["due_at"]
    if versions and late and not command.reason:
        text = Text("到期后更正须说明原因", "a correction after the due date needs a reason")
        raise Rejected(Reason("required", text, "reason"), kind="invalid")
    version = owed["version"] + 1
    receipt = f"{command.period}-{command.kind}-{command.unit}-{version}-{content_hash[:8]}"
    work.uow.reports.submit(
        owed,
        {
            "obligation_id": owed["id"],
            "version": version,
            "receipt": f"{work.campaign.id}/{receipt}",
            "content": content,
            "content_hash": content_hash,
            "reason": command.reason,
            "submitted_by": work.by.person_id,
            "submitted_at": work.at,
        },
    )
    kind = "report.submitted" if version == 1 else "report.corrected"
    data = {"unit": command.unit, "kind": command.kind, "period": command.period, "version": version}
    facts = {**data, "zero": command.zero, "late": late, "receipt": receipt, "content_hash": content_hash}
    event = Event(kind, "report", owed["id"], work.at, facts, reason=command.reason)
    happen(work, report_matter(definition, owed), event, react)
    _ask_compilation(work, command.kind, command.period)
    return Done("report", owed["id"], receipt, created=version == 1, version=version)


def obligation(work: Work, unit: str, kind: str, period: str, *, lock: bool = False) -> Row:
    """This will find what a unit owes; its own people and the office may know of it. Raises Rejected (missing)."""
    owed = work.uow.reports.obligation(work.campaign.id, unit, kind, period, lock=lock)
    if owed is None or not (work.sees_everything or work.by.agency_id == unit):
        raise Rejected(UNSEEN, kind="missing")
    return owed


def _check(work: Work, definition: CampaignDefinition, command: SubmitReport) -> None:
    rule = definition.report(command.kind, command.period)
    table = compute_table(
        definition,
        ledger(work.uow, work.campaign.id, definition),
        rule.covers_from,
        rule.covers_to,
        [unit.id for unit in reporting_units(definition)],
        earlier(work, definition),
    )
    row = table.row(command.unit)
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
    )
    if faults:
        raise Rejected(*faults, kind="invalid")


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
    )


def _exact(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: Decimal(str(value)) if isinstance(value, float) else value for name, value in values.items()
    }


def _ask_compilation(work: Work, kind: str, period: str) -> None:
    """A late report makes the next version; before the due date the last of all units starts the compiling."""
    rows = [
        r
        for r in work.uow.reports.obligations(work.campaign.id)
        if (r["kind"], r["period"]) == (kind, period)
    ]
    compiled = work.uow.reports.compilation(work.campaign.id, kind, period, None)
    if compiled is None and any(r["version"] == 0 for r in rows):
        return
    cause = "late" if compiled is not None else "all_in"
    versions = sum(int(r["version"]) for r in rows)
    key = f"compile:{work.campaign.id}:{kind}:{period}:{cause}:{versions}"
    work.uow.outbox.add(
        work.campaign.id, key, "compile", {"kind": kind, "period": period, "cause": cause}, work.at
    )


def compile_report(command: CompileReport, work: Work) -> Done:
    """This will compile a period as it stands now; unchanged content gives no new version.

    Raises Rejected: not the office, or no such report.
    """
    if not (
        work.by.is_system or (work.by.agency_id == work.definition.office.id and COMPILERS & work.by.roles)
    ):
        text = Text("汇总由领导小组办公室进行", "compiling is the office's")
        raise Rejected(Reason("role", text), kind="forbidden")
    try:
        rule = work.definition.report(command.kind, command.period)
    except KeyError:
        raise Rejected(UNSEEN, kind="missing") from None
    # The campaign's row is the lock: of two compilations at once the second sees the first one's version.
    work.uow.campaigns.get(work.campaign.id, lock=True)
    previous = work.uow.reports.compilation(work.campaign.id, command.kind, command.period, None)
    version = int(previous["version"]) + 1 if previous is not None else 1
    submissions = [s for unit in earlier(work, work.definition).values() for s in unit]
    snapshot = compile_period(
        work.definition,
        rule,
        records=ledger(work.uow, work.campaign.id, work.definition),
        submissions=submissions,
        at=work.at,
        version=version,
        previous=previous["snapshot"] if previous is not None else None,
        waivers=_waivers(work, command.kind, command.period),
    )
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
    data = {"kind": command.kind, "period": command.period, "version": version, "hash": snapshot.hash}
    data["cause"] = command.cause
    event = Event("report.compiled", "report", f"{command.kind}/{command.period}", work.at, data)
    office = work.definition.office.id
    matter = report_matter(work.definition, {**row, "id": event.subject_id, "unit": office, "due_at": None})
    happen(work, matter, event, react)
    return Done("compilation", event.subject_id, None, created=True, version=version)


def _waivers(work: Work, kind: str, period: str) -> dict[str, str]:
    return {
        row["unit"]: row["waived_reason"]
        for row in work.uow.reports.obligations(work.campaign.id)
        if (row["kind"], row["period"]) == (kind, period) and row["waived_reason"] is not None
    }
