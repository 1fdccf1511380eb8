"""/calendars: which days count, a year confirmed or corrected, days of an office's own; `dry_run` is the preview."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response

from services.api import answers, fields
from services.api.auth import caller
from services.api.operations import Noun
from services.api.reading import show
from services.api.schemas import name_of
from services.api.writing import Write
from shared.application.calendars import calendar_list
from shared.application.work import Done, Work
from workflows.commands import AddLocalDays, ImportCalendarYear

calendars = Noun("calendars", __name__, url_prefix="/v1", description="日历 · Calendars")


class CalendarYear(ma.Schema):
    """The days one holiday notice settles; docs/clock.md describes it."""

    class Meta:
        """Further keys are kept: the rules read them."""

        unknown = ma.INCLUDE

    year = ma.fields.Raw(required=True, error_messages=fields.DEFAULT_MESSAGES)
    source = ma.fields.Raw(required=True, error_messages=fields.DEFAULT_MESSAGES)


class LocalDays(ma.Schema):
    """Days on which an office is closed, open or open half the day, or is so no longer (`withdrawn`)."""

    class Meta:
        """Further keys are kept: the rules read them."""

        unknown = ma.INCLUDE

    source = ma.fields.Raw(required=True, error_messages=fields.DEFAULT_MESSAGES)
    agency = name_of(
        metadata={"description": "只对一个单位 · for one agency; else for all that share the calendar"}
    )


class CalendarImport(answers.View):
    """A document that was imported."""

    version = answers.whole()
    agency = answers.text(allow_none=True)
    year = ma.fields.Integer(required=True, allow_none=True)
    source = answers.text()
    imported_by = answers.text()
    imported_at = answers.moment()


class Calendar(answers.View):
    """A calendar as it is now."""

    name = answers.text()
    version = answers.text()
    time_zone = answers.text()
    confirmed_from = answers.text(allow_none=True)
    confirmed_through = answers.text(allow_none=True)
    agencies = answers.texts()
    imports = answers.many(CalendarImport)


class CalendarList(answers.View):
    """Every calendar of the campaign."""

    items = answers.many(Calendar)


class DueMoved(answers.View):
    """A due moment that moves; `told` says whether its holder is told, as of every one that moves earlier."""

    deadline_id = answers.text()
    code = answers.text()
    lead = answers.text(allow_none=True)
    previous_due_at = answers.moment()
    due_at = answers.moment()
    provisional = answers.flag()
    told = answers.flag()


class CalendarChanged(answers.View):
    """The version that was made, and every due moment it moves."""

    calendar = answers.text()
    agency = answers.text(allow_none=True)
    version = answers.whole()
    changes = answers.many(DueMoved)


CalendarActed = answers.acted_of(CalendarChanged)


@calendars.operation("GET", "/calendars", answer=CalendarList)
def list_calendars() -> Response:
    """列出日历 · List the calendars: confirmed years, who uses them, what was imported"""
    return show(calendar_list)


@calendars.operation(
    "POST", "/calendars/<word:calendar>/years", body=CalendarYear, answer=CalendarActed, status=201
)
def import_year(body: dict[str, Any], write: Write, calendar: str) -> Response:
    """导入年度放假安排 · Confirm or correct a year; open deadlines are counted again

    `dry_run=true` 只预览影响。Only those who hold a deadline that moves earlier are told.
    """
    return write.perform(ImportCalendarYear(caller(), calendar, body), _changed, status=201)


@calendars.operation(
    "POST", "/calendars/<word:calendar>/local-days", body=LocalDays, answer=CalendarActed, status=201
)
def add_local_days(body: dict[str, Any], write: Write, calendar: str) -> Response:
    """设置本单位停办或加班日 · Close or open an office on days of its own, or take that back"""
    document = {name: value for name, value in body.items() if name != "agency"}
    return write.perform(AddLocalDays(caller(), calendar, document, body.get("agency")), _changed, status=201)


def _changed(_: Work, done: Done) -> dict[str, Any]:
    made = {"calendar": done.id, "agency": done.extra["agency"], "version": done.version}
    return {**made, "changes": done.extra["changes"], "events": list(done.events)}
