"""A file that only its recipients can open: the age format (age-encryption.org/v1), written piece by piece.

Nothing of it is on a disk before it is encrypted. Needs the package pyrage (`pip install 'leakscan[contact]'`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from leakscan.errors import UsageError


def recipients_of(texts: Sequence[str]) -> list[Any]:
    """Public keys `age1...` as pyrage has them. UsageError for another text, never repeated: it may be secret."""
    try:
        from pyrage import RecipientError, x25519
    except ImportError:
        message = "a contact list needs the package pyrage: pip install 'leakscan[contact]'"
        raise UsageError(message) from None
    if not texts:
        message = "--recipient is missing: a contact list is encrypted for somebody, by a public key age1..."
        raise UsageError(message)
    found = []
    for text in texts:
        if text.strip().upper().startswith("AGE-SECRET-KEY"):
            message = (
                "--recipient was given a secret key: give the public key, which begins with age1, and make a new pair"
            )
            raise UsageError(message)
        try:
            found.append(x25519.Recipient.from_str(text.strip()))
        except (RecipientError, ValueError):
            message = "--recipient is not a public key of age: it begins with age1 and has 62 characters (age-keygen)"
            raise UsageError(message) from None
    return found


def write_for(recipients: Sequence[Any], file: str, pieces: Iterable[bytes]) -> str:
    """Encrypt pieces into a new file, readable by its owner alone; the SHA-256 of the file.

    Whole or not at all. UsageError where the file exists or cannot be written.
    """
    from pyrage import encrypt_io

    path = Path(file).absolute()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(exists(file)) from None
    except OSError as error:
        message = f"cannot write {file}: {(error.strerror or 'refused').lower()}; choose another place"
        raise UsageError(message) from None
    try:
        with os.fdopen(descriptor, "wb") as stream:
            encrypt_io(_Pieces(iter(pieces)), stream, recipients)
            stream.flush()
            os.fsync(stream.fileno())
        hashed = sha256()
        with path.open("rb") as stream:
            while piece := stream.read(1 << 20):
                hashed.update(piece)
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            message = f"cannot write {file}: {(error.strerror or 'refused').lower()}; choose another place"
            raise UsageError(message) from None
        raise
    return hashed.hexdigest()


def exists(file: str) -> str:
    """What is said of an output that is there already."""
    return f"--out {file} exists: a contact list is never written over another file; give another name"


class _Pieces:
    """Pieces of bytes as a stream that is read from. State: what is left of the last piece."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._left = pieces, b""

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes (all of a piece if negative); none at the end."""
        while not self._left:
            following = next(self._pieces, None)
            if following is None:
                return b""
            self._left = following
        size = len(self._left) if size < 0 else size
        taken, self._left = self._left[:size], self._left[size:]
        return taken
