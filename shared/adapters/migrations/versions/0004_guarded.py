"""Sealed identities and parties, shared copies, materials, items and custody, stand-ins, proposed routing rules"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def _text(name: str, *, required: bool = True) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=not required)


def _moment(name: str, *, required: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not required)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f'{to}.id'], name=op.f(f'fk_{table}_{column}_{to}'))


def _create(table: str, key: list[str], refers: dict[str, str], *parts: object) -> None:
    op.create_table(
        table,
        _text('campaign_id'),
        *parts,
        _refers(table, 'campaign_id', 'campaigns'),
        *(_refers(table, column, to) for column, to in refers.items()),
        sa.PrimaryKeyConstraint(*key, name=op.f(f'pk_{table}')),
    )


def upgrade() -> None:
    _create(
        'reporter_identities', ['lead_id'], {'lead_id': 'leads'},
        _text('lead_id'), _text('kind'), _text('key_id'), sa.Column('ciphertext', sa.LargeBinary(), nullable=False),
        _text('sealed_by'), _moment('sealed_at'),
    )
    _create(
        'shared_copies', ['handoff_id'], {'handoff_id': 'handoffs', 'lead_id': 'leads'},
        _text('handoff_id'), _text('lead_id'), _text('sha256'), sa.Column('copy', JSONB(), nullable=False),
        _moment('made_at'),
    )
    _create(
        'materials', ['id'], {'lead_id': 'leads', 'handoff_id': 'handoffs'},
        _text('id'), _text('lead_id'), _text('handoff_id', required=False), _text('name'), _text('media_type'),
        sa.Column('size', sa.BigInteger(), nullable=False), _text('sha256'), _text('agency_id'), _text('added_by'),
        _moment('added_at'), _moment('checked_at', required=False), _text('fault', required=False),
        sa.CheckConstraint('size > 0', name=op.f('ck_materials_not_empty')),
    )
    op.create_index('ix_materials_lead', 'materials', ['lead_id'])
    op.create_index('ix_materials_sha256', 'materials', ['sha256'])
    _create(
        'parties', ['id'], {},
        _text('id'), _text('kind'), _text('key_id'), sa.Column('ciphertext', sa.LargeBinary(), nullable=False),
        _text('agency_id'), _text('added_by'), _moment('added_at'),
        sa.CheckConstraint("kind IN ('person', 'organisation', 'vehicle')", name=op.f('ck_parties_kind_known')),
    )
    _create(
        'party_marks', ['party_id', 'name', 'digest'], {'party_id': 'parties'},
        _text('party_id'), _text('name'), _text('digest'),
    )
    op.create_index('ix_party_marks_digest', 'party_marks', ['campaign_id', 'name', 'digest'])
    _create(
        'party_leads', ['lead_id', 'party_id', 'role'], {'party_id': 'parties', 'lead_id': 'leads'},
        _text('party_id'), _text('lead_id'), _text('role'), _text('agency_id'), _text('linked_by'), _moment('linked_at'),
    )
    op.create_index('ix_party_leads_party', 'party_leads', ['party_id'])
    _create(
        'items', ['id'], {'record_id': 'records'},
        _text('id'), _text('record_id', required=False), _text('label'), _text('product'),
        sa.Column('pieces', sa.Integer()), sa.Column('grams', sa.Numeric(15, 3)), sa.Column('live_count', sa.Integer()),
        _text('state'), _text('holder_agency'), sa.Column('version', sa.Integer(), nullable=False),
        _text('added_by'), _moment('added_at'),
        sa.CheckConstraint(
            "state IN ('held', 'in_transit', 'returned', 'destroyed')", name=op.f('ck_items_state_known')
        ),
    )
    op.create_index('ix_items_record', 'items', ['record_id'])
    _create(
        'item_leads', ['lead_id', 'item_id'], {'item_id': 'items', 'lead_id': 'leads'},
        _text('item_id'), _text('lead_id'), _text('attached_by'), _moment('attached_at'),
    )
    op.create_index('ix_item_leads_item', 'item_leads', ['item_id'])
    _create(
        'custody_steps', ['id'], {'item_id': 'items'},
        _text('id'), _text('item_id'), sa.Column('seq', sa.Integer(), nullable=False), _text('kind'),
        _text('from_agency', required=False), _text('to_agency', required=False), _text('note', required=False),
        _text('by_person'), _text('by_agency'), _moment('at'),
    )
    op.create_index('uq_custody_steps_item', 'custody_steps', ['item_id', 'seq'], unique=True)
    _create(
        'stand_ins', ['id'], {},
        _text('id'), _text('person_id'), _text('stand_in'), _moment('from_at'), _moment('until_at'),
        _text('set_by'), _moment('set_at'),
        sa.Column('ended', sa.Boolean(), nullable=False, server_default=sa.text('false')),
        sa.CheckConstraint('from_at < until_at', name=op.f('ck_stand_ins_in_order')),
    )
    op.create_index('ix_stand_ins_person', 'stand_ins', ['campaign_id', 'person_id'])
    op.create_index('ix_stand_ins_for', 'stand_ins', ['campaign_id', 'stand_in'])
    _create(
        'routing_rules', ['id'], {'handoff_id': 'handoffs'},
        _text('id'), _text('handoff_id', required=False), _text('state'), sa.Column('rule', JSONB(), nullable=False),
        _text('reason'), _text('proposed_by'), _moment('proposed_at'), _text('decided_by', required=False),
        _moment('decided_at', required=False), _text('decision_reason', required=False),
        sa.CheckConstraint("state IN ('proposed', 'signed', 'refused')", name=op.f('ck_routing_rules_state_known')),
    )
    op.create_index('ix_routing_rules_state', 'routing_rules', ['campaign_id', 'state'])
