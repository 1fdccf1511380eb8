"""The vocabulary of facts: which names a condition may speak of, for each kind of subject, and what they hold.

The application fills these names; a definition that speaks of any other name is refused before it runs.
Facts that come from inputs are named `given.<field>`, counts of records `records.<record kind>`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

ORDERED = frozenset({"integer", "decimal", "date", "moment"})


@dataclass(frozen=True, slots=True)
class FactKind:
    """What a fact holds.

    `type` is text, choice, boolean, integer, decimal, date, moment (a date and time with offset) or list (of words).
    `values` names the set its words come from: a vocabulary, or one of @agency, @agency_type, @role, @coordination,
    @township, @clock, @side, @report, @report_kind, @state.<subject>. Without it any word may occur; a set that the
    definition does not declare has no words.
    """

    type: str
    values: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """The facts one condition may use, and the known words of each set of values."""

    kinds: Mapping[str, FactKind]
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def words_of(self, kind: FactKind) -> frozenset[str] | None:
        """This will give every word a fact of this kind can hold, or None where any word may occur."""
        return None if kind.values is None else self.words.get(kind.values, frozenset())

    def with_facts(self, more: Mapping[str, FactKind]) -> Scope:
        """This will give the same scope with more facts."""
        return Scope({**self.kinds, **more}, self.words)


def _choice(values: str) -> FactKind:
    return FactKind("choice", values)


_TEXT, _BOOLEAN, _INTEGER, _DECIMAL = (FactKind(name) for name in ("text", "boolean", "integer", "decimal"))
_DATE, _LIST = FactKind("date"), FactKind("list")
_AGENCY, _AGENCY_TYPE = _choice("@agency"), _choice("@agency_type")

HOLDER_FACTS: Mapping[str, FactKind] = {"subject_agency_type": _AGENCY_TYPE}
"""What the condition of a clock knows besides its subject's facts: the type of the agency whose clock it is."""

_ACTOR: Mapping[str, FactKind] = {"actor_is_proposer": _BOOLEAN, "actor_role": FactKind("list", "@role")}
"""Of whoever takes a step: whether they took the one before, and every role they hold."""

_BETWEEN_AGENCIES: Mapping[str, FactKind] = {
    "from_agency": _AGENCY,
    "from_agency_type": _AGENCY_TYPE,
    "to_agency": _AGENCY,
    "to_agency_type": _AGENCY_TYPE,
    **_ACTOR,
}

FACTS: Mapping[str, Mapping[str, FactKind]] = MappingProxyType(
    {
        "lead": {
            "state": _choice("@state.lead"),
            "channel": _choice("channel"),
            "urgency": _choice("urgency"),
            "place_type": _choice("place_type"),
            "act": _choice("act"),
            "product": _choice("product"),
            "products": FactKind("list", "product"),
            "species": _TEXT,
            "township": _choice("@township"),
            "reporter_kind": _choice("reporter_kind"),
            "received_on": _DATE,
            "act_on": _DATE,
            "estimated_value_yuan": _DECIMAL,
            "unhandled_value_yuan": _DECIMAL,
            "suspects": _INTEGER,
            "vehicles": _INTEGER,
            "pieces": _INTEGER,
            "grams": _DECIMAL,
            "live_count": _INTEGER,
            "lead_agency": _AGENCY,
            "lead_agency_type": _AGENCY_TYPE,
            "designated": _BOOLEAN,
            "returns": _INTEGER,
            "resume_state": _choice("@state.lead"),
            "disposition": _choice("disposition"),
            "case_number": _TEXT,
            "filed": _BOOLEAN,
            "source_analysis": _TEXT,
            "destination_analysis": _TEXT,
            "evidence_count": _INTEGER,
            "open_handoffs": _LIST,
            "open_blocking_handoffs": _LIST,
            "open_custody": _LIST,
            "open_transfer": _BOOLEAN,
            "transfer_state": _choice("@state.transfer"),
            "transfer_refused": _BOOLEAN,
            "not_filed": _BOOLEAN,
            "crime_suspected": _BOOLEAN,
            "crime_decided": _BOOLEAN,
            "real_name": _BOOLEAN,
            "in_window": _BOOLEAN,
            "assignment_state": _choice("@state.handoff"),
            **_ACTOR,
            "generation": _INTEGER,
            "return_window_open": _BOOLEAN,
        },
        "handoff": {
            **_BETWEEN_AGENCIES,
            "type": _choice("@coordination"),
            "state": _choice("@state.handoff"),
            "role": _choice("@side"),
            "urgency": _choice("urgency"),
            "designated": _BOOLEAN,
            "returns": _INTEGER,
            "blocking": _BOOLEAN,
            "group_size": _INTEGER,
            "lead_state": _choice("@state.lead"),
            "return_window_open": _BOOLEAN,
            "reply_result": _TEXT,
        },
        "transfer": {
            **_BETWEEN_AGENCIES,
            "state": _choice("@state.transfer"),
            "enclosures": FactKind("list", "enclosure"),
            "enclosures_missing": FactKind("list", "enclosure"),
            "refused_reason": _TEXT,
            "supplement_asked": _BOOLEAN,
            "property_handed_over": _BOOLEAN,
            "reconsidered": _BOOLEAN,
            "supervised": _BOOLEAN,
            "penalty_before": _BOOLEAN,
        },
        "order": {
            "state": _choice("@state.order"),
            "level": _TEXT,
            "holder_agency": _AGENCY,
            "deadline_code": _choice("@clock"),
            **_ACTOR,
        },
        "report": {
            "kind": _choice("@report_kind"),
            "unit": _AGENCY,
            "period": _choice("@report"),
        },
    }
)

WRITABLE: Mapping[str, frozenset[str]] = {
    "lead": frozenset(
        {
            "act", "act_on", "case_number", "crime_suspected", "designated", "destination_analysis", "disposition",
            "estimated_value_yuan", "filed", "grams", "lead_agency", "live_count", "pieces", "place_type", "products",
            "returns", "source_analysis", "suspects", "urgency", "vehicles",
        }
    ),
    "handoff": frozenset({"designated", "reply_result", "returns", "urgency"}),
    "transfer": frozenset(
        {
            "enclosures", "penalty_before", "property_handed_over", "reconsidered", "refused_reason", "supervised",
            "supplement_asked", "to_agency",
        }
    ),
    "order": frozenset(),
}  # fmt: skip
"""The facts that a step may write; every other one the engine works out from what happened."""

KEPT_BY_THE_ENGINE = frozenset({"forwarded_by", "last_actor", "materials", "proposed_by", "resume_state"})
"""Attributes that are no facts to be written, but the engine's own memory."""

_ABOUT = ("act", "place_type")
_MEASURED_LEAD = (
    "state", "channel", "urgency", "place_type", "act", "product", "products", "species", "township", "reporter_kind",
    "real_name", "act_on", "estimated_value_yuan", "suspects", "vehicles", "pieces", "grams", "live_count",
    "lead_agency", "lead_agency_type", "designated", "disposition", "case_number",
)  # fmt: skip
_MEASURED_PARTS: Mapping[str, tuple[str, ...]] = {
    "handoff": ("type", "state", "role", "from_agency", "to_agency_type"),
    "transfer": ("state", "to_agency", "to_agency_type"),
}


def measured(subject: str | None) -> Mapping[str, FactKind]:
    """This will give what a measure of the results table may ask of a lead, handoff or transfer, or (None) a record.

    The moments of events, and the fields of a record kind, come with the definition.
    """
    about = {name: FACTS["lead"][name] for name in (_MEASURED_LEAD if subject == "lead" else _ABOUT)}
    own = {name: FACTS[subject][name] for name in _MEASURED_PARTS.get(subject or "", ())} if subject else {}
    return {**about, **own, "agency": _AGENCY}


_FIELD_FACTS: Mapping[str, FactKind] = {
    "text": _TEXT,
    "date": _DATE,
    "datetime": FactKind("moment"),
    "integer": _INTEGER,
    "decimal": _DECIMAL,
    "boolean": _BOOLEAN,
    "agency": _AGENCY,
    "agencies": FactKind("list", "@agency"),
    "lead": _TEXT,
    "list": _LIST,
}


def fact_of_field(field_type: str, vocabulary: str | None) -> FactKind:
    """This will say what kind of fact an input field gives; raises KeyError for a type no field can have."""
    if field_type == "choice":
        return FactKind("choice", vocabulary)
    if field_type == "list":
        return FactKind("list", vocabulary)
    return _FIELD_FACTS[field_type]
