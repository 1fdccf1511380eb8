"""A data folder that cannot be used is left as it is, and said so in one sentence."""

from __future__ import annotations

import os
import shutil
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest

from services.standalone.data_folder import CannotStart, DataFolder, open_data_folder
from services.standalone.options import parse_options
from services.standalone.processes import Stop


def opened(path: Path, *, fresh: bool = False) -> DataFolder:
    return open_data_folder(path, fresh, Stop(), lambda _line: None)


def test_a_folder_of_someone_else_is_neither_used_nor_emptied(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear", "utf-8")
    for fresh in (False, True):
        with pytest.raises(CannotStart, match="not a data folder"):
            opened(tmp_path, fresh=fresh)
    assert [entry.name for entry in tmp_path.iterdir()] == ["letter.txt"]


def test_a_file_is_not_a_folder(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    with pytest.raises(CannotStart, match="is not a folder"):
        opened(tmp_path / "data")


@pytest.mark.parametrize("marker", ["", "{", "[]", '{"format": 99}'])
def test_a_damaged_marker_is_named(tmp_path: Path, marker: str) -> None:
    (tmp_path / "xunxian-data.json").write_text(marker, "utf-8")
    with pytest.raises(CannotStart, match=r"xunxian-data\.json is damaged"):
        opened(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(CannotStart, match="cannot be written"):
        opened(tmp_path / "data")


def test_a_path_below_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotStart, match="cannot be used"):
        opened(tmp_path / "file" / "data")


@pytest.mark.parametrize(("has_database", "free", "starts"), [
    (False, 255, False), (False, 256, True), (True, 31, False), (True, 32, True),
])  # fmt: skip
def test_a_disk_without_room_is_named_before_a_database_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_database: bool, free: int, starts: bool
) -> None:
    path = tmp_path / "data"
    os.close(opened(path).lock)
    if has_database:
        (path / "postgres").mkdir()
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=free * 1024 * 1024))
    with nullcontext() if starts else pytest.raises(CannotStart, match=f"{free} MiB left and .* are needed"):
        opened(path)


def test_a_locked_folder_is_not_opened_twice(tmp_path: Path) -> None:
    first = opened(tmp_path / "data")
    first.announce({"base_url": "http://127.0.0.1:1"})
    with pytest.raises(CannotStart, match=r"Already running at http://127\.0\.0\.1:1"):
        opened(tmp_path / "data")
    os.close(first.lock)


def test_what_a_killed_run_announced_is_forgotten_whatever_is_left_of_it(tmp_path: Path) -> None:
    """The steps of a start read that file too; half of it must not stop them."""
    before = opened(tmp_path / "data")
    announced = before.path / "run.json"
    announced.write_text('{"pid": 1, "base_', "utf-8")
    os.close(before.lock)
    opened(tmp_path / "data")
    assert not announced.exists()


@pytest.mark.parametrize("typed", [["--data", ""], ["--data="], ["--fresh", "--data", ""]])
def test_an_empty_word_names_no_folder(typed: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_options(typed, {}, Path("/nowhere"))
    assert ended.value.code == 2
    assert "没有写明文件夹" in capsys.readouterr().err


def test_emptying_does_not_follow_links(tmp_path: Path) -> None:
    folder = opened(tmp_path / "data")
    os.close(folder.lock)
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "letter.txt").touch()
    (folder.path / "documents").symlink_to(kept)
    os.close(opened(tmp_path / "data", fresh=True).lock)
    assert (kept / "letter.txt").exists()
    assert not (folder.path / "documents").is_symlink()


def test_a_secret_stays_the_same(tmp_path: Path) -> None:
    folder = opened(tmp_path / "data")
    word = folder.secret("word")
    os.close(folder.lock)
    shutil.copytree(folder.path, tmp_path / "copy")
    again = opened(tmp_path / "copy")
    os.close(again.lock)
    assert len(bytes.fromhex(word)) == 32
    assert again.secret("word") == word
