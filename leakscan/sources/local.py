"""Local files and folder trees as sources, in sorted order; what cannot be opened is listed with its reason."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from leakscan.records import Source
from leakscan.sources.exposure import local_exposure


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that was met and is not scanned: its path as shown to a person, and why, in words.

    `member`: where inside of `path` it lies. `passed_over`: a first look could have scanned it and did not; then its
    `size` is told, None if that is not known.
    """

    path: str
    reason: str
    size: int | None = 0
    passed_over: bool = False
    member: str | None = None


_REASONS = {
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.ENOENT: "no such file or folder",
    errno.ENOTDIR: "no such file or folder",
    errno.ELOOP: "a symbolic link that leads back to itself",
    errno.ENAMETOOLONG: "its name is too long",
    errno.EMFILE: "too many files are open",
    errno.EIO: "the disk reports a read error",
    errno.ESTALE: "vanished while it was read",
}
_VANISHED = "vanished before it could be read"
_SPECIAL = (
    (stat.S_ISLNK, "a symbolic link, not followed"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def reason_of(error: OSError) -> str:
    """Say in a few words, without the path, why the system refused."""
    if error.errno is None and error.strerror:  # one of ours, or a library's that says so already
        return error.strerror
    return _REASONS.get(error.errno or 0) or (error.strerror or "it could not be read").lower()


def shown_path(path: str | os.PathLike[str]) -> str:
    """Give a path that can be printed: bytes that are not UTF-8 and control characters become escapes."""
    text = os.fspath(path).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def local_sources(targets: Iterable[str | os.PathLike[str]]) -> Iterator[Source | Unread]:
    """List the files that the targets name: a file is itself, a folder every file below it, sorted by name.

    A target may be a symbolic link or a pipe; in a folder neither is followed, but each is listed as unread, like
    all that cannot be opened.
    """
    for target in targets:
        path = Path(target)
        try:
            status = path.stat()
        except (OSError, ValueError) as error:
            yield Unread(shown_path(path), reason_of(error) if isinstance(error, OSError) else "not a path")
            continue
        if stat.S_ISDIR(status.st_mode):
            yield from _folder(path)
        elif stat.S_ISFIFO(status.st_mode):
            yield Source(shown_path(path), partial(_open, path), seekable=False)
        else:
            yield _file(path, status)


def _folder(folder: Path) -> Iterator[Source | Unread]:
    empty = True
    for found in _tree(folder):
        empty = False
        yield found
    if empty:
        yield Unread(shown_path(folder), "the folder holds no file")


def _tree(top: Path) -> Iterator[Source | Unread]:
    waiting = [top]  # a stack, since folders can be nested deeper than calls
    while waiting:
        path = waiting.pop()
        try:
            status = path.lstat() if path is not top else path.stat()
            names = os.listdir(path) if stat.S_ISDIR(status.st_mode) else None  # noqa: PTH208 - names, not paths
        except OSError as error:
            vanished = isinstance(error, FileNotFoundError)
            yield Unread(shown_path(path), _VANISHED if vanished else reason_of(error))
            continue
        if names is None:
            yield _file(path, status)
        else:
            waiting.extend(path / name for name in sorted(names, key=os.fsencode, reverse=True))


def _file(path: Path, status: os.stat_result) -> Source | Unread:
    for is_kind, reason in _SPECIAL:
        if is_kind(status.st_mode):
            return Unread(shown_path(path), reason)
    try:
        _open(path).close()
    except OSError as error:
        vanished = isinstance(error, FileNotFoundError)
        return Unread(shown_path(path), _VANISHED if vanished else reason_of(error))
    return Source(
        shown_path(path),
        partial(_open, path),
        size=status.st_size,
        stamp=_stamp(status),
        exposure=local_exposure(path, status),
    )


def _stamp(status: os.stat_result) -> str:
    return f"{status.st_dev}:{status.st_ino}:{status.st_size}:{status.st_mtime_ns}"


def _open(path: Path) -> BinaryIO:
    return path.open("rb", buffering=0)
