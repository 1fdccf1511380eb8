"""Checks that what waits for an event can hear it, and that no clock stands still for ever or begins without a term.

An event belongs to a matter: a step of a handoff is news to that handoff and to its lead, never to a transfer beside
it or to a report. A clock that waits for one it never hears would load, and never start or never stop.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from workflows.campaign import CampaignDefinition, Clock
from workflows.definition_format.names import BIRTHS
from workflows.problem import Problems

OF_A_LEAD = ("lead", "handoff", "transfer", "order", "record")
"""The subjects whose events belong to a lead: its clocks, reactions and special reports hear these."""
STARTS: Mapping[str, tuple[str, ...]] = {"lead": ("lead", "record")}
"""Whose events start a clock, where it is not its own subject alone."""
TURNS: Mapping[str, tuple[str, ...]] = {"lead": OF_A_LEAD, "report": ("report",)}
"""Whose events stop, pause and end a clock that runs; those of a part hear their own and the lead's."""
OF_A_PERIOD = frozenset({"report.compiled", "report.compile_failed"})
"""Events of a whole period, which are no unit's own."""


def check_hearing(definition: CampaignDefinition, problems: Problems) -> None:
    """This will note what waits for an event that never gets there, and clocks that could not run."""
    for index, clock in enumerate(definition.clocks):
        _check_clock(clock, f"clocks[{index}]", problems)
        _check_term(clock, f"clocks[{index}]", problems)
    for index, reaction in enumerate(definition.reactions):
        _check_heard(reaction.on, OF_A_LEAD, f"reactions[{index}].on", problems)
    for report in definition.special_reports:
        for place, kind in enumerate(report.on):
            _check_heard(kind, OF_A_LEAD, f"reports[{report.entry}].on[{place}]", problems)


def _check_clock(clock: Clock, path: str, problems: Problems) -> None:
    starts = STARTS.get(clock.subject, (clock.subject,))
    turns = TURNS.get(clock.subject, (clock.subject, "lead", "record"))
    for heard, keys in (
        (starts, ("starts_on", "restarts_on", "continues_on")),
        (turns, ("stops_on", "pauses_on", "resumes_on", "ends_on")),
    ):
        for key in keys:
            for place, kind in enumerate(getattr(clock, key)):
                _check_heard(kind, heard, f"{path}.{key}[{place}]", problems)
    if clock.holder == "lead_agency" and set(clock.starts_on) == {BIRTHS["lead"]}:
        zh = "线索刚接收时还没有承办单位，时限无人可计；写 holder：分办以前由办公室承担"
        en = "nobody leads a lead that was only just received; write holder: until it is assigned the office has it"
        problems.add(f"{path}.holder", "nobody_leads", zh, en)
    if clock.pauses_on and not clock.resumes_on:
        zh, en = (
            "有 pauses_on 须有 resumes_on：停下的时限要能恢复",
            "what pauses_on stops needs resumes_on to go on",
        )
        problems.add(f"{path}.resumes_on", "never_resumed", zh, en)
    if clock.resumes_on and not clock.pauses_on and not clock.pause_grounds:
        zh, en = (
            "没有暂停（pauses_on 或 pause_grounds），无从恢复",
            "nothing pauses it (pauses_on or pause_grounds)",
        )
        problems.add(f"{path}.resumes_on", "nothing_to_resume", zh, en)


def _check_term(clock: Clock, path: str, problems: Problems) -> None:
    """A clock that comes back has no term, and no times either where the days of the campaign are wrong."""
    comes_back = clock.recurs is not None or problems.under("campaign.") or problems.under(path)
    if clock.term is None and not comes_back and clock.subject != "report":
        zh = "只有报告自带到期日；其他事项写期限，或用 counts_from 从某一日期起算"
        en = "only a report names its own due day; write a term, or count it from a date with counts_from"
        problems.add(f"{path}.term", "not_here", zh, en)


def _check_heard(kind: str, heard: Collection[str], path: str, problems: Problems) -> None:
    kind = kind.partition(":")[0]
    if kind and (kind.partition(".")[0] not in heard or kind in OF_A_PERIOD):
        zh = f"{kind} 传不到这里，写了也永远等不到；这里能等到：{'、'.join(f'{one}.…' for one in heard)}"
        en = f"{kind} never gets here; what does is {', '.join(f'{one}.…' for one in heard)}"
        problems.add(path, "never_heard", zh, en)
