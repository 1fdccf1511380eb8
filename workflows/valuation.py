"""What the goods of a lead are worth, as far as anybody knows, and on what that figure rests.

Rules may flag on such a figure; it decides nothing. A figure worked out from a weight and a rate of the definition is
marked "default": the rate stands there with its source, and may be unverified.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from workflows.campaign import CampaignDefinition
from workflows.decision_table import decide

RATE = "yuan_per_gram"
"""The output of a decision table that gives a default rate for a product, in yuan per gram."""

STATED, RECORDED, REPORTED, DEFAULT, UNKNOWN = "stated", "recorded", "reported", "default", "unknown"


@dataclass(frozen=True, slots=True)
class Valuation:
    """A value in yuan and its basis: stated by an officer, recorded with a seizure, reported at intake, default, unknown.

    `sources` name what default rates rest on.
    """

    yuan: Decimal | None
    basis: str
    sources: tuple[str, ...] = ()


NOTHING_KNOWN = Valuation(None, UNKNOWN)


def amount(value: object) -> Decimal | None:
    """This will read an amount however it was kept (number or text); None for no amount."""
    return None if value is None or isinstance(value, bool) else Decimal(str(value))


def value_of(
    definition: CampaignDefinition,
    on: date,
    *,
    stated: object = None,
    reported: object = None,
    product: str | None = None,
    grams: object = None,
    seizures: Iterable[Mapping[str, Any]] = (),
) -> Valuation:
    """This will value the goods of one lead: the officer's figure, else the seizures', else the reporter's, else by weight.

    `seizures` are the data of seizure records (product, grams, value_yuan); one without a value is valued by weight.
    Rates are those in force on that day.
    """
    if (figure := amount(stated)) is not None:
        return Valuation(figure, STATED)
    seized = [found for row in seizures if (found := _seized(definition, on, row)).yuan is not None]
    if seized:
        return _total(seized)
    if (figure := amount(reported)) is not None:
        return Valuation(figure, REPORTED)
    return _by_weight(definition, on, product, grams)


def _seized(definition: CampaignDefinition, on: date, row: Mapping[str, Any]) -> Valuation:
    if (figure := amount(row.get("value_yuan"))) is not None:
        return Valuation(figure, RECORDED)
    return _by_weight(definition, on, row.get("product"), row.get("grams"))


def _by_weight(definition: CampaignDefinition, on: date, product: str | None, grams: object) -> Valuation:
    weight = amount(grams)
    for table in definition.routing if weight else ():
        answer = decide(table, {"product": product}, on) if RATE in table.outputs else None
        if answer is not None and answer.outcome is not None and weight is not None:
            yuan = (weight * Decimal(str(answer.outcome[RATE]))).quantize(Decimal("0.01"))
            return Valuation(yuan, DEFAULT, answer.sources[:1])
    return NOTHING_KNOWN


def _total(parts: list[Valuation]) -> Valuation:
    """A sum is only as sure as its weakest part."""
    basis = DEFAULT if any(part.basis == DEFAULT for part in parts) else RECORDED
    sources = tuple(dict.fromkeys(source for part in parts for source in part.sources))
    return Valuation(sum((part.yuan or Decimal(0) for part in parts), Decimal(0)), basis, sources)
