"""Shapes of values: the only sample of a value that is ever shown."""

from __future__ import annotations

import polars as pl

SHAPE_LENGTH = 24
SHAPES = 3


def shapes_of(values: pl.Series) -> tuple[str, ...]:
    """The first three shapes of the values in order: digits as 9, letters as A or a. Never a value.

    Even a NIR's prefix tells sex and birth. The three smallest of a union are those of the parts, in any grouping.
    """
    shapes = (
        values.str.slice(0, SHAPE_LENGTH)
        .str.replace_all(r"[0-9]", "9")
        .str.replace_all(r"\p{Lu}", "\x01")
        .str.replace_all(r"\p{L}", "a")
        .str.replace_all("\x01", "A", literal=True)
        .str.replace_all(r"[^9Aa@+/.,:;_()\-]+", " ")
    )
    return tuple(shapes.unique().sort().head(SHAPES).to_list())
