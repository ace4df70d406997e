"""Text of pages and messages, which say what they are in: their word is taken unless their bytes say otherwise."""

from __future__ import annotations

import codecs

from leakscan.readers.encodings import check_lines, detect, to_utf8

_ASCII = bytes(range(32, 127)).decode()
_LATIN = ("iso8859-1", "ascii")


def encoding_of(data: bytes, declared: str | None, *, cut: bool = False) -> str | None:
    """The codec of bytes, by what they declare and by what they can be; None: their lines must be judged.

    Bytes that are UTF-8 are UTF-8; where they are `cut`, the last character may be half. Of what is declared
    only single-byte encodings are believed.
    """
    if data.isascii():
        return None if b"\x1b" in data or b"\0" in data else "utf-8"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data, final=not cut)
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    try:
        name = codecs.lookup(declared or "").name
        known = bytes(range(32, 256)).decode(name, "replace")
    except (LookupError, ValueError):
        return None
    if name in _LATIN:
        return "cp1252"
    return name if name[:3] != "utf" and len(known) == 256 - 32 and known.startswith(_ASCII) else None


def decoded(data: bytes, declared: str | None) -> tuple[str, int]:
    """Bytes as text, and how many of them meant nothing."""
    name = encoding_of(data, declared)
    if name is None:
        encoding = detect(data, None)
        data = data[encoding.bom :]
        if encoding.wide is None:
            check = check_lines(data, encoding)
            return to_utf8(data, encoding, check.mode).decode("utf-8", "replace"), check.undecodable
        name = encoding.wide
    text = data.decode(name, "replace")
    return text, text.count("\ufffd") if "\ufffd" in text else 0
