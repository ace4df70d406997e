"""Shapes of values: the only sample of a value that is ever shown."""

from __future__ import annotations

import polars as pl

SHAPE_LENGTH = 24
SHAPES = 3


def shape(values: pl.Series) -> pl.Series:
    """The shape of each value: digits as 9, letters as A or a, other signs but a few as blanks. Never a value.

    Even a NIR's prefix tells sex and birth.
    """
    return (
        values.str.slice(0, SHAPE_LENGTH)
        .str.replace_all(r"[0-9]", "9")
        .str.replace_all(r"\p{Lu}", "\x01")
        .str.replace_all(r"\p{L}", "a")
        .str.replace_all("\x01", "A", literal=True)
        .str.replace_all(r"[^9Aa@+/.,:;_()\-]+", " ")
    )


def shapes_of(values: pl.Series) -> tuple[str, ...]:
    """The first three shapes of the values in order: those of a union are the smallest of those of the parts."""
    return tuple(shape(values).unique().sort().head(SHAPES).to_list())
