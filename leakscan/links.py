"""What joins tables: for each row, the number by which its people are known and its other keys, as fingerprints.

Nothing of a person comes from here. Which tables belong together is seen when all were read (`persons.chains`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from leakscan.detectors import canonical_of
from leakscan.persons.ledger import LINKS_SCHEMA
from leakscan.records import column_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakscan.persons.identity import Fingerprinter
    from leakscan.plan import Plan

NUMBER = "record_number"
"""Kind of the fingerprints of all keys: equal cells are equal whatever table they stand in."""


def keys_of(frame: pl.DataFrame, how: Plan, prints: Fingerprinter) -> dict[int, pl.Series]:
    """Fingerprints (UInt64) of the cells in columns of keys, by index; null where a cell is no number."""
    if how.keys is None:
        return {}
    columns = (how.keys.number, *how.keys.others)
    return {
        index: prints.column(
            frame.select(canonical_of(NUMBER)(pl.col(column_id(index)).str.strip_chars())).to_series(), NUMBER
        )
        for index in columns
    }


def links(keys: Mapping[int, pl.Series], how: Plan, by: pl.Series | None = None) -> pl.DataFrame:
    """LINKS_SCHEMA of a batch, each pair once; `by` says which of several sources a row is of."""
    part = [] if by is None else [by]
    none = pl.DataFrame(schema={**{one.name: one.dtype for one in part}, **LINKS_SCHEMA})
    if how.keys is None or not how.keys.others:
        return none
    number = keys[how.keys.number].alias("number")
    pairs = [
        pl.DataFrame([*part, number, keys[index].alias("other")])
        .drop_nulls()
        .unique()
        .with_columns(pl.lit(index, LINKS_SCHEMA["column"]).alias("column"))
        .select(none.columns)
        for index in how.keys.others
    ]
    return pl.concat([none, *pairs])


def numbered(keys: Mapping[int, pl.Series], how: Plan) -> pl.Series | None:
    """The key by which rows are known where no column numbers records; None where one does."""
    if how.keys is None or how.having(NUMBER):
        return None
    return keys[how.keys.number]
