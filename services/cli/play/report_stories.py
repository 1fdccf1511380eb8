"""How units report: most in time, one with nothing to report, one late, one not at all; the seed decides who.

Figures that records know are never typed; a unit gives only what it alone can know, and a zero where there was nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.cli.play.agenda import Act
from services.cli.play.manners import draw
from services.cli.play.pace import A_DAY, WorksOn, office_slot

ZERO, LATE, MISSING, IN_TIME = "zero", "late", "missing", "in_time"

_SENTENCES = {
    "work_done": (
        "成立工作专班，明确联络员，按分工开展摸排和检查。",
        "对辖区市场、餐饮和物流场所逐一检查，张贴公告并发放资料。",
        "与协作单位联合检查两次，对经营者逐户告知。",
        "群众举报渠道已公布，线索按时限核查并反馈。",
    ),
    "problems": (
        "鉴定周期较长，部分案件因此不能及时定性。",
        "人手不足，夜间和网络巡查的频次不够。",
        "个别经营者说不清来源，取证有困难。",
    ),
    "next_steps": (
        "继续紧盯重点场所和网络渠道，做好回访。",
        "对未办结的线索逐条明确责任人和完成时间。",
        "会同协作单位再开展一次联合检查。",
    ),
    "experience": (
        "线索一事一单、限时签收，责任随时可查。",
        "联合检查先定分工再进场，取证和处置一次完成。",
        "举报有回音，群众愿意提供后续情况。",
    ),
    "evaluation": (
        "公开摆卖基本消除，网络信息明显减少。",
        "建议把鉴定送检的时限和经费固定下来。",
        "建议保留部门间的联络机制，转入日常监管。",
    ),
}
"""What a unit writes in each section of its report."""
_ELSEWHERE = tuple(dict.fromkeys(sentence for said in _SENTENCES.values() for sentence in said))
_NOTHING_MORE = "本期没有需要另报的工作，系统里的记录由协作单位登记，以记录为准。"


@dataclass(frozen=True, slots=True)
class Obligation:
    """A report one unit owes; `texts` are the ids of its sections."""

    unit: str
    kind: str
    period: str
    due_at: datetime
    texts: tuple[str, ...]


def tell_reports(
    seed: int, owed: Iterable[Obligation], columns: Sequence[str], works_on: WorksOn
) -> list[list[Act]]:
    """This will give one story per report that will be submitted; a missing one has none."""
    stories = []
    listed = sorted(owed, key=lambda o: (o.due_at, o.kind, o.period, o.unit))
    fates = _deal(seed, listed)
    for obligation in listed:
        fate = fates[(obligation.kind, obligation.period, obligation.unit)]
        if fate != MISSING:
            stories.append([_submission(seed, obligation, fate, columns, works_on)])
    return stories


def _deal(seed: int, owed: Sequence[Obligation]) -> Mapping[tuple[str, str, str], str]:
    fates: dict[tuple[str, str, str], str] = {}
    for period in sorted({(o.kind, o.period) for o in owed}):
        units = sorted(o.unit for o in owed if (o.kind, o.period) == period)
        draw(seed, "/".join(period), "fates").shuffle(units)
        dealt = dict(zip(units, (ZERO, LATE, MISSING), strict=False))
        fates.update({(*period, unit): dealt.get(unit, IN_TIME) for unit in units})
    return fates


def _submission(seed: int, owed: Obligation, fate: str, columns: Sequence[str], works_on: WorksOn) -> Act:
    numbers = draw(seed, f"{owed.kind}/{owed.period}/{owed.unit}", "report")
    if fate == LATE:
        at = office_slot(owed.due_at, numbers.randint(A_DAY + 1, 3 * A_DAY), works_on)
    else:
        at = office_slot(owed.due_at - timedelta(days=numbers.randint(1, 4)), numbers.randint(1, 3), works_on)
        at = at if at <= owed.due_at else office_slot(owed.due_at - timedelta(days=5), 1, works_on)
    zero = fate == ZERO
    body = {
        "zero": zero,
        "texts": {section: _text(seed, owed, section) for section in owed.texts},
        "figures": {code: 0 if zero else numbers.randint(0, 12) for code in columns},
    }
    if zero:
        body["reason"] = _NOTHING_MORE
    story = f"report:{owed.kind}:{owed.period}:{owed.unit}"
    return Act(story, at, owed.unit, "liaison", f"report:{owed.kind}:{owed.period}", "submit", body)


def _text(seed: int, owed: Obligation, section: str) -> str:
    numbers = draw(seed, f"{owed.period}/{owed.unit}/{section}", "words")
    return "".join(numbers.sample(_SENTENCES.get(section, _ELSEWHERE), 2))
