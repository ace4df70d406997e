"""Reader for delimited text: exports with a row per line and fields between semicolons, commas, tabs or bars."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from leakscan.readers.blocks import Block, blocks, unparsed
from leakscan.readers.dialect import Dialect, declared_length, likely_delimiter, settle_dialect, wanted_delimiter
from leakscan.readers.encodings import settle
from leakscan.readers.fields import parse_rows, parsed_batch, without_repeated_headers, without_rules
from leakscan.readers.header import MAX_PREAMBLE, find_header, without_record
from leakscan.readers.heads import Head, HeadText
from leakscan.readers.notices import Notices
from leakscan.readers.one_column import CONFIDENCE, NO_DELIMITER, is_one_column
from leakscan.readers.snds import has_pseudonyms
from leakscan.readers.splitting import Records, split_records, tolerant_fields
from leakscan.readers.stacked import (
    JUDGED,
    LOOK_ROWS,
    Above,
    Beginning,
    First,
    Watch,
    above,
    decoder,
    delimiter_of_first,
    first_table,
)  # fmt: skip
from leakscan.readers.streams import HEAD_BYTES, Feed, Readable, SpreadStream, source_length
from leakscan.readers.titles import are_titles, shown_title
from leakscan.records import ROW, Batch, Child, Item, ReadOptions, Table, text_columns

FORMAT = "delimited"
HEAD_ROWS = 20_000
"""Most records of the head that a `Table` shows."""
_SHORT_HEAD = 1 << 20


@dataclass(frozen=True, slots=True)
class Layout:
    """What the head settles about records: `titles` are spans of lines above the header, `body_at` where rows begin.

    `above`: by what other tables below are told from this one; None where none is looked for. `alone`: none begins in
    the head.
    """

    dialect: Dialect
    header_bytes: bytes | None
    titles: tuple[tuple[int, int], ...]
    body_at: int
    above: Above | None = None
    alone: bool = True


def sniff(head: Head) -> float:
    """How surely this is delimited text, 0..1, by the agreement of its records on a number of fields, or on a kind."""
    if wanted_delimiter(head.options.delimiter) is not None:
        return 1.0
    found = _found_delimiter(head.text)
    if found is not None:
        return found[1]
    return CONFIDENCE if is_one_column(head.text.data) else 0.0


def _found_delimiter(text: HeadText) -> tuple[str, float] | None:
    """The delimiter of a table, or of the first of several under each other, and how surely."""
    found = likely_delimiter(text.data, final=text.whole)
    return found if found is not None else delimiter_of_first(text.data, decoder(text.encoding), final=text.whole)


def read(stream: Readable, head: Head) -> Iterator[Item]:
    """Read a source whose `head` was taken from `stream`: its table and batches, tables below it, what was met."""
    text, options = head.text, head.options
    encoding = text.encoding
    several = not (isinstance(stream, SpreadStream) and stream.partial)
    layout, table = settle_layout(text, options, several=several)
    yield table
    feed = Feed(stream, head.data, wide=encoding.wide, bom=encoding.bom, cr=text.cr)
    notices = Notices()
    here = _Reading(feed, text, options, encoding.bom)
    rows = yield from here.rows(text, layout, table, 0, notices, begin=0)
    names = {FORMAT}
    while here.found is not None:
        below = here.head()
        other, under = settle_layout(below, options, header=here.found.above, delimiter=layout.dialect.delimiter)
        again = layout.above is not None and other.above is not None and other.above.titles == layout.above.titles
        if again:
            notices.add("repeated_header", 1)
            rows += yield from here.rows(
                below, replace(layout, titles=other.titles, body_at=other.body_at), table, rows, notices
            )
            continue
        items = here.table(below, other, under)
        yield Child(_name(below.data, other, names), items=items)
        deque(items, maxlen=0)  # whoever does not want a table goes on behind it
    yield from notices.warnings()


@dataclass(slots=True)
class _Reading:
    """Tables under each other. State: the feed, which stands at byte `at` of the source, and what begins there."""

    feed: Feed
    text: HeadText
    options: ReadOptions
    at: int
    found: Beginning | None = None

    def head(self) -> HeadText:
        """The head of the table that begins here; shorter than that of a source where its end shows."""
        encoding, cr = self.text.encoding, self.text.cr
        for size in (_SHORT_HEAD, HEAD_BYTES):
            data = self.feed.peek(size)
            whole = len(data) < size
            text = HeadText(data if whole else data[: data.rfind(b"\n") + 1] or data, encoding, cr, whole)
            if whole:
                break
        known = settle(encoding, text.data, lambda _: b"")
        return replace(text, encoding=known)

    def table(self, text: HeadText, layout: Layout, table: Table) -> Iterator[Item]:
        """A further table."""
        notices = Notices()
        yield table
        yield from self.rows(text, layout, table, 0, notices)
        yield from notices.warnings()

    def rows(
        self, text: HeadText, layout: Layout, table: Table, before: int, notices: Notices, begin: int | None = None
    ) -> Generator[Item, None, int]:
        """The rows of a table from here on, after `before` others; gives how many. `begin`: where its titles begin."""
        self.found = None
        start = self.at + source_length(text.data[: layout.body_at], text.encoding.wide)
        if layout.titles:
            yield _preamble(text, layout, self.at, start, self.at if begin is None else begin, notices)
        self.feed.read(layout.body_at)
        self.at = start
        dialect, count = layout.dialect, 0
        above_it = layout.above
        watch = Watch(above_it, dialect.delimiter, decoder(text.encoding), before) if above_it is not None else None
        for met in blocks(self.feed, text.encoding, start, self.options.block_bytes, dialect, watch):
            block, repeated = without_repeated_headers(met, layout.header_bytes)
            block = replace(block, records=without_rules(block.data, block.records, dialect.delimiter))
            notices.add("repeated_header", repeated)
            self.at = met.end
            yield unparsed(block, parsed_batch, dialect, before + count)
            count += len(block.records)
        if watch is not None:
            notices.add("repeated_header", watch.repeated)
            self.found = watch.found
        if has_pseudonyms(table.columns):
            notices.add("pseudonyms", count)
        return count


def _name(data: bytes, layout: Layout, names: set[str]) -> str:
    """What a further table is called: by its title where that is made of words of titles, else by its number."""
    shown = f"table {len(names) + 1}"
    for start, end in layout.titles:
        title = data[start:end].decode("utf-8", "replace")
        shown = shown_title(title) or shown
    plain, number = shown, 1
    while shown in names:
        number += 1
        shown = f"{plain} ({number})"
    names.add(shown)
    return shown


def settle_layout(
    text: HeadText,
    options: ReadOptions,
    *,
    several: bool = True,
    delimiter: str | None = None,
    header: int | None = None,
) -> tuple[Layout, Table]:
    """Settle the layout from the head: delimiter, number of fields, titles, header, and where the first table ends.

    `several`: whether other tables may follow. `delimiter` and `header` (a record) are given where they are known.
    """
    delimiter = delimiter or wanted_delimiter(options.delimiter)
    if delimiter is None:
        found = _found_delimiter(text)
        delimiter = found[0] if found else NO_DELIMITER
    skipped = declared_length(text.data) if header is None else 0
    data, whole = text.data[skipped:], text.whole
    several = several and delimiter != NO_DELIMITER
    records = split_records(data, delimiter, final=whole)
    own = first_table(data, records, delimiter, decoder(text.encoding)) if several else First(len(data))
    alone = own.length == len(data)
    if not alone:
        data, whole = data[: own.length], True
        records = split_records(data, delimiter, final=True)
    dialect = settle_dialect(data, delimiter, without_rules(data, records, delimiter))
    records = without_rules(data, split_records(data, delimiter, dialect.width, final=whole), delimiter)
    block = Block(data, records, 0, 0, text.encoding)
    spans = list(zip(records.start[:JUDGED].tolist(), records.end[:JUDGED].tolist(), strict=True))
    first = [tolerant_fields(block.text(start, end), delimiter) for start, end in spans[:MAX_PREAMBLE]]
    body = parse_rows(block, dialect, -1).frame.head(HEAD_ROWS + 1)
    told = find_header(first, body, dialect.width, header)
    if own.header and told.row is not None and told.row < own.header and not are_titles(first[told.row]):
        told = find_header(first, body, dialect.width, own.header)  # above it stands what an export says of itself
    titles = [(0, skipped)] if skipped else []
    header_bytes, body_at, cells = None, skipped, []
    if told.row is not None:
        titles += [(skipped + start, skipped + end) for start, end in spans[: told.row]]
        begin, end = spans[told.row]
        header_bytes = data[begin:end]
        body_at = skipped + (data.find(b"\n", end) + 1 or len(data))
        body = body.filter(pl.col(ROW) > told.row)
        cells = first[told.row]
        body = without_record(body.drop(ROW), cells[: dialect.width])
    body = body.drop(ROW, strict=False)
    table = Table(
        format=FORMAT,
        encoding=text.encoding.label,
        columns=told.columns,
        has_header=told.row is not None,
        head=body.head(HEAD_ROWS),
        delimiter=None if delimiter == NO_DELIMITER else delimiter,
        titled=" ; ".join(cell for line in first[: told.row or 0] for cell in line if cell) or None,
    )
    lines = [data[start:end] for start, end in spans[0 if told.row is None else told.row + 1 :]]
    rows = [list(row) for row in body.head(LOOK_ROWS).rows()]
    known = above(cells, dialect.width, rows, lines) if several else None
    return Layout(dialect, header_bytes, tuple(titles), body_at, known, alone), table


def _preamble(text: HeadText, layout: Layout, at: int, start: int, begin: int, notices: Notices) -> Batch:
    """Give the titles above the header as damaged rows of number 0: they are no records, but are searched.

    The text begins at byte `at` of the source; the batch covers `begin` to `start`.
    """
    spans = np.array(layout.titles, np.int64)
    titles = Records(spans[:, 0], spans[:, 1], np.zeros(len(spans), np.uint8), layout.body_at)
    block = Block(text.data[: layout.body_at], titles, at, start, text.encoding)
    damaged = block.damaged(titles, np.zeros(len(spans), np.uint64), ["preamble"] * len(spans))
    notices.add("preamble", len(spans), offset=damaged["offset"][0])
    frame = pl.DataFrame(schema={ROW: pl.UInt64(), **text_columns(layout.dialect.width)})
    return Batch(frame, damaged, begin, start)
