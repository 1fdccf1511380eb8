"""The data folder: who may use it, what is in it, and one clear sentence when it cannot be used.

Promises: one `./run` uses a folder at a time; a folder that is not ours is never written to, let alone emptied; what is
left by a run that was killed is recognised and taken over once its processes are gone; secrets are readable by their
owner alone. The folder itself may be passed through by others, because PostgreSQL runs as nobody when we are root.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from services.standalone.environment import Say
from services.standalone.processes import Stop, is_alive

FORMAT = 1
MARKER = "xunxian-data.json"
LOCK = "lock"
RUNNING = "run.json"
POSTGRES = "postgres"
SECRET_BYTES = 32
TAKE_OVER_SECONDS = 30.0
MEBIBYTE = 1024 * 1024
# The database with the campaign of 2017 takes 72 MiB; a running one writes its log 16 MiB at a time.
LEAST_FREE_AT_FIRST, LEAST_FREE = 256 * MEBIBYTE, 32 * MEBIBYTE


class CannotStart(Exception):
    """Why `./run` cannot go on: one sentence for a person, in Chinese and English."""


class DataFolder:
    """An open data folder; the lock is held until the process (and its guardian) ends."""

    def __init__(self, path: Path, lock: int) -> None:
        self.path = path
        self.lock = lock

    def log(self, name: str) -> Path:
        """This will return the file that takes the output of the process `name`."""
        return self.path / "log" / f"{name}.log"

    def secret(self, name: str) -> str:
        """This will return a random word kept in the file `name`, made at the first call (hex, 256 bits)."""
        path = self.path / name
        if not path.exists():
            write_private(path, secrets.token_hex(SECRET_BYTES))
        return path.read_text("ascii")

    def secret_file(self, name: str) -> Path:
        """This will return the file of the secret `name`, made at the first call."""
        self.secret(name)
        return self.path / name

    def announce(self, facts: Mapping[str, object]) -> None:
        """This will write how the running system is reached, for the commands of a second terminal."""
        write_private(self.path / RUNNING, json.dumps({"pid": os.getpid(), **facts}, ensure_ascii=False))

    def retract(self) -> None:
        """This will take the announcement back."""
        (self.path / RUNNING).unlink(missing_ok=True)

    def discard(self) -> None:
        """This will remove the folder with all that was placed elsewhere for it; for folders made to be thrown away."""
        link = self.path / POSTGRES
        if link.is_symlink():
            shutil.rmtree(link.resolve().parent)
        shutil.rmtree(self.path)
        os.close(self.lock)


def open_data_folder(path: Path, fresh: bool, stop: Stop, say: Say) -> DataFolder:
    """This will make or open the folder and lock it, emptying it first when `fresh`.

    Raises CannotStart when it is in use, not ours, of another version, cannot be written, or its disk is full.
    """
    try:
        _check_ours(path)
        path.mkdir(mode=0o711, parents=True, exist_ok=True)
        lock = os.open(path / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        _take(lock, path, stop, say)
        # What a killed run announced, or half of it after a full disk, is no word about this one.
        (path / RUNNING).unlink(missing_ok=True)
        _check_space(path)
        write_private(path / MARKER, json.dumps({"format": FORMAT}))
        if fresh:
            _empty(path, say)
        (path / "log").mkdir(mode=0o700, exist_ok=True)
    except PermissionError as problem:
        raise CannotStart(
            f"无法写入数据文件夹 {path}（权限不足），请换用 --data 或由其所有者运行 · The data folder {path} cannot be written: "
            f"choose another with --data, or run this as its owner ({problem.strerror}: {problem.filename})."
        ) from problem
    except OSError as problem:
        raise CannotStart(
            f"无法使用数据文件夹 {path} · The data folder {path} cannot be used: {problem.strerror}; choose another with --data."
        ) from problem
    return DataFolder(path, lock)


def write_private(path: Path, text: str) -> None:
    """This will write a file that only its owner can read, whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _check_ours(path: Path) -> None:
    if not path.exists():
        return
    if not path.is_dir():
        raise CannotStart(f"{path} 不是文件夹 · {path} is not a folder: choose another with --data.")
    present = {entry.name for entry in path.iterdir()} - {LOCK, f".{MARKER}.part"}
    if not present:
        return
    if MARKER not in present:
        raise CannotStart(
            f"{path} 里有别的文件，不是循线的数据文件夹，未作改动 · "
            f"{path} holds other files and is not a data folder of this program; "
            "nothing was changed. Choose an empty or new folder with --data."
        )
    if _format(path) != FORMAT:
        raise CannotStart(
            f"{path / MARKER} 已损坏或属于另一版本 · {path / MARKER} is damaged or of another version: "
            "restore the folder from a copy, or choose another with --data."
        )


def _check_space(path: Path) -> None:
    least = LEAST_FREE if (path / POSTGRES).exists() else LEAST_FREE_AT_FIRST
    free = shutil.disk_usage(path).free
    if free < least:
        left, needed = (f"{size // MEBIBYTE} MiB" for size in (free, least))
        raise CannotStart(
            f"数据文件夹 {path} 所在磁盘只剩 {left}，至少需要 {needed} · The disk of the data folder {path} has {left} left "
            f"and {needed} are needed: make room, or choose another with --data."
        )


def _format(path: Path) -> object:
    try:
        marker = json.loads((path / MARKER).read_text("utf-8"))
    except ValueError:
        return None
    return marker.get("format") if isinstance(marker, dict) else None


def _take(lock: int, path: Path, stop: Stop, say: Say) -> None:
    """Takes the lock. A guardian that still ends the processes of a killed run holds it for a few seconds."""
    deadline = time.monotonic() + TAKE_OVER_SECONDS
    told = False
    while not _try(lock):
        pid, address = _holder(path)
        if is_alive(pid) or time.monotonic() > deadline:
            raise CannotStart(
                f"循线已在运行（{address}，进程 {pid}），数据文件夹 {path} 正被使用 · "
                f"Already running at {address} (process {pid}) "
                f"on the data folder {path}: use it, stop it, or choose another folder with --data."
            )
        if not told:
            say(
                "上次运行的进程正在收尾，稍候 · the processes of the last run are still ending, waiting for them"
            )
            told = True
        stop.pause(0.1)
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode("ascii"), 0)


def _try(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(path: Path) -> tuple[int, str]:
    pid = (path / LOCK).read_text("ascii").strip()
    try:
        address = str(json.loads((path / RUNNING).read_text("utf-8"))["base_url"])
    except (OSError, ValueError, KeyError):
        address = "启动中 starting"
    return (int(pid) if pid.isdecimal() else 0), address


def _empty(path: Path, say: Say) -> None:
    say(f"清空数据文件夹 · emptying {path}")
    for entry in path.iterdir():
        if entry.name in {LOCK, MARKER}:
            continue
        # A link stays a link: what it leads to is ours only where we placed the database ourselves.
        target = entry.resolve() if entry.name == POSTGRES else entry
        if entry.is_symlink():
            entry.unlink()
        if target.is_dir() and not target.is_symlink():
            shutil.rmtree(target)
        else:
            target.unlink(missing_ok=True)
