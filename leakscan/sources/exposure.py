"""Who could read a file where it was found: what an authority asks first (in clear, open to all, never deleted?)."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from leakscan.records import Exposure

_FOLDERS_KNOWN = 4096


def local_exposure(path: Path, status: os.stat_result) -> Exposure:
    """What a file's owner, mode, folders and last change say. A file is as open as the folders above it let it be."""
    modified = datetime.fromtimestamp(max(0.0, status.st_mtime), UTC).date().isoformat()
    return Exposure(
        owner=_owner(status.st_uid),
        mode=stat.filemode(status.st_mode),
        open_to=_open_to(path, status),
        modified=modified,
    )


def _open_to(path: Path, status: os.stat_result) -> str:
    folder = path.absolute().parent
    if status.st_mode & stat.S_IROTH and _passable(folder, stat.S_IXOTH):
        return "everyone"
    group = status.st_mode & (stat.S_IRGRP | stat.S_IROTH)
    return "group" if group and _passable(folder, stat.S_IXGRP | stat.S_IXOTH) else "owner"


@lru_cache(maxsize=_FOLDERS_KNOWN)
def _passable(folder: Path, bits: int) -> bool:
    """Whether a folder and all above it can be entered by those whom one of the mode's bits stands for."""
    return all(_mode(one) & bits for one in (folder, *folder.parents))


@lru_cache(maxsize=_FOLDERS_KNOWN)
def _mode(folder: Path) -> int:
    try:
        return folder.stat().st_mode
    except OSError:
        return 0


@lru_cache(maxsize=_FOLDERS_KNOWN)
def _owner(number: int) -> str:
    try:
        import pwd

        return pwd.getpwuid(number).pw_name
    except (ImportError, KeyError):
        return str(number)
