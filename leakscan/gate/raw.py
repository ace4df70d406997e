"""What can be read in an upload's bytes whatever its format: text behind the end of a document, or in a comment.

A reader of a format sees what the format shows. Bytes in front of it, behind it or beside it leave the house as well.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO, cast

from leakscan.readers.guarded import Taken
from leakscan.records import Source

LEAST_RUN = 16
"""Characters in a row that are taken for text; compressed data hold next to no longer ones."""
READ_WHOLE: frozenset[str] = frozenset(("delimited", "text", "json", "sql", "combo", "chat", "fixed_width"))
"""Formats whose readers search every character."""
_CHARACTER = rb"(?:[\t\x20-\x7e]|\xc3[\x80-\xbf]|[\xc0-\xff])"
_RUN = re.compile(_CHARACTER + b"{%d,}" % LEAST_RUN)
_MAYBE = re.compile(rb"[\t\x20-\x7e\x80-\xff]{%d,}" % LEAST_RUN)
"""What every run lies in; looking for these first takes a third of the time."""
_OF_TEXT = b"\t" + bytes(range(0x20, 0x7F)) + bytes(range(0x80, 0x100))
"""Every byte of a character; those below 0xC0 only behind another one."""
_WORDS = (
    bytes(byte for byte in range(0x80) if chr(byte).isalnum())
    + b" \t;,.:/-_'@()=|\""
    + "éèêëàâçîïôùûÉÈÊÀÇÔ".encode("cp1252")
)
_ACCENTS = bytes(range(0x80, 0xC0)) + b"\xc3"
"""Of UTF-8, as it writes the letters of French."""
_TELLING = 40
"""Characters in a row that are no chance, whatever they are: compressed data hold a few in a GB."""
_STRANGE = 8
"""One in so many characters of a shorter run may be of no word; of those of compressed data most have more."""
_UNMARKED = bytes.maketrans(b"<>", b"  ")
"""Without these no reader takes the runs for a page again, of which it leaves out comments and styles."""
_PIECE = 1 << 20
_LONGEST = 1 << 16


def raw_text(source: Source) -> Source:
    """The runs of text in the bytes of a source, a line each, as a source of its own; of a small one made once."""
    if source.size is None or source.size > _PIECE:
        return Source(source.path, partial(_opened, source))
    held = b"".join(_lines(source))
    return Source(source.path, lambda: cast("BinaryIO", io.BytesIO(held)), len(held))


def _opened(source: Source) -> BinaryIO:
    return cast("BinaryIO", io.BufferedReader(_Runs(source)))


class _Runs(Taken):
    """The lines as a stream. State: what came out and was not taken yet."""

    def __init__(self, source: Source) -> None:
        self._lines, self._rest = _lines(source), io.BytesIO()

    def take(self, size: int) -> bytes:
        """Read on."""
        data = self._rest.read(size)
        while not data and size:
            more = next(self._lines, None)
            if more is None:
                return b""
            self._rest = io.BytesIO(more)
            data = self._rest.read(size)
        return data


def _lines(source: Source) -> Iterator[bytes]:
    """Pieces of lines; a run that goes on behind a piece waits for the next one, unless it is very long."""
    begun = b""
    with source.open() as stream:
        while data := stream.read(_PIECE):
            data = begun + data
            begun = _unfinished(data)
            yield _runs(data[: len(data) - len(begun)])
    yield _runs(begun)


def _unfinished(data: bytes) -> bytes:
    """What may go on behind the end of the data: its last bytes of text."""
    tail = data[-_LONGEST:]
    return tail[len(tail.rstrip(_OF_TEXT)) :]


def _runs(data: bytes) -> bytes:
    return b"".join(_in_utf8(run.translate(_UNMARKED)) + b"\n" for run in _found(data) if _is_text(run))


def _found(data: bytes) -> Iterator[bytes]:
    for maybe in _MAYBE.findall(data):
        yield from _RUN.findall(maybe)


def _in_utf8(run: bytes) -> bytes:
    """A run in UTF-8; what is none of it are the letters of Western Europe, a byte each."""
    return run if run.isascii() else run.decode("utf-8", _WESTERN).encode()


def _western(met: UnicodeError) -> tuple[str, int]:
    if not isinstance(met, UnicodeDecodeError):
        raise met
    return met.object[met.start : met.end].decode("latin-1"), met.end


_WESTERN = "leakscan.gate.western"
codecs.register_error(_WESTERN, _western)


def _is_text(run: bytes) -> bool:
    return len(run) >= _TELLING or _STRANGE * len(run.translate(None, _WORDS + _ACCENTS)) <= len(run)
