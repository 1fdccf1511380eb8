"""Calendars as a campaign has them: the shipped one, then every document imported on top of it, version by version.

A calendar of the definition lies on top of the one it extends, imports included, so that a year confirmed there is
confirmed here. An agency's own days lie on top of the calendar it shares with others, under "calendar@agency".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from shared.adapters import tables
from shared.application.ports import Row
from workflows.business_calendar import BusinessCalendar
from workflows.calendar_format import (
    read_calendar,
    read_local_days,
    read_year,
    with_local_days,
    with_year,
)
from workflows.campaign import OwnCalendar
from workflows.definition_format import parse_json

Shipped = Callable[[str], BusinessCalendar]


class CalendarRows:
    """Imported documents, and the calendar each version of them makes."""

    def __init__(
        self, connection: Connection, shipped: Shipped, known: dict[tuple[str, str, int], BusinessCalendar]
    ) -> None:
        self._connection, self._shipped, self._known = connection, shipped, known
        self._versions: dict[str, Mapping[str, int]] = {}

    def get(
        self, campaign_id: str, name: str, agency: str | None = None, own: Sequence[OwnCalendar] = ()
    ) -> BusinessCalendar:
        """This will give a campaign's calendar as it is now, with an agency's own days if one is named.

        `own` are the calendars the definition brings. Raises KeyError for a name that is neither there nor shipped.
        """
        shared, mark = self._shared(campaign_id, name, own)
        return shared if agency is None else self._on_top(campaign_id, _name(name, agency), shared, mark)

    def _shared(
        self, campaign_id: str, name: str, own: Sequence[OwnCalendar]
    ) -> tuple[BusinessCalendar, str]:
        """The calendar, and a mark of the documents it is made of beside the imported ones."""
        mine = next((calendar for calendar in own if calendar.id == name), None)
        if mine is None:
            return self._on_top(campaign_id, name, self._shipped(name), ""), ""
        if mine.extends is None:
            base, known, mark = "", {}, mine.digest
        else:
            below, mark = self._shared(campaign_id, mine.extends, own)
            base, known, mark = f"+{below.version}", {mine.extends: below}, f"{mark}/{mine.digest}"
        key = (campaign_id, f"{name}|{mark}|{base}", 0)
        if key not in self._known:
            read = read_calendar(mine.document, known)
            self._known[key] = replace(read, version=f"{read.version}{base}")
        return self._on_top(campaign_id, name, self._known[key], mark), mark

    def add(
        self, campaign_id: str, name: str, document: str, by: str, at: datetime, agency: str | None = None
    ) -> int:
        """This will store a document as the next version of a calendar (of an agency's days), and give its number."""
        whole = _name(name, agency)
        version = self._newest(campaign_id).get(whole, 0) + 1
        values = {
            "campaign_id": campaign_id,
            "calendar": whole,
            "version": version,
            "document": document,
            "imported_by": by,
            "imported_at": at,
        }
        self._connection.execute(insert(tables.calendar_years).values(**values))
        # What this transaction counts with is its own: it may be a rehearsal, and its number is given again then.
        self._known = dict(self._known)
        self._versions.pop(campaign_id, None)
        return version

    def imports(self, campaign_id: str) -> Sequence[Row]:
        """This will list every document imported, oldest first: calendar, agency, version, document, by whom, when."""
        table = tables.calendar_years
        query = select(table).where(table.c.campaign_id == campaign_id)
        rows = self._connection.execute(query.order_by(table.c.calendar, table.c.version)).mappings()
        return [
            {**row, "document": parse_json(row["document"].encode()), **_parts(row["calendar"])}
            for row in rows
        ]

    def _on_top(self, campaign_id: str, name: str, below: BusinessCalendar, mark: str) -> BusinessCalendar:
        """What was imported under a name, on top of what lies below; `mark` tells apart equal versions of it."""
        version = self._newest(campaign_id).get(name, 0)
        if version == 0:
            return below
        key = (campaign_id, f"{name}|{mark}|{below.version}", version)
        if key not in self._known:
            calendar = below
            for number, document in self._documents(campaign_id, name):
                sign = "/" if "@" in name else "+"
                calendar = _applied(calendar, document, f"{below.version}{sign}{number}")
            self._known[key] = calendar
        return self._known[key]

    def _documents(self, campaign_id: str, name: str) -> list[tuple[int, Mapping[str, Any]]]:
        table = tables.calendar_years
        mine = (table.c.campaign_id == campaign_id) & (table.c.calendar == name)
        query = select(table.c.version, table.c.document).where(mine).order_by(table.c.version)
        return [(row.version, parse_json(row.document.encode())) for row in self._connection.execute(query)]

    def _newest(self, campaign_id: str) -> Mapping[str, int]:
        if campaign_id not in self._versions:
            table = tables.calendar_years
            query = select(table.c.calendar, func.max(table.c.version)).where(
                table.c.campaign_id == campaign_id
            )
            rows = self._connection.execute(query.group_by(table.c.calendar))
            self._versions[campaign_id] = {row[0]: int(row[1]) for row in rows}
        return self._versions[campaign_id]


def _applied(calendar: BusinessCalendar, document: Mapping[str, Any], version: str) -> BusinessCalendar:
    if "year" in document:
        return with_year(calendar, read_year(document), version=version)
    return with_local_days(calendar, read_local_days(document), version=version)


def _name(calendar: str, agency: str | None) -> str:
    return calendar if agency is None else f"{calendar}@{agency}"


def _parts(name: str) -> dict[str, str | None]:
    calendar, _, agency = name.partition("@")
    return {"calendar": calendar, "agency": agency or None}
