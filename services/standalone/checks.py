"""`python -m services.standalone.checks`: what `./test` becomes once the environment is there.

Promises: the tests run against a PostgreSQL and a queue of their own, started once and thrown away; what is left out is
said loudly before they begin; pytest's closing line is the last one printed, and the exit code is pytest's, or 1 when
pytest passed and a check of the source did not.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from services.standalone.data_folder import CannotStart, open_data_folder
from services.standalone.processes import Service, Stop, StopRequested
from services.standalone.start import ROOT, keeping_bytecode, say, start_servers
from services.standalone.supervisor import Supervisor

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SERVERS = ("DATABASE_URL", "REDIS_URL")
INTERRUPTED = 130


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """This will run the checks and tests asked for and return the exit code."""
    stop = Stop()
    stop.listen()
    scratch = Path(tempfile.mkdtemp(prefix="xunxian-test-"))
    scratch.chmod(0o711)
    folder = open_data_folder(scratch / "data", fresh=False, stop=stop, say=say)
    supervisor = Supervisor(folder, stop, say)
    try:
        servers = partial(start_servers, environment, folder, supervisor, stop, throwaway=True)
        return _run(arguments, environment, supervisor, servers)
    except CannotStart as problem:
        say(str(problem))
        return 1
    except StopRequested:
        return INTERRUPTED
    finally:
        supervisor.stop_all()
        folder.discard()
        shutil.rmtree(scratch)


def _run(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    supervisor: Supervisor,
    servers: Callable[[], dict[str, str]],
) -> int:
    core = "--core" in arguments
    environment = keeping_bytecode(environment)
    chosen = [argument for argument in arguments if argument != "--core"]
    sound = True
    if not chosen:
        sound = not any([_follow(supervisor, command, environment) for command in source_checks()])  # noqa: C419  (each one runs)
    if not sound:
        say(
            banner(
                "代码检查未通过，见上；测试照常进行",
                "the checks of the source FAILED, see above; the tests go on",
            )
        )
    without = {name: value for name, value in environment.items() if name not in SERVERS}
    settings = without if core else {**environment, **servers()}
    code = _follow(
        supervisor, pytest_command(chosen, core=core, browser=find_browser() is not None), settings
    )
    return code if sound else code or 1


def source_checks() -> list[tuple[str, ...]]:
    """This will return the commands that check the source: style, types, import directions."""
    tools = Path(sys.executable).parent
    return [
        (sys.executable, "-m", "ruff", "check", "."),
        (sys.executable, "-m", "mypy"),
        (str(tools / "lint-imports"),),
    ]


def pytest_command(chosen: Sequence[str], *, core: bool, browser: bool) -> tuple[str, ...]:
    """This will return pytest's command line: what was `chosen` comes last, so it wins."""
    left_out = (["services"] if core else []) + (["browser"] if core or not browser else [])
    if left_out and not core:
        say(
            banner(
                "没有 chromium，跳过浏览器测试",
                "no chromium here: the browser tests are SKIPPED (apt-get install chromium)",
            )
        )
    marks = (
        ["-m", " and ".join(f"not {mark}" for mark in left_out)] if left_out and "-m" not in chosen else []
    )
    return (sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup", *marks, *chosen)


def find_browser() -> str | None:
    """This will return the path of a Chromium on this machine, or None."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def banner(chinese: str, english: str) -> str:
    """This will return a notice that cannot be overlooked."""
    rule = "!" * 78
    return f"\n{rule}\n!!  {chinese}\n!!  {english}\n{rule}\n"


def _follow(supervisor: Supervisor, command: tuple[str, ...], environment: Mapping[str, str]) -> int:
    name = Path(command[2] if command[1:2] == ("-m",) else command[0]).name
    say(f"· {name}")
    return supervisor.follow(
        Service(name, command, environment, ROOT), sys.stdout.fileno(), sys.stderr.fileno()
    )


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:], os.environ))
