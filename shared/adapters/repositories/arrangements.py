"""What people arranged beside the definition: who stands in for whom, and which routing rules were agreed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from shared.adapters import private_tables as tables
from shared.adapters.repositories.wire import jsonable
from shared.application.guarded import Row


class StandInRows:
    """Stand-ins with their periods."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, period: Row) -> None:
        """This will set a period and end those of the same person that it overlaps."""
        table = tables.stand_ins
        same = (table.c.campaign_id == period["campaign_id"]) & (table.c.person_id == period["person_id"])
        overlapping = (table.c.from_at < period["until_at"]) & (table.c.until_at > period["from_at"])
        self._connection.execute(update(table).where(same, overlapping).values(ended=True))
        self._connection.execute(insert(table).values(**period))

    def succeed(self, campaign_id: str, person_id: str, successor: str, at: datetime) -> int:
        """This will end who stands in for a person, and let a successor stand in where the person did; gives how many."""
        table = tables.stand_ins
        live = (table.c.campaign_id == campaign_id) & (table.c.until_at > at) & table.c.ended.is_(False)
        theirs = (table.c.person_id == person_id) | (
            (table.c.stand_in == person_id) & (table.c.person_id == successor)
        )
        ended = self._connection.execute(update(table).where(live, theirs).values(ended=True)).rowcount
        stands = update(table).where(live, table.c.stand_in == person_id).values(stand_in=successor)
        return ended + self._connection.execute(stands).rowcount

    def at(self, campaign_id: str, at: datetime) -> Mapping[str, str]:
        """This will give who stands in at a moment, by the person they stand in for."""
        table = tables.stand_ins
        running = (table.c.from_at <= at) & (table.c.until_at > at) & table.c.ended.is_(False)
        query = select(table.c.person_id, table.c.stand_in).where(table.c.campaign_id == campaign_id, running)
        return {row.person_id: row.stand_in for row in self._connection.execute(query)}

    def of_person(self, campaign_id: str, person_id: str, since: datetime) -> Sequence[Row]:
        """This will list the periods, not over by a moment, in which a person is stood in for or stands in."""
        table = tables.stand_ins
        live = (table.c.campaign_id == campaign_id) & (table.c.until_at > since) & table.c.ended.is_(False)
        theirs = (table.c.person_id == person_id) | (table.c.stand_in == person_id)
        query = select(table).where(live, theirs).order_by(table.c.from_at, table.c.id)
        return [dict(row) for row in self._connection.execute(query).mappings()]


class RoutingRuleRows:
    """Routing rules people proposed and decided."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, rule: Row) -> None:
        """This will store a proposed rule."""
        values = {**rule, "rule": jsonable(rule["rule"])}
        self._connection.execute(insert(tables.routing_rules).values(**values))

    def get(self, rule_id: str) -> Row | None:
        """This will find a rule, locked until the transaction ends."""
        query = select(tables.routing_rules).where(tables.routing_rules.c.id == rule_id).with_for_update()
        row = self._connection.execute(query).mappings().first()
        return dict(row) if row is not None else None

    def decide(self, rule_id: str, **decision: Any) -> None:
        """This will store who signed or refused a rule, when and why."""
        table = tables.routing_rules
        self._connection.execute(update(table).where(table.c.id == rule_id).values(**decision))

    def listed(self, campaign_id: str) -> Sequence[Row]:
        """This will list every rule of a campaign in the order they were proposed."""
        table = tables.routing_rules
        query = select(table).where(table.c.campaign_id == campaign_id).order_by(table.c.id)
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def signed(self, campaign_id: str) -> Sequence[Row]:
        """This will list the rules in force."""
        return [row for row in self.listed(campaign_id) if row["state"] == "signed"]
