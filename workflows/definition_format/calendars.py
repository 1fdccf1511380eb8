"""Reads the calendars a definition brings: office hours, lunch and days of agencies that differ from the shipped ones.

A calendar here is a calendar document as docs/clock.md describes it. It may extend a shipped calendar or one that
stands before it in the list.
"""

from __future__ import annotations

from collections.abc import Mapping

from workflows.business_calendar import BusinessCalendar
from workflows.calendar_format import read_calendar
from workflows.calendars import SHIPPED
from workflows.campaign import OwnCalendar
from workflows.definition_format.canonical import definition_hash
from workflows.definition_format.names import CALENDAR_ID
from workflows.definition_format.table import Table
from workflows.problem import DefinitionProblems

_MOST = 200


def read_calendars(root: Table) -> tuple[OwnCalendar, ...]:
    """This will read `calendars`, each checked as a whole calendar; a name is given once and no shipped one again."""
    value = root.raw("calendars", required=False)
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > _MOST:
        root.refuse(
            "calendars",
            "wrong_type",
            f"须为表的列表，至多 {_MOST} 项",
            f"must be a list of at most {_MOST} tables",
        )
        return ()
    known = {name: make() for name, make in SHIPPED.items()}
    found = (_read(root, f"calendars[{n}]", document, known) for n, document in enumerate(value))
    return tuple(calendar for calendar in found if calendar is not None)


def _read(root: Table, path: str, document: object, known: dict[str, BusinessCalendar]) -> OwnCalendar | None:
    if not isinstance(document, Mapping):
        root.refuse(path, "wrong_type", "须为表（table）", "must be a table")
        return None
    try:
        read = read_calendar(document, known)
    except DefinitionProblems as wrong:
        for problem in wrong.problems:
            at = f"{path}.{problem.path}" if problem.path else path
            root.refuse(at, problem.code, problem.text.zh, problem.text.en)
        return None
    if not CALENDAR_ID.fullmatch(read.id):
        root.refuse(
            f"{path}.id", "bad_id", "标识只能含字母、数字、_、-，至多 64 字",
            "an id holds only letters, digits, _ and -, 64 at most",
        )  # fmt: skip
        return None
    if read.id in known:
        root.refuse(
            f"{path}.id", "repeated", f"日历 {read.id} 已经有了", f"there is a calendar {read.id} already"
        )
        return None
    known[read.id] = read
    base = document.get("extends")
    return OwnCalendar(read.id, base if isinstance(base, str) else None, definition_hash(document), document)
