"""Reader for tar archives, member by member as they come: nothing is extracted to a named file."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO, cast

from leakscan.readers.guarded import BrokenInput, Chained, Taken, guarded
from leakscan.readers.heads import Head
from leakscan.readers.streams import Readable
from leakscan.records import Child, Item

FORMAT = "tar"
_MAGIC, _MAGIC_AT = b"ustar", 257
_PATIENCE = 16
_KINDS = {
    tarfile.SYMTYPE: "a symbolic link, not followed",
    tarfile.LNKTYPE: "a link to another member",
    tarfile.CHRTYPE: "a device",
    tarfile.BLKTYPE: "a device",
    tarfile.FIFOTYPE: "a named pipe",
}


def sniff(head: Head) -> float:
    """By the mark in the first header, or by its checksum where it is of before POSIX."""
    if head.data.startswith(_MAGIC, _MAGIC_AT):
        return 0.9
    block = head.data[:512]
    if len(block) < 512 or not block[0] or block[100:101] not in b"0 1" or block[156:157] not in b"0123456\0":
        return 0.0
    try:
        tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.TarError:
        return 0.0
    return 0.8


class _Ending(Taken):
    """A stream that raises EOFError when it is asked on and on behind its end: tarfile passes over any claimed size."""

    def __init__(self, stream: Readable) -> None:
        self._stream, self._asked = stream, 0

    def take(self, size: int) -> bytes:
        """Read on."""
        data = self._stream.read(size)
        self._asked = 0 if data else self._asked + 1
        if self._asked > _PATIENCE:
            raise EOFError
        return data


def read(stream: Readable, head: Head) -> Iterator[Item]:
    """Each file in it as a child; links and devices with the reason why they are none."""
    chained = cast("BinaryIO", _Ending(Chained(head.data, stream)))
    try:
        with tarfile.open(fileobj=chained, mode="r|") as archive:
            for member in archive:
                if member.isdir():
                    continue
                if not member.isreg():
                    yield Child(member.name, reason=_KINDS.get(member.type, "neither a file nor a folder"))
                    continue
                content = archive.extractfile(member)
                if content is not None:
                    yield Child(member.name, partial(guarded, content, "the archive's data"), size=member.size)
    except (MemoryError, OSError):
        raise
    except Exception:  # noqa: BLE001 - headers that lie make it fail in many ways, a long chain of them by recursion
        message = "the tar archive is damaged: members behind this place are unread"
        raise BrokenInput(message) from None
