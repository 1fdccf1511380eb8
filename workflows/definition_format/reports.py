"""Reads the reports units owe: each by itself, a whole series ("every Monday 10:00"), or so many days before another.

A series becomes one obligation for each date it falls due. Its dates are plain calendar days, so that one document
means the same obligations wherever and whenever it is read; what a unit's days off do to them is said by `shift` and
settled with the unit's calendar when the report comes to be owed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice

from workflows.campaign import Phase, ReportObligation, SpecialReport
from workflows.definition_format.machines import read_events, read_optional_condition
from workflows.definition_format.names import REPORT_KINDS, Names
from workflows.definition_format.people import Ids
from workflows.definition_format.recurring import read_recurrence
from workflows.definition_format.table import NO_DAY, Table
from workflows.recurrence import Shift
from workflows.text import Text

MOST_TEXTS = 3
MOST_OF_A_SERIES = 200
_ONE_DAY = timedelta(days=1)
_SHIFTS = (Shift.NONE, Shift.LATER)
"""A report due earlier would leave out days it is to cover."""
Window = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Reports:
    """The reports of a definition: those owed by date, and those owed when something happens."""

    dated: tuple[ReportObligation, ...]
    special: tuple[SpecialReport, ...]


def read_reports(root: Table, names: Names, phases: Sequence[Phase], window: Window) -> Reports:
    """This will read what units owe, in the order written; a series stands where it was written.

    `window` is the first and the last day of the campaign.
    """
    texts = frozenset(name for name, kind in names.fields.items() if kind.type == "text")
    ids = Ids()
    special: list[SpecialReport] = []
    found: list[ReportObligation] = []
    parents: dict[str, tuple[ReportObligation, ...]] = {}
    for entry, t in enumerate(root.tables("reports")):
        report = ReportObligation(
            id=t.id(code=True),
            kind=t.one_of("kind", REPORT_KINDS),
            name=t.phrase("name"),
            covers_from=NO_DAY,
            covers_to=NO_DAY,
            due_on=NO_DAY,
            words=t.text("words"),
            source=t.source(),
            texts=t.names("texts", texts),
            due_time=t.optional_time("due_time"),
            figures=t.flag("figures", default=True),
            entry=entry,
            owed_by=t.names("owed_by", names.agency_types),
        )
        ids.check(t, report.id and (report.kind, report.id), what=f"{report.kind}/{report.id}")
        if len(report.texts) > MOST_TEXTS:
            zh, en = f"文字部分至多 {MOST_TEXTS} 项", f"a report asks for {MOST_TEXTS} texts at most"
            t.refuse("texts", "too_many", zh, en)
        if t.has("on"):
            special.append(_special(t, report, names))
        else:
            dated = tuple(_dated(t, report, parents, phases, window))
            found.extend(dated)
            parents |= {report.id: dated, **{one.id: (one,) for one in dated}}
    return Reports(tuple(found), tuple(special))


def _special(t: Table, report: ReportObligation, names: Names) -> SpecialReport:
    """A report an event calls for; it asks for words only."""
    on = read_events(t, "on", names, least=1)
    within = t.table("within")
    amount, unit = within.integer("amount", 1, 720), within.one_of("unit", ("hour", "day"))
    within.done()
    scope = names.scope("lead")
    when = read_optional_condition(t, "when", scope)
    if report.due_time is not None:
        t.refuse("due_time", "not_here", "期限由 within 决定", "the term is that of within")
    if not report.texts:
        t.refuse("texts", "missing_key", "专报须有文字栏", "a special report asks for texts")
    if report.owed_by:
        zh, en = "专报由承办单位报送", "the agency that holds the lead owes it"
        t.refuse("owed_by", "not_here", zh, en)
    hours = amount if unit == "hour" else 24 * amount
    return SpecialReport(
        report.id,
        report.kind,
        report.name,
        on,
        hours,
        report.words,
        report.source,
        report.texts,
        when,
        report.entry,
    )


def _dated(
    t: Table,
    report: ReportObligation,
    parents: Mapping[str, Sequence[ReportObligation]],
    phases: Sequence[Phase],
    window: Window,
) -> Iterator[ReportObligation]:
    every, before = t.optional_table("every"), t.optional_table("before")
    if every is not None and before is not None:
        t.refuse("before", "not_here", "不能与 every 并用", "cannot stand beside every")
    if every is not None:
        yield from _series(t, every, report, phases, window)
    elif before is not None:
        yield from _ahead(before, report, parents)
    else:
        days = (t.day("covers_from"), t.day("covers_to"), t.day("due_on"))
        yield _on(report, *days)


def _series(
    t: Table, every: Table, report: ReportObligation, phases: Sequence[Phase], window: Window
) -> Iterator[ReportObligation]:
    """One report for each date: it covers what lies between the date before and this one."""
    first, last = _span(t, phases, window)
    lag = t.integer("covers_lag", 0, 31, default=1 if report.due_time else 0)
    shift = Shift(every.one_of("shift", _SHIFTS, default=Shift.NONE))
    recurrence = read_recurrence(every, first, last)
    every.done()
    if recurrence is None:
        return
    dates = list(islice(recurrence.dates(first), MOST_OF_A_SERIES + 1))
    if len(dates) > MOST_OF_A_SERIES:
        zh, en = f"至多 {MOST_OF_A_SERIES} 期", f"a series has {MOST_OF_A_SERIES} reports at most"
        t.refuse("every", "too_many", zh, en)
        return
    begins = first
    for due_on in dates:
        covers_to = due_on - timedelta(days=lag)
        if covers_to < begins:
            continue  # due before a day has passed that it could report on
        one = replace(_on(report, begins, covers_to, due_on), shift=shift)
        yield _named(one, f"{report.id}-{due_on.isoformat()}", due_on)
        begins = covers_to + _ONE_DAY


def _span(t: Table, phases: Sequence[Phase], window: Window) -> Window:
    """The days between which a series falls due: those of a phase, those written, else the whole campaign."""
    by_id = {phase.id: (phase.starts_on, phase.ends_on) for phase in phases}
    first, last = by_id.get(t.name("phase", by_id, required=False), window)
    begins, ends = t.optional_day("starts_on") or first, t.optional_day("ends_on") or last
    for key, day, wrong in (("starts_on", begins, begins < window[0]), ("ends_on", ends, ends > window[1])):
        if wrong and NO_DAY not in (day, *window):
            t.refuse(key, "outside_window", "超出行动期间", "lies outside the campaign")
    return begins, ends


def _ahead(
    before: Table, report: ReportObligation, parents: Mapping[str, Sequence[ReportObligation]]
) -> Iterator[ReportObligation]:
    """So many days before another report, or before each of a series: to have what that one is made of in time."""
    name = before.name("report", parents)
    days = before.integer("days", 1, 60)
    before.done()
    found = [parent for parent in parents.get(name, ()) if NO_DAY not in (parent.due_on, parent.covers_from)]
    alone = [parent.id for parent in found] == [name]
    begins = found[0].covers_from if found else NO_DAY
    count = 0
    for parent in found:
        due_on = parent.due_on - timedelta(days=days)
        covers_to = min(parent.covers_to, due_on - _ONE_DAY if report.due_time else due_on)
        if covers_to < begins:
            continue  # as in a series: due before a day has passed that it could report on
        one = _on(report, begins, covers_to, due_on)
        yield one if alone else _named(one, f"{report.id}-{due_on.isoformat()}", due_on)
        begins, count = covers_to + _ONE_DAY, count + 1
    if found and not count:
        zh, en = "早于上级报告统计期开始", "falls before the period of the other report begins"
        before.refuse("days", "outside_window", zh, en)


def _on(report: ReportObligation, covers_from: date, covers_to: date, due_on: date) -> ReportObligation:
    return replace(report, covers_from=covers_from, covers_to=covers_to, due_on=due_on)


def _named(report: ReportObligation, period: str, due_on: date) -> ReportObligation:
    day = f"{due_on.year}年{due_on.month}月{due_on.day}日"
    name = Text(f"{report.name.zh}（{day}）", f"{report.name.in_language('en')}, {due_on.isoformat()}")
    return replace(report, id=period, name=name)
