"""Why a source is not read as text: nothing in it, another format by its first bytes, or bytes of no text."""

from __future__ import annotations

import numpy as np

from leakscan.readers.encodings import detect

MAX_CONTROL_SHARE = 0.02
"""Text has next to no control characters; random bytes are 11 % of them, compiled programs more."""

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "PDF document"),
    (b"PK\x03\x04", "ZIP archive or office document"),
    (b"PK\x05\x06", "empty ZIP archive"),
    (b"\x1f\x8b", "gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "7z archive"),
    (b"Rar!\x1a\x07", "RAR archive"),
    (b"BZh", "bzip2 archive"),
    (b"\xfd7zXZ\x00", "xz archive"),
    (b"\x28\xb5\x2f\xfd", "zstd archive"),
    (b"SQLite format 3\x00", "SQLite database"),
    (b"PAR1", "Parquet file"),
    (b"ARROW1", "Arrow file"),
    (b"FEA1", "Feather file of version 1"),
    (b"Obj\x01", "Avro file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Microsoft Office document"),
    (b"\x89PNG\r\n\x1a\n", "PNG image"),
    (b"\xff\xd8\xff", "JPEG image"),
    (b"GIF8", "GIF image"),
    (b"II*\x00", "TIFF image"),
    (b"MM\x00*", "TIFF image"),
    (b"\x7fELF", "program"),
    (b"MZ\x90\x00", "program"),
    (b"\x00\x01\x00\x00Standard Jet DB", "Access database"),
    (b"\x00\x01\x00\x00Standard ACE DB", "Access database"),
    (b"PGDMP", "PostgreSQL archive"),
)
_MARKS = tuple(magic for magic, _ in _MAGIC)
_LATER: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x1f\x9d", "compress (.Z) archive"),
    (0, b"\x04\x22\x4d\x18", "lz4 archive"),
    (0, b"LZIP", "lzip archive"),
    (0, b"\x89LZO\x00\r\n\x1a\n", "lzop archive"),
    (0, b"MSCF\0\0\0\0", "CAB archive"),
    (0, b"MSWIM\0\0\0", "WIM image"),
    (0, b"!<arch>\n", "ar archive"),
    (0, b"070701", "cpio archive"),
    (0, b"070707", "cpio archive"),
    (0, b"xar!\0", "xar archive"),
    (0, b"conectix", "VHD disk image"),
    (0, b"vhdxfile", "VHDX disk image"),
    (0, b"KDMV", "VMDK disk image"),
    (0, b"QFI\xfb", "QCOW disk image"),
    (0, b"!BDN", "Outlook mailbox (PST)"),
    (2, b"-lh", "LHA archive"),
    (32769, b"CD001", "ISO image"),
    (510, b"\x55\xaa", "disk image"),
)
"""Containers that are not read: where their mark stands, the mark, their name."""
_TAR_MAGIC = b"ustar"
_TAR_MAGIC_AT = 257
_DICOM_MAGIC_AT = 128
_DUCKDB_MAGIC_AT = 8
_SAMPLE = 1 << 20
_CONTROLS = np.zeros(256, np.bool_)
_CONTROLS[[*range(1, 9), *range(14, 27), *range(28, 32), 127]] = True


def why_unread(head: bytes, encoding: str | None = None) -> str | None:
    """Say why a source with this head cannot be read as text; None where it can. `encoding`: what the user wants."""
    if not head:
        return "the file is empty"
    later = _later_format(head)
    if later is not None:
        return f"not read yet: {later}"
    known = known_format(head)
    if known is not None:
        return f"not a text: {known}"
    if detect(head[:_SAMPLE], encoding).wide is not None:
        return None
    return _why_no_text(np.frombuffer(head[:_SAMPLE], np.uint8))


def known_format(head: bytes) -> str | None:
    """Name the format that is no text whose mark stands in a head; None for none."""
    if head.startswith(_MARKS):
        return next(name for magic, name in _MAGIC if head.startswith(magic))
    if head.startswith(_TAR_MAGIC, _TAR_MAGIC_AT):
        return "tar archive"
    if head.startswith(b"DUCK", _DUCKDB_MAGIC_AT):
        return "DuckDB database"
    later = _later_format(head)
    if later is not None:
        return later
    return "DICOM image" if head.startswith(b"DICM", _DICOM_MAGIC_AT) else None


def _later_format(head: bytes) -> str | None:
    return next((name for at, mark, name in _LATER if head.startswith(mark, at) and _is_binary(head, mark)), None)


def _is_binary(head: bytes, mark: bytes) -> bool:
    """Whether what begins with a mark of letters or of two bytes is no text after all."""
    return b"\0" in head[:1024] or (len(mark) > 3 and not mark.isascii())


def _why_no_text(sample: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> str | None:
    written = sample[sample != 0]
    if not len(written):
        return "the file holds nothing but NUL bytes"
    share = float(_CONTROLS[written].mean())
    if share > MAX_CONTROL_SHARE:
        return f"not a text: {share:.0%} of its bytes are control characters"
    return None
