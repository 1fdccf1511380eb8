"""Checks of names that the engine keeps for itself: what a definition wrote under them would be lost in silence."""

from __future__ import annotations

from workflows.campaign import CampaignDefinition
from workflows.definition_format.tables import MACHINES
from workflows.facts import FACTS, KEPT_BY_THE_ENGINE, WRITABLE
from workflows.problem import Problems

OF_EVERY_RECORD = frozenset(
    {"id", "kind", "number", "agency", "recorded_by_agency", "occurred_on", "recorded_at"}
)
"""What the engine keeps with every record itself."""


def check_reserved(definition: CampaignDefinition, problems: Problems) -> None:
    """This will note steps that write what the engine works out, and records hidden behind what it counts."""
    for subject, machine in definition.lifecycles.items():
        kept = KEPT_BY_THE_ENGINE | {
            f"{t.event}_{mark}" for t in machine.transitions for mark in ("at", "by")
        }
        computed = kept | (FACTS[subject].keys() - WRITABLE[subject])
        for index, step in enumerate(machine.transitions):
            path = f"lifecycles.{subject}.transitions[{index}]"
            for name in step.sets:
                _check_written(name, computed, subject, f"{path}.sets.{name}", problems)
            for name in step.counts:
                _check_written(name, computed, subject, f"{path}.counts", problems)
    for index, kind in enumerate(definition.record_kinds):
        if kind.id in MACHINES:
            zh, en = (
                f"{kind.id} 是系统统计用的名称，请换一个",
                f"{kind.id!r} is what measures count; take another",
            )
            problems.add(f"record_kinds[{index}].id", "reserved", zh, en)
        for place, field in enumerate(kind.fields):
            if field in OF_EVERY_RECORD:
                zh, en = (
                    f"每条记录自带 {field}，请换一个名称",
                    f"every record has {field!r} of its own; take another",
                )
                problems.add(f"record_kinds[{index}].fields[{place}]", "reserved", zh, en)


def _check_written(
    name: str, computed: frozenset[str] | set[str], subject: str, path: str, problems: Problems
) -> None:
    if name in computed:
        able = ", ".join(sorted(WRITABLE[subject]))
        zh = f"{name} 由系统自己得出，步骤写了不起作用；可写的事实：{able or '无'}，或另取名称"
        en = f"the engine works {name!r} out by itself; a step writes {able or 'no fact'}, or a name of its own"
        problems.add(path, "reserved", zh, en)
