"""Reads what runs by the clock: deadlines and the ladders they climb."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast

from workflows.campaign import (
    Actor,
    Clock,
    ExtensionTier,
    Ladder,
    Offset,
    Phase,
    QuietHours,
    Relation,
    Rung,
    Subject,
)
from workflows.definition_format.machines import (
    NOBODY,
    RELATIONS,
    read_actor,
    read_actors,
    read_events,
    read_optional_condition,
)
from workflows.definition_format.names import Names
from workflows.definition_format.people import Ids
from workflows.definition_format.recurring import read_timed_recurrence
from workflows.definition_format.table import Table
from workflows.facts import HOLDER_FACTS
from workflows.recurrence import Monthly, Weekly
from workflows.rejection import Rejected
from workflows.term import Boundary, Roll, Term, Unit

TERM_UNITS = ("minute", "hour", "office_hour", "calendar_day", "working_day", "month", "year")
OFFSET_UNITS = ("hour", "calendar_day", "working_day", "percent")
WINDOWS = ("return",)
MOST_REPEATS = 10
Window = tuple[date, date]
CLOCK_SUBJECTS = ("lead", "handoff", "transfer", "order", "report")
_FURTHEST = {"hour": 8_784, "calendar_day": 366, "working_day": 366, "percent": 200}
_EVERYBODY = ("office", "lead_agency", "sender", "receiver", "holder", "any")
_ANY_TERM = Term(1, Unit.CALENDAR_DAY)


def read_term(table: Table, *, signed: bool = False, dated: bool = False) -> Term:
    """This will read a length of time, as `workflows.term` counts it.

    A `signed` one may be negative ("three working days before"). A `dated` one may name a date: `fixed` instead of a
    length, or `not_before`, the earliest day it may end on.
    """
    fixed = table.optional_day("fixed") if dated else None
    not_before = table.optional_day("not_before") if dated else None
    unit = table.one_of("unit", TERM_UNITS, default="fixed" if fixed else None)
    amount = table.number("amount", default=Decimal(0) if fixed else None)
    roll = table.one_of("roll", tuple(Roll), default=Roll.NONE)
    boundary = table.one_of("boundary", tuple(Boundary)) if table.has("boundary") else None
    table.raw("boundary", required=False)
    start_counts = table.flag("start_counts")
    table.done()
    if fixed is None and (amount == 0 or (amount < 0 and not signed)):
        if table.has("amount"):
            zh, en = "期限须大于零", "a term must be longer than nothing"
            if signed:
                zh += "；到期日就是该日的，写 amount = 1, start_counts = true"
                en += "; what is due on that very day has amount = 1, start_counts = true"
            table.refuse("amount", "not_positive", zh, en)
        return _ANY_TERM
    try:
        return Term(
            int(amount) if amount == amount.to_integral_value() else amount,
            Unit(unit if fixed is None or table.has("unit") else Unit.FIXED),
            Roll(roll),
            None if boundary is None else Boundary(boundary),
            start_counts,
            not_before,
            fixed,
        )
    except Rejected as rejected:
        for reason in rejected.reasons:
            table.refuse(reason.field, reason.code.replace(".", "_"), reason.text.zh, reason.text.en)
        return _ANY_TERM


def read_clocks(root: Table, names: Names, phases: Sequence[Phase], window: Window) -> tuple[Clock, ...]:
    """This will read the deadline rules; rules of one code are alternatives, in the order written.

    `window` is the first and the last day of the campaign: what recurs does so in it, or in the phase it names.
    """
    return tuple(_read_clock(t, names, phases, window) for t in root.tables("clocks"))


def _read_clock(t: Table, names: Names, phases: Sequence[Phase], window: Window) -> Clock:
    subject = cast("Subject", t.one_of("subject", CLOCK_SUBJECTS))
    relations = tuple(r for r in RELATIONS[subject] if r not in ("any", "system"))
    return Clock(
        code=t.id("code", code=True),
        name=t.phrase("name"),
        subject=subject,
        starts_on=read_events(t, "starts_on", names, least=1),
        stops_on=read_events(t, "stops_on", names, least=1),
        term=_read_own_term(t),
        holder=cast("Relation", t.one_of("holder", relations)),
        ladder=t.name("ladder", names.ladders),
        source=t.source(),
        condition=read_optional_condition(t, "condition", names.scope(subject).with_facts(HOLDER_FACTS)),
        pauses_on=read_events(t, "pauses_on", names),
        resumes_on=read_events(t, "resumes_on", names),
        pause_grounds=_pause_grounds(t, names),
        pause_by=_pause_by(t, names, relations),
        pause_at_most=read_term(found) if (found := t.optional_table("pause_at_most")) is not None else None,
        extensions=tuple(_read_tier(x, names, relations) for x in t.tables("extensions")),
        effective_from=t.optional_day("effective_from"),
        effective_to=t.optional_day("effective_to"),
        verified=t.flag("verified", default=True),
        optional_right=t.flag("optional_right"),
        act=t.optional_phrase("act"),
        opens=_opens(t, subject),
        counts_from=_counts_from(t, subject, names),
        recurs=_read_series(t, phases, window),
        ends_on=read_events(t, "ends_on", names),
        restarts_on=read_events(t, "restarts_on", names),
        continues_on=read_events(t, "continues_on", names),
    )


def _read_own_term(t: Table) -> Term | None:
    if t.has("every"):
        if t.raw("term", required=False) is not None:
            zh, en = "重复的时限不写 term", "what recurs has no term of its own"
            t.refuse("term", "not_here", zh, en)
        return None
    if t.raw("term") == "given":
        return None
    return read_term(t.table("term"), signed=t.has("counts_from"), dated=True)


def _read_series(t: Table, phases: Sequence[Phase], window: Window) -> Weekly | Monthly | None:
    spans = {phase.id: (phase.starts_on, phase.ends_on) for phase in phases}
    every = t.optional_table("every")
    if every is None:
        return None
    first, last = spans.get(every.name("phase", spans, required=False), window)
    recurs = read_timed_recurrence(every, first, last)
    every.done()
    if not t.has("ends_on"):
        zh, en = "重复的时限须写明因何事终止（ends_on）", "what recurs must say which event ends it (ends_on)"
        t.refuse("ends_on", "missing_key", zh, en)
    for key in (
        "counts_from",
        "extensions",
        "restarts_on",
        "continues_on",
        "pauses_on",
        "resumes_on",
        "pause_grounds",
    ):
        if t.has(key):
            zh, en = f"重复的时限没有 {key}", f"what recurs has no {key}"
            t.refuse(key, "not_here", zh, en)
    return recurs


def _counts_from(t: Table, subject: Subject, names: Names) -> str | None:
    """The fact a term is counted from must be one of the subject, or an input, that holds a date or a moment."""
    name = t.text("counts_from", required=False) if t.has("counts_from") else ""
    if not name:
        return None
    known = {**names.scope(subject).kinds, **names.given(*names.fields)}
    dated = {fact for fact, kind in known.items() if kind.type in ("date", "moment")}
    return t.check_name("counts_from", name, dated) or None


def _opens(table: Table, subject: Subject) -> str | None:
    if not table.has("opens"):
        return None
    value = table.one_of("opens", WINDOWS)
    if value and subject != "handoff":
        zh, en = "只有协同事项的时钟能开启退回窗口", "only a clock of handoffs opens the window for returning"
        table.refuse("opens", "not_here", zh, en)
    return value


def _pause_grounds(table: Table, names: Names) -> tuple[str, ...]:
    return table.names("pause_grounds", names.vocabularies.get("suspension_ground", frozenset()))


def _pause_by(table: Table, names: Names, relations: tuple[str, ...]) -> Actor | None:
    text = table.text("pause_by", required=False) if table.has("pause_by") else ""
    return read_actor(table, "pause_by", text, names, relations) if text else None


def _read_tier(table: Table, names: Names, relations: tuple[str, ...]) -> ExtensionTier:
    text = table.text("approver")
    approver = read_actor(table, "approver", text, names, relations) if text else NOBODY
    return ExtensionTier(
        approver, read_term(table.table("term")), table.integer("times", 1, 100), table.source()
    )


def read_ladders(root: Table, names: Names) -> tuple[Ladder, ...]:
    """This will read the ladders; their rungs stand in order of time, each level once."""
    ids, found = Ids(), []
    for t in root.tables("ladders"):
        levels, rungs = Ids(), []
        ladder_id, name = t.id(), t.phrase("name")
        ids.check(t, ladder_id)
        for r in t.tables("rungs", required=True):
            rung = _read_rung(r, names)
            levels.check(r, rung.level, "level")
            rungs.append(rung)
        found.append(Ladder(ladder_id, name, tuple(rungs), t.source()))
    return tuple(found)


def _read_rung(table: Table, names: Names) -> Rung:
    level = table.id("level", code=True)
    if level == "due":
        table.refuse("level", "reserved", "due 为系统保留", "the level `due` is reserved")
    return Rung(
        level=level,
        name=table.phrase("name"),
        offset=_read_offset(table.table("offset")),
        to=read_actors(table, "to", names, _EVERYBODY),
        form=table.id("form"),
        source=table.source(),
        signature=table.flag("signature"),
        urgent=table.flag("urgent"),
        **_repeats(table),
    )


def _repeats(table: Table) -> dict[str, Any]:
    """`repeat = { amount = 1, unit = "working_day", times = 2 }`: how far apart, and how often at most."""
    again = table.optional_table("repeat")
    if again is None:
        return {}
    times = again.integer("times", 1, MOST_REPEATS)
    offset = _read_offset(again)
    if offset.unit == "percent" or offset.amount <= 0:
        zh, en = (
            "重复的间隔须为正的小时或日数",
            "the distance of repeats is a positive number of hours or days",
        )
        again.refuse("amount", "not_positive", zh, en)
    if table.has("signature"):
        zh, en = "须签发的级别不重复", "a rung that waits for a signature is not repeated"
        table.refuse("repeat", "not_here", zh, en)
    return {"repeat": offset, "repeat_times": times}


def read_quiet_hours(root: Table) -> QuietHours | None:
    """This will read when notices that are not urgent wait: `[quiet_hours] begins = 20:00, ends = 08:00`."""
    table = root.optional_table("quiet_hours")
    if table is None:
        return None
    begins, ends = table.optional_time("begins"), table.optional_time("ends")
    source, days_off = table.source(), table.flag("days_off")
    for key, value in (("begins", begins), ("ends", ends)):
        if value is None and not table.has(key):
            table.refuse(key, "missing_key", f"缺少 {key}", f"{key} is missing")
    if begins is not None and begins == ends:
        zh, en = "起止时刻不能相同", "the two times must differ"
        table.refuse("ends", "repeated", zh, en)
    table.done()
    if begins is None or ends is None:
        return None
    return QuietHours(begins, ends, source, days_off)


def _read_offset(table: Table) -> Offset:
    amount, unit = table.number("amount"), table.one_of("unit", OFFSET_UNITS)
    table.done()
    furthest = _FURTHEST[unit]
    if abs(amount) > furthest or (unit == "percent" and amount < 1 and table.has("amount")):
        least = 1 if unit == "percent" else -furthest
        zh, en = f"{unit} 须在 {least} 与 {furthest} 之间", f"{unit} must lie between {least} and {furthest}"
        table.refuse("amount", "out_of_range", zh, en)
    elif amount != amount.to_integral_value():
        table.refuse("amount", "not_whole", "须为整数", "must be a whole number")
    return Offset(Decimal(amount), unit)
