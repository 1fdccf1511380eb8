"""Reads what runs by the clock: deadlines and the ladders they climb."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

from workflows.campaign import (
    Actor,
    Clock,
    ExtensionTier,
    Ladder,
    Offset,
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
from workflows.definition_format.table import Table
from workflows.facts import HOLDER_FACTS
from workflows.rejection import Rejected
from workflows.term import Boundary, Roll, Term, Unit

TERM_UNITS = ("minute", "hour", "office_hour", "calendar_day", "working_day", "month", "year")
OFFSET_UNITS = ("hour", "calendar_day", "working_day", "percent")
WINDOWS = ("return",)
CLOCK_SUBJECTS = ("lead", "handoff", "transfer", "order", "report")
_FURTHEST = {"hour": 8_784, "calendar_day": 366, "working_day": 366, "percent": 200}
_EVERYBODY = ("office", "lead_agency", "sender", "receiver", "holder", "any")
_ANY_TERM = Term(1, Unit.CALENDAR_DAY)


def read_term(table: Table) -> Term:
    """This will read a length of time, as `workflows.term` counts it."""
    amount, unit = table.number("amount"), table.one_of("unit", TERM_UNITS)
    roll = table.one_of("roll", tuple(Roll), default=Roll.NONE)
    boundary = table.one_of("boundary", tuple(Boundary)) if table.has("boundary") else None
    table.raw("boundary", required=False)
    start_counts = table.flag("start_counts")
    table.done()
    if amount <= 0:
        if table.has("amount"):
            table.refuse("amount", "not_positive", "期限须大于零", "a term must be longer than nothing")
        return _ANY_TERM
    try:
        return Term(
            int(amount) if amount == amount.to_integral_value() else amount,
            Unit(unit),
            Roll(roll),
            None if boundary is None else Boundary(boundary),
            start_counts,
        )
    except Rejected as rejected:
        for reason in rejected.reasons:
            table.refuse(reason.field, reason.code.replace(".", "_"), reason.text.zh, reason.text.en)
        return _ANY_TERM


def read_clocks(root: Table, names: Names) -> tuple[Clock, ...]:
    """This will read the deadline rules; rules of one code are alternatives, in the order written."""
    return tuple(_read_clock(t, names) for t in root.tables("clocks"))


def _read_clock(t: Table, names: Names) -> Clock:
    subject = cast("Subject", t.one_of("subject", CLOCK_SUBJECTS))
    relations = tuple(r for r in RELATIONS[subject] if r not in ("any", "system"))
    return Clock(
        code=t.id("code", code=True),
        name=t.phrase("name"),
        subject=subject,
        starts_on=read_events(t, "starts_on", names, least=1),
        stops_on=read_events(t, "stops_on", names, least=1),
        term=None if t.raw("term") == "given" else read_term(t.table("term")),
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
    )


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
    )


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
