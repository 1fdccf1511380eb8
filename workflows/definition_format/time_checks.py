"""Checks of everything dated: phases, reports, the days rules are in force, and the order of rungs in time."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import Protocol

from workflows.campaign import CampaignDefinition, Clock, Ladder, Offset
from workflows.definition_format.table import NO_DAY
from workflows.problem import Problems


class _Dated(Protocol):
    @property
    def effective_from(self) -> date | None: ...

    @property
    def effective_to(self) -> date | None: ...


def check_times(definition: CampaignDefinition, problems: Problems) -> None:
    """This will note every date that cannot be meant."""
    if _before(definition.ends_on, definition.starts_on):
        problems.add("campaign.ends_on", "reversed", "结束早于开始", "ends before it starts")
    else:
        _check_phases(definition, problems)
        _check_reports(definition, problems)
    for index, clock in enumerate(definition.clocks):
        _check_force(clock, f"clocks[{index}]", problems)
    for index, table in enumerate(definition.routing):
        _check_force(table, f"routing[{index}]", problems)
    _check_alternatives(definition.clocks, problems)
    _check_table_versions(definition, problems)
    for index, ladder in enumerate(definition.ladders):
        _check_ladder(ladder, f"ladders[{index}]", problems)
    _check_rights(definition, problems)


def _before(day: date, other: date) -> bool:
    return NO_DAY not in (day, other) and day < other


def _check_phases(definition: CampaignDefinition, problems: Problems) -> None:
    phases = definition.phases
    one_day = timedelta(days=1)
    for index, phase in enumerate(phases):
        if _before(phase.ends_on, phase.starts_on):
            problems.add(f"phases[{index}].ends_on", "reversed", "结束早于开始", "ends before it starts")
    for index, (earlier, later) in enumerate(pairwise(phases), start=1):
        path = f"phases[{index}].starts_on"
        if _before(later.starts_on, earlier.ends_on + one_day) and earlier.ends_on != NO_DAY:
            problems.add(
                path, "phase_overlap", "与上一阶段重叠或次序颠倒", "overlaps or precedes the phase before it"
            )
        elif earlier.ends_on != NO_DAY and _before(earlier.ends_on + one_day, later.starts_on):
            problems.add(path, "phase_gap", "与上一阶段之间有空档", "leaves a gap after the phase before it")
    if not phases:
        return
    if _before(phases[0].starts_on, definition.starts_on) or _before(
        definition.starts_on, phases[0].starts_on
    ):
        zh, en = "第一阶段须从行动开始之日起", "the first phase must start with the campaign"
        problems.add("phases[0].starts_on", "phase_window", zh, en)
    last = phases[-1]
    if _before(last.ends_on, definition.ends_on) or _before(definition.ends_on, last.ends_on):
        zh, en = "最后阶段须到行动结束之日止", "the last phase must end with the campaign"
        problems.add(f"phases[{len(phases) - 1}].ends_on", "phase_window", zh, en)


def _check_reports(definition: CampaignDefinition, problems: Problems) -> None:
    for report in definition.reports:
        path = f"reports[{report.entry}]"
        if _before(report.covers_to, report.covers_from):
            problems.add(
                f"{path}.covers_to", "reversed", "统计期结束早于开始", "the period ends before it starts"
            )
        if _before(report.covers_from, definition.starts_on) or _before(definition.ends_on, report.covers_to):
            zh, en = "统计期超出行动期间", "the period lies outside the campaign"
            problems.add(f"{path}.covers_from", "outside_window", zh, en)
        if _before(report.due_on, definition.starts_on) or _before(definition.ends_on, report.due_on):
            problems.add(
                f"{path}.due_on", "outside_window", "报送日超出行动期间", "is due outside the campaign"
            )
        if _before(report.due_on, report.covers_to):
            zh, en = "报送日早于统计期结束", "is due before the period it reports on has ended"
            problems.add(f"{path}.due_on", "due_too_early", zh, en)


def _check_force(rule: _Dated, path: str, problems: Problems) -> None:
    if rule.effective_from and rule.effective_to and rule.effective_to < rule.effective_from:
        zh, en = "失效日早于生效日", "ceases to apply before it starts to"
        problems.add(f"{path}.effective_to", "reversed", zh, en)


def _overlap(a: _Dated, b: _Dated) -> bool:
    starts = max(a.effective_from or date.min, b.effective_from or date.min)
    return starts <= min(a.effective_to or date.max, b.effective_to or date.max)


def _covers(a: _Dated, b: _Dated) -> bool:
    """Whether `a` is in force on every day that `b` is."""
    starts = (a.effective_from or date.min) <= (b.effective_from or date.min)
    return starts and (b.effective_to or date.max) <= (a.effective_to or date.max)


def _check_alternatives(clocks: tuple[Clock, ...], problems: Problems) -> None:
    for (_, first), (index, second) in combinations(enumerate(clocks), 2):
        alike = first.subject == second.subject and first.holder == second.holder
        shared = set(first.starts_on) & set(second.starts_on)
        if not first.code or first.code != second.code or not alike or not shared:
            continue
        path = f"clocks[{index}]"
        if first.condition == second.condition and _overlap(first, second):
            zh = f"与同代码 {first.code} 的前一条规则条件相同且生效期重叠"
            en = f"an earlier rule {first.code} has the same condition and is in force on some of the same days"
            problems.add(path, "clock_overlap", zh, en)
        elif first.condition is None and _covers(first, second) and shared == set(second.starts_on):
            zh, en = (
                f"被前一条 {first.code} 完全遮盖",
                f"an earlier rule {first.code} without a condition always fits first",
            )
            problems.add(path, "never_runs", zh, en)


def _check_table_versions(definition: CampaignDefinition, problems: Problems) -> None:
    for (_, first), (index, second) in combinations(enumerate(definition.routing), 2):
        if first.id and first.id == second.id and _overlap(first, second):
            zh, en = (
                f"与同名表 {first.id} 的生效期重叠",
                f"another table {first.id} is in force on some of the same days",
            )
            problems.add(f"routing[{index}]", "table_overlap", zh, en)


def _check_ladder(ladder: Ladder, path: str, problems: Problems) -> None:
    for index, (lower, upper) in enumerate(pairwise(ladder.rungs), start=1):
        if _is_later(lower.offset, upper.offset):
            zh, en = "须按时间先后排列", "rungs must stand in the order of time"
            problems.add(f"{path}.rungs[{index}].offset", "rung_order", zh, en)


def _check_rights(definition: CampaignDefinition, problems: Problems) -> None:
    """A right ends when its time has run out, so nothing can follow: a rung after that moment would never fire."""
    ladders = {ladder.id: ladder for ladder in definition.ladders}
    for index, clock in enumerate(definition.clocks):
        ladder = ladders.get(clock.ladder) if clock.optional_right else None
        if ladder is not None and any(_side(rung.offset) > 0 for rung in ladder.rungs):
            zh, en = "可选权利到期即终止，阶梯不能有到期后的级别", "a right ends when due; no rung can follow"
            problems.add(f"clocks[{index}].ladder", "late_rung", zh, en)


def _is_later(lower: Offset, upper: Offset) -> bool:
    """Within one unit by amount; across units by the side of the due moment, for their lengths are not comparable."""
    if lower.unit == upper.unit:
        return lower.amount > upper.amount
    return _side(lower) > _side(upper)


def _side(offset: Offset) -> int:
    amount = offset.amount - 100 if offset.unit == "percent" else offset.amount
    return (amount > 0) - (amount < 0)
