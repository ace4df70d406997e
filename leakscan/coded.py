"""A column as its distinct cells and where each stands: what is asked of a cell is asked once, however often it stands.

In an export of a laboratory nine cells in ten repeat within a batch, so all that comes after costs a tenth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

FEW = 64
"""Up to so many cells it costs more to find which are distinct than to ask all."""


@dataclass(frozen=True, slots=True)
class Coded:
    """One column of a batch: `cells` (any type), and for each row the position of its cell in them.

    `codes` (UInt32) is None where row i holds cell i. Cells made from other cells (`become`) may be equal or null.
    """

    cells: pl.Series = field(repr=False)
    codes: pl.Series | None = field(repr=False)

    def become(self, cells: pl.Series) -> Coded:
        """The same column with other cells, one for one."""
        return replace(self, cells=cells)

    def per_row(self) -> pl.Series:
        """One cell per row."""
        return self.cells if self.codes is None else self.cells.gather(self.codes)

    def rows_where(self, mask: pl.Series) -> pl.Series:
        """The rows (UInt32, ascending) whose cell has a true `mask`."""
        found = mask if self.codes is None else mask.gather(self.codes)
        return found.arg_true()

    def count(self, mask: pl.Series) -> int:
        """How many rows have a cell with a true `mask`."""
        found = mask if self.codes is None else mask.gather(self.codes)
        return int(found.sum())

    def placed(self, found: pl.DataFrame) -> pl.DataFrame:
        """What was found in cells (`row` is a cell's position) at each row that holds such a cell, by row."""
        if self.codes is None or found.is_empty():
            return found
        wanted = np.zeros(len(self.cells), np.bool_)
        wanted[found["row"].to_numpy()] = True
        rows = np.flatnonzero(wanted[self.codes.to_numpy()])
        at = pl.DataFrame({"row": self.codes.gather(rows), "_at": pl.Series(rows, dtype=pl.UInt32)})
        placed = at.join(found, on="row", maintain_order="left_right")
        return placed.drop("row").rename({"_at": "row"}).select(found.columns)


def coded(column: pl.Series, *, repeats: bool = True) -> Coded:
    """The distinct cells of a String column in order of appearance; where few repeat, say so and it stays as it is."""
    if not repeats:
        return Coded(column, None)
    numbered = column.cast(pl.Categorical(pl.Categories.random()))
    distinct = numbered.unique(maintain_order=True)
    return Coded(distinct.cast(pl.String), numbered.to_physical())


@dataclass(frozen=True, slots=True)
class Together:
    """Columns that are asked the same questions, coded as one: a cell that stands in many of them is asked once.

    `codes`: for each column in turn, one per row, the position of its cell in `cells`.
    """

    columns: tuple[int, ...]
    cells: pl.Series = field(repr=False)
    codes: pl.Series = field(repr=False)

    def apart(self) -> dict[int, Coded]:
        """Each column by its index; all share their cells, of which each holds some."""
        height = len(self.codes) // len(self.columns)
        return {
            index: Coded(self.cells, self.codes.slice(place * height, height))
            for place, index in enumerate(self.columns)
        }

    def spread(self, found: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
        """What was found in `cells` (`row` is a cell's position), for each column that holds such cells, in order."""
        wanted = np.zeros(len(self.cells), np.bool_)
        wanted[found["row"].to_numpy()] = True
        codes = self.codes.to_numpy()
        at = np.flatnonzero(wanted[codes])
        place, code = at // (len(codes) // len(self.columns)), codes[at]
        held = np.unique(place * len(self.cells) + code)
        pairs = pl.DataFrame({
            "column": held // len(self.cells),
            "row": pl.Series(held % len(self.cells), dtype=pl.UInt32),
        })  # fmt: skip
        joined = pairs.join(found, on="row", maintain_order="left_right")
        for (column,), part in joined.group_by("column", maintain_order=True):
            yield self.columns[column], part.select(found.columns)


def coded_together(frame: pl.DataFrame, names: Mapping[int, str]) -> Together:
    """Some String columns of a frame, by index and name, coded as one."""
    numbered = coded(pl.concat([frame[name] for name in names.values()], rechunk=True))
    codes = pl.Series(dtype=pl.UInt32) if numbered.codes is None else numbered.codes
    return Together(tuple(names), numbered.cells, codes)


def on_distinct(column: pl.Series, use: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """`use(column)` for a pure function of single cells, computed on the distinct ones; nulls stay null."""
    if column.dtype != pl.String or len(column) <= FEW:
        return use(column)
    nulls = column.null_count()
    if nulls == len(column):  # most roles have no column
        return on_distinct(column.head(1), use).new_from_index(0, nulls)
    known = coded(column.fill_null(""))
    found = known.become(use(known.cells.alias(column.name))).per_row()
    return found if not nulls else found.set(column.is_null(), None)
