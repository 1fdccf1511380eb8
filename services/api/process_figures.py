"""The folder in which the processes of one server add up their figures.

Promises: it belongs to one server alone and is empty when that server starts; it stands in memory, so that a full disk
stops nobody from counting; nothing in it is anybody's but ours.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

SHARED_FIGURES = "PROMETHEUS_MULTIPROC_DIR"


def memory_folder() -> Path:
    """This will return a folder in memory where the system has one, else the one for temporary files."""
    memory = Path("/dev/shm")  # noqa: S108 - only folders of our own, readable by nobody else, are made in it
    return memory if os.access(memory, os.W_OK | os.X_OK) else Path(tempfile.gettempdir())


def figures_folder() -> Path:
    """This will make the folder, or empty it.

    It is PROMETHEUS_MULTIPROC_DIR when that is set, else one in memory named after user and data folder, so that a
    server that was killed leaves at most one. Raises PermissionError when somebody else made a folder of that name.
    """
    named = os.environ.get(SHARED_FIGURES)
    folder = Path(named) if named else _of_our_own()
    folder.mkdir(parents=True, exist_ok=True)
    for kind in ("counter", "histogram"):
        for old in folder.glob(f"{kind}_*.db"):
            old.unlink()
    return folder


def _of_our_own() -> Path:
    data = os.path.abspath(os.environ.get("XUNXIAN_DATA", "var"))  # noqa: PTH100 - the name, links not followed
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    folder = memory_folder() / f"xunxian-figures-{os.geteuid()}-{digest}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise PermissionError(
            f"{folder} belongs to somebody else: set {SHARED_FIGURES} to a folder of your own"
        )
    return folder
