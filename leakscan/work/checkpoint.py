"""What a scan has finished, kept in a folder so that one that is killed goes on where it was.

Each piece is one file: what was found, sealed with AES-GCM under a key made from the user's key file, written beside
its place and moved there, so that it is whole or absent. It is unsealed before it is unpickled, so only what this
program wrote under this key is ever read. The folder holds health data, though nobody can read it without the key.
"""

from __future__ import annotations

import hashlib
import os
import pickle
from contextlib import suppress
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from leakscan.errors import UsageError

_SUFFIX = ".piece"
_NONCE = 12
_MARK = b"leakscan piece 1\n"


class Checkpoint:
    """A folder of finished pieces. State: the folder, and the key; `name` ties a piece to what it was made from."""

    def __init__(self, folder: Path, key: bytes, settled: str) -> None:
        """`settled`: all that decides a result beside the input (options, rules, version), in any form.

        Raises UsageError where the folder cannot be made or written.
        """
        self.folder = folder
        self._key = hashlib.blake2b(key=key, person=b"checkpoint", digest_size=32)
        self._sealed = AESGCM(self._key.digest())
        self._settled = settled
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for left in folder.glob("*.new"):
                left.unlink()
        except OSError as error:
            message = f"--resume {folder}: {(error.strerror or 'it cannot be used').lower()}"
            raise UsageError(message) from None

    def name(self, *parts: object) -> str:
        """The name of a piece: keyed, so that the names of files do not show in it."""
        named = self._key.copy()
        named.update(repr((self._settled, parts)).encode("utf-8", "backslashreplace"))
        return named.hexdigest()

    def get(self, name: str) -> Any:
        """A piece, or None where there is none that is whole and made under this key."""
        try:
            data = (self.folder / f"{name}{_SUFFIX}").read_bytes()
            if not data.startswith(_MARK):
                return None
            at = len(_MARK)
            plain = self._sealed.decrypt(data[at : at + _NONCE], data[at + _NONCE :], name.encode())
        except (OSError, InvalidTag, ValueError):
            return None
        return pickle.loads(plain)  # noqa: S301 - sealed by this program under the user's key

    def put(self, name: str, piece: object) -> None:
        """Keep a piece. Where the disk refuses, the scan goes on: only the piece would be done again."""
        nonce = os.urandom(_NONCE)
        sealed = self._sealed.encrypt(nonce, pickle.dumps(piece, protocol=pickle.HIGHEST_PROTOCOL), name.encode())
        new = self.folder / f"{name}.new"
        try:
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(_MARK + nonce + sealed)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self.folder / f"{name}{_SUFFIX}")
        except OSError:
            with suppress(OSError):
                new.unlink()

    def clear(self) -> None:
        """Remove all pieces: the scan is finished and its report written."""
        for piece in self.folder.glob(f"*{_SUFFIX}"):
            with suppress(OSError):
                piece.unlink()
