"""Receipts, allowances and photographs of tips: what can be said without any service."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.photos import SECRET_PLACE, jpeg, png, webp
from workflows.allowance import Allowance, Level, level_at, wait_for_one, with_one_used
from workflows.inputs import Wrong
from workflows.photo import LARGEST_PHOTO, bare
from workflows.receipt import read_receipt, receipt_from
from workflows.text import Text
from workflows.tip_rules import PublicStep, TipRules, progress

MARKS = st.binary(min_size=32, max_size=32).map(bytes.hex)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FIVE = Allowance(5, timedelta(minutes=3))


@given(MARKS)
def test_a_receipt_is_read_however_it_was_written(mark: str) -> None:
    receipt = receipt_from(mark)
    wide = receipt.grouped.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    for text in (receipt.digits, receipt.grouped, receipt.grouped.replace(" ", "-"), f"  {wide}\n"):
        assert read_receipt(text) == receipt


@given(MARKS, st.integers(0, 15), st.integers(1, 9))
def test_one_wrong_digit_is_said_before_anything_is_looked_up(mark: str, place: int, by: int) -> None:
    digits = receipt_from(mark).digits
    wrong = digits[:place] + str((int(digits[place]) + by) % 10) + digits[place + 1 :]
    with pytest.raises(Wrong) as refused:
        read_receipt(wrong)
    assert refused.value.code == "receipt_digit"


@given(st.text(max_size=60))
def test_nothing_else_is_a_receipt(text: str) -> None:
    with suppress(Wrong):
        assert len(read_receipt(text).digits) == 16


def test_a_receipt_is_not_printed_by_accident() -> None:
    assert receipt_from("ab" * 32).digits not in repr(receipt_from("ab" * 32))


def test_an_allowance_is_used_up_and_grows_again() -> None:
    level, waits = level_at(FIVE, None, NOW), []
    for _ in range(6):
        waits.append(wait_for_one(FIVE, level))
        level = with_one_used(level)
    assert waits == [0, 0, 0, 0, 0, 180]
    later = level_at(FIVE, level, NOW + timedelta(minutes=3))
    assert wait_for_one(FIVE, later) == 0
    assert level_at(FIVE, level, NOW + timedelta(days=9)).left == 5


def test_a_clock_that_goes_back_gives_nothing() -> None:
    level = Level(0.0, NOW)
    assert level_at(FIVE, level, NOW - timedelta(days=1)) == level


@pytest.mark.parametrize(
    ("make", "media_type"), [(jpeg, "image/jpeg"), (png, "image/png"), (webp, "image/webp")]
)
def test_a_photograph_keeps_its_picture_and_loses_what_it_tells(make: object, media_type: str) -> None:
    content = make()  # type: ignore[operator]  # a case makes its content
    assert SECRET_PLACE in content
    found, kept = bare(content)
    assert found == media_type
    assert SECRET_PLACE not in kept
    assert b"GPS" not in kept
    assert bare(kept) == (media_type, kept), "what is bare stays as it is"
    picture = {"image/jpeg": content[-3:-2], "image/png": b"IDAT", "image/webp": b"VP8L"}[media_type]
    assert picture in kept


def test_what_follows_the_end_of_a_picture_is_left_out() -> None:
    assert bare(jpeg(tail=b"PK\3\4" + SECRET_PLACE)) == bare(jpeg())


@pytest.mark.parametrize("turned", range(1, 9))
def test_a_jpeg_still_says_which_way_is_up(turned: int) -> None:
    _, kept = bare(jpeg(turned=turned))
    assert (b"Exif" in kept) == (turned > 1)
    if turned > 1:
        assert bytes((0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, turned)) in kept


@given(st.sampled_from([jpeg(), png(), webp()]), st.data())
def test_a_broken_photograph_is_refused_or_bare_and_never_an_accident(
    content: bytes, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(content)))
    at = data.draw(st.integers(0, len(content) - 1))
    changed = content[:at] + bytes([content[at] ^ data.draw(st.integers(1, 255))]) + content[at + 1 :]
    for sent in (content[:cut], changed, content[:12] + data.draw(st.binary(max_size=300))):
        with suppress(Wrong):
            assert bare(bare(sent)[1]) == bare(sent)


SMUGGLED = (
    *(pytest.param(0xE0 + n, b"x", id=f"app{n}") for n in range(16)),
    pytest.param(0xE0, b"JFIF\0", id="jfif"),
    pytest.param(0xEE, b"Adobe", id="adobe"),
    pytest.param(0xFE, b"", id="comment"),
    pytest.param(0xF0, b"", id="reserved"),
    pytest.param(0xDF, b"", id="expanded"),
)


@pytest.mark.parametrize(("marker", "begins"), SMUGGLED)
def test_no_segment_of_a_photograph_has_room_for_words(marker: int, begins: bytes) -> None:
    whole = jpeg()
    body = begins + b"23.1291N"
    note = bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body
    assert b"23.1" not in bare(whole[:2] + note + whole[2:])[1]


@pytest.mark.parametrize("kind", [b"gAMA", b"sRGB", b"IEND"])
def test_no_short_part_of_a_photograph_has_room_for_words(kind: bytes) -> None:
    whole, words = png(), b"23.1291N 113.2644E"
    part = len(words).to_bytes(4, "big") + kind + words + bytes(4)
    at = whole.index(b"IDAT") - 4
    with pytest.raises(Wrong):
        bare(whole[:at] + part + whole[at:])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "blank"),
        (b"%PDF-1.7 author", "not_a_photo"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_photo"),
        (b"GIF89a", "not_a_photo"),
        (b"\xff\xd8\xff" + b"\0" * LARGEST_PHOTO, "too_large"),
        (b"\xff\xd8\xff\xe1\0\2" * 40_000, "broken_photo"),
    ],
)
def test_what_is_no_photograph_is_refused_by_its_bytes(content: bytes, code: str) -> None:
    with pytest.raises(Wrong) as refused:
        bare(content)
    assert refused.value.code == code


def test_a_teller_sees_steps_and_nothing_of_what_happens_inside_one() -> None:
    names = {"in": ("received",), "seen": ("verifying", "returned"), "work": ("open",), "end": ("closed",)}
    steps = tuple(PublicStep(key, Text(key), Text(key), states) for key, states in names.items())
    rules = TipRules("c", "p", "a", "u", "n", "r", Text("110"), steps, (), "policy")
    days = [date(2026, 3, day) for day in range(1, 9)]
    states = ["received", "verifying", "returned", "verifying", "open", "closed", "open", "closed"]
    seen = [(p.on.day, p.step.id) for p in progress(rules, zip(days, states, strict=True))]
    assert seen == [(1, "in"), (2, "seen"), (5, "work"), (6, "end"), (7, "work"), (8, "end")]
