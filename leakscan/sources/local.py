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
from leakscan.sources.files import names_in, open_file, stamp_of, status_of
from leakscan.sources.patterns import is_pattern, matches
from leakscan.sources.volumes import any_parts, grouped, joined


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that was met and is not scanned: its path as shown to a person, and why, in words.

    `member`: where inside of `path` it lies. `passed_over`: a first look could have scanned it and did not; then its
    `size` is told, None if that is not known. `sha256`: of a member's bytes as they are stored, where that is known.
    """

    path: str
    reason: str
    size: int | None = 0
    passed_over: bool = False
    member: str | None = None
    sha256: str | None = None


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
    all that cannot be opened. A target with wildcards that no file has as its name stands for all that match.
    """
    given = {Path(target): is_pattern(os.fspath(target)) for target in targets}
    among = _volumes_among([path for path, pattern in given.items() if not pattern])
    for path, pattern in given.items():
        if pattern:
            yield from _matching(os.fspath(path))
            continue
        if path in among:
            yield from among[path]
            continue
        try:
            status = status_of(path, follow=True)
        except (OSError, ValueError) as error:
            yield Unread(shown_path(path), reason_of(error) if isinstance(error, OSError) else "not a path")
            continue
        if stat.S_ISDIR(status.st_mode):
            yield from _folder(path)
        elif stat.S_ISFIFO(status.st_mode):
            yield Source(shown_path(path), partial(_open_pipe, path), seekable=False)
        else:
            yield _file(path, status, follow=True)


def _matching(pattern: str) -> Iterator[Source | Unread]:
    """What matches, and all below folders that do; once each, though a pattern may match a folder and what it holds."""
    seen: set[str] = set()
    try:
        for path in matches(pattern):
            for found in _tree(path, follow=False):
                if found.path not in seen:
                    seen.add(found.path)
                    yield found
    except ValueError:
        yield Unread(shown_path(pattern), "not a path")
        return
    if not seen:
        yield Unread(shown_path(pattern), "nothing matches the pattern")


def _volumes_among(paths: list[Path]) -> dict[Path, list[Source | Unread]]:
    """Split archives whose parts are targets themselves, by their first part; nothing by the others."""
    found: dict[Path, list[Source | Unread]] = {}
    for folder in dict.fromkeys(path.parent for path in paths):
        names = [path.name for path in paths if path.parent == folder]
        if len(set(names)) < 2 or len(set(names)) < len(names) or not any_parts(names):
            continue
        below, sources = _volumes(folder, names)
        taken = [path for path in paths if path.parent == folder and path not in set(below)]
        found.update((path, sources if at == 0 else []) for at, path in enumerate(taken))
    return found


def _folder(folder: Path) -> Iterator[Source | Unread]:
    empty = True
    for found in _tree(folder):
        empty = False
        yield found
    if empty:
        yield Unread(shown_path(folder), "the folder holds no file")


_Above = tuple[tuple[int, int], "_Above | None"]
"""A folder's device and number, and those of the folders above it."""


def _tree(top: Path, *, follow: bool = True) -> Iterator[Source | Unread]:
    """All files below a path, or the one that it is; with `follow` it may itself be a link."""
    waiting: list[tuple[Path, _Above | None]] = [(top, None)]  # a stack, since folders can be nested deeper than calls
    met: set[tuple[int, int]] = set()
    while waiting:
        path, above = waiting.pop()
        try:
            status = status_of(path, follow=follow and path is top)
            own = status.st_dev, status.st_ino
            names = names_in(path) if stat.S_ISDIR(status.st_mode) and not _leads_back(own, met, above) else None
        except OSError as error:
            vanished = isinstance(error, FileNotFoundError)
            yield Unread(shown_path(path), _VANISHED if vanished else reason_of(error))
            continue
        if names is not None:
            met.add(own)
            below, joined_parts = _volumes(path, names) if any_parts(names) else ([path / name for name in names], [])
            yield from joined_parts
            waiting.extend((one, (own, above)) for one in reversed(below))
        elif stat.S_ISDIR(status.st_mode):
            yield Unread(shown_path(path), "a folder that leads back to one above it")
        else:
            yield _file(path, status)


def _leads_back(own: tuple[int, int], met: set[tuple[int, int]], above: _Above | None) -> bool:
    """Whether a folder is one of those above it, as mounts can make it."""
    if own not in met:
        return False
    while above is not None:
        if above[0] == own:
            return True
        above = above[1]
    return False


def _volumes(folder: Path, names: list[str]) -> tuple[list[Path], list[Source | Unread]]:
    """What of a folder is not a part of a split archive, and those archives: each one source, or its parts unread."""
    found: list[Source | Unread] = []
    taken: set[int] = set()
    for volumes in grouped(names):
        paths = [folder / names[place] for place in volumes.parts]
        parts = [_part(path) for path in paths]
        whole = [part for part in parts if isinstance(part, Source)]
        if len(whole) < len(parts) or (volumes.plain and (volumes.gap or not _cut_evenly(whole))):
            continue
        taken.update(volumes.parts)
        if volumes.gap is not None:
            found += [Unread(part.path, volumes.gap, part.size) for part in whole]
        else:
            found.append(joined(_shown_parts(whole), whole) if len(whole) > 1 else whole[0])
    return [folder / name for place, name in enumerate(names) if place not in taken], found


def _part(path: Path) -> Source | Unread:
    try:
        status = status_of(path)
    except OSError as error:
        return Unread(shown_path(path), reason_of(error))
    if stat.S_ISDIR(status.st_mode):
        return Unread(shown_path(path), "a folder")
    return _file(path, status)


def _cut_evenly(parts: list[Source]) -> bool:
    """Whether parts have one size, but for the last: then a program cut them, and they are not a file each."""
    sizes = [part.size for part in parts]
    return len(set(sizes[:-1])) <= 1 and (sizes[-1] or 0) <= (sizes[0] or 0)


def _shown_parts(parts: list[Source]) -> str:
    return f"{parts[0].path} (and {len(parts) - 1} more {'part' if len(parts) == 2 else 'parts'})"


def _file(path: Path, status: os.stat_result, *, follow: bool = False) -> Source | Unread:
    for is_kind, reason in _SPECIAL:
        if is_kind(status.st_mode):
            return Unread(shown_path(path), reason)
    opening = partial(open_file, path, stamp_of(status), follow=follow)
    try:
        opening().close()
    except OSError as error:
        vanished = isinstance(error, FileNotFoundError)
        return Unread(shown_path(path), _VANISHED if vanished else reason_of(error))
    return Source(
        shown_path(path),
        opening,
        size=status.st_size,
        stamp=stamp_of(status),
        exposure=local_exposure(path, status),
    )


def _open_pipe(path: Path) -> BinaryIO:
    return path.open("rb", buffering=0)
