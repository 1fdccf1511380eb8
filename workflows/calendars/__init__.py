"""The calendars that come with the product, read once from the files beside this module."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files

from workflows.business_calendar import BusinessCalendar
from workflows.calendar_format import read_calendar, read_year, with_year

_FOLDER = files(__name__)


@cache
def china() -> BusinessCalendar:
    """This will give the calendar of the People's Republic of China: default office hours and every published year.

    Holidays and make-up days of 2004-2026 are confirmed; later years are answered provisionally.
    """
    office = read_calendar(tomllib.loads(_FOLDER.joinpath("cn-office.toml").read_text("utf-8")))
    calendar = office
    for entry in sorted(_FOLDER.joinpath("cn").iterdir(), key=lambda file: file.name):
        year = read_year(tomllib.loads(entry.read_text("utf-8")))
        calendar = with_year(calendar, year, version=office.version)
    return calendar


SHIPPED: Mapping[str, Callable[[], BusinessCalendar]] = {"cn": china}
"""The calendars that come with the product, by the name agencies and documents use for them."""
