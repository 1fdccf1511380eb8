"""Columns computed from other columns: sums, balances, rates and averages, in the order they can be computed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, localcontext

from workflows.campaign import CampaignDefinition, Column, Ratio
from workflows.reporting.quantity import rounded

_DIGITS = 60
"""More than any figure has: sums and products stay exact, only a division is rounded."""


def formulas_of(definition: CampaignDefinition) -> dict[str, Ratio]:
    """This will name the columns that others give, each with how: by its ratio, or as the sum its first check declares.

    Where a total has several splits the first written defines it; the others are held against it as checks.
    """
    found = {column.code: column.ratio for column in definition.columns if column.ratio is not None}
    bare = {c.code for c in definition.columns if c.basis == "derived" and c.measure is None} - found.keys()
    for check in definition.checks:
        if check.relation == "equals" and check.over == "period" and check.left in bare:
            found.setdefault(check.left, Ratio(check.right))
    return found


def in_order(formulas: Mapping[str, Ratio]) -> Iterator[tuple[str, Ratio]]:
    """This will give each formula after those it needs; of a circle it gives none."""
    pending = dict(formulas)
    while ready := [code for code, formula in pending.items() if not set(formula.parts) & set(pending)]:
        for code in ready:
            yield code, pending.pop(code)


def is_sum(formula: Ratio) -> bool:
    """This will say whether a column is nothing but the sum of others."""
    return not (formula.less or formula.per) and formula.scale == 1


def standing_columns(definition: CampaignDefinition) -> frozenset[str]:
    """This will name the columns that say how things stand at the end of a period, with the sums of such."""
    found = {column.code for column in definition.columns if column.stands}
    for code, formula in in_order(formulas_of(definition)):
        if not formula.per and found.intersection(formula.parts):
            found.add(code)
    return frozenset(found)


def whole_columns(definition: CampaignDefinition) -> frozenset[str]:
    """This will name the columns whose cumulative figure is no sum over periods: what stands, and rates."""
    rates = {c.code for c in definition.columns if c.ratio is not None and c.ratio.per}
    return standing_columns(definition) | rates


def fills_in(definition: CampaignDefinition, column: Column, unit: str) -> bool:
    """This will say whether a unit fills a column in: each that reports, where the column names no types of agencies.

    Of agencies that do not report (the row "") nobody is asked.
    """
    if not unit or not column.filled_by:
        return bool(unit)
    return definition.has_agency(unit) and definition.agency(unit).type in column.filled_by


def worked_out(column: Column, formula: Ratio, values: Mapping[str, Decimal | None]) -> Decimal | None:
    """This will compute a column from others; nothing where one of them is empty, or where it would divide by nothing.

    A rate or an average is rounded half up to the places of its column: the exact one may have no end.
    """
    parts = [values.get(code) for code in formula.parts]
    if any(part is None for part in parts):
        return None
    with localcontext() as exact:
        exact.prec = _DIGITS
        of, less, per = (
            sum((values[code] or Decimal(0) for code in codes), Decimal(0))
            for codes in (formula.of, formula.less, formula.per)
        )
        if not formula.per:
            return (of - less) * formula.scale
        if not per:
            return None
        return rounded((of - less) * formula.scale / per, column.decimals)
