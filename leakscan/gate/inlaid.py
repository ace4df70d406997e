"""Tables that lie in something else: rows pasted under a text, or a second table behind the first.

A text is read line by line, and rows of another shape than their table's are damaged: in neither has a number without
its key, or a name, a column that says what it is. Lines that have the same number of separators, several beside each
other, are therefore read as a table of their own.
"""

from __future__ import annotations

import io
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, cast

import polars as pl

from leakscan.records import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

SEPARATORS: tuple[str, ...] = (";", "\t", "|", ",")
LEAST_LINES = 3
"""Lines beside each other with one number of separators that may be rows."""
LEAST_SEPARATORS = 2
"""Separators of a line that may be a row: prose has lines of a comma each."""
SHAPES = 8
"""Kinds of rows that are looked at, those with most lines first."""
MOST_BYTES = 8 << 20
"""Rows of one kind that are looked at."""
_PIECE = 4 << 20


def inlaid(source: Source, *, beside_a_table: bool) -> list[Source]:
    """Tables in an upload, a source each; `beside_a_table`: most of it is one table, which is left out."""
    found: dict[tuple[str, int], list[str]] = {}
    total = 0
    for lines in _lines(source):
        total += len(lines)
        for shape, rows in _runs(lines):
            found.setdefault(shape, []).extend(rows)
    kinds = sorted(found.values(), key=len, reverse=True)
    if beside_a_table:
        kinds = [rows for rows in kinds if 2 * len(rows) <= total]
    return [_source(source.path, rows) for rows in kinds[:SHAPES]]


def _lines(source: Source) -> Iterator[pl.Series]:
    """The lines in pieces, each after the last lines of the one before: rows that an edge parts are together there."""
    with source.open() as stream:
        rest, last = b"", pl.Series("line", [], dtype=pl.String)
        while data := stream.read(_PIECE):
            whole, _, rest = (rest + data).rpartition(b"\n")
            lines = pl.concat([last, _decoded(whole)])
            last = lines.tail(LEAST_LINES - 1)
            yield lines
        yield pl.concat([last, _decoded(rest)])


def _decoded(data: bytes) -> pl.Series:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    return pl.Series("line", text.split("\n"), dtype=pl.String)


def _runs(lines: pl.Series) -> Iterator[tuple[tuple[str, int], list[str]]]:
    """Lines beside each other that have one number of a separator, by separator and number."""
    for separator in SEPARATORS:
        counted = lines.to_frame().with_columns(count=pl.col("line").str.count_matches(separator, literal=True))
        frame = counted.with_columns(run=pl.col("count").rle_id())
        rows = frame.filter((pl.len().over("run") >= LEAST_LINES) & (pl.col("count") >= LEAST_SEPARATORS))
        for (count,), some in rows.group_by("count", maintain_order=True):
            yield (separator, cast("int", count)), some["line"].to_list()


def _source(path: str, rows: list[str]) -> Source:
    data = "\n".join(rows).encode()[:MOST_BYTES]
    return Source(path, partial(_opened, data), len(data))


def _opened(data: bytes) -> BinaryIO:
    return cast("BinaryIO", io.BytesIO(data))
