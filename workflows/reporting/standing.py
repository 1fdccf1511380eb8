"""How each unit stands in a period: the version of its report that counts, and whether it came in time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from workflows.campaign import Agency, CampaignDefinition, ReportObligation
from workflows.reporting.obligations import ReportStatus, due_at, status_of
from workflows.reporting.submission import Submission

Latest = Mapping[tuple[str, str, str], tuple[Submission, datetime]]


@dataclass(frozen=True, slots=True)
class UnitReport:
    """How one unit stands in the period, with the version of its report that counts."""

    agency: Agency
    status: ReportStatus
    submission: Submission | None
    first_submitted_at: datetime | None
    waived: str | None


def latest_reports(submissions: Iterable[Submission], at: datetime) -> Latest:
    """This will give the version of each report (unit, kind, period) that counts, and when its first one
    came.

    Raises ValueError for two different submissions with one version.
    """
    versions: dict[tuple[str, str, str], dict[int, Submission]] = defaultdict(dict)
    for submission in submissions:
        if submission.submitted_at <= at:
            key = (submission.unit, submission.kind, submission.period)
            if versions[key].setdefault(submission.version, submission) != submission:
                raise ValueError(f"two different submissions of {key} are version {submission.version}")
    return {
        key: (held[max(held)], min(s.first_submitted_at or s.submitted_at for s in held.values()))
        for key, held in sorted(versions.items())
    }


def unit_report(
    definition: CampaignDefinition,
    obligation: ReportObligation,
    agency: Agency,
    latest: Latest,
    waivers: Mapping[str, str],
    at: datetime,
    due: datetime | None = None,
) -> UnitReport:
    """This will say how one unit stands with one obligation at the moment `at`; `due` is its own due moment, if known."""
    submission, first = latest.get((agency.id, obligation.kind, obligation.id), (None, None))
    waived = waivers.get(agency.id)
    zero = submission is not None and submission.zero
    status = status_of(due or due_at(definition, obligation), first, zero, waived is not None, at)
    return UnitReport(agency, status, submission, first, waived)
