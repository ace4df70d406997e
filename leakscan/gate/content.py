"""Take an upload's bytes once: hashed, held where no other user reads them, opened as often as a scan needs."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import BinaryIO, cast

from leakscan.gate.deadline import Deadline
from leakscan.readers.spool import Spool, attached
from leakscan.records import Source

HELD_BYTES = 8 << 20
"""An upload up to this size is held as plain bytes; a larger one in a spool that worker processes can open."""
_PIECE = 1 << 20


class TooLarge(Exception):  # noqa: N818  it says what happened
    """The upload is larger than the budget."""


@dataclass(frozen=True, slots=True)
class Content:
    """An upload that was read to its end: `sha256` of all of it, and a source of it."""

    sha256: str
    source: Source


@contextmanager
def taken(file: BinaryIO, size: int | None, name: str, most: int, deadline: Deadline) -> Iterator[Content]:
    """Read an upload to its end. Raises TooLarge beyond `most` bytes, OSError where it ends before its `size`."""
    if size is not None and size > most:
        raise TooLarge
    digest, count = sha256(), 0
    with closing(_Held()) as held:
        while data := file.read(_PIECE):
            deadline.check()
            count += len(data)
            if count > most:
                raise TooLarge
            digest.update(data)
            held.add(data)
        if size is not None and count != size:
            message = "the upload is not as long as was said"
            raise OSError(message)
        yield Content(digest.hexdigest(), held.source(name, count))


class _Held:
    """Bytes of one upload. State: pieces in memory, then a spool."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0
        self._spool: Spool | None = None

    def add(self, data: bytes) -> None:
        """Put bytes at the end."""
        self._size += len(data)
        if self._spool is None and self._size > HELD_BYTES:
            self._spool = Spool()
            for piece in self._pieces:
                self._spool.write(piece)
            self._pieces.clear()
        if self._spool is None:
            self._pieces.append(data)
        else:
            self._spool.write(data)

    def source(self, name: str, size: int) -> Source:
        """All of it, which can be opened again and by worker processes."""
        if self._spool is not None:
            return Source(name, partial(attached, self._spool.handle()), size)
        return Source(name, partial(_in_memory, b"".join(self._pieces)), size)

    def close(self) -> None:
        """Give memory and disk back."""
        if self._spool is not None:
            self._spool.close()


def _in_memory(data: bytes) -> BinaryIO:
    return cast("BinaryIO", io.BytesIO(data))
