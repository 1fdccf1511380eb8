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


def sums_of(definition: CampaignDefinition) -> dict[str, tuple[str, ...]]:
    """This will name the columns that are nothing but the sum of others, with those others."""
    bare = {
        column.code for column in definition.columns if column.basis == "derived" and column.measure is None
    }
    found: dict[str, tuple[str, ...]] = {}
    for check in definition.checks:
        if check.relation == "equals" and check.left in bare:
            found.setdefault(check.left, check.right)
    return found


def with_sums(
    definition: CampaignDefinition, values: Mapping[str, Decimal | None]
) -> dict[str, Decimal | None]:
    """This will count every column that is a sum of others anew from `values`; empty where a part of it is empty."""
    found, pending = dict(values), sums_of(definition)
    while ready := [code for code, parts in pending.items() if not set(parts) & set(pending)]:
        for code in ready:
            parts = [found.get(part) for part in pending.pop(code)]
            known = [part for part in parts if part is not None]
            found[code] = sum(known, Decimal(0)) if len(known) == len(parts) else None
    return found


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
