"""`xunxian def`: check a campaign definition without a database, publish it, draw its machines, play its scenarios."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.options import As, Base, DryRun, Json, Token, noun
from services.cli.remote import Remote, find_address, rehearsed
from services.cli.screen import FINDING, NOT_FOUND, USAGE, Stopped, say, show_json

app = noun("行动定义：检查、发布、状态图。Campaign definitions: check, publish, diagram.")

File = Annotated[Path, typer.Argument(help="定义文件 TOML 或 JSON。The definition.", metavar="FILE")]


@app.command()
def check(file: File, as_json: Json = False) -> None:
    """检查定义，一次列出全部问题（有问题时退出码 3）。List every problem of a definition; exit 3 if there is one."""
    from workflows.definition_format import DefinitionProblems, read_definition

    try:
        definition = read_definition(read_document(file))
    except DefinitionProblems as found:
        if as_json:
            show_json({"ok": False, "problems": [_problem(p) for p in found.problems]})
        else:
            for problem in found.problems:
                print(problem)
        count = len(found.problems)
        raise Stopped(FINDING, f"{file} 有 {count} 个问题。", f"{count} problems.") from None
    if as_json:
        show_json(
            {
                "ok": True,
                "problems": [],
                "id": definition.id,
                "version": definition.version,
                "hash": definition.hash,
            }
        )
    else:
        print(f"{definition.id} 第 {definition.version} 版 version {definition.version}\n{definition.hash}")
    say("没有问题。", "No problem found.")


@app.command()
def publish(
    file: File,
    dry_run: DryRun = False,
    base: Base = None,
    token: Token = None,
    role: As = "administrator",
    as_json: Json = False,
) -> None:
    """发布定义；在办线索留在原版本。Publish a definition; leads in hand stay on the version they came in under."""
    document = read_document(file)
    with Remote(find_address(base, token, role)) as remote:
        answer = remote.send("POST", "/v1/definitions", plain(document), params=rehearsed(dry_run)).body
    if as_json:
        show_json(answer)
    else:
        print(f"{answer['id']} 第 {answer['version']} 版 version {answer['version']}\n{answer['hash']}")
    if dry_run:
        say("预演：可以发布，未作改动。", "A rehearsal: it can be published; nothing was changed.")


@app.command()
def diagram(
    file: File,
    subject: Annotated[str, typer.Option(help="lead|handoff|transfer|order|report")] = "lead",
) -> None:
    """画状态图（Mermaid）。Draw one machine as a Mermaid diagram."""
    from workflows.definition_format import DefinitionProblems, read_definition
    from workflows.diagram import mermaid

    try:
        definition = read_definition(read_document(file))
    except DefinitionProblems as found:
        raise Stopped(
            FINDING,
            f"{file} 有 {len(found.problems)} 个问题，先用 xunxian def check。",
            "Check the definition first.",
        ) from None
    if subject not in definition.lifecycles:
        known = list(definition.lifecycles)
        raise Stopped(
            USAGE,
            f"没有状态机“{subject}”，可用：{'、'.join(known)}。",
            f"Known machines: {', '.join(known)}.",
        )
    print(mermaid(definition, subject))


@app.command()
def scenarios(
    file: File,
    folder: Annotated[
        Path | None,
        typer.Argument(help="情景文件夹，默认在定义旁 default: scenarios beside it", metavar="FOLDER"),
    ] = None,
    as_json: Json = False,
) -> None:
    """逐个演练情景文件，不符时退出码 3。Play every scenario of a definition in exercises; exit 3 where one does not hold.

    直接使用数据库；定义未发布时先发布。Works on the database itself, and publishes the definition where it is not yet.
    """
    from services.cli.inside import opened_system
    from services.cli.scenarios import play
    from workflows.commands import PublishDefinition, system_caller
    from workflows.definition_format import DefinitionProblems, read_definition
    from workflows.scenario import read_scenario

    document, found = read_document(file), []
    try:
        definition = read_definition(document)
        stories = [(path, read_scenario(read_document(path))) for path in _stories(file, folder)]
    except DefinitionProblems as wrong:
        lines = "\n".join(str(problem) for problem in wrong.problems)
        raise Stopped(FINDING, lines, f"{len(wrong.problems)} problems.") from None
    with opened_system() as system:
        system.handle(PublishDefinition(system_caller(""), document))
        for path, story in stories:
            failures = [str(failure) for failure in play(system, definition, story)]
            found.append({"id": story.id, "file": path.name, "ok": not failures, "failures": failures})
            if not as_json:
                print(f"{'✓' if not failures else '✗'} {story.id} {story.title.zh}")
                for failure in failures:
                    print(f"    {failure}")
    broken = sum(1 for one in found if not one["ok"])
    if as_json:
        show_json({"ok": not broken, "scenarios": found})
    if broken:
        raise Stopped(FINDING, f"{len(found)} 个情景中有 {broken} 个不符。", f"{broken} do not hold.")
    say(f"{len(found)} 个情景全部相符。", f"All {len(found)} hold.")


def _stories(file: Path, folder: Path | None) -> list[Path]:
    where = folder or file.parent / "scenarios"
    found = sorted(where.glob("*.toml"))
    if not found:
        raise Stopped(NOT_FOUND, f"{where} 里没有情景文件。", f"No scenarios in {where}.")
    return found


def read_document(file: Path) -> dict[str, Any]:
    """This will read a TOML or JSON document; raises Stopped when it is absent or is neither."""
    from workflows.definition_format import DefinitionProblems, parse_json, parse_toml

    try:
        raw = file.read_bytes()
        return dict(parse_json(raw) if file.suffix == ".json" else parse_toml(raw))
    except FileNotFoundError:
        raise Stopped(NOT_FOUND, f"没有文件 {file}。", f"No such file: {file}") from None
    except OSError as wrong:
        raise Stopped(
            USAGE, f"读不了 {file}：{wrong.strerror}。", f"Cannot read {file}: {wrong.strerror}."
        ) from wrong
    except DefinitionProblems as wrong:
        words = wrong.problems[0].text
        raise Stopped(USAGE, f"读不了 {file}：{words.zh}。", f"Cannot read {file}: {words.en}.") from None


def plain(value: Any) -> Any:
    """This will give a TOML value as JSON knows it: dates and times as their ISO text, fractions as numbers."""
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def _problem(problem: Any) -> dict[str, Any]:
    return {
        "path": problem.path,
        "code": problem.code,
        "message": {"zh": problem.text.zh, "en": problem.text.en},
    }
