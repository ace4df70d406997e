"""Compound files (OLE): the streams in old Office documents and Outlook messages, by a small parser of its own.

Whatever its tables say, no chain of sectors is followed for longer than the file has sectors, and nothing is written.
Source: [MS-CFB], the open specification of the format.
"""

from __future__ import annotations

import io
import struct
import sys
from array import array
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import BinaryIO

from leakscan.readers.guarded import BrokenInput
from leakscan.readers.packaged import COMPOUND

ENTRIES = 100_000
"""Entries of a directory that are read."""
_LAST = 0xFFFFFFFA
"""Sectors from here on are marks."""
_NOTHING = 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5


@dataclass(frozen=True, slots=True)
class Entry:
    """A stream or a storage: its path from the root, where it begins, its size in bytes."""

    path: tuple[str, ...]
    is_stream: bool
    start: int
    size: int


class Compound:
    """A compound file. `entries`: its streams and storages by path."""

    def __init__(self, file: BinaryIO) -> None:
        """Raises BrokenInput where it is none, or its directory cannot be read."""
        self._file = file
        self._size = file.seek(0, 2)
        file.seek(0)
        header = file.read(512)
        if not header.startswith(COMPOUND) or len(header) < 512:
            raise BrokenInput(_BROKEN)
        shift, mini_shift = struct.unpack_from("<HH", header, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise BrokenInput(_BROKEN)
        self._sector, self._mini = 1 << shift, 1 << mini_shift
        self._most = self._size // self._sector + 1
        self._directory_at, self._cutoff = struct.unpack_from("<I4xI", header, 48)
        self._mini_at = struct.unpack_from("<I", header, 60)[0]
        self._fat = self._table_of_sectors(header)
        self.entries = self._entries()
        if not self.entries:
            raise BrokenInput(_BROKEN)

    def names(self, *path: str) -> list[str]:
        """Names in a storage; of the root without a path."""
        return [entry[-1] for entry in self.entries if entry[:-1] == path]

    def read(self, *path: str) -> bytes:
        """The bytes of a stream, as far as they are there; none where there is no such stream."""
        entry = self.entries.get(path)
        if entry is None or not entry.is_stream:
            return b""
        if entry.size >= self._cutoff:
            return self._chain(entry.start)[: entry.size]
        mini, at, pieces = self._mini_fat, entry.start, []
        left = min(entry.size, len(self._mini_stream)) // self._mini + 1
        while at < len(mini) and left > 0:
            pieces.append(self._mini_stream[at * self._mini : (at + 1) * self._mini])
            at, left = mini[at], left - 1
        return b"".join(pieces)[: entry.size]

    def _at(self, sector: int) -> bytes:
        self._file.seek((sector + 1) * self._sector)
        return self._file.read(self._sector)

    def _table_of_sectors(self, header: bytes) -> array[int]:
        """Which sector follows which."""
        listed = list(struct.unpack_from("<109I", header, 76))
        following = struct.unpack_from("<I", header, 68)[0]
        seen = 0
        while following < self._most and seen < self._most:
            more = _numbers(self._at(following))
            if not len(more):
                break
            listed += more[:-1]
            following, seen = more[-1], seen + 1
        table = array("I")
        for sector in listed:
            if sector < self._most and len(table) < self._most + self._sector:
                table += _numbers(self._at(sector))
        return table

    def _chain(self, at: int) -> bytes:
        pieces, left = [], self._most
        while at < _LAST and at < self._most and left > 0:
            pieces.append(self._at(at))
            at = self._fat[at] if at < len(self._fat) else _NOTHING
            left -= 1
        return b"".join(pieces)

    @cached_property
    def _mini_fat(self) -> array[int]:
        return _numbers(self._chain(self._mini_at))

    @cached_property
    def _mini_stream(self) -> bytes:
        return self._chain(self._root_at)

    def _entries(self) -> dict[tuple[str, ...], Entry]:
        data = self._chain(self._directory_at)[: ENTRIES * 128]
        raw = [data[at : at + 128] for at in range(0, len(data) - 127, 128)]
        if not raw or raw[0][66] != _ROOT:
            return {}
        self._root_at = struct.unpack_from("<I", raw[0], 116)[0]
        found: dict[tuple[str, ...], Entry] = {}
        waiting: list[tuple[int, tuple[str, ...]]] = [(struct.unpack_from("<I", raw[0], 76)[0], ())]
        seen = {0}
        while waiting:
            number, folder = waiting.pop()
            if number >= len(raw) or number in seen:
                continue
            seen.add(number)
            entry = raw[number]
            length = min(64, struct.unpack_from("<H", entry, 64)[0])
            name = entry[: max(0, length - 2)].decode("utf-16-le", "replace")
            left, right, child = struct.unpack_from("<III", entry, 68)
            start, size = struct.unpack_from("<IQ", entry, 116)
            if self._sector == 512:
                size &= 0xFFFFFFFF
            path = (*folder, name)
            if entry[66] in (_STORAGE, _STREAM):
                found[path] = Entry(path, entry[66] == _STREAM, start, min(size, self._size))
            waiting += [(left, folder), (right, folder)]
            if entry[66] == _STORAGE and len(path) < 40:
                waiting.append((child, path))
        return found


_BROKEN = "the compound file is damaged: its directory cannot be read"


def _numbers(data: bytes) -> array[int]:
    found = array("I", data[: len(data) // 4 * 4])
    if sys.byteorder == "big":
        found.byteswap()
    return found


@lru_cache(maxsize=1)
def names_in_root(data: bytes) -> frozenset[str] | None:
    """Names in the root of a compound file by its head; None where it is none or its directory lies further on."""
    if not data.startswith(COMPOUND):
        return None
    try:
        return frozenset(Compound(io.BytesIO(data)).names())
    except OSError:
        return None
