"""Readers for single compressed files: gzip, bzip2, xz, zstd. What comes out is a source of its own."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol, cast

from leakscan.readers.guarded import BrokenInput, Chained, Taken, guarded
from leakscan.readers.heads import Head
from leakscan.readers.streams import Readable
from leakscan.records import Child, InputWarning, Item

WINDOW_BYTES = 1 << 27
"""Memory that a zstd frame may ask for; `zstd --long=27` is the most that its own tool decodes unasked."""
XZ_BYTES = 1 << 30
"""Memory that an xz stream may ask for: `xz -9` needs 65 MiB to decode, its largest dictionary 1.5 GiB."""
CONTENT = "content"
"""Name of what comes out of a compressed file that does not say."""
_PIECE = 1 << 16
_NAME = 8
"""The flag of a gzip header that a file name follows."""


class _Decoder(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Gzip:
    """zlib's decoder in the shape of those of bz2 and lzma."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        """Whether the member is whole."""
        return self._zlib.eof

    @property
    def needs_input(self) -> bool:
        """Whether nothing more comes out without more bytes."""
        return not self._zlib.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        """Bytes behind the member."""
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Decode on."""
        return self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)


class Inflated(Taken):
    """What comes out of one or more compressed members in a row. `trailing` counts bytes behind them that are none."""

    def __init__(self, stream: Readable, mark: bytes, decoder: Callable[[], _Decoder]) -> None:
        """`mark` begins each member."""
        self._stream, self._mark, self._new = stream, mark, decoder
        self._decoder = decoder()
        self.trailing = 0
        self._ended = False

    def take(self, size: int) -> bytes:
        """Read on; EOFError where the last member is cut."""
        while not self._ended:
            if self._decoder.eof and not self._next_member():
                break
            data = b""
            if self._decoder.needs_input:
                data = self._stream.read(_PIECE)
                if not data:
                    raise EOFError
            found = self._decoder.decompress(data, size)
            if found:
                return found
        return b""

    def _next_member(self) -> bool:
        """Begin the member that follows; padding of zeros lies between some."""
        left = self._decoder.unused_data.lstrip(b"\0")
        while len(left) < len(self._mark) and (more := self._stream.read(_PIECE)):
            left = (left + more).lstrip(b"\0")
        if not left.startswith(self._mark):
            self._ended = True
            self.trailing = len(left)
            while more := self._stream.read(_PIECE):
                self.trailing += len(more)
            return False
        self._stream = Chained(left, self._stream)
        self._decoder = self._new()
        return True


@dataclass(frozen=True, slots=True)
class Codec:
    """A way to compress one file: its `mark`, and the decoder of what follows."""

    format: str
    mark: bytes
    decoder: Callable[[], _Decoder] | None

    def sniff(self, head: Head) -> float:
        """Whether a source begins with the mark."""
        return 0.9 if head.data.startswith(self.mark) else 0.0

    def read(self, stream: Readable, head: Head) -> Iterator[Item]:
        """What comes out, as one child."""
        packed = Chained(head.data, stream)
        inflated = Inflated(packed, self.mark, self.decoder) if self.decoder is not None else None
        out: Readable = inflated if inflated is not None else _zstd(packed)
        yield Child(_name(head.data) or CONTENT, lambda: guarded(out, f"the {self.format} data"))
        if inflated is not None and inflated.trailing:
            message = "bytes behind the end of the compressed data: not read"
            yield InputWarning("trailing_bytes", message, count=inflated.trailing)


def _zstd(packed: Chained) -> Readable:
    try:
        import zstandard
    except ImportError:
        message = "zstd data: install the package zstandard to read it"
        raise BrokenInput(message) from None
    decoder = zstandard.ZstdDecompressor(max_window_size=WINDOW_BYTES)
    stream: Readable = decoder.stream_reader(cast("BinaryIO", packed), read_across_frames=True)
    return stream


def _name(head: bytes) -> str | None:
    """The file name in a gzip header."""
    if not head.startswith(b"\x1f\x8b") or not head[3:4] or not head[3] & _NAME:
        return None
    at = 10 + (2 + int.from_bytes(head[10:12], "little") if head[3] & 4 else 0)
    name, end, _ = head[at : at + 256].partition(b"\0")
    return name.decode("latin-1") if end else None


CODECS: tuple[Codec, ...] = (
    Codec("gzip", b"\x1f\x8b\x08", _Gzip),
    Codec("bzip2", b"BZh", bz2.BZ2Decompressor),
    Codec("xz", b"\xfd7zXZ\x00", lambda: lzma.LZMADecompressor(memlimit=XZ_BYTES)),
    Codec("zstd", b"\x28\xb5\x2f\xfd", None),
)
"""Every codec."""
