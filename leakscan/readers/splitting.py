"""Where the records of a delimited block begin and end: the quoting rules, in numpy over the bytes.

A line with quotes that are all where CSV allows them stands alone. A line that ends inside a quoted field opens a
record of several lines, which ends on the first line that closes the field properly; where none does within
`MAX_LINES` lines or `MAX_SPAN` bytes, or a quote stands where none may, the quote was never closed: the opening line
is damaged and the lines after it are ordinary. Each decision looks only at the lines that it is about, so where a
block ends never matters.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

MAX_LINES = 1_000
"""A quoted field with more lines than this was never closed: letters pasted into a comment run to a few hundred."""
MAX_SPAN = 1 << 20
"""A quoted field over several lines with more bytes than this was never closed."""
MAX_RECORD = 64 << 20
"""A longer line is cut here, so that memory stays bounded: no cell of a person's record is this long."""

PLAIN, QUOTED, LENIENT, LITERAL, UNCLOSED, CUT = range(6)
"""Kinds of record.

PLAIN has no quotes, QUOTED well-formed ones, LENIENT those that only a tolerant parser takes; in LITERAL they mean
nothing, in UNCLOSED one is opened and never closed; CUT is a piece of a line over `MAX_RECORD`.
"""

_LF, _CR, _QUOTE = 10, 13, 34
_BOM = b"\xef\xbb\xbf"
_BLANK = np.isin(np.arange(256), (0, 11, 12, _CR, 32))
Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Records:
    """The records of a block: byte ranges without line ends, and their kind. `consumed` bytes are dealt with.

    `continued`: the block ended inside a line that is being cut, so what follows is a piece of it.
    """

    start: Ints
    end: Ints
    kind: Bytes
    consumed: int
    continued: bool = False

    def __len__(self) -> int:
        """Number of records."""
        return len(self.start)

    def where(self, mask: npt.NDArray[np.bool_]) -> Records:
        """Keep the records for which `mask` is true."""
        return Records(self.start[mask], self.end[mask], self.kind[mask], self.consumed, self.continued)


class _Lines(NamedTuple):
    start: Ints
    end: Ints
    cut: npt.NDArray[np.bool_]
    consumed: int
    continued: bool


class _Quotes(NamedTuple):
    """The lines that have quotes: their numbers, and whether their number of quotes is odd.

    `ok_outside`, `ok_inside`: whether the quotes are well placed if the line begins outside, or inside, quotes.
    """

    line: list[int]
    ok_outside: list[bool]
    ok_inside: list[bool]
    odd: list[bool]


def split_records(
    block: bytes, delimiter: str | None, width: int | None = None, *, final: bool, continued: bool = False
) -> Records:
    """Find the records of a block that begins at a record; blank lines are none.

    `delimiter` None means plain text, where quotes mean nothing. `width` is the number of fields, once known: it tells
    a stray quote from one that opens a field over several lines. `final` says that the source ends with the block;
    else what might still go on is left (see `Records.consumed`). `continued` comes from the block before.
    """
    array = np.frombuffer(block, np.uint8)
    lines = _lines(block, array, final=final, continued=continued)
    kind = np.where(lines.cut, CUT, PLAIN).astype(np.uint8)
    records = Records(lines.start, lines.end, kind, lines.consumed, lines.continued)
    if delimiter is not None and b'"' in block:
        records = _with_quotes(block, array, records, delimiter, width, final=final)
    return _without_blank_lines(block, array, records)


def _lines(block: bytes, array: Bytes, *, final: bool, continued: bool) -> _Lines:
    ends = np.flatnonzero(array == _LF)
    consumed = int(ends[-1]) + 1 if len(ends) else 0
    if consumed < len(block) and (final or len(block) - consumed > MAX_RECORD + 3):
        ends = np.append(ends, len(block))
    starts = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else ends
    cut = np.zeros(len(ends), np.bool_)
    if continued and len(cut):
        cut[0] = True
    complete = final or len(ends) == 0 or int(ends[-1]) < len(block)
    consumed = max(consumed, min(int(ends[-1]) + 1, len(block))) if len(ends) else 0
    still = False
    if len(ends) and int((ends - starts).max()) > MAX_RECORD:
        starts, ends, cut, consumed, still = _cut_long_lines(block, starts, ends, cut, complete=complete)
    elif not len(ends):
        still = continued
    ends = ends - ((ends > starts) & (array[np.maximum(ends - 1, 0)] == _CR)) if len(ends) else ends
    if _BOM in block:
        marked = [index for index, start in enumerate(starts.tolist()) if block.startswith(_BOM, start)]
        starts = starts.copy()
        starts[marked] = np.minimum(starts[marked] + 3, ends[marked])
    return _Lines(starts, ends, cut, consumed, still)


def _cut_long_lines(
    block: bytes, starts: Ints, ends: Ints, cut: npt.NDArray[np.bool_], *, complete: bool
) -> tuple[Ints, Ints, npt.NDArray[np.bool_], int, bool]:
    """Cut lines at `MAX_RECORD`, before a character rather than in it; an incomplete last line leaves its rest."""
    pieces: list[tuple[int, int, bool]] = []
    consumed, still = 0, False
    for start, end, is_cut in zip(starts.tolist(), ends.tolist(), cut.tolist(), strict=True):
        last = not complete and end == len(block)
        at = start
        while end - at > MAX_RECORD + (3 if last else 0):
            stop = at + MAX_RECORD
            while stop > at + MAX_RECORD - 3 and 0x80 <= block[stop] <= 0xBF:
                stop -= 1
            pieces.append((at, stop, True))
            at = stop
        if last:
            consumed, still = at, at > start or is_cut
        else:
            pieces.append((at, end, is_cut or at > start))
            consumed = min(end + 1, len(block))
    table = np.array(pieces, np.int64).reshape(-1, 3)
    return table[:, 0].copy(), table[:, 1].copy(), table[:, 2].astype(np.bool_), consumed, still


def _without_blank_lines(block: bytes, array: Bytes, records: Records) -> Records:
    """Drop lines of nothing but blanks and NULs; a line of delimiters only is a record with empty fields."""
    if not len(records):
        return records
    start, end = records.start, records.end
    empty = start >= end
    middle = array[np.minimum((start + end) // 2, len(array) - 1)]
    maybe = ~empty & _BLANK[array[np.minimum(start, len(array) - 1)]] & _BLANK[array[np.maximum(end - 1, 0)]]
    maybe &= _BLANK[middle]
    for index in np.flatnonzero(maybe).tolist():
        text = block[int(start[index]) : int(end[index])]
        empty[index] = not text.strip(b" \0\r\v\f")
    return records.where(~empty) if empty.any() else records


def _quotes(block: bytes, array: Bytes, records: Records, delimiter: int) -> _Quotes:
    limit = int(records.end[-1]) if len(records) else 0
    places = np.flatnonzero(array[:limit] == _QUOTE)
    first = np.searchsorted(places, records.start)
    number = np.searchsorted(places, records.end) - first
    edge = np.zeros(256, np.bool_)
    edge[[delimiter, _QUOTE, _LF]] = True
    opens = edge[array[np.maximum(places - 1, 0)]]
    after = np.minimum(places + 1, len(array) - 1)
    closes = edge[array[after]]
    if b"\r" in block:
        returns = np.flatnonzero(array[after] == _CR)
        line_ends = after[returns] + 1
        closes[returns] |= (line_ends >= len(array)) | (array[np.minimum(line_ends, len(array) - 1)] == _LF)
    if len(places):  # the first quote may begin the block, the last may end it
        opens[0] |= places[0] == 0
        closes[-1] |= places[-1] + 1 == limit
    if _BOM in block:
        opens |= np.isin(places, records.start)
    odd = (number & 1).astype(np.bool_)
    second = np.arange(len(places), dtype=np.uint8) & 1  # counted from each line's first: 0 opens, 1 closes
    if odd.any():
        second ^= np.repeat((first & 1).astype(np.uint8), number)
    having = np.flatnonzero(number)
    outside = _all_per_line(np.where(second, closes, opens), first[having])
    inside = _all_per_line(np.where(second, opens, closes), first[having]) if odd.any() else ~outside
    return _Quotes(having.tolist(), outside.tolist(), inside.tolist(), odd[having].tolist())


def _all_per_line(well_placed: npt.NDArray[np.bool_], first: Ints) -> npt.NDArray[np.bool_]:
    return np.logical_and.reduceat(well_placed, first) if len(first) else np.zeros(0, np.bool_)


def _with_quotes(
    block: bytes, array: Bytes, lines: Records, delimiter: str, width: int | None, *, final: bool
) -> Records:
    """Join the lines of quoted fields over several lines and settle the kind of each record that has quotes."""
    mark = delimiter.encode()
    quotes = _quotes(block, array, lines, mark[0])
    kind, end = lines.kind.copy(), lines.end.copy()
    kind[quotes.line] = np.where(kind[quotes.line] == CUT, CUT, QUOTED)
    keep = np.ones(len(lines), np.bool_)
    consumed, done, stop = lines.consumed, -1, len(lines)
    for at, line in enumerate(quotes.line):
        if line <= done or (quotes.ok_outside[at] and not quotes.odd[at]) or kind[line] == CUT:
            continue
        text = block[int(lines.start[line]) : int(lines.end[line])]
        joined = QUOTED if quotes.ok_outside[at] else LENIENT
        if joined == LENIENT and not _opener(mark).fullmatch(text):
            kind[line] = _kind_alone(text, delimiter, width)
            continue
        last = _closing_line(quotes, lines, at, len(block), final=final)
        if last is None:
            consumed, stop = int(lines.start[line]), line
            break
        if last >= 0 and width is not None and text.count(mark) + 1 == width:
            whole = block[int(lines.start[line]) : int(lines.end[last])]
            last = last if _count_alone(whole, delimiter) == width else -1
        if last < 0:
            kind[line] = UNCLOSED if joined == QUOTED else _kind_alone(text, delimiter, width)
            continue
        kind[line], end[line] = joined, lines.end[last]
        keep[line + 1 : last + 1] = False
        done = last
    keep[stop:] = False
    return Records(lines.start, end, kind, consumed, lines.continued).where(keep)


def _closing_line(quotes: _Quotes, lines: Records, at: int, size: int, *, final: bool) -> int | None:
    """The line that closes what the `at`-th line with quotes opens; -1 if none does, None if that is not known yet."""
    opening = quotes.line[at]
    start = int(lines.start[opening])
    for index in range(at + 1, len(quotes.line)):
        line = quotes.line[index]
        if line - opening >= MAX_LINES or int(lines.end[line]) - start > MAX_SPAN or not quotes.ok_inside[index]:
            return -1
        if quotes.odd[index]:
            return line
    if final or len(lines) - opening > MAX_LINES or size - start > MAX_SPAN + 2:
        return -1
    return None


@cache
def _opener(mark: bytes) -> re.Pattern[bytes]:
    """Match a line that ends inside a quoted field, where quotes in the middle of a field are only characters."""
    other = re.escape(mark)
    quoted = rb'"[^"]*+(?:""[^"]*+)*+'
    plain = rb'[^"%b][^%b]*+' % (other, other)
    return re.compile(rb'(?:(?:%b"|%b)?%b)*+%b' % (quoted, plain, other, quoted))


def _count_alone(text: bytes, delimiter: str) -> int:
    return len(tolerant_fields(text.decode("latin-1"), delimiter))


def _kind_alone(text: bytes, delimiter: str, width: int | None) -> int:
    """How to read a line whose quotes are ill placed: by character unless only a tolerant parser finds all fields."""
    if width is None or text.count(delimiter.encode()) + 1 == width:
        cells = text.split(delimiter.encode())
        stray = any(cell.startswith(b'"') and cell.count(b'"') == 1 for cell in cells)
        return UNCLOSED if stray and text.count(b'"') & 1 else LITERAL
    return LENIENT if _count_alone(text, delimiter) == width else LITERAL


def tolerant_fields(text: str, delimiter: str) -> list[str]:
    """Split one record as the csv module does: only a quote at the start of a field means anything."""
    csv.field_size_limit(2 * MAX_RECORD)
    rows: Iterator[list[str]] = csv.reader([text.replace("\0", "")], delimiter=delimiter)
    try:
        return next(rows, [])
    except csv.Error:
        return text.split(delimiter)


def delimiter_places(block: bytes, records: Records, delimiter: str) -> Ints:
    """Positions of the delimiters that separate fields: those inside quoted fields are left out."""
    array = np.frombuffer(block, np.uint8)
    marks = array == ord(delimiter)
    quoted = records.kind == QUOTED
    if quoted.any():
        quotes = array == _QUOTE
        odd = ~quoted & (records.kind != PLAIN)
        for start, end in zip(records.start[odd].tolist(), records.end[odd].tolist(), strict=True):
            quotes[start:end] = False
        inside = np.cumsum(quotes.view(np.uint8), dtype=np.uint8) & 1
        marks &= inside == 0
    return np.flatnonzero(marks)


def count_fields(block: bytes, records: Records, delimiter: str, places: Ints) -> Ints:
    """Number of fields of each record; `places` come from `delimiter_places`."""
    counts = np.searchsorted(places, records.end) - np.searchsorted(places, records.start) + 1
    for index in np.flatnonzero(records.kind == LENIENT).tolist():
        counts[index] = _count_alone(block[int(records.start[index]) : int(records.end[index])], delimiter)
    return counts
