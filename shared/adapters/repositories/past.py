"""The past as it was known: leads and their clocks at a moment, gathered from the history inside the database.

Rows of tables say how things stand now; events say when each became so. What was recorded later than the moment asked
about is left out, also where it tells of an earlier day: the same question about the past always has the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    DateTime,
    Subquery,
    and_,
    case,
    cast,
    func,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import distinct_on

from shared.adapters import tables
from shared.application.ports import Row, Stretch
from workflows.reporting.as_of import GIVEN_BACK, NEVER_JUDGED, Holding
from workflows.reporting.figures import KEPT, MOMENTS

_events, _leads = tables.events, tables.leads
_OF_INTAKE = ("place_type", "channel", "act", "township")
_STARTED, _STOPPED, _EXPIRED = "deadline.started", "deadline.stopped", "deadline.expired"


class PastRows:
    """What events tell of leads and of their clocks, as it was known at a moment."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def definitions(self, campaign_id: str) -> Sequence[str]:
        """This will name the definitions, by hash, under which steps of leads were taken."""
        query = select(_events.c.definition_hash).where(
            _events.c.campaign_id == campaign_id, _events.c.subject == "lead"
        )
        return sorted(self._connection.execute(query.distinct()).scalars())

    def leads(
        self,
        campaign_id: str,
        at: datetime,
        holding: Collection[Holding],
        called: Mapping[str, Collection[str]],
    ) -> Sequence[Row]:
        """This will list the leads known at the aware moment `at`, with the facts told at their receipt.

        `MOMENTS` are the latest of each kind of event, by all names under which it is `called`. `last` is the latest
        of the `holding` steps, which say who holds a lead, with what was `given`; all of it None where there was none.
        """
        moments, last = _moments(campaign_id, at, called), _last_holding(campaign_id, at, holding)
        facts = [_leads.c.intake[name].as_string().label(name) for name in _OF_INTAKE]
        product = _leads.c.intake["products"][0].as_string().label("product")
        query = (
            select(_leads.c.id, _leads.c.number, *facts, product, moments, last)
            .join(moments, moments.c.lead_id == _leads.c.id)
            .outerjoin(last, last.c.lead_id == _leads.c.id)
            .order_by(_leads.c.received_at, _leads.c.id)
        )
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def kept(self, campaign_id: str, at: datetime) -> tuple[Mapping[str, tuple[int, int, int]], Stretch]:
        """This will count for each lead, by its id, its clocks that are judged at the aware moment `at`, those of them
        that were met by the first due date, and those met by the current one; and say between which due dates that is so.

        A clock is judged once it has ended or its current due date has passed. Those that were cancelled and rights
        that lapsed are left out, for nobody was late with them.
        """
        clock = _told_clocks(campaign_id, at)
        met = [func.count().filter(_is_judged(clock, at), _MET[name](clock)) for name in KEPT]
        query = select(clock.c.lead_id, *met, *_around(clock.c.due_at, at)).group_by(clock.c.lead_id)
        rows = self._connection.execute(query).all()
        since = max((row[4] for row in rows if row[4] is not None), default=None)
        until = min((row[5] for row in rows if row[5] is not None), default=None)
        return {row[0]: (row[1], row[2], row[3]) for row in rows}, (since, until)

    def clocks(self, campaign_id: str, at: datetime, name: str) -> Sequence[tuple[str, str]]:
        """This will list the clocks that number of `KEPT` counts, each with its lead, by their ids."""
        clock = _told_clocks(campaign_id, at)
        wanted = and_(_is_judged(clock, at), _MET[name](clock))
        query = select(clock.c.lead_id, clock.c.id).where(wanted).order_by(clock.c.id)
        return [(row[0], row[1]) for row in self._connection.execute(query)]

    def learnt(self, campaign_id: str, at: datetime) -> Stretch:
        """This will say since and until when no event came to be known, around the aware moment `at`."""
        known = func.greatest(_events.c.recorded_at, _events.c.occurred_at)
        query = select(*_around(known, at)).where(_events.c.campaign_id == campaign_id)
        row = self._connection.execute(query).one()
        return row[0], row[1]


def _around(moment: ColumnElement[Any], at: datetime) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The last of some moments that has come, and the first that has not."""
    return func.max(moment).filter(moment <= at), func.min(moment).filter(moment > at)


def _known(campaign_id: str, at: datetime, subject: str) -> ColumnElement[bool]:
    return and_(
        _events.c.campaign_id == campaign_id,
        _events.c.subject == subject,
        _events.c.lead_id.is_not(None),
        _events.c.recorded_at <= at,
        _events.c.occurred_at <= at,
    )


def _moments(campaign_id: str, at: datetime, called: Mapping[str, Collection[str]]) -> Subquery:
    """A column for each kind of event; no row where none of them happened."""
    event = _events.alias("newest")
    columns = {
        column: sorted(f"lead.{name}" for name in called.get(kind, {kind})) for kind, column in MOMENTS
    }
    kinds = sorted({name for names in columns.values() for name in names})
    newest = (
        select(func.max(_events.c.position).label("position"))
        .where(_known(campaign_id, at, "lead"), _events.c.kind.in_(kinds))
        .group_by(_events.c.lead_id, _events.c.kind)
        .subquery()
    )
    told = (
        func.max(event.c.occurred_at).filter(event.c.kind.in_(names)).label(column)
        for column, names in columns.items()
    )
    return (
        select(event.c.lead_id, *told)
        .join(newest, newest.c.position == event.c.position)
        .group_by(event.c.lead_id)
        .subquery()
    )


def _last_holding(campaign_id: str, at: datetime, holding: Collection[Holding]) -> Subquery:
    data = _events.c.data
    step = tuple_(_events.c.definition_hash, data["trigger"].as_string(), _events.c.from_state)
    return (
        select(
            _events.c.lead_id,
            _events.c.kind.label("last"),
            _events.c.definition_hash,
            data["trigger"].as_string().label("trigger"),
            _events.c.from_state,
            data["given"].label("given"),
        )
        .ext(distinct_on(_events.c.lead_id))
        .where(_known(campaign_id, at, "lead"), or_(_events.c.kind == GIVEN_BACK, step.in_(sorted(holding))))
        .order_by(_events.c.lead_id, _events.c.position.desc())
        .subquery()
    )


def _told(campaign_id: str, at: datetime) -> Subquery:
    """For each clock the position of the newest event that tells its dates, and of its newest start or stop."""
    kind, position = _events.c.kind, _events.c.position
    outcome: Any = _events.c.data["outcome"].as_string()
    dropped = and_(kind.in_((_STOPPED, _EXPIRED)), outcome.in_(sorted(NEVER_JUDGED)))
    return (
        select(
            _events.c.subject_id,
            func.max(position).label("newest"),
            func.max(position).filter(kind.in_((_STARTED, _STOPPED))).label("turn"),
        )
        .where(_known(campaign_id, at, "deadline"), _events.c.data.has_key("due_at"))
        .group_by(_events.c.subject_id)
        .having(func.count().filter(dropped) == 0)
        .subquery()
    )


def _told_clocks(campaign_id: str, at: datetime) -> Subquery:
    told = _told(campaign_id, at)
    newest, turn = _events.alias("newest"), _events.alias("turn")
    due = cast(newest.c.data["due_at"].as_string(), DateTime(timezone=True))
    original = cast(newest.c.data["original_due_at"].as_string(), DateTime(timezone=True))
    ended = case((turn.c.kind == _STOPPED, turn.c.occurred_at))
    return (
        select(
            told.c.subject_id.label("id"),
            newest.c.lead_id,
            original.label("original_due_at"),
            due.label("due_at"),
            ended.label("ended_at"),
        )
        .join(newest, newest.c.position == told.c.newest)
        .outerjoin(turn, turn.c.position == told.c.turn)
        .subquery()
    )


def _is_judged(clock: Subquery, at: datetime) -> ColumnElement[bool]:
    return or_(clock.c.ended_at.is_not(None), clock.c.due_at <= at)


_MET: Mapping[str, Callable[[Subquery], ColumnElement[bool]]] = {
    "judged": lambda _: true(),
    "kept_original": lambda clock: clock.c.ended_at <= clock.c.original_due_at,
    "kept_current": lambda clock: clock.c.ended_at <= clock.c.due_at,
}
