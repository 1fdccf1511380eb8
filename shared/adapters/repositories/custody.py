"""Seized things and their chains of custody, as rows; a thing's steps are numbered and never changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, case, exists, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.adapters import private_tables as tables
from shared.adapters.repositories.links import WITH_MERGED
from shared.adapters.repositories.wire import utc
from shared.application.guarded import Row
from shared.application.ports import LostRace
from workflows.custody import Item

_STEPS = tables.custody_steps
_COLUMNS = tuple(name for name in Item.__dataclass_fields__ if name != "to_agency")
_last_to = (
    select(_STEPS.c.to_agency)
    .where(_STEPS.c.item_id == tables.items.c.id)
    .order_by(_STEPS.c.seq.desc())
    .limit(1)
    .scalar_subquery()
)
_TO = case((tables.items.c.state == "in_transit", _last_to), else_=None)
"""Where a thing is on its way to: the receiver of the last step of its chain."""
_ITEM = select(tables.items, _TO.label("to_agency"))
_THEIRS = select(tables.item_leads.c.item_id).where(tables.item_leads.c.lead_id.in_(WITH_MERGED))
_OF_LEAD = _ITEM.where(tables.items.c.id.in_(_THEIRS)).order_by(tables.items.c.id)


class ItemRows:
    """Items, the leads they belong to, and the hands they passed through."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, item: Item) -> None:
        """This will store a new item."""
        self._connection.execute(insert(tables.items).values(**_columns(item)))

    def get(self, item_id: str, *, lock: bool = False) -> Item | None:
        """This will find an item, and lock it for the transaction if asked."""
        query = _ITEM.where(tables.items.c.id == item_id)
        locked = query.with_for_update(of=tables.items)
        row = self._connection.execute(locked if lock else query).mappings().first()
        return _item(row) if row is not None else None

    def save(self, item: Item) -> None:
        """This will store an item's next version; raises LostRace when another writer stored it first."""
        table = tables.items
        current = and_(table.c.id == item.id, table.c.version == item.version - 1)
        if self._connection.execute(update(table).where(current).values(**_columns(item))).rowcount != 1:
            raise LostRace(item.id)

    def of_lead(self, lead_id: str) -> Sequence[Item]:
        """This will list the items of a lead, and of leads merged into it, in the order they were collected."""
        return [_item(row) for row in self._connection.execute(_OF_LEAD, {"lead": lead_id}).mappings()]

    def of_agency(self, campaign_id: str, agency_id: str) -> Sequence[Item]:
        """This will list the items an agency holds, or that are on their way to it."""
        table = tables.items
        theirs = or_(table.c.holder_agency == agency_id, _TO.in_([agency_id]))
        query = _ITEM.where(table.c.campaign_id == campaign_id, theirs).order_by(table.c.id)
        return [_item(row) for row in self._connection.execute(query).mappings()]

    def of_record(self, record_id: str) -> Sequence[Item]:
        """This will list the items collected under one record of seizure."""
        query = _ITEM.where(tables.items.c.record_id == record_id)
        return [_item(row) for row in self._connection.execute(query).mappings()]

    def attach(self, item: Item, lead_id: str, by: str, at: datetime) -> bool:
        """This will let an item belong to a lead; False if it does already."""
        table = tables.item_leads
        values = {"campaign_id": item.campaign_id, "item_id": item.id, "lead_id": lead_id}
        stored = upsert(table).values(**values, attached_by=by, attached_at=at).on_conflict_do_nothing()
        return self._connection.execute(stored.returning(table.c.item_id)).first() is not None

    def leads_of(self, item_id: str) -> Sequence[str]:
        """This will list the ids of the leads an item belongs to, the first first."""
        table = tables.item_leads
        query = (
            select(table.c.lead_id)
            .where(table.c.item_id == item_id)
            .order_by(table.c.attached_at, table.c.lead_id)
        )
        return list(self._connection.execute(query).scalars())

    def step(self, item: Item, step: Row) -> None:
        """This will write the next step of an item's chain; the caller holds the item's lock."""
        table = tables.custody_steps
        last = select(func.coalesce(func.max(table.c.seq), 0)).where(table.c.item_id == item.id)
        seq = int(self._connection.execute(last).scalar_one()) + 1
        values = {"campaign_id": item.campaign_id, "item_id": item.id, "seq": seq, **step}
        self._connection.execute(insert(table).values(**values))

    def steps(self, item_id: str) -> Sequence[Row]:
        """This will list an item's chain from its beginning."""
        table = tables.custody_steps
        query = select(table).where(table.c.item_id == item_id).order_by(table.c.seq)
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def page(
        self, campaign_id: str, agencies: Collection[str] | None, box: str, after: str | None, limit: int
    ) -> Sequence[Item]:
        """This will list items newest first: `inbox` waits for a receipt, `held` is with the agencies, or `all`.

        `agencies` None sees every item; else `all` are those that ever passed through the hands of one of them.
        """
        table, steps = tables.items, tables.custody_steps
        query = _ITEM.where(table.c.campaign_id == campaign_id)
        if agencies is not None:
            touched = exists().where(
                steps.c.item_id == table.c.id,
                or_(steps.c.by_agency.in_(agencies), steps.c.to_agency.in_(agencies)),
            )
            boxes: dict[str, Any] = {
                "inbox": and_(table.c.state == "in_transit", _last_to.in_(agencies)),
                "held": and_(table.c.state == "held", table.c.holder_agency.in_(agencies)),
            }
            query = query.where(boxes.get(box, touched))
        if after is not None:
            query = query.where(table.c.id < after)
        rows = self._connection.execute(query.order_by(table.c.id.desc()).limit(limit)).mappings()
        return [_item(row) for row in rows]


def _columns(item: Item) -> dict[str, Any]:
    return {name: getattr(item, name) for name in _COLUMNS}


def _item(row: RowMapping) -> Item:
    added_at = utc(row["added_at"])
    assert added_at is not None
    return Item(**{**row, "added_at": added_at})
