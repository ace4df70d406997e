"""Reader for ZIP archives, by their directory, else by the headers of their members: nothing is extracted to a file.

Bytes before the first member (a self-extracting program) and between members are searched for members too.
"""

from __future__ import annotations

import io
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import BinaryIO

from leakscan.readers.guarded import BrokenInput, guarded
from leakscan.readers.heads import Head
from leakscan.readers.streams import Readable
from leakscan.readers.zip_entries import (
    END,
    LOCAL,
    SPLIT,
    Directory,
    Entry,
    find_directory,
    find_local,
    listed,
    local,
    located,
)
from leakscan.readers.zip_locks import LOCKED, NO_KEY_FITS, ZIPCRYPTO_BYTES, Key, aes_key, old_key, spellings
from leakscan.readers.zip_streams import METHODS, Range, Unpacked, begins_well, known
from leakscan.records import Child, InputWarning, Item

FORMAT = "zip"
COMMENT, COMMENTS = "[comment]", "[comments of members]"
"""Names of what stands beside the members."""
PASSWORD_TRIES = 20_000
"""Passwords that are tried on one archive: each costs half a millisecond under AES."""
_MARKS = (LOCAL, END, SPLIT, b"PK00" + LOCAL)
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!")
_GAP = 28
"""Bytes between members that are nothing of interest: a descriptor of sizes takes 24."""
_PROOF = 1 << 20
_PIECE = 1 << 20
_WHAT = "the archive's data"


def sniff(head: Head) -> float:
    """By the mark; office documents are surer of themselves. In a program, by a directory at its end."""
    data = head.data
    if data.startswith(_MARKS):
        return 0.8
    if not data.startswith(_PROGRAMS):
        return 0.0
    return 0.7 if LOCAL in data and (data.rfind(END, -(1 << 16) - 22) >= 0 or len(data) >= 8 << 20) else 0.0


def read(file: BinaryIO, head: Head) -> Iterator[Item]:
    """Each file in it as a child, then its comments; BrokenInput behind them where the archive is not whole."""
    size = file.seek(0, io.SEEK_END)
    keys = _Keys(file, head.options.passwords)
    directory = find_directory(file)
    if directory is None:
        met = yield from _by_headers(file, 0, size, keys)
        left = "its directory is missing: members were found by their own headers" if met else "no member is left"
        message = f"the ZIP archive is damaged: {left}"
        raise BrokenInput(message)
    entries = listed(file, directory, head.options.limits.members + 1)
    placed = _placed(file, entries, directory)
    for entry, reason in placed:
        if not (entry.name.endswith("/") and not entry.size):
            yield Child(entry.name, reason=reason, size=entry.size) if reason else keys.child(entry, size)
    yield from _between(file, [entry for entry, reason in placed if reason is None], directory.start, keys)
    yield from _comments(entries, directory)
    if len(entries) & 0xFFFF != directory.count & 0xFFFF:
        if len(entries) < directory.count:
            message = "the ZIP archive is damaged: its directory ends early"
            raise BrokenInput(message)
        message = "members beyond the number that the archive claims: read like the others"
        yield InputWarning("uncounted_members", message, count=len(entries) - directory.count)


def _placed(file: BinaryIO, entries: Sequence[Entry], directory: Directory) -> list[tuple[Entry, str | None]]:
    """Each member with the place of its data, or why it is not read; in the order of the directory."""
    found: dict[int, tuple[Entry, str | None]] = {}
    covered = behind = 0
    for number in sorted(range(len(entries)), key=lambda one: (entries[one].disk, entries[one].at)):
        entry = entries[number]
        if directory.split:  # the places are told by disk, and one follows the other
            at = find_local(file, behind, directory.start)
            entry = replace(entry, at=-1 if at is None else at)
        where = located(file, entry)
        if where is None:
            found[number] = entry, "damaged: it is not where the archive's directory says"
        elif where.at < covered:
            found[number] = where, "it overlaps another member (an archive bomb?)"
        else:
            found[number] = where, None
            covered = behind = where.end
    return [found[number] for number in range(len(entries))]


def _between(file: BinaryIO, placed: Sequence[Entry], end: int, keys: _Keys) -> Iterator[Item]:
    """What lies before, between and behind members that are listed: members that are not, and bytes that are none."""
    covered = unlisted = other = 0
    edges = sorted((entry.at, entry.end) for entry in placed)
    for begin, behind in [*edges, (end, end)]:
        if begin - covered > _GAP:
            met = yield from _by_headers(file, covered, begin, keys)
            unlisted += met
            other += 0 if met else begin - covered
        covered = max(covered, behind)
    if unlisted:
        message = "members that the archive's directory does not list: read like the others"
        yield InputWarning("unlisted_members", message, count=unlisted)
    if other:
        yield InputWarning("unlisted_bytes", "bytes before or between members that are none: not read", count=other)


def _by_headers(file: BinaryIO, begin: int, end: int, keys: _Keys) -> Generator[Item, None, int]:
    """Members found by their own headers between two places; returns how many."""
    met, at = 0, find_local(file, begin, end)
    while at is not None:
        entry = local(file, at)
        if entry is None:
            at = find_local(file, at + 4, end)
            continue
        behind = entry.begin
        whole = entry.packed is not None and entry.end <= end and _ends_well(file, entry.end, end)
        if not (entry.name.endswith("/") and not entry.size):
            met += 1
            child, unpacked = keys.opened(entry, end, whole=whole)
            yield child
            behind = entry.begin + ((unpacked.consumed or 0) if unpacked is not None else 0)
        if whole:
            behind = entry.end
        at = find_local(file, behind, end)
    return met


def _ends_well(file: BinaryIO, at: int, end: int) -> bool:
    """Whether another header, or nothing more, follows at a place."""
    file.seek(at)
    return at == end or file.read(2) == LOCAL[:2]


def _comments(entries: Sequence[Entry], directory: Directory) -> Iterator[Item]:
    said = b"\n".join(entry.comment.replace(b"\n", b" ") for entry in entries if entry.comment)
    for name, text in ((COMMENT, directory.comment), (COMMENTS, said)):
        if text.strip(b"\0 "):
            yield Child(name, partial(io.BytesIO, text), size=len(text))


class _Keys:
    """The given passwords. State: the one that fitted last is tried first; how many were tried on this archive."""

    def __init__(self, file: BinaryIO, passwords: Sequence[str]) -> None:
        self._file, self._passwords, self._tries = file, list(passwords), 0

    def child(self, entry: Entry, end: int) -> Child:
        """A member as a child."""
        return self.opened(entry, end, whole=entry.packed is not None and entry.end <= end)[0]

    def opened(self, entry: Entry, end: int, *, whole: bool) -> tuple[Child, Unpacked | None]:
        """A member as a child, and its stream; `end` is where the file ends, `whole` whether the member ends in it."""
        if not known(entry.method):
            how = METHODS.get(entry.method, f"method {entry.method}")
            return self._closed_child(entry, f"compressed in a way that is not read: {how}", whole=whole), None
        key: Key | None = None
        if entry.encrypted:
            found = self._key(entry, end)
            if isinstance(found, str):
                return self._closed_child(entry, found, whole=whole), None
            key = found
        unpacked = self._unpacked(entry, end, key)
        return Child(entry.name, lambda: guarded(unpacked, _WHAT), size=entry.size), unpacked

    def _closed_child(self, entry: Entry, reason: str, *, whole: bool) -> Child:
        """A member that is not read, with the hash of its bytes as they stand in the archive."""
        digest, stored = sha256(), Range(self._file, entry.begin, entry.end if whole else entry.begin)
        while data := stored.read(_PIECE):
            digest.update(data)
        return Child(entry.name, reason=reason, size=entry.size, sha256=digest.hexdigest() if whole else None)

    def _unpacked(self, entry: Entry, end: int, key: Key | None) -> Unpacked:
        known_end = end if entry.packed is None else min(end, entry.end)
        data: Readable = Range(self._file, entry.begin, known_end)
        if key is not None:
            data = key.open(data)
        told = entry.packed is not None
        unchecked = not told or (entry.aes is not None and entry.aes.version == 2)
        return Unpacked(data, entry.method, entry.size if told else None, None if unchecked else entry.crc)

    def _key(self, entry: Entry, end: int) -> Key | str:
        """The key of a member, or why there is none."""
        closed = self._closed(entry)
        if closed is not None:
            return closed
        self._file.seek(entry.begin)
        begun = self._file.read(32)
        nearly = False
        for password, spelt in [(one, spelt) for one in self._passwords for spelt in spellings(one)]:
            self._tries += 1
            if self._tries > PASSWORD_TRIES:
                return f"encrypted: {PASSWORD_TRIES} passwords were tried on this archive"
            key = self._fitting(entry, spelt, begun)
            if key is None:
                continue
            if entry.aes is not None or begins_well(self._unpacked(entry, end, key), _PROOF):
                self._passwords.remove(password)
                self._passwords.insert(0, password)
                return key
            nearly = True
        return f"{NO_KEY_FITS}, or its data are damaged" if nearly else NO_KEY_FITS

    def _closed(self, entry: Entry) -> str | None:
        """Why no password is tried on a member; None where they are."""
        if not self._passwords:
            return LOCKED
        if entry.packed is None:
            return "encrypted, and no header tells its length"
        if entry.aes is None and entry.packed > ZIPCRYPTO_BYTES:
            return f"encrypted the traditional way and larger than {ZIPCRYPTO_BYTES >> 20} MiB: decrypt it first"
        if entry.aes is not None and entry.aes.strength not in (1, 2, 3):
            return "encrypted in a way that is not known"
        return None

    @staticmethod
    def _fitting(entry: Entry, password: bytes, begun: bytes) -> Key | None:
        if entry.aes is not None:
            return aes_key(password, entry.aes.strength, begun, entry.packed or 0)
        return old_key(password, begun, (entry.time >> 8 if entry.described else entry.crc >> 24) & 0xFF)
