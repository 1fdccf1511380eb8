"""Deadlines as rows: what is due is found by one partial index, so the cost follows what is due."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.adapters import tables
from shared.adapters.repositories.wire import (
    read_extensions,
    read_pauses,
    utc,
    write_extensions,
    write_pauses,
)
from shared.application.ports import Row
from workflows.deadline import Deadline

_OPEN = ("running", "paused")
# Built once: every command asks for the clocks of its lead.
_OF_LEAD = (
    select(tables.deadlines)
    .where(tables.deadlines.c.lead_id == bindparam("lead"))
    .order_by(tables.deadlines.c.sort_key)
)
_OF_SUBJECT = (
    select(tables.deadlines)
    .where(tables.deadlines.c.subject == bindparam("kind"), tables.deadlines.c.subject_id == bindparam("id"))
    .order_by(tables.deadlines.c.sort_key)
)
# Built once: firing runs them for every deadline that falls due.
_SAVE = (
    update(tables.deadlines)
    .where(tables.deadlines.c.id == bindparam("new_id"))
    .values({name: bindparam(f"new_{name}") for name in Deadline.__dataclass_fields__ if name != "id"})
)
_STEPS = upsert(tables.escalations).on_conflict_do_nothing().returning(tables.escalations.c.step)


class DeadlineRows:
    """Deadlines, extension requests and escalations."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, deadline: Deadline) -> None:
        """This will store a newly armed clock."""
        self._connection.execute(insert(tables.deadlines), _columns(deadline))

    def save(self, deadline: Deadline) -> None:
        """This will store what became of a clock; the caller holds its subject's lock or the row's."""
        self._connection.execute(_SAVE, {f"new_{name}": value for name, value in _columns(deadline).items()})

    def get(self, deadline_id: str, *, lock: bool = False) -> Deadline | None:
        """This will find a clock, and lock its row for the transaction if asked."""
        query = select(tables.deadlines).where(tables.deadlines.c.id == deadline_id)
        found = self._many(query.with_for_update() if lock else query)
        return found[0] if found else None

    def by_ids(self, deadline_ids: Collection[str]) -> Mapping[str, Deadline]:
        """This will find several clocks in one question."""
        query = select(tables.deadlines).where(tables.deadlines.c.id.in_(sorted(deadline_ids)))
        return {clock.id: clock for clock in self._many(query)}

    def of_subject(self, subject: str, subject_id: str) -> Sequence[Deadline]:
        """This will list a subject's clocks in the order they were started."""
        return self._many(_OF_SUBJECT, {"kind": subject, "id": subject_id})

    def open_of_campaign(self, campaign_id: str) -> Sequence[Deadline]:
        """This will list every open clock of a campaign, those of one lead together."""
        table = tables.deadlines
        query = select(table).where(table.c.campaign_id == campaign_id, table.c.state.in_(_OPEN))
        return self._many(query.order_by(table.c.lead_id, table.c.sort_key))

    def of_lead(self, lead_id: str) -> Sequence[Deadline]:
        """This will list the clocks of a lead and of all that hangs on it."""
        return self._many(_OF_LEAD, {"lead": lead_id})

    def open_of_leads(self, lead_ids: Sequence[str]) -> Mapping[str, Sequence[Deadline]]:
        """This will list open clocks by lead, for a page of leads in one query."""
        table = tables.deadlines
        query = (
            select(table)
            .where(table.c.lead_id.in_(lead_ids), table.c.state.in_(_OPEN))
            .order_by(table.c.due_at)
        )
        found: dict[str, list[Deadline]] = {lead_id: [] for lead_id in lead_ids}
        for deadline in self._many(query):
            found[str(deadline.lead_id)].append(deadline)
        return found

    def open_of_subjects(
        self, subject: str, subject_ids: Collection[str]
    ) -> Mapping[str, Sequence[Deadline]]:
        """This will list open clocks by subject, first due first, for a page of subjects in one query."""
        table = tables.deadlines
        theirs = and_(table.c.subject == subject, table.c.subject_id.in_(sorted(subject_ids)))
        found: dict[str, list[Deadline]] = {}
        for deadline in self._many(
            select(table).where(theirs, table.c.state.in_(_OPEN)).order_by(table.c.due_at)
        ):
            found.setdefault(deadline.subject_id, []).append(deadline)
        return found

    def claim_due(
        self, campaign_id: str, at: datetime, limit: int, passing: Collection[str] = ()
    ) -> Sequence[Deadline]:
        """This will lock clocks with something due, passing over those another worker holds and those of some leads."""
        query = _due(campaign_id, at, limit)
        if passing:
            lead = tables.deadlines.c.lead_id
            query = query.where(or_(lead.is_(None), lead.not_in(passing)))
        return self._many(query.with_for_update(skip_locked=True))

    def coming(self, campaign_id: str, until: datetime) -> Sequence[Deadline]:
        """This will list the clocks that take a step by a moment if nobody acts."""
        table = tables.deadlines
        waiting = and_(
            table.c.campaign_id == campaign_id, table.c.next_at <= until, table.c.set_aside.is_(None)
        )
        return self._many(select(table).where(waiting))

    def next_due_at(self, campaign_id: str) -> datetime | None:
        """This will give the moment of the next step of any clock of a campaign."""
        table = tables.deadlines
        waiting = and_(
            table.c.campaign_id == campaign_id, table.c.next_at.is_not(None), table.c.set_aside.is_(None)
        )
        return utc(self._connection.execute(select(func.min(table.c.next_at)).where(waiting)).scalar())

    def what_waits(self, campaign_id: str) -> tuple[datetime | None, bool]:
        """This will give the moment of the next step of any clock, and whether the outbox has rows that are not done."""
        table, outbox = tables.deadlines, tables.outbox
        armed = and_(
            table.c.campaign_id == campaign_id, table.c.next_at.is_not(None), table.c.set_aside.is_(None)
        )
        open_rows = exists().where(
            outbox.c.campaign_id == campaign_id, outbox.c.done_at.is_(None), outbox.c.set_aside.is_(None)
        )
        next_at = select(func.min(table.c.next_at)).where(armed).scalar_subquery()
        row = self._connection.execute(select(next_at, open_rows)).one()
        return utc(row[0]), bool(row[1])

    def failed(self, deadline_id: str, reason: str, most_tries: int) -> None:
        """This will count a failed try; at the last one the clock waits for a person and stops nobody else."""
        table = tables.deadlines
        last = case((table.c.tries + 1 >= most_tries, reason), else_=None)
        values = {"tries": table.c.tries + 1, "set_aside": last}
        self._connection.execute(update(table).where(table.c.id == deadline_id).values(**values))

    def set_aside(self, campaign_id: str) -> Sequence[Row]:
        """This will list the clocks that could not be let happen, the one due first in front."""
        table = tables.deadlines
        columns = (
            table.c.id,
            table.c.code,
            table.c.lead_id,
            table.c.tries,
            table.c.next_at,
            table.c.set_aside,
        )
        mine = (table.c.campaign_id == campaign_id) & table.c.set_aside.is_not(None)
        rows = self._connection.execute(select(*columns).where(mine).order_by(table.c.next_at, table.c.id))
        return [dict(row) for row in rows.mappings()]

    def try_again(self, campaign_id: str, deadline_id: str) -> bool:
        """This will let a clock that was set aside happen with the next sweep; False where there is none."""
        table = tables.deadlines
        mine = and_(
            table.c.id == deadline_id, table.c.campaign_id == campaign_id, table.c.set_aside.is_not(None)
        )
        values = {"set_aside": None, "tries": 0}
        return self._connection.execute(update(table).where(mine).values(**values)).rowcount > 0

    def page(self, campaign_id: str, filters: Row, after: str | None, limit: int) -> Sequence[Deadline]:
        """This will list clocks by due moment; `open` and `due_before` narrow, `visible_to` keeps to one agency."""
        table = tables.deadlines
        query = select(table).where(table.c.campaign_id == campaign_id)
        if filters.get("state"):
            query = query.where(table.c.state == filters["state"])
        if filters.get("open"):
            query = query.where(table.c.state.in_(_OPEN))
        if filters.get("subject"):
            query = query.where(table.c.subject == filters["subject"])
        if filters.get("due_before"):
            query = query.where(table.c.due_at < filters["due_before"])
        if filters.get("visible_to"):
            query = query.where(_seen_by(filters["visible_to"]))
        if after is not None:
            edge = select(table.c.due_at, table.c.sort_key).where(table.c.id == after).subquery()
            due, key = select(edge.c.due_at).scalar_subquery(), select(edge.c.sort_key).scalar_subquery()
            query = query.where(
                or_(table.c.due_at > due, and_(table.c.due_at == due, table.c.sort_key > key))
            )
        return self._many(query.order_by(table.c.due_at, table.c.sort_key).limit(limit))

    def escalated(
        self, deadline: Deadline, steps: Sequence[tuple[str, str, datetime]], at: datetime
    ) -> frozenset[str]:
        """This will record steps (key, outcome, due moment), each once per (deadline, round, step).

        Gives the keys that were not there already.
        """
        of_deadline = {
            "campaign_id": deadline.campaign_id,
            "deadline_id": deadline.id,
            "round": deadline.round,
            "recorded_at": at,
        }
        rows = [
            {**of_deadline, "step": step, "outcome": outcome, "due_at": due_at}
            for step, outcome, due_at in steps
        ]
        if not rows:
            return frozenset()
        return frozenset(self._connection.execute(_STEPS, rows).scalars())

    def escalations(self, deadline_id: str) -> Sequence[Row]:
        """This will list the steps of a clock that happened, in order."""
        table = tables.escalations
        query = select(table).where(table.c.deadline_id == deadline_id).order_by(table.c.id)
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def add_request(self, request: Row) -> None:
        """This will store an extension asked for."""
        self._connection.execute(insert(tables.extension_requests).values(**request))

    def request(self, request_id: str) -> Row | None:
        """This will find an extension request and lock it."""
        table = tables.extension_requests
        query = select(table).where(table.c.id == request_id).with_for_update()
        row = self._connection.execute(query).mappings().first()
        return dict(row) if row is not None else None

    def requests(self, deadline_id: str) -> Sequence[Row]:
        """This will list the extension requests of a clock."""
        table = tables.extension_requests
        query = select(table).where(table.c.deadline_id == deadline_id).order_by(table.c.asked_at, table.c.id)
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def decide_request(self, request_id: str, state: str, by: str, reason: str, at: datetime) -> None:
        """This will store the decision on an extension request."""
        table = tables.extension_requests
        values = {"state": state, "decided_by": by, "decision_reason": reason, "decided_at": at}
        self._connection.execute(update(table).where(table.c.id == request_id).values(**values))

    def _many(self, query: Select[Any], asked: Mapping[str, str] | None = None) -> list[Deadline]:
        return [_deadline(row) for row in self._connection.execute(query, asked).mappings()]


def _due(campaign_id: str, at: datetime, limit: int) -> Select[Any]:
    table = tables.deadlines
    due = and_(table.c.campaign_id == campaign_id, table.c.next_at <= at, table.c.set_aside.is_(None))
    return select(table).where(due).order_by(table.c.next_at, table.c.sort_key).limit(limit)


def _seen_by(agency: str) -> ColumnElement[bool]:
    """The clocks an agency sees: its own, those of a lead it holds, those of work it asked or was asked for."""
    clocks, leads, grants = tables.deadlines, tables.leads, tables.grants
    granted = exists().where(
        grants.c.lead_id == clocks.c.lead_id, grants.c.agency_id == agency, grants.c.ended_at.is_(None)
    )
    held = exists().where(leads.c.id == clocks.c.lead_id, leads.c.lead_agency == agency)
    parts = [
        exists().where(
            part.c.id == clocks.c.subject_id, or_(part.c.from_agency == agency, part.c.to_agency == agency)
        )
        for part in (tables.handoffs, tables.transfers)
    ]
    return or_(clocks.c.holder == agency, and_(granted, or_(held, *parts)))


def _columns(deadline: Deadline) -> dict[str, Any]:
    columns = {name: getattr(deadline, name) for name in Deadline.__dataclass_fields__}
    columns["done"] = list(deadline.done)
    columns["pauses"] = write_pauses(deadline.pauses)
    columns["extensions"] = write_extensions(deadline.extensions)
    return columns


def _deadline(row: RowMapping) -> Deadline:
    values = {name: row[name] for name in Deadline.__dataclass_fields__}
    for name, value in values.items():
        if isinstance(value, datetime):
            values[name] = utc(value)
    values["done"] = tuple(values["done"])
    values["pauses"] = read_pauses(values["pauses"])
    values["extensions"] = read_extensions(values["extensions"])
    return Deadline(**values)
