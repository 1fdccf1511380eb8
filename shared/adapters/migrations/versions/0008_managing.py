"""Names of tokens and who issued them; views of lists that people save"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('tokens', sa.Column('name', sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column('tokens', sa.Column('issued_by', sa.Text(), nullable=False, server_default=sa.text("''")))
    op.create_table(
        'saved_views',
        sa.Column('id', sa.Text(), nullable=False),
        sa.Column('campaign_id', sa.Text(), nullable=False),
        sa.Column('person_id', sa.Text(), nullable=False),
        sa.Column('agency_id', sa.Text(), nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('query', sa.Text(), nullable=False),
        sa.Column('shared', sa.Boolean(), nullable=False),
        sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_saved_views_campaign_id_campaigns')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_views')),
    )
    op.create_index('ix_saved_views_person', 'saved_views', ['campaign_id', 'person_id'])
    op.create_index(
        'ix_saved_views_shared', 'saved_views', ['campaign_id', 'agency_id'], postgresql_where=sa.text('shared')
    )
    op.create_index(
        'uq_saved_views_name', 'saved_views', ['campaign_id', 'person_id', 'name'], unique=True,
        postgresql_where=sa.text('ended_at IS NULL'),
    )
