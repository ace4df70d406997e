"""What a reader gives, turned so that each person is a row: item by item, with the same places in the source."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import polars as pl

from leakscan.layouts.fields import Fields, last_begins, turned
from leakscan.layouts.followed import Followed, joined, leader_begins
from leakscan.layouts.judge import FEW_ROWS, Transposed, above, judge
from leakscan.layouts.titles import bare
from leakscan.readers.header import shown_name
from leakscan.records import ROW, Batch, Child, InputWarning, Item, Table, Unparsed, column_id

GATHERED_BYTES = 64 << 20
"""Bytes of a source in which one person's rows are gathered wherever they stand, and of a transposed table at most."""
ROWS_TURNED = "rows_turned"
ROWS_JOINED = "rows_joined"
COLUMNS_TURNED = "columns_turned"
MESSAGES = {
    ROWS_TURNED: "rows that hold one field of a person each; records are the people to whom these rows were joined",
    ROWS_JOINED: "rows of people and rows that go on with them; records are people with the rows below them",
    COLUMNS_TURNED: "rows of a table in which every column is a person; records are its columns",
}


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
        if isinstance(how, Fields):
            yield replace(
                item,
                columns=how.names(item),
                has_header=True,
                head=turned(above(how.first, item.head), how).drop(ROW),
                number=None if how.entity is None else 0,
            )
            yield from _people(items, how)
        elif isinstance(how, Followed):
            yield replace(item, columns=how.names(item), head=joined(item.head, how).drop(ROW))
            yield from _people(items, how)
        elif isinstance(how, Transposed):
            yield from _columns(item, items, how)
        else:
            yield item
            yield from items
        return


# A row per field ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Held:
    """Batches that wait. State: rows of a person who may go on in the next one, and the batches since."""

    how: Fields | Followed
    rest: pl.DataFrame | None = field(default=None, repr=False)
    batches: list[Batch] = field(default_factory=list, repr=False)
    parsed: bool = False

    def taken(self, *, all_: bool) -> Iterator[Item]:
        """What waits, but for the last person's rows unless `all_`; these wait on."""
        if not self.batches:
            return
        pieces = [piece for piece in (self.rest, *(batch.frame for batch in self.batches)) if piece is not None]
        frame = pl.concat(pieces)
        cut = frame.height if all_ else _last_begins(frame, self.how)
        self.rest = None if cut == frame.height else frame[cut:]
        start, end = self.batches[0].start, self.batches[-1].end
        damaged = pl.concat([batch.damaged for batch in self.batches])
        met = tuple(one for batch in self.batches for one in batch.met)
        self.batches = []
        if self.parsed:  # another process may turn it, which then looks at it
            data = io.BytesIO()
            frame[:cut].write_ipc(data)
            entity = self.how.entity if isinstance(self.how, Fields) else None
            people = cut if entity is None else frame[:cut][column_id(entity)].n_unique()
            yield Unparsed(data.getvalue(), people_of, (self.how, damaged, start, end, met), start, end, people)
        else:
            yield _turned(frame[:cut], self.how, damaged, start, end, met)

    def full(self) -> bool:
        """Whether what waits is as much as may wait."""
        waiting = 0 if self.rest is None else self.rest.estimated_size()
        return bool(self.batches) and waiting + self.batches[-1].end - self.batches[0].start >= GATHERED_BYTES


def _people(items: Iterator[Item], how: Fields | Followed) -> Iterator[Item]:
    """Batches of people. One batch is held back, so that the rows of a person are together where they follow."""
    first, scattered = (how.first, how.scattered) if isinstance(how, Fields) else (None, False)
    held, begun = _Held(how), first is None
    try:
        for item in items:
            if not isinstance(item, Batch | Unparsed):
                yield item
                continue
            batch = item.batch() if isinstance(item, Unparsed) else item
            held.parsed = isinstance(item, Unparsed)
            if not begun and not batch.frame.is_empty():
                numbered = pl.Series(ROW, [0], dtype=pl.UInt64).to_frame()
                own = numbered.hstack(above(first, batch.frame.clear().drop(ROW)))
                batch, begun = replace(batch, frame=pl.concat([own, batch.frame])), True
            jumped = bool(held.batches) and batch.start != held.batches[-1].end  # as a first look does
            if jumped or held.full():
                yield from held.taken(all_=True)
            elif not scattered:
                yield from held.taken(all_=False)
            held.batches.append(batch)
    except OSError:
        yield from held.taken(all_=True)
        raise
    yield from held.taken(all_=True)


def _last_begins(frame: pl.DataFrame, how: Fields | Followed) -> int:
    return last_begins(frame, how) if isinstance(how, Fields) else leader_begins(frame, how)


def people_of(
    data: bytes, how: Fields | Followed, damaged: pl.DataFrame, start: int, end: int, met: tuple[InputWarning, ...]
) -> Batch:
    """Turn rows that were parsed already; a function of its own, so that a worker can be asked."""
    return _turned(pl.read_ipc(io.BytesIO(data)), how, damaged, start, end, met)


def _turned(
    frame: pl.DataFrame,
    how: Fields | Followed,
    damaged: pl.DataFrame,
    start: int,
    end: int,
    met: tuple[InputWarning, ...],
) -> Batch:
    code = ROWS_TURNED if isinstance(how, Fields) else ROWS_JOINED
    said = (InputWarning(code, MESSAGES[code], count=frame.height),) if frame.height else ()
    return Batch(
        turned(frame, how) if isinstance(how, Fields) else joined(frame, how), damaged, start, end, (*met, *said)
    )


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
        told = InputWarning(COLUMNS_TURNED, MESSAGES[COLUMNS_TURNED], count=rows)
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
