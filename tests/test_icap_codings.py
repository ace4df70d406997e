"""What is taken off a body, coding by coding: in the process of the test, where the workers of the server do it."""

from __future__ import annotations

import base64
import gzip
import io
import os
import quopri
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard

from leakscan.gate.serving.codings import DAMAGED, EXPANSION, UNKNOWN, WINDOW_BYTES, Undecodable, decoded, needed
from leakscan.gate.serving.settings import LINE_BYTES, READ_BYTES

TEXT = "Compte rendu de la réunion du budget.\r\n".encode() * 40
MOST = 1 << 24
LONG = os.urandom(3 * READ_BYTES) + bytes(4 * READ_BYTES)
"""More than one read, before and behind the coding."""


def chunked(data: bytes, *, size: int = 100, sign: bytes = b"", end: bytes = b"\r\n") -> bytes:
    parts = [data[at : at + size] for at in range(0, len(data), size)]
    return b"".join(b"%x%b\r\n%b\r\n" % (len(part), sign, part) for part in parts) + b"0%b\r\n" % sign + end


def raw_deflate(data: bytes) -> bytes:
    coder = zlib.compressobj(wbits=-15)
    return coder.compress(data) + coder.flush()


def streamed_zstd(data: bytes) -> bytes:
    coder = zstandard.ZstdCompressor().compressobj()
    return b"".join(coder.compress(data[at : at + 1000]) for at in range(0, len(data), 1000)) + coder.flush()


def zstd_frame(data: bytes, window: int) -> bytes:
    """A frame of one block that is not packed, whose head asks for a window."""
    exponent = window.bit_length() - 1 - 10
    return b"\x28\xb5\x2f\xfd\x00" + bytes([exponent << 3]) + (len(data) << 3 | 1).to_bytes(3, "little") + data


SIGNATURE = b";chunk-signature=" + b"0f" * 32
WAYS: dict[str, tuple[tuple[str, ...], Callable[[bytes], bytes]]] = {
    "gzip": (("gzip",), gzip.compress),
    "two members": (("x-gzip",), lambda data: gzip.compress(data[:9]) + gzip.compress(data[9:])),
    "an empty member": (("gzip",), lambda data: gzip.compress(b"") + gzip.compress(data) + gzip.compress(b"")),
    "zlib": (("deflate",), zlib.compress),
    "raw deflate": (("deflate",), raw_deflate),
    "brotli": (("br",), brotli.compress),
    "zstd": (("zstd",), zstandard.compress),
    "zstd of unknown length": (("zstd",), streamed_zstd),
    "two frames": (("zstd",), lambda data: zstandard.compress(data[:9]) + zstandard.compress(data[9:])),
    "unsigned chunks": (("aws-chunked",), chunked),
    "signed chunks": (("aws-chunked",), lambda data: chunked(data, sign=SIGNATURE)),
    "one chunk": (("aws-chunked",), lambda data: chunked(data, size=len(data) or 1)),
    "chunks of a byte": (
        ("aws-chunked",),
        lambda data: chunked(data[:3000], size=1) if len(data) < 3000 else chunked(data),
    ),
    "a check sum behind": (("aws-chunked",), lambda data: chunked(data, end=b"x-amz-checksum-crc32:AAAAAA==\r\n\r\n")),
    "a signed trailer": (
        ("aws-chunked",),
        lambda data: chunked(
            data, end=b"x-amz-checksum-sha256:AAAA\nx-amz-trailer-signature:" + b"0f" * 32 + b"\r\n\r\n"
        ),
    ),
    "nothing behind": (("aws-chunked",), lambda data: chunked(data, end=b"")),
    "base64": (("base64",), base64.encodebytes),
    "base64 in one line": (("base64",), base64.b64encode),
    "gzip, then brotli": (("gzip", "br"), lambda data: brotli.compress(gzip.compress(data))),
    "gzip in chunks": (("gzip", "aws-chunked"), lambda data: chunked(gzip.compress(data), size=70_000)),
}


@pytest.mark.parametrize("data", [b"", b"a", TEXT, LONG], ids=["nothing", "a byte", "text", "long"])
@pytest.mark.parametrize("way", WAYS)
def test_what_was_put_around_comes_off(way: str, data: bytes) -> None:
    codings, around = WAYS[way]
    with decoded(io.BytesIO(around(data)), codings, MOST) as inner:
        assert inner.size == len(data)
        assert io.BufferedReader(inner).read() == data


def test_quoted_printable() -> None:
    with decoded(io.BytesIO(quopri.encodestring(TEXT)), ("quoted-printable",), MOST) as inner:
        assert io.BufferedReader(inner).read().replace(b"\r\n", b"\n") == TEXT.replace(b"\r\n", b"\n")


PACKED = gzip.compress(TEXT)
BAD: dict[str, tuple[tuple[str, ...], bytes, str]] = {
    "an unknown coding": (("compress",), TEXT, UNKNOWN),
    "an unknown one within": (("nonsense", "gzip"), PACKED, UNKNOWN),
    "no gzip": (("gzip",), TEXT, DAMAGED),
    "nothing at all": (("gzip",), b"", DAMAGED),
    "gzip cut short": (("gzip",), PACKED[:-1], DAMAGED),
    "gzip with another sum": (("gzip",), PACKED[:-8] + bytes(8), DAMAGED),
    "bytes behind gzip": (("gzip",), PACKED + TEXT, DAMAGED),
    "no zlib": (("deflate",), TEXT, DAMAGED),
    "zlib cut short": (("deflate",), zlib.compress(TEXT)[:-1], DAMAGED),
    "bytes behind zlib": (("deflate",), zlib.compress(TEXT) + b"a", DAMAGED),
    "no brotli": (("br",), b"\xff" * 100, DAMAGED),
    "brotli cut short": (("br",), brotli.compress(TEXT)[:-1], DAMAGED),
    "bytes behind brotli": (("br",), brotli.compress(TEXT) + b"a", DAMAGED),
    "more behind brotli": (("br",), brotli.compress(LONG) + bytes(2 * READ_BYTES), DAMAGED),
    "no zstd": (("zstd",), TEXT, DAMAGED),
    "zstd cut short": (("zstd",), zstandard.compress(TEXT)[:-1], DAMAGED),
    "bytes behind zstd": (("zstd",), zstandard.compress(TEXT) + TEXT, DAMAGED),
    "a window too large": (("zstd",), zstd_frame(b"abc", WINDOW_BYTES * 2), DAMAGED),
    "chunks without an end": (("aws-chunked",), chunked(TEXT)[:-5], DAMAGED),
    "a chunk cut short": (("aws-chunked",), b"64\r\nabc", DAMAGED),
    "a chunk that is longer than it says": (("aws-chunked",), b"2\r\nabc\r\n0\r\n\r\n", DAMAGED),
    "no size": (("aws-chunked",), b"\r\nabc\r\n0\r\n\r\n", DAMAGED),
    "a sign": (("aws-chunked",), b"+3\r\nabc\r\n0\r\n\r\n", DAMAGED),
    "another extension": (("aws-chunked",), b"3;name=DURAND\r\nabc\r\n0\r\n\r\n", DAMAGED),
    "a line that does not end": (("aws-chunked",), b"0" * (LINE_BYTES + 10), DAMAGED),
    "text behind the last chunk": (("aws-chunked",), chunked(TEXT, end=b"NIR 1 80 01\r\n"), DAMAGED),
    "another field behind": (("aws-chunked",), chunked(TEXT, end=b"x-name:DURAND\r\n\r\n"), DAMAGED),
    "a trailer without an end": (("aws-chunked",), chunked(TEXT, end=b"x-amz-a:" + b"a" * LINE_BYTES), DAMAGED),
    "no base64": (("base64",), b"????", DAMAGED),
    "base64 cut short": (("base64",), b"QUJDR", DAMAGED),
    "base64 with text behind": (("base64",), b"QUI=QUI=", DAMAGED),
    "gzip that is no brotli within": (("br", "gzip"), PACKED, DAMAGED),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_is_not_what_it_says_is_told_by_a_code_alone(name: str) -> None:
    codings, data, code = BAD[name]
    with pytest.raises(Undecodable) as told:
        decoded(io.BytesIO(data), codings, MOST)
    assert (told.value.code, str(told.value)) == (code, code)


@pytest.mark.parametrize("way", [name for name in WAYS if name != "chunks of a byte"])
def test_no_more_comes_out_than_may(way: str) -> None:
    codings, around = WAYS[way]
    packed = around(LONG)
    decoded(io.BytesIO(packed), codings, max(len(LONG), len(packed))).close()
    with pytest.raises(Undecodable) as told:
        decoded(io.BytesIO(packed), codings, len(LONG) - 1)
    assert told.value.code == EXPANSION


def test_a_window_up_to_the_limit_is_read() -> None:
    with decoded(io.BytesIO(zstd_frame(TEXT, WINDOW_BYTES)), ("zstd",), MOST) as inner:
        assert inner.size == len(TEXT)


def test_what_changes_nothing_is_left_out() -> None:
    assert needed(("identity", "gzip", "", "br")) == ("gzip", "br")
    assert needed(("identity",)) == ()
