"""Counts over many rows: what operators watch, and what a campaign has come to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.adapters import tables
from shared.application.administration_ports import BACKUP, RESTORE_CHECK


class FigureRows:
    """Aggregates, straight from SQL."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def status(self) -> dict[str, Any]:
        """This will give what an operator watches; ages in seconds by the database's clock."""
        deadlines, outbox, campaigns = tables.deadlines, tables.outbox, tables.campaigns
        live = select(campaigns.c.id).where(campaigns.c.mode == "live").scalar_subquery()
        late = func.extract("epoch", func.clock_timestamp() - func.min(deadlines.c.next_at))
        waiting = outbox.c.done_at.is_(None) & outbox.c.set_aside.is_(None)
        oldest = func.extract("epoch", func.clock_timestamp() - func.min(outbox.c.queued_at))
        due = (deadlines.c.next_at <= func.clock_timestamp()) & deadlines.c.campaign_id.in_(live)
        return {
            "deadline_lag_seconds": self._number(select(late).where(due, deadlines.c.set_aside.is_(None))),
            "deadlines_set_aside": self._count(
                select(func.count()).where(deadlines.c.set_aside.is_not(None))
            ),
            "outbox_waiting": self._count(select(func.count()).where(waiting)),
            "outbox_oldest_seconds": self._number(select(oldest).where(waiting)),
            "outbox_set_aside": self._count(select(func.count()).where(outbox.c.set_aside.is_not(None))),
            "sweep_age_seconds": self.last_beat_age("sweep"),
            "beat_age_seconds": self.last_beat_age("beat"),
            "backup_age_seconds": self.last_beat_age(BACKUP),
            "restore_check_age_seconds": self.last_beat_age(RESTORE_CHECK),
        }

    def summary(self, campaign_id: str, at: datetime) -> dict[str, Any]:
        """This will count what a campaign has come to: leads, handoffs, clocks, rungs, reports are added above."""
        return {
            "leads": self._tally(tables.leads.c.state, campaign_id),
            "handoffs": self._tally(tables.handoffs.c.state, campaign_id),
            "transfers": self._tally(tables.transfers.c.state, campaign_id),
            "orders": self._tally(tables.orders.c.state, campaign_id),
            "deadlines": self._tally(tables.deadlines.c.state, campaign_id),
            "overdue": self._count(
                select(func.count()).where(
                    tables.deadlines.c.campaign_id == campaign_id,
                    tables.deadlines.c.state.in_(("running", "paused")),
                    tables.deadlines.c.due_at < at,
                )
            ),
            "escalations": self._rungs(campaign_id, "fired"),
            "skipped": self._rungs(campaign_id, "skipped"),
            "events": self._count(select(func.count()).where(tables.events.c.campaign_id == campaign_id)),
            "notices": self._count(select(func.count()).where(tables.notices.c.campaign_id == campaign_id)),
        }

    def beat(self, name: str) -> None:
        """This will note that a process is alive, in the database's time."""
        values = {"name": name, "beat_at": func.clock_timestamp()}
        alive = upsert(tables.heartbeats).values(**values)
        now = {"beat_at": func.clock_timestamp()}
        self._connection.execute(alive.on_conflict_do_update(index_elements=["name"], set_=now))

    def last_beat_age(self, name: str) -> float | None:
        """This will give how many seconds ago a process was last alive."""
        table = tables.heartbeats
        age = func.extract("epoch", func.clock_timestamp() - table.c.beat_at)
        return self._number(select(age).where(table.c.name == name))

    def _tally(self, column: Any, campaign_id: str) -> dict[str, int]:
        query = select(column, func.count()).where(column.table.c.campaign_id == campaign_id).group_by(column)
        return {row[0]: int(row[1]) for row in self._connection.execute(query.order_by(column))}

    def _rungs(self, campaign_id: str, outcome: str) -> dict[str, int]:
        table = tables.escalations
        query = select(table.c.step, func.count()).where(
            table.c.campaign_id == campaign_id, table.c.outcome == outcome
        )
        return {
            row[0]: int(row[1])
            for row in self._connection.execute(query.group_by(table.c.step).order_by(table.c.step))
        }

    def _count(self, query: Select[Any]) -> int:
        return int(self._connection.execute(query).scalar_one())

    def _number(self, query: Select[Any]) -> float | None:
        value = self._connection.execute(query).scalar()
        return round(float(value), 3) if value is not None else None
