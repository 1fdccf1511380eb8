"""Codes of the second factor, against the values of the standard."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest

from workflows.second_factor import (
    code_of,
    fitting_step,
    recovery_code,
    step_of,
    words_of,
)

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "eight_digits"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_rfc_6238(seconds: int, eight_digits: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert code_of(SECRET, step_of(at)) == eight_digits[-6:]


def test_a_code_counts_once_and_its_neighbours_are_taken() -> None:
    at = datetime(2026, 3, 2, 9, 0, 15, tzinfo=UTC)
    now = step_of(at)
    for step in (now - 1, now, now + 1):
        assert fitting_step(SECRET, code_of(SECRET, step), at, 0) == step
    for step in (now - 2, now + 2):
        assert fitting_step(SECRET, code_of(SECRET, step), at, 0) is None
    assert fitting_step(SECRET, code_of(SECRET, now), at, now) is None
    assert fitting_step(SECRET, code_of(SECRET, now), at - timedelta(seconds=30), 0) == now


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "12 34\x0056"])
def test_what_is_no_code_fits_nothing(code: str) -> None:
    assert fitting_step(SECRET, code, datetime(2026, 3, 2, tzinfo=UTC), 0) is None


def test_a_secret_is_written_as_people_type_it() -> None:
    plain = base64.b32encode(SECRET).decode().rstrip("=")
    assert words_of(SECRET).replace(" ", "") == plain


def test_recovery_codes_are_long_and_easy_to_read() -> None:
    code = recovery_code(bytes(range(10)))
    assert len(code.replace("-", "")) == 16
    assert code == code.upper()
