"""The tables of what must be guarded: sealed identities and parties, shared copies, materials, items and custody,
stand-ins, and routing rules people proposed. What is sealed is ciphertext here; the keys are never in the database.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.adapters.tables import metadata


def _campaign() -> Column[str]:
    return Column("campaign_id", Text, ForeignKey("campaigns.id"), nullable=False)


def _lead(*, required: bool = True) -> Column[str]:
    return Column("lead_id", Text, ForeignKey("leads.id"), nullable=not required)


def _text(name: str, *, required: bool = True) -> Column[str]:
    return Column(name, Text, nullable=not required)


def _moment(name: str, *, required: bool = True) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=not required)


def _sealed() -> tuple[Column[str], Column[bytes]]:
    return _text("key_id"), Column("ciphertext", LargeBinary, nullable=False)


reporter_identities = Table(
    "reporter_identities",
    metadata,
    Column("lead_id", Text, ForeignKey("leads.id"), primary_key=True),
    _campaign(),
    _text("kind"),
    *_sealed(),
    _text("sealed_by"),
    _moment("sealed_at"),
)

shared_copies = Table(
    "shared_copies",
    metadata,
    Column("handoff_id", Text, ForeignKey("handoffs.id"), primary_key=True),
    _campaign(),
    _lead(),
    _text("sha256"),
    Column("copy", JSONB, nullable=False),
    _moment("made_at"),
)

materials = Table(
    "materials",
    metadata,
    Column("id", Text, primary_key=True),
    _campaign(),
    _lead(),
    Column("handoff_id", Text, ForeignKey("handoffs.id")),
    _text("name"),
    _text("media_type"),
    Column("size", BigInteger, nullable=False),
    _text("sha256"),
    _text("agency_id"),
    _text("added_by"),
    _moment("added_at"),
    _moment("checked_at", required=False),
    _text("fault", required=False),
    CheckConstraint("size > 0", name="not_empty"),
    Index("ix_materials_lead", "lead_id"),
    Index("ix_materials_sha256", "sha256"),
)

parties = Table(
    "parties",
    metadata,
    Column("id", Text, primary_key=True),
    _campaign(),
    _text("kind"),
    *_sealed(),
    _text("agency_id"),
    _text("added_by"),
    _moment("added_at"),
    CheckConstraint("kind IN ('person', 'organisation', 'vehicle')", name="kind_known"),
)

party_marks = Table(
    "party_marks",
    metadata,
    _campaign(),
    Column("party_id", Text, ForeignKey("parties.id"), nullable=False),
    _text("name"),
    _text("digest"),
    PrimaryKeyConstraint("party_id", "name", "digest"),
    Index("ix_party_marks_digest", "campaign_id", "name", "digest"),
)

party_leads = Table(
    "party_leads",
    metadata,
    _campaign(),
    Column("party_id", Text, ForeignKey("parties.id"), nullable=False),
    _lead(),
    _text("role"),
    _text("agency_id"),
    _text("linked_by"),
    _moment("linked_at"),
    PrimaryKeyConstraint("lead_id", "party_id", "role"),
    Index("ix_party_leads_party", "party_id"),
)

items = Table(
    "items",
    metadata,
    Column("id", Text, primary_key=True),
    _campaign(),
    Column("record_id", Text, ForeignKey("records.id")),
    _text("label"),
    _text("product"),
    Column("pieces", Integer),
    Column("grams", Numeric(15, 3)),
    Column("live_count", Integer),
    _text("state"),
    _text("holder_agency"),
    Column("version", Integer, nullable=False),
    _text("added_by"),
    _moment("added_at"),
    CheckConstraint("state IN ('held', 'in_transit', 'returned', 'destroyed')", name="state_known"),
    Index("ix_items_record", "record_id"),
)

item_leads = Table(
    "item_leads",
    metadata,
    _campaign(),
    Column("item_id", Text, ForeignKey("items.id"), nullable=False),
    _lead(),
    _text("attached_by"),
    _moment("attached_at"),
    PrimaryKeyConstraint("lead_id", "item_id"),
    Index("ix_item_leads_item", "item_id"),
)

custody_steps = Table(
    "custody_steps",
    metadata,
    Column("id", Text, primary_key=True),
    _campaign(),
    Column("item_id", Text, ForeignKey("items.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    _text("kind"),
    _text("from_agency", required=False),
    _text("to_agency", required=False),
    _text("note", required=False),
    _text("by_person"),
    _text("by_agency"),
    _moment("at"),
    Index("uq_custody_steps_item", "item_id", "seq", unique=True),
)

stand_ins = Table(
    "stand_ins",
    metadata,
    Column("id", Text, primary_key=True),
    _campaign(),
    _text("person_id"),
    _text("stand_in"),
    _moment("from_at"),
    _moment("until_at"),
    _text("set_by"),
    _moment("set_at"),
    Column("ended", Boolean, nullable=False, server_default=text("false")),
    CheckConstraint("from_at < until_at", name="in_order"),
    Index("ix_stand_ins_person", "campaign_id", "person_id"),
    Index("ix_stand_ins_for", "campaign_id", "stand_in"),
)

routing_rules = Table(
    "routing_rules",
    metadata,
    Column("id", Text, primary_key=True),
    _campaign(),
    Column("handoff_id", Text, ForeignKey("handoffs.id")),
    _text("state"),
    Column("rule", JSONB, nullable=False),
    _text("reason"),
    _text("proposed_by"),
    _moment("proposed_at"),
    _text("decided_by", required=False),
    _moment("decided_at", required=False),
    _text("decision_reason", required=False),
    CheckConstraint("state IN ('proposed', 'signed', 'refused')", name="state_known"),
    Index("ix_routing_rules_state", "campaign_id", "state"),
)
