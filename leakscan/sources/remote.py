"""Remote shares as targets: `s3://bucket/prefix`, `smb://host/share/path`, `sftp://host/path`, and `file://` URLs.

No password is ever taken from a URL, where shells, logs and process lists would keep it: AWS's own environment and
profiles, SSH's configuration, keys and agent, `LEAKSCAN_SMB_USER` and `LEAKSCAN_SMB_PASSWORD` or a credentials file.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from urllib.parse import unquote

from leakscan.errors import UsageError
from leakscan.records import Source
from leakscan.sources.local import Unread, local_sources, shown_path

_URL = re.compile(r"(?s)([A-Za-z][A-Za-z0-9+.\-]*)://(.*)")
_SERVER = re.compile(r"(?:([^@:/\[\]]+)@)?([^@:/\[\]]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?")
NEEDED: dict[str, tuple[str, ...]] = {"s3": ("s3fs",), "smb": ("smbclient",), "sftp": ("asyncssh",)}
"""Modules that a scheme needs beside the core; the extra that brings them has the scheme's name."""
_LIBRARIES = ("asyncio", "asyncssh", "smbprotocol", "smbclient", "spnego", "s3fs", "fsspec", "botocore", "aiobotocore")
_PORTS = 65535


@dataclass(frozen=True, slots=True)
class Place:
    """Where a target lies, without any secret: `host` is a bucket for S3; `path` begins behind the stroke after it."""

    scheme: str
    host: str
    path: str
    port: int | None = None
    user: str | None = None
    credentials: str | None = None

    def url(self, path: str | None = None) -> str:
        """What is shown of it, or of another path on the same server."""
        user = "" if self.user is None else f"{self.user}@"
        port = "" if self.port is None else f":{self.port}"
        return shown_path(f"{self.scheme}://{user}{self.host}{port}/{self.path if path is None else path}")


def is_remote(target: str) -> bool:
    """Whether a target is written as a URL."""
    return _URL.fullmatch(target) is not None


def place_of(target: str, credentials: str | None = None) -> Place:
    """The place that a URL names. UsageError, which never repeats the URL, for what it cannot be or must not hold."""
    parts = _URL.fullmatch(target)
    scheme, rest = (parts[1].lower(), parts[2]) if parts else ("", target)
    if scheme not in (*NEEDED, "file"):
        message = f"targets that begin with {scheme}:// cannot be read: only s3://, smb://, sftp:// and file:// can"
        raise UsageError(message)
    server, _, path = rest.partition("/")
    if scheme == "file":
        if server not in ("", "localhost"):
            message = "a file:// target names another machine: write file:///path, or smb:// or sftp:// for a share"
            raise UsageError(message)
        return Place(scheme, server, "/" + unquote(path, errors="surrogateescape"))
    who, _, _ = server.rpartition("@")
    if ":" in who or (":" in server and not who and "@" in path):
        message = (
            f"a {scheme}:// target seems to hold a password (it is not repeated here): leave it out; "
            "README.md, Remote shares, says where credentials are taken from"
        )
        raise UsageError(message)
    found = _SERVER.fullmatch(server)
    port = int(found[3]) if found and found[3] else None
    if found is None or (port is not None and not 0 < port <= _PORTS):
        message = f"a {scheme}:// target does not name its server as {scheme}://HOST/PATH or {scheme}://HOST:PORT/PATH"
        raise UsageError(message)
    if scheme == "s3" and (port is not None or found[1] is not None):
        message = "an s3:// target is s3://BUCKET/PREFIX: name another server than Amazon's in AWS_ENDPOINT_URL"
        raise UsageError(message)
    if scheme == "smb" and not path.strip("/"):
        message = "an smb:// target is smb://HOST/SHARE/PATH: name the share"
        raise UsageError(message)
    return Place(scheme, found[2], path, port, found[1], credentials if scheme == "smb" else None)


def remote_sources(target: str, credentials: str | None = None) -> Iterator[Source | Unread]:
    """List what lies below a URL; what cannot be read, and a listing that breaks off, is said with its reason.

    `credentials`: file of the SMB user and password. UsageError for a URL that cannot be, a missing extra, or a
    credentials file that is unusable.
    """
    place = place_of(target, credentials)
    if place.scheme == "file":
        yield from local_sources([place.path])
        return
    if any(find_spec(module) is None for module in NEEDED[place.scheme]):
        message = f"{place.scheme}:// targets need an extra: pip install 'leakscan[{place.scheme}]'"
        raise UsageError(message)
    for library in _LIBRARIES:  # their records may hold names of people's files: nothing of them goes to a terminal
        logging.getLogger(library).addHandler(logging.NullHandler())
    if place.scheme == "s3":
        from leakscan.sources.s3 import s3_sources

        yield from s3_sources(place)
    elif place.scheme == "smb":
        from leakscan.sources.smb import smb_sources

        yield from smb_sources(place)
    else:
        from leakscan.sources.sftp import sftp_sources

        yield from sftp_sources(place)
