"""Files by their content: each is kept once under its SHA-256, written whole or not at all, and never changed.

Names people gave are never part of a path. What kind of file it is is found from its bytes, not from its name.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

import filetype

TEXT, UNKNOWN = "text/plain", "application/octet-stream"


class FileStore:
    """A folder of files named by their hash. Safe to use from several processes at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, content: bytes) -> str:
        """This will keep a file, on disk before it returns, and give its SHA-256 in hexadecimal."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._path(sha256)
        if not path.exists() or self.fault(sha256) is not None:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part = path.with_name(f".{sha256}.{secrets.token_hex(8)}")
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        return sha256

    def fault(self, sha256: str) -> str | None:
        """This will read a file again and say what is wrong with it: `missing`, `altered`, or nothing."""
        try:
            with self._path(sha256).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            return "missing"
        return None if found == sha256 else "altered"

    def read(self, sha256: str) -> bytes | None:
        """This will give a file's content, or None where it is missing or is no longer what was kept."""
        path = self._path(sha256)
        content = path.read_bytes() if path.exists() else b""
        return content if hashlib.sha256(content).hexdigest() == sha256 else None

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256


def media_type(content: bytes) -> str:
    """This will say what kind of file the bytes are; text where they are UTF-8, else unknown."""
    found = filetype.guess_mime(content)
    if found is not None:
        return str(found)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return UNKNOWN
    return UNKNOWN if "\0" in text else TEXT
