"""Files as OLE packs them into documents: the name and the bytes inside, by the lengths that stand before them."""

from __future__ import annotations

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The mark of a compound file: old Office documents, Outlook messages, encrypted new ones."""
_PLACE = 4096
"""Before what is packed stand names and paths, no more."""


def unpacked(data: bytes) -> tuple[str, bytes] | None:
    """What lies in the data of an embedded object: (name, bytes); None where it is not known how it is packed."""
    found = native(data)
    if found is not None:
        return found
    at = data.find(COMPOUND, 0, _PLACE)
    if at >= 0:
        return "", data[at:]
    header = 8  # an object of OLE 1: version, kind, three names, then its size and data
    for _ in range(3):
        size = int.from_bytes(data[header : header + 4], "little")
        if size > _PLACE:
            return None
        header += 4 + size
    size = int.from_bytes(data[header : header + 4], "little")
    inner = data[header + 4 : header + 4 + size]
    return native(inner) or (("", inner) if size and len(inner) == size else None)


def native(data: bytes) -> tuple[str, bytes] | None:
    """A "package": a file with its name, as a stream called Ole10Native holds it, with or without its size in front."""
    for at in (4, 0):
        if data[at : at + 2] != b"\x02\0":
            continue
        name, rest = _text(data, at + 2)
        _, rest = _text(data, rest)
        rest += 4
        size = int.from_bytes(data[rest : rest + 4], "little")
        rest += 4 + size  # the path of a temporary file
        size = int.from_bytes(data[rest : rest + 4], "little")
        inner = data[rest + 4 : rest + 4 + size]
        if name and inner and len(inner) == size:
            return name, inner
    return None


def _text(data: bytes, at: int) -> tuple[str, int]:
    end = data.find(b"\0", at, at + _PLACE)
    return ("", at) if end < 0 else (data[at:end].decode("cp1252", "replace"), end + 1)
