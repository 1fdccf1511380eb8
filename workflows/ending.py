"""From the last day counted to the due date: boundary, roll, not-before, and what stays uncertain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from workflows.business_calendar import BusinessCalendar
from workflows.day_counting import ONE_DAY, Count, DayGrid, StoppedDays, roll_day
from workflows.text import Text
from workflows.timeline import Due, Exact, Segment, Trace, Why
from workflows.units import Boundary, Pause, Roll, Term, Unit


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a count came out, and in what it counted."""

    count: Count
    total: Exact
    unit: Unit
    grid: DayGrid
    stopped: list[StoppedDays] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Ends:
    at: datetime
    on: date


def ending(
    began: datetime, term: Term, calendar: BusinessCalendar, pauses: tuple[Pause, ...], reached: Reached
) -> Due:
    """This will make the due date of a count: its moment after roll and not-before, and its whole account."""
    strict = _strict_end(calendar, reached)
    rolled = _rolled_end(strict, term, reached)
    final = _held_end(rolled, term, reached)
    latest = _latest_end(strict, term, reached)
    unconfirmed = _runs(_unconfirmed(strict, rolled, term, calendar, reached))
    segments = _clipped(reached.count.segments, strict, term)
    if strict is not None and rolled is not None and rolled.on > strict.on:
        segments.append(_roll_segment(strict, rolled, calendar))
    zone = calendar.zone
    trace = Trace(
        term=term,
        start=began.astimezone(zone),
        segments=tuple(segments),
        counted_unit=reached.unit,
        total=reached.total,
        at=final.at if final else None,
        on=final.on if final else None,
        strict_at=strict.at if strict else None,
        strict_on=strict.on if strict else None,
        latest_arguable_at=latest.at if latest else None,
        latest_arguable_on=latest.on if latest else None,
        calendar_id=calendar.id,
        calendar_version=calendar.version,
        time_zone=calendar.time_zone,
        pauses=pauses,
        rolled=rolled != strict,
        held_back=final != rolled,
        unconfirmed=unconfirmed,
    )
    if final is None:
        return Due(None, None, provisional=False, reason=_OPEN_PAUSE, trace=trace)
    reason = _unpublished(unconfirmed, calendar) if unconfirmed else None
    return Due(final.at, final.on, provisional=bool(unconfirmed), reason=reason, trace=trace)


_OPEN_PAUSE = Text(
    "计时已中止且未恢复，到期时间未知。", "The clock is paused with no end yet; the due date is unknown."
)


def _strict_end(calendar: BusinessCalendar, reached: Reached) -> _Ends | None:
    count = reached.count
    if count.day is not None:
        return _end_on(count.day, reached.grid)
    if count.moment is not None:
        local = count.moment.astimezone(calendar.zone)
        return _Ends(local, local.date())
    return None


def _end_on(on: date, grid: DayGrid) -> _Ends:
    return _Ends(grid.end_of(on).astimezone(grid.calendar.zone), on)


def _rolled_end(strict: _Ends | None, term: Term, reached: Reached) -> _Ends | None:
    if strict is None or term.roll is Roll.NONE:
        return strict
    on = roll_day(strict.on, term.roll, reached.grid, reached.stopped, backwards=term.amount < 0)
    return strict if on == strict.on else _end_on(on, reached.grid)


def _held_end(rolled: _Ends | None, term: Term, reached: Reached) -> _Ends | None:
    if rolled is None or term.not_before is None:
        return rolled
    if isinstance(term.not_before, datetime):
        local = term.not_before.astimezone(reached.grid.calendar.zone)
        floor = _Ends(local, local.date())
    else:
        floor = _end_on(term.not_before, reached.grid)
    return max(rolled, floor, key=lambda end: end.at.astimezone(UTC))


def _latest_end(strict: _Ends | None, term: Term, reached: Reached) -> _Ends | None:
    if strict is None or term.unit.counts_hours or term.amount < 0:
        return strict
    on = roll_day(strict.on, Roll.NON_WORKING_DAY, reached.grid, reached.stopped, backwards=False)
    return strict if on == strict.on else _end_on(on, reached.grid)


def _unconfirmed(
    strict: _Ends | None, rolled: _Ends | None, term: Term, calendar: BusinessCalendar, reached: Reached
) -> Iterable[tuple[date, date]]:
    """The unconfirmed days on which the end depends, as first and last of each run."""
    yield from reached.count.unconfirmed
    if strict is None or rolled is None or reached.count.day is None:
        return
    if term.roll is not Roll.NONE:
        first, last = sorted((strict.on, rolled.on))
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        yield from ((on, on) for on in days if not calendar.is_confirmed(on))
    elif term.ends_at is Boundary.END_OF_OFFICE_DAY and not calendar.is_confirmed(strict.on):
        yield strict.on, strict.on


def _runs(spans: Iterable[tuple[date, date]]) -> tuple[tuple[date, date], ...]:
    runs: list[tuple[date, date]] = []
    for first, last in sorted(spans):
        if runs and first <= runs[-1][1] + ONE_DAY:
            runs[-1] = (runs[-1][0], max(runs[-1][1], last))
        else:
            runs.append((first, last))
    return tuple(runs)


def _clipped(segments: list[Segment], strict: _Ends | None, term: Term) -> list[Segment]:
    """A last counted day that ends before midnight (close of office, the moment kept) is shown to its real end."""
    if strict is None or not segments or term.amount < 0 or term.ends_at is Boundary.END_OF_DAY:
        return segments
    last = segments[-1]
    if last.counted and last.end is not None and last.start < strict.at < last.end:
        return [*segments[:-1], last._replace(end=strict.at)]
    return segments


def _roll_segment(strict: _Ends, rolled: _Ends, calendar: BusinessCalendar) -> Segment:
    cause, days = calendar.day_kind(strict.on), (rolled.on - strict.on).days
    return Segment(
        strict.at,
        rolled.at,
        False,
        days,
        Why.ROLL,
        Text(f"末日为{cause.name.zh}，顺延", f"the last day is {cause.name.en}; moved on"),
        cause.source,
        all(calendar.is_confirmed(strict.on + timedelta(days=n)) for n in range(days + 1)),
    )


def _unpublished(runs: tuple[tuple[date, date], ...], calendar: BusinessCalendar) -> Text:
    first, last = runs[0][0], runs[-1][1]
    if calendar.confirmed_from is None or calendar.confirmed_through is None:
        confirmed = Text("该日历没有已确认的年份", "this calendar has no confirmed year")
    else:
        span = (calendar.confirmed_from, calendar.confirmed_through)
        confirmed = Text(
            "该日历只确认 {} 至 {}".format(*span),
            "this calendar is confirmed from {} to {} only".format(*span),
        )
    return Text(
        f"用到 {first} 至 {last} 的日历，而{confirmed.zh}；调休安排公布后结果可能改变，暂定。",
        f"Needs the calendar of {first} to {last}, but {confirmed.en}; the date is provisional and may change once "
        "the holiday notice is published.",
    )
