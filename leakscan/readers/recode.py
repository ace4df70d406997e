"""Lines as UTF-8, whatever each of them is in."""

from __future__ import annotations

from leakscan.readers.encodings import Encoding, check_lines, settle, to_utf8


def utf8(data: bytes, encoding: Encoding) -> bytes:
    """Whole lines as UTF-8 without NULs; each in its own encoding, like those of a table."""
    if not data.isascii():
        check = check_lines(data, encoding)
        if len(check.foreign):
            encoding = settle(encoding, data, lambda _: b"")
            check = check_lines(data, encoding)
        data = to_utf8(data, encoding, check.mode)
    return data.replace(b"\0", b"") if b"\0" in data else data
