"""The environment, read once."""

from __future__ import annotations

import pytest

from shared.settings import BadSettings, load


def test_without_a_list_of_hosts_the_loopback_names_are_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/xunxian")
    monkeypatch.delenv("XUNXIAN_TRUSTED_HOSTS", raising=False)
    assert load().trusted_hosts == ("localhost", "127.0.0.1", "[::1]")


def test_a_missing_database_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(BadSettings, match="DATABASE_URL"):
        load()
