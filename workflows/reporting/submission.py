"""A unit's report: what it says, and everything that is wrong with it, each with the field it stands in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from workflows.campaign import CampaignDefinition, ReportObligation
from workflows.rejection import Reason


@dataclass(frozen=True, slots=True)
class Submission:
    """One accepted version of a unit's report for a period.

    `figures` holds what records cannot know, by column code; `corrections` holds {"value", "reason"} by column code.
    """

    unit: str
    kind: str
    period: str
    zero: bool
    submitted_at: datetime
    version: int = 1
    texts: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, object] = field(default_factory=dict)
    corrections: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


def check_submission(
    definition: CampaignDefinition,
    obligation: ReportObligation,
    *,
    unit: str,
    zero: bool,
    texts: Mapping[str, object],
    figures: Mapping[str, object],
    corrections: Mapping[str, object],
    computed: Mapping[str, Decimal | None],
    previous: Mapping[str, Decimal | None],
) -> tuple[Reason, ...]:
    """This will list every problem of a report; an empty answer means it can be accepted.

    `computed` holds the unit's figures of the period from the records (`table.row(unit).computed`), `previous` its
    cumulative figures before the period (`table.row(unit).before`). `Reason.field` is a JSON pointer without its
    first slash: "figures/A1", "corrections/C1/reason", "texts/progress", "zero", "unit".
    """
    raise NotImplementedError
