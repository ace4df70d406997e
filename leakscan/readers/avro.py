"""Reader for Avro object container files, some blocks at a time: they are unpacked here and decoded by polars.

What polars does not know (maps, unions of several types) fastavro decodes record by record, where it is installed.
"""

from __future__ import annotations

import bz2
import io
import json
import lzma
import math
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, BinaryIO

import polars as pl

from leakscan.readers.decoding import decoding, exactly, size_of
from leakscan.readers.frames import Origin, table_items
from leakscan.readers.guarded import BrokenInput
from leakscan.readers.heads import Head
from leakscan.records import Item

FORMAT = "avro"
_MARK = b"Obj\x01"
_SYNC_BYTES = 16
_WHAT = "the Avro data"
BLOCK_BYTES = 256 << 20
"""A block that comes to more when it is unpacked is not read: writers make blocks of some 16 KB to 64 MB."""


def sniff(head: Head) -> float:
    """By the mark at its beginning."""
    return 0.9 if head.data.startswith(_MARK) else 0.0


def read(file: BinaryIO, head: Head) -> Iterator[Item]:
    """Its table and its rows, up to where the blocks end or break."""
    file.seek(len(_MARK))
    container = _container(file)
    origin = Origin.of(FORMAT, head.options, size_of(file))
    yield from table_items(origin, _frames(file, container, head.options.block_bytes))


@dataclass(frozen=True, slots=True)
class _Container:
    """What the beginning of a file says: its schema as JSON, how blocks are packed, and what stands after each."""

    schema: bytes = field(repr=False)
    unpack: Callable[[bytes], bytes] | None
    codec: bytes
    sync: bytes

    def file(self, blocks: list[tuple[int, bytes]]) -> io.BytesIO:
        """A file of its own with some blocks: their count of records and bytes."""
        codec = self.codec if self.unpack is None and blocks else b"null"
        noted = [_counted(b"avro.schema"), _counted(self.schema), _counted(b"avro.codec"), _counted(codec)]
        begun = [_MARK, _zigzag(2), *noted, _zigzag(0), self.sync]
        rest = [piece for count, data in blocks for piece in (_zigzag(count), _counted(data), self.sync)]
        return io.BytesIO(b"".join([*begun, *rest]))


def _container(file: BinaryIO) -> _Container:
    noted: dict[bytes, bytes] = {}
    while count := _long(file):
        if count < 0:  # then the size of the run follows, which nobody needs
            count = -count
            _long(file)
        for _ in range(count):
            key = exactly(file, _long(file), _WHAT)
            noted[key] = exactly(file, _long(file), _WHAT)
    codec = noted.get(b"avro.codec", b"null")
    if codec not in _UNPACK:
        message = "Avro data, packed in a way that is not known"
        raise BrokenInput(message)
    return _Container(noted.get(b"avro.schema", b""), _UNPACK[codec], codec, exactly(file, _SYNC_BYTES, _WHAT))


def _blocks(file: BinaryIO, container: _Container) -> Iterator[tuple[int, bytes]]:
    """Count of records and bytes of each block, unpacked if that is done here."""
    size = size_of(file)
    while file.tell() < size:
        count = _long(file)
        data = exactly(file, _long(file), _WHAT)
        if count < 0 or exactly(file, _SYNC_BYTES, _WHAT) != container.sync:
            message = f"{_WHAT} are damaged"
            raise BrokenInput(message)
        if container.unpack is not None:
            with decoding(_WHAT):
                data = container.unpack(data)
        if count:  # one of none may have no bytes, which decoders do not expect
            yield count, data


def _frames(file: BinaryIO, container: _Container, block_bytes: int) -> Iterator[pl.DataFrame]:
    """Frames of some blocks each; an empty one where there are none. What came before a break is given first."""
    waiting: list[tuple[int, bytes]] = []
    size, given, reason = 0, False, None
    decode = _decoder(container)
    blocks = _blocks(file, container)
    while True:
        try:
            met = next(blocks, None)
        except BrokenInput as error:
            reason, met = error.strerror, None
        if met is not None:
            waiting.append(met)
            size += len(met[1])
        if waiting and (met is None or size >= block_bytes):
            yield decode(container.file(waiting))
            given, waiting, size = True, [], 0
        if met is None:
            break
    if not given:
        yield decode(container.file([]))
    if reason is not None:
        raise BrokenInput(reason)


def _decoder(container: _Container) -> Callable[[io.BytesIO], pl.DataFrame]:
    """Who decodes: polars where it knows all types, else fastavro."""
    with decoding(_WHAT):
        schema = json.loads(container.schema)
        if not (isinstance(schema, dict) and schema.get("type") == "record"):
            raise ValueError
        plain = _is_plain(schema, 0)
    return _by_polars if plain else _by_fastavro


def _is_plain(kind: Any, depth: int) -> bool:
    """Whether polars knows a type: no maps, no unions but of something and nothing, no types by name."""
    if depth > 24:
        return False
    if isinstance(kind, list):
        some = [one for one in kind if one != "null"]
        return len(kind) == 2 and len(some) == 1 and _is_plain(some[0], depth + 1)
    if isinstance(kind, str):
        return kind in ("boolean", "int", "long", "float", "double", "bytes", "string")
    name = kind.get("type")
    if name == "record":
        return bool(kind["fields"]) and all(_is_plain(one["type"], depth + 1) for one in kind["fields"])
    if name == "array":
        return _is_plain(kind["items"], depth + 1)
    return name in ("enum", "fixed") or (name not in ("map", "null") and _is_plain(name, depth + 1))


def _by_polars(file: io.BytesIO) -> pl.DataFrame:
    with decoding(f"{_WHAT}, or their types,"):
        return pl.read_avro(file)


def _by_fastavro(file: io.BytesIO) -> pl.DataFrame:
    try:
        import fastavro
    except ImportError:
        message = "Avro data with maps or unions: install leakscan[avro] to read them"
        raise BrokenInput(message) from None
    with decoding(_WHAT):
        records = fastavro.reader(file)
        names = [one["name"] for one in records.writer_schema["fields"]]  # type: ignore[index,call-overload]
        rows = list(records)
        columns = {name: [_told(row[name]) for row in rows] for name in names}  # type: ignore[index]
        return pl.DataFrame([pl.Series(name, cells, strict=False) for name, cells in columns.items()])


def _told(value: Any) -> Any:
    """A value as a column of one type holds it: what nests is told as text, so that all blocks have one schema."""
    if value is None or isinstance(value, str):
        return value
    told = _TOLD.get(type(value))
    return told(value) if told else str(value).removesuffix(" 00:00:00+00:00").removesuffix(" 00:00:00")


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")


_TOLD: dict[type, Callable[[Any], str]] = {
    dict: lambda value: " ; ".join(f"{key} : {_told(one)}" for key, one in value.items() if one is not None),
    list: lambda value: ", ".join(str(_told(one)) for one in value if one is not None),
    bytes: lambda value: value.decode("utf-8", "replace"),
    bool: lambda value: "true" if value else "false",
    float: lambda value: _number(value) if math.isfinite(value) else "",
}
"""How values of some types are told."""


def _long(file: BinaryIO) -> int:
    """A number of variable length. BrokenInput where the file ends in it."""
    found = shift = 0
    while shift <= 63:
        byte = exactly(file, 1, _WHAT)[0]
        found |= (byte & 127) << shift
        if byte < 128:
            return (found >> 1) ^ -(found & 1)
        shift += 7
    message = f"{_WHAT} are damaged"
    raise BrokenInput(message)


def _zigzag(number: int) -> bytes:
    number *= 2
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def _counted(data: bytes) -> bytes:
    return _zigzag(len(data)) + data


def _limited(data: bytes, decoder: Any) -> bytes:
    """All that comes out of a block, if that is not too much."""
    out: bytes = decoder.decompress(data, BLOCK_BYTES)
    if len(out) >= BLOCK_BYTES or not decoder.eof:
        raise ValueError
    return out


def _zstandard(data: bytes) -> bytes:
    import zstandard

    with zstandard.ZstdDecompressor(max_window_size=BLOCK_BYTES).stream_reader(data) as stream:
        out = stream.read(BLOCK_BYTES)
    if len(out) >= BLOCK_BYTES:
        raise ValueError
    return out


_UNPACK: dict[bytes, Callable[[bytes], bytes] | None] = {
    b"null": None,
    b"snappy": None,
    b"deflate": lambda data: _limited(data, zlib.decompressobj(wbits=-15)),
    b"bzip2": lambda data: _limited(data, bz2.BZ2Decompressor()),
    b"xz": lambda data: _limited(data, lzma.LZMADecompressor(memlimit=BLOCK_BYTES)),
    b"zstandard": _zstandard,
}
"""How blocks are unpacked; None where the decoder does it."""
