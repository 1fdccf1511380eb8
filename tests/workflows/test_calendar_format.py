"""Calendar documents: what they may say, and every problem at once where they cannot be used."""

from __future__ import annotations

import tomllib
from copy import deepcopy
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from workflows.business_calendar import DayKind, OfficeInterval
from workflows.calendar_format import read_calendar, read_year, with_year
from workflows.calendars import china
from workflows.problem import DefinitionProblems
from workflows.text import Text

OFFICE = """
id = "county-office"
version = "2018.1"
time_zone = "Asia/Shanghai"
confirmed_years = [2017, 2018]
source = "县政府办公室通知"

[office_hours]
source = "policy"
monday = ["08:00-12:00", "14:30-17:30"]
tuesday = ["08:00-12:00", "14:30-17:30"]
saturday = ["22:00-24:00"]

[[holidays]]
date = 2017-10-02
name = { zh = "国庆节", en = "National Day" }
in_lieu = true

[[make_up_days]]
date = "2017-09-30"
name = "国庆节"

[[half_days]]
date = 2018-02-13
name = "节前半天"
hours = ["08:00-12:00"]

[[closures]]
date = 2018-09-17
name = "台风停工"
source = "三防指挥部通知"

[[openings]]
date = 2018-09-16
name = "集中办案"
hours = ["09:00-17:00"]
"""


def office(**changes: Any) -> dict[str, Any]:
    return {**tomllib.loads(OFFICE), **changes}


def problems_of(document: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(DefinitionProblems) as refused:
        read_calendar(document, {"cn": china()})
    return [(problem.path, problem.code) for problem in refused.value.problems]


def test_a_whole_document_is_read_as_written() -> None:
    calendar = read_calendar(office())
    assert (calendar.id, calendar.version, calendar.time_zone) == ("county-office", "2018.1", "Asia/Shanghai")
    assert (calendar.confirmed_from, calendar.confirmed_through) == (date(2017, 1, 1), date(2018, 12, 31))
    assert calendar.week[0] == (OfficeInterval(480, 720), OfficeInterval(870, 1050))
    assert calendar.week[5] == (OfficeInterval(1320, 1440),)
    holiday = calendar.day_kind(date(2017, 10, 2))
    assert (holiday.kind, holiday.name, holiday.source) == (
        DayKind.HOLIDAY,
        Text("国庆节", "National Day"),
        "县政府办公室通知",
    )
    assert calendar.office_intervals(date(2017, 9, 30)) == calendar.week[0]
    assert calendar.office_intervals(date(2018, 2, 13)) == (OfficeInterval(480, 720),)
    assert calendar.day_kind(date(2018, 9, 17)).source == "三防指挥部通知"
    assert calendar.office_intervals(date(2018, 9, 16)) == (OfficeInterval(540, 1020),)


def test_a_document_may_extend_the_shipped_calendar_and_change_only_what_it_names() -> None:
    local = {"id": "yangshan", "version": "1", "extends": "cn", "source": "局通知"}
    calendar = read_calendar({**local, "closures": [{"date": "2017-09-30", "name": "台风"}]}, {"cn": china()})
    assert not calendar.is_working_day(date(2017, 9, 30))
    assert not calendar.is_working_day(date(2017, 10, 2))
    assert calendar.week == china().week
    assert calendar.confirmed_through == china().confirmed_through


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"colour": "red"}, ("colour", "key.unknown")),
        ({"time_zone": "Asia/Yangshan"}, ("time_zone", "time_zone.unknown")),
        ({"time_zone": "../etc/passwd"}, ("time_zone", "time_zone.unknown")),
        ({"time_zone": "Asia"}, ("time_zone", "time_zone.unknown")),
        ({"time_zone": 8}, ("time_zone", "time_zone.unknown")),
        ({"id": "  "}, ("id", "text.missing")),
        ({"extends": "mars"}, ("extends", "extends.unknown")),
        ({"confirmed_years": "all"}, ("confirmed_years", "confirmed_years.missing")),
        ({"confirmed_years": [2017, 2019]}, ("confirmed_years", "confirmed_years.gap")),
        ({"confirmed_years": [2017, 20180]}, ("confirmed_years[1]", "year.bad")),
        ({"confirmed_years": [True]}, ("confirmed_years[0]", "year.bad")),
        ({"office_hours": {"source": "policy"}}, ("office_hours", "office_hours.never_open")),
        ({"office_hours": {"monday": ["08:00-12:00"]}}, ("office_hours.source", "text.missing")),
        (
            {"office_hours": {"monday": ["08:00-25:00"], "source": "x"}},
            ("office_hours.monday[0]", "hours.bad_time"),
        ),
        (
            {"office_hours": {"monday": ["12:00-08:00"], "source": "x"}},
            ("office_hours.monday[0]", "hours.bad_time"),
        ),
        (
            {"office_hours": {"monday": ["0８:00-12:00"], "source": "x"}},
            ("office_hours.monday[0]", "hours.bad_time"),
        ),
        (
            {"office_hours": {"monday": ["08:00-12:00", "11:00-13:00"], "source": "x"}},
            ("office_hours.monday", "hours.overlap"),
        ),
        ({"office_hours": {"monday": "08:00-12:00", "source": "x"}}, ("office_hours.monday", "hours.bad")),
        (
            {"office_hours": {"monday": ["08:00-12:00"], "feiertag": [], "source": "x"}},
            ("office_hours.feiertag", "key.unknown"),
        ),
        ({"holidays": {"date": "2017-10-01"}}, ("holidays", "list.bad")),
        ({"holidays": ["2017-10-01"]}, ("holidays[0]", "table.bad")),
        ({"holidays": [{"date": "2017-02-30", "name": "x"}]}, ("holidays[0].date", "date.bad")),
        ({"holidays": [{"date": "20171001", "name": "x"}]}, ("holidays[0].date", "date.bad")),
        ({"holidays": [{"date": datetime(2017, 10, 1), "name": "x"}]}, ("holidays[0].date", "date.bad")),  # noqa: DTZ001 - a moment without its offset is the case
        ({"holidays": [{"date": "1017-10-01", "name": "x"}]}, ("holidays[0].date", "date.bad")),
        ({"holidays": [{"date": "2017-10-01"}]}, ("holidays[0].name", "name.missing")),
        (
            {"holidays": [{"date": "2017-10-01", "name": "x", "hours": []}]},
            ("holidays[0].hours", "key.unknown"),
        ),
        (
            {"holidays": [{"date": "2017-10-01", "name": "x", "in_lieu": 1}]},
            ("holidays[0].in_lieu", "flag.bad"),
        ),
        ({"holidays": [{"date": "2017-09-30", "name": "x"}]}, ("make_up_days[0].date", "date.twice")),
        (
            {"holidays": [{"date": "2017-10-01", "name": "x"}, {"date": "2017-10-01", "name": "y"}]},
            ("holidays[1].date", "date.twice"),
        ),
        ({"half_days": [{"date": "2018-02-14", "name": "x"}]}, ("half_days[0].hours", "hours.missing")),
        (
            {"annual_days": [{"day": "13-01", "name": "x", "source": "s", "effective_from": "2000-01-01"}]},
            ("annual_days[0].day", "date.bad"),
        ),
    ],
)
def test_each_mistake_is_named_at_its_place(changes: dict[str, Any], problem: tuple[str, str]) -> None:
    assert problem in problems_of(office(**changes))


def test_all_problems_come_at_once() -> None:
    wrong = office(id="", time_zone="nowhere", colour=1, holidays=[{"date": "x", "name": ""}])
    assert {code for _, code in problems_of(wrong)} >= {
        "text.missing",
        "time_zone.unknown",
        "key.unknown",
        "date.bad",
    }


def test_an_empty_document_names_everything_that_is_required() -> None:
    assert {path for path, _ in problems_of({})} >= {
        "id",
        "version",
        "time_zone",
        "confirmed_years",
        "office_hours",
    }


NOTICE: dict[str, Any] = {
    "year": 2027,
    "source": "演练用的通知",
    "holidays": [{"date": "2027-01-01", "name": "元旦"}, {"date": "2027-02-05", "name": "春节"}],
    "make_up_days": [{"date": "2027-01-30", "name": "春节"}],
}


def test_a_published_year_becomes_confirmed_and_the_calendar_gets_a_new_version() -> None:
    calendar = with_year(china(), read_year(NOTICE), version="2027.1")
    assert calendar.is_confirmed(date(2027, 12, 31))
    assert calendar.is_working_day(date(2027, 1, 30))
    assert calendar.is_working_day(date(2027, 5, 3))
    assert calendar.version == "2027.1"
    assert not china().is_confirmed(date(2027, 1, 1))


def test_a_corrected_notice_replaces_the_year_and_keeps_local_days() -> None:
    first = with_year(china(), read_year(NOTICE), version="2027.1")
    corrected = deepcopy(NOTICE)
    corrected["holidays"] = NOTICE["holidays"][:1]
    local = {"date": "2027-03-01", "name": "停电", "source": "局通知"}
    kept = read_calendar(
        {"id": "x", "version": "1", "extends": "first", "closures": [local]}, {"first": first}
    )
    second = with_year(kept, read_year(corrected), version="2027.2")
    assert second.is_working_day(date(2027, 2, 5))
    assert not second.is_working_day(date(2027, 3, 1))


def test_a_year_that_leaves_a_gap_is_refused() -> None:
    with pytest.raises(DefinitionProblems) as refused:
        with_year(
            china(), read_year({**NOTICE, "year": 2028, "holidays": [], "make_up_days": []}), version="x"
        )
    assert refused.value.problems[0].code == "year.gap"


def test_a_notice_for_another_year_is_refused() -> None:
    with pytest.raises(DefinitionProblems) as refused:
        read_year({**NOTICE, "year": 2029})
    assert {problem.code for problem in refused.value.problems} == {"year.foreign"}


def test_a_year_may_settle_days_of_its_neighbours() -> None:
    eve = {"date": "2026-12-31", "name": "元旦"}
    calendar = with_year(china(), read_year({**NOTICE, "holidays": [eve]}), version="x")
    assert not calendar.is_working_day(date(2026, 12, 31))


def test_the_example_in_the_documentation_is_a_calendar() -> None:
    text = (Path(__file__).parents[2] / "docs" / "clock.md").read_text("utf-8")
    example = text.split("```toml\n")[1].split("```")[0]
    calendar = read_calendar(tomllib.loads(example))
    assert {day.kind for day in calendar.special_days} == {
        kind for kind in DayKind if kind not in ("workday", "weekend")
    }
