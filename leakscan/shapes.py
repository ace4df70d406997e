"""Shapes of values: the only sample of a value that is ever shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from leakscan.coded import on_distinct
from leakscan.records import column_id

SHAPE_LENGTH = 24
SHAPES = 3
SHAPED = 1_000
"""Cells of the head whose shapes stand for a column."""

_SHAPE = (
    pl.col("value")
    .str.slice(0, SHAPE_LENGTH)
    .str.replace_all(r"[0-9]", "9")
    .str.replace_all(r"\p{Lu}", "\x01")
    .str.replace_all(r"\p{L}", "a")
    .str.replace_all("\x01", "A", literal=True)
    .str.replace_all(r"[^9Aa@+/.,:;_()\-]+", " ")
)
_FIRST = _SHAPE.unique().sort().head(SHAPES)


def shape(values: pl.Series) -> pl.Series:
    """The shape of each value: digits as 9, letters as A or a, other signs but a few as blanks. Never a value.

    Even a NIR's prefix tells sex and birth.
    """
    return values.alias("value").to_frame().select(_SHAPE).to_series()


def shapes_of(values: pl.Series) -> tuple[str, ...]:
    """The first three shapes of the values in order: those of a union are the smallest of those of the parts."""
    return tuple(values.alias("value").to_frame().select(_FIRST).to_series().to_list())


def shapes_by_column(values: pl.DataFrame) -> dict[int, tuple[str, ...]]:
    """`shapes_of` of many columns at once: `column` (any integer) and `value` (String) -> column -> shapes."""
    found = values.group_by("column").agg(_FIRST)
    return {column: tuple(shapes) for column, shapes in found.iter_rows()}


def shapes_by_part(
    frame: pl.DataFrame, indices: Iterable[int], parts: pl.Series
) -> Mapping[int, Mapping[int, tuple[str, ...]]]:
    """For each column of a batch that sources share, and each of its parts: the shapes of its first cells."""
    return {index: _by_part(frame[column_id(index)].str.strip_chars(), parts) for index in indices}


def _by_part(cells: pl.Series, parts: pl.Series) -> dict[int, tuple[str, ...]]:
    filled = (
        pl.DataFrame({"part": parts, "shape": on_distinct(cells, shape), "cell": cells})
        .filter(pl.col("cell") != "")
        .group_by("part")
        .agg(pl.col("shape").head(SHAPED).unique().sort().head(SHAPES))
    )
    return {part: tuple(shapes) for part, shapes in filled.iter_rows()}
