"""Managing people as rows: roles, time, tokens; and the views people save."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Table, and_, func, literal_column, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.adapters import account_tables, tables
from shared.adapters.managing_tables import saved_views
from shared.application.administration_ports import Row

TOKEN_ID = 16
"""How many signs of a token's hash name it."""


class AdministrationRows:
    """People and tokens as those see them who manage them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def change_roles(self, campaign_id: str, person_id: str, roles: Sequence[str]) -> None:
        """This will give a person these roles and no others."""
        self._change(campaign_id, person_id, {"roles": list(roles)})

    def set_active(self, campaign_id: str, person_id: str, *, active: bool) -> None:
        """This will let a person act, or no longer."""
        self._change(campaign_id, person_id, {"active": active})

    def _change(self, campaign_id: str, person_id: str, values: dict[str, object]) -> None:
        table = tables.people
        one = and_(table.c.campaign_id == campaign_id, table.c.id == person_id)
        self._connection.execute(update(table).where(one).values(**values))

    def end_entries(self, campaign_id: str, person_id: str, at: datetime) -> int:
        """This will end every token and every session of a person; gives how many."""
        ended = 0
        # Sessions live by real time, tokens by the campaign's.
        entries: tuple[tuple[Table, str, object], ...] = (
            (tables.tokens, "revoked_at", at),
            (account_tables.sessions, "ended_at", func.clock_timestamp()),
        )
        for table, column, moment in entries:
            mine = and_(table.c.campaign_id == campaign_id, table.c.person_id == person_id)
            open_still = update(table).where(mine, table.c[column].is_(None)).values({column: moment})
            ended += self._connection.execute(open_still).rowcount
        return ended

    def name_token(self, token_hash: str, name: str, issued_by: str) -> None:
        """This will keep the name of a token."""
        table = tables.tokens
        named = update(table).where(table.c.hash == token_hash).values(name=name, issued_by=issued_by)
        self._connection.execute(named)

    def tokens(self, campaign_id: str) -> Sequence[Row]:
        """This will list the tokens of a campaign, newest first."""
        table = tables.tokens
        query = select(table, func.left(table.c.hash, TOKEN_ID).label("id"))
        query = query.where(table.c.campaign_id == campaign_id)
        query = query.order_by(table.c.issued_at.desc(), table.c.hash)
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def sizes(self) -> Row:
        """This will give how large the database is, and its largest tables, in bytes."""
        whole = select(func.pg_database_size(func.current_database()))
        size = func.pg_total_relation_size(literal_column("relid")).label("size")
        largest = select(literal_column("relname").label("name"), size).select_from(
            text("pg_stat_user_tables")
        )
        rows = self._connection.execute(largest.order_by(size.desc()).limit(8)).mappings()
        return {
            "database_bytes": int(self._connection.execute(whole).scalar_one()),
            "tables": [{"name": row["name"], "bytes": int(row["size"])} for row in rows],
        }


class SavedViewRows:
    """Saved views as rows."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, view: Row) -> bool:
        """This will keep a view; False if the person has one of that name."""
        kept = upsert(saved_views).values(**view).on_conflict_do_nothing().returning(saved_views.c.id)
        return self._connection.execute(kept).first() is not None

    def get(self, view_id: str) -> Row | None:
        """This will find a view that has not ended."""
        query = select(saved_views).where(saved_views.c.id == view_id, saved_views.c.ended_at.is_(None))
        row = self._connection.execute(query).mappings().first()
        return dict(row) if row is not None else None

    def seen_by(self, campaign_id: str, person_id: str, agency_id: str) -> Sequence[Row]:
        """This will list a person's views and those shared inside their agency, by name."""
        table = saved_views
        colleagues = and_(table.c.shared, table.c.agency_id == agency_id)
        seen = and_(table.c.ended_at.is_(None), or_(table.c.person_id == person_id, colleagues))
        query = select(table).where(table.c.campaign_id == campaign_id, seen)
        query = query.order_by(table.c.name, table.c.id)
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def end(self, view_id: str, at: datetime) -> None:
        """This will end a view."""
        ended = update(saved_views).where(saved_views.c.id == view_id).values(ended_at=at)
        self._connection.execute(ended)
