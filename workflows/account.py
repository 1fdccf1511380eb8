"""The whole account of one deadline: how its original due date came about, then every extension granted on it.

The original stays readable beside what it became, as an officer must be able to show both.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from workflows.business_calendar import BusinessCalendar
from workflows.campaign import Clock
from workflows.deadline import Deadline, due_of
from workflows.explanation import explain_text
from workflows.recurrence import in_words
from workflows.term import extend
from workflows.text import Text
from workflows.timeline import Due


def counts(deadline: Deadline, clock: Clock, calendar: BusinessCalendar) -> tuple[Due, ...]:
    """This will count a deadline out: its own term with its pauses first, then one count for each extension."""
    due = due_of(clock, deadline.begins, calendar, deadline.pauses, given_due=deadline.original_due_at)
    found = [replace(due, trace=replace(due.trace, rule=_rule(clock), source=clock.source))]
    for extension in deadline.extensions:
        due = extend(due, extension.term, calendar, deadline.pauses)
        found.append(due)
    return tuple(found)


def account(deadline: Deadline, clock: Clock, calendar: BusinessCalendar, language: str = "zh") -> str:
    """This will tell it line by line in Chinese ("zh") or English ("en"); the last line gives both due moments."""
    first, *extensions = counts(deadline, clock, calendar)
    told = [explain_text(first.trace, language)]
    for number, (due, extension) in enumerate(zip(extensions, deadline.extensions, strict=True), start=1):
        on = extension.approved_at.astimezone(calendar.zone)
        heading = Text(
            f"第{number}次延期（{on:%Y-%m-%d %H:%M} 批准）",
            f"Extension {number} (granted {on:%Y-%m-%d %H:%M})",
        )
        told += ["", heading.in_language(language), explain_text(due.trace, language)]
    told += _notes(deadline, clock, calendar, language)
    return "\n".join(told)


def _rule(clock: Clock) -> Text:
    if clock.recurs is None:
        return Text(f"{clock.code} {clock.name.zh}", f"{clock.code} {clock.name.in_language('en')}")
    every = in_words(clock.recurs)
    return Text(
        f"{clock.code} {clock.name.zh}：{every.zh}",
        f"{clock.code} {clock.name.in_language('en')}: {every.en}",
    )


def _notes(deadline: Deadline, clock: Clock, calendar: BusinessCalendar, language: str) -> list[str]:
    told = []
    if deadline.counted_from is not None and clock.counts_from is not None:
        armed = _moment(deadline.started_at, calendar)
        note = Text(
            f"该期限以 {clock.counts_from} 为准计算，于 {armed} 起计时。",
            f"Counted from {clock.counts_from}; the clock was started at {armed}.",
        )
        told.append(note.in_language(language))
    if not clock.verified:
        note = Text(
            "本规则的出处尚未核对原文。", "The source of this rule was not checked against the original."
        )
        told.append(note.in_language(language))
    if deadline.due_at != deadline.original_due_at:
        original, now = _moment(deadline.original_due_at, calendar), _moment(deadline.due_at, calendar)
        note = Text(f"原到期：{original}；现到期：{now}。", f"Originally due {original}; due now {now}.")
        told.append(note.in_language(language))
    return ["", *told] if told else []


def _moment(at: datetime, calendar: BusinessCalendar) -> str:
    """A midnight is the end of the day before."""
    local = at.astimezone(calendar.zone)
    if local.hour == local.minute == local.second == 0:
        return f"{_day_ended(local)} 24:00"
    return f"{local:%Y-%m-%d %H:%M}"


def _day_ended(local: datetime) -> str:
    return (local.date() - timedelta(days=1)).isoformat()
