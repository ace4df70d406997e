"""The shelf: where frames go that do not fit into memory, encrypted, in a file without a name.

The key is random and lives in this process alone, so that the file is noise to everybody else and after a crash
(docs/decisions/0015-*). Each column (of a small frame: all together) is one message of AES-GCM: what is read back
is what was written, or an error.
"""

from __future__ import annotations

import os
import sys
import tempfile
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import NamedTuple

import polars as pl
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from leakscan.errors import LedgerError
from leakscan.persons.frames import Frame

WHOLE_FRAME_BYTES = 1 << 18
"""A frame up to this size is put away in one piece, a larger one column by column (docs/thresholds.md)."""
_NONCE_BYTES = 12


class _Piece(NamedTuple):
    """Some columns of a frame: which, and where their message lies in the file (its place is also its nonce)."""

    names: tuple[str, ...]
    start: int
    size: int


@dataclass(frozen=True, slots=True)
class Shelved:
    """A frame on a shelf: columns are read when they are asked for. Pickled, it is a frame in memory again."""

    height: int
    _pieces: tuple[_Piece, ...] = field(repr=False)
    _shelf: Shelf = field(repr=False)

    def select(self, *names: str) -> pl.DataFrame:
        """Some columns of all rows, as a frame in memory. LedgerError when the file is not what was written."""
        wanted = [self._shelf.read(piece) for piece in self._pieces if not set(names).isdisjoint(piece.names)]
        return pl.concat(wanted, how="horizontal").select(names) if wanted else pl.DataFrame(height=self.height)

    def whole(self) -> pl.DataFrame:
        """All columns."""
        return self.select(*(name for piece in self._pieces for name in piece.names))

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle the rows themselves: neither the file nor its key leaves the process."""
        return _as_it_is, (self.whole(),)


def _as_it_is(frame: pl.DataFrame) -> pl.DataFrame:
    return frame


class Shelf:
    """Keeps frames in memory up to a budget in bytes, and further ones in its file. State: both.

    The file is made in the folder for temporary files (TMPDIR) with the first frame that does not fit; it has no name,
    nobody else may open it, and it is gone with the last frame on it. When it cannot be written, frames stay in memory
    and `complaint` says so.
    """

    def __init__(self, budget: int = sys.maxsize) -> None:
        """Nothing is kept yet; without a budget everything stays in memory."""
        self.budget = budget
        self.held = self.end = 0
        self._file: int | None = None
        self._cipher: AESGCM | None = None
        self._trouble = ""
        self._said = False

    def keep(self, frame: pl.DataFrame) -> Frame:
        """Keep a frame: itself while there is room in memory, else what stands for it on the shelf."""
        size = int(frame.estimated_size())
        if self.held + size > self.budget and not self._trouble and frame.height:
            try:
                return self._put(frame, size)
            except OSError as error:
                self._trouble = error.strerror or type(error).__name__
        self.held += size
        return frame

    def complaint(self) -> str | None:
        """Why what was found stays in memory, if the file could not be written; said once."""
        if not self._trouble or self._said:
            return None
        self._said = True
        return (
            f"what was found could not be put into the folder for temporary files ({self._trouble}) and stays in "
            "memory, which may become large: set TMPDIR to a folder with more room"
        )

    def read(self, piece: _Piece) -> pl.DataFrame:
        """The columns of a piece. LedgerError when the file is not what was written."""
        if self._file is None or self._cipher is None:
            message = "nothing was put on this shelf"
            raise LedgerError(message)
        try:
            sealed = _read(self._file, piece)
            plain = self._cipher.decrypt(_nonce(piece.start), sealed, None)
        except (InvalidTag, OSError):
            message = "the temporary file of this scan was changed, cut off or cannot be read: scan again"
            raise LedgerError(message) from None
        return pl.read_ipc_stream(BytesIO(plain))

    def _put(self, frame: pl.DataFrame, size: int) -> Shelved:
        groups: Sequence[Sequence[str]] = (
            [frame.columns] if size <= WHOLE_FRAME_BYTES else [[name] for name in frame.columns]
        )
        return Shelved(frame.height, tuple(self._write(frame.select(names)) for names in groups), self)

    def _write(self, columns: pl.DataFrame) -> _Piece:
        if self._file is None or self._cipher is None:
            with tempfile.TemporaryFile(prefix="leakscan") as made:
                self._file = os.dup(made.fileno())
            weakref.finalize(self, os.close, self._file)
            self._cipher = AESGCM(AESGCM.generate_key(bit_length=256))
        plain = BytesIO()
        columns.write_ipc_stream(plain, compression="lz4")
        start = self.end
        sealed = self._cipher.encrypt(_nonce(start), plain.getvalue(), None)
        self.end += len(sealed)  # also when writing fails: a nonce is used once
        view, at = memoryview(sealed), start
        while view:
            written = os.pwrite(self._file, view, at)
            view, at = view[written:], at + written
        return _Piece(tuple(columns.columns), start, len(sealed))


def _read(file: int, piece: _Piece) -> bytes:
    parts, at, end = [], piece.start, piece.start + piece.size
    while at < end and (part := os.pread(file, end - at, at)):
        parts.append(part)
        at += len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _nonce(place: int) -> bytes:
    return place.to_bytes(_NONCE_BYTES, "little")
