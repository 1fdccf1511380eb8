"""When something is due: start, pause, resume, extend, meet, cancel. A deadline is a value; lateness is computed.

The original due moment never disappears; an extension moves `due_at` and begins a new round of rungs (`round`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from workflows.business_calendar import BusinessCalendar
from workflows.campaign import CampaignDefinition, Clock, ExtensionTier
from workflows.recurrence import Monthly, Weekly, occurrence_on
from workflows.rejection import Reason, Rejected
from workflows.term import Due, Pause, Term, Unit, add, extend
from workflows.text import Text

RUNNING, PAUSED, MET, MISSED, CANCELLED = "running", "paused", "met", "missed", "cancelled"
LAPSED = "lapsed"
OPEN = frozenset({RUNNING, PAUSED})


@dataclass(frozen=True, slots=True)
class Extension:
    """A granted extension: by how much, who approved, and the due moment before it."""

    term: Term
    tier: int
    approved_by: str
    approved_at: datetime
    previous_due_at: datetime


@dataclass(frozen=True, slots=True)
class Deadline:
    """One running (or finished) clock of one subject.

    `rule` is the clock's place in the pinned definition (code and index), `generation` the subject's round it belongs
    to, `round` counts extensions. `done` lists the steps (rungs and "due") that have fired or were skipped in this
    round. `next_at` is when the next step fires; None when nothing more will happen by itself. An `optional_right` may
    be used, or not: when its time has run out it has lapsed, and nobody is late.

    The term counts from `counted_from` where the rule names a fact for it (of a series: the day it was planned for),
    else from `started_at`. Repeats of a rung are silent until `snoozed_until`.
    """

    id: str
    campaign_id: str
    definition_hash: str
    subject: str
    subject_id: str
    lead_id: str | None
    code: str
    rule: int
    generation: int
    round: int
    holder: str
    started_at: datetime
    original_due_at: datetime
    due_at: datetime
    provisional: bool
    calendar: str
    state: str
    next_at: datetime | None
    stopped_at: datetime | None = None
    expired_at: datetime | None = None
    acknowledged_at: datetime | None = None
    done: tuple[str, ...] = ()
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()
    optional_right: bool = False
    counted_from: datetime | None = None
    snoozed_until: datetime | None = None

    @property
    def begins(self) -> datetime:
        """The moment the term is counted from."""
        return self.counted_from or self.started_at

    @property
    def is_open(self) -> bool:
        """Whether somebody still owes something under this clock."""
        return self.state in OPEN

    def is_overdue(self, at: datetime) -> bool:
        """This will say whether the deadline has passed unmet at a moment (or was met too late); a right never is."""
        return not self.optional_right and (self.stopped_at or at) > self.due_at


def due_of(
    clock: Clock,
    started_at: datetime,
    calendar: BusinessCalendar,
    pauses: Sequence[Pause] = (),
    extensions: Sequence[Extension] = (),
    given_due: datetime | None = None,
) -> Due:
    """This will compute when a clock is due, extensions counted from the original due.

    A clock without a term of its own is due at `given_due`; raises Rejected when that is missing. One of a series is
    due as planned for the day it began.
    """
    if clock.recurs is not None:
        return _planned(clock.recurs, started_at, calendar)
    if clock.term is None and given_due is None:
        text = Text(f"{clock.name.zh}没有到期日", f"clock {clock.code} has no due date")
        raise Rejected(Reason("due_missing", text))
    if clock.term is None:
        due = add(
            started_at, Term(unit=Unit.FIXED, fixed=_last_day(given_due or started_at, calendar)), calendar
        )
    else:
        due = add(started_at, clock.term, calendar, pauses)
    for extension in extensions:
        due = extend(due, extension.term, calendar, pauses)
    return due


def _planned(recurs: Weekly | Monthly, day: datetime, calendar: BusinessCalendar) -> Due:
    planned = occurrence_on(recurs, calendar.local_date(day), calendar)
    fixed = planned.on if recurs.at is None else planned.at
    due = add(day, Term(unit=Unit.FIXED, fixed=fixed), calendar)
    if not planned.provisional:
        return due
    days = f"{planned.planned} — {planned.on}"
    reason = Text(f"{days} 的放假安排尚未公布", f"the holidays of {days} are not published yet")
    return replace(due, provisional=True, reason=reason)


def _last_day(due_at: datetime, calendar: BusinessCalendar) -> date | datetime:
    """A due moment at 24:00 is the end of the day before, from which extensions are counted."""
    local = due_at.astimezone(calendar.zone)
    return local.date() - timedelta(days=1) if local.time() == time.min else local


def started(
    clock: Clock,
    rule: int,
    *,
    deadline_id: str,
    definition: CampaignDefinition,
    campaign_id: str,
    subject: str,
    subject_id: str,
    lead_id: str | None,
    generation: int,
    holder: str,
    at: datetime,
    calendar: BusinessCalendar,
    given_due: datetime | None = None,
    counted_from: datetime | None = None,
) -> Deadline:
    """This will arm a clock for a subject. `given_due` is needed where the rule has no term of its own."""
    due = due_of(clock, counted_from or at, calendar, given_due=given_due)
    assert due.at is not None, "only a pause without end leaves a due date open"
    due_at = due.at.astimezone(UTC)
    return Deadline(
        id=deadline_id,
        campaign_id=campaign_id,
        definition_hash=definition.hash,
        subject=subject,
        subject_id=subject_id,
        lead_id=lead_id,
        code=clock.code,
        rule=rule,
        generation=generation,
        round=1,
        holder=holder,
        started_at=at,
        original_due_at=due_at,
        due_at=due_at,
        provisional=due.provisional,
        calendar=f"{calendar.id}@{calendar.version}",
        state=RUNNING,
        next_at=None,
        optional_right=clock.optional_right,
        counted_from=counted_from,
    )


def stopped(deadline: Deadline, at: datetime, *, cancelled: bool = False) -> Deadline:
    """This will end a clock: met if in time, missed if late (a right: lapsed), cancelled if the matter went away."""
    if not deadline.is_open:
        return deadline
    late = LAPSED if deadline.optional_right else MISSED
    state = CANCELLED if cancelled else (late if at > deadline.due_at else MET)
    return replace(deadline, state=state, stopped_at=at, next_at=None)


def lapsed(deadline: Deadline) -> Deadline:
    """This will end a right that was not used at the moment its time ran out; any other clock stays as it is."""
    if not (deadline.optional_right and deadline.is_open):
        return deadline
    return replace(deadline, state=LAPSED, stopped_at=deadline.due_at, next_at=None)


def paused(deadline: Deadline, at: datetime) -> Deadline:
    """This will stop a running clock from counting; a clock already paused stays as it is."""
    if deadline.state != RUNNING or at > deadline.due_at:
        return deadline
    return replace(deadline, state=PAUSED, next_at=None, pauses=(*deadline.pauses, Pause(at, None)))


def resumed(deadline: Deadline, clock: Clock, calendar: BusinessCalendar, at: datetime) -> Deadline:
    """This will let a paused clock count again; the due moment moves by what was paused, in the term's own unit."""
    if deadline.state != PAUSED:
        return deadline
    pauses = (*deadline.pauses[:-1], Pause(deadline.pauses[-1].start, at))
    due = due_of(clock, deadline.begins, calendar, pauses, deadline.extensions, deadline.original_due_at)
    assert due.at is not None, "the last pause has just ended"
    return replace(
        deadline,
        state=RUNNING,
        pauses=pauses,
        due_at=max(due.at.astimezone(UTC), deadline.due_at),
        provisional=due.provisional,
    )


def planned_pause(
    deadline: Deadline, clock: Clock, calendar: BusinessCalendar, at: datetime, until: datetime, ground: str
) -> Deadline:
    """This will let a clock stand still from `at` until `until`, when it counts again by itself.

    Raises Rejected: the rule allows no pause on this ground, the clock is not running, the deadline has passed, the
    end is not later than now or farther away than the rule allows.
    """
    reasons = _pause_faults(deadline, clock, calendar, at, until, ground)
    if reasons:
        raise Rejected(*reasons)
    return _with_pauses(deadline, clock, calendar, (*deadline.pauses, Pause(at, until, ground)))


def _pause_faults(
    deadline: Deadline, clock: Clock, calendar: BusinessCalendar, at: datetime, until: datetime, ground: str
) -> list[Reason]:
    found = []
    if ground not in clock.pause_grounds:
        text = Text(
            f"{clock.name.zh}不得因此中止（{clock.source}）",
            f"{clock.code} allows no pause on this ground ({clock.source})",
        )
        allowed = "、".join(clock.pause_grounds)
        hint = Text(f"可中止的事由：{allowed}", f"grounds for a pause: {allowed}") if allowed else None
        found.append(Reason("no_pause", text, "ground", hint))
    if deadline.state != RUNNING:
        found.append(Reason("clock_not_running", Text("该时限未在计时", "this clock is not running")))
    elif at > deadline.due_at:
        text = Text("时限已过，不能再中止", "the deadline has passed; it can no longer be paused")
        found.append(Reason("asked_late", text))
    if until <= at:
        found.append(
            Reason("reversed", Text("中止的结束须晚于现在", "a pause must end later than now"), "until")
        )
    longest = add(at, clock.pause_at_most, calendar).at if clock.pause_at_most is not None else None
    if longest is not None and until > longest:
        last = longest.isoformat(timespec="minutes")
        found.append(Reason("too_long", Text(f"最长中止至 {last}", f"at most until {last}"), "until"))
    return found


def ended_early(deadline: Deadline, clock: Clock, calendar: BusinessCalendar, at: datetime) -> Deadline:
    """This will end a planned pause now. Raises Rejected when the clock is not in one."""
    last = deadline.pauses[-1] if deadline.pauses else None
    if deadline.state != RUNNING or last is None or last.end is None or not last.start <= at < last.end:
        raise Rejected(Reason("not_paused", Text("该时限未在中止期内", "this clock is not in a pause")))
    return _with_pauses(
        deadline, clock, calendar, (*deadline.pauses[:-1], Pause(last.start, at, last.ground))
    )


def _with_pauses(
    deadline: Deadline, clock: Clock, calendar: BusinessCalendar, pauses: tuple[Pause, ...]
) -> Deadline:
    due = due_of(clock, deadline.begins, calendar, pauses, deadline.extensions, deadline.original_due_at)
    assert due.at is not None, "every pause here has an end"
    return replace(deadline, pauses=pauses, due_at=due.at.astimezone(UTC), provisional=due.provisional)


def recomputed(deadline: Deadline, clock: Clock, calendar: BusinessCalendar, at: datetime) -> Deadline:
    """This will count a deadline again on another version of its calendar; a paused one waits for its resumption.

    One that had expired and is given time again by it (an office closed on the last day, as it turns out at `at`) begins
    a new round: the new date is watched like the first. Not so in a series, whose next one runs already.
    """
    if deadline.state != RUNNING or (clock.term is None and clock.recurs is None):
        return deadline
    counted = replace(
        _with_pauses(deadline, clock, calendar, deadline.pauses),
        original_due_at=_original(deadline, clock, calendar),
        calendar=f"{calendar.id}@{calendar.version}",
    )
    given_time = deadline.expired_at is not None and counted.due_at > at and clock.recurs is None
    return _watched_anew(counted) if given_time else counted


def _watched_anew(deadline: Deadline) -> Deadline:
    return replace(
        deadline,
        round=deadline.round + 1,
        done=(),
        expired_at=None,
        acknowledged_at=None,
        snoozed_until=None,
    )


def _original(deadline: Deadline, clock: Clock, calendar: BusinessCalendar) -> datetime:
    due = due_of(clock, deadline.begins, calendar)
    assert due.at is not None, "nothing is paused here"
    return due.at.astimezone(UTC)


def in_pause(deadline: Deadline, at: datetime) -> bool:
    """This will say whether a clock stands still at a moment, planned or until further notice."""
    planned = any(p.start <= at and (p.end is None or at < p.end) for p in deadline.pauses)
    return deadline.state == PAUSED or (deadline.state == RUNNING and planned)


def next_tier(clock: Clock, deadline: Deadline) -> tuple[int, ExtensionTier] | None:
    """This will find the tier of approver the next extension needs, if the rule allows one more."""
    used = len(deadline.extensions)
    for index, tier in enumerate(clock.extensions):
        if used < tier.times:
            return index, tier
        used -= tier.times
    return None


def check_extension(clock: Clock, deadline: Deadline, at: datetime) -> tuple[int, ExtensionTier]:
    """This will say which tier decides an extension asked now.

    Raises Rejected: clock not running, rule without extension, all extensions used, or asked after expiry.
    """
    reasons = []
    if not deadline.is_open:
        reasons.append(Reason("clock_ended", Text("该时限已结束", "this clock has ended")))
    elif at > deadline.due_at:
        text = Text(
            "时限已过，延期须在到期前申请",
            "the deadline has passed; an extension must be asked before expiry",
        )
        reasons.append(Reason("asked_late", text, None, Text("仍按逾期办理", "the matter stays overdue")))
    tier = next_tier(clock, deadline)
    if tier is None:
        zh = f"{clock.name.zh}不得延期（{clock.source}）" if not clock.extensions else "可用的延期次数已用完"
        en = f"{clock.code} allows no {'further ' if clock.extensions else ''}extension ({clock.source})"
        reasons.append(Reason("no_extension", Text(zh, en)))
    if reasons or tier is None:
        raise Rejected(*reasons)
    return tier


def extended(
    deadline: Deadline, clock: Clock, tier: int, term: Term, calendar: BusinessCalendar, by: str, at: datetime
) -> Deadline:
    """This will move the due moment by a granted extension; it never comes earlier. A new round of rungs begins."""
    extension = Extension(term, tier, by, at, deadline.due_at)
    extensions = (*deadline.extensions, extension)
    due = due_of(clock, deadline.begins, calendar, deadline.pauses, extensions, deadline.original_due_at)
    if due.at is None:
        raise Rejected(
            Reason("due_unknown", Text("时限暂停中，不能延期", "a paused clock cannot be extended"))
        )
    return replace(
        _watched_anew(deadline),
        due_at=max(due.at.astimezone(UTC), deadline.due_at),
        extensions=extensions,
        provisional=due.provisional,
    )


def light(deadline: Deadline, at: datetime, soon_from: datetime | None, *, escalated: bool) -> str:
    """This will name a clock's light: ok, soon, overdue, escalated, paused or done."""
    if not deadline.is_open:
        return "done"
    if in_pause(deadline, at):
        return "paused"
    if deadline.is_overdue(at):
        return "escalated" if escalated else "overdue"
    return "soon" if soon_from is not None and at >= soon_from else "ok"


def describe(deadline: Deadline) -> Mapping[str, Any]:
    """This will give the facts of a deadline that its events carry."""
    return {
        "deadline_id": deadline.id,
        "code": deadline.code,
        "holder": deadline.holder,
        "due_at": deadline.due_at,
        "original_due_at": deadline.original_due_at,
        "round": deadline.round,
        "generation": deadline.generation,
    }
