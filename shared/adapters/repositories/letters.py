"""Letter templates as rows; versions are added, never changed."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from shared.adapters.letter_tables import letter_templates
from shared.application.ports import Row


class LetterRows:
    """The templates of letters of campaigns."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def template(self, campaign_id: str, kind: str) -> Row | None:
        """This will find the newest version of a template; one without content means the shipped words."""
        table = letter_templates
        query = select(table).where(table.c.campaign_id == campaign_id, table.c.kind == kind)
        row = self._connection.execute(query.order_by(table.c.version.desc()).limit(1)).mappings().first()
        return dict(row) if row is not None else None

    def keep(self, template: Row) -> None:
        """This will add a version of a template."""
        self._connection.execute(insert(letter_templates).values(**template))
