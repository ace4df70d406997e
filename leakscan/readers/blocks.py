"""Runs of whole records cut from a feed: what is in memory at a time, and nothing else, depends on their size."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

from leakscan.readers.dialect import Dialect
from leakscan.readers.encodings import Encoding, LineCheck, check_lines, settle, to_utf8
from leakscan.readers.notices import Notices
from leakscan.readers.splitting import (
    MAX_RECORD,
    PLAIN,
    QUOTED,
    Ints,
    Records,
    count_fields,
    delimiter_places,
    split_records,
)
from leakscan.readers.streams import Feed, source_length
from leakscan.records import ROW, Batch, Unparsed

DAMAGED_SCHEMA = {ROW: pl.UInt64(), "offset": pl.UInt64(), "reason": pl.String(), "text": pl.String()}
"""Columns of the damaged rows of a batch."""

Numbers = npt.NDArray[np.uint64]

SURE_RECORDS = 3
"""A stretch cut out of a table begins at the first of so many records in a row that have all fields: what comes before
may lie inside a quoted field over several lines."""

NO_DAMAGE = pl.DataFrame(schema=DAMAGED_SCHEMA)


@dataclass(frozen=True)
class Block:
    """Whole records as ASCII-compatible bytes, with where they came from (`start`, `end`: bytes in the source).

    `seams`: where stretches of the source were put together, as (position in `data`, byte in the source); `start` and
    `end` then count the bytes of the stretches alone.
    """

    data: bytes
    records: Records
    start: int
    end: int
    encoding: Encoding
    seams: tuple[tuple[int, int], ...] = ()

    @cached_property
    def check(self) -> LineCheck:
        """What encodings its lines are in."""
        return check_lines(self.data, self.encoding)

    def offsets(self, places: Ints) -> list[int]:
        """Bytes in the source of ascending positions in `data`."""
        found, before, at, seams = [], 0, self.start, deque(self.seams)
        for place in places.tolist():
            while seams and seams[0][0] <= place:
                before, at = seams.popleft()
            at += source_length(self.data[before:place], self.encoding.wide)
            before = place
            found.append(at)
        return found

    def utf8(self, data: bytes) -> bytes:
        """Give a part of the block that is made of whole lines as UTF-8 without NULs."""
        data = to_utf8(data, self.encoding, self.check.mode)
        return data.replace(b"\0", b"") if b"\0" in data else data

    def text(self, start: int, end: int) -> str:
        """Give one record as text."""
        return self.utf8(self.data[start:end]).decode()

    def joined(self, records: Records) -> bytes:
        """Some records in order as UTF-8, one LF after each, CR LF within them become LF.

        The bytes are copied in runs that lie together, each with the CR after its last record: polars takes a CR at the
        end of a record off, so only records of several lines need more.
        """
        gap = records.start[1:] - records.end[:-1]
        array = np.frombuffer(self.data + b"\n", np.uint8)
        before_cr = array[records.end] == 13
        together = (gap == 1) | ((gap == 2) & before_cr[:-1])
        breaks = np.flatnonzero(~together)
        first = records.start[np.concatenate([[0], breaks + 1])].tolist()
        last = (records.end + before_cr)[np.concatenate([breaks, [len(records) - 1]])].tolist()
        del array, before_cr, gap, together  # `array` is a copy of the block
        data = self.utf8(b"".join([self.data[start:end] + b"\n" for start, end in zip(first, last, strict=True)]))
        has_inner_lines = data.count(b"\n") > len(records)
        return data.replace(b"\r\n", b"\n") if has_inner_lines else data

    def damaged(self, records: Records, numbers: Numbers, reasons: list[str]) -> pl.DataFrame:
        """Account for records that fit no table, as the `damaged` frame of a `Batch`."""
        if not len(records):
            return NO_DAMAGE
        spans = zip(records.start.tolist(), records.end.tolist(), strict=True)
        columns = {
            ROW: numbers,
            "offset": self.offsets(records.start),
            "reason": reasons,
            "text": [self.text(start, end) for start, end in spans],
        }
        return pl.DataFrame(columns, schema=DAMAGED_SCHEMA)


class Watch(Protocol):
    """Looks over the records of each block as it is cut. `ended`: they were the last ones, whatever follows."""

    @property
    def ended(self) -> bool:
        """Whether what follows is no longer of this table."""

    def __call__(self, data: bytes, records: Records, more: Callable[[int], bytes], *, final: bool) -> Records:
        """The records to take; what lies behind their `consumed` is cut again. `more(n)`: n bytes behind `data`."""


def blocks(
    feed: Feed,
    encoding: Encoding,
    start: int,
    block_bytes: int,
    dialect: Dialect | None = None,
    watch: Watch | None = None,
) -> Iterator[Block]:
    """Cut a feed into blocks of about `block_bytes`; a block grows where a record does not fit.

    `start` is the feed's position in the source; without a `dialect` quotes mean nothing. Where only stretches of the
    source are fed, the first is cut like a whole source, and each run of further ones makes one block. Once a `watch`
    has ended, the feed stands behind the last block.
    """
    delimiter, width = (dialect.delimiter, dialect.width) if dialect else (None, None)
    data, want, ended, continued = b"", block_bytes, False, False
    while not ended:
        more = feed.read(want)
        ended = len(more) < want
        data = data + more if data else more
        records = split_records(data, delimiter, width, final=ended and not feed.cut, continued=continued)
        if watch is not None:
            records = watch(data, records, feed.peek, final=ended)
            if watch.ended:
                feed.unread(data[records.consumed :])
                data, ended = data[: records.consumed], True
        if not records.consumed and not ended:
            want = min(2 * want, MAX_RECORD)
            continue
        continued, want = records.continued, block_bytes
        taken, data = data[: records.consumed], data[records.consumed :]
        encoding = settle(encoding, taken, _Ahead(data, feed))
        end = start + source_length(taken, encoding.wide)
        if taken:
            yield Block(taken, records, start, end, encoding)
        start = end
    if watch is not None and watch.ended:
        return
    feed.pass_over(source_length(data, encoding.wide))
    while (at := feed.onward(run=True)) is not None:
        cut = []
        while at is not None:
            cut.append(_stretch(feed, at, encoding, dialect))
            at = feed.onward(run=False)
        joined = _joined([block for block in cut if len(block.records)])
        if joined is not None:
            encoding = settle(encoding, joined.data, _Ahead(b"", feed))
            end = start + sum(block.end - block.start for block in cut)
            yield replace(joined, encoding=encoding, start=start, end=end)
            start = end


def _stretch(feed: Feed, at: int, encoding: Encoding, dialect: Dialect | None) -> Block:
    """The whole records of a stretch that begins anywhere: at byte `at` of the source.

    A stretch without a record is read all the same: its bytes are not passed over, and tell that there are no rows.
    """
    delimiter, width = (dialect.delimiter, dialect.width) if dialect else (None, None)
    data = feed.read(MAX_RECORD)
    line = data.find(b"\n") + 1 or len(data)
    rest = data[line:]
    records = split_records(rest, delimiter, width, final=not feed.cut)
    first = _first_sure(rest, records, dialect)
    if not len(records):
        return Block(b"", records, at, at + source_length(data, encoding.wide), encoding)
    begin = int(records.start[first])
    taken = rest[begin : records.consumed]
    records = Records(
        records.start[first:] - begin, records.end[first:] - begin, records.kind[first:], records.consumed - begin
    )
    passed = source_length(data[: line + begin], encoding.wide)
    feed.pass_over(passed + source_length(rest[begin + len(taken) :], encoding.wide))
    start = at + passed
    return Block(taken, records, start, start + source_length(taken, encoding.wide), encoding)


def _first_sure(data: bytes, records: Records, dialect: Dialect | None) -> int:
    """Which record is the first of `SURE_RECORDS` with all fields; 0 where nowhere so many follow each other."""
    if dialect is None or len(records) < SURE_RECORDS:
        return 0
    counts = count_fields(data, records, dialect.delimiter, delimiter_places(data, records, dialect.delimiter))
    whole = (counts == dialect.width) | (dialect.short_rows & (counts > 1) & (counts < dialect.width))
    whole &= (records.kind == PLAIN) | (records.kind == QUOTED)
    sure = np.lib.stride_tricks.sliding_window_view(whole, SURE_RECORDS).all(axis=1)
    return int(sure.argmax())


def _joined(cut: list[Block]) -> Block | None:
    """Blocks of one source, in order, as one."""
    if not cut:
        return None
    places = np.cumsum([0, *(len(block.data) for block in cut)]).tolist()
    return Block(
        b"".join(block.data for block in cut),
        Records(
            np.concatenate([block.records.start + place for block, place in zip(cut, places, strict=False)]),
            np.concatenate([block.records.end + place for block, place in zip(cut, places, strict=False)]),
            np.concatenate([block.records.kind for block in cut]),
            places[-1],
        ),
        cut[0].start,
        cut[-1].end,
        cut[0].encoding,
        tuple((place, block.start) for block, place in zip(cut, places, strict=False)),
    )


def unparsed(block: Block, parse: Callable[..., Batch], *given: object) -> Unparsed:
    """A block to be parsed by `parse(data, block without data, *given)`, wherever that will be."""
    bare = replace(block, data=b"")
    return Unparsed(block.data, parse, (bare, *given), block.start, block.end, len(block.records))


@dataclass(frozen=True, slots=True)
class _Ahead:
    """Look at the bytes after a block: first those already taken from the feed."""

    rest: bytes
    feed: Feed

    def __call__(self, size: int) -> bytes:
        return (self.rest + self.feed.peek(max(0, size - len(self.rest))))[:size]


def note_bytes(block: Block, notices: Notices, rows: int) -> None:
    """Count what is odd about a block's bytes; `rows` records came before it."""
    if b"\0" in block.data:
        row, offset = _located(block, block.data.index(b"\0"), rows)
        notices.add("nul_bytes", block.data.count(b"\0"), row, offset)
    if len(block.check.foreign):
        row, offset = _located(block, int(block.check.foreign[0]), rows)
        notices.add("mixed_encoding", len(block.check.foreign), row, offset)
    notices.add("undecodable", block.check.undecodable)


def _located(block: Block, at: int, rows: int) -> tuple[int, int]:
    """Number, from 1, of the record that holds or follows a position of the block, and its byte in the source."""
    return rows + int((block.records.end <= at).sum()) + 1, block.offsets(np.array([at]))[0]


def note_damaged(damaged: pl.DataFrame, notices: Notices) -> None:
    """Count damaged rows by reason."""
    if damaged.height:
        first = damaged.group_by("reason", maintain_order=True).agg(pl.len(), pl.col(ROW, "offset").first())
        for reason, count, row, offset in first.iter_rows():
            notices.add(reason, count, row, offset)
