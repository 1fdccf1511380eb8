"""Rules at work: what a lead is worth with its party's other leads, whether a crime is suspected and decided, and
what the tables suggest, each with its reasons. Rules only flag; people decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from shared.application.ports import Row
from shared.application.work import Work
from workflows import suggestions
from workflows.campaign import CampaignDefinition
from workflows.decision_table import Answer, RowMiss
from workflows.lead import Lead, known
from workflows.lead import acted_on as day_of_act
from workflows.suggestions import PartyValue
from workflows.transfer import REFUSED, Transfer
from workflows.valuation import Valuation, value_of

ANSWERING = frozenset({"suspect", "operator", "owner"})
"""The roles in which a party answers for what was done; a witness or a vehicle adds nothing up."""


@dataclass(frozen=True, slots=True)
class Worth:
    """A lead's own value, its party's other unhandled leads that count with it, and the sum."""

    own: Valuation
    others: tuple[PartyValue, ...]
    total: Decimal | None


def acted_on(work: Work, lead: Lead) -> date:
    """This will give the day whose rules apply to a lead: that of the act, else that of receipt."""
    return day_of_act(lead) or lead.received_at.astimezone(work.zone).date()


def worth(work: Work, lead: Lead, records: Iterable[Row]) -> Worth:
    """This will value a lead, and add what the definition adds for the same party on the day of the act."""
    definition, on = work.pinned(lead.definition_hash), acted_on(work, lead)
    own = _value(definition, lead, on, records)
    others: list[PartyValue] = []
    if suggestions.sum_years(definition, on):
        others = [_party_value(work, other_id) for other_id in _same_party(work, lead.id)]
    total, counted = suggestions.unhandled_sum(definition, own, on, others)
    return Worth(own, counted, total)


def _same_party(work: Work, lead_id: str) -> list[str]:
    """The leads people linked as the same party's, and those in which a party that answers for this one takes part."""
    found = dict.fromkeys(work.uow.links.same_party(lead_id))
    for party_id in _answering(work, lead_id):
        for other_id in work.uow.parties.leads_of(party_id):
            if other_id != lead_id and party_id in _answering(work, other_id):
                found[other_id] = None
    return sorted(found)


def _answering(work: Work, lead_id: str) -> set[str]:
    return {row["party_id"] for row in work.uow.parties.of_lead(lead_id) if row["role"] in ANSWERING}


def _value(definition: CampaignDefinition, lead: Lead, on: date, records: Iterable[Row]) -> Valuation:
    intake = lead.intake
    products = lead.attributes.get("products") or intake.products
    return value_of(
        definition,
        on,
        stated=lead.attributes.get("estimated_value_yuan"),
        reported=intake.estimated_value_yuan,
        product=products[0] if products else None,
        grams=known(lead, "grams"),
        seizures=[row["data"] for row in records if row["kind"] in definition.kinds_of_goods],
    )


def _party_value(work: Work, lead_id: str) -> PartyValue:
    lead = work.uow.leads.by_id(lead_id)
    assert lead is not None, "a link cannot outlive its leads"
    definition, on = work.pinned(lead.definition_hash), acted_on(work, lead)
    value = _value(definition, lead, on, work.uow.records.of_lead(lead_id))
    return PartyValue(lead_id, on, value, _is_unhandled(definition, lead))


def _is_unhandled(definition: CampaignDefinition, lead: Lead) -> bool:
    """Nobody has punished what was done: no disposition while the lead lives, or one that leaves it so."""
    disposition = lead.attributes.get("disposition")
    if disposition is None:
        return definition.lifecycles["lead"].state(lead.state).kind != "final"
    found = definition.word("disposition", disposition)
    return found is not None and suggestions.UNHANDLED in found.tags


def crime_facts(
    work: Work,
    lead: Lead,
    facts: Mapping[str, object],
    records: Sequence[Row],
    transfers: Sequence[Transfer],
) -> dict[str, object]:
    """This will say whether a crime is suspected (an officer says so, or a table flags it) and whether that is decided.

    Decided means: the last transfer was sent to the police, or the head refused it with reasons.
    """
    definition = work.pinned(lead.definition_hash)
    total = worth(work, lead, records).total
    summed = {**facts, "unhandled_value_yuan": total}
    flagged = suggestions.flags_crime(suggestions.answers(definition, summed))
    last = transfers[-1] if transfers else None
    refused = last is not None and last.state == REFUSED and bool(last.attributes.get("refused_reason"))
    sent = last is not None and last.attributes.get("sent_at") is not None
    return {
        "unhandled_value_yuan": total,
        "crime_suspected": bool(lead.attributes.get("crime_suspected")) or flagged,
        "crime_decided": refused or sent,
    }


def suggestion_views(
    work: Work, lead: Lead, facts: Mapping[str, object], records: Sequence[Row], *, whole: bool
) -> list[dict[str, Any]]:
    """This will show what each table in force answers about a lead; `whole` adds why every other row did not hit."""
    definition = work.pinned(lead.definition_hash)
    value = worth(work, lead, records)
    found = suggestions.answers(definition, facts)
    return [
        _view(work, definition, answer, value, whole=whole) for answer in found if whole or answer.outcomes
    ]


def _view(
    work: Work, definition: CampaignDefinition, answer: Answer, value: Worth, *, whole: bool
) -> dict[str, Any]:
    table = answer.table
    view: dict[str, Any] = {
        "rule": table.id,
        "name": {"zh": table.name.zh, "en": table.name.en or table.name.zh},
        "version": definition.hash,
        "source": table.source,
        "effective_from": table.effective_from,
        "effective_to": table.effective_to,
        "inputs": answer.inputs,
        "missing": answer.missing,
        "outcomes": [
            {"row": row, "then": heirs(definition, then), "source": source}
            for row, then, source in zip(answer.rows, answer.outcomes, answer.sources, strict=True)
        ],
    }
    if "unhandled_value_yuan" in table.inputs:
        view["value"] = _worth_view(work, value)
    if whole:
        view["misses"] = [_miss_view(miss) for miss in answer.misses]
    return view


def heirs(definition: CampaignDefinition, then: Mapping[str, Any]) -> dict[str, Any]:
    """This will give an outcome with agencies that were succeeded named by who took over."""

    def now(value: Any) -> Any:
        if isinstance(value, str):
            return definition.heir(value)
        return [now(part) for part in value] if isinstance(value, list | tuple) else value

    return {name: now(value) for name, value in then.items()}


def _worth_view(work: Work, value: Worth) -> dict[str, Any]:
    """The basis of the figure stands with it; leads of the party the caller may not know of are summed, not named."""
    return {
        "own_yuan": value.own.yuan,
        "basis": value.own.basis,
        "basis_sources": value.own.sources,
        "total_yuan": value.total,
        "same_party": [
            {
                "lead": _number(work, other.lead_id),
                "on": other.on,
                "yuan": other.value.yuan,
                "basis": other.value.basis,
            }
            for other in value.others
        ],
    }


def _number(work: Work, lead_id: str) -> str | None:
    lead = work.uow.leads.by_id(lead_id) if work.may_see(lead_id) else None
    return lead.number if lead is not None else None


def _miss_view(miss: RowMiss) -> dict[str, Any]:
    why = [{"zh": finding.text.zh, "en": finding.text.en} for finding in miss.findings]
    return {"row": miss.row, "why": why, "beaten_by": miss.beaten_by}
