"""What is to be done after a commit, what people were told, and requests already answered."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.adapters import tables
from shared.adapters.repositories.campaigns import DOORBELL
from shared.adapters.repositories.links import WITH_MERGED
from shared.adapters.repositories.wire import jsonable
from shared.application.ports import Idempotency, Notice, Row
from workflows.events import canonical

_BACK_OFF = "interval '1 second' * least(3600, power(2, {tries}))"

_QUEUE = upsert(tables.outbox).on_conflict_do_nothing()
_QUEUE_AND_RING = _QUEUE.returning(func.pg_notify(DOORBELL, "outbox"))
_TELL = upsert(tables.notices).on_conflict_do_nothing()
_KEYS = tables.idempotency_keys
_TAKE_KEY = upsert(_KEYS).on_conflict_do_nothing().returning(_KEYS.c.key)
_KEEP_ANSWER = (
    update(_KEYS)
    .where(_KEYS.c.campaign_id == bindparam("of_campaign"), _KEYS.c.person_id == bindparam("of_person"))
    .where(_KEYS.c.key == bindparam("of_key"))
    .values(body=cast(bindparam("written", type_=Text), JSONB))  # written once, not read and written again
)


class OutboxRows:
    """The outbox: rows written with the change, claimed and done by workers, each at least once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rung = False

    def add(self, campaign_id: str, key: str, kind: str, data: Row, at: datetime) -> None:
        """This will queue a piece of work; the same key again changes nothing."""
        values = {
            "campaign_id": campaign_id,
            "key": key,
            "kind": kind,
            "data": jsonable(data),
            "created_at": at,
        }
        if self._rung:
            self._connection.execute(_QUEUE, values)
        else:
            self._rung = self._connection.execute(_QUEUE_AND_RING, values).first() is not None

    def hush(self) -> None:
        """This will ring for no row added from now on: whoever adds them does them in the same transaction."""
        self._rung = True

    def claim(self, row_ids: Sequence[int]) -> Sequence[Row]:
        """This will lock waiting rows; those done, set aside, or in another worker's hands are left out."""
        table = tables.outbox
        waiting = table.c.done_at.is_(None) & table.c.set_aside.is_(None)
        return self._claimed(select(table).where(_among(row_ids), waiting))

    def claim_waiting(self, campaign_id: str, limit: int) -> Sequence[Row]:
        """This will lock the rows of a campaign whose time has come, oldest first, but for those in other hands."""
        return self._claimed(
            select(tables.outbox).where(tables.outbox.c.campaign_id == campaign_id, _ripe()).limit(limit)
        )

    def _claimed(self, query: Select[Any]) -> list[Row]:
        claim = query.order_by(tables.outbox.c.id).with_for_update(skip_locked=True)
        return [dict(row) for row in self._connection.execute(claim).mappings()]

    def campaigns_of(self, row_ids: Sequence[int]) -> Mapping[str, Sequence[int]]:
        """This will sort waiting rows by the campaign they belong to."""
        table = tables.outbox
        waiting = table.c.done_at.is_(None) & table.c.set_aside.is_(None)
        query = select(table.c.campaign_id, table.c.id).where(_among(row_ids), waiting).order_by(table.c.id)
        found: dict[str, list[int]] = {}
        for campaign_id, row_id in self._connection.execute(query):
            found.setdefault(campaign_id, []).append(row_id)
        return found

    def done(self, row_ids: Sequence[int]) -> None:
        """This will mark rows done, in the transaction of their effects."""
        table = tables.outbox
        if row_ids:
            values = {"done_at": func.clock_timestamp()}
            self._connection.execute(update(table).where(_among(row_ids)).values(**values))

    def pending(self, campaign_id: str, kind: str) -> Sequence[Row]:
        """This will list the rows of a kind that are not done, oldest first, those set aside for a person as well."""
        table = tables.outbox
        columns = (table.c.data, table.c.tries, table.c.queued_at, table.c.set_aside)
        mine = (table.c.campaign_id == campaign_id) & (table.c.kind == kind) & table.c.done_at.is_(None)
        rows = self._connection.execute(select(*columns).where(mine).order_by(table.c.id)).mappings()
        return [dict(row) for row in rows]

    def failed(self, row_id: int, reason: str, tries: int, *, give_up: bool) -> None:
        """This will put a row off for a while, longer each time, or set it aside for a person."""
        table = tables.outbox
        later = func.clock_timestamp() + text(_BACK_OFF.format(tries=int(tries)))
        values = {"tries": tries, "try_after": later, "set_aside": reason if give_up else None}
        self._connection.execute(update(table).where(table.c.id == row_id).values(**values))

    def set_aside(self, campaign_id: str) -> Sequence[Row]:
        """This will list the rows that were given up, oldest first."""
        table = tables.outbox
        columns = (table.c.id, table.c.kind, table.c.tries, table.c.queued_at, table.c.set_aside)
        mine = (
            (table.c.campaign_id == campaign_id) & table.c.set_aside.is_not(None) & table.c.done_at.is_(None)
        )
        rows = self._connection.execute(select(*columns).where(mine).order_by(table.c.id)).mappings()
        return [dict(row) for row in rows]

    def try_again(self, campaign_id: str, row_id: int) -> bool:
        """This will let a row that was given up wait for its next try, at once; False where there is none."""
        table = tables.outbox
        mine = (table.c.id == row_id) & (table.c.campaign_id == campaign_id) & table.c.set_aside.is_not(None)
        values = {"set_aside": None, "tries": 0, "try_after": func.clock_timestamp()}
        return self._connection.execute(update(table).where(mine).values(**values)).rowcount > 0

    def prune(self, days: int, limit: int) -> int:
        """This will remove rows done more than so many days ago, the oldest first, and give how many they were."""
        table = tables.outbox
        old = table.c.done_at < func.clock_timestamp() - func.make_interval(0, 0, 0, days)
        oldest = select(table.c.id).where(old).order_by(table.c.id).limit(limit)
        rows = oldest.with_for_update(skip_locked=True).scalar_subquery()
        return self._connection.execute(delete(table).where(table.c.id.in_(rows))).rowcount

    def waiting(self, limit: int) -> Sequence[int]:
        """This will list rows whose time has come, oldest first."""
        table = tables.outbox
        query = select(table.c.id).where(_ripe()).order_by(table.c.id).limit(limit)
        return list(self._connection.execute(query).scalars())


def _ripe() -> ColumnElement[bool]:
    table = tables.outbox
    waiting = table.c.done_at.is_(None) & table.c.set_aside.is_(None)
    return waiting & (table.c.try_after <= func.clock_timestamp())


def _among(row_ids: Sequence[int]) -> ColumnElement[bool]:
    """One list, so that the statement is the same for any number of rows."""
    return tables.outbox.c.id == any_(literal(list(row_ids), ARRAY(BigInteger)))


class NoticeRows:
    """Notices in each person's own list."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, campaign_id: str, notices: Sequence[Notice], at: datetime) -> None:
        """This will tell people things; what was told under the key before is not told again."""
        rows = [
            {
                "campaign_id": campaign_id,
                "key": notice.key,
                "person_id": notice.person_id,
                "agency_id": notice.agency_id,
                "kind": notice.kind,
                "data": jsonable(notice.data),
                "created_at": at,
                "visible_at": notice.visible_at,
            }
            for notice in notices
        ]
        if rows:
            self._connection.execute(_TELL, rows)

    def page(
        self, campaign_id: str, person_id: str, at: datetime, before: int | None, limit: int
    ) -> Sequence[Row]:
        """This will list a person's notices that may be shown at a moment, newest first."""
        table = tables.notices
        mine = and_(table.c.campaign_id == campaign_id, table.c.person_id == person_id)
        query = select(table).where(mine, or_(table.c.visible_at.is_(None), table.c.visible_at <= at))
        if before is not None:
            query = query.where(table.c.id < before)
        rows = self._connection.execute(query.order_by(table.c.id.desc()).limit(limit)).mappings()
        return [dict(row) for row in rows]


class RepeatRows:
    """Answers to requests that carried an Idempotency-Key."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(self, campaign_id: str, person_id: str, idempotency: Idempotency) -> Row | None:
        """This will take a key for this transaction; a key already used gives its fingerprint and stored body.

        A second request with the same key waits here until the first has ended.
        """
        table = tables.idempotency_keys
        values = {
            "campaign_id": campaign_id,
            "person_id": person_id,
            "key": idempotency.key,
            "fingerprint": idempotency.fingerprint,
        }
        if self._connection.execute(_TAKE_KEY, values).first() is not None:
            return None
        query = select(table).where(
            table.c.campaign_id == campaign_id, table.c.person_id == person_id, table.c.key == idempotency.key
        )
        return dict(self._connection.execute(query).mappings().one())

    def store(self, campaign_id: str, person_id: str, key: str, body: Mapping[str, Any]) -> None:
        """This will keep the answer beside its key, in the transaction of the change."""
        mine = {"of_campaign": campaign_id, "of_person": person_id, "of_key": key}
        self._connection.execute(_KEEP_ANSWER, {**mine, "written": canonical(body)})


_LIVE_GRANT = select(literal(1)).where(
    exists().where(
        tables.grants.c.lead_id == bindparam("lead"),
        tables.grants.c.agency_id == bindparam("agency"),
        tables.grants.c.ended_at.is_(None),
    )
)


class GrantRows:
    """Who may see a lead: one row per cause, ended with it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def give(
        self, campaign_id: str, lead_id: str, agency_id: str, cause: str, cause_id: str, at: datetime
    ) -> None:
        """This will let an agency see a lead for a cause; a grant that had ended lives again."""
        values = {
            "campaign_id": campaign_id,
            "lead_id": lead_id,
            "agency_id": agency_id,
            "cause": cause,
            "cause_id": cause_id,
            "granted_at": at,
        }
        one = ["lead_id", "agency_id", "cause", "cause_id"]
        again = upsert(tables.grants).values(**values)
        self._connection.execute(again.on_conflict_do_update(index_elements=one, set_={"ended_at": None}))

    def end(self, lead_id: str, cause: str, cause_id: str, at: datetime) -> None:
        """This will end the grants of one cause."""
        table = tables.grants
        mine = (table.c.lead_id == lead_id) & (table.c.cause == cause) & (table.c.cause_id == cause_id)
        self._connection.execute(update(table).where(mine, table.c.ended_at.is_(None)).values(ended_at=at))

    def succeed(self, campaign_id: str, agency_id: str, successor: str, at: datetime) -> int:
        """This will give a successor every live grant of an agency, for the same causes, and end the old ones."""
        table = tables.grants
        ours = (table.c.campaign_id == campaign_id) & (table.c.agency_id == agency_id)
        mine = ours & table.c.ended_at.is_(None)
        rows = self._connection.execute(select(table).where(mine)).mappings().all()
        for row in rows:
            self.give(campaign_id, row["lead_id"], successor, row["cause"], row["cause_id"], at)
        self._connection.execute(update(table).where(mine).values(ended_at=at))
        return len(rows)

    def live(self, lead_id: str, agency_id: str) -> bool:
        """This will say whether an agency may see a lead now."""
        asked = {"lead": lead_id, "agency": agency_id}
        return bool(self._connection.execute(_LIVE_GRANT, asked).first())

    def agencies(self, lead_id: str) -> frozenset[str]:
        """This will name the agencies that may see a lead now."""
        table = tables.grants
        mine = (table.c.lead_id == lead_id) & table.c.ended_at.is_(None)
        return frozenset(self._connection.execute(select(table.c.agency_id).where(mine)).scalars())

    def causes(self, lead_id: str, agency_id: str) -> frozenset[str]:
        """This will name the causes for which an agency may see a lead now."""
        table = tables.grants
        mine = (table.c.lead_id == lead_id) & (table.c.agency_id == agency_id) & table.c.ended_at.is_(None)
        return frozenset(self._connection.execute(select(table.c.cause).where(mine)).scalars())

    def causes_of(self, lead_ids: Collection[str], agency_id: str) -> Mapping[str, frozenset[str]]:
        """This will name those causes for several leads in one question; a lead it may not see is not among them."""
        table = tables.grants
        query = select(table.c.lead_id, table.c.cause).where(
            table.c.lead_id.in_(sorted(lead_ids)), table.c.agency_id == agency_id, table.c.ended_at.is_(None)
        )
        found: dict[str, frozenset[str]] = {}
        for lead_id, cause in self._connection.execute(query):
            found[lead_id] = found.get(lead_id, frozenset()) | {cause}
        return found


_RECORDS = (
    select(tables.records)
    .where(tables.records.c.lead_id.in_(WITH_MERGED))
    .order_by(tables.records.c.recorded_at, tables.records.c.id)
)


class RecordRows:
    """Facts of work done, as rows."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, record: Row) -> None:
        """This will store a record."""
        self._connection.execute(
            insert(tables.records).values(**{**record, "data": jsonable(record["data"])})
        )

    def of_lead(self, lead_id: str) -> Sequence[Row]:
        """This will list the records of a lead, and of leads merged into it, in the order they were made."""
        return [dict(row) for row in self._connection.execute(_RECORDS, {"lead": lead_id}).mappings()]

    def every(
        self, campaign_id: str, kinds: Collection[str] | None = None, agency: str | None = None
    ) -> Sequence[Row]:
        """This will list all records of a campaign, or those of some kinds or of one agency."""
        table = tables.records
        wanted = [table.c.campaign_id == campaign_id]
        if kinds is not None:
            wanted.append(table.c.kind.in_(sorted(kinds)))
        if agency is not None:
            wanted.append(table.c.agency_id == agency)
        query = select(table).where(*wanted).order_by(table.c.recorded_at, table.c.id)
        return [dict(row) for row in self._connection.execute(query).mappings()]
