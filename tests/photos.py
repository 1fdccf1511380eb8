"""Photographs for tests, made byte by byte, with what real ones tell about who took them."""

from __future__ import annotations

import struct
import zlib

SECRET_PLACE = b"GPS 23.1291N 113.2644E serial 0042"


def jpeg(*, turned: int = 1, tail: bytes = b"") -> bytes:
    """A JPEG of eight by eight, with a place in its notes, a comment, a second note and a tail."""
    tiff = b"II*\0\x08\0\0\0" + struct.pack("<H", 2)
    tiff += struct.pack("<HHIHH", 0x0112, 3, 1, turned, 0) + struct.pack("<HHII", 0x8825, 4, 1, 38)
    notes = b"Exif\0\0" + tiff + b"\0\0\0\0" + SECRET_PLACE
    quantities = b"\0" + bytes([1] * 64)
    codes = b"\0" + bytes([0, 1] + [0] * 14) + b"\0"
    ac = b"\x10" + bytes([0, 1] + [0] * 14) + b"\0"
    return b"".join(
        (
            b"\xff\xd8",
            _segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
            _segment(0xE1, notes),
            _segment(0xE2, b"MPF\0" + SECRET_PLACE),
            _segment(0xFE, SECRET_PLACE),
            _segment(0xDB, quantities),
            _segment(0xC0, b"\x08\0\x08\0\x08\1\1\x11\0"),
            _segment(0xC4, codes),
            _segment(0xC4, ac),
            _segment(0xDA, b"\1\1\0\0\x3f\0"),
            b"\x3f",
            b"\xff\xd9",
            tail,
        )
    )


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def png() -> bytes:
    """A PNG of one pixel with a text, a time, notes and a tail."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", header),
            _chunk(b"tEXt", b"Author\0" + SECRET_PLACE),
            _chunk(b"eXIf", SECRET_PLACE),
            _chunk(b"tIME", bytes(7)),
            _chunk(b"IDAT", zlib.compress(b"\0\x80")),
            _chunk(b"IEND", b""),
            SECRET_PLACE,
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def webp() -> bytes:
    """A WebP of one pixel in the extended form, with notes and a colour profile."""
    picture = bytes.fromhex("2f00000010071011118888fe0700")
    body = b"WEBP" + _part(b"VP8X", bytes((0x2C, 0, 0, 0)) + bytes(6)) + _part(b"ICCP", SECRET_PLACE)
    body += _part(b"VP8L", picture) + _part(b"EXIF", SECRET_PLACE) + _part(b"XMP ", SECRET_PLACE)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _part(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
