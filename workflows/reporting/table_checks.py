"""The relations columns must keep (A2 at most A1, B1 a sum of others), and which of them figures break."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from workflows.campaign import CampaignDefinition, TableCheck
from workflows.reporting.quantity import plain
from workflows.text import Text


@dataclass(frozen=True, slots=True)
class BrokenCheck:
    """A relation that does not hold, with the two numbers compared and the sentence that says so."""

    check: TableCheck
    left: Decimal
    right: Decimal
    text: Text


def broken_checks(
    definition: CampaignDefinition, values: Mapping[str, Decimal | None]
) -> Iterator[BrokenCheck]:
    """This will give the relations `values` (by column code) break; with an empty figure none is judged."""
    for check in definition.checks:
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
    rule = f"{check.left} {sign} {' + '.join(check.right)}"
    numbers = f"{plain(left)} / {plain(right)}"
    return Text(
        f"{check.reason.zh}（{rule}：{numbers}）", f"{check.reason.en or check.reason.zh} ({rule}: {numbers})"
    )
