"""Reader for Arrow: files and streams of record batches, as Feather (version 2) writes them; some batches at a time.

Both are the same messages one after the other. They are cut apart here and given to polars in small streams, so that
memory holds some batches, and half of a file is read like half of a table.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import polars as pl

from leakscan.readers.decoding import decoding, exactly, size_of
from leakscan.readers.frames import Origin, table_items
from leakscan.readers.guarded import BrokenInput
from leakscan.readers.heads import Head
from leakscan.records import Item

FORMAT = "arrow"
_FILE_MARK = b"ARROW1\0\0"
_GOES_ON = b"\xff\xff\xff\xff"
_END = _GOES_ON + bytes(4)
_SCHEMA, _DICTIONARY, _BATCH = 1, 2, 3
_DESCRIPTION_BYTES = 64 << 20
_WHAT = "the Arrow data"


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its `kind`, the bytes after it that belong to it (`body`), and for a dictionary which it is."""

    kind: int
    body: int
    dictionary: int = 0
    adds: bool = False


@dataclass(slots=True)
class _Said:
    """What comes before batches: the schema, and dictionaries by number. State: those met so far."""

    schema: bytes = field(default=b"", repr=False)
    dictionaries: dict[int, list[bytes]] = field(default_factory=dict, repr=False)

    def stream(self, batches: list[bytes]) -> io.BytesIO:
        """A stream of its own with some batches."""
        words = [piece for pieces in self.dictionaries.values() for piece in pieces]
        return io.BytesIO(b"".join([self.schema, *words, *batches, _END]))


def sniff(head: Head) -> float:
    """By the mark of a file, or by a first message that is a schema."""
    if head.data.startswith(_FILE_MARK):
        return 0.9
    if not head.data.startswith(_GOES_ON):
        return 0.0
    size = int.from_bytes(head.data[4:8], "little")
    if not 16 <= size <= len(head.data) - 8:
        return 0.0
    what = _described(head.data[8 : 8 + size])
    return 0.9 if what is not None and what.kind == _SCHEMA else 0.0


def read(file: BinaryIO, head: Head) -> Iterator[Item]:
    """Its table and its rows, up to where the messages end or break."""
    end = size_of(file)
    origin = Origin.of(FORMAT, head.options, end)
    if head.data.startswith(_FILE_MARK):
        end -= _index_bytes(file, end)
        file.seek(len(_FILE_MARK))
    yield from table_items(origin, _frames(file, end, head.options.block_bytes))


def _index_bytes(file: BinaryIO, size: int) -> int:
    """Bytes of the index at the end of a file; 0 where it is cut off. It says again where the batches lie."""
    file.seek(max(0, size - 10))
    length, mark = int.from_bytes(file.read(4), "little"), file.read(6)
    return 10 + length if mark == _FILE_MARK[:6] and length < size - 10 else 0


def _frames(file: BinaryIO, end: int, block_bytes: int) -> Iterator[pl.DataFrame]:
    """Frames of some batches each; an empty one where there are none. What came before a break is given first."""
    said, batches, size = _Said(), list[bytes](), 0
    given, reason = False, ""
    while True:
        try:
            met = _next(file) if file.tell() < end else None
        except BrokenInput as error:
            reason, met = error.strerror or f"{_WHAT} are damaged", None
        if met is not None and met[0].kind == _BATCH:
            batches.append(met[1])
            size += len(met[1])
        if batches and (met is None or met[0].kind != _BATCH or size >= block_bytes):
            yield _decoded(said.stream(batches))
            given, batches, size = True, [], 0
        if met is None:
            break
        _take(said, *met)
    if said.schema and not given:
        yield _decoded(said.stream([]))
    if reason or not said.schema:
        raise BrokenInput(reason or f"{_WHAT} hold no schema")


def _take(said: _Said, what: Message, data: bytes) -> None:
    if what.kind == _SCHEMA and not said.schema:
        said.schema = data
    elif what.kind == _DICTIONARY and what.adds:
        said.dictionaries.setdefault(what.dictionary, []).append(data)
    elif what.kind == _DICTIONARY:
        said.dictionaries[what.dictionary] = [data]


def _decoded(stream: io.BytesIO) -> pl.DataFrame:
    with decoding(f"{_WHAT}, or their types or names,"):
        return pl.read_ipc_stream(stream)


def _next(file: BinaryIO) -> tuple[Message, bytes] | None:
    """The next message with its body; None at the end."""
    begun = file.read(4)
    if begun == _GOES_ON:
        begun = exactly(file, 4, _WHAT)
    size = int.from_bytes(begun, "little")
    if not size:
        return None
    at = file.tell()
    what = _described(exactly(file, size, _WHAT)) if size <= _DESCRIPTION_BYTES else None
    if what is None and at == len(_FILE_MARK) + 4:
        return _unmeasured(file)
    if what is None:
        message_ = f"{_WHAT} are damaged"
        raise BrokenInput(message_)
    file.seek(at)
    described = file.read(size)
    body = exactly(file, what.body, _WHAT)
    return what, b"".join([_GOES_ON, size.to_bytes(4, "little"), described, body])


def _unmeasured(file: BinaryIO) -> tuple[Message, bytes]:
    """The schema at the beginning of a file of polars: its length is left out, it ends where a message begins."""
    file.seek(len(_FILE_MARK))
    data = file.read(_DESCRIPTION_BYTES)
    end = data.find(_GOES_ON)
    while end >= 0:
        size = int.from_bytes(data[end + 4 : end + 8], "little")
        follows = _described(data[end + 8 : end + 8 + size]) if size else Message(_SCHEMA, 0)
        if end % 8 == 0 and follows is not None and _described(data[:end]) == Message(_SCHEMA, 0):
            file.seek(len(_FILE_MARK) + end)
            return Message(_SCHEMA, 0), b"".join([_GOES_ON, end.to_bytes(4, "little"), data[:end]])
        end = data.find(_GOES_ON, end + 1)
    message_ = f"{_WHAT} are damaged"
    raise BrokenInput(message_)


def _described(data: bytes) -> Message | None:
    try:
        what = message(data)
    except (struct.error, ValueError):
        return None
    return what if what.kind in (_SCHEMA, _DICTIONARY, _BATCH) and what.body >= 0 else None


def message(data: bytes) -> Message:
    """Read the flatbuffer that describes a message. struct.error or ValueError where it is none."""
    table = _Table.root(data)
    kind = table.number(1, "<B")
    body = table.number(3, "<q")
    if kind != _DICTIONARY:
        return Message(kind, body)
    inner = table.table(2)
    return Message(kind, body, inner.number(0, "<q"), bool(inner.number(2, "<B")))


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of a flatbuffer that begins at a place: its fields by their number."""

    data: bytes = field(repr=False)
    at: int

    @classmethod
    def root(cls, data: bytes) -> _Table:
        """The table that the whole is."""
        return cls(data, struct.unpack_from("<I", data, 0)[0])

    def place(self, number: int) -> int:
        """Where a field is; 0 where it is left out."""
        fields = self.at - struct.unpack_from("<i", self.data, self.at)[0]
        if fields < 0 or self.at < 0:
            message_ = "a table outside of its data"
            raise ValueError(message_)
        end = struct.unpack_from("<H", self.data, fields)[0]
        entry = 4 + 2 * number
        offset = struct.unpack_from("<H", self.data, fields + entry)[0] if entry < end else 0
        return self.at + offset if offset else 0

    def number(self, number: int, form: str) -> int:
        """The number in a field; 0 where it is left out."""
        place = self.place(number)
        return int(struct.unpack_from(form, self.data, place)[0]) if place else 0

    def table(self, number: int) -> _Table:
        """The table that a field points to."""
        place = self.place(number)
        if not place:
            message_ = "a table that is missing"
            raise ValueError(message_)
        return _Table(self.data, place + struct.unpack_from("<I", self.data, place)[0])
