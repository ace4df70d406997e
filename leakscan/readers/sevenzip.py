"""Reader for 7z archives, member by member in the order of their blocks: nothing is extracted to a file.

A solid block is decoded once, from beginning to end, piece by piece. py7zr has no public way to pull a member's bytes,
so its decompressors are driven here; they hold at most the packed bytes of one block.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any, BinaryIO

from leakscan.readers.guarded import BrokenInput, Taken, guarded
from leakscan.readers.heads import Head
from leakscan.records import Child, InputWarning, Item

FORMAT = "7z"
PASSWORD_TRIES = 50
"""Passwords that are tried on one archive: each costs half a second, by the design of the format."""
LOCKED = "encrypted: give its password with --password-file"
_MAGIC = b"7z\xbc\xaf\x27\x1c"
_WHAT = "the archive's data"
_PIECE = 1 << 20
_PROOF = 1 << 18


def sniff(head: Head) -> float:
    """By the mark."""
    return 0.95 if head.data.startswith(_MAGIC) else 0.0


def read(file: BinaryIO, head: Head) -> Iterator[Item]:
    """Each file in it as a child."""
    try:
        import py7zr
    except ImportError:
        message = "a 7z archive: install the package py7zr to read it"
        raise BrokenInput(message) from None
    archive = _opened(py7zr.SevenZipFile, file, head.options.passwords)
    yield from _members(archive, file, head.options.limits.members)


def _opened(make: Any, file: BinaryIO, passwords: Sequence[str]) -> Any:
    """The archive under the password that fits, None first; BrokenInput where none does."""
    locked = False
    for password in (None, *passwords[:PASSWORD_TRIES]):
        file.seek(0)
        try:
            archive = make(file, password=password, blocksize=_PIECE)
            if not archive.password_protected or (password is not None and _fits(archive, file)):
                return archive
            if password is None and not passwords:
                return archive  # its names can be listed
            locked = True
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - their messages may hold anything
            kind = type(error).__name__
            if kind == "UnsupportedCompressionMethodError":
                message = "a 7z archive compressed in a way that is not read"
                raise BrokenInput(message) from None
            if password is None and kind != "PasswordRequired":
                message = "the 7z archive is damaged: its directory cannot be read"
                raise BrokenInput(message) from None
            locked = True
    if not locked or not passwords:
        raise BrokenInput(LOCKED)
    message = "encrypted: none of the given passwords opens it"
    if len(passwords) > PASSWORD_TRIES:
        message = f"encrypted: the first {PASSWORD_TRIES} of the given passwords do not open it"
    raise BrokenInput(message)


def _fits(archive: Any, file: BinaryIO) -> bool:
    """Whether the password of an archive opens the first encrypted member."""
    for entry, folder, at in _placed(archive):
        if folder is None or not _is_locked(folder):
            continue
        file.seek(at)
        member = _Member(file, folder.get_decompressor(entry.compressed), entry.uncompressed, entry.crc32)
        try:
            left = _PROOF
            while left > 0 and (data := member.read(min(left, _PIECE))):
                left -= len(data)
        finally:
            folder.decompressor = None
        return True
    return True


def _is_locked(folder: Any) -> bool:
    return any(bytes(coder["method"]) == b"\x06\xf1\x07\x01" for coder in folder.coders)


def _placed(archive: Any) -> Iterator[tuple[Any, Any, int]]:
    """Each member with its block and the place where the block begins; None for members without data."""
    streams = getattr(archive.header, "main_streams", None)
    places: dict[int, int] = {}
    if streams is not None:
        at, start = 0, archive.afterheader + (streams.packinfo.packpos or 0)
        for folder in streams.unpackinfo.folders:
            places[id(folder)] = start + streams.packinfo.packpositions[at]
            at += max(1, len(folder.packed_indices))
    for entry in archive.files:
        block = None if entry.emptystream else entry.folder
        yield entry, block, places[id(block)] if block is not None else 0


def _members(archive: Any, file: BinaryIO, most: int) -> Iterator[Item]:
    """The members in their order; behind one that cannot be decoded the rest of its block is lost, not the others."""
    begun: Any = None
    broken: str | None = None
    where = 0
    for entry, folder, at in islice(_guarded_entries(_placed(archive)), most + 1):
        name = str(entry.filename)
        if entry.is_directory:
            continue
        if folder is None:
            yield Child(name, open=io.BytesIO, size=0)
            continue
        if folder is not begun:
            begun, broken, where = folder, _why_not(archive, folder), at
        decoder = None if broken is not None else _decoder(folder, entry)
        if broken is not None or isinstance(decoder, str):
            broken = broken or decoder
            yield Child(name, reason=broken, size=entry.uncompressed)
            continue
        member = _Member(file, decoder, entry.uncompressed, entry.crc32, where)
        yield Child(name, partial(guarded, member, _WHAT), size=entry.uncompressed)
        if not member.passed_over():
            broken = "damaged: what lies before it in its block cannot be decoded"
        where = member.at
    if begun is None and not archive.files:
        yield InputWarning("empty_archive", "an archive without members")


def _decoder(folder: Any, entry: Any) -> Any:
    """What decodes a block, or why nothing does."""
    try:
        return folder.get_decompressor(entry.compressed)
    except (MemoryError, OSError):
        raise
    except Exception as error:  # noqa: BLE001 - their messages may hold anything
        unknown = type(error).__name__ == "UnsupportedCompressionMethodError"
        return "compressed in a way that is not read" if unknown else "damaged"


def _guarded_entries(placed: Iterator[tuple[Any, Any, int]]) -> Iterator[tuple[Any, Any, int]]:
    try:
        yield from placed
    except (MemoryError, OSError):
        raise
    except Exception:  # noqa: BLE001 - places that lie
        message = "the 7z archive is damaged: its directory contradicts itself"
        raise BrokenInput(message) from None


def _why_not(archive: Any, folder: Any) -> str | None:
    """Why a block is not decoded at all; None where it is."""
    if archive.password_protected and _is_locked(folder) and folder.password is None:
        return LOCKED
    if any(bytes(coder["method"]) == b"\x03\x03\x01\x1b" for coder in folder.coders):
        return "compressed in a way that is not read: BCJ2"
    return None


class _Member(Taken):
    """The text of one member. State: bytes left, checksum so far, where in the file the block is read."""

    def __init__(self, file: BinaryIO, decoder: Any, size: int, crc: int | None, at: int | None = None) -> None:
        """`size` is what the directory claims: never more comes out."""
        self._file, self._decoder, self._left, self._wanted = file, decoder, size, crc
        self._crc, self._failed = 0, False
        self.at = file.tell() if at is None else at

    def take(self, size: int) -> bytes:
        """Read on; EOFError where the data are cut, BrokenInput where their checksum is wrong."""
        if self._failed:
            raise EOFError
        self._file.seek(self.at)
        while self._left:
            before = self._file.tell()
            try:
                data = bytes(self._decoder.decompress(self._file, min(size, self._left, _PIECE)))
            except BaseException:
                self._failed = True
                raise
            self.at = self._file.tell()
            if data:
                self._left -= len(data)
                self._crc = zlib.crc32(data, self._crc)
                return data
            if self.at == before:
                self._failed = True
                raise EOFError
        if self._wanted is not None and self._crc != self._wanted:
            message = "the archive's data are damaged: their checksum is wrong"
            raise BrokenInput(message)
        return b""

    def passed_over(self) -> bool:
        """Decode what nobody read, so that the next member begins where it should; False where that fails."""
        try:
            while not self._failed and self.take(_PIECE):
                pass
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - every decoder has errors of its own
            return self._left == 0
        return not self._failed
