"""Shapes of values: the only sample of a value that is ever shown."""

from __future__ import annotations

import polars as pl

SHAPE_LENGTH = 24
SHAPES = 3

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
