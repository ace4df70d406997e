"""Rows that a reader takes from text one by one, as the table and batches of a format that knows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from leakscan.readers.blocks import DAMAGED_SCHEMA, NO_DAMAGE
from leakscan.readers.notices import Notices
from leakscan.records import ROW, Batch, Item, Table, column_id, text_columns

HEAD_ROWS = 20_000
"""Most rows that a table is judged by."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a table is: as in `Table`, without its head."""

    format: str
    encoding: str
    columns: tuple[str, ...]
    roles: tuple[str | None, ...] | None = None
    has_header: bool = True


def empty(width: int) -> pl.DataFrame:
    """No rows of so many columns, with their number."""
    return pl.DataFrame(schema={ROW: pl.UInt64(), **text_columns(width)})


def frame_of(numbers: Sequence[int], rows: Sequence[Sequence[str]], width: int) -> pl.DataFrame:
    """Rows of `width` cells with their numbers."""
    columns = {ROW: pl.Series(numbers, dtype=pl.UInt64)}
    cells = list(zip(*rows, strict=True)) if rows else [()] * width
    for at, column in enumerate(cells):
        columns[column_id(at)] = pl.Series(column, dtype=pl.String)
    return pl.DataFrame(columns)


def damaged_of(found: Sequence[tuple[int, int, str, str]]) -> tuple[pl.DataFrame, Notices]:
    """Damaged rows (number, offset, reason, text), and what is to be said of them."""
    notices = Notices()
    for number, offset, reason, _ in found:
        notices.add(reason, 1, number, offset)
    if not found:
        return NO_DAMAGE, notices
    return pl.DataFrame(list(found), schema=DAMAGED_SCHEMA, orient="row"), notices


def told(shape: Shape, batches: Iterable[Batch]) -> Iterator[Item]:
    """The table, judged by its first batch, then all batches."""
    given = iter(batches)
    first = next(given, None)
    head = (empty(len(shape.columns)) if first is None else first.frame).drop(ROW).head(HEAD_ROWS)
    yield Table(shape.format, shape.encoding, shape.columns, has_header=shape.has_header, head=head, roles=shape.roles)
    if first is not None:
        yield first
    yield from given
