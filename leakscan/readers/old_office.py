"""Readers for Word and PowerPoint documents of 1997 to 2003, and for other compound files, by runs of text.

Isolated. Compound files are parsed by `compound`; the main stream is in memory whole.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from leakscan.readers import word97
from leakscan.readers.compound import Compound, names_in_root
from leakscan.readers.guarded import BrokenInput
from leakscan.readers.heads import Head
from leakscan.readers.office_passwords import INSIDE, decrypted
from leakscan.readers.packaged import COMPOUND, unpacked
from leakscan.readers.prose import PAGE_END, Event, Written, documented, notice
from leakscan.readers.summary import properties
from leakscan.records import Child, Item

WORD, SLIDES, OTHER = "doc", "ppt", "ole"
RUN = 5
"""Characters in a row that are taken for text where a format is not known."""
OBJECT_BYTES = 256 << 20
"""An object in a presentation that unpacks to more is cut there."""

_SLIDES = "PowerPoint Document"
_BOOKS = frozenset(("Workbook", "Book"))
_PACKED = ("Package", "\x01Ole10Native", "CONTENTS")
_OBJECTS = ("ObjectPool", "MBD")
_STILL = re.compile(
    r"^[\x01-\x06]|^(?:[01]Table|Data|Current User|PROJECT|PROJECTwm|Macros|VBA|dir|_VBA_PROJECT|MsoDataStore)$"
)
_LATIN = re.compile(rb"[\t\r\n\x20-\x7e\x80-\xff]{%d,}" % RUN)
_WIDE = re.compile(
    rb"(?:[\t\r\n\x20-\x7e\xa0-\xff]\0|[\x52\x53\x7d\x78]\x01|[\x18\x19\x1c\x1d\x13\x14\x26]\x20){%d,}" % RUN
)
_SLIDE, _CHARS, _BYTES, _STRING, _OBJECT, _LOCKED = 0x03EE, 0x0FA0, 0x0FA8, 0x0FBA, 0x1011, 0x2F14


def sniff_word(head: Head) -> float:
    """By what stands in its root."""
    return 0.95 if word97.STREAM in (names_in_root(head.data) or ()) else 0.0


def sniff_slides(head: Head) -> float:
    """By what stands in its root."""
    return 0.95 if _SLIDES in (names_in_root(head.data) or ()) else 0.0


def sniff_other(head: Head) -> float:
    """By the mark of compound files: less sure than those who know what lies in it."""
    return 0.6 if head.data.startswith(COMPOUND) else 0.0


def read_word(file: BinaryIO, head: Head) -> Iterator[Item]:
    """A Word document."""
    yield from documented(_word(Compound(file), file, head), Written(WORD))


def read_slides(file: BinaryIO, head: Head) -> Iterator[Item]:
    """A presentation."""
    yield from documented(_slides(Compound(file), file, head), Written(SLIDES))


def read_other(file: BinaryIO, head: Head) -> Iterator[Item]:
    """Any other compound file: what is known inside of it, else runs of text."""
    held = Compound(file)
    names = set(held.names())
    if names & _BOOKS:
        message = "an old workbook whose directory lies too far behind its beginning"
        raise BrokenInput(message)
    if word97.STREAM in names:
        events = _word(held, file, head)
    elif _SLIDES in names:
        events = _slides(held, file, head)
    else:
        events = _other(held)
    yield from documented(events, Written(OTHER))


def _unlocked(file: BinaryIO, head: Head) -> Child:
    data = decrypted(file, head.options.passwords)
    return Child(INSIDE, partial(io.BytesIO, data), size=len(data))


def _word(held: Compound, file: BinaryIO, head: Head) -> Iterator[Event]:
    main = held.read(word97.STREAM)
    if word97.is_encrypted(main):
        yield _unlocked(file, head)
        return
    text = word97.text_of(held)
    if text is None:
        yield from _runs(main)
        yield notice("text_by_runs")
    else:
        yield from word97.events_of(text)
    yield from properties(held)
    yield from _objects(held, {word97.STREAM})


def _slides(held: Compound, file: BinaryIO, head: Head) -> Iterator[Event]:
    data = held.read(_SLIDES)
    at = 0
    whole = True
    while at + 8 <= len(data):
        version, kind, size = struct.unpack_from("<HHI", data, at)
        at += 8
        if kind == _LOCKED:
            yield _unlocked(file, head)
            return
        if version & 15 == 15:  # a container: what lies in it follows
            if kind == _SLIDE:
                yield PAGE_END
            continue
        body = data[at : at + size]
        whole = len(body) == size
        at += size
        if kind in (_CHARS, _STRING):
            yield from _split(body.decode("utf-16-le", "replace"))
        elif kind == _BYTES:
            yield from _split(body.decode("latin-1"))
        elif kind == _OBJECT:
            inner = _inflated(body[4:]) if version >> 4 & 1 else body
            yield Child("object", partial(io.BytesIO, inner), size=len(inner))
    yield from properties(held)
    yield from _objects(held, {_SLIDES})
    if not whole:
        message = "the presentation ends too early"
        raise BrokenInput(message)


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, OBJECT_BYTES)
    except zlib.error:
        return b""


def _split(text: str) -> Iterator[str]:
    yield from filter(None, (" ".join(line.split()) for line in re.split(r"[\r\n\x0b]", text)))


def _other(held: Compound) -> Iterator[Event]:
    """All streams but those that are packed files, as runs of text."""
    yield from properties(held)
    yield from _objects(held, set())
    for path, entry in held.entries.items():
        if entry.is_stream and path[-1] not in _PACKED and not _STILL.match(path[-1]):
            yield from _runs(held.read(*path))
    yield notice("text_by_runs")


def _objects(held: Compound, known: set[str]) -> Iterator[Event]:
    """Files that are packed in; texts of objects of other programs as runs; the rest is counted."""
    left_out = 0
    for path, entry in held.entries.items():
        if not entry.is_stream or (len(path) == 1 and path[0] in known):
            continue
        if path[-1] in _PACKED:
            data = held.read(*path)
            name, inner = unpacked(data) or ("", data)
            yield Child(name or "object", partial(io.BytesIO, inner), size=len(inner))
        elif known and path[0].startswith(_OBJECTS) and not _STILL.match(path[-1]):
            yield from _runs(held.read(*path))
            yield notice("text_by_runs")
        elif known:
            left_out += not _STILL.match(path[-1])
    if left_out:
        yield notice("left_out", left_out)


def _runs(data: bytes) -> Iterator[str]:
    """Stretches that read as text, of one byte per character or two."""
    wide = [found.group() for found in _WIDE.finditer(data)]
    for run in wide:
        yield from _split(run.decode("utf-16-le", "replace"))
    for found in _LATIN.finditer(data):
        text = found.group().decode("cp1252", "replace")
        if 2 * sum(map(str.isalnum, text)) >= len(text):
            yield from _split(text)
