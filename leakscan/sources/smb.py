"""Files on an SMB share as sources: listed folder by folder with sizes and times, read in large ranges.

User and password come from `LEAKSCAN_SMB_USER` and `LEAKSCAN_SMB_PASSWORD`, or from a credentials file as mount.cifs
takes it; every process reads them itself, so that no source carries them.
"""

from __future__ import annotations

import errno
import os
import stat
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from leakscan.errors import UsageError
from leakscan.records import Exposure, Source
from leakscan.sources.local import Unread
from leakscan.sources.ranged import Ranged, RemoteError, in_thread

if TYPE_CHECKING:
    from leakscan.sources.remote import Place

USER, PASSWORD = "LEAKSCAN_SMB_USER", "LEAKSCAN_SMB_PASSWORD"
SMB_PORT = 445
SMB_CONNECT_SECONDS = 30
_CACHE: dict[str, Any] = {}
"""The open connections of this process, as smbclient keeps them."""
_LOST = frozenset(("SMBConnectionClosed", "SMBOSConnectionClosed", "ConnectionResetError", "BrokenPipeError"))
_REASONS = {
    0xC0000022: "permission denied",
    0xC0000034: "no such file or folder",
    0xC000003A: "no such file or folder",
    0xC000000F: "no such file or folder",
    0xC0000225: "no such share, file or folder",
    0xC00000CC: "there is no such share",
    0xC000006D: "the server does not accept the user or password",
    0xC0000064: "the server does not accept the user or password",
    0xC000006A: "the server does not accept the user or password",
    0xC0000072: "the account is disabled",
    0xC0000071: "the password has expired",
    0xC0000234: "the account is locked",
    0xC0000043: "another program has it open and lets nobody read",
    0xC0000056: "it is being deleted",
    0xC000020C: "the connection to the server broke",
    0xC00000B5: "the server did not answer in time",
}
_NOBODY = frozenset(("SpnegoError", "SMBAuthenticationError"))
_SYSTEM = {errno.EACCES: "permission denied", errno.EPERM: "permission denied", errno.ENOENT: "no such file or folder"}
Node = tuple[int, "Node | None"]


def smb_sources(place: Place) -> Iterator[Source | Unread]:
    """The file that a place names, or all below it as a folder, sorted by name; links are not followed.

    UsageError where the credentials file cannot be used.
    """
    credentials(place)
    top = _unc(place)
    try:
        found = _again(place, _stat, place, top)
    except Exception as error:  # noqa: BLE001 - the library's errors are many, and their messages stay here
        yield Unread(place.url(), reason_for(error))
        return
    if not stat.S_ISDIR(found.st_mode):
        yield _file(place, top, found.st_size, found.st_mtime)
        return
    empty, above = True, cast("Node", (found.st_ino, None))
    waiting: list[tuple[str, Any, Node | None]] = [(top, None, above)]
    while waiting:
        path, entry, above_it = waiting.pop()
        if entry is not None and not entry.is_dir(follow_symlinks=False):
            empty = False
            info = entry.smb_info
            if entry.is_symlink():
                yield Unread(_shown(place, path), "a symbolic link, not followed")
            else:
                yield _file(place, path, info.end_of_file, info.last_write_time.timestamp())
            continue
        if entry is not None and _is_above(entry.inode(), above_it):
            empty = False
            yield Unread(_shown(place, path), "a folder that leads back to one above it")
            continue
        entries, reason = _entries(place, path)
        if reason is not None:
            empty = False
            yield Unread(_shown(place, path), reason)
        node = above_it if entry is None else (entry.inode(), above_it)
        waiting.extend((f"{path}\\{one.name}", one, node) for one in sorted(entries, key=_name, reverse=True))
    if empty:
        yield Unread(place.url(), "the folder holds no file")


def open_remote(place: Place, path: str, size: int, modified: float) -> BinaryIO:
    """A file on the share as a stream."""
    try:
        file = _again(place, _open, place, path)
    except Exception as error:  # noqa: BLE001 - as above
        raise RemoteError(reason_for(error)) from None
    lock = threading.Lock()
    return cast(
        "BinaryIO",
        Ranged(
            size,
            partial(_fetch, file, lock),
            reason_for,
            end=partial(_closed, file),
            changed=partial(_changed, place, path, size, modified),
        ),
    )


def credentials(place: Place) -> tuple[str | None, str | None]:
    """User and password for a place, of its credentials file or the environment; None for what is not given.

    Raises UsageError where the file cannot be read, or can be read by others.
    """
    if place.credentials is None:
        return place.user or os.environ.get(USER) or None, os.environ.get(PASSWORD)
    path = Path(place.credentials)
    try:
        mode, text = path.stat().st_mode, path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        message = "the file of --smb-credentials cannot be read"
        raise UsageError(message) from None
    if stat.S_IMODE(mode) & 0o077:
        message = "the file of --smb-credentials can be read by others: chmod 600 it"
        raise UsageError(message)
    lines = (line.partition("=") for line in text.splitlines())
    given = {name.strip().lower(): value.strip() for name, equals, value in lines if equals}
    if "username" not in given or "password" not in given:
        message = (
            "the file of --smb-credentials needs the lines username=... and password=... (and may have domain=...)"
        )
        raise UsageError(message)
    domain = given.get("domain")
    return f"{domain}\\{given['username']}" if domain else given["username"], given["password"]


def reason_for(error: BaseException) -> str:
    """Say in a few words, without what the server wrote, why it failed."""
    if isinstance(error, RemoteError):
        return error.strerror or "it could not be read"
    status = getattr(error, "ntstatus", None) or getattr(error, "status", None)
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if isinstance(status, int) and status in _REASONS:
        return _REASONS[status]
    if kinds & _NOBODY:
        return f"nobody can be signed in: set {USER} and {PASSWORD}, or give --smb-credentials"
    if kinds & _LOST:
        return "the connection to the server broke"
    number = getattr(error, "errno", None)
    if number in _SYSTEM:
        return _SYSTEM[number]
    return (
        "the server cannot be reached" if isinstance(error, OSError | ValueError) else "the server refused the request"
    )


def _unc(place: Place) -> str:
    parts = [part for part in place.path.split("/") if part]
    return "\\\\" + "\\".join((place.host.strip("[]"), *parts))


def _shown(place: Place, path: str) -> str:
    return place.url("/".join(path.split("\\")[3:]))


def _name(entry: Any) -> str:
    return str(entry.name)


def _is_above(inode: int, node: Node | None) -> bool:
    while node is not None:
        if node[0] == inode and inode:
            return True
        node = node[1]
    return False


def _file(place: Place, path: str, size: int, modified: float) -> Source:
    """The mode bits of SMB are made up from its attributes and tell nobody who may read: only the time is told."""
    day = datetime.fromtimestamp(max(0.0, modified), UTC).date().isoformat()
    return Source(
        _shown(place, path),
        partial(open_remote, place, path, size, modified),
        size=size,
        stamp=f"{_shown(place, path)}:{size}:{modified}",
        exposure=Exposure(modified=day),
    )


def _entries(place: Place, path: str) -> tuple[list[Any], str | None]:
    """What a folder holds, as far as it could be listed, and why not further."""
    import smbclient

    found: list[Any] = []
    try:
        with smbclient.scandir(path, **_how(place)) as entries:
            found.extend(entries)
    except Exception as error:  # noqa: BLE001 - as above
        reason = reason_for(error)
        return found, f"the listing broke off after {len(found)} entries: {reason}" if found else reason
    return found, None


def _how(place: Place) -> dict[str, Any]:
    user, password = credentials(place)
    return {
        "username": user,
        "password": password,
        "port": place.port or SMB_PORT,
        "connection_timeout": SMB_CONNECT_SECONDS,
        "connection_cache": _CACHE,
    }


def _stat(place: Place, path: str) -> Any:
    import smbclient

    return smbclient.stat(path, **_how(place))


def _open(place: Place, path: str) -> Any:
    import smbclient

    return smbclient.open_file(path, mode="rb", buffering=0, share_access="rwd", **_how(place))


def _again(place: Place, call: Any, *given: Any) -> Any:
    """What a call gives; once more with a new connection where the old one had been idle for too long."""
    try:
        return call(*given)
    except Exception as error:
        if type(error).__name__ not in _LOST:
            raise
    from smbclient import delete_session

    try:
        delete_session(place.host.strip("[]"), port=place.port or SMB_PORT, connection_cache=_CACHE)
    except Exception:  # noqa: BLE001 - what is broken cannot always be closed
        _CACHE.clear()
    return call(*given)


def _fetch(file: Any, lock: threading.Lock, start: int, size: int) -> Future[bytes]:
    return in_thread(_bytes, file, lock, start, size)


def _bytes(file: Any, lock: threading.Lock, start: int, size: int) -> bytes:
    data = bytearray(size)
    view, filled = memoryview(data), 0
    with lock:
        file.seek(start)
        while filled < size:
            read = file.readinto(view[filled:])
            if not read:
                break
            filled += read
    return bytes(view[:filled])


def _closed(file: Any) -> None:
    try:
        file.close()
    except Exception:  # noqa: BLE001 - the connection has gone: nothing is open any more, and nobody need be warned
        file.fd._connected = False  # noqa: SLF001 - the library has no other way to say so


def _changed(place: Place, path: str, size: int, modified: float) -> bool:
    try:
        now = _stat(place, path)
    except Exception:  # noqa: BLE001 - gone, or nobody answers: then nothing can be told
        return False
    return bool(now.st_size != size or abs(now.st_mtime - modified) > 1)
