"""Each kind of subject as the machines see it: its facts, who stands in which relation, how it is saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shared.application import rules
from shared.application.happenings import Matter
from shared.application.ports import Row
from shared.application.work import Work
from workflows import clocks, coordination, custody, lead, order, transfer
from workflows.campaign import CampaignDefinition
from workflows.coordination import Handoff
from workflows.lead import Lead
from workflows.lifecycle import ActorFacts
from workflows.order import Order
from workflows.transfer import Transfer
from workflows.valuation import amount


def actor_facts(
    work: Work, definition: CampaignDefinition, relations: Mapping[str, str | None]
) -> ActorFacts:
    """This will say what the caller is, and how the caller's agency stands to a subject."""
    if work.by.is_system:
        return ActorFacts(frozenset({"system"}), frozenset({"system"}))
    mine = frozenset(name for name, agency in relations.items() if agency == work.by.agency_id)
    office = {"office"} if work.by.agency_id == definition.office.id else set()
    return ActorFacts(work.by.roles, mine | office | {"any"})


def of_lead(work: Work, value: Lead) -> Matter:
    """This will see a lead as the machines do."""
    definition = work.pinned(value.definition_hash)
    relations = lead.relations(value, definition.office.id)
    handoffs = list(work.uow.handoffs.of_lead(value.id))
    transfers = list(work.uow.transfers.of_lead(value.id))
    records = work.uow.records.of_lead(value.id)
    facts = {
        **_intake_facts(value),
        **_standing_facts(work, value, definition),
        **_coordination_facts(definition, handoffs),
        **_transfer_facts(definition, transfers),
        **_record_facts(records, definition),
        "open_custody": [i.label for i in work.uow.items.of_lead(value.id) if i.state == custody.IN_TRANSIT],
        **_actor(work, value.attributes),
    }
    return Matter(
        "lead",
        value.id,
        definition,
        {**facts, **rules.crime_facts(work, value, facts, records, transfers)},
        relations,
        value,
        value.generation,
    )


def _intake_facts(value: Lead) -> dict[str, object]:
    intake = value.intake
    products = value.attributes.get("products") or intake.products
    return {
        "channel": intake.channel,
        "urgency": value.attributes.get("urgency", intake.urgency),
        "place_type": value.attributes.get("place_type", intake.place_type),
        "act": value.attributes.get("act", intake.act),
        "products": list(products),
        "product": products[0] if products else None,
        "species": "、".join(intake.species) or None,
        "township": intake.township,
        "reporter_kind": intake.reporter_kind,
        "real_name": intake.reporter_kind == "real_name",
        "act_on": lead.acted_on(value),
        "estimated_value_yuan": amount(lead.known(value, "estimated_value_yuan")),
        "grams": amount(lead.known(value, "grams")),
        **{name: lead.known(value, name) for name in ("suspects", "vehicles", "pieces", "live_count")},
    }


def _standing_facts(work: Work, value: Lead, definition: CampaignDefinition) -> dict[str, object]:
    held = value.attributes
    received_on = value.received_at.astimezone(work.zone).date()
    return {
        "state": value.state,
        "generation": value.generation,
        "received_on": received_on,
        "in_window": definition.starts_on <= received_on <= definition.ends_on,
        "lead_agency": value.lead_agency,
        "lead_agency_type": clocks.agency_type(definition, value.lead_agency or ""),
        "designated": bool(held.get("designated")),
        "returns": held.get("returns", 0),
        "resume_state": held.get("resume_state"),
        "disposition": held.get("disposition"),
        "case_number": held.get("case_number"),
        "filed": bool(held.get("filed") or held.get("case_number")),
        "source_analysis": held.get("source_analysis"),
        "destination_analysis": held.get("destination_analysis"),
    }


def _coordination_facts(definition: CampaignDefinition, handoffs: list[Handoff]) -> dict[str, object]:
    waiting = coordination.open_groups(handoffs, blocking_only=False)
    blocking = coordination.open_groups(handoffs, blocking_only=True)
    assigned = [h for h in handoffs if h.type in definition.handed_off and h.role == coordination.HOST]
    return {
        "open_handoffs": [handoff_words(definition, h) for parts in waiting for h in parts],
        "open_blocking_handoffs": [handoff_words(definition, h) for parts in blocking for h in parts],
        "assignment_state": assigned[-1].state if assigned else None,
    }


def handoff_words(definition: CampaignDefinition, handoff: Handoff) -> str:
    """This will name a handoff as an officer would: whom, what, and where it stands."""
    kind = definition.coordination_type(handoff.type).name.zh
    state = definition.lifecycles["handoff"].state(handoff.state).name.zh
    return f"{definition.agency(handoff.to_agency).short}·{kind}（{state}）"


def _transfer_facts(definition: CampaignDefinition, transfers: list[Transfer]) -> dict[str, object]:
    finals = final_states(definition, "transfer")
    last = transfers[-1] if transfers else None
    return {
        "open_transfer": any(t.state not in finals for t in transfers),
        "transfer_state": last.state if last else None,
        "transfer_refused": bool(last and last.state == transfer.REFUSED),
        "not_filed": bool(last and last.attributes.get("not_filed")),
    }


def _record_facts(records: Sequence[Row], definition: CampaignDefinition) -> dict[str, object]:
    counts: dict[str, object] = {
        f"records.{kind.id}": sum(1 for r in records if r["kind"] == kind.id)
        for kind in definition.record_kinds
    }
    return {**counts, "evidence_count": len(records)}


def _actor(work: Work, attributes: Mapping[str, Any]) -> dict[str, object]:
    return {"actor_is_proposer": attributes.get("last_actor") == work.by.person_id, **_roles(work)}


def _roles(work: Work) -> dict[str, object]:
    return {"actor_role": sorted(work.by.roles)}


def final_states(definition: CampaignDefinition, subject: str) -> frozenset[str]:
    """This will name the states in which nothing is owed any more."""
    machine = definition.lifecycles.get(subject)
    return (
        frozenset(s.id for s in machine.states if s.kind == "final") if machine is not None else frozenset()
    )


def of_handoff(work: Work, value: Handoff, whole: Lead) -> Matter:
    """This will see a handoff as the machines do."""
    definition = work.pinned(value.definition_hash)
    held = value.attributes
    group = [h for h in work.uow.handoffs.of_lead(whole.id) if h.group_id == value.group_id]
    of_whole = value.type in definition.handed_off
    facts: dict[str, object] = {
        "type": value.type,
        "state": value.state,
        "from_agency": value.from_agency,
        "from_agency_type": clocks.agency_type(definition, value.from_agency),
        "to_agency": value.to_agency,
        "to_agency_type": clocks.agency_type(definition, value.to_agency),
        "role": value.role,
        "urgency": held.get("urgency") or whole.intake.urgency,
        "designated": bool(held.get("designated") or (of_whole and whole.attributes.get("designated"))),
        "returns": whole.attributes.get("returns", 0) if of_whole else held.get("returns", 0),
        "blocking": value.blocking,
        "group_size": len(group) or 1,
        "lead_state": whole.state,
        "return_window_open": _return_window_open(work, definition, value),
        "reply_result": held.get("reply_result"),
        **_actor(work, held),
    }
    relations = coordination.relations(value, definition.office.id)
    return Matter("handoff", value.id, definition, facts, relations, whole, whole.generation, value.type)


def _return_window_open(work: Work, definition: CampaignDefinition, value: Handoff) -> bool:
    codes = {clock.code for clock in definition.clocks if clock.opens == "return"}
    windows = [d for d in work.uow.deadlines.of_subject("handoff", value.id) if d.code in codes]
    return not windows or any(d.is_open and work.at <= d.due_at for d in windows)


def of_transfer(work: Work, value: Transfer, whole: Lead) -> Matter:
    """This will see a criminal transfer as the machines do."""
    definition = work.pinned(value.definition_hash)
    held = value.attributes
    ticked = list(held.get("enclosures") or ())
    needed = [choice.id for choice in definition.vocabularies.get("enclosure", ())]
    facts: dict[str, object] = {
        "state": value.state,
        "from_agency": value.from_agency,
        "from_agency_type": clocks.agency_type(definition, value.from_agency),
        "to_agency": value.to_agency,
        "to_agency_type": clocks.agency_type(definition, value.to_agency),
        "enclosures": ticked,
        "enclosures_missing": [name for name in needed if name not in ticked],
        "refused_reason": held.get("refused_reason"),
        "supplement_asked": bool(held.get("supplement_asked")),
        "property_handed_over": bool(held.get("property_handed_over")),
        "reconsidered": bool(held.get("reconsidered")),
        "supervised": bool(held.get("supervised")),
        "penalty_before": bool(held.get("penalty_before")),
        "actor_is_proposer": held.get("proposed_by") == work.by.person_id,
        **_roles(work),
    }
    relations = transfer.relations(value, definition.office.id)
    return Matter("transfer", value.id, definition, facts, relations, whole, whole.generation)


def of_order(work: Work, value: Order, whole: Lead | None) -> Matter:
    """This will see a supervision order as the machines do."""
    definition = work.pinned(value.definition_hash)
    facts: dict[str, object] = {
        "state": value.state,
        "level": value.level,
        "holder_agency": value.holder_agency,
        "deadline_code": value.deadline_code,
        **_actor(work, value.attributes),
    }
    relations = order.relations(value, definition.office.id)
    return Matter("order", value.id, definition, facts, relations, whole, 1, value.level)


def of_campaign(work: Work) -> Matter:
    """This will see the campaign itself, for what belongs to no lead."""
    office = work.definition.office.id
    return Matter("campaign", work.campaign.id, work.definition, {}, {"office": office, "holder": office})


def report_matter(definition: CampaignDefinition, row: Mapping[str, Any]) -> Matter:
    """This will see a report obligation as the clocks do: its unit holds it, its schedule names the due moment."""
    facts = {"kind": row["kind"], "unit": row["unit"], "period": row["period"]}
    relations = {"office": definition.office.id, "holder": row["unit"], "receiver": definition.office.id}
    return Matter("report", row["id"], definition, facts, relations, due_at=row["due_at"])
