"""Reader for ZIP archives, by their directory: nothing is extracted to a named file."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from leakscan.readers.guarded import BrokenInput, guarded
from leakscan.readers.heads import Head
from leakscan.records import Child, Item

FORMAT = "zip"
_MARKS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_ENCRYPTED = 1


def sniff(head: Head) -> float:
    """By the mark; office documents are surer of themselves."""
    return 0.8 if head.data.startswith(_MARKS) else 0.0


def read(file: BinaryIO, head: Head) -> Iterator[Item]:
    """Each file in it as a child."""
    del head
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError):
        message = "the ZIP archive is damaged: its directory cannot be read"
        raise BrokenInput(message) from None
    with archive:
        for member in archive.infolist():
            if not member.is_dir():
                yield _child(archive, member)


def _child(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Child:
    if member.flag_bits & _ENCRYPTED:
        return Child(member.filename, reason="encrypted: give its password with --password-file")
    try:
        content = archive.open(member)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError):
        return Child(member.filename, reason="damaged, or compressed in a way that is not known")
    return Child(member.filename, lambda: guarded(content, "the archive's data"), size=member.file_size)
