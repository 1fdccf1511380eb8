"""Sealing: AES-256-GCM with keys in files beside the secret, never in the database; and blind marks for matching.

Promises: each purpose has key files of its own, `<folder>/<purpose>-keys/<key id>.key`, made at first need and
readable by their owner alone; every value carries the id of its key, so that old values open after a new key was
made; what is sealed about one subject does not open as another's (the subject is bound in); a sealed value's length
tells only how many blocks of 256 bytes it fills.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.application.guarded import SealBroken

BLOCK = 256
_KEY_BYTES, _NONCE_BYTES = 32, 12
_MARKS, _FIRST = "marks", "k0001"


class Vault:
    """Keys in a folder. Safe to use from several processes at once; a key, once made, is never changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[tuple[str, str], bytes] = {}

    def seal(self, purpose: str, about: str, plain: bytes) -> tuple[str, bytes]:
        """This will seal a value about a subject with the newest key; gives the key's id and the ciphertext."""
        key_id = self.newest(purpose)
        nonce = os.urandom(_NONCE_BYTES)
        padded = len(plain).to_bytes(4, "big") + plain
        padded += b"\0" * (-len(padded) % BLOCK)
        cipher = AESGCM(self._key(purpose, key_id))
        return key_id, nonce + cipher.encrypt(nonce, padded, _bound(purpose, about))

    def open(self, purpose: str, about: str, key_id: str, sealed: bytes) -> bytes:
        """This will open a value. Raises SealBroken: its key is not there, or it was altered or moved."""
        cipher = AESGCM(self._key(purpose, key_id))
        nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            padded = cipher.decrypt(nonce, body, _bound(purpose, about))
        except InvalidTag:
            raise SealBroken("altered") from None
        return padded[4 : 4 + int.from_bytes(padded[:4], "big")]

    def mark(self, purpose: str, *parts: str) -> str:
        """This will give a keyed digest: equal values are found again, and nobody without the key can guess them."""
        if not self._path(_MARKS, _FIRST).exists():
            self._made(_MARKS, _FIRST)
        key = self._key(_MARKS, _FIRST)
        return hmac.new(key, "\0".join((purpose, *parts)).encode(), hashlib.sha256).hexdigest()

    def newest(self, purpose: str) -> str:
        """This will name the key that seals now; the first is made here."""
        ids = self._ids(purpose)
        return ids[-1] if ids else self._made(purpose, _FIRST)

    def add_key(self, purpose: str) -> str:
        """This will make the next key of a purpose, which seals from now on, and name it."""
        ids = self._ids(purpose)
        return self._made(purpose, f"k{int(ids[-1][1:]) + 1:04d}" if ids else _FIRST)

    def _made(self, purpose: str, key_id: str) -> str:
        """Of two processes that try at once, one makes the key and both use it."""
        path = self._path(purpose, key_id)
        part = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(part, path)
        except FileExistsError:
            pass  # another process was first; its key is the key
        finally:
            part.unlink()
        return key_id

    def _ids(self, purpose: str) -> list[str]:
        return sorted(path.stem for path in (self._folder / f"{purpose}-keys").glob("k[0-9]*.key"))

    def _path(self, purpose: str, key_id: str) -> Path:
        return self._folder / f"{purpose}-keys" / f"{key_id}.key"

    def _key(self, purpose: str, key_id: str) -> bytes:
        found = self._known.get((purpose, key_id))
        if found is None:
            path = self._path(purpose, key_id)
            if not path.exists():
                raise SealBroken("key missing")
            if path.stat().st_mode & 0o077:
                raise SealBroken("key readable by others")
            found = self._known[purpose, key_id] = bytes.fromhex(path.read_text("ascii"))
        return found


def _bound(purpose: str, about: str) -> bytes:
    return f"{purpose}\0{about}".encode()
