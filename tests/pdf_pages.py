"""What stands on each page of a PDF as Typst writes them, line by line: enough of the format for tests, and no more."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from operator import itemgetter

_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
_TOKEN = re.compile(rb"<([0-9A-Fa-f]*)>|/(\w+)|(-?[\d.]+)|([A-Za-z]+)|(\()")
_ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_PAIR = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>")
_PAGE_NUMBER = re.compile(r"—\d+—")


def pages_of(content: bytes) -> list[list[str]]:
    """This will give the lines of every page from top to bottom, without blanks and without the page's number."""
    objects = {int(number): body for number, body in _OBJECT.findall(content)}
    fonts = _fonts(objects)
    (root,) = (body for body in objects.values() if b"/Type/Pages/Count" in body)
    kids = [int(n) for n in re.findall(rb"(\d+) 0 R", root[root.index(b"/Kids") :])]
    return [_lines(objects, objects[kid], fonts) for kid in kids]


def _lines(objects: Mapping[int, bytes], page: bytes, fonts: Mapping[int, Mapping[bytes, str]]) -> list[str]:
    resources = objects[_reference(page, b"Resources")]
    named = {name: fonts[int(number)] for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", resources)}
    by_height: dict[float, list[tuple[float, str]]] = {}
    for x, y, words in _words(_stream(objects[_reference(page, b"Contents")]), named):
        near = next((height for height in by_height if abs(height - y) < 4), y)
        by_height.setdefault(near, []).append((x, words))
    lines = (
        "".join(w for _, w in sorted(by_height[y], key=itemgetter(0)))
        for y in sorted(by_height, reverse=True)
    )
    found = (re.sub(r"[\s\u200b\uffff]", "", line) for line in lines)
    return [line for line in found if line and not _PAGE_NUMBER.fullmatch(line)]


def _words(stream: bytes, fonts: Mapping[bytes, Mapping[bytes, str]]) -> Iterator[tuple[float, float, str]]:
    x = y = 0.0
    font: Mapping[bytes, str] = {}
    numbers: list[float] = []
    glyphs, name, place = b"", b"", 0
    while (found := _TOKEN.search(stream, place)) is not None:
        place = found.end()
        hexed, called, number, operator, opened = found.groups()
        if opened:
            end = _end_of_string(stream, place)
            glyphs, place = glyphs + _plain(stream[place:end]), end + 1
        elif hexed is not None:
            glyphs += bytes.fromhex(hexed.decode())
        elif number is not None:
            numbers.append(float(number))
        elif called is not None:
            name = called
        else:
            if operator == b"cm":
                x, y = numbers[-2:]
            elif operator == b"Tf":
                font = fonts[name]
            elif operator in (b"Tj", b"TJ"):
                yield x, y, "".join(font.get(glyphs[n : n + 2], "") for n in range(0, len(glyphs), 2))
            glyphs, numbers = b"", []


def _end_of_string(stream: bytes, place: int) -> int:
    """Brackets within a string need no escape as long as they pair."""
    depth = 1
    while True:
        letter = stream[place : place + 1]
        depth += (letter == b"(") - (letter == b")")
        if not depth:
            return place
        place += 2 if letter == b"\\" else 1


def _plain(piece: bytes) -> bytes:
    def meant(match: re.Match[bytes]) -> bytes:
        code = match[1]
        return bytes((int(code, 8),)) if code.isdigit() else _NAMED.get(code, code)

    return _ESCAPED.sub(meant, piece)


def _fonts(objects: Mapping[int, bytes]) -> dict[int, dict[bytes, str]]:
    found = {}
    for number, body in objects.items():
        if b"/ToUnicode" in body:
            pairs = _PAIR.findall(_stream(objects[_reference(body, b"ToUnicode")]))
            found[number] = {
                bytes.fromhex(glyph.decode()): bytes.fromhex(words.decode()).decode("utf-16-be")
                for glyph, words in pairs
            }
    return found


def _reference(body: bytes, name: bytes) -> int:
    found = re.search(rb"/" + name + rb" (\d+) 0 R", body)
    assert found, name
    return int(found[1])


def _stream(body: bytes) -> bytes:
    return zlib.decompressobj().decompress(body[body.index(b"stream\n") + 7 :])
