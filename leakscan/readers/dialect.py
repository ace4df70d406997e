"""How the fields of a delimited text are laid out: line ends, delimiter, number of fields, trimmed rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from operator import itemgetter

import numpy as np
import numpy.typing as npt

from leakscan.errors import UsageError
from leakscan.readers.splitting import Ints, Records, count_fields, delimiter_places, split_records

DELIMITERS = (";", ",", "\t", "|")
"""Delimiters that are looked for; any other single character can be given by the user."""
SAMPLE_BYTES = 1 << 20
"""How much of the head settles the delimiter."""
MIN_AGREEMENT = 0.55
"""Least share of records with the most frequent number of fields: titles and totals may be half of a tiny export."""
NEARLY = 0.9
"""A delimiter that agrees this nearly as well as the best, and with the first record too, is the right one."""
MIN_SHORT_SHARE = 0.02
"""A writer that trims trailing empty cells leaves more short rows than this; damage leaves fewer."""
MIN_SHORT_ROWS = 3
"""Fewer short rows than this are damage, however small the file."""

_FEW_RECORDS = 3
_NAMES = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
_SEPARATOR_LINE = re.compile(rb"sep=([^\r\n])\r?(?:\n|$)", re.IGNORECASE)
_OTHER_FORMAT = re.compile(
    rb"""(?xi) \s* (?:
      \{ \s* "                                              # JSON object
    | \[ \s* [\[{]                                          # JSON array
    | <[?!a-z]                                              # XML, HTML
    | MSH\| | H\|[~^]                                       # HL7 v2, HPRIM
    | (?: -- | /\* | INSERT\ INTO | CREATE\ TABLE | DROP\ TABLE | COPY\ | SET\ | BEGIN; | PRAGMA\ )   # SQL dump
    | From\ \S+@ | Received: | Return-Path:                 # mail
    )"""
)
_DECIMAL_COMMA = re.compile(rb"\d,\d")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How records are laid out.

    `width`: fields per record; `short_rows`: missing trailing fields are no damage; `empty_surplus`: neither are empty
    fields beyond the width.
    """

    delimiter: str
    width: int
    short_rows: bool
    empty_surplus: bool = True


def cr_only(head: bytes) -> bool:
    """Say whether lines end in CR alone (old Macs); LF or CRLF otherwise."""
    bare = head.count(b"\r") - head.count(b"\r\n")
    return bare > 20 * head.count(b"\n")


def wanted_delimiter(delimiter: str | None) -> str | None:
    """Read the user's delimiter, by character or by name; UsageError if it cannot be one."""
    if delimiter is None:
        return None
    character = _NAMES.get(delimiter.lower(), delimiter)
    if len(character) != 1 or not character.isascii() or character in '"\r\n':
        message = f"the delimiter {delimiter!r} cannot be used: give one ASCII character, or tab"
        raise UsageError(message)
    return character


def declared_delimiter(text: bytes) -> str | None:
    """Delimiter that a spreadsheet declared in a first line `sep=;`."""
    found = _SEPARATOR_LINE.match(text)
    return found[1].decode() if found and found[1].isascii() else None


def declared_length(text: bytes) -> int:
    """Length in bytes of a first line `sep=;`, 0 where there is none."""
    found = _SEPARATOR_LINE.match(text)
    return found.end() if found and found[1].isascii() else 0


def likely_delimiter(text: bytes, *, final: bool) -> tuple[str, float] | None:
    """Find the delimiter under which the records agree best, and how well (0..1); None where none makes a table."""
    if _OTHER_FORMAT.match(text):
        return None
    declared = declared_delimiter(text)
    if declared:
        return declared, 1.0
    sample, whole = text, final
    if len(text) > SAMPLE_BYTES:
        sample, whole = text[:SAMPLE_BYTES], False
        if b"\n" not in sample:
            sample, whole = text, final
    met = [delimiter for delimiter in DELIMITERS if delimiter.encode() in sample]
    if not met:
        return None
    alike = None if b'"' in sample else split_records(sample, met[0], final=whole)  # without quotes all split alike
    scores = [
        (_agreement(sample, delimiter, alike or split_records(sample, delimiter, final=whole)), delimiter)
        for delimiter in met
    ]
    best = max(score for (score, _), _ in scores)
    near = [(titled, score, delimiter) for (score, titled), delimiter in scores if score >= NEARLY * best]
    _, score, delimiter = max(near, key=itemgetter(0, 1))
    return (delimiter, score) if score >= MIN_AGREEMENT else None


def _agreement(sample: bytes, delimiter: str, records: Records) -> tuple[float, bool]:
    """Score how well the records agree on a number of fields, 0..1; more fields make chance less likely.

    With it, whether the first record has that many: cells of JSON or prose under a header agree with one another alone.
    """
    if not len(records):
        return 0.0, False
    counts = count_fields(sample, records, delimiter, delimiter_places(sample, records, delimiter))
    width, share = _mode(counts)
    if width < 2 or _looks_like_prose(sample, delimiter, width, len(records)):
        return 0.0, False
    if share < MIN_AGREEMENT and float((counts >= 2).mean()) >= 0.95 and len(counts) > 9:
        full = int(counts[:20].max())
        if float((counts <= full).mean()) >= 0.98:
            width, share = full, MIN_AGREEMENT + 0.1
    return share * (1 - 0.5 / width**2), int(counts[0]) == width


def _mode(counts: Ints) -> tuple[int, float]:
    frequency = np.bincount(counts)
    width = len(frequency) - 1 - int(np.argmax(frequency[::-1]))
    return width, float(frequency[width] / len(counts))


def _looks_like_prose(sample: bytes, delimiter: str, width: int, records: int) -> bool:
    """Recognise commas and semicolons of running text, decimal commas, and the comma of log times."""
    if delimiter not in ",;":
        return False
    lines = [line for line in sample[: 64 << 10].splitlines() if line.strip()][:500]
    if delimiter == "," and width == 2:
        decimal = sum(bool(_DECIMAL_COMMA.search(line)) for line in lines)
        if 2 * decimal > len(lines):
            return True
    mark, text = delimiter.encode(), b"\n".join(lines)
    marks, spaced, words = text.count(mark), text.count(mark + b" "), len(text.split())
    wordy = words / max(marks + len(lines), 1)
    if records <= _FEW_RECORDS:
        if width < 3:
            return spaced > 0 or wordy > 2
        return 2 * spaced > marks and wordy > 1.15
    return 2 * spaced > marks and wordy > 2.5


def settle_dialect(text: bytes, delimiter: str, records: Records) -> Dialect:
    """Settle the number of fields and whether rows are trimmed, from all records of the head."""
    if not len(records):
        return Dialect(delimiter, 1, short_rows=False)
    places = delimiter_places(text, records, delimiter)
    counts = count_fields(text, records, delimiter, places)
    width, share = _mode(counts)
    top = int(counts[:20].max())
    first = text[int(records.start[0]) : int(records.end[0])].split(delimiter.encode())
    named = len(records) > 1 and _names_columns(first)
    if share < 0.9 and len(counts) > 9 and (len(first) > width or not named):
        reached = np.cumsum(np.bincount(counts)[::-1])[::-1] / len(counts)
        widest = int(np.flatnonzero(reached >= 0.01)[-1])
        width = max(widest, width) if _are_trimmed(text, records.end, counts > 1, delimiter) else width
    elif named and top > width and int(counts[0]) == top and float((counts <= width).mean()) >= 0.5:
        width = top
    return Dialect(
        delimiter,
        width,
        short_rows=_short_rows(text, records.end, counts, width, delimiter),
        empty_surplus=_empty_surplus(text, records.end, counts, width, delimiter),
    )


def _names_columns(cells: list[bytes]) -> bool:
    """Say whether a first record wider than every other is a header, whose last columns are always empty."""
    return all(re.search(rb"[A-Za-z]", cell) and not re.search(rb"\d{3}", cell) for cell in cells)


def _short_rows(text: bytes, end: Ints, counts: Ints, width: int, delimiter: str) -> bool:
    """Tell a writer that trims trailing empty cells from damage: its full rows never end in an empty cell."""
    short = counts < width
    if int(short.sum()) < MIN_SHORT_ROWS or float(short.mean()) <= MIN_SHORT_SHARE:
        return False
    full = counts == width
    if full.any() and not _are_trimmed(text, end, full, delimiter):
        return False
    return float((counts[short] > width // 2).mean()) >= 0.8 or float(full.mean()) < 0.8


def _empty_surplus(text: bytes, end: Ints, counts: Ints, width: int, delimiter: str) -> bool:
    """Tell a delimiter too many behind the last field from one further forward, which pushes an empty field out.

    The first kind is a habit of the writer, or stands in a table whose last column is always filled.
    """
    surplus = counts > width
    if int(surplus.sum()) >= MIN_SHORT_ROWS and float(surplus.mean()) > MIN_SHORT_SHARE:
        return True
    full = counts == width
    filled = _are_trimmed(text, end, full, delimiter) if full.any() else True
    return filled and not (full.any() and _end_in_empty_quotes(text, end[full], delimiter))


def _end_in_empty_quotes(text: bytes, end: Ints, delimiter: str) -> bool:
    """Say whether more than next to none of some records end in an empty cell between quotes."""
    array = np.frombuffer(text, np.uint8)
    quoted = (array[np.maximum(end - 1, 0)] == ord('"')) & (array[np.maximum(end - 2, 0)] == ord('"'))
    return float((quoted & (array[np.maximum(end - 3, 0)] == ord(delimiter))).mean()) > 0.01


def _are_trimmed(text: bytes, end: Ints, which: npt.NDArray[np.bool_], delimiter: str) -> bool:
    """Say whether next to none of some records ends in an empty cell."""
    last = np.frombuffer(text, np.uint8)[np.maximum(end[which] - 1, 0)]
    return float((last == ord(delimiter)).mean()) <= 0.01
