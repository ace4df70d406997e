"""A local file as a stream that tells whether it changed while it was read, and that passes over large holes."""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from leakscan.records import InputWarning
from leakscan.sources.changes import CHANGED, HOLES

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

HOLE_BYTES = 64 << 20
"""A file with so many bytes in holes is read without them; smaller holes are read as the zeros that they stand for."""
_REACH = 2000
"""Bytes of a path that are gone down at a time where all of it is longer than the system takes."""
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK  # a pipe that takes the place of a file must not hold us up
_WIDTH = 512


def stamp_of(status: os.stat_result) -> str:
    """What differs when the content of a file does, and is equal for two names of one file."""
    return f"{status.st_dev}:{status.st_ino}:{status.st_size}:{status.st_mtime_ns}"


def hole_bytes(status: os.stat_result) -> int:
    """Bytes of a file for which nothing is on the disk."""
    return max(0, status.st_size - status.st_blocks * _WIDTH) if hasattr(status, "st_blocks") else 0


def open_file(path: Path, stamp: str, *, follow: bool = False) -> BinaryIO:
    """A regular file as a stream. OSError where it is none (any more); a link is opened only with `follow`."""
    return cast("BinaryIO", LocalFile(path, stamp, follow=follow))


def status_of(path: Path, *, follow: bool = False) -> os.stat_result:
    """What the system says of a path of any length."""
    with _reached(path) as (folder, name):
        return os.stat(name, dir_fd=folder, follow_symlinks=follow)


def names_in(path: Path) -> list[str]:
    """What a folder holds, sorted by the bytes of its names."""
    with _reached(path) as (folder, name):
        descriptor = os.open(name, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY, dir_fd=folder)
        try:
            return sorted(os.listdir(descriptor), key=os.fsencode)  # noqa: PTH208 - by descriptor
        finally:
            os.close(descriptor)


class LocalFile(io.FileIO):
    """A file, read from its beginning. State: which parts hold data, until it is moved in: then holes give zeros."""

    def __init__(self, path: Path, stamp: str, *, follow: bool = False) -> None:
        """`stamp`: what `stamp_of` gave when it was listed."""
        flags = _FLAGS if follow else _FLAGS | os.O_NOFOLLOW
        with _reached(path) as (folder, name):
            descriptor = os.open(name, flags, dir_fd=folder)
        try:
            super().__init__(descriptor, "rb")
        except OSError:  # a folder has taken its place
            os.close(descriptor)
            raise
        status = os.fstat(self.fileno())
        if not stat.S_ISREG(status.st_mode):
            self.close()
            raise OSError(errno.ESTALE, "")
        os.set_blocking(self.fileno(), True)
        self._stamp = stamp
        self._skips = hole_bytes(status) >= HOLE_BYTES
        self._until = self._place = 0
        self.passed = 0

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a place; from then on holes are read as zeros, since places must be where they are."""
        self._skips = False
        return super().seek(offset, whence)

    def readinto(self, buffer: WriteableBuffer, /) -> int | None:
        """Read on."""
        view = memoryview(buffer).cast("B")
        if self._skips:
            view = view[: self._data_ahead()]
            if not view:
                return 0
        read = super().readinto(view)
        self._place += read or 0
        return read

    def read(self, size: int | None = -1, /) -> bytes:
        """Read on."""
        if not self._skips or size is None or size < 0:
            return super().read(size) or b""
        room = bytearray(size)
        return bytes(room[: self.readinto(room) or 0])

    def readall(self) -> bytes:
        """All that is left."""
        return b"".join(iter(lambda: self.read(1 << 20), b""))

    def met(self) -> tuple[InputWarning, ...]:
        """What is to be said of it once it was read."""
        changed = (CHANGED,) if stamp_of(os.fstat(self.fileno())) != self._stamp else ()
        if not self.passed:
            return changed
        message = "bytes of holes, for which nothing is on the disk; they were passed over, so there is no SHA-256"
        return (*changed, InputWarning(HOLES, message, count=self.passed))

    def _data_ahead(self) -> int:
        """Bytes of data from where it stands, behind any hole that lies there; 0 at the end."""
        if self._place < self._until:
            return self._until - self._place
        try:
            data = os.lseek(self.fileno(), self._place, os.SEEK_DATA)
            self._until = os.lseek(self.fileno(), data, os.SEEK_HOLE)
        except OSError as error:
            if error.errno != errno.ENXIO:
                self._skips = False  # this file system cannot tell
                os.lseek(self.fileno(), self._place, os.SEEK_SET)
                return 1 << 20
            data = self._until = max(self._place, os.fstat(self.fileno()).st_size)  # nothing but a hole
        self.passed += data - self._place
        self._place = data
        os.lseek(self.fileno(), data, os.SEEK_SET)
        return self._until - data


@contextmanager
def _reached(path: Path) -> Iterator[tuple[int | None, str]]:
    """A path as a folder's descriptor and the rest: paths longer than the system takes are gone down step by step."""
    text = os.fspath(path)
    if len(os.fsencode(text)) <= _REACH:
        yield None, text
        return
    parts = list(path.parts)
    folder = None
    try:
        while True:
            taken = 1
            while taken < len(parts) and len(os.fsencode(os.path.join(*parts[: taken + 1]))) <= _REACH:  # noqa: PTH118
                taken += 1
            step = os.path.join(*parts[:taken])  # noqa: PTH118 - a piece of a path, below a descriptor
            parts = parts[taken:]
            if not parts:
                yield folder, step
                return
            following = os.open(step, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY, dir_fd=folder)
            if folder is not None:
                os.close(folder)
            folder = following
    finally:
        if folder is not None:
            os.close(folder)
