"""Compound files written by hand, as small as the format allows."""

from __future__ import annotations

import struct

Tree = dict[str, "bytes | Tree"]
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(tree: Tree) -> bytes:
    """A compound file with these streams and storages; every stream is stored in sectors of its own."""
    sectors: list[bytes] = []
    fat: list[int] = []

    def stored(data: bytes) -> int:
        if not data:
            return _END
        start = len(sectors)
        count = -(-len(data) // 512)
        sectors.extend(data[at : at + 512].ljust(512, b"\0") for at in range(0, len(data), 512))
        fat.extend([*range(start + 1, start + count), _END])
        return start

    entries: list[bytes] = []

    def entry(name: str, kind: int, child: int, sibling: int, start: int, size: int) -> bytes:
        raw = name.encode("utf-16-le") + b"\0\0"
        return (
            raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw), kind, 1) + struct.pack("<III", _FREE, sibling, child)
            + bytes(36) + struct.pack("<IQ", start, size)
        )  # fmt: skip

    def add(inside: Tree) -> int:
        """Write the entries of a storage, each the sibling of the one before; gives the first."""
        following = _FREE
        for name, content in reversed(inside.items()):
            if isinstance(content, dict):
                raw = entry(name, 1, add(content), following, 0, 0)
            else:
                # streams below 4096 bytes belong to the mini stream: here none is, since each is filled up by its size
                raw = entry(name, 2, _FREE, following, stored(content), len(content))
            entries.append(raw)
            following = len(entries)  # the root comes first
        return following

    first = add(tree)
    root = entry("Root Entry", 5, first, _FREE, _END, 0)
    directory = root + b"".join(entries)
    directory_at = stored(directory.ljust(-(-len(directory) // 512) * 512, b"\0"))
    needed = -(-(len(fat) + 1) // 127) + 1
    fat_at = len(sectors)
    fat += [_FAT] * needed
    raw = struct.pack(f"<{len(fat)}I", *fat).ljust(needed * 512, b"\xff")
    sectors += [raw[at : at + 512] for at in range(0, needed * 512, 512)]
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
        + struct.pack("<IIIIIIIIII", 0, needed, directory_at, 0, 0, _END, 0, _END, 0, fat_at)
    )  # fmt: skip
    header += struct.pack(f"<{needed - 1}I", *range(fat_at + 1, fat_at + needed)) if needed > 1 else b""
    return header.ljust(512, b"\xff") + b"".join(sectors)


def word97(text: str, *, pieces: int = 1, encrypted: bool = False, **more: bytes | Tree) -> bytes:
    """A Word document of 1997 whose text lies in pieces, of one byte per character and of two in turn."""
    body, ends, places = bytearray(0x400), [0], []
    cut = -(-len(text) // pieces)
    for at in range(0, len(text), cut):
        part = text[at : at + cut]
        try:
            raw, flag = part.encode("cp1252"), 0x40000000
        except UnicodeEncodeError:
            raw, flag = part.encode("utf-16-le"), 0
        if at // cut % 2:
            raw, flag = part.encode("utf-16-le"), 0
        places.append(2 * len(body) | flag if flag else len(body))
        body += raw
        ends.append(ends[-1] + len(part))
    plc = struct.pack(f"<{len(ends)}I", *ends) + b"".join(struct.pack("<HIH", 0, place, 0) for place in places)
    clx = b"\x01\x02\x00ab" + b"\x02" + struct.pack("<I", len(plc)) + plc
    struct.pack_into("<HHHHHH", body, 0, 0xA5EC, 0xC1, 0, 0, 0, 0x0200 | (0x0100 if encrypted else 0))
    struct.pack_into("<II", body, 0x1A2, 16, len(clx))
    return compound({"WordDocument": bytes(body), "1Table": bytes(16) + clx, **more})


def record(kind: int, data: bytes, *, version: int = 0) -> bytes:
    """A record of a PowerPoint document."""
    return struct.pack("<HHI", version, kind, len(data)) + data


def outlook(texts: dict[int, str], attached: dict[str, bytes] | None = None, inner: Tree | None = None) -> Tree:
    """An Outlook message as a tree of streams."""
    tree: Tree = {"__properties_version1.0": bytes(32)}
    for number, text in texts.items():
        tree[f"__substg1.0_{number:04X}001F"] = text.encode("utf-16-le")
    for at, (name, data) in enumerate((attached or {}).items()):
        tree[f"__attach_version1.0_#{at:08X}"] = {
            "__properties_version1.0": bytes(8),
            "__substg1.0_3707001F": name.encode("utf-16-le"),
            "__substg1.0_37010102": data,
        }
    if inner is not None:
        tree["__attach_version1.0_#000000FF"] = {
            "__substg1.0_3001001F": "transmis".encode("utf-16-le"), "__substg1.0_3701000D": inner,
        }  # fmt: skip
    return tree
