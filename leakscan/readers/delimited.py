"""Reader for delimited text: exports with a row per line and fields between semicolons, commas, tabs or bars."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from leakscan.readers.blocks import Block, blocks, unparsed
from leakscan.readers.dialect import Dialect, declared_length, likely_delimiter, settle_dialect, wanted_delimiter
from leakscan.readers.fields import parse_rows, parsed_batch, without_repeated_headers
from leakscan.readers.header import MAX_PREAMBLE, find_header, without_record
from leakscan.readers.heads import Head, HeadText
from leakscan.readers.notices import Notices
from leakscan.readers.one_column import CONFIDENCE, NO_DELIMITER, is_one_column
from leakscan.readers.snds import has_pseudonyms
from leakscan.readers.splitting import Records, split_records, tolerant_fields
from leakscan.readers.streams import Feed, Readable, source_length
from leakscan.records import ROW, Batch, Item, ReadOptions, Table, text_columns

FORMAT = "delimited"
HEAD_ROWS = 20_000
"""Most records of the head that a `Table` shows."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What the head settles about records: `titles` are spans of lines above the header, `body_at` where rows begin."""

    dialect: Dialect
    header_bytes: bytes | None
    titles: tuple[tuple[int, int], ...]
    body_at: int


def sniff(head: Head) -> float:
    """How surely this is delimited text, 0..1, by the agreement of its records on a number of fields, or on a kind."""
    if wanted_delimiter(head.options.delimiter) is not None:
        return 1.0
    found = likely_delimiter(head.text.data, final=head.text.whole)
    if found is not None:
        return found[1]
    return CONFIDENCE if is_one_column(head.text.data) else 0.0


def read(stream: Readable, head: Head) -> Iterator[Item]:
    """Read a source whose `head` was taken from `stream`: first its table, then its batches, then what was met."""
    text, options = head.text, head.options
    encoding = text.encoding
    layout, table = settle_layout(text, options)
    yield table
    notices = Notices()
    start = encoding.bom + source_length(text.data[: layout.body_at], encoding.wide)
    if layout.titles:
        yield _preamble(text, layout, start, notices)
    feed = Feed(stream, head.data, wide=encoding.wide, bom=encoding.bom, cr=text.cr)
    feed.read(layout.body_at)
    rows = 0
    for met in blocks(feed, encoding, start, options.block_bytes, layout.dialect):
        block, repeated = without_repeated_headers(met, layout.header_bytes)
        notices.add("repeated_header", repeated)
        yield unparsed(block, parsed_batch, layout.dialect, rows)
        rows += len(block.records)
    if has_pseudonyms(table.columns):
        notices.add("pseudonyms", rows)
    yield from notices.warnings()


def settle_layout(text: HeadText, options: ReadOptions) -> tuple[Layout, Table]:
    """Settle the layout from the head: delimiter, number of fields, titles, header."""
    wanted = wanted_delimiter(options.delimiter)
    found = likely_delimiter(text.data, final=text.whole) if wanted is None else None
    delimiter = wanted or (found[0] if found else NO_DELIMITER)
    skipped = declared_length(text.data)
    data = text.data[skipped:]
    dialect = settle_dialect(data, delimiter, final=text.whole)
    records = split_records(data, delimiter, dialect.width, final=text.whole)
    block = Block(data, records, 0, 0, text.encoding)
    spans = list(zip(records.start[:MAX_PREAMBLE].tolist(), records.end[:MAX_PREAMBLE].tolist(), strict=True))
    first = [tolerant_fields(block.text(start, end), delimiter) for start, end in spans]
    body = parse_rows(block, dialect, -1).frame.head(HEAD_ROWS + 1)
    header = find_header(first, body, dialect.width)
    titles = [(0, skipped)] if skipped else []
    header_bytes, body_at = None, skipped
    if header.row is not None:
        titles += [(skipped + start, skipped + end) for start, end in spans[: header.row]]
        begin, end = spans[header.row]
        header_bytes = data[begin:end]
        body_at = skipped + (data.find(b"\n", end) + 1 or len(data))
        body = body.filter(pl.col(ROW) > header.row)
        body = without_record(body.drop(ROW), first[header.row][: dialect.width])
    table = Table(
        format=FORMAT,
        encoding=text.encoding.label,
        columns=header.columns,
        has_header=header.row is not None,
        head=body.drop(ROW, strict=False).head(HEAD_ROWS),
        delimiter=None if delimiter == NO_DELIMITER else delimiter,
    )
    return Layout(dialect, header_bytes, tuple(titles), body_at), table


def _preamble(text: HeadText, layout: Layout, start: int, notices: Notices) -> Batch:
    """Give the titles above the header as damaged rows of number 0: they are no records, but are searched."""
    spans = np.array(layout.titles, np.int64)
    titles = Records(spans[:, 0], spans[:, 1], np.zeros(len(spans), np.uint8), layout.body_at)
    block = Block(text.data[: layout.body_at], titles, text.encoding.bom, start, text.encoding)
    damaged = block.damaged(titles, np.zeros(len(spans), np.uint64), ["preamble"] * len(spans))
    notices.add("preamble", len(spans), offset=damaged["offset"][0])
    frame = pl.DataFrame(schema={ROW: pl.UInt64(), **text_columns(layout.dialect.width)})
    return Batch(frame, damaged, 0, start)
