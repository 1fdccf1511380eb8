"""Signing in on the pages: passwords, sessions, wrong tries"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('passwords',
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Text(), nullable=False),
    sa.Column('hash', sa.Text(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id', 'person_id'], ['people.campaign_id', 'people.id'], name=op.f('fk_passwords_campaign_id_people')),
    sa.PrimaryKeyConstraint('campaign_id', 'person_id', name=op.f('pk_passwords'))
    )
    op.create_index('ix_passwords_person', 'passwords', ['person_id'], unique=False)
    op.create_table('sessions',
    sa.Column('hash', sa.Text(), nullable=False),
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Text(), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['campaign_id', 'person_id'], ['people.campaign_id', 'people.id'], name=op.f('fk_sessions_campaign_id_people')),
    sa.PrimaryKeyConstraint('hash', name=op.f('pk_sessions'))
    )
    op.create_index('ix_sessions_person', 'sessions', ['campaign_id', 'person_id'], unique=False)
    op.create_table('sign_in_failures',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_sign_in_failures'))
    )
