"""The file of a saved result: what may be read without a key, what may not, and proof that nothing of it is missing.

In order: a line with the format's number, a head (JSON), what is told to everybody (the stored report), sealed
messages, an end, and the SHA-256 of all before it. Each message is AES-256-GCM under a key of its own for this file,
numbered, and bound to all that stands before the first one: none can be changed, dropped, swapped, repeated or moved to
another file unnoticed by whoever has the key. The SHA-256 shows damage to everybody, but no forgery
(docs/decisions/0017-saved-ledger.md).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from leakscan.errors import LedgerError, UsageError

MAGIC = b"leakscan ledger "
"""How every saved result begins, whatever its format."""
FORMAT = 3
"""The format written here, and the newest one read: all before it are (docs/thresholds.md)."""
PIECE_BYTES = 16 << 20
"""Plain bytes of a record before they are compressed: what is in memory at a time."""
MESSAGE_BYTES = 256 << 20
"""A longer message is refused, by who writes it and by who reads it."""
HEAD_BYTES = 1 << 20
"""A longer head is refused."""
REPORT_BYTES = 2 << 30
"""A longer stored report is refused."""
_LEVEL = 3
_SLACK = 1 << 17
"""What compression and seal may add to a piece."""
_HEAD, _TOLD, _SEALED, _END = b"H", b"R", b"S", b"E"
_RECORD = struct.Struct("<cI")
_FIRST_LINE = re.compile(rb"leakscan ledger ([0-9]{1,6})\n")
_HEX = re.compile(r"(?:[0-9a-f]{2})+")
_SALT_BYTES = 16
_KEY_ID_BYTES = 8
_MORE, _LAST = b"+", b"."


class Message(NamedTuple):
    """Bytes with a kind (0 to 255), whose meaning is not known here."""

    kind: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that is whole: its head, its SHA-256 (without the last 32 bytes), and the stored report if asked for."""

    path: Path
    head: Mapping[str, Any]
    digest: bytes = field(repr=False)
    told: bytes | None = field(default=None, repr=False)


def key_id(key: bytes) -> str:
    """What tells one key from another, and nothing else about it."""
    return hashlib.blake2b(key=key, person=b"key id", digest_size=_KEY_ID_BYTES).hexdigest()


def is_saved(path: Path) -> bool:
    """Whether a file begins as a saved result does; False where it cannot be read."""
    try:
        with path.open("rb") as stream:
            return stream.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


class _Written:
    """A stream with the SHA-256 of what was written to it."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream, self.digest = stream, hashlib.sha256()

    def write(self, *parts: bytes) -> None:
        for part in parts:
            self.digest.update(part)
            self.stream.write(part)

    def record(self, kind: bytes, data: bytes) -> None:
        self.write(_RECORD.pack(kind, len(data)), data)


def write_sealed(
    stream: BinaryIO, head: Mapping[str, Any], key: bytes, told: Iterable[bytes], messages: Iterable[Message]
) -> None:
    """Write a file: `head` and `told` for everybody, `messages` for those who have the key. Each is taken once.

    Raises LedgerError for what is too large to be read again, OSError where the disk refuses.
    """
    out, salt = _Written(stream), os.urandom(_SALT_BYTES)
    out.write(MAGIC, b"%d\n" % FORMAT)
    out.record(_HEAD, json.dumps({**head, "key_id": key_id(key), "salt": salt.hex()}).encode())
    packer = zstandard.ZstdCompressor(level=_LEVEL)
    length = 0
    for piece in _pieces(told):
        length += len(piece)
        if length > REPORT_BYTES:
            message = f"the report is too large to be saved: more than {REPORT_BYTES >> 20:,} MiB"
            raise LedgerError(message)
        out.record(_TOLD, packer.compress(piece))
    cipher, bound = AESGCM(_own_key(key, salt)), out.digest.digest()
    number = 0
    for kind, data in messages:
        if len(data) > MESSAGE_BYTES:
            message = f"a part of the ledger is too large to be saved: more than {MESSAGE_BYTES >> 20} MiB"
            raise LedgerError(message)
        for start in range(0, max(1, len(data)), PIECE_BYTES):
            more = _LAST if start + PIECE_BYTES >= len(data) else _MORE
            plain = bytes((kind,)) + more + packer.compress(data[start : start + PIECE_BYTES])
            out.record(_SEALED, cipher.encrypt(_nonce(number), plain, _SEALED + bound))
            number += 1
    out.record(_END, cipher.encrypt(_nonce(number), b"", _END + bound))
    stream.write(out.digest.digest())


def checked(path: Path, *, report: bool = False) -> Checked:
    """Read a file to its end, without a key. Raises LedgerError where it is damaged or newer, UsageError if unreadable.

    `report`: keep the stored report, as bytes.
    """
    with _opened(path) as stream:
        records = _Records(stream, path)
        told = bytearray()
        length = 0
        for kind, data in records:
            if kind == _TOLD:
                piece = _unpacked(data, path)
                length += len(piece)
                if length > REPORT_BYTES:
                    raise damaged(path)
                told += piece if report else b""
        return Checked(path, records.head, records.found, bytes(told) if report else None)


def stored_report(path: Path) -> Any:
    """The report in a saved result, as it was when it was saved; no key is needed.

    Raises LedgerError where the file is damaged or newer. A forgery is not noticed without the key.
    """
    told = checked(path, report=True).told or b""
    try:
        return json.loads(told)
    except (ValueError, RecursionError):
        raise damaged(path) from None


def unsealed(path: Path, key: bytes) -> Iterator[Message]:
    """The messages of a file, in order; the last one is given only when the end was seen.

    Raises LedgerError where the key is another one, or where anything is not as it was written.
    """
    waiting: Message | None = None
    for message in _messages(path, key):
        if waiting is not None:
            yield waiting
        waiting = message
    if waiting is not None:
        yield waiting


def damaged(path: Path) -> LedgerError:
    """The error for a file that is not as it was written."""
    return LedgerError(f"{path} is damaged or was changed: take another copy of it, or scan again")


def _messages(path: Path, key: bytes) -> Iterator[Message]:
    kept = bytearray()
    for kind, more, data in _plain(path, key):
        kept += data
        if len(kept) > MESSAGE_BYTES:
            raise damaged(path)
        if more == _LAST:
            yield Message(kind, bytes(kept))
            kept = bytearray()
    if kept:
        raise damaged(path)


def _plain(path: Path, key: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """The pieces of messages: kind, whether more of it follows, bytes."""
    with _opened(path) as stream:
        records = _Records(stream, path)
        if records.head["key_id"] != key_id(key):
            message = f"{path} was made with another key (its id is {records.head['key_id']})"
            raise LedgerError(message)
        cipher, number = AESGCM(_own_key(key, bytes.fromhex(records.head["salt"]))), 0
        for kind, data in records:
            if kind == _TOLD:
                continue
            try:
                plain = cipher.decrypt(_nonce(number), data, kind + records.bound)
            except InvalidTag:
                raise damaged(path) from None
            number += 1
            if kind == _SEALED:
                yield plain[0], plain[1:2], _unpacked(plain[2:], path)


class _Records:
    """The records behind the head, in an order that can be; after them, `found` is the SHA-256 of all of it.

    `bound` is the SHA-256 of what stands before the first sealed record.
    """

    def __init__(self, stream: BinaryIO, path: Path) -> None:
        self.stream, self.path = stream, path
        self.digest = hashlib.sha256()
        self.found = self.bound = b""
        self._first_line()
        kind, data = self._record(HEAD_BYTES)
        if kind != _HEAD:
            raise damaged(path)
        self.head = _head(data, path)

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]:
        allowed = {_TOLD: (_TOLD, _SEALED, _END), _SEALED: (_SEALED, _END)}
        before = _TOLD
        while True:
            sofar = self.digest.digest()
            kind, data = self._record(PIECE_BYTES + _SLACK)
            if kind not in allowed[before]:
                raise damaged(self.path)
            if kind != _TOLD and not self.bound:
                self.bound = sofar
            if kind == _END:
                self.found = self.digest.digest()
                if self.stream.read(len(self.found) + 1) != self.found:
                    raise damaged(self.path)
                yield kind, data
                return
            yield kind, data
            before = kind

    def _first_line(self) -> None:
        line = self.stream.readline(len(MAGIC) + 8)
        found = _FIRST_LINE.fullmatch(line)
        if found is None:
            if line.startswith(MAGIC):
                raise damaged(self.path)
            message = f"{self.path} is no saved result: give a file that `leakscan scan --save` wrote"
            raise LedgerError(message)
        if int(found[1]) > FORMAT:
            message = (
                f"{self.path} is of format {int(found[1])}, and this leakscan reads formats up to {FORMAT}: "
                "use the newer leakscan that wrote it (or the file is damaged)"
            )
            raise LedgerError(message)
        if found[1] not in {b"%d" % known for known in range(1, FORMAT + 1)}:
            raise damaged(self.path)
        self.digest.update(line)

    def _record(self, most: int) -> tuple[bytes, bytes]:
        header = self._exactly(_RECORD.size)
        kind, length = _RECORD.unpack(header)
        if length > most:
            raise damaged(self.path)
        return kind, self._exactly(length)

    def _exactly(self, length: int) -> bytes:
        data = self.stream.read(length)
        if len(data) < length:
            raise damaged(self.path)
        self.digest.update(data)
        return data


def _head(data: bytes, path: Path) -> dict[str, Any]:
    try:
        head = json.loads(data)
        whole = _HEX.fullmatch(head["key_id"]) and _HEX.fullmatch(head["salt"])
        if whole and len(head["salt"]) == 2 * _SALT_BYTES:
            return dict(head)
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise damaged(path)


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        message = f"cannot read {path}: {(error.strerror or 'refused').lower()}; give a file that --save wrote"
        raise UsageError(message) from None


def _unpacked(data: bytes, path: Path) -> bytes:
    try:
        if 0 <= zstandard.frame_content_size(data) <= PIECE_BYTES:
            return zstandard.ZstdDecompressor().decompress(data, allow_extra_data=False)
    except zstandard.ZstdError:
        pass
    raise damaged(path)


def _pieces(told: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, in pieces of at most PIECE_BYTES that are few."""
    kept = bytearray()
    for more in told:
        kept += more
        while len(kept) >= PIECE_BYTES:
            yield bytes(kept[:PIECE_BYTES])
            del kept[:PIECE_BYTES]
    if kept:
        yield bytes(kept)


def _own_key(key: bytes, salt: bytes) -> bytes:
    """The key of one file, so that numbers may begin at 0 in each."""
    return hashlib.blake2b(key=key, salt=salt, person=b"saved ledger", digest_size=32).digest()


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "little")
