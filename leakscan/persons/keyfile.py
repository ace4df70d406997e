"""The key file: what makes fingerprints comparable between scans, and what alone opens what they keep on a disk."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from leakscan.errors import KeyFileError
from leakscan.persons.identity import KEY_BYTES


def key_from(path: Path, *, not_in: Path | None = None, not_beside: Iterable[Path] = (), make: bool = True) -> bytes:
    """The key in a file, which is made (readable by its owner alone) where it is missing, if `make`.

    What it opens must lie apart from it: `not_in` is such a folder, `not_beside` are such files. Raises KeyFileError.
    """
    if _lies_with(path, not_in, not_beside):
        message = f"the key file {path} lies where what it opens is kept: put it into another folder"
        raise KeyFileError(message)
    if not make:
        return _read(path)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read(path)
    except OSError as error:
        message = f"the key file {path} cannot be made: {(error.strerror or 'refused').lower()}"
        raise KeyFileError(message) from None
    key = os.urandom(KEY_BYTES)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
    return key


def _read(path: Path) -> bytes:
    try:
        status = path.stat()
        key = path.read_bytes()
    except OSError as error:
        message = f"the key file {path} cannot be read: {(error.strerror or 'refused').lower()}"
        raise KeyFileError(message) from None
    if stat.S_IMODE(status.st_mode) & 0o077:
        message = f"the key file {path} can be read by others: chmod 600 it, or make a new one"
        raise KeyFileError(message)
    if len(key) != KEY_BYTES:
        message = f"{path} is no key file: it has {len(key)} bytes, not {KEY_BYTES}"
        raise KeyFileError(message)
    return key


def _lies_with(path: Path, not_in: Path | None, not_beside: Iterable[Path]) -> bool:
    """Where the key lies is asked of its name, and of what that is a link to."""
    folders = {path.absolute().parent.resolve(), path.absolute().resolve().parent}
    inside = not_in is not None and any(not_in.absolute().resolve() in (folder, *folder.parents) for folder in folders)
    kept = {folder for file in not_beside for folder in (file.absolute().parent.resolve(), file.resolve().parent)}
    return inside or not folders.isdisjoint(kept)
