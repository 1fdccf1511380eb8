"""Leads, handoffs, transfers and orders: saved with a version check, so that of two writers one loses loudly."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    Connection,
    RowMapping,
    Select,
    Table,
    and_,
    bindparam,
    exists,
    false,
    func,
    insert,
    or_,
    select,
    true,
    update,
)

from shared.adapters import tables
from shared.adapters.repositories.wire import jsonable, read_intake, utc, write_intake
from shared.application.ports import LostRace, Row
from workflows.coordination import ANSWERED, AWAY, DECLINED, ENDED, HOST, Handoff
from workflows.lead import Lead
from workflows.order import Order
from workflows.transfer import Transfer

T = TypeVar("T", Handoff, Transfer, Order)

_LEADS = tables.leads
# Built once, like all that most commands ask.
_LEAD_BY_NUMBER = select(_LEADS).where(
    _LEADS.c.campaign_id == bindparam("campaign"), _LEADS.c.number == bindparam("number")
)
_LEAD_BY_REFERENCE = select(_LEADS).where(
    _LEADS.c.campaign_id == bindparam("campaign"),
    _LEADS.c.source == bindparam("source"),
    _LEADS.c.external_ref == bindparam("reference"),
)


@cache
def _by_id(table: Table) -> Select[Any]:
    return select(table).where(table.c.id == bindparam("id"))


@cache
def _by_lead(table: Table) -> Select[Any]:
    return select(table).where(table.c.lead_id == bindparam("lead")).order_by(table.c.id)


@cache
def _locked(query: Select[Any]) -> Select[Any]:
    return query.with_for_update()


class LeadRows:
    """Leads as rows."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, lead: Lead, at: datetime) -> None:
        """This will store a new lead."""
        self._connection.execute(insert(tables.leads).values(id=lead.id, **_lead_columns(lead, at)))

    def by_number(self, campaign_id: str, number: str, *, lock: bool = False) -> Lead | None:
        """This will find a lead by its number in a campaign, and lock it for the transaction if asked."""
        return self._one(_LEAD_BY_NUMBER, lock, campaign=campaign_id, number=number)

    def by_id(self, lead_id: str, *, lock: bool = False) -> Lead | None:
        """This will find a lead by its id."""
        return self._one(_by_id(tables.leads), lock, id=lead_id)

    def by_reference(self, campaign_id: str, source: str, external_ref: str) -> Lead | None:
        """This will find the lead a source already sent under its own reference."""
        asked = {"campaign": campaign_id, "source": source, "reference": external_ref}
        return self._one(_LEAD_BY_REFERENCE, False, **asked)

    def save(self, lead: Lead, at: datetime) -> None:
        """This will store a lead's next version; raises LostRace when another writer stored it first."""
        table = tables.leads
        current = and_(table.c.id == lead.id, table.c.version == lead.version - 1)
        saved = self._connection.execute(update(table).where(current).values(**_lead_columns(lead, at)))
        if saved.rowcount != 1:
            raise LostRace(lead.number)

    def page(
        self, campaign_id: str, filters: Row, after: str | None, limit: int
    ) -> tuple[Sequence[Lead], int]:
        """This will list leads newest first, from a cursor, with how many fit the filters in all."""
        table = tables.leads
        wanted = and_(table.c.campaign_id == campaign_id, *_lead_filters(filters))
        total = self._connection.execute(select(func.count()).select_from(table).where(wanted)).scalar_one()
        query = (
            select(table).where(wanted).order_by(table.c.received_at.desc(), table.c.id.desc()).limit(limit)
        )
        if after is not None:
            edge = select(table.c.received_at, table.c.id).where(table.c.id == after).subquery()
            before = or_(
                table.c.received_at < select(edge.c.received_at).scalar_subquery(),
                and_(table.c.received_at == select(edge.c.received_at).scalar_subquery(), table.c.id < after),
            )
            query = query.where(before)
        return [read_lead(row) for row in self._connection.execute(query).mappings()], total

    def by_ids(self, lead_ids: Collection[str]) -> Mapping[str, Lead]:
        """This will find several leads in one question."""
        query = select(tables.leads).where(tables.leads.c.id.in_(sorted(lead_ids)))
        return {row["id"]: read_lead(row) for row in self._connection.execute(query).mappings()}

    def by_numbers(self, campaign_id: str, numbers: Collection[str]) -> Mapping[str, Lead]:
        """This will find several leads of a campaign by their numbers in one question."""
        table = tables.leads
        query = select(table).where(table.c.campaign_id == campaign_id, table.c.number.in_(sorted(numbers)))
        return {row["number"]: read_lead(row) for row in self._connection.execute(query).mappings()}

    def every(self, campaign_id: str) -> Sequence[Lead]:
        """This will list all leads of a campaign by number."""
        table = tables.leads
        query = (
            select(table).where(table.c.campaign_id == campaign_id).order_by(table.c.received_at, table.c.id)
        )
        return [read_lead(row) for row in self._connection.execute(query).mappings()]

    def _one(self, query: Select[Any], lock: bool, /, **asked: str) -> Lead | None:
        row = self._connection.execute(_locked(query) if lock else query, asked).mappings().first()
        return read_lead(row) if row is not None else None


def _lead_filters(filters: Row) -> list[Any]:
    table = tables.leads
    helper = filters.get("visible_to")
    # Who may not see where a lead came from must not find it out by asking for it.
    whole = table.c.lead_agency == helper if helper else true()
    found: list[Any] = [_granted(helper)] if helper else []
    if filters.get("state"):
        found.append(table.c.state == filters["state"])
    if filters.get("agency"):
        found.append(table.c.lead_agency == filters["agency"])
    for name in ("channel", "place_type", "act", "township", "urgency"):
        if filters.get(name):
            said = table.c.intake[name].as_string() == filters[name]
            found.append(and_(said, whole) if name == "channel" else said)
    if filters.get("received_from"):
        found.append(table.c.received_at >= filters["received_from"])
    if filters.get("received_to"):
        found.append(table.c.received_at < filters["received_to"])
    if filters.get("q"):
        found.append(_matching(str(filters["q"]), whole))
    if filters.get("overdue") is not None:
        late = _late(filters["at"], or_(whole, tables.deadlines.c.holder == helper))
        found.append(late if filters["overdue"] else ~late)
    return found


def _granted(agency: str) -> Any:
    grants = tables.grants
    return exists().where(
        grants.c.lead_id == tables.leads.c.id, grants.c.agency_id == agency, grants.c.ended_at.is_(None)
    )


def _matching(words: str, whole: Any) -> Any:
    table, pattern = tables.leads, f"%{words.replace('%', '').replace('_', '')}%"
    reference = and_(table.c.external_ref.ilike(pattern), whole)
    return or_(table.c.number.ilike(pattern), table.c.intake["title"].as_string().ilike(pattern), reference)


def _late(at: datetime, seen: Any) -> Any:
    clocks = tables.deadlines
    is_open = clocks.c.state.in_(("running", "paused"))
    return exists().where(clocks.c.lead_id == tables.leads.c.id, is_open, clocks.c.due_at < at, seen)


def _fits(table: Table, side: Row) -> Any:
    """Every column of one alternative fits."""
    several = {name: value if isinstance(value, tuple) else (value,) for name, value in side.items()}
    return and_(*(table.c[name].in_(values) for name, values in several.items()))


def _lead_columns(lead: Lead, at: datetime) -> dict[str, Any]:
    return {
        "campaign_id": lead.campaign_id,
        "number": lead.number,
        "definition_hash": lead.definition_hash,
        "state": lead.state,
        "version": lead.version,
        "generation": lead.generation,
        "source": lead.source,
        "external_ref": lead.external_ref,
        "intake": write_intake(lead.intake),
        "lead_agency": lead.lead_agency,
        "attributes": jsonable(lead.attributes),
        "received_at": lead.received_at,
        "updated_at": at,
    }


def read_lead(row: RowMapping) -> Lead:
    """This will read a lead from its row."""
    received_at = utc(row["received_at"])
    assert received_at is not None
    return Lead(
        id=row["id"],
        campaign_id=row["campaign_id"],
        number=row["number"],
        definition_hash=row["definition_hash"],
        state=row["state"],
        version=row["version"],
        generation=row["generation"],
        intake=read_intake(row["intake"]),
        source=row["source"],
        external_ref=row["external_ref"],
        received_at=received_at,
        attributes=row["attributes"],
    )


class PartRows(Generic[T]):
    """Subjects that hang on a lead, as rows of one table whose columns are the value's fields."""

    def __init__(self, connection: Connection, table: Table, kind: type[T]) -> None:
        self._connection, self._table = connection, table
        self._kind: Callable[..., T] = kind
        self._fields = tuple(kind.__dataclass_fields__)
        self._subject = kind.__name__.lower()

    def add(self, part: T, at: datetime) -> None:
        """This will store a new part."""
        self._connection.execute(insert(self._table).values(**self._columns(part), updated_at=at))

    def get(self, part_id: str) -> T | None:
        """This will find a part by its id."""
        row = self._connection.execute(_by_id(self._table), {"id": part_id}).mappings().first()
        return self._value(row) if row is not None else None

    def of_lead(self, lead_id: str) -> Sequence[T]:
        """This will list the parts of a lead in the order they were made."""
        rows = self._connection.execute(_by_lead(self._table), {"lead": lead_id})
        return [self._value(row) for row in rows.mappings()]

    def of_leads(self, lead_ids: Collection[str]) -> Mapping[str, Sequence[T]]:
        """This will list the parts of several leads in one question, each lead's in the order they were made."""
        table = self._table
        query = select(table).where(table.c.lead_id.in_(sorted(lead_ids))).order_by(table.c.id)
        found: dict[str, list[T]] = {lead_id: [] for lead_id in lead_ids}
        for row in self._connection.execute(query).mappings():
            found[row["lead_id"]].append(self._value(row))
        return found

    def every(self, campaign_id: str) -> Sequence[T]:
        """This will list all parts of a campaign in the order they were made."""
        query = select(self._table).where(self._table.c.campaign_id == campaign_id).order_by(self._table.c.id)
        return [self._value(row) for row in self._connection.execute(query).mappings()]

    def save(self, part: T, at: datetime) -> None:
        """This will store the next version; raises LostRace when another writer stored it first."""
        table = self._table
        current = and_(table.c.id == part.id, table.c.version == part.version - 1)
        saved = self._connection.execute(
            update(table).where(current).values(**self._columns(part), updated_at=at)
        )
        if saved.rowcount != 1:
            raise LostRace(part.id)

    def page(self, campaign_id: str, filters: Row, after: str | None, limit: int) -> Sequence[T]:
        """This will list parts newest first; filters are equalities, `any_agency` fits sender, receiver or holder,
        `officers` the person the work was given to, `disputed` what was declined, or is late at that moment without an
        answer.
        """
        table = self._table
        query = (
            select(table).where(table.c.campaign_id == campaign_id).order_by(table.c.id.desc()).limit(limit)
        )
        for name, value in filters.items():
            if value is None:
                continue
            if name == "disputed":
                query = query.where(or_(table.c.state == DECLINED, self._silent(value)))
            elif name == "officers":
                query = query.where(table.c.attributes["officer"].astext.in_(value))
            elif name == "any_agency":
                sides = [
                    table.c[c] == value for c in ("from_agency", "to_agency", "holder_agency") if c in table.c
                ]
                query = query.where(or_(*sides))
            else:
                query = query.where(table.c[name] == value)
        if after is not None:
            query = query.where(table.c.id < after)
        return [self._value(row) for row in self._connection.execute(query).mappings()]

    def pressing(
        self, campaign_id: str, sides: Sequence[Row], passed: Sequence[str], offset: int, limit: int | None
    ) -> tuple[Sequence[T], int]:
        """This will list parts by their open clock due first, and say how many there are.

        `sides` are alternatives: for each column the value it has, or several it may have. Clocks whose code is among
        `passed` press nobody; those of the lead press on the work that makes its receiver answer for the lead.
        """
        table = self._table
        wanted = and_(table.c.campaign_id == campaign_id, or_(false(), *(_fits(table, s) for s in sides)))
        total = self._connection.execute(select(func.count()).select_from(table).where(wanted)).scalar_one()
        if limit == 0 or not total:
            return [], total
        first = func.least(*(self._first_due(theirs, passed) for theirs in self._clocks()))
        query = select(table).where(wanted).order_by(first.asc().nulls_last(), table.c.id).offset(offset)
        return [self._value(row) for row in self._connection.execute(query.limit(limit)).mappings()], total

    def _clocks(self) -> Iterator[Any]:
        """Whose clocks press on a part: its own, and of work those of the lead (`answers_for_the_lead` of workflows)."""
        table, clocks = self._table, tables.deadlines
        yield and_(clocks.c.subject == self._subject, clocks.c.subject_id == table.c.id)
        if "role" in table.c:
            owes = and_(table.c.role == HOST, table.c.state.not_in(sorted(ANSWERED | AWAY)))
            theirs = and_(clocks.c.subject == "lead", clocks.c.subject_id == table.c.lead_id)
            yield and_(theirs, clocks.c.holder == table.c.to_agency, owes)

    @staticmethod
    def _first_due(theirs: Any, passed: Sequence[str]) -> Any:
        clocks = tables.deadlines
        is_open = and_(clocks.c.state.in_(("running", "paused")), clocks.c.code.not_in(passed))
        return select(func.min(clocks.c.due_at)).where(theirs, is_open).scalar_subquery()

    def _silent(self, at: datetime) -> Any:
        """The receiver owes an answer, and is late with it."""
        table, clocks = self._table, tables.deadlines
        owed = (clocks.c.subject_id == table.c.id) & (clocks.c.holder == table.c.to_agency)
        late = clocks.c.state.in_(("running", "paused")) & (clocks.c.due_at < at)
        answered = table.c.state.in_(sorted(ANSWERED | ENDED))
        return exists().where(owed, late, clocks.c.optional_right.is_(False)) & ~answered

    def _columns(self, part: T) -> dict[str, Any]:
        columns = {name: getattr(part, name) for name in self._fields}
        columns["attributes"] = jsonable(part.attributes)
        return columns

    def _value(self, row: RowMapping) -> T:
        values = {name: row[name] for name in self._fields}
        for name, value in values.items():
            if isinstance(value, datetime):
                values[name] = utc(value)
        return self._kind(**values)
