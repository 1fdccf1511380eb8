"""Which agencies took over from which, kept with the campaign they take part in"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    empty = sa.text("'[]'::jsonb")
    op.add_column('campaigns', sa.Column('successions', JSONB(), server_default=empty, nullable=False))


def downgrade() -> None:
    op.drop_column('campaigns', 'successions')
