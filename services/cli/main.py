"""The first word of a command line is a noun; this finds its module and lets it speak.

Only the noun that was asked for is imported, so `xunxian --help` answers at once. Every way to fail ends here:
one sentence on the error channel and one of six exit codes (`services.cli.screen`).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import Any

from services.cli.screen import FAILED, OK, USAGE, Stopped, say

NOUNS: Mapping[str, tuple[str, str, str]] = {
    "play": (
        "services.cli.play.command",
        "演练：重放 2017 年专项行动",
        "play the campaign of 2017 through the API",
    ),
    "lead": ("services.cli.lead", "线索：列表、查看、解释、办理", "leads: list, show, explain, act"),
    "clock": ("services.cli.clock", "期限计算：不需要数据库", "terms and working days, without a database"),
    "def": (
        "services.cli.def_",
        "行动定义：检查、发布、状态图",
        "campaign definitions: check, publish, diagram",
    ),
    "campaign": (
        "services.cli.campaign",
        "专项行动：开设正式行动或演练",
        "campaigns: open a live one or an exercise",
    ),
    "succeed": (
        "services.cli.succession",
        "承继：单位撤并、人员离任",
        "successors: of an agency, of a person",
    ),
    "report": (
        "services.cli.report",
        "报送：进度、报送表、免报、汇总、领导看的数",
        "reports: status, forms, compiling, numbers",
    ),
    "audit": ("services.cli.audit", "审计：校验历史链", "audit: verify the history"),
    "token": ("services.cli.token_", "令牌：签发、停用", "tokens: create, revoke"),
    "sim": ("services.cli.sim", "演练数据：装入 77 条线索", "exercise data: load the 77 leads"),
    "ops": ("services.cli.ops", "运维：迁移、体检、状态", "operations: migrate, doctor, status"),
}

EXIT_CODES = (
    "0 成功 ok · 1 失败 failed · 2 用法 usage · 3 有发现 finding · 4 未找到 not found · 5 冲突 conflict"
)


def main(argv: Sequence[str] | None = None) -> int:
    """This will run one command line and give its exit code; nothing it anticipates ends in a traceback."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or words[0] in ("--help", "-h", "help"):
        print(overview())
        return OK
    if words[0] == "--version":
        print(f"xunxian {_version()}")
        return OK
    if words[0] not in NOUNS:
        return _unknown(words[0], list(NOUNS), "xunxian")
    try:
        return _run(words[0], words[1:])
    except Stopped as stopped:
        say(stopped.text.zh, stopped.text.en)
        return stopped.exit_code
    except KeyboardInterrupt:
        say("已中断。", "Interrupted.")
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return FAILED
    except OSError as wrong:
        say(
            f"文件用不了：{wrong.filename}（{wrong.strerror}）。",
            f"Cannot use {wrong.filename}: {wrong.strerror}.",
        )
        return FAILED


def overview() -> str:
    """This will write the one screen that says what there is."""
    lines = ["循线 xunxian：专项行动线索全流程 / the whole life of a campaign's leads", ""]
    lines += ["用法 usage: xunxian <名词 noun> <动作 verb> [选项 options] [--json]", ""]
    lines += [f"  {noun:<10}{zh}\n            {en}" for noun, (_, zh, en) in NOUNS.items()]
    lines += ["", "每个名词都有 --help。Every noun has --help.", f"退出码 exit codes: {EXIT_CODES}"]
    return "\n".join(lines)


def _run(noun: str, words: list[str]) -> int:
    import typer
    from typer.exceptions import TyperException

    command: Any = typer.main.get_command(import_module(NOUNS[noun][0]).app)
    verbs = getattr(command, "commands", None)
    if verbs and not words:
        words = ["--help"]
    if verbs and not words[0].startswith("-") and words[0] not in verbs:
        return _unknown(words[0], list(verbs), f"xunxian {noun}")
    try:
        result = command.main(args=words, prog_name=f"xunxian {noun}", standalone_mode=False)
    except TyperException as wrong:
        zh, en = _usage(wrong)
        say(f"用法有误：{zh}", f"{en} See: {_help_for(wrong, noun)}")
        return int(getattr(wrong, "exit_code", USAGE))
    except typer.Abort:
        say("已取消。", "Aborted.")
        return FAILED
    return result if isinstance(result, int) and not isinstance(result, bool) else OK


def _usage(wrong: Any) -> tuple[str, str]:
    """What is wrong with the words that were typed, in both languages."""
    en = str(wrong.format_message()).rstrip(".") + "."
    typed = getattr(wrong, "option_name", None)
    if typed and hasattr(wrong, "possibilities"):
        nearest = get_close_matches(typed, wrong.possibilities or (), n=1, cutoff=0.5)
        guess = f"你是不是想写 {nearest[0]}？" if nearest else ""
        return f"没有选项 {typed}。{guess}", en
    if typed:
        return f"选项 {typed} 须带一个值。", en
    name = getattr(getattr(wrong, "param", None), "opts", [""])[0]
    if name and type(wrong).__name__ == "MissingParameter":
        return f"缺少 {name if name.startswith('-') else name.upper()}。", en
    if name:
        return f"{name if name.startswith('-') else name.upper()} 的值不对。", en
    return "多出或缺少了词。", en


def _help_for(wrong: Exception, noun: str) -> str:
    context = getattr(wrong, "ctx", None)
    return f"{context.command_path if context is not None else f'xunxian {noun}'} --help"


def _unknown(word: str, known: list[str], where: str) -> int:
    nearest = get_close_matches(word, known, n=1, cutoff=0.5)
    if nearest:
        say(f"没有“{word}”。你是不是想输入 {where} {nearest[0]}?", f"Did you mean: {where} {nearest[0]}")
    else:
        say(f"没有“{word}”。可用：{'、'.join(known)}。", f"Known: {', '.join(known)}.")
    return USAGE


def _version() -> str:
    from shared.settings import program_version

    return program_version()
