"""Sets up `.venv` on a machine that has only Python and pip, with the standard library alone.

Promises: nothing outside the checkout is touched; every file that is installed matches the hash in the lock; pip's own
configuration on the machine (index, mirror, wheel folder, certificate, proxy) holds for whatever fetches; progress is
shown; an installation that was interrupted is repaired by the next call; one that is complete costs a file comparison.

Two ways. A: pip fetches the installer uv into `.boot/`, which makes the environment in seconds. B, when A cannot: an
environment without its own pip, filled by the machine's pip from outside (`pip --python`), which takes longer.
Neither needs the `ensurepip` module, which Debian leaves out.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from services.standalone.machine_pip import (
    interpreter,
    pip_command,
    pip_configuration,
    pip_environment,
    uv_settings,
)
from services.standalone.processes import die_with_parent

OLDEST, NEWEST = (3, 11), (3, 13)
GROUPS = ("runtime", "dev")
MEBIBYTE = 1024 * 1024
TOLD_EVERY_SECONDS = 3
ATTEMPT = "== pip =="
NOT_TRUSTED = ("certificate", "unknownissuer")
NO_NETWORK = (
    "name resolution", "name or service not known", "dns error", "connection refused", "network is unreachable",
    "newconnectionerror", "connecttimeout", "timed out", "no route to host", "error sending request",
    "failed to fetch", "could not connect", "tunnel connection failed",
)  # fmt: skip

Say = Callable[[str], None]


class SetupFailed(Exception):
    """The environment could not be made; the message is one sentence for a person, in Chinese and English."""


def ensure(root: Path, group: str, say: Say) -> Path:
    """This will return the Python of `root`/.venv after making sure it holds the packages of `group`.

    `group` is "runtime" or "dev" (which contains runtime). Raises SetupFailed with one sentence.
    """
    python = root / ".venv" / "bin" / "python"
    if is_ready(root, group):
        return python
    _check_interpreter()
    _check_writable(root)
    with _alone(root, say):
        if not is_ready(root, group):
            _install(root, group, say)
    return python


def is_ready(root: Path, group: str) -> bool:
    """This will say whether the environment is complete for `group`: it reads the stamp and the locks, no more."""
    stamp = _read_stamp(root)
    held = str(stamp.get("group"))
    enough = held in {group, "dev"}
    return enough and stamp == _wanted(root, held) and (root / ".venv" / "bin" / "python").exists()


def uv_command(root: Path, say: Say = lambda line: print(line, file=sys.stderr)) -> list[str]:
    """This will return the command that starts uv, fetching it into `root`/.boot first when it is not there."""
    home = root / ".boot" / f"uv-{_digest(root / 'requirements' / 'bootstrap.txt')[:12]}"
    uv = home / "bin" / "uv"
    if not uv.exists():
        say("正在取得安装工具 · fetching the installer")
        part = home.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        lock = str(root / "requirements" / "bootstrap.txt")
        pip = [
            *pip_command(),
            "install",
            "--quiet",
            "--retries",
            "1",
            "--only-binary",
            ":all:",
            "--require-hashes",
        ]
        _run([*pip, "--target", str(part), "-r", lock], root, pip_environment())
        part.rename(home)
    return [str(uv)]


def _install(root: Path, group: str, say: Say) -> None:
    venv, began = root / ".venv", time.monotonic()
    marker = venv / ".installing"
    if marker.exists():
        say("上次安装中断，重新安装 · the last installation was interrupted: starting it again")
    if marker.exists() or _is_of_another_place(root):
        _discard(root)
    lock = root / "requirements" / f"{group}.txt"
    say(f"安装依赖（{_announced(lock)}）· installing the packages ({_announced(lock)} to download, once)")
    _stamp(root).unlink(missing_ok=True)
    venv.mkdir(exist_ok=True)
    marker.touch()
    _log(root).write_text("", "utf-8")
    try:
        _install_with_uv(root, lock, say)
    except SetupFailed as problem:
        if _is_offline(_last_talk(root)):
            raise _explained(root) from problem
        _next_attempt(root)
        say("换用 pip 安装 · the fast way did not work here, using pip (see .boot/install.log)")
        _install_with_pip(root, lock, say)
    _link_checkout(root)
    _stamp(root).write_text(json.dumps(_wanted(root, group)), "utf-8")
    marker.unlink()
    say(
        f"依赖就绪（{time.monotonic() - began:.0f} 秒）· packages ready after {time.monotonic() - began:.0f} s"
    )


def _is_of_another_place(root: Path) -> bool:
    """Whether the environment was made elsewhere or for another Python: its scripts would start the wrong one."""
    stamp, wanted = _read_stamp(root), _wanted(root, "runtime")
    return any(stamp.get(name, wanted[name]) != wanted[name] for name in ("root", "python"))


def _discard(root: Path) -> None:
    """Takes the environment away in one step, so that no half of it is ever taken for a whole."""
    rest = root / ".boot" / "discarded"
    shutil.rmtree(rest, ignore_errors=True)
    (root / ".venv").rename(rest)
    shutil.rmtree(rest)


def _install_with_uv(root: Path, lock: Path, say: Say) -> None:
    uv = uv_command(root, say)
    environment = {**os.environ, **uv_settings(pip_configuration(), os.environ)}
    environment["UV_CACHE_DIR"] = str(root / ".boot" / "cache")
    venv = root / ".venv"
    _run(
        [*uv, "venv", "--quiet", "--allow-existing", "--python", interpreter(), str(venv)],
        root,
        {**environment, "UV_PYTHON_DOWNLOADS": "never"},
    )
    sync = [*uv, "pip", "sync", "--quiet", "--require-hashes", "--only-binary", ":all:"]
    _run([*sync, "--python", str(venv / "bin" / "python"), str(lock)], root, environment, say)


def _install_with_pip(root: Path, lock: Path, say: Say) -> None:
    venv = root / ".venv"
    _run([interpreter(), "-m", "venv", "--without-pip", str(venv)], root, os.environ)
    pip = [
        *pip_command(),
        "--python",
        str(venv / "bin" / "python"),
        "install",
        "--quiet",
        "--no-compile",
        "--retries",
        "1",
    ]
    cache = ["--cache-dir", str(root / ".boot" / "cache")]
    _run(
        [*pip, *cache, "--only-binary", ":all:", "--require-hashes", "-r", str(lock)],
        root,
        pip_environment(),
        say,
    )


def _link_checkout(root: Path) -> None:
    """Lets the environment import the checkout, and puts the command `xunxian` beside its Python."""
    python = root / ".venv" / "bin" / "python"
    asked = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = Path(subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip())
    (packages / "xunxian-checkout.pth").write_text(f"{root}\n", "utf-8")
    command = python.with_name("xunxian")
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(str(python))} -P -m services.cli "$@"\n', "utf-8")
    command.chmod(0o755)


def _run(command: Sequence[str], root: Path, environment: Mapping[str, str], say: Say | None = None) -> None:
    """Runs one step with its talk in `.boot/install.log`, reporting progress through `say` while it lasts."""
    with _log(root).open("ab") as log:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(environment),
                preexec_fn=die_with_parent(signal.SIGKILL),  # noqa: PLW1509  (one thread)
            )
        except OSError as problem:
            log.write(f"{command[0]}: {problem.strerror}\n".encode())
            raise _explained(root) from problem
    began = told = time.monotonic()
    before, most = _stored(root), 0
    while (code := _wait(process, 0.25)) is None:
        if say and time.monotonic() - told >= TOLD_EVERY_SECONDS:
            told = time.monotonic()
            # What was unpacked for a moment is removed again; what was fetched does not grow less.
            most = max(most, _stored(root) - before)
            say(f"  … 盘上 {most // MEBIBYTE} MiB on disk, {told - began:.0f} s")
    if code != 0:
        raise _explained(root)


def _wait(process: subprocess.Popen[bytes], seconds: float) -> int | None:
    try:
        return process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return None


def _stored(root: Path) -> int:
    """How many bytes the cache and the environment take, a file that is in both counted once."""
    sizes: dict[int, int] = {}
    for folder in (root / ".boot" / "cache", root / ".venv"):
        for place, _, names in os.walk(folder):
            for name in names:
                try:
                    found = Path(place, name).lstat()
                except FileNotFoundError:  # a temporary file that was there a moment ago
                    continue
                sizes[found.st_ino] = found.st_size
    return sum(sizes.values())


def _explained(root: Path) -> SetupFailed:
    text = _last_talk(root)
    last = text.splitlines()[-1] if text else "no output"
    if _is_distrustful(text):
        return SetupFailed(
            "软件包索引的证书不受本机信任（常见于会拆开加密连接的单位代理）：请把该代理的根证书写进 pip 配置的 cert 再运行一次 · "
            "This machine does not trust the certificate of the package index (often a proxy that opens encrypted "
            "connections): name the proxy's root certificate as `cert` in pip's configuration and run this again."
        )
    if _is_offline(text):
        return SetupFailed(
            "连不上软件包索引，无法安装依赖：请联网（或在 pip 配置里写明镜像）后再运行一次 · "
            "The package index cannot be reached, so the packages cannot be installed: "
            "connect to the network (or name a mirror in pip's configuration) and run this again."
        )
    if "no space left" in text.lower():
        return SetupFailed("磁盘已满，无法安装依赖 · The disk is full: free about 1 GB and run this again.")
    if "no module named pip" in text.lower():
        return SetupFailed(
            "缺少 pip：请先安装 python3-pip · pip is missing: install it (Debian: python3-pip) and run this again."
        )
    return SetupFailed(
        f"安装依赖失败，详见 .boot/install.log · Installing failed, see .boot/install.log: {last}"
    )


def _is_distrustful(text: str) -> bool:
    return any(sign in text.lower() for sign in NOT_TRUSTED)


def _is_offline(text: str) -> bool:
    """Whether nobody answered; an index that answers with a certificate nobody trusts is there."""
    return not _is_distrustful(text) and any(sign in text.lower() for sign in NO_NETWORK)


def _next_attempt(root: Path) -> None:
    """Begins a new part of the log: what the way before said does not explain the next one."""
    with _log(root).open("a", encoding="utf-8") as log:
        log.write(f"\n{ATTEMPT}\n")


def _last_talk(root: Path) -> str:
    return _log(root).read_text("utf-8", errors="replace").rpartition(ATTEMPT)[2].strip()


def _announced(lock: Path) -> str:
    for line in lock.read_text("utf-8").splitlines():
        if line.startswith("# download:"):
            return line.split(",")[1].split("(")[0].strip()
    raise SetupFailed(
        f"{lock.name} 没有写明大小 · {lock.name} is not a lock file of this project: run requirements/lock.py."
    )


def _check_interpreter() -> None:
    if sys.platform != "linux" or not OLDEST <= sys.version_info[:2] <= NEWEST:
        have = f"{sys.platform}, Python {sys.version_info[0]}.{sys.version_info[1]}"
        raise SetupFailed(
            f"需要 Linux 和 Python 3.11 至 3.13 · Linux and Python 3.11 to 3.13 are needed; this is {have}."
        )


def _check_writable(root: Path) -> None:
    if not os.access(root, os.W_OK):
        raise SetupFailed(
            f"无法写入 {root}，依赖要装在其中 · {root} cannot be written, and the packages are installed inside it: "
            "run this once as its owner, or copy the checkout to a folder of your own."
        )


@contextmanager
def _alone(root: Path, say: Say) -> Iterator[None]:
    """Lets one installation at a time run in a checkout."""
    boot = root / ".boot"
    boot.mkdir(exist_ok=True)
    with (boot / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("另一个安装正在进行，等待 · another installation is under way here, waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _wanted(root: Path, group: str) -> dict[str, str]:
    return {
        "group": group,
        "root": str(root),
        "python": f"{sys.version_info[0]}.{sys.version_info[1]}",
        **{name: _digest(root / "requirements" / f"{name}.txt") for name in GROUPS},
    }


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _read_stamp(root: Path) -> dict[str, object]:
    try:
        stamp = json.loads(_stamp(root).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _stamp(root: Path) -> Path:
    return root / ".venv" / ".complete"


def _log(root: Path) -> Path:
    return root / ".boot" / "install.log"
