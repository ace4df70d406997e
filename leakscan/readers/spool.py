"""A place for bytes that a reader must move about in but whose stream only goes forward: never in clear on a disk.

Up to 256 MiB stay in anonymous memory; more goes to a file without a name, encrypted under a key of this process.
"""

from __future__ import annotations

import io
import os
import tempfile
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from leakscan.moving import Moving

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

SPOOL_MEMORY = 256 << 20
"""Bytes of one spooled source that stay in memory."""
_BLOCK = 16
_PIECE = 1 << 20


class Handle(NamedTuple):
    """Where another process finds a spool: descriptors of `process`, and how to decode what is not in memory."""

    process: int
    memory: int
    file: int | None
    limit: int
    size: int
    key: bytes
    nonce: bytes


class Spool(Moving):
    """A binary file that is written once, then read at any place. State: its memory, its file, where it is read."""

    def __init__(self, memory: int = SPOOL_MEMORY, handle: Handle | None = None) -> None:
        """An empty spool that keeps up to `memory` bytes in memory, or the one of a `handle`, to be read."""
        if handle is None:
            self._limit, self._size = memory, 0
            self._memory = os.memfd_create("leakscan", os.MFD_CLOEXEC)
            self._file: int | None = None
            self._key, self._nonce = os.urandom(32), os.urandom(_BLOCK)
            return
        self._limit, self._size, self._key, self._nonce = handle.limit, handle.size, handle.key, handle.nonce
        self._memory = _of_other(handle.process, handle.memory)
        self._file = None if handle.file is None else _of_other(handle.process, handle.file)

    def writable(self) -> bool:
        """Always; bytes go to the end, wherever it is read."""
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        """Put bytes at the end; OSError where the disk is full."""
        view = memoryview(data).cast("B")
        size = len(view)
        kept = view[: max(0, self._limit - self._size)]
        _write(self._memory, kept, self._size)
        if len(kept) < size:
            if self._file is None:
                self._file = _unnamed()
            at = self._size + len(kept) - self._limit
            _write(self._file, self._crypted(bytes(view[len(kept) :]), at), at)
        self._size += size
        return size

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Read into a buffer from where it stands."""
        view = memoryview(buffer).cast("B")
        wanted = min(len(view), max(0, self._size - self._at), _PIECE)
        in_memory = max(0, min(wanted, self._limit - self._at))
        data = os.pread(self._memory, in_memory, self._at) if in_memory else b""
        if len(data) == in_memory and wanted > in_memory and self._file is not None:
            at = self._at + in_memory - self._limit
            data += self._crypted(os.pread(self._file, wanted - in_memory, at), at)
        view[: len(data)] = data
        self._at += len(data)
        return len(data)

    def fileno(self) -> int:
        """The descriptor of its memory, by which a library reads it; OSError where some of it lies elsewhere."""
        if self._file is not None:
            message = "a part of the spool lies encrypted in a file"
            raise io.UnsupportedOperation(message)
        return self._memory

    @property
    def size(self) -> int:
        """Bytes in it."""
        return self._size

    def handle(self) -> Handle:
        """What another process of this user needs to read it (`attached`) while this one keeps it open."""
        return Handle(os.getpid(), self._memory, self._file, self._limit, self._size, self._key, self._nonce)

    def close(self) -> None:
        """Give memory and disk back."""
        if not self.closed:
            os.close(self._memory)
            if self._file is not None:
                os.close(self._file)
        super().close()

    def _crypted(self, data: bytes, at: int) -> bytes:
        """AES in counter mode, which can begin at any block; both directions are the same."""
        skipped = at % _BLOCK
        counter = (int.from_bytes(self._nonce, "big") + at // _BLOCK) % (1 << 8 * _BLOCK)
        coder = Cipher(algorithms.AES(self._key), modes.CTR(counter.to_bytes(_BLOCK, "big"))).encryptor()
        return coder.update(bytes(skipped) + data)[skipped:]


def attached(handle: Handle) -> BinaryIO:
    """A spool of another process, to read."""
    return cast("BinaryIO", io.BufferedReader(Spool(handle=handle)))


def _of_other(process: int, descriptor: int) -> int:
    return os.open(f"/proc/{process}/fd/{descriptor}", os.O_RDONLY | os.O_CLOEXEC)


def _unnamed() -> int:
    """A file without a name, readable by nobody else."""
    flags = os.O_RDWR | os.O_CLOEXEC
    try:
        return os.open(tempfile.gettempdir(), flags | os.O_TMPFILE, 0o600)
    except OSError:  # a file system that has none
        handle, path = tempfile.mkstemp()
        os.unlink(path)  # noqa: PTH108 - a descriptor is what is wanted
        return handle


def _write(handle: int, data: ReadableBuffer, at: int) -> None:
    view = memoryview(data).cast("B")
    while view:
        written = os.pwrite(handle, view, at)
        view, at = view[written:], at + written
