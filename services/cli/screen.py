"""Where words go: data to standard output, talk to standard error, and what each exit code means.

Colours and tables are for terminals; with NO_COLOR, a pipe or --json the same facts come out plain.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

from workflows.text import Text

OK, FAILED, USAGE, FINDING, NOT_FOUND, CONFLICT = range(6)


class Stopped(Exception):
    """A command ends here: one sentence for the person, one exit code for the script."""

    def __init__(self, exit_code: int, zh: str, en: str = "") -> None:
        super().__init__(en or zh)
        self.exit_code = exit_code
        self.text = Text(zh, en)


def check_place(path: Path) -> None:
    """This will look, before any work is done, whether a file can be put there; raises Stopped when it cannot."""
    folder = path.parent
    if path.is_dir():
        raise Stopped(USAGE, f"{path} 是文件夹，请写文件名。", f"{path} is a folder: name a file.")
    if not folder.is_dir():
        raise Stopped(USAGE, f"没有文件夹 {folder}。", f"There is no folder {folder}.")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise Stopped(FAILED, f"无权写入 {path}。", f"{path} is not for you to write.")


def say(zh: str, en: str = "") -> None:
    """This will tell a person something, Chinese first; scripts that read standard output never see it."""
    print(zh, file=sys.stderr, flush=True)
    if en:
        print(_dim(en), file=sys.stderr, flush=True)


def show_json(data: object) -> None:
    """This will print one JSON document on one line: the stable form for scripts."""
    print(json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True), flush=True)


def show_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """This will print rows under headings, each column as wide as its widest cell (Chinese counts double)."""
    cells = [list(headings), *([_cell(value) for value in row] for row in rows)]
    widths = [max(width(row[i]) for row in cells) for i in range(len(headings))]
    for number, row in enumerate(cells):
        line = "  ".join(text + " " * (widths[i] - width(text)) for i, text in enumerate(row)).rstrip()
        print(_bold(line) if number == 0 else line)


def show_pairs(pairs: Iterable[tuple[str, object]]) -> None:
    """This will print names and values, one to a line."""
    known = [(name, _cell(value)) for name, value in pairs]
    longest = max((width(name) for name, _ in known), default=0)
    for name, value in known:
        print(f"{name}{' ' * (longest - width(name))}  {value}")


def both(text: Any) -> str:
    """This will write a {zh, en} pair of the API as one phrase, Chinese first."""
    if isinstance(text, dict):
        return " / ".join(part for part in (text.get("zh"), text.get("en")) if part)
    return str(text or "")


def width(text: str) -> int:
    """This will say how many terminal columns a text takes."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def _cell(value: object) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    return both(value) if isinstance(value, dict) else str(value)


def _bold(text: str) -> str:
    return f"\033[1m{text}\033[0m" if _colours(sys.stdout) else text


def _dim(text: str) -> str:
    return f"\033[2m{text}\033[0m" if _colours(sys.stderr) else text


def _colours(stream: Any) -> bool:
    return bool(stream.isatty()) and not os.environ.get("NO_COLOR")
