"""What the pages list and count: leads by their most pressing clock, work by unit, leads by state.

A lead's most pressing clock is its open one that is due first. Clocks whose code is among `windows` are rights somebody
may use and no duties: they make nobody late and are passed over. A lead counts as escalated once a supervision order was
drafted for an open clock of it: that is the rung at which somebody above must sign.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Date, and_, cast, exists, func, or_, select, true

from shared.adapters import tables
from shared.adapters.repositories.subjects import read_lead
from shared.adapters.repositories.wire import utc
from shared.application.ports import Row
from workflows.coordination import HOST
from workflows.lead import Lead

SOON = timedelta(hours=48)
_IN_INTAKE = ("channel", "place_type", "act", "township", "urgency")
_SPANS = {"received_from": operator.ge, "received_to": operator.lt}


class OverviewRows:
    """Lists and counts over leads and their open clocks."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def leads(
        self,
        campaign_id: str,
        filters: Row,
        windows: Sequence[str],
        order: str,
        offset: int,
        limit: int | None,
    ) -> tuple[Sequence[Lead], int]:
        """This will list leads and how many fit in all.

        `order` is "due" (most pressing clock first), "number", "received" or "updated", with "-" before it for the
        other direction. With `due_for` among the filters only the clocks of that agency press.
        """
        table, due = tables.leads, _first_due(campaign_id, windows, filters.get("due_for"))
        wanted = and_(table.c.campaign_id == campaign_id, *_wanted(filters, windows))
        total = self._connection.execute(select(func.count()).select_from(table).where(wanted)).scalar_one()
        if limit == 0:
            return [], total
        query = select(table).outerjoin(due, due.c.lead_id == table.c.id).where(wanted)
        by: ColumnElement[Any] = {
            "due": due.c.due_at,
            "number": table.c.number,
            "received": table.c.received_at,
            "updated": table.c.updated_at,
        }[order.lstrip("-")]
        first = by.desc().nulls_last() if order.startswith("-") else by.asc().nulls_last()
        query = query.order_by(first, table.c.number.desc())
        if limit is None:
            return [
                read_lead(row) for row in self._connection.execute(query.offset(offset)).mappings()
            ], total
        # Ids alone are sorted: a page far behind would have PostgreSQL sort whole rows on the disk.
        ids = (
            self._connection.execute(query.with_only_columns(table.c.id).offset(offset).limit(limit))
            .scalars()
            .all()
        )
        rows = self._connection.execute(select(table).where(table.c.id.in_(ids))).mappings()
        found = {row["id"]: read_lead(row) for row in rows}
        return [found[lead_id] for lead_id in ids], total

    def load_by_holder(
        self, campaign_id: str, at: datetime, windows: Sequence[str], visible_to: str | None
    ) -> Mapping[str, tuple[int, int, datetime | None]]:
        """This will count for each holder of a clock: leads in hand, leads overdue, and since when the oldest is."""
        clocks = tables.deadlines
        late = clocks.c.due_at < at
        query = (
            select(
                clocks.c.holder,
                func.count(clocks.c.lead_id.distinct()),
                func.count(clocks.c.lead_id.distinct()).filter(late),
                func.min(clocks.c.due_at).filter(late),
            )
            .where(clocks.c.campaign_id == campaign_id, _is_open(windows), clocks.c.lead_id.is_not(None))
            .group_by(clocks.c.holder)
        )
        if visible_to is not None:
            held = exists().where(
                tables.leads.c.id == clocks.c.lead_id, tables.leads.c.lead_agency == visible_to
            )
            query = query.where(
                _granted(clocks.c.lead_id, visible_to), or_(clocks.c.holder == visible_to, held)
            )
        return {row[0]: (row[1], row[2], utc(row[3])) for row in self._connection.execute(query)}

    def states(
        self, campaign_id: str, at: datetime, windows: Sequence[str], visible_to: str | None
    ) -> Mapping[str, tuple[int, int]]:
        """This will count the leads in each state, and those of them that are overdue."""
        table = tables.leads
        seen = or_(table.c.lead_agency == visible_to, tables.deadlines.c.holder == visible_to)
        late = _clock_exists(
            windows, tables.deadlines.c.due_at < at, seen if visible_to is not None else true()
        )
        query = select(table.c.state, func.count(), func.count().filter(late)).where(
            table.c.campaign_id == campaign_id
        )
        if visible_to is not None:
            query = query.where(_granted(table.c.id, visible_to))
        return {row[0]: (row[1], row[2]) for row in self._connection.execute(query.group_by(table.c.state))}

    def due_days(
        self,
        campaign_id: str,
        windows: Sequence[str],
        visible_to: str | None,
        zone: str,
        days: tuple[date, date],
    ) -> Mapping[date, int]:
        """This will count by day, from the first to the last of `days`, the leads with an open clock due on it."""
        table, clocks = tables.leads, tables.deadlines
        on = cast(_due_on(zone), Date)
        query = (
            select(on, func.count(clocks.c.lead_id.distinct()))
            .join(table, table.c.id == clocks.c.lead_id)
            .where(clocks.c.campaign_id == campaign_id, _is_open(windows), on.between(*days))
            .group_by(on)
        )
        if visible_to is not None:
            seen = or_(table.c.lead_agency == visible_to, clocks.c.holder == visible_to)
            query = query.where(_granted(table.c.id, visible_to), seen)
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def by_state(self, campaign_id: str, filters: Row, windows: Sequence[str]) -> Mapping[str, int]:
        """This will count the leads that fit the filters by state."""
        table = tables.leads
        wanted = and_(table.c.campaign_id == campaign_id, *_wanted(filters, windows))
        query = select(table.c.state, func.count()).where(wanted).group_by(table.c.state)
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def escalations_since(self, campaign_id: str, after: datetime) -> Sequence[Row]:
        """This will list the steps clocks took by themselves after a moment, in order, each with its clock's code."""
        steps, clocks = tables.escalations, tables.deadlines
        query = (
            select(steps.c.deadline_id, steps.c.step, steps.c.due_at, clocks.c.code)
            .join(clocks, clocks.c.id == steps.c.deadline_id)
            .where(steps.c.campaign_id == campaign_id, steps.c.due_at > after)
            .order_by(steps.c.due_at, steps.c.id)
        )
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def escalations(self, campaign_id: str, limit: int) -> Sequence[Row]:
        """This will list the steps clocks took by themselves, newest first, each with its clock."""
        steps, clocks = tables.escalations, tables.deadlines
        query = (
            select(steps, clocks.c.lead_id, clocks.c.code, clocks.c.rule, clocks.c.holder)
            .join(clocks, clocks.c.id == steps.c.deadline_id)
            .where(steps.c.campaign_id == campaign_id)
            .order_by(steps.c.due_at.desc(), steps.c.id.desc())
            .limit(limit)
        )
        return [dict(row) for row in self._connection.execute(query).mappings()]


def _first_due(campaign_id: str, windows: Sequence[str], holder: str | None) -> Any:
    clocks = tables.deadlines
    pressing = clocks.c.holder == holder if holder is not None else true()
    return (
        select(clocks.c.lead_id, func.min(clocks.c.due_at).label("due_at"))
        .where(clocks.c.campaign_id == campaign_id, _is_open(windows), pressing)
        .group_by(clocks.c.lead_id)
        .subquery()
    )


def _due_on(zone: str) -> ColumnElement[Any]:
    """The moment due as the zone's clocks show it; what is due at 24:00 belongs to the day that ends."""
    return func.timezone(zone, tables.deadlines.c.due_at - timedelta(microseconds=1))


def _is_open(windows: Sequence[str]) -> ColumnElement[bool]:
    clocks = tables.deadlines
    return and_(clocks.c.state.in_(("running", "paused")), clocks.c.code.not_in(windows))


def _granted(lead_id: ColumnElement[Any], agency: str) -> ColumnElement[bool]:
    grants = tables.grants
    return exists().where(
        grants.c.lead_id == lead_id, grants.c.agency_id == agency, grants.c.ended_at.is_(None)
    )


def _asked_of(agency: str, states: Sequence[str]) -> ColumnElement[bool]:
    """The agency was asked to lead, and that work stands in one of the states."""
    work = tables.handoffs
    leading = and_(work.c.to_agency == agency, work.c.role == HOST)
    return exists().where(work.c.lead_id == tables.leads.c.id, leading, work.c.state.in_(states))


def _clock_exists(windows: Sequence[str], *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    clocks = tables.deadlines
    return exists().where(clocks.c.lead_id == tables.leads.c.id, _is_open(windows), *conditions)


def _wanted(filters: Row, windows: Sequence[str]) -> list[ColumnElement[bool]]:
    table = tables.leads
    found: list[ColumnElement[bool]] = []
    if filters.get("visible_to"):
        found.append(_granted(table.c.id, filters["visible_to"]))
    if filters.get("states"):
        found.append(table.c.state.in_(tuple(filters["states"])))
    if filters.get("agency"):
        found.append(table.c.lead_agency == filters["agency"])
    if filters.get("owes_no_answer"):
        found.append(~_asked_of(*filters["owes_no_answer"]))
    found += [table.c.intake[name].as_string() == filters[name] for name in _IN_INTAKE if filters.get(name)]
    for name, within in _SPANS.items():
        if filters.get(name):
            found.append(within(table.c.received_at, filters[name]))
    # Who may not see where a lead came from must not find it out by asking for it; nor the clocks of others.
    helper = filters.get("visible_to")
    held = table.c.lead_agency == helper if helper else true()
    if filters.get("channel"):
        found.append(held)
    if filters.get("q"):
        found.append(_matching(str(filters["q"]), held))
    if filters.get("record"):
        records = tables.records
        found.append(exists().where(records.c.lead_id == table.c.id, records.c.kind == filters["record"]))
    if any(filters.get(name) for name in ("light", "holder", "due_on", "due_by")):
        seen = or_(held, tables.deadlines.c.holder == helper)
        found.append(_clock_exists(windows, seen, *_clock_conditions(filters)))
    return found


def _matching(words: str, held: ColumnElement[bool]) -> ColumnElement[bool]:
    table = tables.leads
    pattern = "%" + words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
    title = table.c.intake["title"].as_string()
    return or_(
        table.c.number.ilike(pattern), title.ilike(pattern), and_(table.c.external_ref.ilike(pattern), held)
    )


def _clock_conditions(filters: Row) -> list[ColumnElement[bool]]:
    clocks, orders, at = tables.deadlines, tables.orders, filters["at"]
    found: list[ColumnElement[bool]] = []
    if filters.get("holder"):
        found.append(clocks.c.holder == filters["holder"])
    if filters.get("due_on"):
        day, zone = filters["due_on"]
        found.append(cast(_due_on(zone), Date) == day)
    if filters.get("due_by"):
        last, zone = filters["due_by"]
        found.append(and_(clocks.c.due_at >= at, cast(_due_on(zone), Date) <= last))
    light = filters.get("light")
    if light in {"overdue", "escalated"}:
        found.append(clocks.c.due_at < at)
    if light == "escalated":
        found.append(exists().where(orders.c.deadline_id == clocks.c.id))
    if light == "soon":
        found.append(and_(clocks.c.due_at >= at, clocks.c.due_at <= at + SOON))
    return found
