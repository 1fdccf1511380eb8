"""Words of leads and what belongs to them, kept for searching: bigrams that work in Chinese

Triggers keep the entries, so that whatever writes a row writes its words in the same transaction.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

_DROPPED = r'[\s\u0001-\u002f:-@\[-`{-\u00bf\u2000-\u206f\u3000-\u3004\u3008-\u3020\u3030\u30fb\ufe00-\ufe6f]+'

_NORMAL = f"""
CREATE FUNCTION search_normal(said text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT regexp_replace(lower(normalize(said, NFKC)), '{_DROPPED}', '', 'g')
$$
"""

# Single signs and pairs; an index of arrays takes each of them once.
_GRAMS = """
CREATE FUNCTION search_grams(normal text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    signs text[] := string_to_array(normal, NULL);
    grams text[] := signs;
BEGIN
    FOR place IN 1..length(normal) - 1 LOOP
        grams := grams || (signs[place] || signs[place + 1]);
    END LOOP;
    RETURN grams;
END $$
"""

# What people typed into free fields: any text that is more than the id of something.
_TYPED = r"""
CREATE FUNCTION search_typed(fields jsonb) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT string_agg(value #>> '{}', ' ')
    FROM jsonb_path_query(fields, 'strict $.** ? (@.type() == "string")') AS value
    WHERE value #>> '{}' !~ '^[A-Za-z0-9_.:+-]*$'
$$
"""

_KEEP = r"""
CREATE FUNCTION search_keep(
    of text, of_id text, of_part text, campaign text, lead text, said text, open_to text, named text[]
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF lead IS NULL OR said IS NULL OR said !~ '\S' THEN
        DELETE FROM search_entries WHERE subject = of AND subject_id = of_id AND part = of_part;
    ELSE
        INSERT INTO search_entries AS e (subject, subject_id, part, campaign_id, lead_id, words, audience, agencies)
        VALUES (of, of_id, of_part, campaign, lead, said, open_to, array_remove(named, NULL))
        ON CONFLICT (subject, subject_id, part) DO UPDATE
        SET lead_id = EXCLUDED.lead_id, words = EXCLUDED.words, audience = EXCLUDED.audience,
            agencies = EXCLUDED.agencies
        WHERE (e.lead_id, e.words, e.audience, e.agencies)
            IS DISTINCT FROM (EXCLUDED.lead_id, EXCLUDED.words, EXCLUDED.audience, EXCLUDED.agencies);
    END IF;
END $$
"""

def _keep(table: str, part: str, said: str, audience: str, agencies: str = "'{}'", lead: str = '@.lead_id') -> str:
    subject = table.removesuffix('s')
    return f"search_keep('{subject}', @.id, '{part}', @.campaign_id, {lead}, {said}, '{audience}', {agencies})"


_INTAKE = "@.intake->>'description', @.intake->>'township', @.intake->>'address', search_typed(@.intake->'species')"
_ASKED = 'ARRAY(SELECT unnest(ARRAY[h.from_agency, h.to_agency]) FROM handoffs h WHERE h.id = @.handoff_id)'
_ITEM = (
    "search_keep('item', i.id, l.lead_id, i.campaign_id, l.lead_id, i.label, 'evidence', ARRAY[i.holder_agency]) "
    'FROM items i JOIN item_leads l ON l.item_id = i.id WHERE i.id = @.'
)

# By table: what is kept of a row @, each with the condition under which an update changes it.
# A proposal to transfer is the proposing unit's affair until it is sent; a draft of an order is the office's.
_KEPT = {
    'leads': [
        ('NEW.intake IS DISTINCT FROM OLD.intake', _keep('leads', 'number', '@.number', 'shared', lead='@.id')),
        ('NEW.intake IS DISTINCT FROM OLD.intake', _keep('leads', 'title', "@.intake->>'title'", 'shared', lead='@.id')),
        ('NEW.intake IS DISTINCT FROM OLD.intake',
         _keep('leads', 'account', f"concat_ws(' ', {_INTAKE})", 'shared', lead='@.id')),
        ('NEW.external_ref IS DISTINCT FROM OLD.external_ref',
         _keep('leads', 'reference', '@.external_ref', 'source', lead='@.id')),
        ('NEW.attributes IS DISTINCT FROM OLD.attributes',
         _keep('leads', 'course', 'search_typed(@.attributes)', 'inside', lead='@.id')),
    ],
    'handoffs': [
        ('NEW IS DISTINCT FROM OLD',
         _keep('handoffs', 'words', "concat_ws(' ', @.request, search_typed(@.attributes))", 'inside',
               'ARRAY[@.from_agency, @.to_agency]')),
    ],
    'transfers': [
        ('NEW IS DISTINCT FROM OLD',
         _keep('transfers', 'words', 'search_typed(@.attributes)', 'inside',
               "ARRAY[@.from_agency, CASE WHEN @.attributes ? 'sent_at' THEN @.to_agency END]")),
    ],
    'orders': [
        ('NEW IS DISTINCT FROM OLD',
         _keep('orders', 'words', "concat_ws(' ', @.number, search_typed(@.attributes))", 'named',
               'ARRAY[CASE WHEN @.number IS NOT NULL THEN @.holder_agency END]')),
    ],
    'records': [
        ('NEW IS DISTINCT FROM OLD',
         _keep('records', 'words', 'search_typed(@.data)', 'evidence', 'ARRAY[@.agency_id]')),
    ],
    'materials': [
        ('NEW IS DISTINCT FROM OLD',
         _keep('materials', 'name', '@.name', 'evidence', f'@.agency_id || {_ASKED}')),
    ],
    'items': [('NEW IS DISTINCT FROM OLD', f'{_ITEM}id')],
    'item_leads': [('NEW IS DISTINCT FROM OLD', f'{_ITEM}item_id')],
}  # fmt: skip


def upgrade() -> None:
    for statement in (_NORMAL, _GRAMS, _TYPED):
        op.execute(sa.text(statement.replace(':', r'\:')))
    op.create_table(
        'search_entries',
        sa.Column('subject', sa.Text(), nullable=False),
        sa.Column('subject_id', sa.Text(), nullable=False),
        sa.Column('part', sa.Text(), nullable=False),
        sa.Column('campaign_id', sa.Text(), nullable=False),
        sa.Column('lead_id', sa.Text(), nullable=False),
        sa.Column('words', sa.Text(), nullable=False),
        sa.Column('normal', sa.Text(), sa.Computed('search_normal(words)', persisted=True), nullable=False),
        sa.Column(
            'grams', ARRAY(sa.Text()), sa.Computed('search_grams(search_normal(words))', persisted=True), nullable=False
        ),
        sa.Column('audience', sa.Text(), nullable=False),
        sa.Column('agencies', ARRAY(sa.Text()), nullable=False),
        sa.CheckConstraint(
            "audience IN ('shared', 'source', 'inside', 'evidence', 'named')",
            name=op.f('ck_search_entries_audience_known'),
        ),
        sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_search_entries_campaign_id_campaigns')),
        sa.ForeignKeyConstraint(
            ['lead_id'], ['leads.id'], name=op.f('fk_search_entries_lead_id_leads'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('subject', 'subject_id', 'part', name=op.f('pk_search_entries')),
    )
    op.create_index('ix_search_entries_grams', 'search_entries', ['grams'], postgresql_using='gin')
    op.create_index('ix_search_entries_lead', 'search_entries', ['lead_id'])
    op.execute(sa.text(_KEEP.replace(':', r'\:')))
    for table, kept in _KEPT.items():
        op.execute(sa.text(_watch(table, kept).replace(':', r'\:')))
        op.execute(
            f'CREATE TRIGGER search_watch AFTER INSERT OR UPDATE ON {table} '
            f'FOR EACH ROW EXECUTE FUNCTION search_watch_{table}()'
        )
        if table != 'items':
            for _, call in kept:
                op.execute(_of_every_row(table, call))


def _of_every_row(table: str, call: str) -> str:
    """What the trigger does, for the rows that were there before it."""
    if call.startswith(_ITEM):
        return f'SELECT {call.partition(" WHERE ")[0]}'
    return f'SELECT {call} FROM {table} r'.replace('@', 'r')


def _watch(table: str, kept: list[tuple[str, str]]) -> str:
    lines = [f"    IF TG_OP = 'INSERT' OR {changed} THEN PERFORM {call}; END IF;" for changed, call in kept]
    body = '\n'.join(lines).replace('@', 'NEW')
    return (
        f'CREATE FUNCTION search_watch_{table}() RETURNS trigger LANGUAGE plpgsql AS $$\n'
        f'BEGIN\n{body}\n    RETURN NULL;\nEND $$'
    )
