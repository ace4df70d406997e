"""Which files of a folder have come to rest: size and time of change stay the same, and nobody writes to them."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal, NamedTuple

from leakscan.gate.watch.moving import is_being_written

_LOOK = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Seen(NamedTuple):
    """A file as it was met. It changed where one of these did."""

    device: int
    inode: int
    size: int
    changed: int


def seen(status: os.stat_result) -> Seen:
    """What is remembered of a file."""
    return Seen(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


@dataclass(slots=True)
class Outlook:
    """What lies in a folder. State: how each file looked, and since when; what was told of once.

    `leave_out`: folders right below it that are not looked into. `ignored`: globs of names that are left alone.
    """

    folder: Path
    leave_out: frozenset[str]
    ignored: tuple[str, ...]
    seconds: float
    tell: Callable[[str], None] = field(repr=False)
    _since: dict[tuple[str, ...], tuple[Seen, float]] = field(default_factory=dict, repr=False)
    _told: set[tuple[str, ...]] = field(default_factory=set, repr=False)

    @property
    def waits(self) -> bool:
        """Whether a file lies there that has not come to rest."""
        return bool(self._since)

    def at_rest(
        self, now: float, takes: Callable[[int], bool] = lambda _: True
    ) -> Iterator[tuple[int, tuple[str, ...], Seen]]:
        """Files that have not changed for so many seconds: descriptor of their folder, parts below it, how they look.

        `takes`: whether a file of a size is wanted now; one that is not waits as others do.
        The folder is reached without following a link at any step, so its files can be renamed by the descriptor.
        """
        met: dict[tuple[str, ...], tuple[Seen, float]] = {}
        odd: set[tuple[str, ...]] = set()
        for root, folders, names, descriptor in os.fwalk(self.folder, follow_symlinks=False):
            above = Path(root).relative_to(self.folder).parts
            if not above:
                folders[:] = [name for name in folders if name not in self.leave_out]
            for name in sorted({*names, *folders}):
                parts = (*above, name)
                kind = _regular(descriptor, name)
                if kind is None or any(fnmatchcase(name, pattern) for pattern in self.ignored):
                    continue
                if kind is False:
                    odd.add(parts)
                    continue
                last, since = self._since.get(parts, (kind, now))
                met[parts] = (kind, since if last == kind else now)
                if now - met[parts][1] >= self.seconds and takes(kind.size) and not _written(descriptor, name):
                    del met[parts]
                    yield descriptor, parts, kind
        self._since = met
        if odd - self._told:
            self.tell(f"{len(odd - self._told)} links, pipes or devices are left where they lie: only files are moved")
        self._told = odd


def _regular(folder: int, name: str) -> Seen | Literal[False] | None:
    """How a file looks; False for what is neither file nor folder, None for a folder and what has gone."""
    try:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except OSError:
        return None
    if stat.S_ISDIR(status.st_mode):
        return None
    return seen(status) if stat.S_ISREG(status.st_mode) else False


def _written(folder: int, name: str) -> bool:
    try:
        descriptor = os.open(name, _LOOK, dir_fd=folder)
    except OSError:
        return False  # what cannot be opened is decided as such once it was taken
    try:
        return is_being_written(descriptor)
    finally:
        os.close(descriptor)
