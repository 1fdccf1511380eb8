"""The picture of a receipt: small, the same for the same words, and no word of it is read as markup."""

from __future__ import annotations

import struct

from shared.adapters.receipt_picture import receipt_picture

WORDS = ("4821 9036 7715 2048", "查询码", "查进度：https://tips.example/track", "不要给别人看。")


def test_it_is_a_small_picture_for_a_telephone_and_shows_its_digits() -> None:
    drawn = receipt_picture(*WORDS)
    assert drawn.startswith(b"\x89PNG\r\n")
    width, height = struct.unpack(">II", drawn[16:24])
    assert width == 640
    assert 200 < height < 400
    assert len(drawn) < 40_000
    assert drawn == receipt_picture(*WORDS)
    assert drawn != receipt_picture("4821 9036 7715 2049", *WORDS[1:])


def test_words_are_no_markup() -> None:
    odd = '#panic("x") $ * _ ] [ \\ " //'
    assert receipt_picture(WORDS[0], WORDS[1], odd, odd).startswith(b"\x89PNG")
