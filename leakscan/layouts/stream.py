"""What a reader gives, turned so that each person is a row: item by item, with the same places in the source."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import polars as pl

from leakscan.layouts.carets import Carets
from leakscan.layouts.carets import parted as names_parted
from leakscan.layouts.judge import FEW_ROWS, Transposed, above, judge
from leakscan.layouts.titles import bare
from leakscan.readers.header import shown_name
from leakscan.records import ROW, Batch, Child, InputWarning, Item, Table, Unparsed, column_id

GATHERED_BYTES = 64 << 20
"""Bytes of a source in which one person's rows are gathered wherever they stand, and of a transposed table at most."""
COLUMNS_TURNED = "columns_turned"
COLUMNS_MESSAGE = "rows of a table in which every column is a person; records are its columns"


class Layout(Protocol):
    """How people lie in rows: what `judge` says of a table, but for one in which they are columns."""

    @property
    def first(self) -> tuple[str, ...] | None:
        """What the reader took for a header and is the first row."""

    @property
    def titled(self) -> bool:
        """Whether the columns to be have titles even where those of the table have none."""

    @property
    def scattered(self) -> bool:
        """Whether a person's rows do not follow one another."""

    @property
    def number(self) -> int | None:
        """The column to be that numbers people."""

    @property
    def code(self) -> str:
        """The warning that counts the rows that were turned ..."""

    @property
    def message(self) -> str:
        """... and what it says."""

    def names(self, table: Table) -> tuple[str, ...]:
        """Names of the columns to be."""

    def begins(self, frame: pl.DataFrame) -> int:
        """The row at which the last person of a frame begins, who may go on in the next one."""

    def people(self, frame: pl.DataFrame) -> int:
        """How many people are in some rows, about."""

    def turned(self, frame: pl.DataFrame) -> pl.DataFrame:
        """A row per person: `_row`, then text columns as in `names`."""


def upright(items: Iterator[Item]) -> Iterator[Item]:
    """The same items; those of a table in which people are no rows become a table in which they are.

    Tables that lie in what is read are told their names, for a name may say what their rows are.
    """
    for item in _standing(items):
        if isinstance(item, Child) and item.items is not None:
            yield replace(item, items=_called(item.name, item.items))
        else:
            yield item


def _called(name: str, items: Iterator[Item]) -> Iterator[Item]:
    for item in items:
        yield replace(item, called=name) if isinstance(item, Table) else item


def _standing(items: Iterator[Item]) -> Iterator[Item]:
    for item in items:
        if not isinstance(item, Table):
            yield item
            continue
        how = judge(item)
        if how is None:
            yield item
            yield from items
        elif isinstance(how, Carets):
            yield replace(item, columns=how.names(item), head=names_parted(item.head, how))
            yield from _names(items, how)
        elif isinstance(how, Transposed):
            yield from _columns(item, items, how)
        else:
            yield _table(item, how)
            yield from _people(items, how)
        return


def _table(table: Table, how: Layout) -> Table:
    head = how.turned(above(how.first, table.head)).drop(ROW)
    titled = table.has_header or how.titled
    return replace(table, columns=how.names(table), has_header=titled, head=head, number=how.number)


# A row per field ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Held:
    """Batches that wait. State: rows of a person who may go on in the next one, and the batches since."""

    how: Layout
    rest: pl.DataFrame | None = field(default=None, repr=False)
    batches: list[Batch] = field(default_factory=list, repr=False)
    parsed: bool = False

    def taken(self, *, all_: bool) -> Iterator[Item]:
        """What waits, but for the last person's rows unless `all_`; these wait on."""
        if not self.batches:
            return
        pieces = [piece for piece in (self.rest, *(batch.frame for batch in self.batches)) if piece is not None]
        frame = pl.concat(pieces)
        cut = frame.height if all_ else self.how.begins(frame)
        self.rest = None if cut == frame.height else frame[cut:]
        start, end = self.batches[0].start, self.batches[-1].end
        damaged = pl.concat([batch.damaged for batch in self.batches])
        met = tuple(one for batch in self.batches for one in batch.met)
        self.batches = []
        if self.parsed:  # another process may turn it, which then looks at it
            data = io.BytesIO()
            frame[:cut].write_ipc(data)
            people = self.how.people(frame[:cut])
            yield Unparsed(data.getvalue(), people_of, (self.how, damaged, start, end, met), start, end, people)
        else:
            yield _turned(frame[:cut], self.how, damaged, start, end, met)

    def full(self) -> bool:
        """Whether what waits is as much as may wait."""
        waiting = 0 if self.rest is None else self.rest.estimated_size()
        return bool(self.batches) and waiting + self.batches[-1].end - self.batches[0].start >= GATHERED_BYTES


def _people(items: Iterator[Item], how: Layout) -> Iterator[Item]:
    """Batches of people. One batch is held back, so that the rows of a person are together where they follow."""
    held, begun = _Held(how), how.first is None
    try:
        for item in items:
            if not isinstance(item, Batch | Unparsed):
                yield item
                continue
            batch = item.batch() if isinstance(item, Unparsed) else item
            held.parsed = isinstance(item, Unparsed)
            if not begun and not batch.frame.is_empty():
                numbered = pl.Series(ROW, [0], dtype=pl.UInt64).to_frame()
                own = numbered.hstack(above(how.first, batch.frame.clear().drop(ROW)))
                batch, begun = replace(batch, frame=pl.concat([own, batch.frame])), True
            jumped = bool(held.batches) and batch.start != held.batches[-1].end  # as a first look does
            if jumped or held.full():
                yield from held.taken(all_=True)
            elif not how.scattered:
                yield from held.taken(all_=False)
            held.batches.append(batch)
    except OSError:
        yield from held.taken(all_=True)
        raise
    yield from held.taken(all_=True)


def people_of(
    data: bytes, how: Layout, damaged: pl.DataFrame, start: int, end: int, met: tuple[InputWarning, ...]
) -> Batch:
    """Turn rows that were parsed already; a function of its own, so that a worker can be asked."""
    return _turned(pl.read_ipc(io.BytesIO(data)), how, damaged, start, end, met)


def _turned(
    frame: pl.DataFrame,
    how: Layout,
    damaged: pl.DataFrame,
    start: int,
    end: int,
    met: tuple[InputWarning, ...],
) -> Batch:
    said = (InputWarning(how.code, how.message, count=frame.height),) if frame.height else ()
    return Batch(how.turned(frame), damaged, start, end, (*met, *said))


# Names in one cell ----------------------------------------------------------------------------------------------------


def _names(items: Iterator[Item], how: Carets) -> Iterator[Item]:
    """Batches with names in columns of their own; what is not parsed yet stays so."""
    for item in items:
        if isinstance(item, Unparsed):
            yield replace(item, parse=named_of, given=(how, item.parse, item.given))
        else:
            yield replace(item, frame=names_parted(item.frame, how)) if isinstance(item, Batch) else item


def named_of(data: bytes, how: Carets, parse: Callable[..., Batch], given: tuple[Any, ...]) -> Batch:
    """Parse rows, and part their names; a function of its own, so that a worker can be asked."""
    batch = parse(data, *given)
    return replace(batch, frame=names_parted(batch.frame, how))


# A column per person --------------------------------------------------------------------------------------------------


def _columns(table: Table, items: Iterator[Item], how: Transposed) -> Iterator[Item]:
    """A transposed table, turned once all of it is there; as it stood, where more comes than its head showed."""
    held: list[Item] = []
    batches: list[Batch] = []
    for item in items:
        if not isinstance(item, Batch | Unparsed):
            held.append(item)
            continue
        batch = item.batch() if isinstance(item, Unparsed) else item
        batches.append(batch)
        rows = sum(one.frame.height for one in batches)
        if rows > FEW_ROWS or batch.end - batches[0].start > GATHERED_BYTES:
            yield table
            yield from batches
            yield from held
            yield from items
            return
    body = pl.concat([batch.frame.drop(ROW) for batch in batches]) if batches else table.head.clear()
    names, frame = _upright(above(how.first, body))
    yield replace(table, columns=names, has_header=True, head=frame.drop(ROW))
    if batches:
        rows = body.height + (how.first is not None)
        told = InputWarning(COLUMNS_TURNED, COLUMNS_MESSAGE, count=rows)
        met = (*(one for batch in batches for one in batch.met), told)
        damaged = pl.concat([batch.damaged for batch in batches])
        yield Batch(frame, damaged, batches[0].start, batches[-1].end, met)
    yield from held


def _upright(rows: pl.DataFrame) -> tuple[tuple[str, ...], pl.DataFrame]:
    """Names of the columns, and a row for each column but the first that holds anything."""
    titles = [shown_name(bare(cell), f"column_{at}") for at, cell in enumerate(rows[column_id(0)], 1)]
    frame = rows[:, 1:].transpose(column_names=[column_id(at) for at in range(rows.height)])
    frame = frame.filter(pl.any_horizontal(pl.all().str.strip_chars() != ""))
    return tuple(titles), frame.with_row_index(ROW, 1).cast({ROW: pl.UInt64})
