"""Byte streams of a reader: hashing on the way, a fixed head to judge from, and text bytes in one shape.

Everything behind `Feed` is ASCII-compatible: UTF-16 and UTF-32 become UTF-8, CR-only files become LF files.
"""

from __future__ import annotations

import codecs
import hashlib
import io
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, NamedTuple, Protocol, cast

import numpy as np

from leakscan.readers.spool import Spool

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

    A stream that raises ends there, so that what came before is read as ever; `broken` is what it raised.
    `count` is in bytes; `passed_over` of them were cut off and read for nothing (`SpreadStream`). `drain` reads on to
    the end, so that a source which no reader wants is hashed whole as well.
    """

    def __init__(self, stream: Readable) -> None:
        """Wrap `stream` before anything is read from it."""
        self._stream = stream
        self._hash = hashlib.sha256()
        self.count = 0
        self.passed_over = 0
        self.broken: OSError | None = None
        self._file: io.BufferedIOBase | None = None
        self._spool: Spool | None = None  # kept, since one that is forgotten closes what another process reads

    @property
    def partial(self) -> bool:
        """Whether the source holds more than is read."""
        return False

    @property
    def sha256(self) -> str:
        """Hexadecimal SHA-256 of all bytes read so far."""
        return self._hash.hexdigest()

    def read(self, size: int = -1, /) -> bytes:
        """Read as the wrapped stream does; all that is left for a negative `size`."""
        if size < 0:
            return b"".join(iter(lambda: self.read(_PIECE), b""))
        try:
            data = b"" if self.broken else self._stream.read(size)
        except OSError as error:
            self.broken, data = error, b""
        self._hash.update(data)
        self.count += len(data)
        return data

    def drain(self) -> None:
        """Read to the end and forget the bytes: only their hash and count are wanted."""
        while self.read(_PIECE):
            pass

    def at_hand(self, begun: bytes) -> BinaryIO:
        """All bytes as a file to move about in, hashed on the way; `begun` are those that were read already.

        The wrapped stream itself where it can be moved in and its bytes are not dear (`fetched_once`), else a spool.
        OSError as reading raises it.
        """
        raw: Any = self._stream
        if getattr(raw, "seekable", lambda: False)() and not getattr(raw, "fetched_once", False):
            self.drain()
            raw.seek(0)
            self._file = raw if isinstance(raw, io.BufferedIOBase) else io.BufferedReader(raw)
            return cast("BinaryIO", self._file)  # kept, since one that is forgotten closes what it reads
        return cast("BinaryIO", io.BufferedReader(self.spooled(begun)))

    def spooled(self, begun: bytes) -> Spool:
        """All bytes in a spool, at its beginning; as `at_hand`. It lives as long as this stream."""
        spool = self._spool = Spool()
        spool.write(begun)
        while data := self.read(_PIECE):
            spool.write(data)
        spool.seek(0)
        self._spool = spool  # another process may read it for as long as this stream is there
        return spool


class Stretch(NamedTuple):
    """A byte range of a source, end exclusive."""

    start: int
    end: int


class SpreadStream(HashingStream):
    """A stream of which only some stretches are read, in runs: reading ends (b"") at the end of each stretch.

    The first run is one stretch, the head. `onward` goes to the next stretch of the run, or with `run` to the first of
    the next run. `passed_over` counts bytes that were read but belong to no whole record: the reader adds to it.
    """

    def __init__(self, stream: BinaryIO, size: int | None, runs: Sequence[Sequence[Stretch]]) -> None:
        """Begin with the head of a stream of more bytes than the runs have.

        `size` None: it cannot be told nor moved in, so that the head must be the only run.
        """
        super().__init__(stream)
        self._raw = stream
        self._size = size
        self._runs: Iterator[Iterator[Stretch]] = (iter(run) for run in runs)
        self._run = next(self._runs)
        self._now = next(self._run)
        self._at = self._now.start
        self._more: bool | None = None

    @property
    def partial(self) -> bool:
        """Whether the source holds more than is read; of a pipe this can be asked once its head was read."""
        if self._size is not None:
            return True
        if self._more is None:  # only one more byte can tell
            self._more = self._at >= self._now.end and bool(self._raw.read(1))
        return self._more

    @property
    def cut(self) -> bool:
        """Whether the source goes on behind the stretch that is being read."""
        return self.partial if self._size is None else self._now.end < self._size

    def read(self, size: int = -1, /) -> bytes:
        """Read as the wrapped stream does, but not beyond the stretch."""
        left = self._now.end - self._at
        data = super().read(left if size < 0 else min(size, left)) if left > 0 else b""
        self._at += len(data)
        return data

    def onward(self, *, run: bool) -> Stretch | None:
        """Go on to the next stretch of this run, or to the next run; None where there is none."""
        if run:
            self._run = next(self._runs, iter(()))
        following = next(self._run, None)
        if following is not None:
            self._now, self._at = following, following.start
            self._raw.seek(following.start)
        return following

    def drain(self) -> None:
        """Read nothing more: only see whether there is more."""
        _ = self.partial


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

    @property
    def cut(self) -> bool:
        """Whether the source goes on where this feed ends (see `SpreadStream`)."""
        return isinstance(self._stream, SpreadStream) and self._stream.cut

    def onward(self, *, run: bool) -> int | None:
        """Feed the next stretch of a `SpreadStream`, of this run or the next; gives where in the source it begins."""
        following = self._stream.onward(run=run) if isinstance(self._stream, SpreadStream) else None
        if following is None:
            return None
        self._decoder = codecs.getincrementaldecoder(self._wide)("replace") if self._wide else None
        self._ready, self._at, self._ended = b"", 0, False
        return following.start

    def pass_over(self, size: int) -> None:
        """Say that so many bytes of a stretch belong to no whole record."""
        if isinstance(self._stream, SpreadStream):
            self._stream.passed_over += size

    def unread(self, data: bytes) -> None:
        """Give back bytes that were read, to be read again."""
        self._ready = data + self._ready[self._at :]
        self._at = 0

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
