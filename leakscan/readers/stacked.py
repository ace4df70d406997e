"""Where another table begins in a delimited text: a line of other titles, and rows below it that fit them.

All is judged by the line itself, the lines directly above it and a fixed stretch below it, so where a block ends never
matters. Few lines are looked at closely: titles hold hardly a digit, rows do.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from leakscan.readers.dialect import DELIMITERS, SAMPLE_BYTES, likely_delimiter
from leakscan.readers.encodings import Encoding
from leakscan.readers.header import MAX_PREAMBLE, is_known
from leakscan.readers.splitting import CUT, Ints, Records, split_records, tolerant_fields
from leakscan.readers.titles import (
    BOM,
    FITTING,
    Rows,
    agreement,
    are_titles,
    are_typed,
    kinds_of,
    told_apart,
    trimmed,
)  # fmt: skip

LOOK = 64 << 10
"""Bytes from a line of titles on by which it is judged."""
LOOK_ROWS = 20
"""Rows below it that are compared with it."""
MAX_TITLES = 5
"""Lines of one cell directly above a header that belong to it."""
SURE_ROWS = 3
"""Rows that must fit where no empty line, title or byte order mark parts the tables."""
RARE = 0.05
"""Where fewer lines of a table than this have no digits each is looked at; else only those that something parts."""
JUDGED = 200
"""Rows of a table by which it is told from others."""
_SAMPLED, _LF = 16, 10
_LONGEST = 8 << 10
_HELD = 64 << 10
_TITLE_LINE = 300
_LEAST_MARKS = 6
_NUMBER = re.compile(r"[+(]?\d[\d .,:()/€%-]*")
_DIGIT = np.zeros(256, np.uint8)
_DIGIT[ord("0") : ord("9") + 1] = 1

Decode = Callable[[bytes], str]


@dataclass(frozen=True, slots=True)
class Above:
    """The table above, by its head: its `titles` (`told_apart`), number of columns, and the `kinds` of their cells.

    `short`: the length of a line that may be a title where many lines have no digits; None where few have none.
    """

    titles: tuple[str, ...]
    width: int
    kinds: tuple[str, ...]
    short: int | None


@dataclass(frozen=True, slots=True)
class Beginning:
    """A table that begins at byte `at`: its header is the record behind `above` lines of one cell."""

    at: int
    above: int


def above(cells: Sequence[str], width: int, rows: Rows, lines: Sequence[bytes]) -> Above:
    """What is known of a table: its header's cells (none: ()), its first rows as cells and as bytes."""
    poor = sum(_digits(np.frombuffer(line, np.uint8)) <= 1 for line in lines[:JUDGED] if line)
    usual = sorted(map(len, lines[:JUDGED]))[len(lines[:JUDGED]) // 2] if lines else 0
    short = None if poor <= RARE * min(len(lines), JUDGED) else min(_TITLE_LINE, usual // 2)
    return Above(told_apart(cells), width, kinds_of(rows[:LOOK_ROWS], width), short)


def title_lines(data: bytes, records: Records, delimiter: str, short: int | None) -> list[int]:
    """The records that may be titles: hardly a digit at evenly spread places.

    `short` None: lines without digits are rare. Else only those count that stand behind an empty line or one so short.
    """
    if not len(records):
        return []
    array = np.frombuffer(data, np.uint8)
    length = records.end - records.start
    at = np.flatnonzero((length >= 5) & (length <= _LONGEST) & (records.kind != CUT))
    if short is not None:
        at = at[_parted(data, records, at, short)]
    counted = np.zeros(len(at), np.uint8)
    for place in range(_SAMPLED):
        step = (place * 7 + 3) % _SAMPLED  # spread, so that few rounds are needed
        counted += _DIGIT[array[records.start[at] + (length[at] * (2 * step + 1)) // (2 * _SAMPLED)]]
        few = counted <= 1
        at, counted = at[few], counted[few]
    mark = delimiter.encode()
    return [index for index in at.tolist() if mark in data[int(records.start[index]) : int(records.end[index])]]


def holds_titles(body: bytes, rows: int, delimiter: str) -> bool:
    """Whether a body of `rows` plain lines in UTF-8 has a line that may head another table."""
    ends = np.flatnonzero(np.frombuffer(body, np.uint8) == _LF)
    starts = np.concatenate([[0], ends[:-1] + 1])
    records = Records(starts, ends, np.zeros(len(ends), np.uint8), len(body))
    lines = title_lines(body, records, delimiter, None)
    if len(lines) > 1 + RARE * rows:  # rows without digits
        lines = title_lines(body, records, delimiter, min(_TITLE_LINE, len(body) // rows // 2))
    return any(are_titles(body[int(starts[at]) : int(ends[at])].decode().split(delimiter)) for at in lines)


def _parted(data: bytes, records: Records, at: Ints, short: int) -> npt.NDArray[np.bool_]:
    """Whether an empty line, a byte order mark or a `short` line stands before records."""
    before = np.maximum(at - 1, 0)
    apart = records.start[at] - np.where(at > 0, records.end[before], 0)
    array = np.frombuffer(data, np.uint8)
    gap = np.where(
        at > 0,
        (apart > 2) | ((apart == 2) & (array[np.minimum(records.end[before], len(array) - 1)] == _LF)),
        apart > 0,
    )
    return gap | ((at > 0) & (records.end[before] - records.start[before] <= short))


def _digits(line: npt.NDArray[np.uint8]) -> int:
    places = (len(line) * (2 * np.arange(_SAMPLED) + 1)) // (2 * _SAMPLED)
    return int(_DIGIT[line[places]].sum())


def begins(
    cells: list[str], below: bytes, table: Above, delimiter: str, decode: Decode, *, parted: bool, titled: bool
) -> bool:
    """Whether a line of titles begins another table than the one above, given the bytes below it up to `LOOK`.

    `parted`: something stands between the tables; `titled`: a line of one cell.
    """
    titles = told_apart(cells)
    if titles == table.titles or (len(titles) == 2 and not (parted and all(map(is_known, titles)))):
        return False
    rows, ended = _rows_below(below, len(cells), delimiter, decode)
    if not rows:
        return ended and len(titles) > 2 and (titled or (parted and len(cells) != table.width))
    widths = [len(trimmed(row)) for row in rows]
    fits = [
        width <= len(titles) and (len(row) == len(cells) or 2 * width > len(titles))
        for row, width in zip(rows, widths, strict=True)
    ]
    if not fits[0] or sum(fits) < FITTING * len(fits) or (not parted and len(rows) < SURE_ROWS):
        return False
    kinds = kinds_of(rows, len(titles))
    agreed, against = agreement(titles, kinds)
    if against > agreed:
        return False
    if len(titles) != len(table.titles or table.kinds):
        return len(cells) != table.width or max(widths) <= len(titles)
    differ = any(one and other and one != other for one, other in zip(kinds, table.kinds, strict=False))
    again = sorted(titles) == sorted(table.titles)
    return differ or again or (parted and agreed > 0 and are_typed(titles, kinds))


def beginning(
    data: bytes, records: Records, table: Above, delimiter: str, decode: Decode, more: Callable[[int], bytes], rows: int
) -> tuple[Beginning | None, list[int]]:
    """Where another table begins in a block, if one does; and the records before that repeat the titles above.

    `more(n)`: n bytes behind `data`. `rows` of the table came before the block.
    """
    repeated = []
    for index in title_lines(data, records, delimiter, table.short):
        start, end = int(records.start[index]), int(records.end[index])
        cells = tolerant_fields(decode(data[start:end]), delimiter)
        if not are_titles(cells):
            continue
        if told_apart(cells) == table.titles:
            repeated.append(index)
            continue
        first = _first_title(data, records, index, delimiter)
        below = data[end : end + LOOK]
        below += more(LOOK - len(below)) if len(below) < LOOK else b""
        titled = first < index
        parted = titled or _is_gap(data, records, index)
        if not parted and rows + first - len(repeated) <= 0:
            continue
        if begins(cells, below, table, delimiter, decode, parted=parted, titled=titled):
            return Beginning(int(records.start[first]), index - first), repeated
    return None, repeated


@dataclass(frozen=True, slots=True)
class First:
    """The first table of a head: how many bytes belong to it, and which record is its header, if one is for sure."""

    length: int
    header: int | None = None


def first_table(data: bytes, records: Records, delimiter: str, decode: Decode) -> First:
    """Where the first table of a head ends, which is its end where no other one begins."""
    some = JUDGED + MAX_PREAMBLE
    spans = zip(records.start[:some].tolist(), records.end[:some].tolist(), strict=True)
    lines = [data[start:end] for start, end in spans]
    short = above((), 0, [], lines).short
    found = title_lines(data, records, delimiter, short)
    if not found:
        return First(len(data))
    titles = {at: trimmed(_cells(lines[at], delimiter, decode)) for at in found if at <= MAX_PREAMBLE}
    likely = [at for at, cells in titles.items() if are_titles(cells)]
    header = next((at for at in likely if len(titles[at]) > 2), likely[0] if likely else None)  # two: a key, a value
    skipped = 0 if header is None else header + 1
    end = next((at for at in found if at > skipped and at not in titles), skipped + LOOK_ROWS)
    rows = [_cells(line, delimiter, decode) for line in lines[skipped : min(end, skipped + LOOK_ROWS)]]
    if header is None:
        width = Counter(map(len, rows)).most_common(1)[0][0]
        table, sure = above((), width, rows, lines), None
        if len(records) <= MAX_PREAMBLE and sum(any(map(_NUMBER.fullmatch, row)) for row in rows if len(row) > 2) < 3:
            return First(len(data))
    else:
        cells = _cells(lines[header], delimiter, decode)
        table = above(cells, len(cells), rows, lines)
        sure = header if are_typed(table.titles, table.kinds) else None
    behind = Records(
        records.start[skipped:], records.end[skipped:], records.kind[skipped:], records.consumed, records.continued
    )
    begun, _ = beginning(data, behind, table, delimiter, decode, lambda _: b"", 0)
    return First(len(data) if begun is None else begun.at, sure)


def delimiter_of_first(text: bytes, decode: Decode, *, final: bool) -> tuple[str, float] | None:
    """The delimiter of the first of several tables under each other, where no width holds for all of them."""
    sample, whole = (text, final) if len(text) <= SAMPLE_BYTES else (text[:SAMPLE_BYTES], False)
    for delimiter in DELIMITERS:
        mark = delimiter.encode()
        marks = sample.count(mark)
        # prose has fewer marks than lines, or blanks behind them
        if marks < max(_LEAST_MARKS, sample.count(b"\n")) or 2 * sample.count(mark + b" ") > marks:
            continue
        records = split_records(sample, delimiter, final=whole)
        own = first_table(sample, records, delimiter, decode).length
        if own < len(sample):
            found = likely_delimiter(sample[:own], final=True)
            if found is not None and found[0] == delimiter:
                return found
    return None


def decoder(encoding: Encoding) -> Decode:
    """How a line of an encoding is read before that of the block is settled."""
    return partial(_decoded, legacy=encoding.legacy or "cp1252")


def _decoded(line: bytes, legacy: str) -> str:
    try:
        return line.decode().lstrip(BOM)
    except UnicodeDecodeError:
        return line.decode(legacy, "replace")


@dataclass(slots=True)
class Watch:
    """Looks for another table in the blocks of one. State: rows so far, and the `found` beginning."""

    table: Above
    delimiter: str
    decode: Decode
    rows: int = 0
    found: Beginning | None = None
    repeated: int = 0

    @property
    def ended(self) -> bool:
        """Whether another table begins behind the last block."""
        return self.found is not None

    def __call__(self, data: bytes, records: Records, more: Callable[[int], bytes], *, final: bool) -> Records:
        """The records of the table in a block, `consumed` up to where another begins or what may be its titles."""
        if records.continued or not len(records):
            return records
        if not final:
            records = self._held(data, records)
        self.found, again = beginning(data, records, self.table, self.delimiter, self.decode, more, self.rows)
        if self.found is not None:
            keep = int(np.searchsorted(records.start, self.found.at))
            records = Records(records.start[:keep], records.end[:keep], records.kind[:keep], self.found.at)
        if again:
            own = np.ones(len(records), np.bool_)
            own[again] = False
            records = records.where(own)
            self.repeated += len(again)
        self.rows += len(records)
        return records

    def _held(self, data: bytes, records: Records) -> Records:
        """Records without the lines of one cell and empty lines at the end of a block: they may belong to a header."""
        count = len(records)
        keep = count
        while keep and count - keep < MAX_TITLES and _is_title(data, records, keep - 1, self.delimiter):
            keep -= 1
        consumed = data.find(b"\n", int(records.end[keep - 1])) + 1 if keep else 0
        if records.consumed - consumed > _HELD or (keep and not consumed):
            return records
        return Records(records.start[:keep], records.end[:keep], records.kind[:keep], consumed)


def _first_title(data: bytes, records: Records, header: int, delimiter: str) -> int:
    """The first of the lines of one cell directly above a header, up to the first empty line above one."""
    first = header
    while first and header - first < MAX_TITLES and _is_title(data, records, first - 1, delimiter):
        first -= 1
        if _is_gap(data, records, first):
            break
    return first


def _is_gap(data: bytes, records: Records, index: int) -> bool:
    """Whether more than a line end stands before a record."""
    return bool(_parted(data, records, np.array([index]), -1)[0])


def _is_title(data: bytes, records: Records, index: int, delimiter: str) -> bool:
    start, end = int(records.start[index]), int(records.end[index])
    return end - start <= _TITLE_LINE and delimiter.encode() not in data[start:end].strip(f'{delimiter}" '.encode())


def _rows_below(below: bytes, width: int, delimiter: str, decode: Decode) -> tuple[Rows, bool]:
    """The first rows below titles, up to a line of one cell or other titles; whether their table ends there."""
    below = below.removeprefix(b"\r").removeprefix(b"\n")
    records = split_records(below, delimiter, width, final=len(below) < LOOK - 2)
    rows: Rows = []
    for index in range(min(LOOK_ROWS, len(records))):
        cells = _cells(below[int(records.start[index]) : int(records.end[index])], delimiter, decode)
        if len(trimmed(cells)) < 2:
            return rows, True
        if are_titles(cells):
            return rows, _is_gap(below, records, index)
        rows.append(cells)
    return rows, len(records) == len(rows)


def _cells(line: bytes, delimiter: str, decode: Decode) -> list[str]:
    return tolerant_fields(decode(line), delimiter)
