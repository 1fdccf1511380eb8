"""The system in this very process, for the commands of operators; they need the database, not a running service.

Settings come from the environment; beside a running `./run` what it announced in `run.json` fills the gaps.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from services.cli.remote import running_service
from services.cli.screen import CONFLICT, FAILED, NOT_FOUND, USAGE, Stopped
from shared.application.ports import Unavailable
from shared.bootstrap import System, build_system
from shared.settings import BadSettings, Settings, load
from workflows.rejection import Rejected

EXIT_OF_KIND = {"missing": NOT_FOUND, "conflict": CONFLICT, "stale": CONFLICT, "invalid": USAGE}


def find_settings() -> Settings:
    """This will read the settings; raises Stopped naming the variable that is missing."""
    for name, value in running_service().items():
        if name.isupper() and isinstance(value, str):
            os.environ.setdefault(name, value)
    try:
        return load()
    except BadSettings as wrong:
        raise Stopped(
            FAILED,
            f"没有数据库地址：请先执行 ./run，或设置环境变量。（{wrong}）",
            "No database: start ./run, or set DATABASE_URL.",
        ) from wrong


@contextmanager
def opened_system() -> Iterator[System]:
    """This will open the system and close it again; a refusal or an absent database ends the command."""
    system = build_system(find_settings())
    try:
        yield system
    except Rejected as no:
        lines = [f"{reason.text.zh} [{reason.code}]" for reason in no.reasons]
        english = "; ".join(reason.text.en for reason in no.reasons)
        raise Stopped(EXIT_OF_KIND.get(no.kind, FAILED), "\n".join(lines), english) from no
    except Unavailable as gone:
        raise Stopped(FAILED, "数据库连不上，请稍后再试。", "The database cannot be reached.") from gone
    finally:
        system.close()
