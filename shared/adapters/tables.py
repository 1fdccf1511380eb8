"""The schema: tables, constraints, indexes. PostgreSQL is the ledger; everything else can be lost.

Every moment is `timestamptz` and lies between 2000 and 2100: a date outside stops a sweep for everybody.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _moment(name: str, *, required: bool = True) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=not required)


def _window(name: str) -> CheckConstraint:
    inside = f"{name} >= '2000-01-01T00:00Z' AND {name} < '2100-01-01T00:00Z'"
    return CheckConstraint(inside, name=f"{name}_window")


def _campaign() -> Column[str]:
    return Column("campaign_id", Text, ForeignKey("campaigns.id"), nullable=False)


def _hash() -> Column[str]:
    return Column("definition_hash", Text, ForeignKey("definitions.hash"), nullable=False)


def _attributes() -> Column[object]:
    return Column("attributes", JSONB, nullable=False, server_default=text("'{}'::jsonb"))


definitions = Table(
    "definitions",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("document", Text, nullable=False),
    _moment("published_at"),
    Column("published_by", Text, nullable=False),
    UniqueConstraint("id", "version"),
)

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", Text, primary_key=True),
    _hash(),
    Column("mode", Text, nullable=False),
    _moment("clock_at", required=False),
    _moment("clock_target", required=False),
    _moment("opened_at"),
    Column("next_lead", Integer, nullable=False, server_default=text("1")),
    Column("next_order", Integer, nullable=False, server_default=text("1")),
    Column("successions", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    CheckConstraint("mode IN ('live', 'exercise')", name="mode_known"),
    CheckConstraint("(mode = 'exercise') = (clock_at IS NOT NULL)", name="clock_belongs_to_exercise"),
)

calendar_years = Table(
    "calendar_years",
    metadata,
    _campaign(),
    Column("calendar", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("document", Text, nullable=False),
    Column("imported_by", Text, nullable=False),
    _moment("imported_at"),
    PrimaryKeyConstraint("campaign_id", "calendar", "version"),
)

people = Table(
    "people",
    metadata,
    _campaign(),
    Column("id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("agency_id", Text, nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("stand_in", Text),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    PrimaryKeyConstraint("campaign_id", "id"),
)

tokens = Table(
    "tokens",
    metadata,
    Column("hash", Text, primary_key=True),
    _campaign(),
    Column("person_id", Text, nullable=False),
    _moment("issued_at"),
    _moment("expires_at", required=False),
    _moment("revoked_at", required=False),
    Column("name", Text, nullable=False, server_default=text("''")),
    Column("issued_by", Text, nullable=False, server_default=text("''")),
)

leads = Table(
    "leads",
    metadata,
    Column("id", Text, primary_key=True),
    _campaign(),
    Column("number", Text, nullable=False),
    _hash(),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("source", Text, nullable=False),
    Column("external_ref", Text),
    Column("intake", JSONB, nullable=False),
    Column("lead_agency", Text),
    _attributes(),
    _moment("received_at"),
    _moment("updated_at"),
    UniqueConstraint("campaign_id", "number"),
    UniqueConstraint("campaign_id", "source", "external_ref"),
    _window("received_at"),
    Index("ix_leads_list", "campaign_id", "received_at", "id"),
    Index("ix_leads_state", "campaign_id", "state"),
)

handoffs = Table(
    "handoffs",
    metadata,
    Column("id", Text, primary_key=True),
    _campaign(),
    Column("lead_id", Text, ForeignKey("leads.id"), nullable=False),
    Column("group_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("from_agency", Text, nullable=False),
    Column("to_agency", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("blocking", Boolean, nullable=False),
    Column("joining", Text, nullable=False),
    Column("request", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    _hash(),
    _attributes(),
    _moment("sent_at"),
    _moment("updated_at"),
    CheckConstraint("role IN ('host', 'assist')", name="role_known"),
    CheckConstraint("joining IN ('all', 'any', 'lead')", name="joining_known"),
    Index("ix_handoffs_lead", "lead_id"),
    Index("ix_handoffs_inbox", "campaign_id", "to_agency", "state"),
)

transfers = Table(
    "transfers",
    metadata,
    Column("id", Text, primary_key=True),
    _campaign(),
    Column("lead_id", Text, ForeignKey("leads.id"), nullable=False),
    Column("from_agency", Text, nullable=False),
    Column("to_agency", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    _hash(),
    _attributes(),
    _moment("proposed_at"),
    _moment("updated_at"),
    Index("ix_transfers_lead", "lead_id"),
    Index("ix_transfers_inbox", "campaign_id", "to_agency", "state"),
)

orders = Table(
    "orders",
    metadata,
    Column("id", Text, primary_key=True),
    _campaign(),
    Column("lead_id", Text, ForeignKey("leads.id")),
    Column("deadline_id", Text),
    Column("deadline_code", Text),
    Column("level", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("holder_agency", Text, nullable=False),
    Column("number", Text),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    _hash(),
    _attributes(),
    _moment("drafted_at"),
    _moment("updated_at"),
    UniqueConstraint("campaign_id", "number"),
    Index("ix_orders_state", "campaign_id", "state"),
)

deadlines = Table(
    "deadlines",
    metadata,
    Column("id", Text, primary_key=True),
    _campaign(),
    _hash(),
    Column("subject", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("lead_id", Text, ForeignKey("leads.id")),
    Column("code", Text, nullable=False),
    Column("rule", Integer, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("holder", Text, nullable=False),
    _moment("started_at"),
    _moment("original_due_at"),
    _moment("due_at"),
    Column("provisional", Boolean, nullable=False),
    Column("calendar", Text, nullable=False),
    Column("state", Text, nullable=False),
    _moment("next_at", required=False),
    _moment("stopped_at", required=False),
    _moment("expired_at", required=False),
    _moment("acknowledged_at", required=False),
    Column("done", ARRAY(Text), nullable=False),
    Column("pauses", JSONB, nullable=False),
    Column("extensions", JSONB, nullable=False),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("set_aside", Text),
    Column("sort_key", BigInteger, Identity(), nullable=False),
    Column("optional_right", Boolean, nullable=False, server_default=text("false")),
    _moment("counted_from", required=False),
    _moment("snoozed_until", required=False),
    CheckConstraint(
        "state IN ('running', 'paused', 'met', 'missed', 'lapsed', 'cancelled')", name="state_known"
    ),
    CheckConstraint("next_at IS NULL OR state = 'running'", name="only_running_fires"),
    _window("due_at"),
    _window("original_due_at"),
    _window("next_at"),
    Index("ix_deadlines_subject", "subject", "subject_id"),
    Index("ix_deadlines_lead", "lead_id"),
    Index(
        "ix_deadlines_open", "campaign_id", "due_at", postgresql_where=text("state IN ('running', 'paused')")
    ),
    Index(
        "ix_deadlines_next",
        "campaign_id",
        "next_at",
        postgresql_where=text("next_at IS NOT NULL AND set_aside IS NULL"),
    ),
)

extension_requests = Table(
    "extension_requests",
    metadata,
    Column("id", Text, primary_key=True),
    _campaign(),
    Column("deadline_id", Text, ForeignKey("deadlines.id"), nullable=False),
    Column("tier", Integer, nullable=False),
    Column("amount", Integer),
    Column("ground", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    _moment("asked_at"),
    Column("state", Text, nullable=False),
    Column("decided_by", Text),
    _moment("decided_at", required=False),
    Column("decision_reason", Text),
    CheckConstraint("state IN ('asked', 'granted', 'refused')", name="state_known"),
    Index(
        "uq_extension_requests_undecided",
        "deadline_id",
        unique=True,
        postgresql_where=text("state = 'asked'"),
    ),
)

escalations = Table(
    "escalations",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    _campaign(),
    Column("deadline_id", Text, ForeignKey("deadlines.id"), nullable=False),
    Column("round", Integer, nullable=False),
    Column("step", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    _moment("due_at"),
    _moment("recorded_at"),
    Column(
        "wall_recorded_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")
    ),
    CheckConstraint("outcome IN ('fired', 'skipped')", name="outcome_known"),
    UniqueConstraint("deadline_id", "round", "step"),
    Index("ix_escalations_campaign", "campaign_id", "due_at"),
)

streams = Table(
    "streams",
    metadata,
    Column("stream", Text, primary_key=True),
    _campaign(),
    Column("seq", Integer, nullable=False),
    Column("hash", Text, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("position", BigInteger, Identity(), primary_key=True),
    _campaign(),
    Column("stream", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("lead_id", Text, ForeignKey("leads.id")),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("from_state", Text),
    Column("to_state", Text),
    Column("reason", Text),
    Column("data", JSONB, nullable=False),
    _moment("occurred_at"),
    _moment("recorded_at"),
    Column("person", Text, nullable=False),
    Column("agency", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("definition_hash", Text, nullable=False),
    Column("previous_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    UniqueConstraint("stream", "seq"),
    Index("ix_events_feed", "campaign_id", "position"),
    Index("ix_events_lead", "lead_id", "position"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    _campaign(),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("data", JSONB, nullable=False),
    _moment("created_at"),
    Column("queued_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    Column("try_after", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    Column("done_at", DateTime(timezone=True)),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("set_aside", Text),
    Index(
        "ix_outbox_waiting", "try_after", "id", postgresql_where=text("done_at IS NULL AND set_aside IS NULL")
    ),
)

notices = Table(
    "notices",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    _campaign(),
    Column("key", Text, nullable=False, unique=True),
    Column("person_id", Text, nullable=False),
    Column("agency_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("data", JSONB, nullable=False),
    _moment("created_at"),
    _moment("read_at", required=False),
    _moment("visible_at", required=False),
    Index("ix_notices_person", "campaign_id", "person_id", "id"),
)

grants = Table(
    "grants",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    _campaign(),
    Column("lead_id", Text, ForeignKey("leads.id"), nullable=False),
    Column("agency_id", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("cause_id", Text, nullable=False),
    _moment("granted_at"),
    _moment("ended_at", required=False),
    UniqueConstraint("lead_id", "agency_id", "cause", "cause_id"),
    Index("ix_grants_live", "agency_id", "lead_id", postgresql_where=text("ended_at IS NULL")),
)

records = Table(
    "records",
    metadata,
    Column("id", Text, primary_key=True),
    _campaign(),
    Column("lead_id", Text, ForeignKey("leads.id")),
    Column("kind", Text, nullable=False),
    Column("agency_id", Text, nullable=False),
    Column("occurred_on", Date, nullable=False),
    Column("data", JSONB, nullable=False),
    _moment("recorded_at"),
    Column("recorded_by", Text, nullable=False),
    _window("occurred_on"),
    Index("ix_records_campaign", "campaign_id", "kind", "occurred_on"),
    Index("ix_records_lead", "lead_id"),
)

report_obligations = Table(
    "report_obligations",
    metadata,
    Column("id", Text, primary_key=True),
    _campaign(),
    _hash(),
    Column("unit", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("period", Text, nullable=False),
    _moment("due_at"),
    Column("version", Integer, nullable=False),
    _moment("first_submitted_at", required=False),
    Column("zero", Boolean),
    Column("waived_reason", Text),
    UniqueConstraint("campaign_id", "unit", "kind", "period"),
)

report_versions = Table(
    "report_versions",
    metadata,
    Column("obligation_id", Text, ForeignKey("report_obligations.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("receipt", Text, nullable=False, unique=True),
    Column("content", JSONB, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("reason", Text),
    Column("submitted_by", Text, nullable=False),
    _moment("submitted_at"),
)

compilations = Table(
    "compilations",
    metadata,
    _campaign(),
    Column("kind", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("snapshot", JSONB, nullable=False),
    Column("hash", Text, nullable=False),
    Column("cause", Text, nullable=False),
    _moment("compiled_at"),
    PrimaryKeyConstraint("campaign_id", "kind", "period", "version"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    _campaign(),
    Column("person_id", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("body", JSONB),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    PrimaryKeyConstraint("campaign_id", "person_id", "key"),
)

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("name", Text, primary_key=True),
    Column("beat_at", DateTime(timezone=True), nullable=False),
)
