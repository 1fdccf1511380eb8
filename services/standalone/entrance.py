"""The way into the environment for the two commands: make it when it has to be made, then go on inside it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path

from services.standalone.environment import SetupFailed, ensure

INTERRUPTED = 130


def enter(root: Path, group: str, module: str, arguments: Sequence[str]) -> int:
    """This will become `module`, run in the environment of `group`; it returns only when there is none, with the code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        python = ensure(root, group, _say)
    except SetupFailed as problem:
        _say(str(problem))
        return 1
    except KeyboardInterrupt:
        _say("安装中断，再次运行即继续 · installation interrupted: run it again to continue")
        return INTERRUPTED
    # A terminal that cannot show Chinese gets escapes, not an error.
    environment = {"PYTHONIOENCODING": ":backslashreplace", **os.environ}
    return os.execve(python, [str(python), "-P", "-m", module, *arguments], environment)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
