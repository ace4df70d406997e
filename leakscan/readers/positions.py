"""Reader for fixed width: columns that stand at the same places in all lines, with runs of blanks between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import polars as pl

from leakscan.readers.blocks import Block, blocks, note_bytes, note_damaged, unparsed
from leakscan.readers.dialect import likely_delimiter
from leakscan.readers.edges import LEAST_LINES, Layout, layout_of
from leakscan.readers.encodings import Encoding
from leakscan.readers.gates import RUN_OF_DIGITS
from leakscan.readers.header import find_header, shown_name
from leakscan.readers.heads import Head
from leakscan.readers.listings import ASIDE, ROW_LINE, Listing, is_marked, judged, listing_of
from leakscan.readers.notices import Notices
from leakscan.readers.recode import utf8
from leakscan.readers.splitting import CUT, MAX_RECORD, Records, split_records
from leakscan.readers.streams import Feed, Readable, source_length
from leakscan.records import ROW, Batch, Item, Table, column_id

FORMAT = "fixed_width"
CONFIDENCE = 0.6
"""Surer than any text, less sure than a mark."""
_ONE_WORD = r"^(?:[0-9]{2}|\p{L}{2})"
_NUMBERS = r"^[0-9AB ./\-]*$"
HEAD_ROWS = 20_000
"""Most rows that a table is judged by."""

_LINES = 400
_SAMPLE = 128 << 10


def sniff(head: Head) -> float:
    """By titles with a rule under them, or by columns of blanks that go through nearly all lines."""
    data = head.data
    start = data[:4096]
    if _listing(head) is not None:
        return CONFIDENCE
    if head.options.delimiter is not None or b"\0" in start:
        return 0.0
    few = start.split(b"\n")[:-1] or [start]
    blank = start.count(b"  ") >= LEAST_LINES and sum(b"  " in line.strip() for line in few) >= 0.6 * len(few)
    digits = len(RUN_OF_DIGITS.findall(start)) >= LEAST_LINES
    if len(few) < 3 or not (blank or digits):
        return 0.0
    layout = layout_of(sample(head.text.data, head.text.encoding))
    if (
        layout is None
        or not (blank or layout.proven)
        or likely_delimiter(head.text.data[:_SAMPLE], final=head.text.whole) is not None
    ):
        return 0.0
    return CONFIDENCE


def _listing(head: Head) -> Listing | None:
    if head.options.delimiter is not None or b"\0" in head.text.data[:4096] or not is_marked(head.text.data[:_SAMPLE]):
        return None
    return listing_of(_decoded(head.text.data, head.text.encoding)[: 4 * _LINES])


def sample(data: bytes, encoding: Encoding) -> list[str]:
    """The first lines of a text, by which its columns are settled."""
    lines = _decoded(data, encoding)
    return [line.rstrip("\r ") for line in lines if line.strip()][:_LINES]


def _decoded(data: bytes, encoding: Encoding) -> list[str]:
    piece = data[:_SAMPLE]
    piece = piece[: piece.rfind(b"\n") + 1] or piece
    return [line.rstrip("\r") for line in utf8(piece, encoding).decode("utf-8", "replace").split("\n")]


def read(stream: Readable, head: Head) -> Iterator[Item]:
    """The table and its batches."""
    text, options = head.text, head.options
    encoding = text.encoding
    listing = _listing(head)
    if listing is not None:
        yield from _read_listing(stream, head, listing)
        return
    layout = layout_of(sample(text.data, encoding)) or Layout(((0, 1 << 20),))
    width = len(layout.edges)
    records = split_records(text.data, None, final=text.whole)
    top = Block(text.data, records.where(np.arange(len(records)) <= HEAD_ROWS), encoding.bom, len(head.data), encoding)
    cells = _cells(_lines(top), layout)
    if layout.proven and not layout.code and not _numbered(text.data, encoding, layout):
        cells = cells.with_columns(kept=pl.col("kept") | (pl.int_range(pl.len()) == 0))  # titles are no digits
    rows = cells.filter(pl.col("kept")).drop("kept").with_row_index(ROW).with_columns(pl.col(ROW).cast(pl.Int64))
    first = [list(row) for row in rows.head(1).drop(ROW).iter_rows()]
    header = find_header(first, rows, width)
    body_at = text.data.find(b"\n") + 1 if header.row is not None else 0
    shown = rows.drop(ROW).slice(1 if header.row is not None else 0, HEAD_ROWS)
    yield Table(FORMAT, encoding.label, header.columns, has_header=header.row is not None, head=shown)
    feed = Feed(stream, head.data, wide=encoding.wide, bom=encoding.bom, cr=text.cr)
    feed.read(body_at)
    start = encoding.bom + source_length(text.data[:body_at], encoding.wide)
    count = 0
    for block in blocks(feed, encoding, start, options.block_bytes):
        yield unparsed(block, _batch, layout, count)
        count += len(block.records)


def _numbered(data: bytes, encoding: Encoding, layout: Layout) -> bool:
    """Whether the first line has digits where numbers stand: a line that counts the others, and no titles."""
    first = _decoded(data, encoding)[0]
    return any(letter.isdigit() for one in layout.proven if one.kind != "sex" for letter in first[one.start : one.end])


def _read_listing(stream: Readable, head: Head, listing: Listing) -> Iterator[Item]:
    """The rows of all pages as one table; what stands between them is searched as text."""
    text = head.text
    encoding = text.encoding
    records = split_records(text.data, None, final=text.whole)
    top = Block(text.data, records.where(np.arange(len(records)) <= HEAD_ROWS), encoding.bom, len(head.data), encoding)
    names = [column_id(at) for at in range(len(listing.edges))]
    shown = judged(_lines(top), listing).filter((pl.col("kind") == ROW_LINE) & pl.col("kept")).select(names)
    columns = tuple(shown_name(title, f"column_{at}") for at, title in enumerate(listing.titles, 1))
    yield Table(FORMAT, encoding.label, columns, has_header=True, head=shown)
    feed = Feed(stream, head.data, wide=encoding.wide, bom=encoding.bom, cr=text.cr)
    count = 0
    for block in blocks(feed, encoding, encoding.bom, head.options.block_bytes):
        kind = np.full(len(block.records), ROW_LINE)
        kind[block.records.kind != CUT] = judged(_lines(block), listing)["kind"].to_numpy()
        rows = replace(block, records=block.records.where(kind == ROW_LINE))
        yield unparsed(rows, _page, listing, block.records.where(kind == ASIDE), count)
        count += len(rows.records)


def _page(data: bytes, bare: Block, listing: Listing, between: Records, rows: int) -> Batch:
    """The rows of a block of a listing, `rows` came before it; and the texts `between` them, which are no rows."""
    block = replace(bare, data=data)
    cut = block.records.kind == CUT
    numbers = np.arange(rows + 1, rows + 1 + len(cut), dtype=np.uint64)
    found = judged(_lines(block), listing)
    odd = np.array(cut)
    odd[np.flatnonzero(~cut)[~found["kept"].to_numpy()]] = True
    damaged = block.damaged(
        block.records.where(odd), numbers[odd], np.where(cut[odd], "record_cut", "not_in_columns").tolist()
    )
    notices = Notices()
    note_bytes(block, notices, rows)
    note_damaged(damaged, notices)
    if len(between):
        aside = block.damaged(between, np.zeros(len(between), np.uint64), ["preamble"] * len(between))
        notices.add("between_rows", len(between), offset=aside["offset"][0])
        damaged = pl.concat([aside, damaged])
    frame = found.with_columns(pl.Series(ROW, numbers[~cut], dtype=pl.UInt64)).filter(pl.col("kept"))
    names = [column_id(at) for at in range(len(listing.edges))]
    return Batch(frame.select(ROW, *names), damaged, block.start, block.end, tuple(notices.warnings()))


def _batch(data: bytes, bare: Block, layout: Layout, rows: int) -> Batch:
    """The rows of a block; lines that do not keep to the columns are damaged, lines that are ruled are none."""
    block = replace(bare, data=data)
    cut = block.records.kind == CUT
    numbers = np.arange(rows + 1, rows + 1 + len(cut), dtype=np.uint64)
    found = _cells(_lines(block), layout)
    odd = np.array(cut)
    odd[np.flatnonzero(~cut)[~found["kept"].to_numpy()]] = True
    damaged = block.damaged(
        block.records.where(odd), numbers[odd], np.where(cut[odd], "record_cut", "not_in_columns").tolist()
    )
    notices = Notices()
    note_bytes(block, notices, rows)
    note_damaged(damaged, notices)
    frame = found.with_columns(pl.Series(ROW, numbers[~cut], dtype=pl.UInt64)).filter(pl.col("kept"))
    names = [column_id(at) for at in range(len(layout.edges))]
    return Batch(frame.select(ROW, *names), damaged, block.start, block.end, tuple(notices.warnings()))


def _lines(block: Block) -> pl.Series:
    records = block.records.where(block.records.kind != CUT)
    if not len(records):
        return pl.Series("line", [], dtype=pl.String)
    return pl.Series("line", block.joined(records)[:-1].decode().split("\n"), dtype=pl.String)


def _cells(lines: pl.Series, layout: Layout) -> pl.DataFrame:
    """Lines cut at the columns, and whether blanks stand between these, or a number ends where a word begins.

    Where windows were proven a line keeps to the columns by the digits, or nothing, in one of them.
    """
    line = pl.col("line")
    starts = [start for start, _ in layout.edges]
    cells = [
        line.str.slice(start, end - start).str.strip_chars().alias(column_id(at))
        for at, (start, end) in enumerate(pairwise([*starts, MAX_RECORD]))
    ]
    if layout.proven:
        numbers = [
            line.str.slice(one.start, one.end - one.start).str.contains(_NUMBERS)
            for one in layout.proven
            if one.kind != "sex"
        ]
        kept = pl.any_horizontal(numbers) & line.str.starts_with(layout.code)
        return lines.to_frame("line").select(*cells, kept.alias("kept"))
    gaps = [
        ~line.str.slice(start - 1, 2).str.contains(_ONE_WORD)
        if start == end
        else line.str.slice(start - 1, 1).str.strip_chars() == ""
        for (_, end), (start, _) in pairwise(layout.edges)
    ]
    return lines.to_frame("line").select(*cells, pl.all_horizontal(gaps or [pl.lit(True)]).alias("kept"))
