"""Reader for fixed width: columns that stand at the same places in all lines, with runs of blanks between them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from leakscan.readers.blocks import Block, blocks, note_bytes, note_damaged, unparsed
from leakscan.readers.dialect import likely_delimiter
from leakscan.readers.encodings import Encoding
from leakscan.readers.header import find_header, is_known, shown_name
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
LEAST_LINES = 8
"""Fewer lines may stand under each other by chance."""
LEAST_TITLED = 3
"""Below a line of known titles fewer lines do."""
TITLES = 0.6
"""Least share of columns with a known title for that."""
LEAST_FIELDS = 3
"""Fewer columns are a list with remarks."""
WIDE_GAP = 1.8
"""Blanks between two columns on average: between the groups of a number there is one."""
KEEPING = 0.97
"""Least share of lines that keep to the columns."""
_ONE_WORD = r"^(?:[0-9]{2}|\p{L}{2})"
GLUED = 8
"""Digits of a number that may stand right beside a word in another column: a date, a NIR."""
FILLED = 0.5
"""Least share of lines in which a column but the last two is filled, on average."""
ALIKE = 0.6
"""Least share of lines in which a column begins, or ends, at its edge."""
HEAD_ROWS = 20_000
"""Most rows that a table is judged by."""

_LINES = 400
_SAMPLE = 128 << 10
_RULES = set("-=_+ ")
_LOGGED = re.compile(
    r"\W{0,3}(?:\d{4}[-/.]\d\d[-/.]\d\d[T ]+\d\d[:h]\d\d|\d\d[-/.]\d\d[-/.]\d{2,4},?\s+\d{1,2}[:h]\d\d|\d\d:\d\d:\d\d"
    r"|[A-Z][a-z]{2}\s+\d{1,2}\s+\d\d:\d\d:\d\d|(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL|CRITICAL)\b)"
)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where columns begin and end, in characters; the last one ends with its line."""

    edges: tuple[tuple[int, int], ...]


def sniff(head: Head) -> float:
    """By titles with a rule under them, or by columns of blanks that go through nearly all lines."""
    data = head.data
    start = data[:4096]
    if _listing(head) is not None:
        return CONFIDENCE
    if start.count(b"  ") < LEAST_LINES or head.options.delimiter is not None or b"\0" in start:
        return 0.0
    few = start.split(b"\n")[:-1] or [start]
    if len(few) < 3 or sum(b"  " in line.strip() for line in few) < 0.6 * len(few):
        return 0.0
    layout = layout_of(_sample(head.text.data, head.text.encoding))
    if layout is None or likely_delimiter(head.text.data[:_SAMPLE], final=head.text.whole) is not None:
        return 0.0
    return CONFIDENCE


def _listing(head: Head) -> Listing | None:
    if head.options.delimiter is not None or b"\0" in head.text.data[:4096] or not is_marked(head.text.data[:_SAMPLE]):
        return None
    return listing_of(_decoded(head.text.data, head.text.encoding)[: 4 * _LINES])


def _sample(data: bytes, encoding: Encoding) -> list[str]:
    lines = _decoded(data, encoding)
    return [line.rstrip("\r ") for line in lines if line.strip()][:_LINES]


def _decoded(data: bytes, encoding: Encoding) -> list[str]:
    piece = data[:_SAMPLE]
    piece = piece[: piece.rfind(b"\n") + 1] or piece
    return [line.rstrip("\r") for line in utf8(piece, encoding).decode("utf-8", "replace").split("\n")]


def layout_of(lines: list[str]) -> Layout | None:
    """The columns that lines agree on; None where they do not."""
    lines = [line for line in lines if set(line) - _RULES]
    if len(lines) < LEAST_TITLED or any("\t" in line for line in lines):
        return None
    width = max(map(len, lines))
    if width > 5_000 or 2 * sum(bool(_LOGGED.match(line)) for line in lines) >= len(lines):
        return None
    text = np.array([list(line.ljust(width)) for line in lines])
    blank = text == " "
    loose = _between(blank.mean(axis=0) >= KEEPING, blank)
    astray = sum((~blank[:, end:start]).any(axis=1).astype(np.int64) for (_, end), (start, _) in pairwise(loose))
    own = blank[astray < 2] if len(loose) > 1 else blank
    if len(own) < KEEPING * len(blank):
        return None
    blank = own
    edges = _between(blank.all(axis=0), blank)
    if len(edges) < LEAST_FIELDS or not _agree(blank, edges):
        return None
    if len(lines) < LEAST_LINES and sum(is_known(lines[0][start:end]) for start, end in edges) < TITLES * len(edges):
        return None
    return Layout(_unglued((*edges[:-1], (edges[-1][0], width)), text))


def _unglued(edges: tuple[tuple[int, int], ...], text: npt.NDArray[np.str_]) -> tuple[tuple[int, int], ...]:
    """Columns parted where a long number ends or begins at one place in all lines: `184127645108946MARTIN`."""
    if len(text) < LEAST_LINES:
        return edges
    codes = text.view(np.uint32).reshape(len(text), -1)
    digit = ((codes >= ord("0")) & (codes <= ord("9"))).mean(axis=0) >= KEEPING
    letter = ((codes >= ord("A")) & (codes <= ord("Z")) | (codes >= ord("a")) & (codes <= ord("z"))).mean(
        axis=0
    ) >= KEEPING
    change = np.flatnonzero(np.diff(np.concatenate([[False], digit, [False]]).astype(np.int8)))
    cuts = {
        at
        for start, end in zip(change[0::2].tolist(), change[1::2].tolist(), strict=True)
        if end - start >= GLUED
        for at in (start if start and letter[start - 1] else None, end if end < len(letter) and letter[end] else None)
        if at is not None
    }
    parted = []
    for start, end in edges:
        inner = [start, *sorted(at for at in cuts if start < at < end), end]
        parted += list(pairwise(inner))
    return tuple(parted)


def _agree(blank: npt.NDArray[np.bool_], edges: list[tuple[int, int]]) -> bool:
    """Whether lines keep to columns, and these are filled and begin or end at their edges."""
    kept = np.ones(len(blank), np.bool_)
    for (_, end), (start, _) in pairwise(edges):
        kept &= blank[:, end:start].all(axis=1)
    filled = [~blank[:, start:end].all(axis=1) for start, end in edges]
    share = np.mean([one.mean() for one in filled[:-2]] or [0.0])
    if kept.mean() < KEEPING or share < FILLED or filled[0].mean() < KEEPING:
        return False
    for (start, end), own in list(zip(edges, filled, strict=True))[:-1]:
        if not own.any() or max((~blank[own, start]).mean(), (~blank[own, end - 1]).mean()) < ALIKE:
            return False
    return True


def _between(through: npt.NDArray[np.bool_], blank: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Columns between runs of blanks that are wide enough on average to part them."""
    change = np.flatnonzero(np.diff(np.concatenate([[True], through, [True]]).astype(np.int8)))
    spans = list(zip(change[0::2].tolist(), change[1::2].tolist(), strict=True))
    edges: list[tuple[int, int]] = []
    for start, end in spans:
        if edges and _blanks(blank, edges[-1][1], start) < WIDE_GAP and not _titled(blank[0], edges[-1][1], start):
            edges[-1] = (edges[-1][0], end)
        else:
            edges.append((start, end))
    return edges


def _titled(first: npt.NDArray[np.bool_], end: int, start: int) -> bool:
    """Whether the first line has more than one blank around a gap: two titles, where cells fill their columns."""
    return bool(first[max(0, end - 1) : start + 1].sum() > start - end and not first[:end].all() and not first[start])


def _blanks(blank: npt.NDArray[np.bool_], end: int, start: int) -> float:
    """How many blanks on average stand around a gap, in lines that are filled on both sides."""
    before = blank[:, :end][:, ::-1]
    after = blank[:, start:]
    left, right = np.argmin(before, axis=1), np.argmin(after, axis=1)
    both = ~before.all(axis=1) & ~after.all(axis=1)
    return float((left + right)[both].mean()) + start - end if both.any() else float(start - end)


def read(stream: Readable, head: Head) -> Iterator[Item]:
    """The table and its batches."""
    text, options = head.text, head.options
    encoding = text.encoding
    listing = _listing(head)
    if listing is not None:
        yield from _read_listing(stream, head, listing)
        return
    layout = layout_of(_sample(text.data, encoding)) or Layout(((0, 1 << 20),))
    width = len(layout.edges)
    records = split_records(text.data, None, final=text.whole)
    top = Block(text.data, records.where(np.arange(len(records)) <= HEAD_ROWS), encoding.bom, len(head.data), encoding)
    cells = _cells(_lines(top), layout)
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
    """Lines cut at the columns, and whether blanks stand between these, or a number ends where a word begins."""
    line = pl.col("line")
    starts = [start for start, _ in layout.edges]
    cells = [
        line.str.slice(start, end - start).str.strip_chars().alias(column_id(at))
        for at, (start, end) in enumerate(pairwise([*starts, MAX_RECORD]))
    ]
    gaps = [
        ~line.str.slice(start - 1, 2).str.contains(_ONE_WORD)
        if start == end
        else line.str.slice(start - 1, 1).str.strip_chars() == ""
        for (_, end), (start, _) in pairwise(layout.edges)
    ]
    return lines.to_frame("line").select(*cells, pl.all_horizontal(gaps or [pl.lit(True)]).alias("kept"))
