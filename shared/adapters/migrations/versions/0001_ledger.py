"""The ledger: campaigns, leads and what hangs on them, clocks, history, outbox, reports"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('definitions',
    sa.Column('hash', sa.Text(), nullable=False),
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_by', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('hash', name=op.f('pk_definitions')),
    sa.UniqueConstraint('id', 'version', name=op.f('uq_definitions_id_version'))
    )
    op.create_table('heartbeats',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('beat_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_heartbeats'))
    )
    op.create_table('campaigns',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('definition_hash', sa.Text(), nullable=False),
    sa.Column('mode', sa.Text(), nullable=False),
    sa.Column('clock_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('clock_target', sa.DateTime(timezone=True), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('next_lead', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.Column('next_order', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.CheckConstraint("(mode = 'exercise') = (clock_at IS NOT NULL)", name=op.f('ck_campaigns_clock_belongs_to_exercise')),
    sa.CheckConstraint("mode IN ('live', 'exercise')", name=op.f('ck_campaigns_mode_known')),
    sa.ForeignKeyConstraint(['definition_hash'], ['definitions.hash'], name=op.f('fk_campaigns_definition_hash_definitions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaigns'))
    )
    op.create_table('calendar_years',
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('calendar', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('imported_by', sa.Text(), nullable=False),
    sa.Column('imported_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_calendar_years_campaign_id_campaigns')),
    sa.PrimaryKeyConstraint('campaign_id', 'calendar', 'version', name=op.f('pk_calendar_years'))
    )
    op.create_table('compilations',
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('period', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('snapshot', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('hash', sa.Text(), nullable=False),
    sa.Column('cause', sa.Text(), nullable=False),
    sa.Column('compiled_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_compilations_campaign_id_campaigns')),
    sa.PrimaryKeyConstraint('campaign_id', 'kind', 'period', 'version', name=op.f('pk_compilations'))
    )
    op.create_table('idempotency_keys',
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('fingerprint', sa.Text(), nullable=False),
    sa.Column('body', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_idempotency_keys_campaign_id_campaigns')),
    sa.PrimaryKeyConstraint('campaign_id', 'person_id', 'key', name=op.f('pk_idempotency_keys'))
    )
    op.create_table('leads',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('definition_hash', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('external_ref', sa.Text(), nullable=True),
    sa.Column('intake', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('lead_agency', sa.Text(), nullable=True),
    sa.Column('attributes', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("received_at >= '2000-01-01T00:00Z' AND received_at < '2100-01-01T00:00Z'", name=op.f('ck_leads_received_at_window')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_leads_campaign_id_campaigns')),
    sa.ForeignKeyConstraint(['definition_hash'], ['definitions.hash'], name=op.f('fk_leads_definition_hash_definitions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_leads')),
    sa.UniqueConstraint('campaign_id', 'number', name=op.f('uq_leads_campaign_id_number')),
    sa.UniqueConstraint('campaign_id', 'source', 'external_ref', name=op.f('uq_leads_campaign_id_source_external_ref'))
    )
    op.create_index('ix_leads_list', 'leads', ['campaign_id', 'received_at', 'id'], unique=False)
    op.create_index('ix_leads_state', 'leads', ['campaign_id', 'state'], unique=False)
    op.create_table('notices',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Text(), nullable=False),
    sa.Column('agency_id', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('data', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_notices_campaign_id_campaigns')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notices')),
    sa.UniqueConstraint('key', name=op.f('uq_notices_key'))
    )
    op.create_index('ix_notices_person', 'notices', ['campaign_id', 'person_id', 'id'], unique=False)
    op.create_table('outbox',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('data', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('queued_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('try_after', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tries', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('set_aside', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_outbox_campaign_id_campaigns')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
    sa.UniqueConstraint('key', name=op.f('uq_outbox_key'))
    )
    op.create_index('ix_outbox_waiting', 'outbox', ['try_after', 'id'], unique=False, postgresql_where=sa.text('done_at IS NULL AND set_aside IS NULL'))
    op.create_table('people',
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('agency_id', sa.Text(), nullable=False),
    sa.Column('roles', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('stand_in', sa.Text(), nullable=True),
    sa.Column('active', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_people_campaign_id_campaigns')),
    sa.PrimaryKeyConstraint('campaign_id', 'id', name=op.f('pk_people'))
    )
    op.create_table('report_obligations',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('definition_hash', sa.Text(), nullable=False),
    sa.Column('unit', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('period', sa.Text(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('first_submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('zero', sa.Boolean(), nullable=True),
    sa.Column('waived_reason', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_report_obligations_campaign_id_campaigns')),
    sa.ForeignKeyConstraint(['definition_hash'], ['definitions.hash'], name=op.f('fk_report_obligations_definition_hash_definitions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_obligations')),
    sa.UniqueConstraint('campaign_id', 'unit', 'kind', 'period', name=op.f('uq_report_obligations_campaign_id_unit_kind_period'))
    )
    op.create_table('streams',
    sa.Column('stream', sa.Text(), nullable=False),
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('hash', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_streams_campaign_id_campaigns')),
    sa.PrimaryKeyConstraint('stream', name=op.f('pk_streams'))
    )
    op.create_table('tokens',
    sa.Column('hash', sa.Text(), nullable=False),
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Text(), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_tokens_campaign_id_campaigns')),
    sa.PrimaryKeyConstraint('hash', name=op.f('pk_tokens'))
    )
    op.create_table('deadlines',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('definition_hash', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('subject_id', sa.Text(), nullable=False),
    sa.Column('lead_id', sa.Text(), nullable=True),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('rule', sa.Integer(), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('holder', sa.Text(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('original_due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('provisional', sa.Boolean(), nullable=False),
    sa.Column('calendar', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('expired_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('acknowledged_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('pauses', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('extensions', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('tries', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('set_aside', sa.Text(), nullable=True),
    sa.Column('sort_key', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.CheckConstraint("due_at >= '2000-01-01T00:00Z' AND due_at < '2100-01-01T00:00Z'", name=op.f('ck_deadlines_due_at_window')),
    sa.CheckConstraint("next_at >= '2000-01-01T00:00Z' AND next_at < '2100-01-01T00:00Z'", name=op.f('ck_deadlines_next_at_window')),
    sa.CheckConstraint("next_at IS NULL OR state = 'running'", name=op.f('ck_deadlines_only_running_fires')),
    sa.CheckConstraint("original_due_at >= '2000-01-01T00:00Z' AND original_due_at < '2100-01-01T00:00Z'", name=op.f('ck_deadlines_original_due_at_window')),
    sa.CheckConstraint("state IN ('running', 'paused', 'met', 'missed', 'cancelled')", name=op.f('ck_deadlines_state_known')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_deadlines_campaign_id_campaigns')),
    sa.ForeignKeyConstraint(['definition_hash'], ['definitions.hash'], name=op.f('fk_deadlines_definition_hash_definitions')),
    sa.ForeignKeyConstraint(['lead_id'], ['leads.id'], name=op.f('fk_deadlines_lead_id_leads')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deadlines'))
    )
    op.create_index('ix_deadlines_lead', 'deadlines', ['lead_id'], unique=False)
    op.create_index('ix_deadlines_next', 'deadlines', ['campaign_id', 'next_at'], unique=False, postgresql_where=sa.text('next_at IS NOT NULL AND set_aside IS NULL'))
    op.create_index('ix_deadlines_open', 'deadlines', ['campaign_id', 'due_at'], unique=False, postgresql_where=sa.text("state IN ('running', 'paused')"))
    op.create_index('ix_deadlines_subject', 'deadlines', ['subject', 'subject_id'], unique=False)
    op.create_table('events',
    sa.Column('position', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('stream', sa.Text(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('lead_id', sa.Text(), nullable=True),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('subject_id', sa.Text(), nullable=False),
    sa.Column('from_state', sa.Text(), nullable=True),
    sa.Column('to_state', sa.Text(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('data', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('occurred_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person', sa.Text(), nullable=False),
    sa.Column('agency', sa.Text(), nullable=False),
    sa.Column('request_id', sa.Text(), nullable=False),
    sa.Column('definition_hash', sa.Text(), nullable=False),
    sa.Column('previous_hash', sa.Text(), nullable=False),
    sa.Column('hash', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_events_campaign_id_campaigns')),
    sa.ForeignKeyConstraint(['lead_id'], ['leads.id'], name=op.f('fk_events_lead_id_leads')),
    sa.PrimaryKeyConstraint('position', name=op.f('pk_events')),
    sa.UniqueConstraint('stream', 'seq', name=op.f('uq_events_stream_seq'))
    )
    op.create_index('ix_events_feed', 'events', ['campaign_id', 'position'], unique=False)
    op.create_index('ix_events_lead', 'events', ['lead_id', 'position'], unique=False)
    op.create_table('grants',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('lead_id', sa.Text(), nullable=False),
    sa.Column('agency_id', sa.Text(), nullable=False),
    sa.Column('cause', sa.Text(), nullable=False),
    sa.Column('cause_id', sa.Text(), nullable=False),
    sa.Column('granted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_grants_campaign_id_campaigns')),
    sa.ForeignKeyConstraint(['lead_id'], ['leads.id'], name=op.f('fk_grants_lead_id_leads')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grants')),
    sa.UniqueConstraint('lead_id', 'agency_id', 'cause', 'cause_id', name=op.f('uq_grants_lead_id_agency_id_cause_cause_id'))
    )
    op.create_index('ix_grants_live', 'grants', ['agency_id', 'lead_id'], unique=False, postgresql_where=sa.text('ended_at IS NULL'))
    op.create_table('handoffs',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('lead_id', sa.Text(), nullable=False),
    sa.Column('group_id', sa.Text(), nullable=False),
    sa.Column('type', sa.Text(), nullable=False),
    sa.Column('from_agency', sa.Text(), nullable=False),
    sa.Column('to_agency', sa.Text(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('blocking', sa.Boolean(), nullable=False),
    sa.Column('joining', sa.Text(), nullable=False),
    sa.Column('request', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('definition_hash', sa.Text(), nullable=False),
    sa.Column('attributes', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("joining IN ('all', 'any', 'lead')", name=op.f('ck_handoffs_joining_known')),
    sa.CheckConstraint("role IN ('host', 'assist')", name=op.f('ck_handoffs_role_known')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_handoffs_campaign_id_campaigns')),
    sa.ForeignKeyConstraint(['definition_hash'], ['definitions.hash'], name=op.f('fk_handoffs_definition_hash_definitions')),
    sa.ForeignKeyConstraint(['lead_id'], ['leads.id'], name=op.f('fk_handoffs_lead_id_leads')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handoffs'))
    )
    op.create_index('ix_handoffs_inbox', 'handoffs', ['campaign_id', 'to_agency', 'state'], unique=False)
    op.create_index('ix_handoffs_lead', 'handoffs', ['lead_id'], unique=False)
    op.create_table('orders',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('lead_id', sa.Text(), nullable=True),
    sa.Column('deadline_id', sa.Text(), nullable=False),
    sa.Column('deadline_code', sa.Text(), nullable=False),
    sa.Column('level', sa.Text(), nullable=False),
    sa.Column('form', sa.Text(), nullable=False),
    sa.Column('holder_agency', sa.Text(), nullable=False),
    sa.Column('number', sa.Text(), nullable=True),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('definition_hash', sa.Text(), nullable=False),
    sa.Column('attributes', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False),
    sa.Column('drafted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_orders_campaign_id_campaigns')),
    sa.ForeignKeyConstraint(['definition_hash'], ['definitions.hash'], name=op.f('fk_orders_definition_hash_definitions')),
    sa.ForeignKeyConstraint(['lead_id'], ['leads.id'], name=op.f('fk_orders_lead_id_leads')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_orders')),
    sa.UniqueConstraint('campaign_id', 'number', name=op.f('uq_orders_campaign_id_number'))
    )
    op.create_index('ix_orders_state', 'orders', ['campaign_id', 'state'], unique=False)
    op.create_table('records',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('lead_id', sa.Text(), nullable=True),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('agency_id', sa.Text(), nullable=False),
    sa.Column('occurred_on', sa.Date(), nullable=False),
    sa.Column('data', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.Text(), nullable=False),
    sa.CheckConstraint("occurred_on >= '2000-01-01T00:00Z' AND occurred_on < '2100-01-01T00:00Z'", name=op.f('ck_records_occurred_on_window')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_records_campaign_id_campaigns')),
    sa.ForeignKeyConstraint(['lead_id'], ['leads.id'], name=op.f('fk_records_lead_id_leads')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_records'))
    )
    op.create_index('ix_records_campaign', 'records', ['campaign_id', 'kind', 'occurred_on'], unique=False)
    op.create_index('ix_records_lead', 'records', ['lead_id'], unique=False)
    op.create_table('report_versions',
    sa.Column('obligation_id', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('receipt', sa.Text(), nullable=False),
    sa.Column('content', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('content_hash', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('submitted_by', sa.Text(), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['obligation_id'], ['report_obligations.id'], name=op.f('fk_report_versions_obligation_id_report_obligations')),
    sa.PrimaryKeyConstraint('obligation_id', 'version', name=op.f('pk_report_versions')),
    sa.UniqueConstraint('receipt', name=op.f('uq_report_versions_receipt'))
    )
    op.create_table('transfers',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('lead_id', sa.Text(), nullable=False),
    sa.Column('from_agency', sa.Text(), nullable=False),
    sa.Column('to_agency', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('definition_hash', sa.Text(), nullable=False),
    sa.Column('attributes', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_transfers_campaign_id_campaigns')),
    sa.ForeignKeyConstraint(['definition_hash'], ['definitions.hash'], name=op.f('fk_transfers_definition_hash_definitions')),
    sa.ForeignKeyConstraint(['lead_id'], ['leads.id'], name=op.f('fk_transfers_lead_id_leads')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transfers'))
    )
    op.create_index('ix_transfers_inbox', 'transfers', ['campaign_id', 'to_agency', 'state'], unique=False)
    op.create_index('ix_transfers_lead', 'transfers', ['lead_id'], unique=False)
    op.create_table('escalations',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('deadline_id', sa.Text(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('step', sa.Text(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('wall_recorded_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.CheckConstraint("outcome IN ('fired', 'skipped')", name=op.f('ck_escalations_outcome_known')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_escalations_campaign_id_campaigns')),
    sa.ForeignKeyConstraint(['deadline_id'], ['deadlines.id'], name=op.f('fk_escalations_deadline_id_deadlines')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_escalations')),
    sa.UniqueConstraint('deadline_id', 'round', 'step', name=op.f('uq_escalations_deadline_id_round_step'))
    )
    op.create_index('ix_escalations_campaign', 'escalations', ['campaign_id', 'due_at'], unique=False)
    op.create_table('extension_requests',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('deadline_id', sa.Text(), nullable=False),
    sa.Column('tier', sa.Integer(), nullable=False),
    sa.Column('amount', sa.Integer(), nullable=True),
    sa.Column('ground', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('asked_by', sa.Text(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('decided_by', sa.Text(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decision_reason', sa.Text(), nullable=True),
    sa.CheckConstraint("state IN ('asked', 'granted', 'refused')", name=op.f('ck_extension_requests_state_known')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_extension_requests_campaign_id_campaigns')),
    sa.ForeignKeyConstraint(['deadline_id'], ['deadlines.id'], name=op.f('fk_extension_requests_deadline_id_deadlines')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_extension_requests'))
    )
    op.create_index('uq_extension_requests_undecided', 'extension_requests', ['deadline_id'], unique=True, postgresql_where=sa.text("state = 'asked'"))

    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END $$
        """
    )
    for table in ("events", "escalations", "report_versions", "compilations", "definitions"):
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
