"""Links between leads, merges that can be undone, rights that lapse, successors of agencies and people"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

_STATES = "state IN ('running', 'paused', 'met', 'missed', 'lapsed', 'cancelled')"


def upgrade() -> None:
    right = sa.Column('optional_right', sa.Boolean(), nullable=False, server_default=sa.text('false'))
    op.add_column('deadlines', right)
    op.drop_constraint(op.f('ck_deadlines_state_known'), 'deadlines')
    op.create_check_constraint(op.f('ck_deadlines_state_known'), 'deadlines', _STATES)
    op.create_table(
        'lead_links',
        sa.Column('id', sa.Text(), nullable=False),
        sa.Column('campaign_id', sa.Text(), nullable=False),
        sa.Column('lead_id', sa.Text(), nullable=False),
        sa.Column('other_id', sa.Text(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('linked_by', sa.Text(), nullable=False),
        sa.Column('linked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('upstream', 'same_party', 'related')", name=op.f('ck_lead_links_kind_known')),
        sa.CheckConstraint('lead_id <> other_id', name=op.f('ck_lead_links_two_leads')),
        sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_lead_links_campaign_id_campaigns')),
        sa.ForeignKeyConstraint(['lead_id'], ['leads.id'], name=op.f('fk_lead_links_lead_id_leads')),
        sa.ForeignKeyConstraint(['other_id'], ['leads.id'], name=op.f('fk_lead_links_other_id_leads')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lead_links')),
    )
    op.create_index('ix_lead_links_other', 'lead_links', ['other_id'])
    op.create_index(
        'uq_lead_links_live', 'lead_links', ['lead_id', 'other_id', 'kind'], unique=True,
        postgresql_where=sa.text('ended_at IS NULL'),
    )
    op.create_table(
        'merges',
        sa.Column('id', sa.Text(), nullable=False),
        sa.Column('campaign_id', sa.Text(), nullable=False),
        sa.Column('source_id', sa.Text(), nullable=False),
        sa.Column('target_id', sa.Text(), nullable=False),
        sa.Column('before', JSONB(), nullable=False),
        sa.Column('merged_by', sa.Text(), nullable=False),
        sa.Column('merged_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint('source_id <> target_id', name=op.f('ck_merges_two_leads')),
        sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_merges_campaign_id_campaigns')),
        sa.ForeignKeyConstraint(['source_id'], ['leads.id'], name=op.f('fk_merges_source_id_leads')),
        sa.ForeignKeyConstraint(['target_id'], ['leads.id'], name=op.f('fk_merges_target_id_leads')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_merges')),
    )
    op.create_index('ix_merges_target', 'merges', ['target_id'])
    op.create_index(
        'uq_merges_live', 'merges', ['source_id'], unique=True, postgresql_where=sa.text('ended_at IS NULL')
    )
