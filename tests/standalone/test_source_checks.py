"""What `./test` leaves out, it says; what it runs, it hands to pytest as asked."""

from __future__ import annotations

import pytest

from services.standalone.checks import banner, pytest_command


def test_the_core_needs_no_service_and_no_browser() -> None:
    command = pytest_command([], core=True, browser=True)
    assert command[command.index("-m", 3) + 1] == "not services and not browser"


def test_without_a_browser_it_is_said_loudly(capfd: pytest.CaptureFixture[str]) -> None:
    command = pytest_command([], core=False, browser=False)
    assert command[command.index("-m", 3) + 1] == "not browser"
    assert "SKIPPED" in capfd.readouterr().err


def test_with_a_browser_nothing_is_left_out() -> None:
    assert "-m" not in pytest_command([], core=False, browser=True)[3:]


def test_what_was_chosen_comes_last_and_wins() -> None:
    command = pytest_command(["-n0", "-m", "browser"], core=True, browser=True)
    assert command[-3:] == ("-n0", "-m", "browser")
    assert command.count("-m") == 2, "one of Python, one of the caller"


def test_a_banner_has_both_languages() -> None:
    assert "测试" in banner("测试", "tests")
    assert "tests" in banner("测试", "tests")
