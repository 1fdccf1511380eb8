"""Supervision orders that no clock calls for"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column('orders', 'deadline_id', existing_type=sa.Text(), nullable=True)
    op.alter_column('orders', 'deadline_code', existing_type=sa.Text(), nullable=True)
