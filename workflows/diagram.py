"""The machines as pictures: Mermaid text made from a definition, and the page `docs/states.md` made of them.

python -m workflows.diagram < workflows/campaigns/<id>/definition.toml > docs/states.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from workflows.campaign import Actor, CampaignDefinition, Lifecycle, Transition
from workflows.definition_format import parse_toml, read_definition
from workflows.step_words import SUBJECTS, who_may


def mermaid(definition: CampaignDefinition, subject: str) -> str:
    """This will draw one machine as a Mermaid state diagram, its labels in Chinese.

    Steps only the system takes are marked ⚙. Raises KeyError for a subject without a machine.
    """
    machine = definition.lifecycles[subject]
    return "\n".join(("stateDiagram-v2", *(f"    {line}" for line in _lines(machine)))) + "\n"


def states_page(definition: CampaignDefinition) -> str:
    """This will write the whole page: each machine as a picture, its states, and each step with who takes it and when."""
    note = (
        f"由定义 `{definition.id}`（第 {definition.version} 版）生成，勿手工修改。⚙ 由系统办理。\n\n"
        "Generated from the definition by `python -m workflows.diagram`; a test fails when it is stale. "
        "⚙ marks what the system does.\n"
    )
    machines = (part for subject in definition.lifecycles for part in _section(definition, subject))
    return "\n".join(("# 状态与步骤 · States and steps\n", note, *machines))


def _lines(machine: Lifecycle) -> Iterator[str]:
    for state in machine.states:
        yield f"state {_quoted(state.name.zh)} as {state.id}"
    yield f"[*] --> {machine.initial}"
    for transition in machine.transitions:
        label = _safe(transition.name.zh) + (" ⚙" if _by_system(transition) else "")
        for source in transition.sources:
            for target in machine.targets(transition):
                yield f"{source} --> {target} : {label}"
    for state in machine.states:
        if state.kind == "final":
            yield f"{state.id} --> [*]"


def _section(definition: CampaignDefinition, subject: str) -> Iterator[str]:
    machine, words = definition.lifecycles[subject], SUBJECTS[subject]
    yield f"## {words.zh} · {words.en}\n"
    yield f"```mermaid\n{mermaid(definition, subject)}```\n"
    yield "| 状态 state | 中文 | English | 类 kind | 依据 source |\n|---|---|---|---|---|"
    for state in machine.states:
        cells = (f"`{state.id}`", state.name.zh, state.name.en, state.kind, state.source)
        yield _row(cells)
    yield "\n| 步骤 trigger | 中文 | 从 from → 到 to | 谁 who | 须填 needs | 条件 guards | 事件 event | 依据 source |"
    yield "|---|---|---|---|---|---|---|---|"
    for transition in machine.transitions:
        yield _row(_step(definition, subject, transition))
    yield ""


def _step(definition: CampaignDefinition, subject: str, transition: Transition) -> tuple[str, ...]:
    return (
        f"`{transition.trigger}`",
        transition.name.zh,
        f"{', '.join(f'`{s}`' for s in transition.sources)} → `{transition.to}`",
        who_may(definition, transition.by).zh,
        "、".join(definition.field(field).name.zh for field in transition.needs),
        "；".join(guard.reason.zh for guard in transition.guards),
        f"`{subject}.{transition.event}`",
        transition.source,
    )


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _by_system(transition: Transition) -> bool:
    return all(actor == Actor("system", "system") for actor in transition.by)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', "'").replace("\n", " ") + '"'


def _safe(text: str) -> str:
    """Mermaid ends a label at a semicolon or a line, and a colon would begin another."""
    return text.replace(";", "；").replace(":", "：").replace("\n", " ").replace("#", "＃")


if __name__ == "__main__":
    sys.stdout.write(states_page(read_definition(parse_toml(sys.stdin.buffer.read()))))
