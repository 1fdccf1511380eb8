"""The tables of tips from the public: receipts (hashes), what was said through them (sealed), callers (keyed marks),
and allowances. No address, no agent string and no receipt is in any of them.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, DateTime, Double, ForeignKey, Index, LargeBinary, Table, Text

from shared.adapters.tables import metadata


def _campaign() -> Column[str]:
    return Column("campaign_id", Text, ForeignKey("campaigns.id"), nullable=False)


def _lead(*, key: bool = False) -> Column[str]:
    return Column("lead_id", Text, ForeignKey("leads.id"), nullable=False, primary_key=key)


def _moment(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=False)


tip_receipts = Table(
    "tip_receipts",
    metadata,
    Column("locator", Text, primary_key=True),
    _campaign(),
    _lead(),
    Column("hash", Text, nullable=False),
    _moment("issued_at"),
    Index("uq_tip_receipts_lead", "lead_id", unique=True),
)

tip_messages = Table(
    "tip_messages",
    metadata,
    Column("id", Text, primary_key=True),
    _campaign(),
    _lead(),
    Column("sent_by", Text, nullable=False),
    Column("person_id", Text),
    Column("key_id", Text, nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
    _moment("at"),
    CheckConstraint("sent_by IN ('teller', 'office')", name="sender_known"),
    Index("ix_tip_messages_lead", "lead_id", "at"),
)

tip_callers = Table(
    "tip_callers",
    metadata,
    Column("mark", Text, primary_key=True),
    _lead(key=True),
    _campaign(),
    _moment("at"),
    Index("ix_tip_callers_campaign", "campaign_id", "mark"),
)

allowances = Table(
    "allowances",
    metadata,
    Column("name", Text, primary_key=True),
    Column("remaining", Double, nullable=False),
    _moment("at"),
    Index("ix_allowances_at", "at"),
)
