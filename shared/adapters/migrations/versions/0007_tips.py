"""Tips from the public: receipts, messages, callers, allowances. Sign-in: second factors, recovery codes, devices"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def _text(name: str, *, required: bool = True) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=not required)


def _moment(name: str, *, required: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not required)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f'{to}.id'], name=op.f(f'fk_{table}_{column}_{to}'))


def _of_campaign(table: str, key: list[str], *parts: object) -> None:
    op.create_table(
        table,
        _text('campaign_id'),
        _text('lead_id'),
        *parts,
        _refers(table, 'campaign_id', 'campaigns'),
        _refers(table, 'lead_id', 'leads'),
        sa.PrimaryKeyConstraint(*key, name=op.f(f'pk_{table}')),
    )


def _of_person(table: str, key: list[str], *parts: object) -> None:
    op.create_table(
        table,
        _text('campaign_id'),
        _text('person_id'),
        *parts,
        sa.ForeignKeyConstraint(
            ['campaign_id', 'person_id'], ['people.campaign_id', 'people.id'],
            name=op.f(f'fk_{table}_campaign_id_people'),
        ),
        sa.PrimaryKeyConstraint(*key, name=op.f(f'pk_{table}')),
    )


def upgrade() -> None:
    _of_campaign('tip_receipts', ['locator'], _text('locator'), _text('hash'), _moment('issued_at'))
    op.create_index('uq_tip_receipts_lead', 'tip_receipts', ['lead_id'], unique=True)
    _of_campaign(
        'tip_messages', ['id'],
        _text('id'), _text('sent_by'), _text('person_id', required=False), _text('key_id'),
        sa.Column('ciphertext', sa.LargeBinary(), nullable=False), _moment('at'),
        sa.CheckConstraint("sent_by IN ('teller', 'office')", name=op.f('ck_tip_messages_sender_known')),
    )
    op.create_index('ix_tip_messages_lead', 'tip_messages', ['lead_id', 'at'])
    _of_campaign('tip_callers', ['mark', 'lead_id'], _text('mark'), _moment('at'))
    op.create_index('ix_tip_callers_campaign', 'tip_callers', ['campaign_id', 'mark'])
    op.create_table(
        'allowances',
        _text('name'),
        sa.Column('remaining', sa.Double(), nullable=False),
        _moment('at'),
        sa.PrimaryKeyConstraint('name', name=op.f('pk_allowances')),
    )
    op.create_index('ix_allowances_at', 'allowances', ['at'])
    op.add_column('sessions', sa.Column('label', sa.Text(), nullable=False, server_default=''))
    _of_person(
        'half_sessions', ['hash'],
        _text('hash'), _moment('at'), sa.Column('tries', sa.Integer(), nullable=False),
    )
    _of_person(
        'second_factors', ['campaign_id', 'person_id'],
        _text('key_id'), sa.Column('ciphertext', sa.LargeBinary(), nullable=False),
        _moment('confirmed_at', required=False), sa.Column('last_step', sa.BigInteger(), nullable=False),
    )
    _of_person(
        'recovery_codes', ['campaign_id', 'person_id', 'digest'], _text('digest'), _moment('used_at', required=False)
    )
    op.create_table(
        'known_devices',
        _text('digest'),
        _text('person_id'),
        _moment('at'),
        sa.PrimaryKeyConstraint('digest', 'person_id', name=op.f('pk_known_devices')),
    )
