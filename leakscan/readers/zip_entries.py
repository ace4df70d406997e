"""What a ZIP archive says of its members: its directory, or where that is missing the members' own headers.

Nothing that a header claims is believed: counts, sizes and offsets only say where to look.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

LOCAL, CENTRAL, END, SPLIT = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x07\x08"
_END64, _LOCATOR64 = b"PK\x06\x06", b"PK\x06\x07"
_LOCAL_FIELDS = struct.Struct("<4s5H3L2H")
_CENTRAL_FIELDS = struct.Struct("<4s4B4H3L5H2L")
_END_FIELDS = struct.Struct("<4s4H2LH")
_END64_FIELDS = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64_FIELDS = struct.Struct("<4sLQL")
_MOST_COMMENT = 1 << 16
_PIECE = 1 << 20
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_ENCRYPTED, _DESCRIPTOR, _UTF8 = 1, 8, 1 << 11
_EXTRA_64, _EXTRA_AES, _EXTRA_NAME = 1, 0x9901, 0x7075
_AES = 99
_UNIX, _WINDOWS = (3, 19), (10, 11, 14)


@dataclass(frozen=True, slots=True)
class Aes:
    """How a member is encrypted after WinZip: `version` 1 has a checksum of the text, 2 none; `strength` 1 to 3."""

    version: int
    strength: int
    method: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One member: `at` is the place of its header, `begin` that of its data; `packed` None where no header tells it.

    `method` is that of its text, under whatever it is encrypted with.
    """

    name: str
    at: int
    disk: int
    method: int
    flags: int
    crc: int
    packed: int | None
    size: int | None
    time: int
    aes: Aes | None = None
    comment: bytes = b""
    begin: int = -1

    @property
    def encrypted(self) -> bool:
        """Whether it has a password."""
        return bool(self.flags & _ENCRYPTED)

    @property
    def described(self) -> bool:
        """Whether its sizes stand behind its data."""
        return bool(self.flags & _DESCRIPTOR)

    @property
    def end(self) -> int:
        """The place behind its data, as far as it is known."""
        return self.begin + (self.packed or 0)


@dataclass(frozen=True, slots=True)
class Directory:
    """The directory of an archive: `start` and `end` are its places, `count` what it claims; `split` over disks."""

    start: int
    end: int
    count: int
    moved: int
    split: bool
    comment: bytes


def find_directory(file: BinaryIO) -> Directory | None:
    """The directory by the mark at the end of the archive; None where there is none."""
    size = file.seek(0, 2)
    tail_at = max(0, size - _MOST_COMMENT - _END_FIELDS.size)
    file.seek(tail_at)
    tail = file.read(_MOST_COMMENT + _END_FIELDS.size)
    place = tail.rfind(END)
    while place >= 0:
        if len(tail) - place >= _END_FIELDS.size:
            found = _directory(file, tail[place:], tail_at + place)
            if found is not None:
                return found
        place = tail.rfind(END, 0, place)
    return None


def _directory(file: BinaryIO, tail: bytes, at: int) -> Directory | None:
    _, disk, first_disk, _, count, length, offset, comment = _END_FIELDS.unpack_from(tail)
    end = at
    if _FULL16 in (disk, count) or _FULL32 in (length, offset):
        wide = _end64(file, at)
        if wide is not None:
            end, disk, first_disk, count, length, offset = wide
    start = end - length
    if start < 0 or (count and _read_at(file, start, 4) != CENTRAL):
        return None
    said = tail[_END_FIELDS.size : _END_FIELDS.size + comment]
    split = disk != 0 or first_disk != 0
    return Directory(start, end, count, 0 if split else start - offset, split, said)


def _end64(file: BinaryIO, at: int) -> tuple[int, int, int, int, int, int] | None:
    """Where the directory ends, and what its 64-bit end says."""
    locator = _read_at(file, at - _LOCATOR64_FIELDS.size, _LOCATOR64_FIELDS.size)
    if len(locator) < _LOCATOR64_FIELDS.size or not locator.startswith(_LOCATOR64):
        return None
    for place in (_LOCATOR64_FIELDS.unpack(locator)[2], at - _LOCATOR64_FIELDS.size - _END64_FIELDS.size):
        data = _read_at(file, place, _END64_FIELDS.size)
        if len(data) == _END64_FIELDS.size and data.startswith(_END64):
            _, _, _, _, disk, first_disk, _, count, length, offset = _END64_FIELDS.unpack(data)
            return place, disk, first_disk, count, length, offset
    return None


def listed(file: BinaryIO, directory: Directory, most: int) -> list[Entry]:
    """The members that a directory lists, up to `most` of them, as far as it can be read."""
    found: list[Entry] = []
    at = directory.start
    data, begin = b"", at
    while at + _CENTRAL_FIELDS.size <= directory.end and len(found) < most:
        if at + _CENTRAL_FIELDS.size + 3 * _FULL16 > begin + len(data):
            data, begin = _read_at(file, at, min(_PIECE, directory.end - at)), at
        here = at - begin
        if len(data) - here < _CENTRAL_FIELDS.size or data[here : here + 4] != CENTRAL:
            break
        entry, length = _central(data, here)
        found.append(replace(entry, at=entry.at + directory.moved))
        at += length
    return found


def _central(data: bytes, here: int) -> tuple[Entry, int]:
    fields = _CENTRAL_FIELDS.unpack_from(data, here)
    _, _, host, _, _, flags, method, time, _, crc, packed, size, name_n, extra_n, said_n, disk, _, _, at = fields
    place = here + _CENTRAL_FIELDS.size
    name, extra = data[place : place + name_n], data[place + name_n : place + name_n + extra_n]
    said = data[place + name_n + extra_n : place + name_n + extra_n + said_n]
    extras = _extras(extra)
    wide = iter(_words(extras.get(_EXTRA_64, b"")))
    size = next(wide, size) if size == _FULL32 else size
    packed = next(wide, packed) if packed == _FULL32 else packed
    at = next(wide, at) if at == _FULL32 else at
    disk = 0 if disk == _FULL16 else disk
    method, aes = _true_method(method, extras)
    entry = Entry(_name(name, flags, host, extras), at, disk, method, flags, crc, packed, size, time, aes, said)
    return entry, _CENTRAL_FIELDS.size + name_n + extra_n + said_n


def located(file: BinaryIO, entry: Entry) -> Entry | None:
    """A member with the place of its data; None where no header stands where it should."""
    data = _read_at(file, entry.at, _LOCAL_FIELDS.size)
    if len(data) < _LOCAL_FIELDS.size or not data.startswith(LOCAL):
        return None
    fields = _LOCAL_FIELDS.unpack(data)
    return replace(entry, begin=entry.at + _LOCAL_FIELDS.size + fields[9] + fields[10])


def local(file: BinaryIO, at: int) -> Entry | None:
    """A member by its own header; None where what stands there is none."""
    data = _read_at(file, at, _LOCAL_FIELDS.size + 2 * _FULL16)
    if len(data) < _LOCAL_FIELDS.size or not data.startswith(LOCAL):
        return None
    _, version, flags, method, time, _, crc, packed, size, name_n, extra_n = _LOCAL_FIELDS.unpack_from(data)
    begin = _LOCAL_FIELDS.size + name_n + extra_n
    if version & 0xFF > 100 or len(data) < begin or not name_n:
        return None
    name = data[_LOCAL_FIELDS.size : _LOCAL_FIELDS.size + name_n]
    extras = _extras(data[_LOCAL_FIELDS.size + name_n : begin])
    wide = iter(_words(extras.get(_EXTRA_64, b"")))
    size = next(wide, size) if size == _FULL32 else size
    packed = next(wide, packed) if packed == _FULL32 else packed
    method, aes = _true_method(method, extras)
    unknown = bool(flags & _DESCRIPTOR) and not packed
    return Entry(
        _name(name, flags, 0, extras),
        at,
        0,
        method,
        flags,
        crc,
        None if unknown else packed,
        None if unknown else size,
        time,
        aes,
        begin=at + begin,
    )


def find_local(file: BinaryIO, at: int, end: int) -> int | None:
    """The place of the next header of a member between two places; None where there is none."""
    kept = b""
    while at < end:
        data = _read_at(file, at, min(_PIECE, end - at))
        if not data:
            return None
        place = (kept + data).find(LOCAL)
        if place >= 0:
            return at - len(kept) + place
        at += len(data)
        kept = (kept + data)[-3:]
    return None


def _true_method(method: int, extras: dict[int, bytes]) -> tuple[int, Aes | None]:
    said = extras.get(_EXTRA_AES, b"")
    if method != _AES or len(said) < 7:
        return method, None
    version, strength, true = int.from_bytes(said[:2], "little"), said[4], int.from_bytes(said[5:7], "little")
    return true, Aes(version, strength, true)


def _extras(data: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    at = 0
    while at + 4 <= len(data):
        kind, length = struct.unpack_from("<2H", data, at)
        found.setdefault(kind, data[at + 4 : at + 4 + length])
        at += 4 + length
    return found


def _words(data: bytes) -> Iterator[int]:
    return (int.from_bytes(data[at : at + 8], "little") for at in range(0, len(data) - 7, 8))


def _name(raw: bytes, flags: int, host: int, extras: dict[int, bytes]) -> str:
    """A name as it was meant: what says UTF-8 or is it; else the code page of whoever packed it."""
    better = extras.get(_EXTRA_NAME, b"")
    if len(better) > 5 and better[1:5] == zlib.crc32(raw).to_bytes(4, "little"):
        raw, flags = better[5:], flags | _UTF8
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if flags & _UTF8:
        return raw.decode("utf-8", "backslashreplace")
    # French accents of DOS and of Windows' own folders are cp850; Unix and other tools of Windows wrote ANSI
    return raw.decode("cp1252" if host in (*_UNIX, *_WINDOWS) else "cp850", "backslashreplace")


def _read_at(file: BinaryIO, at: int, size: int) -> bytes:
    if at < 0 or at > 1 << 62:
        return b""
    file.seek(at)
    return file.read(size)
