"""Moves within a file system: one rename that replaces nothing, and is on the disk before it is spoken of."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

NAME_BYTES = 255
"""Bytes of a file name, at most, on Linux."""
_AT_FDCWD = -100
_NO_REPLACE = 1
_UNKNOWN = (errno.ENOSYS, errno.EINVAL)


def _renamer() -> Callable[..., int] | None:
    try:
        return ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return None


_RENAME = _renamer()


def move(source: Path, target: Path, *, source_folder: int | None = None) -> None:
    """Rename a file; FileExistsError where the target is there. `source_folder`: what a relative source lies in."""
    at = _AT_FDCWD if source_folder is None else source_folder
    if _RENAME is not None:
        if _RENAME(at, os.fsencode(source), _AT_FDCWD, os.fsencode(target), _NO_REPLACE) == 0:
            return
        number = ctypes.get_errno()
        if number not in _UNKNOWN:
            raise OSError(number, os.strerror(number))
    # a system without it: only the gate writes to the places that files are moved to
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    os.rename(source, target, src_dir_fd=source_folder)


def move_into(source: Path, place: Path, parts: tuple[str, ...]) -> Path:
    """Rename a file to `place/parts`, or beside it under the next free name; where it came to lie, on the disk.

    A folder that cannot be made, since a file has its name, gets another name in the same way.
    """
    folder = place
    for part in parts[:-1]:
        folder = _folder(folder, part)
    number = 0
    while True:
        target = folder / numbered(parts[-1], number)
        try:
            move(source, target)
        except FileExistsError:
            number += 1
            continue
        settle(target.parent)
        settle(source.parent)
        return target


def numbered(name: str, number: int) -> str:
    """`export.csv`, `export.1.csv`, `export.2.csv`; a name that grows too long loses letters in front of it."""
    if not number:
        return name
    suffix = os.fsencode(Path(name).suffix)
    stem = os.fsencode(name).removesuffix(suffix)
    end = b".%d" % number + (suffix if len(suffix) < NAME_BYTES // 2 else b"")
    return os.fsdecode(stem[: NAME_BYTES - len(end)] + end)


def made(folder: Path, mode: int = 0o777) -> Path:
    """A folder that is there, on the disk."""
    with suppress(FileExistsError):
        folder.mkdir(mode=mode)
        settle(folder.parent)
    if folder.is_symlink() or not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    return folder


def settle(folder: Path) -> None:
    """Have what a folder lists be on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_being_written(descriptor: int) -> bool:
    """Whether anybody has a file open for writing, as far as the kernel tells (it does so to owner and root)."""
    try:
        # whoever opens it meanwhile has the kernel send us a signal: by default SIGIO, which would end the process
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno in {errno.EAGAIN, errno.EWOULDBLOCK}
    return False


def _folder(folder: Path, name: str) -> Path:
    number = 0
    while True:
        try:
            return made(folder / numbered(name, number))
        except NotADirectoryError:
            number += 1
