"""Calendars as a campaign has them: the shipped one, then every imported year on top of it, version by version."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from shared.adapters import tables
from workflows.business_calendar import BusinessCalendar
from workflows.calendar_format import read_year, with_year
from workflows.definition_format import parse_json

Shipped = Callable[[str], BusinessCalendar]


class CalendarRows:
    """Imported years, and the calendar each version of them makes."""

    def __init__(
        self, connection: Connection, shipped: Shipped, known: dict[tuple[str, str, int], BusinessCalendar]
    ) -> None:
        self._connection, self._shipped, self._known = connection, shipped, known
        self._current: dict[tuple[str, str], BusinessCalendar] = {}

    def get(self, campaign_id: str, name: str) -> BusinessCalendar:
        """This will give a campaign's calendar as it is now. Raises KeyError for a name that is not shipped."""
        if (campaign_id, name) not in self._current:
            self._current[campaign_id, name] = self._read(campaign_id, name)
        return self._current[campaign_id, name]

    def add_year(self, campaign_id: str, name: str, document: str, by: str, at: datetime) -> int:
        """This will store a year's notice as the next version of a calendar, and give its number."""
        version = self._version(campaign_id, name) + 1
        values = {
            "campaign_id": campaign_id,
            "calendar": name,
            "version": version,
            "document": document,
            "imported_by": by,
            "imported_at": at,
        }
        self._connection.execute(insert(tables.calendar_years).values(**values))
        self._current.pop((campaign_id, name), None)
        return version

    def _version(self, campaign_id: str, name: str) -> int:
        table = tables.calendar_years
        mine = (table.c.campaign_id == campaign_id) & (table.c.calendar == name)
        newest = select(func.coalesce(func.max(table.c.version), 0)).where(mine)
        return int(self._connection.execute(newest).scalar_one())

    def _read(self, campaign_id: str, name: str) -> BusinessCalendar:
        version = self._version(campaign_id, name)
        if version == 0:
            return self._shipped(name)
        key = (campaign_id, name, version)
        if key not in self._known:
            table = tables.calendar_years
            mine = (table.c.campaign_id == campaign_id) & (table.c.calendar == name)
            query = select(table.c.version, table.c.document).where(mine).order_by(table.c.version)
            calendar = self._shipped(name)
            shipped = calendar.version
            for row in self._connection.execute(query):
                year = read_year(parse_json(row.document.encode()))
                calendar = with_year(calendar, year, version=f"{shipped}+{row.version}")
            self._known[key] = calendar
        return self._known[key]
