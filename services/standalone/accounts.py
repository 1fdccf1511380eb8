"""As whom PostgreSQL runs: it refuses to run as root, so root lends it the identity of nobody.

Three ways, the first that works is taken. An ordinary user runs it as himself. Root runs it in a user namespace in which
root's own files belong to nobody: no account is made and no file changes hands. Where user namespaces are closed
(containers, chroots), root switches to the user id 65534 and gives it the database files.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from services.standalone.data_folder import CannotStart

NOBODY = 65534
NAMESPACE = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}")
SWITCH = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")


@dataclass(frozen=True, slots=True)
class Account:
    """An identity: `prefix` goes before a command to run it so; `owner` is the user id its files need, if any."""

    name: str
    prefix: tuple[str, ...] = ()
    owner: int | None = None

    def command(self, *command: str, death_signal: str = "INT") -> tuple[str, ...]:
        """This will return the command under this identity.

        Changing identity clears the death signal the kernel keeps for a process, so it is set again afterwards.
        """
        if not self.prefix:
            return command
        return (*self.prefix, *_setpriv_after(self.prefix), "--pdeathsig", death_signal, *command)

    def reaches(self, path: Path, permissions: str) -> bool:
        """This will say whether this identity has all of `permissions` (of "rwx") on `path`."""
        tests = " && ".join(f'test -{letter} "$1"' for letter in permissions)
        return _works((*self.prefix, "sh", "-c", tests, "sh", str(path)))

    def own(self, path: Path) -> None:
        """This will give `path` to the identity where its files must be its own."""
        if self.owner is not None:
            os.chown(path, self.owner, self.owner)


ORDINARY = Account("ordinary user")
NAMESPACED = Account("nobody in a user namespace", NAMESPACE)
SWITCHED = Account("nobody, switched to by root", SWITCH, NOBODY)


def choose_account() -> Account:
    """This will return the identity under which the database can run here; raises CannotStart when there is none."""
    if os.geteuid() != 0:
        return ORDINARY if _has_name(os.geteuid()) else _nameless()
    for account in (NAMESPACED, SWITCHED):
        if _works(account.command("true")):
            return account
    raise CannotStart(
        "以 root 运行时需要 util-linux 的 unshare 或 setpriv，本机两者都不可用 · Running as root needs `unshare` or `setpriv` of "
        "util-linux, and neither works here: run this as an ordinary user, or set DATABASE_URL."
    )


def _has_name(user: int) -> bool:
    try:
        return bool(pwd.getpwuid(user).pw_name)
    except KeyError:
        return False


def _nameless() -> Account:
    """A user id without an account (common in containers): `initdb` insists on a name, and nobody has one."""
    if _works(NAMESPACED.command("true")):
        return NAMESPACED
    raise CannotStart(
        f"用户号 {os.geteuid()} 没有账户名，数据库无法建立 · "
        f"User id {os.geteuid()} has no account name, and the database needs one: "
        "add it to /etc/passwd, run this as another user, or set DATABASE_URL."
    )


def _setpriv_after(prefix: tuple[str, ...]) -> tuple[str, ...]:
    return () if prefix[0] == "setpriv" else ("setpriv",)


def _works(command: tuple[str, ...]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
