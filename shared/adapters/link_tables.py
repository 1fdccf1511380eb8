"""Tables of what ties leads together: links people make, and merges, which can be undone."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Index, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from shared.adapters.tables import metadata


def _campaign() -> Column[str]:
    return Column("campaign_id", Text, ForeignKey("campaigns.id"), nullable=False)


def _lead(name: str) -> Column[str]:
    return Column(name, Text, ForeignKey("leads.id"), nullable=False)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _moment(name: str, *, required: bool = True) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=not required)


lead_links = Table(
    "lead_links",
    metadata,
    Column("id", Text, primary_key=True),
    _campaign(),
    _lead("lead_id"),
    _lead("other_id"),
    _text("kind"),
    _text("reason"),
    _text("linked_by"),
    _moment("linked_at"),
    _moment("ended_at", required=False),
    CheckConstraint("kind IN ('upstream', 'same_party', 'related')", name="kind_known"),
    CheckConstraint("lead_id <> other_id", name="two_leads"),
    Index("ix_lead_links_other", "other_id"),
    Index(
        "uq_lead_links_live",
        "lead_id",
        "other_id",
        "kind",
        unique=True,
        postgresql_where=text("ended_at IS NULL"),
    ),
)

merges = Table(
    "merges",
    metadata,
    Column("id", Text, primary_key=True),
    _campaign(),
    _lead("source_id"),
    _lead("target_id"),
    Column("before", JSONB, nullable=False),
    _text("merged_by"),
    _moment("merged_at"),
    _moment("ended_at", required=False),
    CheckConstraint("source_id <> target_id", name="two_leads"),
    Index("ix_merges_target", "target_id"),
    Index("uq_merges_live", "source_id", unique=True, postgresql_where=text("ended_at IS NULL")),
)
