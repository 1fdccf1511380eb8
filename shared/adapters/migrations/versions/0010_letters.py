"""Templates of letters an office made its own"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'letter_templates',
        sa.Column('campaign_id', sa.Text(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('content', sa.LargeBinary(), nullable=True),
        sa.Column('sha256', sa.Text(), nullable=True),
        sa.Column('changed_by', sa.Text(), nullable=False),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_letter_templates_campaign_id_campaigns')),
        sa.PrimaryKeyConstraint('campaign_id', 'kind', 'version', name=op.f('pk_letter_templates')),
    )
