"""Reader for vCard files of contacts: one record per card, with the roles of its properties."""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator

from leakscan.readers.blocks import blocks
from leakscan.readers.heads import Head
from leakscan.readers.notices import Notices
from leakscan.readers.records_of_text import Shape, damaged_of, frame_of, told
from leakscan.readers.streams import Feed, Readable
from leakscan.records import Batch, InputWarning, Item

FORMAT = "vcard"
COLUMNS: tuple[tuple[str, str | None], ...] = (
    ("name", "full_name"),
    ("last_name", "last_name"),
    ("first_name", "first_name"),
    ("birth_date", "birth_date"),
    ("email", "email"),
    ("email_2", "email"),
    ("phone", "phone"),
    ("phone_2", "phone"),
    ("phone_3", "phone"),
    ("address", "address"),
    ("postcode", "postcode"),
    ("city", "city"),
    ("note", "comment"),
    ("other", None),
)
"""Columns of a table of cards, with their roles."""
CARD_BYTES = 16 << 20
"""A card that has not ended after so many bytes is damaged."""

_BEGIN = re.compile(rb"(?i)[\s\xef\xbb\xbf]*BEGIN:VCARD\s")
_END = re.compile(rb"(?im)^END:VCARD[ \t]*\r?\n?")
_PROPERTY = re.compile(r"(?:[\w-]+\.)?([\w-]+)((?:;[^:]*?(?:\"[^\"]*\"[^:]*?)*)?):(.*)", re.DOTALL)
_BINARY = ("PHOTO", "LOGO", "SOUND", "KEY")
_SILENT = frozenset(("BEGIN", "END", "VERSION", "PRODID", "UID", "REV", "FN", "N", "BDAY"))
_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T.*)?$")
_PARTS = re.compile(r"(?<!\\);")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def sniff(head: Head) -> float:
    """By the first line."""
    data = head.data
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = data[:128].decode("utf-16", "replace").encode()
    return 0.95 if _BEGIN.match(data[:64]) else 0.0


def read(stream: Readable, head: Head) -> Iterator[Item]:
    """The table of cards and its batches."""
    label = head.text.encoding.label
    names, roles = tuple(name for name, _ in COLUMNS), tuple(role for _, role in COLUMNS)
    yield from told(Shape(FORMAT, label, names, roles), _batches(stream, head))


def _batches(stream: Readable, head: Head) -> Iterator[Batch]:
    text = head.text
    encoding = text.encoding
    feed = Feed(stream, head.data, wide=encoding.wide, bom=encoding.bom, cr=text.cr)
    left, start, rows = b"", encoding.bom, 0
    for block in blocks(feed, encoding, encoding.bom, head.options.block_bytes):
        data = left + block.utf8(block.data)
        ends = [found.end() for found in _END.finditer(data)]
        end = ends[-1] if ends else (len(data) if len(data) > CARD_BYTES else 0)
        left = data[end:]
        if end:
            batch = _batch(data[:end], rows, start, block.end)
            rows += batch.frame.height + batch.damaged.height
            start = block.end
            yield batch
    if left.strip():
        yield _batch(left, rows, start, start + len(left))


def _batch(data: bytes, rows: int, start: int, end: int) -> Batch:
    numbers, cells, bad = [], [], []
    pictures = 0
    at = 0
    notices = Notices()
    for number, raw in enumerate(_cards(data), rows + 1):
        text = raw.decode("utf-8", "replace")
        card, binary = card_of(text)
        pictures += binary
        whole = _BEGIN.match(raw) is not None and _END.search(raw) is not None
        if whole:
            numbers.append(number)
            cells.append(card)
        else:
            bad.append((number, start + at, "card_cut", text))
        at += len(raw)
    damaged, notices = damaged_of(bad)
    met = notices.warnings()
    if pictures:
        met.append(InputWarning("pictures", "pictures, sounds and keys in cards: not read", count=pictures))
    return Batch(frame_of(numbers, cells, len(COLUMNS)), damaged, start, end, tuple(met))


def _cards(data: bytes) -> Iterator[bytes]:
    """Cards, and what stands after the last one."""
    at = 0
    for found in _END.finditer(data):
        yield data[at : found.end()]
        at = found.end()
    if data[at:].strip():
        yield data[at:]


def card_of(text: str) -> tuple[list[str], int]:
    """The cells of a card, and how many binary properties were left out."""
    cells = dict.fromkeys((name for name, _ in COLUMNS), "")
    other: list[str] = []
    binary = 0
    for line in _lines(text):
        found = _PROPERTY.fullmatch(line)
        if found is None:
            other.append(line.strip())
            continue
        name, given, value = found[1].upper(), found[2].upper(), found[3]
        value = _decoded(value, given)
        if name in _BINARY and ("BASE64" in given or "ENCODING=B" in given or value.startswith("data:")):
            binary += 1
            continue
        parts = [_unescaped(part).strip() for part in _PARTS.split(value)]
        whole = " ".join(part for part in parts if part)
        if name == "FN":
            cells["name"] = cells["name"] or whole
        elif name == "N":
            cells["last_name"], cells["first_name"] = parts[0], parts[1] if len(parts) > 1 else ""
            other += [part for part in parts[2:] if part]
        elif name == "BDAY":
            date = _DATE.match(whole)
            cells["birth_date"] = "-".join(date.groups()) if date else whole
        elif name == "ADR" and not cells["address"]:
            parts += [""] * 7
            cells["address"] = " ".join(part for part in parts[:3] if part)
            cells["city"], cells["postcode"] = parts[3], parts[5]
            other += [part for part in (parts[4], *parts[6:]) if part]
        elif name == "NOTE":
            cells["note"] = " ".join(filter(None, (cells["note"], whole)))
        elif not _placed(cells, name, whole) and name not in _SILENT and whole:
            other.append(f"{name.lower()}: {whole}")
    cells["other"] = "; ".join(filter(None, other))
    return list(cells.values()), binary


def _placed(cells: dict[str, str], name: str, value: str) -> bool:
    """Put a number or an address in the first free column for it."""
    places = {"TEL": ("phone", "phone_2", "phone_3"), "EMAIL": ("email", "email_2")}.get(name, ())
    for place in places:
        if not cells[place]:
            cells[place] = value.removeprefix("tel:").removeprefix("mailto:")
            return True
    return False


def _lines(text: str) -> Iterator[str]:
    """Lines of properties, folded ones as one; quoted-printable ones go on behind `=`."""
    waiting = ""
    for line in text.lstrip("\ufeff").splitlines():
        if waiting and line[:1] in (" ", "\t"):
            waiting += line[1:]
        elif waiting.endswith("=") and "QUOTED-PRINTABLE" in waiting.upper():
            waiting = waiting[:-1] + line
        else:
            if waiting:
                yield waiting
            waiting = line
    if waiting:
        yield waiting


def _decoded(value: str, given: str) -> str:
    if "QUOTED-PRINTABLE" not in given:
        return value
    try:
        data = quopri.decodestring(value.encode())
    except (ValueError, binascii.Error):
        return value
    return data.decode("utf-8" if "UTF-8" in given or "CHARSET" not in given else "cp1252", "replace")


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda one: "\n" if one[1] in "nN" else one[1], text)
