"""Frames of a library as a reader gives them: a table, then batches of text of some size, with what lies in cells."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import polars as pl

from leakscan.limits import Budget
from leakscan.readers.blocks import DAMAGED_SCHEMA, NO_DAMAGE
from leakscan.readers.cells import Cells, as_cells
from leakscan.readers.header import shown_name
from leakscan.readers.notices import Notices
from leakscan.records import ROW, Batch, Child, Item, ReadOptions, Table, column_id

HEAD_ROWS = 20_000
"""Most records that a `Table` shows, as of delimited text."""
TYPED = "typed values"
"""The encoding of a format whose values are no text."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What the tables of one file share: its `format`, what was settled, and what may come out of it."""

    format: str
    options: ReadOptions
    budget: Budget
    encoding: str = TYPED

    @classmethod
    def of(cls, format_: str, options: ReadOptions, size: int, encoding: str = TYPED) -> Origin:
        """For a file of `size` bytes."""
        return cls(format_, options, Budget(options.limits, lambda: size), encoding)


def rows_at_a_time(columns: int, options: ReadOptions) -> int:
    """How many rows a library is asked for: cells of ten bytes make a batch; never so few that nothing is settled."""
    return max(2_000, options.block_bytes // (10 * max(1, columns)))


def table_items(origin: Origin, frames: Iterator[pl.DataFrame], *, name: str | None = None) -> Iterator[Item]:
    """A table with its names from the library, and all its rows. `frames` share one schema; the first shows the head.

    `name` of the table, for what lies in its cells. LimitReached where more comes out than a file of this size holds.
    """
    notices = Notices()
    rows = at = 0
    for number, frame in enumerate(frames):
        if not frame.width:
            continue
        cells = as_cells(frame)
        if not number:
            head = cells.frame.head(HEAD_ROWS)
            names = tuple(shown_name(one.strip(), f"column_{at + 1}") for at, one in enumerate(cells.names))
            yield Table(origin.format, origin.encoding, names, has_header=True, head=head)
            if any(map(_is_hidden, names, cells.names)):  # the first row of an import without a header
                titles = titles_of([" ; ".join(cells.names)])
                at = text_bytes(titles.select("text"))
                notices.add("preamble", 1)
                yield Batch(cells.frame.clear().with_row_index(ROW).cast({ROW: pl.UInt64}), titles, 0, at)
        for batch in batches(origin, cells.frame, rows, at):
            yield batch
            at = batch.end
        yield from files_in(cells, rows, name)
        notices.add("binary_cells", cells.unread, rows + 1)
        rows += frame.height
    yield from notices.warnings()


def _is_hidden(shown: str, name: str) -> bool:
    return shown != name.strip() and bool(name.strip())


def titles_of(lines: Sequence[str]) -> pl.DataFrame:
    """Lines above the records as damaged rows of number 0: they are no records, but are searched."""
    count = len(lines)
    columns = {ROW: [0] * count, "offset": [0] * count, "reason": ["preamble"] * count, "text": lines}
    return pl.DataFrame(columns, schema=DAMAGED_SCHEMA)


def batches(origin: Origin, frame: pl.DataFrame, rows: int, at: int) -> Iterator[Batch]:
    """A frame of text columns as batches; `rows` came before it, which took the places up to `at`.

    There are no places in bytes: a place counts characters' bytes and one more per cell, as in a delimited text.
    """
    size = text_bytes(frame)
    origin.budget.take(size)
    pieces = max(1, -(-size // max(1, origin.options.block_bytes)))
    step = max(1, -(-frame.height // pieces))
    for begin in range(0, frame.height, step):
        piece = frame[begin : begin + step]
        end = at + text_bytes(piece)
        yield Batch(piece.with_row_index(ROW, rows + begin + 1).cast({ROW: pl.UInt64}), NO_DAMAGE, at, end)
        at = end


def text_bytes(frame: pl.DataFrame) -> int:
    """Bytes of a frame of text as a delimited text would hold it."""
    lengths = frame.select(pl.all().str.len_bytes().cast(pl.UInt64).sum())
    return sum(lengths.row(0)) + frame.height * frame.width if frame.width else 0


def files_in(cells: Cells, rows: int, table: str | None) -> Iterator[Child]:
    """What lies in cells as files, named by column and row."""
    for one in cells.files:
        place = f"{cells.names[one.column]}, row {rows + one.row + 1}"
        yield Child(place if table is None else f"{table}, {place}", partial(io.BytesIO, one.data), size=len(one.data))


def texts(origin: Origin, name: str, records: Sequence[str], lines: Sequence[str]) -> Child:
    """Texts of a file that stand in no table: notes and comments are a record each, `lines` (titles, names) are none.

    Lines are searched like titles above a header.
    """
    frame = pl.DataFrame({column_id(0): records}, schema={column_id(0): pl.String})
    table = Table(origin.format, origin.encoding, ("text",), has_header=False, head=frame.head(HEAD_ROWS), kind="text")
    at = sum(len(line) + 1 for line in lines)
    origin.budget.take(at)
    above = Batch(frame.clear().with_row_index(ROW).cast({ROW: pl.UInt64}), titles_of(lines), 0, at)
    items: list[Item] = [table, above, *batches(origin, frame, 0, at)]
    return Child(name, items=iter(items))
