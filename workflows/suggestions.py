"""What the definition's decision tables say of a lead: outcomes with reasons, inputs, rule and legal basis.

Tables suggest and flag; a person decides. The day that counts is the day of the act (a law applies to what was done
while it was in force), or the day the lead was received where that day is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from workflows.campaign import CampaignDefinition
from workflows.decision_table import Answer, decide
from workflows.valuation import Valuation

SUSPECTED = "suspected"
"""The output by which a table flags a suspected crime: true asks for a transfer, or a refusal with reasons."""
SUM_YEARS = "sum_years"
"""The output that says over how many years before the act the values of one party are added."""
UNHANDLED = "unhandled"
"""The tag of a disposition that leaves what was done unpunished, so that it still counts in a party's sum."""


def day_of(facts: Mapping[str, object]) -> date:
    """This will give the day whose rules apply: that of the act, else that of receipt."""
    found = facts.get("act_on") or facts["received_on"]
    assert isinstance(found, date)
    return found


def answers(definition: CampaignDefinition, facts: Mapping[str, object]) -> tuple[Answer, ...]:
    """This will ask every table that is in force on the lead's day, in the order of the definition."""
    on = day_of(facts)
    return tuple(decide(table, facts, on) for table in definition.routing if table.in_force(on))


def flags_crime(found: Iterable[Answer]) -> bool:
    """This will say whether some table flags a suspected crime."""
    return any(outcome.get(SUSPECTED) is True for answer in found for outcome in answer.outcomes)


@dataclass(frozen=True, slots=True)
class PartyValue:
    """One lead of a party: when its act was, what it is worth, whether it is still unhandled."""

    lead_id: str
    on: date
    value: Valuation
    unhandled: bool


def unhandled_sum(
    definition: CampaignDefinition, own: Valuation, on: date, others: Iterable[PartyValue]
) -> tuple[Decimal | None, tuple[PartyValue, ...]]:
    """This will add to a lead's value those of the same party's unhandled leads in the years before its act.

    Gives the sum (None where no value is known) and the leads that count. Without a table that names `sum_years`
    in force on that day nothing is added.
    """
    first = _years_before(on, sum_years(definition, on))
    counted = tuple(
        other
        for other in others
        if first is not None and other.unhandled and other.value.yuan is not None and first <= other.on <= on
    )
    known = [value.yuan for value in (own, *(other.value for other in counted)) if value.yuan is not None]
    return (sum(known, Decimal(0)) if known else None), counted


def sum_years(definition: CampaignDefinition, on: date) -> int:
    """This will say over how many years the values of a party are added on that day; 0 where no table says so."""
    found = (
        outcome.get(SUM_YEARS)
        for table in definition.routing
        if SUM_YEARS in table.outputs
        for outcome in decide(table, {}, on).outcomes
    )
    return max((int(str(years)) for years in found if years is not None), default=0)


def _years_before(on: date, years: int) -> date | None:
    if not years:
        return None
    day = min(on.day, 28) if on.month == 2 else on.day  # 29 February has no day of its name in most years
    return on.replace(year=on.year - years, day=day)
