"""The burden meter: how many fields a campaign makes each unit type, and how many the records spare it."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.campaign import CampaignDefinition


@dataclass(frozen=True, slots=True)
class ReportBurden:
    """What one report asks of one unit: figures and texts to type; `spared` are figures the records give."""

    kind: str
    period: str
    figures: int
    texts: int
    spared: int


@dataclass(frozen=True, slots=True)
class Burden:
    """What all reports of a campaign ask of one unit, and of all."""

    reports: tuple[ReportBurden, ...]
    units: int

    @property
    def per_unit(self) -> int:
        """Fields one unit types over the campaign, if no report is a zero report."""
        return sum(report.figures + report.texts for report in self.reports)

    @property
    def spared_per_unit(self) -> int:
        """Figures one unit need not type over the campaign."""
        return sum(report.spared for report in self.reports)


def burden_of(definition: CampaignDefinition) -> Burden:
    """This will count what a campaign's reports ask of its units."""
    manual = sum(column.basis == "manual" for column in definition.columns)
    spared = len(definition.columns) - manual
    reports = tuple(
        ReportBurden(r.kind, r.id, manual if r.figures else 0, len(r.texts), spared if r.figures else 0)
        for r in definition.reports
    )
    return Burden(reports, sum(agency.reports for agency in definition.agencies))
