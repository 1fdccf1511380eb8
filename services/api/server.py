"""How gunicorn serves the API, in a container and under `./run` alike: `--config python:services.api.server`.

Promises: the application is loaded once and then forked, so both processes share its memory; what beats and counts many
times a second stands in memory, never on the disk of the data, so a full disk stops neither; figures of several
processes are added up in a folder that belongs to this server alone and is emptied when it starts.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

SHARED_FIGURES = "PROMETHEUS_MULTIPROC_DIR"
worker_class = "gthread"
workers = 2
threads = 8
# Ended by the supervisor after 20 s (`./run`) or 45 s (docker-compose.yml): what was asked is answered by then.
graceful_timeout = 15
preload_app = True
control_socket_disable = True


def memory_folder() -> Path:
    """This will return a folder in memory where the system has one, else the one for temporary files."""
    memory = Path("/dev/shm")  # noqa: S108 - only folders of our own, readable by nobody else, are made in it
    return memory if os.access(memory, os.W_OK | os.X_OK) else Path(tempfile.gettempdir())


def figures_folder() -> Path:
    """This will make the folder in which the processes of this server add up their figures, and empty it.

    It is PROMETHEUS_MULTIPROC_DIR when that is set, else one in memory named after user and data folder, so that a
    server that was killed leaves at most one. Raises PermissionError when somebody else made a folder of that name.
    """
    named = os.environ.get(SHARED_FIGURES)
    if named:
        folder = Path(named)
        folder.mkdir(parents=True, exist_ok=True)
    else:
        data = os.path.abspath(os.environ.get("XUNXIAN_DATA", "var"))  # noqa: PTH100 - the name, links not followed
        digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
        folder = memory_folder() / f"xunxian-figures-{os.geteuid()}-{digest}"
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
            raise PermissionError(f"{folder} belongs to somebody else: set {SHARED_FIGURES} to a folder of your own")
    for kind in ("counter", "histogram"):
        for old in folder.glob(f"{kind}_*.db"):
            old.unlink()
    return folder


def on_exit(_server: object) -> None:
    """This will remove the folder of figures, unless the operator named it."""
    if _IS_OURS:
        shutil.rmtree(_FIGURES, ignore_errors=True)


worker_tmp_dir = str(memory_folder())
_IS_OURS = not os.environ.get(SHARED_FIGURES)
_FIGURES = figures_folder()
# Before the first counter is made: prometheus_client looks once whether its figures are shared.
os.environ[SHARED_FIGURES] = str(_FIGURES)
