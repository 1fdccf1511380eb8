"""The relations columns must keep (A2 at most A1, B1 a sum of others), and which of them figures break."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from workflows.campaign import CampaignDefinition, TableCheck
from workflows.reporting.from_columns import formulas_of, in_order, worked_out
from workflows.reporting.quantity import plain
from workflows.text import Text


@dataclass(frozen=True, slots=True)
class BrokenCheck:
    """A relation that does not hold, with the two numbers compared and the sentence that says so."""

    check: TableCheck
    left: Decimal
    right: Decimal
    text: Text


def with_formulas(
    definition: CampaignDefinition, values: Mapping[str, Decimal | None]
) -> dict[str, Decimal | None]:
    """This will compute every column that others give anew from `values`; empty where a part of it is empty."""
    found = dict(values)
    columns = {column.code: column for column in definition.columns}
    for code, formula in in_order(formulas_of(definition)):
        found[code] = worked_out(columns[code], formula, found)
    return found


def broken_checks(
    definition: CampaignDefinition, values: Mapping[str, Decimal | None], over: str = "period"
) -> Iterator[BrokenCheck]:
    """This will give the relations `values` (by column code) break; with an empty figure none is judged.

    `over` says whether the values are those of a period or the cumulative ones.
    """
    for check in definition.checks:
        if check.over != over:
            continue
        left = values.get(check.left)
        parts = [values.get(code) for code in check.right]
        known = [part for part in parts if part is not None]
        if left is None or len(known) < len(parts):
            continue
        right = sum(known, Decimal(0))
        if left == right or (check.relation == "at_most" and left < right):
            continue
        yield BrokenCheck(check, left, right, _sentence(check, left, right))


def _sentence(check: TableCheck, left: Decimal, right: Decimal) -> Text:
    sign = "=" if check.relation == "equals" else "≤"
    rule = f"{'累计 ' if check.over == 'cumulative' else ''}{check.left} {sign} {' + '.join(check.right)}"
    numbers = f"{plain(left)} / {plain(right)}"
    return Text(
        f"{check.reason.zh}（{rule}：{numbers}）", f"{check.reason.en or check.reason.zh} ({rule}: {numbers})"
    )
