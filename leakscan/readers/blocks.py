"""Runs of whole records cut from a feed: what is in memory at a time, and nothing else, depends on their size."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from leakscan.readers.dialect import Dialect
from leakscan.readers.encodings import Encoding, LineCheck, check_lines, settle, to_utf8
from leakscan.readers.notices import Notices
from leakscan.readers.splitting import MAX_RECORD, Ints, Records, split_records
from leakscan.readers.streams import Feed, source_length
from leakscan.records import ROW, Batch, Unparsed

DAMAGED_SCHEMA = {ROW: pl.UInt64(), "offset": pl.UInt64(), "reason": pl.String(), "text": pl.String()}
"""Columns of the damaged rows of a batch."""

Numbers = npt.NDArray[np.uint64]

NO_DAMAGE = pl.DataFrame(schema=DAMAGED_SCHEMA)


@dataclass(frozen=True)
class Block:
    """Whole records as ASCII-compatible bytes, with where they came from (`start`, `end`: bytes in the source)."""

    data: bytes
    records: Records
    start: int
    end: int
    encoding: Encoding

    @cached_property
    def check(self) -> LineCheck:
        """What encodings its lines are in."""
        return check_lines(self.data, self.encoding)

    def offsets(self, places: Ints) -> list[int]:
        """Bytes in the source of ascending positions in `data`."""
        if self.encoding.wide is None:
            return [self.start + place for place in places.tolist()]
        found, before, at = [], 0, self.start
        for place in places.tolist():
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
        data = b"".join([self.data[start:end] + b"\n" for start, end in zip(first, last, strict=True)])
        data = self.utf8(data)
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


def blocks(
    feed: Feed, encoding: Encoding, start: int, block_bytes: int, dialect: Dialect | None = None
) -> Iterator[Block]:
    """Cut a feed into blocks of about `block_bytes`; a block grows where a record does not fit.

    `start` is the feed's position in the source; without a `dialect` quotes mean nothing.
    """
    delimiter, width = (dialect.delimiter, dialect.width) if dialect else (None, None)
    data, want, final, continued = b"", block_bytes, False, False
    while not final:
        more = feed.read(want)
        final = len(more) < want
        data = data + more if data else more
        records = split_records(data, delimiter, width, final=final, continued=continued)
        if not records.consumed and not final:
            want = min(2 * want, MAX_RECORD)
            continue
        continued, want = records.continued, block_bytes
        taken, data = data[: records.consumed], data[records.consumed :]
        encoding = settle(encoding, taken, _Ahead(data, feed))
        end = start + source_length(taken, encoding.wide)
        if taken:
            yield Block(taken, records, start, end, encoding)
        start = end


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
