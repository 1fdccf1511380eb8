"""Photographs without what they tell of who took them: the picture is kept bit for bit, everything beside it is not.

Of JPEG, PNG and WebP only the parts a picture is drawn from are kept. Place, time, device, owner, comments, colour
profiles, embedded previews and whatever follows the picture's end are left out. A JPEG keeps one thing more: which way
is up, in a note that says nothing else. Other kinds of files are refused, because they may name their author.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from workflows.inputs import Wrong

LARGEST_PHOTO = 10 * 1024 * 1024
MOST_PIXELS = 120_000_000
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = {
    b"IHDR": 13,
    b"PLTE": 768,
    b"tRNS": 256,
    b"IEND": 0,
    b"gAMA": 4,
    b"sRGB": 1,
    b"IDAT": LARGEST_PHOTO,
}
"""The parts of a PNG that are kept, and the most bytes each may have: more would be room for words."""

_WEBP_KEPT = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH"))
_WEBP_TELLS = 0x20 | 0x08 | 0x04 | 0x02  # colour profile, EXIF, XMP, moving pictures
_SOI, _EOI, _SOS, _APP0, _APP1, _APP14 = 0xD8, 0xD9, 0xDA, 0xE0, 0xE1, 0xEE
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_DRAWN_FROM = frozenset(range(0xC0, 0xD0)) | {0xDB, 0xDC, 0xDD, _SOS}
_JFIF = b"\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"
_ADOBE = b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0"
_ORIENTATION = 0x0112
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7]")
_MOST_PARTS = 20_000


def bare(content: bytes) -> tuple[str, bytes]:
    """This will give a photograph's media type and its bytes without what they tell beside the picture.

    Raises Wrong: empty, too large, not a photograph of a kind that is taken, or broken.
    """
    if not content:
        raise Wrong("blank", "照片是空的", "the photograph is empty")
    if len(content) > LARGEST_PHOTO:
        raise Wrong("too_large", "一张照片最大 10 MiB", "a photograph has at most 10 MiB")
    for starts, media_type, strip in _KINDS:
        if starts(content):
            try:
                return media_type, strip(content)
            except (IndexError, ValueError):
                raise Wrong("broken_photo", "照片不完整或已损坏", "the photograph is broken") from None
    raise Wrong(
        "not_a_photo",
        "只收 JPEG、PNG、WebP 照片；苹果手机的 HEIC 照片请先截屏，传截图",
        "photographs as JPEG, PNG or WebP only; of an iPhone's HEIC take a screenshot and send that",
    )


def ending_of(media_type: str) -> str:
    """This will give the ending of a file name for a kind of photograph."""
    return _ENDINGS[media_type]


def _jpeg(content: bytes) -> bytes:
    parts, turned, frames = [], 0, 0
    for marker, segment in _segments(content):
        if marker == _APP1:
            turned = turned or _orientation(segment[4:])
        elif marker in _FRAMES:
            _check_size(int.from_bytes(segment[7:9], "big"), int.from_bytes(segment[5:7], "big"))
            frames += 1
        if marker in _DRAWN_FROM:
            parts.append(segment)
        elif marker == _APP0 and segment[4:9] == b"JFIF\0":
            parts.append(_JFIF)
        elif marker == _APP14 and segment[4:9] == b"Adobe" and len(segment) == 16:
            # Its last byte says how colours are coded; the rest is written anew.
            parts.append(_ADOBE + segment[15:])
    if frames != 1:
        raise ValueError("one picture in a file")
    return b"\xff\xd8" + _turn(turned) + b"".join(parts) + b"\xff\xd9"


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Every segment between the picture's beginning and its end, scans with the data that follows them."""
    at = 2
    for _ in range(_MOST_PARTS):
        if content[at] != 0xFF:
            raise ValueError("a marker begins with FF")
        while content[at + 1] == 0xFF:  # fill bytes
            at += 1
        marker = content[at + 1]
        if marker == _EOI:
            return
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        end = at + 2 + length
        if length < 2 or marker < 0xC0 or 0xD0 <= marker <= _SOI or end > len(content):
            raise ValueError("not a segment")
        if marker == _SOS:
            end = _end_of_scan(content, end)
        yield marker, content[at:end]
        at = end
    raise ValueError("too many parts")


def _end_of_scan(content: bytes, at: int) -> int:
    found = _AFTER_SCAN.search(content, at)
    if found is None:
        raise ValueError("cut off")
    return found.start()


def _orientation(exif: bytes) -> int:
    """Which way is up, 1 to 8; 0 where the note does not say it properly."""
    if exif[:6] != b"Exif\0\0" or len(exif) < 14:
        return 0
    tiff = exif[6:]
    order = {b"II": "little", b"MM": "big"}.get(tiff[:2])
    if order is None:
        return 0

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], "little" if order == "little" else "big")

    first = number(4, 4)
    for entry in range(min(number(first, 2), 200)):
        at = first + 2 + entry * 12
        if number(at, 2) == _ORIENTATION:
            value = number(at + 8, 2)
            return value if 1 <= value <= 8 else 0
    return 0


def _turn(turned: int) -> bytes:
    """A note that says which way is up and nothing else."""
    if turned in {0, 1}:
        return b""
    tiff = (
        b"MM\0*\0\0\0\x08" + b"\0\x01" + b"\x01\x12\0\x03\0\0\0\x01" + bytes((0, turned, 0, 0)) + b"\0\0\0\0"
    )
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body


def _png(content: bytes) -> bytes:
    parts, at, kind = [_PNG], len(_PNG), b""
    while kind != b"IEND":
        if len(parts) > _MOST_PARTS:
            raise ValueError("too many parts")
        length = int.from_bytes(content[at : at + 4], "big")
        kind, end = content[at + 4 : at + 8], at + 12 + length
        if end > len(content) or not (parts[1:] or kind == b"IHDR"):
            raise ValueError("not a chunk")
        if kind == b"IHDR":
            _check_size(_big(content, at + 8), _big(content, at + 12))
        if length > _PNG_KEPT.get(kind, length):
            raise ValueError("a part longer than its kind")
        if kind in _PNG_KEPT:
            parts.append(content[at:end])
        at = end
    return b"".join(parts)


def _webp(content: bytes) -> bytes:
    end = 8 + int.from_bytes(content[4:8], "little")
    if end > len(content):
        raise ValueError("cut off")
    parts = list(_riff(content, 12, end))
    if sum(part[:4] in {b"VP8 ", b"VP8L"} for part in parts) != 1:
        raise ValueError("one picture in a file")
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _riff(content: bytes, at: int, end: int) -> Iterator[bytes]:
    while at < end:
        kind, length = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        after = at + 8 + length
        if after > end or len(kind) != 4:
            raise ValueError("not a chunk")
        data = content[at + 8 : after]
        if kind == b"VP8X":
            _check_size(1 + int.from_bytes(data[4:7], "little"), 1 + int.from_bytes(data[7:10], "little"))
            data = bytes((data[0] & ~_WEBP_TELLS & 0xFF,)) + data[1:]
        if kind in _WEBP_KEPT:
            yield kind + length.to_bytes(4, "little") + data + b"\0" * (length % 2)
        at = after + length % 2


def _check_size(width: int, height: int) -> None:
    if not 0 < width * height <= MOST_PIXELS:
        raise ValueError("no such picture")


def _big(content: bytes, at: int) -> int:
    return int.from_bytes(content[at : at + 4], "big")


_KINDS: tuple[tuple[Callable[[bytes], bool], str, Callable[[bytes], bytes]], ...] = (
    (lambda c: c[:3] == b"\xff\xd8\xff", "image/jpeg", _jpeg),
    (lambda c: c[:8] == _PNG, "image/png", _png),
    (lambda c: c[:4] == b"RIFF" and c[8:12] == b"WEBP", "image/webp", _webp),
)
_ENDINGS: Mapping[str, str] = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
