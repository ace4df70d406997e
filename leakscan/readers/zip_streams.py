"""What comes out of one member of a ZIP archive: its range of the file, decrypted, decompressed, checked."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable
from typing import BinaryIO, Protocol, cast

from leakscan.readers.guarded import BrokenInput, Taken
from leakscan.readers.streams import Readable, read_exactly

DICTIONARY_BYTES = 1 << 28
"""Memory that an LZMA member may ask for: `7z -mx=9` makes dictionaries of 64 MiB."""
WINDOW_BYTES = 1 << 27
"""Memory that a zstd member may ask for."""
METHODS = {
    1: "Shrink",
    6: "Implode",
    9: "Deflate64",
    10: "PKWARE's own method",
    94: "MP3",
    96: "JPEG",
    97: "WavPack",
    98: "PPMd",
}
"""Names of methods that are not read."""
_PIECE = 1 << 16


class Range(Taken):
    """The bytes of a file between two places. State: where it is read. The file may be moved by others meanwhile."""

    def __init__(self, file: BinaryIO, begin: int, end: int) -> None:
        """`end` is exclusive."""
        self._file, self.at, self._end = file, begin, end

    def take(self, size: int) -> bytes:
        """Read on."""
        wanted = min(size, self._end - self.at)
        if wanted <= 0:
            return b""
        self._file.seek(self.at)
        data = self._file.read(wanted)
        self.at += len(data)
        return data


class _Decoder(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    @property
    def needs_input(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Deflate:
    """zlib's decoder in the shape of those of bz2 and lzma."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(wbits=-15)

    @property
    def eof(self) -> bool:
        """Whether the data are whole."""
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        """Bytes behind them."""
        return self._zlib.unused_data

    @property
    def needs_input(self) -> bool:
        """Whether nothing more comes out without more bytes."""
        return not self._zlib.unconsumed_tail

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Decode on."""
        return self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)


class _Lzma:
    """LZMA as ZIP has it: a short header with the properties, then a raw stream, which need not have an end mark."""

    def __init__(self) -> None:
        self._begun, self._decoder = b"", cast("lzma.LZMADecompressor | None", None)

    @property
    def eof(self) -> bool:
        """Whether there was an end mark."""
        return self._decoder is not None and self._decoder.eof

    @property
    def unused_data(self) -> bytes:
        """Bytes behind it."""
        return self._decoder.unused_data if self._decoder is not None else b""

    @property
    def needs_input(self) -> bool:
        """Whether nothing more comes out without more bytes."""
        return self._decoder is None or self._decoder.needs_input

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Decode on; BrokenInput where the header asks for too much memory."""
        if self._decoder is None:
            self._begun += data
            if len(self._begun) < 9:
                return b""
            data = self._begun[4 + int.from_bytes(self._begun[2:4], "little") :]
            self._decoder = _raw_lzma(self._begun[4:9])
        return self._decoder.decompress(data, max_length)


def _raw_lzma(properties: bytes) -> lzma.LZMADecompressor:
    packed, dictionary = properties[0], int.from_bytes(properties[1:5], "little")
    if packed >= 9 * 5 * 5 or dictionary > DICTIONARY_BYTES:
        message = "the LZMA data ask for more memory than is given"
        raise BrokenInput(message)
    how = {"id": lzma.FILTER_LZMA1, "lc": packed % 9, "lp": packed // 9 % 5, "pb": packed // 45}
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[{**how, "dict_size": max(dictionary, 4096)}])


_DECODERS: dict[int, Callable[[], _Decoder]] = {
    8: _Deflate,
    12: bz2.BZ2Decompressor,
    14: _Lzma,
    95: lambda: lzma.LZMADecompressor(memlimit=DICTIONARY_BYTES * 2),
}
_STORED, _ZSTD = 0, (93, 20)


class Unpacked(Taken):
    """The text of a member. `consumed` counts bytes of its data that were needed, once it was read to its end."""

    def __init__(self, stream: Readable, method: int, size: int | None, crc: int | None) -> None:
        """`size`, `crc`: of the text, None where they are not known. BrokenInput for a method that is not read."""
        self._stream, self._size, self._wanted_crc = stream, size, crc
        self._decoder = _DECODERS[method]() if method in _DECODERS else None
        if method in _ZSTD:
            self._stream = _zstd(stream)
        self._given = self._out = self._crc = 0
        self._ended = False

    @property
    def consumed(self) -> int | None:
        """Bytes of data that were needed; None where that is not known."""
        if self._decoder is None or not self._decoder.eof:
            return None
        return self._given - len(self._decoder.unused_data)

    def take(self, size: int) -> bytes:
        """Read on; EOFError where the data are cut, BrokenInput where their checksum is wrong."""
        data = b"" if self._ended else self._next(size)
        if data:
            self._out += len(data)
            self._crc = zlib.crc32(data, self._crc)
        elif not self._ended:
            self._ended = True
            self._check()
        return data

    def _next(self, size: int) -> bytes:
        decoder = self._decoder
        if decoder is None:
            return self._stream.read(size)
        while not decoder.eof:
            data = self._stream.read(_PIECE) if decoder.needs_input else b""
            self._given += len(data)
            if not data and decoder.needs_input:
                break
            found = decoder.decompress(data, size)
            if found:
                return found
        return b""

    def _check(self) -> None:
        while self._decoder is not None and self._stream.read(_PIECE):
            pass  # a seal may follow
        cut = self._decoder is not None and not self._decoder.eof and (self._size is None or self._out < self._size)
        if cut or (self._decoder is None and self._size is not None and self._out < self._size):
            raise EOFError
        if self._wanted_crc is not None and self._crc != self._wanted_crc:
            message = "the archive's data are damaged: their checksum is wrong"
            raise BrokenInput(message)


def _zstd(stream: Readable) -> Readable:
    import zstandard

    decoder = zstandard.ZstdDecompressor(max_window_size=WINDOW_BYTES)
    plain: Readable = decoder.stream_reader(cast("BinaryIO", stream), read_across_frames=True)
    return plain


def known(method: int) -> bool:
    """Whether members of this method are read."""
    return method == _STORED or method in _ZSTD or method in _DECODERS


def begins_well(stream: Readable, most: int) -> bool:
    """Whether what comes out of a member can be decoded so far: as a proof of a password."""
    try:
        read_exactly(stream, most)
    except Exception:  # noqa: BLE001 - every decoder has errors of its own
        return False
    return True
