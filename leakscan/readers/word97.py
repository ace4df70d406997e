"""Text of Word documents of 1997 to 2003, by their piece table; None where that is not simple.

Source: [MS-DOC], the open specification.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from itertools import pairwise

from leakscan.readers.compound import Compound
from leakscan.readers.prose import PAGE_END, Event, Mark

STREAM = "WordDocument"
_MAGIC = 0xA5EC
_ENCRYPTED, _FIRST_TABLE = 0x0100, 0x0200
_FIELD = re.compile(r"[\x13\x14\x15\x01\x08\x02\x05]")
_CELL = "\x07"


def is_encrypted(main: bytes) -> bool:
    """Whether a password is needed."""
    return len(main) > 12 and bool(struct.unpack_from("<H", main, 10)[0] & _ENCRYPTED)


def text_of(held: Compound) -> str | None:
    """Body, footnotes, headers, comments and text boxes, one behind the other as they are stored."""
    main = held.read(STREAM)
    if len(main) < 0x1AA or struct.unpack_from("<H", main, 0)[0] != _MAGIC:
        return None
    table = held.read("1Table" if struct.unpack_from("<H", main, 10)[0] & _FIRST_TABLE else "0Table")
    at, size = struct.unpack_from("<II", main, 0x1A2)
    pieces = _pieces(table[at : at + size])
    if pieces is None:
        return None
    texts = []
    for characters, place in pieces:
        if place & 0x40000000:
            begin = (place & 0x3FFFFFFF) // 2
            texts.append(main[begin : begin + characters].decode("cp1252", "replace"))
        else:
            texts.append(main[place : place + 2 * characters].decode("utf-16-le", "replace"))
    return "".join(texts)


def _pieces(clx: bytes) -> list[tuple[int, int]] | None:
    """Characters and place of each piece."""
    at = 0
    while clx[at : at + 1] == b"\x01":
        at += 3 + int.from_bytes(clx[at + 1 : at + 3], "little")
    if clx[at : at + 1] != b"\x02":
        return None
    size = int.from_bytes(clx[at + 1 : at + 5], "little")
    plc = clx[at + 5 : at + 5 + size]
    if len(plc) != size or size < 16:
        return None
    count = (size - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}I", plc)
    places = [struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * number + 2)[0] for number in range(count)]
    if any(after < before for before, after in pairwise(ends)):
        return None
    return [(after - before, place) for before, after, place in zip(ends, ends[1:], places, strict=False)]


def events_of(text: str) -> Iterator[Event]:
    """Paragraphs as lines, tables as rows."""
    cells: list[str] = []
    *ended, rest = _FIELD.sub(" ", text).replace("\x0b", "\n").split(_CELL)
    for piece in ended:
        before, cell = "", piece
        if not cells or not cells[-1]:  # a table begins, or may end: what stands before its first cell are paragraphs
            at = max(piece.rfind("\r"), piece.rfind("\x0c"))
            before, cell = piece[: at + 1], piece[at + 1 :]
        if before.strip():
            yield from _table(cells)
            yield from _lines(before)
            cells = []
        cells.append(" ".join(cell.split()))
    yield from _table(cells)
    yield from _lines(rest)


def _lines(text: str) -> Iterator[Event]:
    for number, page in enumerate(text.split("\x0c")):
        if number:
            yield PAGE_END
        yield from filter(None, (" ".join(line.split()) for line in re.split(r"[\r\n]", page)))


def _table(cells: list[str]) -> Iterator[Event]:
    """Cells one behind the other, where an empty one ends each row; so does the first row, which has no empty cell."""
    if not any(cells):
        return
    yield Mark.TABLE
    width = cells.index("") if "" in cells else len(cells)
    if width and len(cells) % (width + 1) == 0 and not any(cells[width :: width + 1]):
        yield from (cells[at : at + width] for at in range(0, len(cells), width + 1))
    else:
        row: list[str] = []
        for cell in (*cells, ""):
            if cell:
                row.append(cell)
            elif row:
                yield row
                row = []
    yield Mark.TABLE_END
