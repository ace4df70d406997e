"""Bodies without what was put around them for the way: Content-Encoding and aws-chunked, each into a spool."""

from __future__ import annotations

import binascii
import re
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

from leakscan.gate.serving.settings import LINE_BYTES, MEMORY_BYTES, READ_BYTES
from leakscan.readers.spool import Spool

WINDOW_BYTES = 1 << 27
"""Memory that a zstd body may ask for."""
AWS_CHUNKED = "aws-chunked"
"""What S3 clients put around a body that they sign, or sum up, while they send it: it is always the outermost."""
_ZSTD_BYTES = 1024  # one block of 4 bytes gives up to 128 KiB, so this gives at most 32 MiB at a time
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})(?:;chunk-signature=[0-9a-fA-F*]{1,144})?\r\n")
_TRAILER = re.compile(rb"(?:x-amz-[a-z0-9-]{1,40}:[A-Za-z0-9+/=*]{0,150}\r?\n){0,4}(?:\r\n)*")
_PLAIN = ("identity", "")


UNKNOWN, DAMAGED, EXPANSION = "encoding-unknown", "encoding-damaged", "expansion"
FORM_DAMAGED = "multipart-damaged"


class Undecodable(Exception):
    """A body that is not what its head says; the reason is one of a few codes."""

    def __init__(self, code: str) -> None:
        """`code`: one of those above."""
        super().__init__(code)
        self.code = code


def decoded(file: BinaryIO, codings: tuple[str, ...], most: int) -> Spool:
    """What is left of a body once its codings are taken off, the last one first; at its beginning.

    Undecodable for an unknown coding, damage, bytes behind the end, or more than `most` bytes.
    """
    made: list[Spool] = []
    try:
        for coding in reversed(codings):
            source: BinaryIO | Spool = made[-1] if made else file
            source.seek(0)
            made.append(_off(source, coding, most))
    except BaseException:
        for one in made:
            one.close()
        raise
    for one in made[:-1]:
        one.close()
    made[-1].seek(0)
    return made[-1]


def needed(codings: tuple[str, ...]) -> tuple[str, ...]:
    """The codings that change something."""
    return tuple(coding for coding in codings if coding not in _PLAIN)


def _off(source: BinaryIO | Spool, coding: str, most: int) -> Spool:
    way = _WAYS.get(coding)
    if way is None:
        raise Undecodable(UNKNOWN)
    spool = Spool(MEMORY_BYTES)
    try:
        for data in way(source):
            spool.write(_within(data, most - spool.size))
    except BaseException:
        spool.close()
        raise
    return spool


def _within(data: bytes, room: int) -> bytes:
    if len(data) > room:
        raise Undecodable(EXPANSION)
    return data


def _pieces(source: BinaryIO | Spool) -> Iterator[bytes]:
    while data := source.read(READ_BYTES):
        yield data


def _inflated(source: BinaryIO | Spool, bits: int) -> Iterator[bytes]:
    """Members of gzip one behind the other, or one stream of zlib; every call gives a bounded piece."""
    coder, begun = zlib.decompressobj(bits), False
    try:
        for piece in _pieces(source):
            data = piece
            while data:
                if coder.eof:
                    if bits != _GZIP:
                        raise Undecodable(DAMAGED)
                    coder = zlib.decompressobj(bits)
                begun = True
                yield coder.decompress(data, READ_BYTES)
                data = coder.unused_data if coder.eof else coder.unconsumed_tail
        while begun and not coder.eof and (rest := coder.decompress(coder.unconsumed_tail, READ_BYTES)):
            yield rest
    except zlib.error:
        raise Undecodable(DAMAGED) from None
    if not coder.eof:
        raise Undecodable(DAMAGED)


_GZIP = 31
_ZLIB = 15
_RAW = -15


def _gzip(source: BinaryIO | Spool) -> Iterator[bytes]:
    return _inflated(source, _GZIP)


def _deflate(source: BinaryIO | Spool) -> Iterator[bytes]:
    """`deflate` is zlib by the standard, and raw deflate by some clients."""
    first = source.read(2)
    source.seek(0)
    sound = len(first) == 2 and first[0] & 15 == 8 and int.from_bytes(first, "big") % 31 == 0
    return _inflated(source, _ZLIB if sound else _RAW)


def _brotli(source: BinaryIO | Spool) -> Iterator[bytes]:
    import brotli

    coder = brotli.Decompressor()
    try:
        for data in _pieces(source):
            if coder.is_finished():
                raise Undecodable(DAMAGED)
            out = coder.process(data, output_buffer_limit=READ_BYTES)
            yield out
            while not coder.is_finished() and (out or not coder.can_accept_more_data()):
                out = coder.process(b"", output_buffer_limit=READ_BYTES)
                yield out
        finished = coder.is_finished()
    except brotli.error:
        raise Undecodable(DAMAGED) from None
    if not finished:
        raise Undecodable(DAMAGED)


def _zstd(source: BinaryIO | Spool) -> Iterator[bytes]:
    import zstandard

    coder = zstandard.ZstdDecompressor(max_window_size=WINDOW_BYTES)
    frame = coder.decompressobj()
    try:
        while piece := source.read(_ZSTD_BYTES):
            data = piece
            while data:
                if frame.eof:
                    frame = coder.decompressobj()
                yield frame.decompress(data)
                data = frame.unused_data if frame.eof else b""
    except zstandard.ZstdError:
        raise Undecodable(DAMAGED) from None
    if not frame.eof:
        raise Undecodable(DAMAGED)


def _aws_chunked(source: BinaryIO | Spool) -> Iterator[bytes]:
    """The data of chunks that are signed, or not; a trailer may follow the last one."""
    held = bytearray()
    while size := _next_chunk(source, held):
        while size:
            _fill(source, held, 1)
            data = bytes(held[:size])
            del held[: len(data)]
            size -= len(data)
            yield data
        _fill(source, held, 2)
        if held[:2] != b"\r\n":
            raise Undecodable(DAMAGED)
        del held[:2]
    rest = bytes(held) + source.read(LINE_BYTES)
    if len(rest) >= LINE_BYTES or not _TRAILER.fullmatch(rest):
        raise Undecodable(DAMAGED)


def _next_chunk(source: BinaryIO | Spool, held: bytearray) -> int:
    """Bytes of the chunk that comes, its line taken."""
    while (end := held.find(b"\r\n")) < 0 and len(held) <= LINE_BYTES:
        _fill(source, held, len(held) + 1)
    line = _CHUNK.fullmatch(bytes(held[: end + 2]))
    if not line:
        raise Undecodable(DAMAGED)
    del held[: end + 2]
    return int(line[1], 16)


def _fill(source: BinaryIO | Spool, held: bytearray, size: int) -> None:
    while len(held) < size:
        data = source.read(READ_BYTES)
        if not data:
            raise Undecodable(DAMAGED)
        held += data


def _base64(source: BinaryIO | Spool) -> Iterator[bytes]:
    """As parts of forms have it: letters over lines."""
    held = b""
    try:
        for data in _pieces(source):
            held += data.translate(None, b"\r\n\t ")
            whole = len(held) // 4 * 4
            yield binascii.a2b_base64(held[:whole], strict_mode=True)
            held = held[whole:]
    except binascii.Error:
        raise Undecodable(DAMAGED) from None
    if held:
        raise Undecodable(DAMAGED)


def _quoted(source: BinaryIO | Spool) -> Iterator[bytes]:
    """Quoted-printable, line by line."""
    while line := source.readline(READ_BYTES):
        yield binascii.a2b_qp(line)


_WAYS: dict[str, Callable[[BinaryIO | Spool], Iterator[bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
    AWS_CHUNKED: _aws_chunked,
    "base64": _base64,
    "quoted-printable": _quoted,
}
