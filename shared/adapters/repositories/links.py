"""Links between leads and merges as rows; both end, and neither is ever deleted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Select, Text, and_, bindparam, insert, or_, select, union, update

from shared.adapters.link_tables import lead_links, merges
from shared.adapters.repositories.wire import jsonable
from shared.application.ports import Row

# Built once: every view of a lead asks them.
_LIVE = (
    select(lead_links)
    .where(
        or_(lead_links.c.lead_id == bindparam("lead"), lead_links.c.other_id == bindparam("lead")),
        lead_links.c.ended_at.is_(None),
    )
    .order_by(lead_links.c.id)
)
_AWAY = select(merges).where(merges.c.source_id == bindparam("source"), merges.c.ended_at.is_(None))
_INTO = (
    select(merges)
    .where(merges.c.target_id == bindparam("target"), merges.c.ended_at.is_(None))
    .order_by(merges.c.id)
)


def _with_merged() -> Select[tuple[str]]:
    found = select(bindparam("lead", type_=Text).label("id")).cte("with_merged", recursive=True)
    theirs = select(merges.c.source_id).join(found, merges.c.target_id == found.c.id)
    found = found.union(theirs.where(merges.c.ended_at.is_(None)))
    return select(found.c.id)


WITH_MERGED = _with_merged()
"""The lead given as `lead`, and every lead merged into it, also through another: what is theirs is shown as one."""


class LinkRows:
    """Links as rows."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, link: Row) -> None:
        """This will store a link; a second live one of the same kind between the same leads is a lost race."""
        self._connection.execute(insert(lead_links).values(**link))

    def find(self, lead_id: str, other_id: str, kind: str) -> Row | None:
        """This will find the live link of a kind from one lead to another."""
        one = and_(
            lead_links.c.lead_id == lead_id, lead_links.c.other_id == other_id, lead_links.c.kind == kind
        )
        query = select(lead_links).where(one, lead_links.c.ended_at.is_(None))
        row = self._connection.execute(query).mappings().first()
        return dict(row) if row is not None else None

    def end(self, link_id: str, at: datetime) -> None:
        """This will end a link."""
        self._connection.execute(update(lead_links).where(lead_links.c.id == link_id).values(ended_at=at))

    def of_lead(self, lead_id: str) -> Sequence[Row]:
        """This will list the live links of a lead, whichever end it is, in the order they were made."""
        return [dict(row) for row in self._connection.execute(_LIVE, {"lead": lead_id}).mappings()]

    def same_party(self, lead_id: str) -> Sequence[str]:
        """This will list the other leads of the same party, also those linked through a third one."""
        live = and_(lead_links.c.kind == "same_party", lead_links.c.ended_at.is_(None))
        there = select(lead_links.c.lead_id.label("a"), lead_links.c.other_id.label("b")).where(live)
        back = select(lead_links.c.other_id.label("a"), lead_links.c.lead_id.label("b")).where(live)
        either = union(there, back).subquery()
        reached = select(either.c.b.label("id")).where(either.c.a == lead_id).cte("reached", recursive=True)
        reached = reached.union(select(either.c.b).join(reached, either.c.a == reached.c.id))
        query = select(reached.c.id).where(reached.c.id != lead_id).order_by(reached.c.id)
        return list(self._connection.execute(query).scalars())


class MergeRows:
    """Merges as rows."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, merge: Row) -> None:
        """This will store a merge with how its source stood before."""
        values = {**merge, "before": jsonable(merge["before"])}
        self._connection.execute(insert(merges).values(**values))

    def live(self, source_id: str) -> Row | None:
        """This will find the merge that took a lead away, if it stands."""
        row = self._connection.execute(_AWAY, {"source": source_id}).mappings().first()
        return dict(row) if row is not None else None

    def into(self, target_id: str) -> Sequence[Row]:
        """This will list the merges that brought other leads into one, in the order they were made."""
        return [dict(row) for row in self._connection.execute(_INTO, {"target": target_id}).mappings()]

    def end(self, merge_id: str, at: datetime) -> None:
        """This will end a merge: its source stands by itself again."""
        self._connection.execute(update(merges).where(merges.c.id == merge_id).values(ended_at=at))
