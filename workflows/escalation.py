"""How late is it, which rung is that, who is told: one schedule that both fires and forecasts.

The steps of a deadline are its rungs and the moment it is due ("due"). Each fires once per (deadline, round, step).
After an outage only the steps of the latest moment that has come are acted on; earlier rungs are recorded as skipped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from workflows.business_calendar import BusinessCalendar
from workflows.campaign import Ladder, Offset, Rung
from workflows.deadline import RUNNING, Deadline, lapsed
from workflows.term import Boundary, Pause, Term, Unit, add

DUE = "due"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens by itself: a rung, or the deadline passing (`rung` None, key "due").

    A rung told again is a step of its own, `repeat` counting from 1, its key "L2+1".
    """

    key: str
    at: datetime
    rung: Rung | None
    repeat: int = 0


@dataclass(frozen=True, slots=True)
class Firing:
    """What became of a deadline when its time came: the steps acted on, those skipped, and the deadline after."""

    deadline: Deadline
    fired: tuple[Step, ...]
    skipped: tuple[Step, ...]


def rung_at(offset: Offset, deadline: Deadline, calendar: BusinessCalendar) -> datetime:
    """This will place one rung in time: days are counted from the last day of the term, other units from its end."""
    if offset.unit == "percent":
        return _after_share(deadline, int(offset.amount))
    if offset.amount == 0:
        return deadline.due_at
    unit, local = Unit(offset.unit), deadline.due_at.astimezone(calendar.zone)
    if not unit.counts_hours and local.time() == time.min:
        # Due at 24:00 belongs to the day that ends there, not to the one that begins.
        moved = add(
            local.date() - timedelta(days=1),
            Term(offset.amount, unit, boundary=Boundary.END_OF_DAY),
            calendar,
        )
    else:
        moved = add(local, Term(offset.amount, unit, boundary=Boundary.SAME_TIME), calendar)
    assert moved.at is not None, "only a pause without end leaves a moment open"
    return moved.at.astimezone(UTC)


def _after_share(deadline: Deadline, percent: int) -> datetime:
    """When so much of the term has run: what the clock stood still is no part of it."""
    began, stood_still, counted_to = deadline.started_at, timedelta(0), deadline.started_at
    stops: list[tuple[datetime, datetime]] = []
    for pause in sorted(deadline.pauses, key=lambda p: p.start):
        start, end = max(pause.start, counted_to), min(pause.end or counted_to, deadline.due_at)
        if start < end:
            stops.append((start, end))
            stood_still, counted_to = stood_still + (end - start), end
    running = deadline.due_at - began - stood_still
    at = began + timedelta(seconds=int(running.total_seconds()) * percent // 100)
    for start, end in stops:
        if start < at:
            at += end - start
    return at.astimezone(UTC)


def schedule(deadline: Deadline, ladder: Ladder, calendar: BusinessCalendar) -> tuple[Step, ...]:
    """This will list every step of a deadline in order of time, those that lie before its start left out."""
    key = (id(ladder), id(calendar), deadline.started_at, deadline.due_at, deadline.pauses)
    known = _KNOWN.get(key)
    if known is None or known[0] is not ladder or known[1] is not calendar:
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        known = _KNOWN[key] = (ladder, calendar, _placed(deadline, ladder, calendar))
    return known[2]


_MOST_KNOWN = 20_000
# A schedule follows from its key alone; ladders and calendars live as long as the process and are held here.
_Key = tuple[int, int, datetime, datetime, tuple[Pause, ...]]
_KNOWN: dict[_Key, tuple[Ladder, BusinessCalendar, tuple[Step, ...]]] = {}


def _placed(deadline: Deadline, ladder: Ladder, calendar: BusinessCalendar) -> tuple[Step, ...]:
    # Nothing happens while a clock stands still: what would fall into a pause comes when it ends.
    moments = [
        (rung, _after_pauses(rung_at(rung.offset, deadline, calendar), deadline.pauses))
        for rung in ladder.rungs
    ]
    steps = [Step(DUE, deadline.due_at, None)]
    for rung, at in moments:
        if at > deadline.started_at:
            next_rung = min((other for _, other in moments if other > at), default=None)
            steps += [Step(rung.level, at, rung), *_repeats(rung, at, next_rung, calendar)]
    order = {None: -1} | {rung.level: place for place, rung in enumerate(ladder.rungs)}
    return tuple(sorted(steps, key=lambda s: (s.at, order[s.rung.level if s.rung else None], s.repeat)))


def _after_pauses(at: datetime, pauses: Sequence[Pause]) -> datetime:
    for pause in sorted(pauses, key=lambda p: p.start):
        if pause.end is not None and pause.start <= at < pause.end:
            at = pause.end.astimezone(UTC)
    return at


def _repeats(
    rung: Rung, first: datetime, next_rung: datetime | None, calendar: BusinessCalendar
) -> Iterator[Step]:
    """A rung is told again, so far apart, until the next rung comes."""
    if rung.repeat is None:
        return
    for number in range(1, rung.repeat_times + 1):
        term = Term(rung.repeat.amount * number, Unit(rung.repeat.unit), boundary=Boundary.SAME_TIME)
        at = add(first.astimezone(calendar.zone), term, calendar).at
        assert at is not None, "only a pause without end leaves a moment open"
        if next_rung is not None and at >= next_rung:
            return
        yield Step(f"{rung.level}+{number}", at.astimezone(UTC), rung, number)


def armed(deadline: Deadline, ladder: Ladder, calendar: BusinessCalendar) -> Deadline:
    """This will set when the deadline's next step fires; None unless it is running and has steps left."""
    left = _left(deadline, schedule(deadline, ladder, calendar)) if deadline.state == RUNNING else ()
    return replace(deadline, next_at=left[0].at if left else None)


def fire(deadline: Deadline, ladder: Ladder, calendar: BusinessCalendar, at: datetime) -> Firing:
    """This will let everything due by `at` happen once; nothing if the clock was stopped, paused or moved meanwhile."""
    if deadline.state != RUNNING:
        return Firing(replace(deadline, next_at=None), (), ())
    steps = _left(deadline, schedule(deadline, ladder, calendar))
    come = [step for step in steps if step.at <= at]
    if not come:
        return Firing(armed(deadline, ladder, calendar), (), ())
    rungs = [step for step in come if step.rung is not None]
    # A rung that comes late together with its repeats is told once, as the rung it is.
    told = [step for step in rungs if not step.repeat] or rungs
    latest = max((step.at for step in told), default=None)
    fired = tuple(step for step in come if step.rung is None or (step.at == latest and step in told))
    skipped = tuple(step for step in come if step not in fired)
    expired_at = deadline.due_at if any(step.key == DUE for step in come) else deadline.expired_at
    after = replace(deadline, done=(*deadline.done, *(step.key for step in come)), expired_at=expired_at)
    if expired_at is not None:
        after = lapsed(after)
    return Firing(armed(after, ladder, calendar), fired, skipped)


def forecast(deadline: Deadline, ladder: Ladder, calendar: BusinessCalendar) -> tuple[Step, ...]:
    """This will list what happens next by itself if nobody acts: the very steps `fire` will take."""
    return _left(deadline, schedule(deadline, ladder, calendar)) if deadline.state == RUNNING else ()


def soon_from(deadline: Deadline, ladder: Ladder, calendar: BusinessCalendar) -> datetime | None:
    """This will say from when the deadline counts as near: its first rung before due."""
    early = [s.at for s in schedule(deadline, ladder, calendar) if s.at < deadline.due_at]
    return min(early, default=None)


def is_told_above(done: Sequence[str], ladder: Ladder) -> bool:
    """This will say whether a rung that needs a signature, or a person above, has fired already."""
    return any(rung.level in done and rung.signature for rung in ladder.rungs)


def addressed(rung: Rung, relations: Mapping[str, str | None]) -> list[dict[str, str | None]]:
    """This will say who a rung tells, as role and agency; agency None means everyone in the role, wherever they are.

    A target whose relation nobody stands in is left out.
    """
    return [
        {"role": target.role, "agency": relations.get(target.relation)}
        for target in rung.to
        if target.relation == "any" or relations.get(target.relation) is not None
    ]


def by_hand(done: Sequence[str], ladder: Ladder) -> Rung | None:
    """This will name the rung a person who urges repeats: the last that came, the first before any came.

    Rungs that need a signature are left out: nobody signs an urging.
    """
    plain = [rung for rung in ladder.rungs if not rung.signature]
    came = [rung for rung in plain if rung.level in done]
    return came[-1] if came else next(iter(plain), None)


def _left(deadline: Deadline, steps: Sequence[Step]) -> tuple[Step, ...]:
    left = [step for step in steps if step.key not in deadline.done]
    if deadline.acknowledged_at is None and deadline.snoozed_until is None:
        return tuple(left)
    came = {step.rung.level: step.at for step in steps if step.rung is not None and not step.repeat}
    return tuple(step for step in left if not _is_silenced(deadline, step, came))


def _is_silenced(deadline: Deadline, step: Step, came: Mapping[str, datetime]) -> bool:
    """Knowing stops the repeats of what was told before, a snooze those before its end; neither stops a rung."""
    if step.rung is None or not step.repeat:
        return False
    if deadline.snoozed_until is not None and step.at < deadline.snoozed_until:
        return True
    return deadline.acknowledged_at is not None and came[step.rung.level] <= deadline.acknowledged_at
