"""The events of a campaign by who, what, where and when; newest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from shared.adapters import tables
from shared.application.audit_ports import Row


class AuditRows:
    """Events as rows, read only."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def events(
        self, campaign_id: str, wanted: Row, before: int | None, limit: int
    ) -> tuple[Sequence[Row], int]:
        """This will list the events that fit, newest first, from before a position, and how many fit in all."""
        table = tables.events
        fits = and_(table.c.campaign_id == campaign_id, *_conditions(wanted))
        total = self._connection.execute(select(func.count()).select_from(table).where(fits)).scalar_one()
        query = select(table).where(fits).order_by(table.c.position.desc()).limit(limit)
        if before is not None:
            query = query.where(table.c.position < before)
        return [dict(row) for row in self._connection.execute(query).mappings()], int(total)


def _conditions(wanted: Row) -> list[ColumnElement[bool]]:
    table = tables.events
    found: list[ColumnElement[bool]] = [
        table.c[name] == wanted[name] for name in ("person", "agency", "lead_id") if name in wanted
    ]
    if "kind" in wanted:
        kind: Any = wanted["kind"]
        found.append(or_(table.c.kind == kind, table.c.kind.startswith(f"{kind}.", autoescape=True)))
    if "kinds" in wanted:
        found.append(table.c.kind.in_(wanted["kinds"]))
    if "since" in wanted:
        found.append(table.c.recorded_at >= wanted["since"])
    if "until" in wanted:
        found.append(table.c.recorded_at < wanted["until"])
    return found
