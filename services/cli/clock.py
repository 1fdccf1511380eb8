"""`xunxian clock`: when a term ends, how much of it has run, and why. These verbs need no database and no service.

The same pure functions that arm the deadlines answer here. Input is read strictly: a moment carries its offset, a
plain date is a day and serves day units only. Output and exit codes are described in docs/clock.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from services.cli.clock_service import add_commands
from services.cli.options import Json, noun
from services.cli.screen import FAILED, USAGE, Stopped, show_json
from workflows.business_calendar import BusinessCalendar
from workflows.calendar_format import read_calendar
from workflows.calendars import china
from workflows.day_counting import as_utc
from workflows.definition_format.documents import parse_json, parse_toml
from workflows.explanation import due_document, ending_lines, explain_text, measure_document, plain_amount
from workflows.problem import DefinitionProblems
from workflows.rejection import Rejected
from workflows.term import Boundary, Due, Pause, Roll, Term, Unit
from workflows.term import add as add_term
from workflows.term import between as measure
from workflows.text import Text
from workflows.units import check_moment

app = noun(
    "期限计算（不需要服务）与日历、时限的办理。Terms, without a service; calendars and deadlines, with one."
)

UNITS = ("minute", "hour", "office_hour", "calendar_day", "working_day", "month", "year")
_HOUR_UNITS = UNITS[:3]
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})",
    re.ASCII,
)
_AMOUNT = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,6})?", re.ASCII)
_FRACTION = re.compile(r"-?[0-9]{1,9}/[0-9]{1,9}", re.ASCII)
_MOST_PAUSES = 1_000
_LARGEST_FILE = 2 * 1024 * 1024

Calendar = Annotated[
    str,
    typer.Option("--calendar", help="日历：cn 或 TOML/JSON 文件。Calendar: cn or a file.", metavar="FILE"),
]
Start = Annotated[
    str,
    typer.Option("--start", help="起算：日期或带时区的时刻。A date, or a moment with offset.", metavar="ISO"),
]
End = Annotated[
    str,
    typer.Option("--end", help="截止：日期或带时区的时刻。A date, or a moment with offset.", metavar="ISO"),
]
Amount_ = Annotated[
    str, typer.Option("--amount", help="时长，如 15、1.5、1/3；负数为提前。Negative: before.", metavar="N")
]
Unit_ = Annotated[str, typer.Option("--unit", help=" | ".join(UNITS), metavar="UNIT")]
Roll_ = Annotated[
    str, typer.Option("--roll", help="none | statutory_holiday | non_working_day", metavar="ROLL")
]
Boundary_ = Annotated[
    str | None,
    typer.Option(
        "--boundary", help="end_of_day | end_of_office_day | same_time | end_of_hour", metavar="BOUNDARY"
    ),
]
StartCounts = Annotated[
    bool, typer.Option("--start-counts", help="起算之日计入。The day of the start counts.")
]
NotBefore = Annotated[
    str | None, typer.Option("--not-before", help="不早于。Never earlier than.", metavar="ISO")
]
Pauses = Annotated[
    list[str] | None,
    typer.Option(
        "--pause",
        help="中止 起/止，可重复；止留空为未恢复。FROM/TO, repeatable; empty TO: open.",
        metavar="FROM/TO",
    ),
]
Language = Annotated[str, typer.Option("--language", help="zh | en", metavar="LANG")]
Rule = Annotated[str, typer.Option("--rule", help="规则名称。Name of the rule.")]
Source = Annotated[str, typer.Option("--source", help="规则出处。Where the rule is written.")]


@app.command()
def add(
    start: Start,
    amount: Amount_,
    unit: Unit_,
    calendar: Calendar = "cn",
    roll: Roll_ = "none",
    boundary: Boundary_ = None,
    start_counts: StartCounts = False,
    not_before: NotBefore = None,
    pause: Pauses = None,
    as_json: Json = False,
) -> None:
    """算出期限何时届满。Find when a term ends."""
    due = _due(start, amount, unit, calendar, roll, boundary, start_counts, not_before, pause)
    if as_json:
        show_json(due_document(due))
        return
    for line in _short(due):
        print(line)


@app.command()
def explain(
    start: Start,
    amount: Amount_,
    unit: Unit_,
    calendar: Calendar = "cn",
    roll: Roll_ = "none",
    boundary: Boundary_ = None,
    start_counts: StartCounts = False,
    not_before: NotBefore = None,
    pause: Pauses = None,
    rule: Rule = "",
    source: Source = "",
    language: Language = "zh",
    as_json: Json = False,
) -> None:
    """逐段说明期限如何计算。Tell how a term was counted, stretch by stretch."""
    if language not in ("zh", "en"):
        _refuse("language", "只能是 zh 或 en", "must be zh or en")
    due = _due(start, amount, unit, calendar, roll, boundary, start_counts, not_before, pause)
    trace = replace(
        due.trace, rule=Text(_line("rule", rule)) if rule else None, source=_line("source", source)
    )
    if as_json:
        text = {"zh": explain_text(trace, "zh"), "en": explain_text(trace, "en")}
        show_json({**due_document(due), "rule": rule, "source": source, "text": text})
        return
    print(explain_text(trace, language))


@app.command()
def between(
    start: Start,
    end: End,
    unit: Unit_,
    calendar: Calendar = "cn",
    boundary: Boundary_ = None,
    start_counts: StartCounts = False,
    pause: Pauses = None,
    as_json: Json = False,
) -> None:
    """量出两个时刻之间有多少。Measure how much of a unit lies between two moments."""
    known = _calendar(calendar)
    begins, ends = _moment("start", start, unit), _moment("end", end, unit)
    if as_utc(ends, known) < as_utc(begins, known):
        _refuse("end", "早于 start，请对调", "is earlier than start; swap the two")
    with _refusals_as_usage():
        counted = measure(
            begins,
            ends,
            Unit(unit),
            known,
            _pauses(pause, unit, known),
            start_counts=start_counts,
            boundary=None if boundary is None else Boundary(_one_of("boundary", boundary, tuple(Boundary))),
        )
    if as_json:
        show_json(measure_document(begins, ends, Unit(unit), counted, known))
        return
    print(f"{plain_amount(counted)} {unit}")


def _due(
    start: str,
    amount: str,
    unit: str,
    calendar: str,
    roll: str,
    boundary: str | None,
    start_counts: bool,
    not_before: str | None,
    pauses: list[str] | None,
) -> Due:

    begins = _moment("start", start, unit)
    with _refusals_as_usage():
        term = _term(amount, unit, roll, boundary, start_counts, not_before)
        _refuse_date_without_time(begins, term)
        known = _calendar(calendar)
        return add_term(begins, term, known, _pauses(pauses, unit, known))


def _term(
    amount: str, unit: str, roll: str, boundary: str | None, start_counts: bool, not_before: str | None
) -> Term:

    return Term(
        _amount(amount),
        Unit(unit),
        roll=Roll(_one_of("roll", roll, tuple(Roll))),
        boundary=None if boundary is None else Boundary(_one_of("boundary", boundary, tuple(Boundary))),
        start_counts=start_counts,
        not_before=None if not_before is None else _moment("not-before", not_before, "calendar_day"),
    )


def _refuse_date_without_time(begins: date, term: Term) -> None:
    if not isinstance(begins, datetime) and term.ends_at.value == "same_time":
        _refuse(
            "start",
            "same_time 需要起算时刻，请写带时区的时间，如 2017-09-25T09:00:00+08:00",
            "same_time needs the moment of the start with offset, such as 2017-09-25T09:00:00+08:00",
        )


def _moment(field: str, text: str, unit: str) -> date | datetime:

    _one_of("unit", unit, UNITS)
    is_date = _DATE.fullmatch(text) is not None
    if is_date and unit in _HOUR_UNITS:
        _refuse(
            field,
            f"只写了日期；单位 {unit} 需要带时区的时刻，如 2017-09-25T09:00:00+08:00",
            f"is only a date; the unit {unit} needs a moment with offset, such as 2017-09-25T09:00:00+08:00",
        )
    if not is_date and not _MOMENT.fullmatch(text):
        _refuse(
            field,
            "须为日期 2017-09-25 或带时区的时刻 2017-09-25T09:00:00+08:00（不能省略时区）",
            "must be a date like 2017-09-25 or a moment like 2017-09-25T09:00:00+08:00 (the offset is required)",
        )
    try:
        moment = date.fromisoformat(text) if is_date else datetime.fromisoformat(text)
    except ValueError:
        _refuse(field, "不是日历上存在的日期或时刻", "is not a date or time that exists")
    with _refusals_as_usage():
        check_moment(moment, field)
    return moment


def _amount(text: str) -> Decimal | Fraction | int:
    if _FRACTION.fullmatch(text) and int(text.split("/")[1]):
        return Fraction(text)
    if not _AMOUNT.fullmatch(text):
        _refuse(
            "amount",
            "须为普通数字，如 15、1.5 或 1/3（至多 9 位整数、6 位小数）",
            "must be an ordinary number such as 15, 1.5 or 1/3 (at most 9 digits before and 6 after the point)",
        )
    return Decimal(text) if "." in text else int(text)


def _pauses(listed: list[str] | None, unit: str, calendar: BusinessCalendar) -> list[Pause]:

    if listed is not None and len(listed) > _MOST_PAUSES:
        _refuse("pause", f"至多 {_MOST_PAUSES} 次", f"at most {_MOST_PAUSES} pauses")
    found = []
    for text in listed or ():
        begins, slash, ends = text.partition("/")
        if not slash:
            _refuse(
                "pause",
                "须写作 起/止，如 2017-09-28T10:00:00+08:00/",
                "must be FROM/TO; an empty TO means open",
            )
        start = _pause_end(begins, unit, calendar)
        found.append(Pause(start, _pause_end(ends, unit, calendar) if ends else None))
    return found


def _pause_end(text: str, unit: str, calendar: BusinessCalendar) -> datetime:
    moment = _moment("pause", text, unit)
    return moment if isinstance(moment, datetime) else calendar.moment(moment, 0)


def _calendar(name: str) -> BusinessCalendar:

    if name == "cn":
        return china()
    try:
        with Path(name).open("rb") as file:
            raw = file.read(_LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "bad path"
        raise Stopped(
            FAILED, f"--calendar：无法读取日历文件（{why}）。", f"The calendar file cannot be read ({why})."
        ) from None
    try:
        document = parse_json(raw) if name.endswith(".json") else parse_toml(raw)
        return read_calendar(document, {"cn": china()})
    except DefinitionProblems as found:
        lines = [
            f"--calendar：日历文件有 {len(found.problems)} 个问题：",
            *(f"  {p}" for p in found.problems),
        ]
        raise Stopped(
            FAILED, "\n".join(lines), f"The calendar file has {len(found.problems)} problems."
        ) from None


def _short(due: Due) -> Iterator[str]:

    yield from ending_lines(due.trace, "zh")


def _one_of(field: str, text: str, known: tuple[str, ...]) -> str:
    if text not in known:
        _refuse(field, f"只能是：{'、'.join(known)}", f"must be one of: {', '.join(known)}")
    return text


def _line(field: str, text: str) -> str:
    if not text.isprintable() or len(text) > 500:
        _refuse(
            field, "须为一行可读文字，至多 500 字", "must be one printable line of at most 500 characters"
        )
    return text


@contextmanager
def _refusals_as_usage() -> Iterator[None]:

    try:
        yield
    except Rejected as rejected:
        reason = rejected.reasons[0]
        option = f"--{(reason.field or '').partition('.')[0].replace('_', '-')}"
        raise Stopped(USAGE, f"{option}:{reason.text.zh}", f"{option}: {reason.text.en}") from None


def _refuse(field: str, zh: str, en: str) -> NoReturn:
    raise Stopped(USAGE, f"--{field}:{zh}。", f"--{field} {en}.")


add_commands(app)

if __name__ == "__main__":
    import sys

    from services.cli.main import main

    sys.exit(main(["clock", *sys.argv[1:]]))
