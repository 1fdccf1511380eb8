"""The burden meter: how many fields a campaign makes each unit type, and how many the records spare it."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.campaign import Agency, CampaignDefinition, ReportObligation
from workflows.reporting.from_columns import fills_in
from workflows.reporting.obligations import owing_units, reporting_units


@dataclass(frozen=True, slots=True)
class ReportBurden:
    """What one report asks of a unit: figures and texts to type; `spared` are figures the records give.

    Where some columns are asked of some units only, it is what the unit asked for most has to type.
    """

    kind: str
    period: str
    figures: int
    texts: int
    spared: int


@dataclass(frozen=True, slots=True)
class UnitBurden:
    """What all reports that one unit owes ask of it over the campaign, if none is a zero report."""

    unit: str
    reports: int
    typed: int
    spared: int


@dataclass(frozen=True, slots=True)
class Burden:
    """What all reports of a campaign ask, report by report and unit by unit."""

    reports: tuple[ReportBurden, ...]
    by_unit: tuple[UnitBurden, ...]

    @property
    def units(self) -> int:
        """How many units report."""
        return len(self.by_unit)

    @property
    def per_unit(self) -> int:
        """Fields the unit that types most types over the campaign."""
        return max((unit.typed for unit in self.by_unit), default=0)

    @property
    def spared_per_unit(self) -> int:
        """Figures the unit that is spared most need not type over the campaign."""
        return max((unit.spared for unit in self.by_unit), default=0)


def burden_of(definition: CampaignDefinition) -> Burden:
    """This will count what a campaign's reports ask of its units; a unit that joins or leaves owes only some of them."""
    units = reporting_units(definition)
    asked = {unit.id: _asked(definition, unit) for unit in units}
    owed = {r: tuple(a.id for a in owing_units(definition, r)) for r in definition.reports}
    spared = sum(column.basis != "manual" for column in definition.columns)
    by_report = tuple(_of_report(report, owing, asked, spared) for report, owing in owed.items())
    by_unit = []
    for unit in units:
        own = [report for report, owing in owed.items() if unit.id in owing]
        counting = sum(report.figures for report in own)
        typed = counting * asked[unit.id] + sum(len(report.texts) for report in own)
        by_unit.append(UnitBurden(unit.id, len(own), typed, counting * spared))
    return Burden(by_report, tuple(by_unit))


def _asked(definition: CampaignDefinition, unit: Agency) -> int:
    manual = [column for column in definition.columns if column.basis == "manual"]
    return sum(fills_in(definition, column, unit.id) for column in manual)


def _of_report(
    report: ReportObligation, owing: tuple[str, ...], asked: dict[str, int], spared: int
) -> ReportBurden:
    most = max((asked[unit] for unit in owing), default=0)
    figures = (most, spared) if report.figures else (0, 0)
    return ReportBurden(report.kind, report.id, figures[0], len(report.texts), figures[1])
