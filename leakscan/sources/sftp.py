"""Files on an SSH server as sources: listed folder by folder, read by many requests at a time.

Who signs in, with which key, and which servers are known is what `~/.ssh` and the agent say; a server whose key is not
in known_hosts is refused. Paths are bytes, as they are there.
"""

from __future__ import annotations

import asyncio
import os
import posixpath
import stat
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from leakscan.records import Exposure, Source
from leakscan.sources.local import Unread
from leakscan.sources.ranged import ANSWER_SECONDS, Ranged, RemoteError, event_loop

if TYPE_CHECKING:
    from leakscan.sources.remote import Place

CONNECT_SECONDS = 30
ALIVE_SECONDS = 15
"""A server is asked so often whether it is there; three silences end the connection."""
_CONNECTIONS: dict[tuple[str, int | None, str | None], tuple[Any, Any]] = {}
"""The open connections of this process, by server, port and user: connection and SFTP client."""
_LOST = frozenset(("ConnectionLost", "SFTPConnectionLost", "SFTPNoConnection", "DisconnectError", "ChannelOpenError"))
_REASONS = {
    "SFTPNoSuchFile": "no such file or folder",
    "SFTPNoSuchPath": "no such file or folder",
    "SFTPPermissionDenied": "permission denied",
    "PermissionDenied": "the server does not accept the user or key (see ~/.ssh/config and the SSH agent)",
    "HostKeyNotVerifiable": "the server's key is not in ~/.ssh/known_hosts: connect once with ssh and check it",
    "KeyExchangeFailed": "the server and this program share no way to encrypt",
    "ConfigParseError": "~/.ssh/config cannot be read",
    "KeyImportError": "a key in ~/.ssh cannot be read",
    "gaierror": "the server's name is not known",
    "ConnectionRefusedError": "the server refuses connections",
    "TimeoutError": "the server did not answer in time",
}


def sftp_sources(place: Place) -> Iterator[Source | Unread]:
    """The file that a place names, or all below it as a folder, sorted by name; links are not followed below it."""
    top = _path_of(place)
    try:
        attributes = _ask(place, "stat", top)
    except Exception as error:  # noqa: BLE001 - the library's errors are many, and their messages stay here
        yield Unread(place.url(), reason_for(error))
        return
    if not stat.S_ISDIR(attributes.permissions or 0):
        yield _file(place, top, attributes, _bits_above(place, top))
        return
    empty = True
    waiting = [(top, attributes, _bits_above(place, top))]
    while waiting:
        path, attributes, bits = waiting.pop()
        mode = attributes.permissions or 0
        if not stat.S_ISDIR(mode):
            empty = False
            yield _file(place, path, attributes, bits)
            continue
        entries, reason = _entries(place, path)
        if reason is not None:
            empty = False
            yield Unread(_shown(place, path), reason)
        for name, found in sorted(entries, key=itemgetter(0), reverse=True):
            waiting.append((posixpath.join(path, name), found, bits & mode))
    if empty:
        yield Unread(place.url(), "the folder holds no file")


def open_remote(place: Place, path: bytes, size: int, modified: int | None) -> BinaryIO:
    """A file on the server as a stream."""
    for again in (True, False):
        try:
            file = _ask(place, "open", path, "rb")
            break
        except Exception as error:  # noqa: BLE001 - as above
            if not again or type(error).__name__ not in _LOST:
                raise RemoteError(reason_for(error)) from None
            _CONNECTIONS.pop(_key(place), None)  # it was idle for too long: once more with a new one
    return cast(
        "BinaryIO",
        Ranged(
            size,
            partial(_fetch, file),
            reason_for,
            end=partial(_closed, file),
            changed=partial(_changed, place, path, size, modified),
        ),
    )


def reason_for(error: BaseException) -> str:
    """Say in a few words, without what the server wrote, why it failed."""
    if isinstance(error, RemoteError):
        return error.strerror or "it could not be read"
    for kind in type(error).__mro__:
        if kind.__name__ in _REASONS:
            return _REASONS[kind.__name__]
    if type(error).__name__ in _LOST or isinstance(error, OSError):
        return "the connection to the server failed"
    return "the server refused the request"


def _path_of(place: Place) -> bytes:
    """Absolute, or from the user's home for `/~/...`."""
    if place.path == "~" or place.path.startswith("~/"):
        return os.fsencode(place.path[2:] or ".")
    return os.fsencode("/" + place.path)


def _shown(place: Place, path: bytes) -> str:
    text = os.fsdecode(path)
    return place.url(text[1:] if text.startswith("/") else "~" if text == "." else f"~/{text}")


def _file(place: Place, path: bytes, attributes: Any, bits: int) -> Source | Unread:
    mode, size, modified = attributes.permissions, attributes.size, attributes.mtime
    if mode is not None and not stat.S_ISREG(mode):
        return Unread(_shown(place, path), "a symbolic link, not followed" if stat.S_ISLNK(mode) else "no regular file")
    if size is None:
        return Unread(_shown(place, path), "the server does not tell its size", None)
    return Source(
        _shown(place, path),
        partial(open_remote, place, path, size, modified),
        size=size,
        stamp=None if modified is None else f"{_shown(place, path)}:{size}:{modified}",
        exposure=_exposure(attributes, bits),
    )


def _exposure(attributes: Any, bits: int) -> Exposure:
    """`bits`: the mode bits that all folders above have in common."""
    mode, modified = attributes.permissions, attributes.mtime
    open_to = None
    if mode is not None:
        open_to = "owner"
        if mode & (stat.S_IRGRP | stat.S_IROTH) and bits & (stat.S_IXGRP | stat.S_IXOTH):
            open_to = "group"
        if mode & stat.S_IROTH and bits & stat.S_IXOTH:
            open_to = "everyone"
    return Exposure(
        owner=attributes.owner or (None if attributes.uid is None else str(attributes.uid)),
        mode=None if mode is None else stat.filemode(mode),
        open_to=open_to,
        modified=None if modified is None else datetime.fromtimestamp(max(0, modified), UTC).date().isoformat(),
    )


def _bits_above(place: Place, path: bytes) -> int:
    """The mode bits that all folders above a path have in common; none where that is not told."""
    bits, folder = 0o777, posixpath.dirname(path) or b"."
    while True:
        try:
            bits &= _ask(place, "stat", folder).permissions or 0
        except Exception:  # noqa: BLE001 - a folder that may not be asked about lets nobody in, as far as is known
            return 0
        if folder in (b"/", b".", b""):
            return bits
        folder = posixpath.dirname(folder) or b"."


def _entries(place: Place, path: bytes) -> tuple[list[tuple[bytes, Any]], str | None]:
    """What a folder holds, as far as it could be listed, and why not further."""
    found: list[tuple[bytes, Any]] = []
    try:
        _run(_list(place, path, found))
    except Exception as error:  # noqa: BLE001 - as above
        reason = reason_for(error)
        return found, f"the listing broke off after {len(found)} entries: {reason}" if found else reason
    return found, None


async def _list(place: Place, path: bytes, found: list[tuple[bytes, Any]]) -> None:
    client = await _client(place)
    async for entry in client.scandir(path):
        if entry.filename not in (b".", b".."):
            found.append((bytes(entry.filename), entry.attrs))  # noqa: PERF401 - kept where the listing breaks off


def _fetch(file: Any, start: int, size: int) -> Future[bytes]:
    return asyncio.run_coroutine_threadsafe(file.read(size, start), event_loop())


def _closed(file: Any) -> None:
    asyncio.run_coroutine_threadsafe(_quietly(file.close()), event_loop())


async def _quietly(closing: Any) -> None:
    with suppress(Exception):  # where the connection has gone it is closed
        await closing


def _changed(place: Place, path: bytes, size: int, modified: int | None) -> bool:
    try:
        now = _ask(place, "stat", path)
    except Exception:  # noqa: BLE001 - gone, or nobody answers: then nothing can be told
        return False
    return (now.size, now.mtime) != (size, modified)


def _ask(place: Place, method: str, *given: Any) -> Any:
    async def asked() -> Any:
        return await getattr(await _client(place), method)(*given)

    return _run(asked())


def _run(asked: Any) -> Any:
    future = asyncio.run_coroutine_threadsafe(asked, event_loop())
    try:
        return future.result(ANSWER_SECONDS)
    except BaseException:
        future.cancel()
        raise


def _key(place: Place) -> tuple[str, int | None, str | None]:
    return place.host, place.port, place.user


async def _client(place: Place) -> Any:
    """The SFTP client of this process for a server; connects where there is none that lives."""
    import asyncssh

    connection, client = _CONNECTIONS.get(_key(place), (None, None))
    if connection is None or connection.is_closed():
        connection = await asyncssh.connect(
            place.host.strip("[]"),
            place.port or (),
            username=place.user or (),
            known_hosts=(),
            connect_timeout=CONNECT_SECONDS,
            keepalive_interval=ALIVE_SECONDS,
        )
        client = await connection.start_sftp_client(path_encoding=None)
        _CONNECTIONS[_key(place)] = connection, client
    return client
