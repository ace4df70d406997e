"""Byte streams of a reader: hashing on the way, a fixed head to judge from, and text bytes in one shape.

Everything behind `Feed` is ASCII-compatible: UTF-16 and UTF-32 become UTF-8, CR-only files become LF files.
"""

from __future__ import annotations

import codecs
import hashlib
from typing import Protocol

import numpy as np

HEAD_BYTES = 8 << 20
"""How much of a source is looked at before its layout is settled: the same for every block size and for stdin."""

_PIECE = 1 << 20
_SWAP_CR_LF = bytes.maketrans(b"\r\n", b"\n\r")
_SURROGATE_PAIR_LEAD = 0xF0


class Readable(Protocol):
    """All that a reader asks of a stream: `read`, which gives b"" at the end and may give less than was asked for."""

    def read(self, size: int = -1, /) -> bytes:
        """Read up to `size` bytes."""


class HashingStream:
    """A stream that hashes and counts what is read through it, so that one pass gives data and SHA-256.

    `count` is in bytes. `drain` reads on to the end, so that a source which no reader wants is hashed whole as well.
    """

    def __init__(self, stream: Readable) -> None:
        """Wrap `stream` before anything is read from it."""
        self._stream = stream
        self._hash = hashlib.sha256()
        self.count = 0

    @property
    def sha256(self) -> str:
        """Hexadecimal SHA-256 of all bytes read so far."""
        return self._hash.hexdigest()

    def read(self, size: int = -1, /) -> bytes:
        """Read as the wrapped stream does; all that is left for a negative `size`."""
        if size < 0:
            return b"".join(iter(lambda: self.read(_PIECE), b""))
        data = self._stream.read(size)
        self._hash.update(data)
        self.count += len(data)
        return data

    def drain(self) -> None:
        """Read to the end and forget the bytes: only their hash and count are wanted."""
        while self.read(_PIECE):
            pass


def read_exactly(stream: Readable, size: int) -> bytes:
    """Read `size` bytes, fewer only at the end of the stream."""
    pieces = []
    while size > 0 and (data := stream.read(size)):
        pieces.append(data)
        size -= len(data)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def read_head(stream: Readable) -> bytes:
    """Read the head of a source: its first 8 MiB, or all of it where it is shorter."""
    return read_exactly(stream, HEAD_BYTES)


class Feed:
    """A source as ASCII-compatible bytes, head first, with look-ahead and a way back to byte positions.

    `wide` names a UTF-16 or UTF-32 codec, None for all others; `bom` bytes are skipped at the start; `cr` exchanges
    CR and LF, for files whose lines end in CR only.
    """

    def __init__(self, stream: Readable, head: bytes, *, wide: str | None, bom: int, cr: bool) -> None:
        """Start at the first byte of the head, after its byte order mark."""
        self._stream = stream
        self._head: bytes | None = head[bom:]
        self._wide = wide
        self._decoder = codecs.getincrementaldecoder(wide)("replace") if wide else None
        self._cr = cr
        self._ready = b""
        self._at = 0
        self._ended = False

    def _fill(self, size: int) -> None:
        while len(self._ready) - self._at < size and not self._ended:
            if self._head is None:
                data = read_exactly(self._stream, size)
                self._ended = not data
            else:
                data, self._head = self._head, None
            if self._decoder:
                data = self._decoder.decode(data, final=self._ended).encode()
            if self._cr:
                data = data.translate(_SWAP_CR_LF)
            self._ready = self._ready[self._at :] + data if self._at < len(self._ready) else data
            self._at = 0

    def read(self, size: int) -> bytes:
        """Give the next `size` bytes, fewer only at the end."""
        self._fill(size)
        data = self._ready[self._at : self._at + size]
        self._at += len(data)
        return data

    def peek(self, size: int) -> bytes:
        """Look at the next `size` bytes without taking them."""
        self._fill(size)
        return self._ready[self._at : self._at + size]


def source_length(data: bytes, wide: str | None) -> int:
    """Number of bytes in the source that `data`, once given by a feed, came from; `wide` as for `Feed`."""
    if wide is None:
        return len(data)
    array = np.frombuffer(data, np.uint8)
    characters = int(np.count_nonzero((array & 0xC0) != 0x80))
    if wide.startswith("utf-32"):
        return 4 * characters
    return 2 * (characters + int(np.count_nonzero(array >= _SURROGATE_PAIR_LEAD)))
