"""The table of words that are searched: one row per text of a lead or of what belongs to it, filled by triggers.

`audience` says who may find a lead by the row, besides those who see everything; whoever has no grant on the lead finds
nothing at all:
shared: every agency with a grant; source: who knows where the lead came from; inside: who sees the lead whole, and the
`agencies`; evidence: those, and whom the case was transferred to; named: the `agencies` alone.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Computed, ForeignKey, Index, PrimaryKeyConstraint, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from shared.adapters.asked_once import FOLLOWS
from shared.adapters.tables import metadata

search_entries = Table(
    "search_entries",
    metadata,
    Column("subject", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("part", Text, nullable=False),
    Column("campaign_id", Text, ForeignKey("campaigns.id"), nullable=False),
    Column("lead_id", Text, ForeignKey("leads.id", ondelete="CASCADE"), nullable=False),
    Column("words", Text, nullable=False),
    Column("normal", Text, Computed("search_normal(words)", persisted=True), nullable=False),
    Column(
        "grams", ARRAY(Text), Computed("search_grams(search_normal(words))", persisted=True), nullable=False
    ),
    Column("audience", Text, nullable=False),
    Column("agencies", ARRAY(Text), nullable=False),
    PrimaryKeyConstraint("subject", "subject_id", "part"),
    CheckConstraint("audience IN ('shared', 'source', 'inside', 'evidence', 'named')", name="audience_known"),
    Index("ix_search_entries_grams", "grams", postgresql_using="gin"),
    Index("ix_search_entries_lead", "lead_id"),
    info={FOLLOWS: True},
)
