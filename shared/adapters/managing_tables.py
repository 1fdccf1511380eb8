"""The table of what people keep for themselves: saved views of the list of leads."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Index, Table, Text, text

from shared.adapters.tables import metadata


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


saved_views = Table(
    "saved_views",
    metadata,
    Column("id", Text, primary_key=True),
    Column("campaign_id", Text, ForeignKey("campaigns.id"), nullable=False),
    _text("person_id"),
    _text("agency_id"),
    _text("name"),
    _text("query"),
    Column("shared", Boolean, nullable=False),
    Column("saved_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Index("ix_saved_views_person", "campaign_id", "person_id"),
    Index("ix_saved_views_shared", "campaign_id", "agency_id", postgresql_where=text("shared")),
    Index(
        "uq_saved_views_name",
        "campaign_id",
        "person_id",
        "name",
        unique=True,
        postgresql_where=text("ended_at IS NULL"),
    ),
)
